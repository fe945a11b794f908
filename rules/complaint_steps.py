"""What each kind of complaint asks the desk to do, and what is chosen on the way (CMP-09 to CMP-19, CF-15). Data only.

Labels are read out of the row they stand in: short, in the words of the trade.
"""

from __future__ import annotations

from rules.steps import CHOICE, LINE, Step, register
from rules.transport_reasons import HAPPENINGS
from rules.words import N_

WRONG_GOODS = (
    ("redirect", N_("sent on to a buyer nearby (redirect)")),
    ("hold", N_("held meanwhile")),
    ("return", N_("back to the shipper (return)")),
    ("ask_buy", N_("the shipper asks the consignee to buy them")),
)
WRONG_GOODS_LEAD = (("redirect", "K10"), ("hold", "K10-hold"), ("return", "K10-return"))
AIR_OPTIONS = tuple(
    reason for happening in HAPPENINGS.values() if happening.mode == "air" for reason in happening.reasons
)
CONFIRMED = (("confirmed", N_("confirmed")), ("not_confirmed", N_("not confirmed")))
APOLOGY = Step("apology", N_("Apologised to the customer"), rule="CMP-10")
TRACKED = Step("tracked", N_("Goods under priority tracking"), tracks=True, rule="CMP-15")

WAREHOUSE = (
    Step("first_reply", N_("Shipper and number asked, first answer promised within %(n)s minutes"),
         figure="complaint.wrong_goods.first_reply", rule="CMP-09"),
    Step("label_number", N_("Number on our label, as the consignee reads it"), LINE, rule="CMP-11"),
    Step("outer_name", N_("Name on the outer box, as the consignee reads it"), LINE, rule="CMP-11"),
    Step("keep_carton", N_("Consignee keeps the carton"), rule="CMP-11"),
    Step("keep_bag", N_("Consignee keeps the woven bag"), rule="CMP-11"),
    Step("whose", N_("What label and box show"), CHOICE,
         (("ours", N_("we sent the wrong ones")), ("shipper", N_("the shipper packed or marked it so")),
          ("partner", N_("mixed up by the partner")), ("late", N_("goods are right, only late"))),
         before="close", rule="CMP-11"),
    Step("apology", N_("Apologised to the customer"), rule="CMP-10"),
    Step("sent_again", N_("Correct goods sent again, under priority tracking"), tracks=True, rule="CMP-10"),
    Step("wrong_goods", N_("What happens to the wrong goods"), CHOICE, WRONG_GOODS, before="close", leads=WRONG_GOODS_LEAD,
         unless=(("whose", "late"), ("whose", "shipper")), rule="CMP-10"),
)  # fmt: skip
PARTNER = (
    Step("our_state", N_("Our record: released when, by whom"), LINE, rule="CMP-12"),
    Step("their_state", N_("What the partner's record says"), LINE, rule="CMP-12"),
    Step("compared", N_("Both records compared"), CHOICE,
         (("missed", N_("the partner overlooked it: goes out now, apologised")),
          ("other_goods", N_("asked about another shipper's goods: this number is signed"))),
         before="close", rule="CMP-12"),
)  # fmt: skip
ROUGH = (
    Step("film", N_("Video or photo asked for"), rule="CMP-13"),
    Step("fleet_told", N_("Fleet informed: who"), LINE, before="close", rule="CMP-13"),
    Step("superior_told", N_("The fleet's superior informed: who"), LINE, before="close", rule="CMP-13"),
    Step("result_back", N_("Result told back to the customer"), rule="CMP-13"),
)
PICKUP = (
    Step("log_read", N_("Pick-up log of the last days read"), before="close", rule="CMP-14"),
    Step("confirmed", N_("The log and the complaint"), CHOICE, CONFIRMED, before="close", rule="CMP-14"),
    Step("table_sent", N_("Not confirmed: table sent to the customer"), rule="CMP-14"),
    Step("cause", N_("Confirmed: cause"), LINE, before="close", unless=(("confirmed", "not_confirmed"),), rule="CMP-14"),
    Step("improvement", N_("Confirmed: improvement agreed with the fleet"), LINE, before="close",
         unless=(("confirmed", "not_confirmed"),), rule="CMP-14"),
    Step("apology", N_("Apologised to the customer"), rule="CMP-14"),
)  # fmt: skip
FLIGHT = (
    Step("air_reason", N_("Reason"), CHOICE, AIR_OPTIONS, before="close", rule="CMP-15"),
    Step("rebooked", N_("Rebooked on flight"), LINE, rule="CMP-15"),
    Step("consignee_told", N_("Consignee informed"), rule="CMP-15"),
    TRACKED,
)
BUMPED = (
    *FLIGHT,
    Step("market", N_("Market-wide cause"), LINE, before="close", rule="CMP-15"),
    Step("management", N_("What management does with the airline"), LINE, before="close", rule="CMP-15"),
)
ATTITUDE = (
    Step("apology", N_("Apologised to the customer"), rule="CMP-16"),
    Step("details", N_("What was said, on which call, in the customer's words"), LINE, before="close", rule="CMP-16"),
    Step("leader_told", N_("Team leader or supervisor informed"), before="close", rule="CMP-16"),
)
MISTAKE = (
    Step("restated", N_("Problem restated; name and phone taken"), rule="CMP-17"),
    Step("leader_told", N_("Supervisor informed"), before="close", rule="CMP-17"),
    Step("apology", N_("Our apology"), CHOICE,
         (("taken", N_("accepted")), ("refused", N_("refused: a supervisor calls back at once"))), rule="CMP-17"),
)  # fmt: skip
SLOW = (
    Step("apology", N_("Apologised to the customer"), rule="CMP-19"),
    Step(
        "rang_long", N_("Answered after more than %(n)s rings: counts as slow"), figure="hotline.rings", rule="CMP-19"
    ),
    Step("heard_at", N_("When the customer rang and was answered"), LINE, rule="CMP-19"),
)

register({
    ("complaint", "warehouse"): WAREHOUSE, ("complaint", "partner"): PARTNER, ("complaint", "rough"): ROUGH,
    ("complaint", "pickup"): PICKUP, ("complaint", "flight"): FLIGHT, ("complaint", "bumped"): BUMPED,
    ("complaint", "attitude"): ATTITUDE, ("complaint", "mistake"): MISTAKE, ("complaint", "slow"): SLOW,
    ("complaint", "hotline"): SLOW,
})  # fmt: skip
