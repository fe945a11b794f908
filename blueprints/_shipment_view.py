"""A shipment's page and list as their templates want them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import url_for
from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload, selectinload

from blueprints import _byhand, _change_view, _history_view, _holds_view, _tracing_view, _transport_view
from blueprints._words import masks, shown_phone, shown_text
from models import Case, Change, Customer, Event, Shipment, db
from rules import catalogue, conditions, holding, search, shipments, stages, telling
from rules import holds as in_force
from rules.customer_columns import SETTLEMENT_NAMES
from rules.policy import can, unseen, visible
from rules.shipment_forms import HOLDS, STAGE_SOURCES, HoldForm, StageForm
from rules.store import Actor, now
from rules.tracing_words import PROGRESS
from rules.words import N_, Words
from rules.workflow import KINDS, flow_of

HOLD_COLUMNS = (Shipment.hold_shipper, Shipment.hold_service, Shipment.hold_finance)
SOURCES = {**STAGE_SOURCES, "import": N_("the office's file"), "desk": N_("the desk")}


@dataclass(frozen=True)
class Wanted:
    """What the list of shipments is narrowed to."""

    q: str
    mode: str | None
    stage: str | None
    held: bool

    @property
    def said(self) -> list[Any]:
        """The filters in words, for an empty list."""
        named = [
            stages.MODES.get(self.mode or ""),
            stages.NAMES.get(self.stage or ""),
            N_("held") if self.held else None,
        ]
        return [part for part in (self.q, *named) if part]


def select_list(who: Actor, wanted: Wanted) -> Select[Any]:
    """The shipments that the list holds, newest first, with their customer."""
    found = visible(who, select(Shipment).options(joinedload(Shipment.customer)), Shipment).order_by(Shipment.id.desc())
    if wanted.q:
        found = found.where(Shipment.id.in_(search.shipments_matching(db.session(), who, wanted.q)))
    if wanted.held:
        found = found.where(or_(*(column.is_not(None) for column in HOLD_COLUMNS)))
    narrow = {"mode": wanted.mode, "stage": wanted.stage}
    return found.where(*(getattr(Shipment, name) == value for name, value in narrow.items() if value))


def called(s: Shipment) -> Any:
    """What people call a shipment: its number, else booking, master or container, else that it has none yet."""
    return s.number or s.booking or s.master or s.container or N_("Without number")


def lane(s: Shipment) -> str:
    """From where to where."""
    return f"{s.origin or '?'} → {s.destination or '?'}"


def marks(s: Shipment) -> list[tuple[Any, str]]:
    """Holds and standing as marks: (words, tone)."""
    found = [(N_("Shipper's hold"), "soon")] if s.hold_shipper else []
    found += [(HOLDS[which], "hold") for which in HOLDS if getattr(s, f"hold_{which}")]
    found += [(PROGRESS[s.progress], "")] if s.number is None and s.progress else []
    return found + ([(stages.STANDINGS[s.standing], "late")] if s.standing != "active" else [])


def lines(found: list[Shipment]) -> list[tuple[Any, ...]]:
    """Rows of the list: address, number, customer, lane, mode, stage, consignee, departure, marks."""
    return [
        (url_for("shipments.shipment", shipment_id=s.id), called(s), s.customer.name if s.customer else s.shipper, lane(s),
         stages.MODES[s.mode], stages.NAMES[s.stage], s.consignee, s.departs_at, marks(s))
        for s in found
    ]  # fmt: skip


# ------------------------------------------------------------------------------------------ the page


def page_values(who: Actor, s: Shipment, **forms: Any) -> dict[str, Any]:
    """Everything shipments/shipment.html wants; `forms` are forms that were refused (stage, hold_service, hold_finance)."""
    here = url_for("shipments.shipment", shipment_id=s.id)
    writes, since = can(who, "shipment.write"), _since(s)
    return {
        "s": s, "called": called(s), "lane": lane(s), "mode": stages.MODES[s.mode], "marks": marks(s), "steps": steps(s),
        "stage": stages.name(s.stage), "stage_said": stage_said(s),
        "slips": _byhand.open_slips(who, here, Case.shipment_id == s.id), "changes": changes(who, s),
        "happened": _transport_view.of_shipment(s), "begin_url": _transport_view.begin_url(s),
        "closed": closed(who, s),
        "spot": _tracing_view.spot(who, s, forms), "told": _tracing_view.told(who, s),
        "entries": happened(s), "goods": goods(s), "route": route(s),
        "holds": holds(who, s, forms, since), "release": release(who, s, since), "customer": s.customer, "stopped": _stopped(s),
        "change_url": new_change(s, can(who, "case.register")), "log_url": url_for(
            "register.register", number=s.number or s.master or s.container) if can(who, "case.register") else None,
        "stage_form": stage_form(s, forms.get("stage") or StageForm(data={"at": now()}, zone=who.zone)) if writes else None,
        "edit_url": url_for("shipments.edit", shipment_id=s.id) if writes else None,
        "history_url": url_for("history.listing", of=f"shipments-{s.id}") if can(who, "history.read") else None,
        "failed": bool(forms), "opened": next(iter(forms), None),
    }  # fmt: skip


def _stopped(s: Shipment) -> Any:
    """Why the customer is stopped, unless finance lets this waybill go."""
    if s.customer is None or s.customer.stopped_at is None or s.freed_at is not None:
        return None
    return s.customer.stopped_reason or N_("Stopped")


def stage_said(s: Shipment) -> Words:
    """Since when the stage holds and who reported it."""
    source = Words(SOURCES.get(s.stage_source, s.stage_source))
    return Words(N_("since %(hour)s, according to %(source)s"), hour=s.stage_at, source=source)


def new_change(s: Shipment, may: bool) -> str | None:
    """Where a change to this shipment is logged; without a number it is the note's (D-12)."""
    number = s.number or s.master or s.container
    if not may:
        return None
    return url_for("register.register", kind="change", number=number, note_id=None if number else s.id)


