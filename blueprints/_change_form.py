"""The form for a new change: what the stage allows, before anything is typed; then only what one kind asks (CHG-06, CHG-11)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import request
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from blueprints._change_view import value_words
from blueprints._shared import me
from blueprints._words import listed
from models import Partner, Shipment, db
from rules import approvals, catalogue, charges, cities, fees, intake, offering, stages, telling, unnumbered
from rules.catalogue import BY_CODE, KINDS, Kind
from rules.matrix import CONFIRMERS
from rules.offering import Offer
from rules.store import now
from rules.words import N_, Words

REDIRECT = "K10"
CITY_BOUND = ("K09", "K11")  # an address in another city is a redirection (D-01)
OWN = frozenset(name for kind in KINDS for name in (*kind.fields, *kind.extra))  # asked by some kinds only
SHARED = (
    "proof_note",
    "proof_items",
    "read_back",
    "own_system",
    "charge_minor",
    "currency",
    "payer",
    "charge_agreed",
    "reason",
)
COSTS = {
    "none": N_("no charge"),
    "may": N_("charges, where any arise, are agreed first"),
    "path": N_("the short shipment is charged, the new declaration is not"),
    "who": N_("carries a charge, or our company pays for its own mistake"),
}
ONLY_CHARGED = N_("only against a charge")


@dataclass
class Choice:
    """A kind of change as it can be chosen; `said` is what the stage asks of it, `why` why it is impossible."""

    code: str
    name: Words
    said: list[Any]
    checked: bool
    why: Words | None = None
    instead: list[tuple[str, Words]] = field(default_factory=list)


@dataclass
class Part:
    """See change/_kinds.html."""

    form: Any
    stage: Words | None = None
    choices: list[Choice] = field(default_factory=list)
    shut: list[Choice] = field(default_factory=list)
    refused: Choice | None = None
    kind: Kind | None = None
    desk: bool = False
    warning: Words | None = None
    values: list[tuple[Any, Any]] = field(default_factory=list)
    extra: list[Any] = field(default_factory=list)
    partners: list[tuple[Any, list[tuple[str, str, bool]]]] = field(default_factory=list)
    charge: list[Any] = field(default_factory=list)
    charged: bool = False
    redirect: Words | None = None
    kept: list[tuple[str, str]] = field(default_factory=list)
    note_open: bool = False


# ------------------------------------------------------------------------------------------ what was sent


def sent(values: MultiDict[str, str], strict: bool = False) -> MultiDict[str, str]:
    """What was sent, with the kind that a button chose; `strict` leaves out what the kind does not ask, which the form only
    carries along so that nothing typed is lost. A redirection takes the new city from the address."""
    found: MultiDict[str, str] = MultiDict(values)
    if found.get("pick"):
        found["code"] = found["pick"]
        _fill_city(found)
    kind = BY_CODE.get(found.get("code", ""))
    for name in OWN - set(asked(kind)) if strict and kind is not None else ():
        found.poplist(name)
    return found


def _fill_city(found: MultiDict[str, str]) -> None:
    if found["code"] == REDIRECT and not found.get("destination"):
        found["destination"] = cities.city_of(found.get("address")) or ""


def asked(kind: Kind | None) -> tuple[str, ...]:
    """The fields that a kind asks: new values but for those it sets itself, and what it needs beyond them."""
    if kind is None:
        return ()
    given = {path for path, _value in kind.sets}
    return (*(name for name in kind.fields if name not in given), *kind.extra)


# ------------------------------------------------------------------------------------------ the goods


def goods(form: Any, party: intake.Party) -> Shipment | None:
    """The goods that the change is about: found by number, by their page, or by the note, and then shown beside the form;
    what the note would become when there are none; None while nothing is known (D-12)."""
    told = [form[name].data for name in unnumbered.ASKED]
    if party.shipment is not None or form.number.data or not any(told):
        return party.shipment
    owner = party.customer.id if party.customer is not None else None
    party.shipment = unnumbered.by_note(db.session(), me(), owner, *told[:2])
    return party.shipment or offering.unwritten(form.note_mode.data or "air", form.code.data == unnumbered.LIFTS_HOLD)


# ------------------------------------------------------------------------------------------ the part


def part(form: Any, shipment: Shipment | None) -> Part:
    """What the form asks, for goods that may not be known yet."""
    made = Part(form)
    code = form.code.data
    if shipment is not None:
        office_id = shipment.office_id or me().office_id
        found = offering.offers(db.session(), office_id, shipment, fees.today(me(), now()))
        made.stage = stages.name(shipment.stage)
        _list(made, found, code)
        chosen = next((o for o in found if o.kind.code == code and o.why is None), None)
        if chosen is not None:
            _ask(made, chosen, shipment)
    made.kept = _kept(made)
    made.note_open = bool([n for n in (*unnumbered.ASKED,) if form[n].data or form[n].errors])
    return made


def _kept(made: Part) -> list[tuple[str, str]]:
    """What was typed into fields that are not shown now is sent along, so that nothing is lost by choosing again."""
    shown = {*asked(made.kind), *(SHARED if made.kind else ())}
    hidden = [name for name in (*sorted(OWN), *SHARED, *(() if made.stage else ("code",))) if name not in shown]
    return [(name, value) for name in hidden for value in request.values.getlist(name) if value]


def _list(made: Part, found: Sequence[Offer], code: str | None) -> None:
    for offer in found:
        choice = _choice(offer, code)
        if offer.why is None:
            made.choices.append(choice)
        elif choice.checked:
            made.refused = choice
        else:
            made.shut.append(choice)


def _choice(offer: Offer, code: str | None) -> Choice:
    kind, checked = offer.kind, offer.kind.code == code
    if offer.why is not None:
        instead = [(k.code, Words(k.name)) for k in offer.instead]
        return Choice(kind.code, Words(kind.name), [], checked, offer.why, instead)
    said: list[Any] = [Words(offer.way.words), costs(offer), decides(offer)]
    said.append(Words(N_("the paper shows: %(items)s"), items=listed(catalogue.PROOF_NAMES[i] for i in offer.proof)))
    if offer.way.confirms:
        who = listed(Words(CONFIRMERS[c.what]) for c in offer.way.confirms)
        said.append(Words(N_("to be confirmed: %(who)s"), who=who))
    return Choice(kind.code, Words(kind.name), said, checked)


def costs(offer: Offer) -> Any:
    """What the kind costs: the fee table's lines, else in what case it costs something."""
    if offer.fees:
        return listed(fee_words(fee) for fee in offer.fees)
    return Words(ONLY_CHARGED if offer.way.charged else COSTS[offer.kind.charge])


