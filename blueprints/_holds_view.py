"""Holds as pages show them: what holds, why, who since when, and what this person may do about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import url_for

from blueprints._words import shown_text, words
from models import Hold, Shipment, User
from rules import finance_forms, holding, holds, proposals
from rules.policy import can
from rules.store import Actor
from rules.words import N_, Words

TONES = {holds.PROPOSED: "hold", holds.ACTIVE: "late", holds.LIFTED: "done", holds.DROPPED: ""}
FORMS = {
    "confirm": finance_forms.DocumentsForm, "drop": finance_forms.ReasonForm, "override": finance_forms.ReasonForm,
    "lift": finance_forms.ReasonForm, "free": finance_forms.FreeForm,
}  # fmt: skip
LABELS = {
    "confirm": N_("Put in force"), "drop": N_("Do not hold"), "override": N_("Hold nevertheless"), "lift": N_("Lift"),
    "free": N_("Let single waybills go"),
}  # fmt: skip


@dataclass
class Action:
    """Something that may be done about a hold: its form with what was typed, and where it is sent."""

    name: str
    label: Any
    url: str
    form: Any
    law: bool = False


@dataclass
class Line:
    """A hold in a list; see finance/_holds.html and shipments/_holds.html."""

    id: int
    status: Any
    tone: str
    name: Any
    reason: Any
    by: Any
    more: list[Any] = field(default_factory=list)
    whose: str = ""
    href: str = ""
    grade: str | None = None
    said: Any = None
    goods: list[Any] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)


def line(hold: Hold) -> Line:
    """One hold with its people, who must be loaded."""
    found = Line(
        hold.id,
        holds.STATUSES[hold.status],
        TONES[hold.status],
        holds.name(hold),
        reason(hold),
        placed(hold),
        ended(hold),
    )
    if holding.waits_for_override(hold):
        found.more.append(Words(N_("The contract has no pay-first clause: waits for a supervisor of grade 3.")))
    if hold.customer is not None:
        found.whose, found.grade = hold.customer.name, hold.customer.grade
        found.href = url_for("customers.customer", customer_id=hold.customer_id)
    elif hold.shipment is not None:
        found.whose = number(hold.shipment)
        found.href = url_for("shipments.shipment", shipment_id=hold.shipment_id)
    return found


def reason(hold: Hold) -> Any:
    """Why, as people wrote it or as the system says it."""
    said = proposals.reason_words(hold)
    return shown_text(said) if isinstance(said, str) else said


def placed(hold: Hold) -> Any:
    """Since when and by whom; what the office's file brought names nobody, and what stood before names no moment."""
    who: Any = _name(hold.placed_by)
    if hold.placed_at is None:
        if hold.proposed_at is None:
            return who
        who = who or Words(N_("the system"))
        return Words(N_("proposed by %(name)s, %(hour)s"), name=who, hour=hold.proposed_at)
    return Words(N_("%(who)s, %(hour)s"), who=who or Words(N_("the office's file")), hour=hold.placed_at)


def ended(hold: Hold) -> list[Any]:
    """How it ended, in lines."""
    found: list[Any] = []
    if hold.override_reason:
        found.append(Words(N_("held without the clause: %(reason)s"), reason=shown_text(hold.override_reason)))
    if hold.ended_at is not None:
        said = Words(
            N_("%(who)s, %(hour)s"), who=_name(hold.ended_by) or Words(N_("the office's file")), hour=hold.ended_at
        )
        found.append(Words(N_("ended by %(said)s"), said=said))
        found += [shown_text(hold.end_reason)] if hold.end_reason else []
    return found


def _name(person: User | None) -> str | None:
    return f"{person.display} {person.name}" if person is not None else None


def number(shipment: Shipment) -> str:
    """What people call a waybill."""
    return shipment.number or shipment.master or shipment.booking or "–"


def actions(who: Actor, hold: Hold, tried: dict[str, Any]) -> list[Action]:
    """What this person may do about a hold; `tried` are forms that were refused, by action."""
    found = []
    if hold.status == holds.PROPOSED and can(who, "customer.stop"):
        found += ["confirm", "drop"] if not holding.waits_for_override(hold) else ["drop"]
    elif holding.may_override(who, hold):
        found += ["override", "drop"]
    elif hold.status == holds.ACTIVE and can(who, "customer.stop"):
        found.append("lift")
    return [_action(name, hold, tried.get(name)) for name in found]


def _action(name: str, hold: Hold, tried: Any) -> Action:
    form = tried or FORMS[name](data={"reason": words(reason(hold)) if name == "confirm" else None})
    url = url_for(f"finance.{name}", hold_id=hold.id)
    label = N_("Lift it all") if name == "lift" and hold.customer_id is not None else LABELS[name]
    return Action(name, label, url, form, law=name in ("confirm", "override"))


def freeing(customer_id: int, goods: list[Any], tried: Any) -> Action:
    """The form that lets single waybills of a held customer go."""
    form = tried or finance_forms.FreeForm()
    form.shipment.choices = [(str(row.id), row.number or row.master or row.booking or str(row.id)) for row in goods]
    return Action("free", LABELS["free"], url_for("finance.free", customer_id=customer_id), form)
