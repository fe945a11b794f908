"""What the page of a complaint shows besides the talk: its checklist, the demand of money, call back, crisis, measures
(CMP-08 to CMP-25)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from flask import url_for
from sqlalchemy import select

from blueprints._look import Look, Shown
from blueprints._words import shown_phone, shown_text, words
from models import User, db
from rules import catalogue, crisis, figures, money_stop, preventives, remedying, steps, telling
from rules.policy import SUPERVISOR
from rules.store import now
from rules.words import N_, Words

AFTER = ("answered", "closed")
MAY_PAY = N_("We have agreed with our supervisor that you are paid %(amount)s.")


@dataclass
class Row:
    """A row of a checklist; see cases/_steps.html."""

    code: str
    kind: str
    label: Any
    value: Any
    done: bool
    must: bool
    meta: Any = None
    options: list[Any] = field(default_factory=list)
    lead: tuple[Any, str] | None = None


@dataclass
class Steps:
    """See cases/_steps.html. `groups`: boxes that stand together, fields that stand together, in the order of the list."""

    rows: list[Row]
    groups: list[tuple[bool, list[Row]]]
    url: str | None
    left: int


@dataclass
class Remedies:
    """See complaint/_remedies.html."""

    moves: list[Shown]
    notes: list[tuple[str, Any, Any]]
    pairs: list[Any]
    holding: Shown | None
    line: Any


@dataclass
class Measures:
    """See complaint/_measures.html."""

    rows: list[Any]
    add: Shown | None
    today: Any


# ------------------------------------------------------------------------------------------ the checklist


def steps_part(look: Look) -> Steps | None:
    """The checklist of the case's topic; None where it has none."""
    found = steps.of(look.case)
    if not found:
        return None
    url = next((m.url for m in look.able("step")), None)
    left = {s.code for s in (*steps.missing(look.case, "answer"), *steps.missing(look.case, "close"))}
    rows = [_row(look, s, s.code in left) for s in found]
    groups = [(boxes, list(run)) for boxes, run in groupby(rows, lambda row: row.kind == steps.TICK)]
    return Steps(rows, groups, url, len(left))


def _row(look: Look, step: steps.Step, must: bool) -> Row:
    noted = (look.case.steps or {}).get(step.code) or {}
    value = noted.get("value")
    label: Any = Words(step.label)
    if step.figure:
        label = Words(step.label, n=figures.figure(db.session(), step.figure, look.case.office_id))
    options = [("", N_("Choose"), not value), *((code, name, code == value) for code, name in step.options)]
    meta = Words(N_("%(who)s %(hour)s"), who=noted["by"], hour=datetime.fromisoformat(noted["at"])) if noted else None
    shown = dict(step.options).get(str(value), value) if step.kind == steps.CHOICE else value
    return Row(step.code, step.kind, label, shown_text(shown) if isinstance(shown, str) else shown, bool(value), must, meta,
               options, _lead(look, step, value))  # fmt: skip


def _lead(look: Look, step: steps.Step, value: str | None) -> tuple[Any, str] | None:
    """The change that an option calls for, to be logged from here."""
    code, goods = dict(step.leads).get(value or ""), look.case.shipment
    if code is None or goods is None or look.who.user_id is None or "auditor" in look.who.roles:
        return None
    number = goods.number or goods.master or goods.container
    name = Words(N_("Log the change: %(kind)s"), kind=Words(catalogue.BY_CODE[code].name))
    return name, url_for("register.register", kind="change", number=number, code=code)


# ------------------------------------------------------------------------------------------ demand, call back, crisis


def remedies_part(look: Look) -> Remedies | None:
    """Money that is demanded, a call back, a crisis; None where there is nothing and nothing can be done."""
    case = look.case
    names = _names(case.demand_by_id, case.demand_decided_by_id, case.callback_done_by_id, case.spokesperson_id)
    notes, pairs = [], [*_demand(case, names), *_call_back(case, names), *_crisis(case, names)]
    silent = bool(case.crisis) and not crisis.speaks(case, look.who)
    if silent:
        notes.append(
            ("late", N_("Only the spokesperson speaks to the customer."), names.get(case.spokesperson_id) or NOBODY)
        )
    moves = look.able("demand", "call_me", "spokesperson", "crisis", "crisis_over")
    if not moves and not pairs:
        return None
    holding = next(iter(look.able("holding")), None) if silent else None
    return Remedies(moves, notes, pairs, holding, Words(crisis.HOLDING))


