"""The register of figures with its defaults: rulebook appendix A, GAP-02, decisions D-01, D-05, D-15 and D-19.

A whole number counts minutes unless UNITS says what else. Money is in minor units of renminbi.
"""

from __future__ import annotations

from typing import Any

from rules.words import N_, Words

BY_CLASS = "complaint.by_kind_and_class"

# key: (default, name)
DEFAULTS: dict[str, tuple[Any, str | Words]] = {
    "inquiry.general.first_answer": (5, N_("First answer to a price inquiry (minutes)")),
    "inquiry.analysis.answer": (480, N_("Answer about special, dangerous or break-bulk goods (minutes)")),
    "inquiry.cargo.answer": (30, N_("Answer to a cargo query (minutes)")),
    "call.reply": (5, N_("Call back (minutes)")),
    "inquiry.other.answer": (30, N_("Answer to any other question (minutes)")),
    "answer.after_acknowledgement": (30, N_("Answer after an acknowledgement that named no time (minutes)")),
    "inquiry.price_pending.report": (1, N_("Report whether a price that was pending is out")),
    "inquiry.special.follow_up_1": ("14:00", N_("First follow-up of a special inquiry quoted in the morning")),
    "inquiry.special.follow_up_2": (1, N_("Second follow-up of a special inquiry")),
    "quote.newcomer_review": (2, N_("Review of a newcomer's quotation (minutes)")),
    "note.mail_delay": (10, N_("Consignment note that comes by mail (minutes)")),
    "booking.small_container_heavy": (22, N_("Weight from which a 20-foot box asks about overweight")),
    "booking.containers": (
        {"20": [28, 22], "40": [58, 26], "40HQ": [68, 26]}, N_("Usable volume and payload of containers"),
    ),
    "booking.copies_marked": ("6-9", N_("Copies of the consignment note that are marked")),
    "cross_border.morning_check": ("08:00", N_("Morning check of cross-border trucks")),
    "truck.morning_position": ("08:00", N_("Morning position of trucks")),
    "shipment.state_marking": (2, N_("State marked after sailing")),
    "air.pickup_after_landing": (120, N_("Pick-up after landing (minutes)")),
    "air.delivery_window": ("18:00-19:00", N_("Delivery window of air freight")),
    "complaint.simple.answer": (120, N_("Clear answer to a simple complaint (minutes)")),
    "complaint.complex.answer": (1440, N_("Clear answer to a complex complaint (minutes)")),
    BY_CLASS: (
        {"A": [60, 480], "B": [120, 1440], "C": [120, 1440], "D": [120, 1440]},
        N_("Clear answer to a complaint by class of customer (minutes)"),
    ),
    "complaint.wrong_goods.first_reply": (10, N_("First reply about wrong goods or late shipping (minutes)")),
    "complaint.pickup_lookback": (10, N_("Days of pick-up times looked at after a complaint")),
    "consult.supervisor.reply": (5, N_("Supervisor's reply to an agent (minutes)")),
    "hotline.rings": (3, N_("Rings until the hotline is answered")),
    "agent.compensation_authority": (0, N_("Compensation an agent may promise")),
    "partner.damage_follow_up": (1, N_("Partner's report about damage")),
    "receipt.direct": (10, N_("Return of the receipt, direct")),
    "receipt.one_transfer": (15, N_("Return of the receipt, one transfer")),
    "receipt.two_transfers": (20, N_("Return of the receipt, two transfers")),
    "receipt.two_transfers.limit": (25, N_("Return of the receipt, two transfers, hard limit")),
    "receipt.penalty_slow": (5_000, N_("Charge for a slow receipt")),
    "receipt.penalty_abnormal": (10_000, N_("Charge for an abnormal receipt")),
    "receipt.loss_share": (50, N_("Share of the person in the loss of a receipt")),
    "receipt.wrong_person": (100, N_("Share of the loss after delivery to the wrong person")),
    "claim.deductible": (30_000, N_("Deductible of a claim")),
    "claim.payment": (10, N_("Payment of a claim")),
    "finance.reminder": (7, N_("Reminder before the term of payment")),
    "payment.confirm": (60, N_("Money that a customer says he paid: confirmed by finance (minutes)")),
    "finance.long_overdue": (30, N_("Overdue for long")),
    "agreement.warn": (30, N_("Warning before an agreement ends")),
    "customer.first_shipment_prepaid": (1, N_("First shipments that are prepaid")),
    "deposit.share": (100, N_("Share of the deposit in renminbi")),
    "rebate.transfer": (3, N_("Transfer of a rebate")),
    "ledger.answer": (30, N_("Answer about a differing e-ledger (minutes)")),
    "statement.promise": (10, N_("Answer about a missing inventory statement (minutes)")),
    "free_time.example.approved": (21, N_("Free time approved, example")),
    "free_time.example.given": (14, N_("Free time given, example")),
    "online_change.kinds": (4, N_("Kinds of changes that may be asked online")),
    "contact.class_A": (1, N_("Contact with customers of class A, every")),
    "contact.class_B": (1, N_("Contact with customers of class B, every")),
    "contact.class_C": (3, N_("Contact with customers of class C, every")),
    "contact.class_D": (0, N_("Contact with customers of class D, every (0: when there is time)")),
    "visit.key_and_new": (30, N_("Visit to key and new customers, every")),
    "report.exceptions": (7, N_("Report of exceptions, every")),
    "report.information": (30, N_("Report of information, every")),
    "change.customer.done": (60, N_("Change carried out for the customer (minutes)")),
    "change.decision": (30, N_("Decision on a change (minutes)")),
    "change.proof.chase": (120, N_("Chasing the written proof of a change (minutes)")),
    "change.confirmation": (30, N_("Confirmation of a change by another desk or a partner (minutes)")),
    "hold.follow_up": (480, N_("Following up goods that were put on the shipper's hold (minutes of desk hours)")),
    "question.answer": (30, N_("Answer of another desk, a partner or the fleet (minutes)")),
    "lane.coloader": ("africa,latin_america,middle_east", N_("Lanes on which co-loaders are served")),
    "complaint.repeat": (90, N_("Complaints shown again when another one is logged, from the last (days)")),
    "change.before_cut_off": (30, N_("Decision on a change: at the latest before cut-off (minutes)")),
    "change.zero_cost.second_look": (False, N_("Zero-cost changes need a second look")),
    "change.second_decider": ("", N_("Second decider, signs when no supervisor can (sign-in name; empty: nobody)")),
    "change.second_decider.limit": (50_000, N_("Charge up to which the second decider may sign")),
    "phrase.repeat": (3, N_("Forbidden phrases within 30 days of which the supervisors are told")),
    "audit.hasty.seconds": (5, N_("Decision that an auditor looks at: made within (seconds)")),
    "link.confirm.valid": (2880, N_("Link by which a customer confirms a change: valid for (minutes)")),
    "link.ask.valid": (10080, N_("Link by which a contact asks for a change: valid for (minutes)")),
    "mail.again.1": (1, N_("Mail that did not leave: second try after (minutes)")),
    "mail.again.2": (5, N_("Mail that did not leave: third try after (minutes)")),
    "mail.again.3": (15, N_("Mail that did not leave: fourth try after (minutes)")),
    "mail.again.4": (60, N_("Mail that did not leave: fifth try after (minutes)")),
    "mail.again.5": (240, N_("Mail that did not leave: last try after (minutes)")),
    "desk.hours": ("09:00-18:00", N_("Desk hours")),
    "desk.days": ([0, 1, 2, 3, 4], N_("Working days of the week (0 = Monday)")),
    "desk.duty_24h": (False, N_("Complaints are answered round the clock")),
}  # fmt: skip
_UNITS = {
    "days": "inquiry.price_pending.report inquiry.special.follow_up_2 complaint.pickup_lookback partner.damage_follow_up "
    "receipt.direct receipt.one_transfer receipt.two_transfers receipt.two_transfers.limit finance.reminder "
    "finance.long_overdue agreement.warn free_time.example.approved free_time.example.given contact.class_A contact.class_B "
    "contact.class_C contact.class_D visit.key_and_new report.exceptions report.information complaint.repeat",
    "working_days": "shipment.state_marking claim.payment rebate.transfer",
    "money": "agent.compensation_authority receipt.penalty_slow receipt.penalty_abnormal claim.deductible "
    "change.second_decider.limit",
    "percent": "receipt.loss_share receipt.wrong_person deposit.share",
    "number": "hotline.rings customer.first_shipment_prepaid online_change.kinds phrase.repeat",
    "tonnes": "booking.small_container_heavy",
    "time": "inquiry.special.follow_up_1 cross_border.morning_check truck.morning_position",
    "text": "booking.copies_marked",
    "regions": "lane.coloader",
    "login": "change.second_decider",
    "seconds": "audit.hasty.seconds",
    "table": f"booking.containers {BY_CLASS}",
}
UNITS = {key: unit for unit, keys in _UNITS.items() for key in keys.split()}
MAIL_AGAIN = tuple(key for key in DEFAULTS if key.startswith("mail.again."))
# The columns of a table, and the figures that each of them may not pass (CF-03: the table may only shorten them).
COLUMNS = {
    BY_CLASS: (("simple", N_("Simple complaint")), ("complex", N_("Complex complaint"))),
    "booking.containers": (("volume", N_("Volume (m³)")), ("payload", N_("Payload (t)"))),
}
CEILINGS = {BY_CLASS: ("complaint.simple.answer", "complaint.complex.answer")}
# Figures that steer approval or compensation count only after a second person has agreed (E-18).
_STEERING = ("change.zero_cost", "change.second_decider")
SECOND_PERSON = frozenset(k for k in DEFAULTS if k.startswith(_STEERING)) | {"agent.compensation_authority"}
