"""What the history calls the parts of a complaint: demand, call back, crisis, checklist, measures. Data for `_history_words`."""

from __future__ import annotations

from typing import Any

from blueprints._words import listed, shown_text
from rules import crisis, follow_ups, steps
from rules.words import N_, Words

ACTIONS = {"preventive.done": N_("Measure finished")}
RECORDS = {"preventives": N_("Measure after a complaint")}
COLUMNS = {
    "demand": N_("Customer demands"), "demand_minor": N_("Amount demanded"), "demand_currency": N_("Currency"),
    "demand_draft": N_("Draft that was stopped"), "demand_at": N_("Passed on at"), "demand_by_id": N_("Passed on by"),
    "demand_decision": N_("Supervisor's decision"), "granted_minor": N_("Amount granted"),
    "demand_reason": N_("Reason of the decision"),
    "demand_decided_at": N_("Decided at"), "demand_decided_by_id": N_("Decided by"),
    "callback_phone": N_("Supervisor calls back on"), "callback_at": N_("Call back asked for at"),
    "callback_done_at": N_("Called back at"), "callback_done_by_id": N_("Called back by"),
    "crisis": N_("Crisis"), "crisis_at": N_("Crisis since"), "crisis_url": N_("Published at"),
    "spokesperson_id": N_("Spokesperson"),
    "cause": N_("Cause"), "action": N_("Measure"), "due_on": N_("By which day"), "done_at": N_("Done at"),
    "done_by_id": N_("Done by"), "result": N_("Result"),
}  # fmt: skip
COLUMNS_OF = {
    ("preventives", "made_by_id"): N_("Made by"), ("preventives", "owner_id"): N_("Who answers for it"),
    ("messages", "result"): N_("Reached?"),
}  # fmt: skip
CODES = {
    "demand_decision": {"granted": N_("granted"), "refused": N_("refused")}, "crisis": dict(crisis.KINDS),
}  # fmt: skip
CODES_OF = {("messages", "result"): {"reached": N_("Customer reached"), "not_reached": N_("Customer not reached")}}
_ROWS = {step.code: step for rows in steps.ROWS.values() for step in rows}


_MORE = {  # what inquiries note besides lists
    "follow_up": N_("Follow up"), "unbooked": N_("Inquiries before without a booking"),
    "operations": N_("Operations have been told"),
}  # fmt: skip


def steps_said(noted: dict[str, Any]) -> str:
    """A checklist as it stood: every row that was noted with its value."""
    return listed(_row(code, row.get("value")) for code, row in noted.items() if isinstance(row, dict))


def _row(code: str, value: Any) -> Any:
    step = _ROWS.get(code)
    label = Words(step.label, n="") if step is not None else Words(_MORE.get(code, code))
    if value is True:
        return label
    said = dict(step.options).get(value, value) if step is not None else follow_ups.WHAT.get(value, value)
    return Words(
        N_("%(label)s: %(value)s"), label=label, value=Words(said) if said != value else shown_text(str(value))
    )