NOBODY = N_("Nobody has been named yet; grade 3 or higher does that.")


def _names(*ids: int | None) -> dict[int | None, str]:
    wanted = {i for i in ids if i is not None}
    found = select(User.id, User.display, User.name).where(User.id.in_(wanted))
    return {i: f"{display} {name}" for i, display, name in db.session.execute(found)} if wanted else {}


def _demand(case: Any, names: dict[int | None, str]) -> list[Any]:
    if case.demand_at is None:
        return []
    asked = telling.money(case.demand_minor, case.demand_currency) if case.demand_minor is not None else None
    pairs: list[Any] = [(N_("Customer demands"), shown_text(case.demand)), (N_("Amount demanded"), asked)]
    if case.demand_draft:
        pairs.append((N_("Draft that was stopped"), shown_text(case.demand_draft)))
    pairs.append((N_("Passed on by"), _when(names.get(case.demand_by_id), case.demand_at)))
    if case.demand_decision is None:
        return [*pairs, (N_("Supervisor's decision"), N_("waits for the supervisor"), "hold")]
    if case.demand_decision == money_stop.GRANTED:
        granted = Words(N_("granted: %(amount)s"), amount=telling.money(case.granted_minor, case.demand_currency))
        pairs.append((N_("Supervisor's decision"), granted, "done"))
    else:
        pairs.append((N_("Supervisor's decision"), N_("refused"), "late"))
    pairs.append((N_("Decided by"), _when(names.get(case.demand_decided_by_id), case.demand_decided_at)))
    return [*pairs, (N_("Reason"), shown_text(case.demand_reason))]


def _call_back(case: Any, names: dict[int | None, str]) -> list[Any]:
    if case.callback_at is None:
        return []
    pairs: list[Any] = [(N_("Supervisor calls back on"), shown_phone(case.callback_phone))]
    if case.callback_done_at is None:
        return [*pairs, (N_("Call back"), Words(N_("asked for %(hour)s, at once"), hour=case.callback_at), "late")]
    return [*pairs, (N_("Call back"), _when(names.get(case.callback_done_by_id), case.callback_done_at), "done")]


def _crisis(case: Any, names: dict[int | None, str]) -> list[Any]:
    if not case.crisis:
        return []
    pairs: list[Any] = [(N_("Crisis"), dict(crisis.KINDS)[case.crisis], "late")]
    if case.crisis_url:
        pairs.append((N_("Published at"), case.crisis_url))
    return [*pairs, (N_("Spokesperson"), names.get(case.spokesperson_id))]


def _when(name: str | None, at: datetime | None) -> Words:
    return Words(N_("%(who)s %(hour)s"), who=name or "", hour=at)


def ready_words(look: Look) -> str:
    """What the composer begins with: that the demand is with the supervisor, or the sum that was granted; else nothing."""
    case = look.case
    if case.kind != "complaint" or case.demand_at is None:
        return ""
    since = case.demand_decided_at or case.demand_at
    if any(m.direction == "out" and m.at >= since for m in look.facts.messages):
        return ""
    if case.demand_decision is None:
        return "" if SUPERVISOR in look.who.roles else words(Words(remedying.TOLD))
    if case.demand_decision == money_stop.GRANTED:
        return words(Words(MAY_PAY, amount=telling.money(case.granted_minor, case.demand_currency)))
    return ""


# ------------------------------------------------------------------------------------------ measures


def measures_part(look: Look) -> Measures | None:
    """Lasting measures, shown once the customer has his answer or where there are any (CMP-21)."""
    any_yet = look.facts.has("preventives")
    if not any_yet and look.case.state not in AFTER:
        return None
    rows = preventives.of_case(db.session(), look.case.id) if any_yet else []
    add = next(iter(look.able("measure")), None)
    return (
        Measures(list(rows), add, preventives.today(db.session(), look.case.office_id, now())) if rows or add else None
    )
