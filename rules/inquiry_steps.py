"""What is noted about a differing e-ledger or a missing stock statement before it is over (FIN-16, FIN-17). Data only."""

from __future__ import annotations

from rules.steps import CHOICE, LINE, Step
from rules.words import N_

CAUSES = (
    ("entry", N_("wrong entry")), ("stock", N_("stock differs")), ("shipping", N_("shipping record differs")),
    ("right", N_("the ledger is right")),
)  # fmt: skip
APOLOGY = Step("apology", N_("Apologised to the customer"), rule="FIN-16")
LEDGER = (
    Step("company", N_("Whose ledger, which model and colour"), LINE, rule="FIN-16"),
    APOLOGY,
    Step("clerk_asked", N_("Ledger clerk asked: who"), LINE, rule="FIN-16"),
    Step("stock_counted", N_("Stock counted again"), rule="FIN-16"),
    Step("ledger_checked", N_("Entries of the ledger checked"), rule="FIN-16"),
    Step("shipping_checked", N_("Shipping records checked"), rule="FIN-16"),
    Step("progress_call", N_("Not solved in time: told how far it is, with a new time"), rule="FIN-16"),
    Step("cause", N_("Cause"), CHOICE, CAUSES, before="close", rule="FIN-16"),
    Step("sent_again", N_("Corrected ledger sent again: when, to whom"), LINE, before="close",
         unless=(("cause", "right"),), rule="FIN-16"),
)  # fmt: skip
STATEMENT = (
    Step("company", N_("Whose statement, for which days"), LINE, rule="FIN-17"),
    APOLOGY,
    Step("clerk_asked", N_("Ledger clerk asked: who"), LINE, rule="FIN-17"),
    Step("next_call", N_("Still being checked: next call promised"), rule="FIN-17"),
    Step("sent_again", N_("Statement sent: when, to whom"), LINE, before="close", rule="FIN-17"),
)
ROWS = {("inquiry", "ledger"): LEDGER, ("inquiry", "statement"): STATEMENT}
