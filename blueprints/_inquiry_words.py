"""What the history calls the parts of an inquiry: goods, outcome, what the desk thinks. Data for `_history_words`."""

from __future__ import annotations

from rules.cargo_data import GOODS
from rules.words import N_
from workflows.inquiry_forms import OUTCOMES

COLUMNS = {
    "genuine": N_("Genuine"), "likely": N_("Likely to ship"), "direct_contact": N_("Direct contact"),
    "price_pending_at": N_("Price not out since"), "booked_at": N_("Booked at"), "outcome": N_("Outcome"),
    "outcome_note": N_("Remark on the outcome"), "lost_to": N_("Lost to"), "lost_minor": N_("At which price"),
    "lost_currency": N_("Currency"),
}  # fmt: skip
CODES = {"goods": dict(GOODS), "outcome": {code: name for code, name in OUTCOMES if code}}
