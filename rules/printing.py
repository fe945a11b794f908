"""The forms to print: which fit, what they are called, and whether what they say is in force (HC-27, SYS-04)."""

from __future__ import annotations

from typing import Any

from rules.words import N_, Words

NOTICE, HOLD, RELEASE, RECORD = "notice", "hold", "release", "record"
TITLES = {
    NOTICE: N_("Change notice"), HOLD: N_("Hold notice"), RELEASE: N_("Release notice"),
    RECORD: N_("Inquiry and quotation record"),
}  # fmt: skip
COMMISSION = N_("Commission change notice")  # the sea commission's own form, HC-27 (CHG-14)
HC_27 = "HC-27"
ORDERS = {
    HOLD: N_("Hold the goods named below. Do not deliver them before our written release notice."),
    RELEASE: N_(
        "The goods named below are released: deliver them to the consignee. Confirm to us that you have seen this."
    ),
}


def forms_of(case: Any) -> list[tuple[str, str]]:
    """The forms that fit a case, as (name, title): every change has its notice, a hold and a release also their own, a price
    inquiry its record (INQ-21)."""
    if case.kind == "inquiry" and case.topic == "price":
        return [(RECORD, TITLES[RECORD])]
    if case.kind != "change":
        return []
    fitting = [NOTICE]
    if case.code == "K10-hold" and case.state in ("approved", "executed"):
        fitting.append(HOLD)
    if case.code in ("K02", "K06"):
        fitting.append(RELEASE)
    return [(name, title(case, name)) for name in fitting]


def title(case: Any, form: str) -> str:
    """What the form is called; the change notice of a sea commission has a name of its own."""
    return COMMISSION if form == NOTICE and case.code == "K12" else TITLES[form]


def form_code(case: Any, form: str) -> str:
    """The office's number of the form, where it has one (SYS-04)."""
    return HC_27 if form == NOTICE and case.code == "K12" else ""


def not_in_force(case: Any, form: str, state: str) -> Words | None:
    """The sentence that a form carries until the change has been carried out, and when an order to hold or release has been
    overtaken since; `state` is the case's, in words."""
    if case.executed_at is None and case.closed_at is None:
        return Words(N_("Not in force yet: nothing has been changed on the strength of this paper."))
    if case.executed_at is None:
        return Words(N_("Not in force: this change is “%(state)s”."), state=Words(state))
    if form == HOLD and not case.shipment.hold_shipper:
        return Words(N_("No longer in force: the hold has been lifted since."))
    if form == RELEASE and case.shipment.hold_shipper:
        return Words(N_("No longer in force: the goods have been held again since."))
    return None