def stage_form(s: Shipment, form: Any) -> Any:
    """The stages of the shipment's mode as choices; the next one is proposed."""
    order = list(stages.STAGES[s.mode])
    form.stage.choices = [("", N_("Choose")), *((code, stages.NAMES[code]) for code in order if code != s.stage)]
    following = order[order.index(s.stage) + 1 :]
    if form.stage.data is None and not form.stage.raw_data and following:
        form.stage.data = following[0]
    return form


def steps(s: Shipment) -> list[Any]:
    """The stages with what each allows, for `ui.steps` (CHG matrix)."""
    order = list(stages.STAGES[s.mode])
    at = order.index(s.stage)
    return [
        (stages.NAMES[code], "past" if i < at else "current" if i == at else "next",
         catalogue.ladder(code))
        for i, code in enumerate(order)
    ]  # fmt: skip


def goods(s: Shipment) -> list[Any]:
    """Parties and goods, for `ui.facts`."""
    tel = "" if masks() or not s.consignee_phone else f"tel:{s.consignee_phone.replace(' ', '')}"
    phone = (N_("Consignee's phone"), shown_phone(s.consignee_phone), tel)
    freight = telling.money(s.freight_minor, s.currency) if s.freight_minor is not None else None
    pairs = [
        (N_("Shipper"), s.shipper), (N_("Consignee"), s.consignee), phone, (N_("Delivery address"), shown_text(s.address)),
        (N_("Goods"), s.cargo), (N_("Model"), s.model), (N_("Pieces"), s.pieces),
        (N_("Weight"), _change_view.value_words("weight_g", s.weight_g)),
        (N_("Volume"), _change_view.value_words("volume_l", s.volume_l)),
        (N_("Payment"), SETTLEMENT_NAMES.get(s.payment or "", s.payment)), (N_("Freight"), freight),
        (N_("Return receipt"), s.receipt), (N_("Remark"), shown_text(s.remark)),
    ]  # fmt: skip
    return [pair for i, pair in enumerate(pairs) if pair[1] or i < 4]


def route(s: Shipment) -> list[Any]:
    """Numbers and times, for `ui.facts`."""
    pairs = [
        (N_("Waybill number"), s.number, "no"), (N_("Master number"), s.master, "no"), (N_("Container"), s.container, "no"),
        (N_("Booking number"), s.booking, "no"), (N_("Carrier"), s.carrier), (N_("Flight, vessel or truck"), s.vehicle),
        (N_("Cut-off"), s.cut_off_at), (N_("Departure"), s.departs_at), (N_("Expected arrival"), s.arrives_at),
        (N_("Transfers"), s.transfers), (N_("Partner"), s.partner.name if s.partner else None),
    ]  # fmt: skip
    return [pair for i, pair in enumerate(pairs) if pair[1] or not i]


