"""A supervisor calls back: at once, and first in the supervisors' list (CMP-17)."""

from __future__ import annotations

from typing import Any

from rules import speaking
from rules.words import N_, Refused, Words
from rules.workflow import Act

REACHED, NOT_REACHED = "reached", "not_reached"
# A row of the checklist, and what it says when the customer wants no apology.
APOLOGY, TURNED_DOWN = "apology", "refused"


def no_call_back_open(act: Act) -> Words | None:
    """One call back at a time."""
    return Words(N_("A supervisor's call back is open already.")) if call_back_open(act) is None else None


def call_back_open(act: Act) -> Words | None:
    """A supervisor shall call back and has not yet."""
    case = act.case
    if case.callback_at is not None and case.callback_done_at is None:
        return None
    return Words(N_("No call back is open."))


def phone_of(case: Any) -> str | None:
    """The phone on which the one who complained is reached."""
    contact = case.contact
    phone: str | None = case.caller_phone or (contact and (contact.phone or contact.landline))
    return phone


def call_me(act: Act) -> None:
    """A supervisor calls back at once, on this phone (CMP-17). Raises Refused (422) without a phone."""
    case = act.case
    phone = act.data.get("phone") or phone_of(case)
    if not phone:
        raise Refused(Words(N_("Say on which phone the customer is called back.")), 422, "phone")
    case.callback_phone, case.callback_at = phone, act.at
    case.callback_done_at = case.callback_done_by_id = None


def when_refused(act: Act) -> None:
    """An apology that was just noted as refused: a supervisor calls back at once (CMP-17); without a phone that is known the
    agent asks for the call himself."""
    case, noted = act.case, (act.case.steps or {}).get(APOLOGY) or {}
    if noted.get("value") != TURNED_DOWN or noted.get("at") != act.at.isoformat():
        return
    if call_back_open(act) is not None and phone_of(case):
        call_me(act)


def called_back(act: Act) -> None:
    """What came of the call: reached, it is done; not reached, it stays first in the supervisors' list (CMP-17)."""
    case, reached = act.case, act.data.get("result") == REACHED
    tell = speaking.said if reached else speaking.noted
    tell(
        act.write, case=case, office_id=case.office_id, audience="customer", channel="phone", party=case.callback_phone,
        said=act.data.get("said"), text=act.data.get("text"), result=act.data.get("result"),
    )  # fmt: skip
    if reached:
        case.callback_done_at, case.callback_done_by_id = act.at, act.who.user_id