def fee_words(fee: Any) -> Words:
    """One line of the fee table: what for, what the customer pays, what we pay."""
    item = Words(charges.ITEMS.get(fee.item, fee.item))
    pays = telling.money(fee.receivable_minor or 0, fee.currency)
    if not fee.payable_minor:
        return Words(N_("%(item)s %(amount)s"), item=item, amount=pays)
    ours = telling.money(fee.payable_minor, fee.currency)
    if not fee.receivable_minor:
        return Words(N_("%(item)s: we pay %(ours)s"), item=item, ours=ours)
    return Words(N_("%(item)s %(amount)s, we pay %(ours)s"), item=item, amount=pays, ours=ours)


def decides(offer: Offer) -> Words:
    """Who decides, in order; finance is named too where money may arise (D-01)."""
    if not offer.signers:
        return Words(N_("the desk carries it out itself"))
    chain = [_signer(role, grade) for role, grade in offer.signers]
    said = Words(N_("decided by %(who)s"), who=listed(chain))
    if offer.kind.charge == "none" or any(role == "finance" for role, _ in offer.signers):
        return said
    return Words(N_("%(decided)s; finance signs whatever carries money"), decided=said)


def _signer(role: str, grade: int) -> Words:
    name = Words(approvals.STEP_NAMES[role])
    return Words(N_("%(role)s (grade %(grade)s or higher)"), role=name, grade=grade) if grade > 1 else name


# ------------------------------------------------------------------------------------------ the chosen kind


def _ask(made: Part, offer: Offer, shipment: Shipment) -> None:
    kind, form = offer.kind, made.form
    made.kind, made.desk = kind, not offer.signers
    made.warning = Words(catalogue.WARNING) if kind.release_officer else None
    made.values = [(form[n], _now(shipment, n)) for n in asked(kind) if n in kind.fields and n != "partner_id"]
    made.extra = [form[name] for name in kind.extra]
    if "partner_id" in kind.fields:
        made.partners = _partners(form.partner_id.data)
    form.proof_items.choices = [(code, Words(catalogue.PROOF_NAMES[code])) for code in offer.proof]
    made.charge = [fee_words(fee) for fee in offer.fees]
    typed = form.charge_minor.raw_data and form.charge_minor.raw_data[0]
    made.charged = kind.charge != "none" or offer.money or bool(typed or form.charge_minor.errors)
    if form.address.errors and kind.code in CITY_BOUND and REDIRECT in {c.code for c in made.choices}:
        made.redirect = Words(BY_CODE[REDIRECT].name)


def _now(shipment: Shipment, name: str) -> Any:
    """What stands now, beside the field for what shall stand."""
    if name == "hold_shipper":
        return None
    return Words(N_("now: %(value)s"), value=value_words(name, getattr(shipment, name)) or "–")


def _partners(chosen: int | None) -> list[tuple[Any, list[tuple[str, str, bool]]]]:
    """Destination agents to choose from, the company's published ones first (CHG-20)."""
    known = select(Partner.id, Partner.name, Partner.city, Partner.published).where(Partner.status == "active")
    rows = db.session().execute(known.order_by(Partner.name, Partner.id)).all()
    groups = ((N_("Published list"), True), (N_("Not on the published list: a company leader decides"), False))
    return [
        (label, [(str(r.id), f"{r.name} {r.city or ''}".strip(), r.id == chosen) for r in rows if r.published is listed_])
        for label, listed_ in groups
    ]  # fmt: skip