@dataclass
class Hold:
    """A hold of the service's or finance's own, as it stands and as it may be set or lifted."""

    which: str
    name: str
    reason: str
    url: str
    form: Any
    may: bool
    since: Any = None


def _since(s: Shipment) -> dict[str, Any]:
    """By whom and since when each side holds these goods: side → words."""
    return {hold.side: _holds_view.placed(hold) for hold in in_force.opened(db.session(), shipment_id=s.id)}


def release(who: Actor, s: Shipment, since: dict[str, Any]) -> dict[str, Any]:
    """What stands about letting these goods go: the shipper's hold, what finance let go, the condition and who decides."""
    said = conditions.condition(conditions.standing(db.session(), s.customer, now()))[0] if s.customer else None
    lets_go = can(who, "customer.stop") and s.customer is not None and holding.held(s)
    return {
        "since": since.get("shipper"), "freed": in_force.freed(s), "freed_at": s.freed_at, "said": said,
        "free_url": url_for("finance.free", customer_id=s.customer_id) if lets_go else None,
    }  # fmt: skip


def holds(who: Actor, s: Shipment, forms: dict[str, Any], since: dict[str, Any]) -> list[Hold]:
    """The holds that people set here, apart by reason (D-02); the shipper's stands for itself."""
    return [
        Hold(which, name, shown_text(getattr(s, f"hold_{which}")), url_for("shipments.hold", shipment_id=s.id, which=which),
             forms.get(f"hold_{which}") or HoldForm(), can(who, f"shipment.hold.{which}"), since.get(which))
        for which, name in HOLDS.items()
    ]  # fmt: skip


def changes(who: Actor, s: Shipment) -> list[Any]:
    """Changes of the shipment, newest first: (stamp, ref, address, state, tone, rows for `ui.diff`)."""
    found = visible(who, select(Change).options(selectinload(Change.fields)), Change).where(Change.shipment_id == s.id)
    return [
        (flow_of(c).stamp(c), c.ref, url_for("cases.case", ref=c.ref), flow_of(c).state(c.state).label,
         "done" if c.executed_at else "", _change_view.before_after(c))
        for c in db.session.scalars(found.order_by(Change.id.desc()).limit(20))
    ]  # fmt: skip


def closed(who: Actor, s: Shipment) -> list[Any]:
    """The last closed matters other than changes: (stamp, ref, address, headline, when)."""
    columns: Any = select(Case.ref, Case.kind, Case.title, Case.gist, Case.closed_at)
    found = visible(who, columns, Case).where(
        Case.shipment_id == s.id, Case.closed_at.is_not(None), Case.kind != "change"
    )
    return [
        (KINDS[r.kind].stamp(r), r.ref, url_for("cases.case", ref=r.ref), KINDS[r.kind].headline(r), r.closed_at)
        for r in db.session.execute(found.order_by(Case.id.desc()).limit(20))
    ]


def happened(s: Shipment) -> list[dict[str, Any]]:
    """What happened to the shipment itself, newest first, for `ui.timeline`."""
    found = select(Event).where(Event.object_type == "shipments", Event.object_id == s.id).order_by(Event.seq.desc())
    return [_history_view.entry(event) for event in db.session.scalars(unseen(found.limit(20)))]


def locked_rows(who: Actor, s: Shipment) -> list[tuple[Any, Any]]:
    """What stands there and only a change may write, for the edit page: (label, value)."""
    names = shipments.locked(who, s) - {"hold_shipper"}
    labels = {"number": N_("Waybill number"), **catalogue.FIELD_NAMES}
    values = {name: _change_view.value_words(name, getattr(s, name)) for name in names} | {
        "partner_id": s.partner.name if s.partner else ""
    }
    return [(label, values[name]) for name, label in labels.items() if name in names]


def customer_name(customer: Customer | None) -> str:
    """How the customer is written into the form."""
    return (customer.code or customer.name) if customer else ""
