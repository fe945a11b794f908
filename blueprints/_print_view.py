"""A change as it stands on paper: facts, before and after, proof, charges, stages, signatures, who carried it out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from blueprints._change_view import before_after, extra_rows, value_words
from blueprints._rows import CHANNEL_NAMES
from blueprints._words import shown_phone, shown_text
from models import CustomerLink, User, db
from rules import approvals, catalogue, charges, printing, stages, telling
from rules.facts import Facts
from rules.matrix import CONFIRMERS
from rules.policy import unseen
from rules.store import Actor, now
from rules.words import N_, Words
from rules.workflow import flow_of

DECIDED = {
    "approved": N_("approved"),
    "refused": N_("refused"),
    "returned": N_("returned"),
    "waiting": N_("not signed yet"),
}
ANSWERS = {"yes": N_("yes"), "no": N_("no")}
LINKED = {
    "confirmed": N_("Confirmed by the customer"),
    "declined": N_("Declined by the customer"),
    "asked": N_("Asked by the customer"),
}
LINES = {
    printing.NOTICE: (N_("Handled by"), N_("Approved by"), N_("Finance"), N_("Customer, signature and seal")),
    printing.HOLD: (N_("Issued by"), N_("Received by (warehouse, partner)")),
    printing.RELEASE: (N_("Issued by"), N_("Received by (warehouse, partner)")),
}


@dataclass
class Sheet:
    """See prints/form.html. `rows` are of ui.diff; `signed` of (what, name, when, remark)."""

    form: str
    title: str
    form_code: str
    office: str
    ref: str
    kind: str
    warning: Any
    order: Any
    facts: list[Any]
    rows: list[Any]
    extra: list[Any]
    reason: str
    lines: tuple[str, ...]
    printed: Words
    ticks: list[Any] = field(default_factory=list)
    proof: list[Any] = field(default_factory=list)
    charges: list[Any] = field(default_factory=list)
    totals: list[Any] = field(default_factory=list)
    stages: list[Any] = field(default_factory=list)
    signed: list[Any] = field(default_factory=list)
    answers: list[Any] = field(default_factory=list)


def sheet(case: Any, form: str, who: Actor) -> Sheet:
    """The form of a change, with everything that is known of it now."""
    paper = Paper(case, Facts(db.session(), case))
    kind, state = catalogue.BY_CODE[case.code], flow_of(case).state(case.state).label
    warning = printing.not_in_force(case, form, state)
    order = None if warning else printing.ORDERS.get(form)
    printed = Words(N_("Printed %(when)s by %(name)s; times of %(zone)s"), when=paper.told(now()), name=who.name,
                    zone=case.office.zone)  # fmt: skip
    shown = Sheet(
        form, printing.title(case, form), printing.form_code(case, form), case.office.name, case.ref, kind.name, warning, order,
        paper.goods(), before_after(case), extra_rows(case), shown_text(case.reason), LINES[form], printed,
    )  # fmt: skip
    shown.ticks = [(catalogue.PROOF_NAMES[item], item in (case.proof_items or [])) for item in catalogue.proof_of(case)]
    shown.proof, shown.signed = paper.proof(), paper.signed()
    if form == printing.NOTICE:
        shown.charges, shown.totals = paper.charges(), charges.total_words(case.lines)
        shown.stages, shown.answers = paper.stages(), paper.answers()
    return shown


@dataclass
class Paper:
    """What is read for a sheet, in the office's own time."""

    case: Any
    facts: Facts
    names: dict[int, str] = field(default_factory=dict)
    links: list[CustomerLink] = field(default_factory=list)

    def __post_init__(self) -> None:
        answered = select(CustomerLink).where(CustomerLink.case_id == self.case.id, CustomerLink.answer.is_not(None))
        self.links = list(self.facts.session.scalars(unseen(answered.order_by(CustomerLink.answered_at))))
        wanted = {
            self.case.requested_by_id,
            self.case.own_system_by_id,
            *(line.waived_by_id for line in self.case.lines),
        }
        wanted |= {each.recorded_by_id for each in self.facts.confirmations}
        people = select(User.id, User.display, User.name).where(User.id.in_(wanted - {None}))
        self.names = {key: f"{display} {name}" for key, display, name in self.facts.session.execute(people)}

    def told(self, at: datetime | None) -> str:
        """A moment on paper: day and hour in the office's zone."""
        return f"{at.astimezone(ZoneInfo(self.case.office.zone)):%Y-%m-%d %H:%M}" if at else ""

    def goods(self) -> list[Any]:
        """The shipment and the customer: (label, value)."""
        it, case = self.case.shipment, self.case
        lane = f"{it.origin or '?'} → {it.destination or '?'}"
        carrier = " ".join(filter(None, (it.carrier, it.vehicle)))
        size = [value_words("weight_g", it.weight_g), value_words("volume_l", it.volume_l)]
        if it.pieces is not None:
            size.insert(0, Words(N_("%(n)s pieces"), n=it.pieces))
        consignee = " ".join(filter(None, (it.consignee, shown_phone(it.consignee_phone))))
        pairs: list[tuple[str, Any]] = [
            (N_("Waybill number"), it.number or N_("Without number")), (N_("Master number"), it.master),
            (N_("Container"), it.container), (N_("Customer"), case.customer.name if case.customer else case.caller_name),
            (N_("Carrier"), carrier), (N_("Lane"), lane), (N_("Shipper"), it.shipper), (N_("Consignee"), consignee),
            (N_("Delivery address"), it.address), (N_("Cargo"), it.cargo), (N_("Quantity"), [part for part in size if part]),
            (N_("Stage now"), stages.name(it.stage)),
        ]  # fmt: skip
        return [(label, value) for label, value in pairs if value]

    def proof(self) -> list[Any]:
        """The papers that prove the request, and with whom it was read back (CHG-01, CHG-05)."""
        found: list[Any] = [shown_text(self.case.proof_note)] if self.case.proof_note else []
        found += [f"{p.name}, {telling.size(p.size)}, {self.told(p.at)}" for p in self.facts.papers]
        if self.case.read_back:
            found.append(Words(N_("Read back: %(whom)s"), whom=shown_text(self.case.read_back)))
        return found

    def charges(self) -> list[Any]:
        """(item, receivable or payable, who, amount, standing) of each line."""
        return [
            (charges.ITEMS.get(line.item, line.item), charges.SIDES[line.side],
             charges.PAYERS[line.payer] if line.payer else line.party or "", telling.money(line.amount_minor, line.currency),
             self._standing(line))
            for line in self.case.lines
        ]  # fmt: skip

    def _standing(self, line: Any) -> Any:
        if line.waived_at is not None:
            return Words(N_("waived by %(name)s %(when)s: %(reason)s"), name=self.names.get(line.waived_by_id, ""),
                         when=self.told(line.waived_at), reason=line.waived_reason or "")  # fmt: skip
        return charges.standing_words(line) if line.side == charges.RECEIVABLE else ""

    def stages(self) -> list[Any]:
        """The shipment's stage when the change was asked, decided and carried out."""
        case = self.case
        told = (
            (N_("When asked"), case.stage_asked),
            (N_("When decided"), case.stage_decided),
            (N_("When carried out"), case.stage_executed),
        )
        return [(label, Words(N_("%(code)s %(name)s"), code=stage, name=Words(stages.NAMES[stage])) if stage else "–")
                for label, stage in told]  # fmt: skip

    def signed(self) -> list[Any]:
        """Who asked, who signed (B for A), who carried it out: (what, name, when, remark)."""
        case = self.case
        asker = self.names.get(case.requested_by_id, "")
        remark = Words(N_("on the word of %(name)s"), name=case.contact.name) if case.contact else ""
        found: list[Any] = [(N_("Asked"), asker, self.told(case.created_at), remark)]
        found += [self._signature(a) for a in self.facts.approvals if a.round == case.round and a.status != "dropped"]
        if case.executed_at is not None:
            found.append(
                (N_("Took effect"), self._by(lambda e: e.at == case.executed_at), self.told(case.executed_at), "")
            )
        system = Words(N_("own system changed %(when)s by %(name)s"), when=self.told(case.own_system_at),
                       name=self.names.get(case.own_system_by_id or 0, "")) if case.own_system_at else ""  # fmt: skip
        if done := [e for e in self.facts.events if e.action == "change.execute"]:
            found.append((N_("Carried out"), self._by(lambda e: e is done[-1]), self.told(done[-1].at), system))
        elif system:
            found[-1] = (*found[-1][:3], system)
        told = next((m for m in reversed(self.facts.messages) if m.direction == "out"), None)
        if told is not None:
            said = CHANNEL_NAMES.get(told.channel or "", "")
            found.append(
                (N_("Customer told"), f"{told.by.display} {told.by.name}" if told.by else "", self.told(told.at), said)
            )
        return found

    def _by(self, meant: Callable[[Any], bool]) -> str:
        """Who made the step of the history that is meant."""
        return next((str(e.actor) for e in self.facts.events if meant(e)), "")

    def _signature(self, step: Any) -> tuple[Any, ...]:
        name: Any = f"{step.decided_by.display} {step.decided_by.name}" if step.decided_by else ""
        if step.on_behalf_of is not None:
            name = Words(N_("%(name)s for %(other)s"), name=name, other=step.on_behalf_of.display)
        remark: Any = DECIDED[step.status]
        if step.reason:
            remark = Words(N_("%(what)s: %(reason)s"), what=Words(remark), reason=shown_text(step.reason))
        return approvals.STEP_NAMES[step.role], name, self.told(step.decided_at), remark

    def answers(self) -> list[Any]:
        """Answers of the house, of partners, and of the customer by link: (what, whom, answer, name, when, text)."""
        found = [
            (CONFIRMERS.get(c.what, c.what), shown_text(c.whom), ANSWERS.get(c.answer or "", N_("no answer yet")),
             c.answered_by or "", self.told(c.answered_at or c.asked_at), shown_text(c.text))
            for c in self.facts.confirmations
        ]  # fmt: skip
        return found + [
            (LINKED[link.answer or "asked"], N_("link without sign-in"), "", link.answered_by or "", self.told(link.answered_at),
             " ".join(filter(None, (shown_text(link.remark), link.address)))) for link in self.links
        ]  # fmt: skip
