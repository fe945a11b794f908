"""A customer confirms a change by link, or declines it: exactly what he sees is what becomes the proof (CHG-01, CHG-15)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session
from wtforms import Form

from models import Case, CustomerLink
from rules import approvals, catalogue, charges, fields, links, queries, speaking
from rules.catalogue import BY_CODE, PROOF_NAMES
from rules.links import CHANGED, OPEN, SETTLED
from rules.policy import unseen
from rules.proofreading import Way
from rules.store import Tx, system
from rules.words import N_, Refused, Words
from rules.workflow import Act, perform

# What a kind's proof has to show, and where the shipment says it.
FACTS = {"destination": "destination", "consignee": "consignee", "model": "model", "quantity": "pieces"}
# What the customer agrees to besides the new values, where the kind's proof asks for it.
CLAUSES = {
    "replaces": N_("The new consignment note replaces the former one."),
    "return_to_stock": N_("Shipping is cancelled; the goods go back to stock."),
    "no_refund": N_("Freight that has been charged is not refunded."),
}
NOTE_LONGEST = 200  # as long as the forms of the desk let a proof's note be
DO = (("confirm", N_("Yes, I confirm this")), ("decline", N_("No, please do not change it")))


class ConfirmForm(Form):
    """The customer's answer: which button, who he is, and a word if he likes."""

    do = fields.pick(N_("Your answer"), DO, fields.Filled(N_("Confirm or decline.")))
    name = fields.text(N_("Your name"), fields.Filled(N_("Write your name.")), longest=60)
    remark = fields.text(N_("Remark (why not, or what else)"), longest=300)


def shown(case: Any) -> dict[str, Any]:
    """Exactly what a confirmation page shows of a change, as plain data: number, what the kind's proof names, each value
    before and after, what the payer owes, clauses. The reason of a hold is the desk's own; whether goods are held is not."""
    kind, goods, asked = BY_CODE[case.code], case.shipment, catalogue.proof_of(case)
    facts = [[item, getattr(goods, path)] for item, path in FACTS.items() if item in asked]
    return {
        "code": kind.code, "number": goods.number or goods.master or goods.booking or "",
        "facts": [[item, value] for item, value in facts if value not in (None, "")],
        "rows": [[f.path, _told(f.path, getattr(goods, f.path)), _told(f.path, f.new)] for f in case.fields],
        "extra": [[name, case.extra[name]] for name in kind.extra if (case.extra or {}).get(name) is not None],
        "charges": [[line.item, line.payer, line.amount_minor, line.currency] for line in _owed(case)],
        "clauses": [name for name in CLAUSES if name in asked],
    }  # fmt: skip


def _told(path: str, value: Any) -> Any:
    return bool(value) if path == "hold_shipper" else value


def _owed(case: Any) -> list[Any]:
    """The lines that somebody outside the house pays."""
    return [line for line in charges.waivable(case.lines) if line.payer != "company"]


def items(page: dict[str, Any]) -> list[str]:
    """The elements of a proof that a page has shown. A typed name is no signature: that one stays for paper."""
    named = {item for item, _ in page["facts"]} | set(page["clauses"]) | {"content"}
    named |= {"number"} if page["number"] else set()
    named |= {"time"} if "time" in BY_CODE[page["code"]].proof else set()
    return [item for item in PROOF_NAMES if item in named]


# ------------------------------------------------------------------------------------------ offering


def offer(tx: Tx, key: str, case: Any, language: str) -> tuple[CustomerLink, str]:
    """A link by which the customer confirms the change as it stands now, with its token. Raises Refused (409) for a change
    that is decided already."""
    if case.closed_at is not None or case.executed_at is not None:
        raise Refused(Words(N_("This change is settled: nothing is left to confirm.")), 409)
    page = shown(case)
    told = "\n".join(
        str(value) for part in ("facts", "rows", "extra") for row in page[part] for value in row[1:] if value
    )
    speaking.check(tx, told, Way("customer", "web", case.office_id, case, "language", own=False))
    return links.make(
        tx, key, links.CONFIRM, language, office_id=case.office_id, case_id=case.id, customer_id=case.customer_id,
        contact_id=case.contact_id, shown=page, content=approvals.content(case),
    )  # fmt: skip


def case_of(session: Session, link: CustomerLink) -> Any:
    """The change of a link, as it stands in the database now."""
    ref = session.scalar(unseen(select(Case.ref).where(Case.id == link.case_id)))
    return queries.case_by_ref(session, system(office_id=link.office_id), ref or "", fresh=True)


def standing(link: CustomerLink, case: Any, at: datetime) -> str:
    """Whether a link may still be answered: besides what `links.standing` says, the change must not be settled, and be the
    one that was shown, to the letter."""
    found = links.standing(link, at)
    if found != OPEN:
        return found
    if case.closed_at is not None or case.executed_at is not None:
        return SETTLED
    same = link.content == approvals.content(case) and link.shown == shown(case)
    return OPEN if same else CHANGED


def proof_words(confirmed: bool, name: str, at: datetime, zone: str, address: str) -> Words:
    """What the answer is called on the request, for good: who, when by the office's clock, from which address."""
    said = N_("Confirmed online by %(name)s, %(time)s, %(address)s")
    if not confirmed:
        said = N_("Declined online by %(name)s, %(time)s, %(address)s")
    return Words(said, name=name, time=f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}", address=address)


# ------------------------------------------------------------------------------------------ answering


def answer(tx: Tx, link: CustomerLink, confirmed: bool, name: str, remark: str | None, said: str) -> None:
    """The customer's one answer; `said` is `proof_words` in the link's language. Raises Refused (409) when the link can no
    longer be answered, with the sentence for its page."""
    case = case_of(tx.session, link)
    links.need_open(standing(link, case, tx.at))
    links.settle(tx, link, "confirmed" if confirmed else "declined", name, remark)
    data = {"shown": link.shown, "name": name, "said": said, "remark": remark}
    perform(tx, case, "customer_confirmed" if confirmed else "customer_declined", data)
    _tell(tx, link, case, confirmed)


def confirmed(act: Act) -> None:
    """The customer's word becomes the proof: note, the elements that he saw, and his consent to the charges (CHG-15)."""
    case, said = act.case, act.data["said"]
    joined = f"{case.proof_note}; {said}" if case.proof_note else said
    if len(joined) <= NOTE_LONGEST:  # a note from before is never cut; the answer itself stands in the message
        case.proof_note = joined
    have = {*(case.proof_items or ()), *items(act.data["shown"])}
    case.proof_items = [item for item in PROOF_NAMES if item in have]
    for line in charges.unagreed(case.lines):
        line.agreed = said
    heard(act)


def heard(act: Act) -> None:
    """What the customer answered, as his message on the matter."""
    text = "\n".join(filter(None, (act.data["said"], act.data["remark"])))
    speaking.heard(
        act.write, case=act.case, office_id=act.case.office_id, audience="customer", channel="web",
        party=act.data["name"], said=text,
    )  # fmt: skip


def _tell(tx: Tx, link: CustomerLink, case: Any, confirmed: bool) -> None:
    """Owner and worker are told at once, also that the customer does not want it: the change waits for them."""
    text = Words(N_("%(name)s has confirmed the change online."), name=link.answered_by)
    if not confirmed:
        text = Words(N_("%(name)s has declined the change online: %(remark)s"), name=link.answered_by,
                     remark=link.remark or "–")  # fmt: skip
    links.tell_desk(tx, link, case, text)
