"""What the history calls things: actions, kinds of record, columns and codes. Data only; `_history_view` uses it.

What a kind of work adds needs no line here: its moves have labels, its columns are named by its form.
"""

from __future__ import annotations

from typing import Any

from blueprints import _complaint_words, _handbook_words, _inquiry_words, _outbox_words, _rows
from rules import (
    catalogue,
    charges,
    holds,
    parties,
    payments,
    policy,
    quoting,
    quoting_lines,
    quoting_margin,
    quoting_sources,
    responsible,
    rungs,
    stages,
    transport_reasons,
)
from rules.customer_columns import SETTLEMENT_NAMES
from rules.customer_forms import GRADES, GROUPS, SOURCES, STATUSES
from rules.matrix import CONFIRMERS
from rules.prices import ITEMS, UNITS
from rules.shipment_forms import STAGE_SOURCES
from rules.words import N_
from rules.workflow import KINDS, label_of
from workflows.common import AUDIENCES

ACTIONS: dict[str, str] = {
    "customer.add": N_("Customer added"), "customer.edit": N_("Customer edited"),
    "customer.class": N_("Class changed"), "customer.stop": N_("Customer stopped"), "customer.lift": N_("Stop lifted"),
    "customer.contact": N_("Log a contact"), "customer.promote": N_("Caller made a prospect"),
    "contact.add": N_("Contact person added"), "contact.edit": N_("Contact person edited"),
    "contact.left": N_("Contact person left"), "shipment.add": N_("Shipment added"),
    "shipment.edit": N_("Shipment edited"), "shipment.correct": N_("Shipment corrected"),
    "shipment.stage": N_("Stage noted"), "shipment.hold": N_("Hold set"), "shipment.lift_hold": N_("Hold lifted"),
    "shipment.answer": N_("Cargo query answered"), "shipment.progress": N_("State before the number noted"),
    "case.chase": N_("Customer called again"), "import": N_("Imported"), "import.customers": N_("Customers imported"),
    "import.waybills": N_("Waybills imported"), "import.partners": N_("Partners imported"),
    "import.carriers": N_("Carriers imported"), "reference.start": N_("Reference data begun"),
    "reference.add": N_("Reference data added"), "reference.edit": N_("Reference data edited"),
    "office.add": N_("Office added"), "office.edit": N_("Office edited"), "office.first": N_("Desk set up"),
    "user.add": N_("Account added"), "user.edit": N_("Account edited"), "user.habits": N_("Own settings changed"),
    "user.password": N_("Password changed"), "user.enable": N_("Account enabled"), "user.newcomer": N_("Newcomer until"),
    "user.disable": N_("Account disabled"), "user.sign_out": N_("Signed out by the administrator"),
    "setting.change": N_("Figure changed"), "setting.propose": N_("Figure proposed"),
    "change.look": N_("Seen by the supervisor"), "grant.agree": N_("Role or grade agreed"),
    "grant.refuse": N_("Role or grade not agreed"),
    "setting.agree": N_("Figure agreed"), "calendar.add": N_("Calendar day added"),
    "calendar.edit": N_("Calendar day edited"), "calendar.change": N_("Calendar changed"),
    "calendar.close": N_("Office closed at short notice"), "absence.enter": N_("Absence entered"),
    "absence.revoke": N_("Absence ended"), "absence.turn": N_("Work moved for an absence"),
    "hand_over.offer": N_("Hand-over offered"), "hand_over.accept": N_("Hand-over accepted"),
    "hand_over.decline": N_("Hand-over declined"), "escalation.rung": N_("Escalated"),
    "hold.propose": N_("Hold proposed"), "hold.confirm": N_("Hold confirmed"), "hold.drop": N_("Hold not followed"),
    "hold.override": N_("Held without the clause"), "hold.documents": N_("Documents held"),
    "hold.lift": N_("Finance's hold lifted"),
    "hold.free": N_("Waybill let go"), "payment.state": N_("Payment stated"), "payment.confirm": N_("Payment answered"),
    "link.make": N_("Link for the customer made"), "link.revoke": N_("Link for the customer revoked"),
    "link.answer": N_("Answered by link"),
    "phrase.blocked": N_("Words with a forbidden phrase stopped"), "phrase.allow": N_("Words let go"),
    "import.tariffs": N_("Tariffs imported"), "import.pickups": N_("Pick-up log imported"),
    "tariff.add": N_("Tariff added"), "tariff.change": N_("Tariff corrected"), "tariff.withdraw": N_("Tariff withdrawn"),
    "fee.add": N_("Fee added"), "fee.change": N_("Fee changed"), "fee.end": N_("Last day of a fee set"),
    "phrase.add": N_("Phrase added"), "phrase.edit": N_("Phrase changed"), "phrase.import": N_("Phrases imported"),
    "transport.record": N_("Flight, ship or truck event"), "transport.follow": N_("Second notice"),
    "transport.sent": N_("Customer told of an event"),
    "reminder.move": N_("Move the reminder"), "reminder.done": N_("Reminder done"), "notice.seen": N_("Mark as read"),
    **_outbox_words.ACTIONS,
    **_handbook_words.ACTIONS,
    **_complaint_words.ACTIONS,
}  # fmt: skip

RECORDS: dict[str, str] = {
    "customers": N_("Customer"), "contacts": N_("Contact person"), "agreements": N_("Agreement"),
    "shipments": N_("Shipment"), "change_fields": N_("Field of a change"), "approvals": N_("Decision"),
    "messages": N_("Message"), "attachments": N_("Paper"), "clocks": N_("Clock"),
    "grants": N_("Role or grade asked for"),
    "clock_pauses": N_("Pause of a clock"), "users": N_("Account"), "user_roles": N_("Role of an account"),
    "offices": N_("Office"), "settings": N_("Figure"), "calendar_days": N_("Calendar day"), "partners": N_("Partner"),
    "carriers": N_("Carrier"), "departments": N_("Department"), "watchwords": N_("Watchword"),
    "escalations": N_("Escalation"), "absences": N_("Absence"), "hand_overs": N_("Hand-over"),
    "hand_over_items": N_("Matter on a hand-over sheet"), "charge_lines": N_("Charge"), "fees": N_("Fee"),
    "tariffs": N_("Tariff"), "pickups": N_("Pick-up"),
    "confirmations": N_("Confirmation"),
    "transport_events": N_("Flight, ship or truck event"), "transport_notices": N_("Notice to a customer"),
    "customer_links": N_("Customer's link"), "holds": N_("Hold"), "payments": N_("Payment"),
    "price_sources": N_("Price source"), "quotations": N_("Quotation"), "quotation_lines": N_("Charge of a quotation"),
    "questions": N_("Question to others"), "promises": N_("Promise"), "case_links": N_("Link between matters"),
    "documents": N_("Script or article"), "document_versions": N_("Version of a text"), "phrases": N_("Forbidden phrase"),
    "phrase_hits": N_("Forbidden phrase written"), "ideas": N_("Suggestion"), "outbox": N_("Message to be sent"),
}  # fmt: skip

COLUMNS: dict[str, str] = {
    "id": N_("Id"), "ref": N_("Matter"), "kind": N_("Kind"), "state": N_("State"), "name": N_("Name or title"),
    "title": N_("In one line"), "customer_id": N_("Customer"), "contact_id": N_("Contact person"),
    "shipment_id": N_("Shipment"), "case_id": N_("Matter"), "change_id": N_("Change"), "office_id": N_("Office"),
    "user_id": N_("Account"), "roles": N_("Roles"), "owner_id": N_("Owner"), "assignee_id": N_("Works on it"),
    "offered_to_id": N_("Offered to"), "created_by_id": N_("Logged by"), "requested_by_id": N_("Asked by"),
    "last_editor_id": N_("Last edited by"), "decided_by_id": N_("Decided by"), "on_behalf_of_id": N_("On behalf of"),
    "stopped_by_id": N_("Stopped by"), "approved_by_id": N_("Agreed by"), "by_id": N_("By"),
    "own_system_by_id": N_("Own system changed by"), "agent_id": N_("Own agent"), "department_id": N_("Department"),
    "partner_id": N_("Partner"), "clock_id": N_("Clock"), "setting_id": N_("Figure"),
    "agent_name": N_("Own agent in the file"), "caller_name": N_("Caller"), "caller_phone": N_("Caller's phone"),
    "channel": N_("Channel"), "topic": N_("Sub-kind"), "waiting_since": N_("Customer waits since"),
    "created_at": N_("Made at"), "closed_at": N_("Closed at"), "at": N_("Time"), "void_reason": N_("Why void"),
    "pooled": N_("Unclaimed"), "lane": N_("Lane"), "asked": N_("The question in one line"),
    "wanted_by": N_("Wanted by"), "satisfied": N_("Satisfied"), "weight": N_("Simple or complex"),
    "content": N_("Content"), "purpose": N_("Purpose"), "impact": N_("Impact"), "restated": N_("Restated"),
    "wanted": N_("Wanted"), "evidence": N_("Evidence"), "finding": N_("Finding"),
    "steps": N_("List of what was done"), "clerk_id": N_("Clerk complained about"), "plan": N_("Plan"),
    "plan_agreed_with": N_("Plan accepted by"), "plan_agreed_at": N_("Plan accepted at"),
    "responsible_kind": N_("Kind of responsible party"), "responsible_reason": N_("Why responsible"),
    "responsible_by_id": N_("Responsible party proposed by"), "confirmed_at": N_("Confirmed at"),
    "confirmed_by_id": N_("Confirmed by"),
    "feedback_at": N_("Result told at"), "feedback_by_id": N_("Result told by"), "satisfied_at": N_("Satisfaction asked at"),
    "satisfied_by_id": N_("Satisfaction asked by"), "reopened": N_("Reopened, times"),
    "responsible": N_("Responsible party"), "code": N_("Number"), "path": N_("Field"), "old": N_("Before"),
    "new": N_("After"), "shipment_version": N_("Version of the shipment"), "stage_asked": N_("Stage when asked"),
    "stage_decided": N_("Stage when decided"), "reason": N_("Reason"), "charge_minor": N_("Charge"),
    "payer": N_("Paid by"), "charge_agreed": N_("Charge agreed with, when"), "proof_note": N_("Written proof"),
    "proof_items": N_("The proof shows"), "read_back": N_("Read back to, when"), "refusal": N_("Why refused"),
    "executed_at": N_("Carried out at"), "own_system_at": N_("Own system changed at"),
    "finance_asked_at": N_("Finance asked at"), "round": N_("Round"), "step": N_("Step"), "role": N_("Role"),
    "grade": N_("Class"), "status": N_("Status"), "asked_at": N_("Asked at"), "due_at": N_("Due at"),
    "decided_at": N_("Decided at"), "party": N_("With whom"), "started_at": N_("Started at"), "minutes": N_("Minutes"),
    "runs_in": N_("Runs in"), "promised_at": N_("Promised for"), "trace": N_("How it was computed"),
    "stopped_at": N_("Stopped at"), "provisional": N_("Provisional"), "from_at": N_("From"), "to_at": N_("Until"),
    "direction": N_("Direction"), "audience": N_("To whom"), "said": N_("They said"), "text": N_("I answered"),
    "sha256": N_("Fingerprint"), "media": N_("Kind of file"), "size": N_("Size"), "preview": N_("Preview"),
    "salutation": N_("Salutation"), "post": N_("Post"), "phone": N_("Phone"), "landline": N_("Landline"),
    "fax": N_("Fax"), "wechat": N_("WeChat"), "qq": N_("QQ"), "mail": N_("E-mail"),
    "authority": N_("May give the shipper's orders"), "remark": N_("Remark"), "left_at": N_("Left at"),
    "grouping": N_("Group"), "source": N_("Source"), "settlement": N_("Settlement"), "term_days": N_("Term (days)"),
    "salesperson": N_("Salesperson"), "vip": N_("VIP"), "state_owned": N_("State-owned"),
    "overseas": N_("Overseas agency"), "warning": N_("Warning"), "stopped_reason": N_("Why stopped"),
    "documents_held": N_("Document hold"), "note_mailbox": N_("Note mailbox"), "lanes": N_("Lanes"),
    "industry": N_("Industry"), "interests": N_("Interests"), "monthly_volume": N_("Monthly volume"),
    "payment_standing": N_("Payment standing"), "quality_record": N_("Quality record"),
    "margin_from": N_("Margin from (per cent)"), "margin_to": N_("Margin up to (per cent)"),
    "special_demands": N_("Special demands"), "starts_on": N_("Agreement from"), "ends_on": N_("Agreement to"),
    "credit_minor": N_("Credit"), "currency": N_("Currency"), "mode": N_("Mode"), "carrier": N_("Carrier"),
    "number": N_("Waybill number"), "master": N_("Master number"), "container": N_("Container"),
    "booking": N_("Booking number"), "shipper": N_("Shipper"), "consignee": N_("Consignee"),
    "consignee_phone": N_("Consignee's phone"), "address": N_("Delivery address"), "origin": N_("Origin"),
    "destination": N_("Destination"), "cargo": N_("Goods"), "model": N_("Model"), "pieces": N_("Pieces"),
    "weight_g": N_("Weight"), "volume_l": N_("Volume"), "vehicle": N_("Flight, vessel or truck"),
    "departs_at": N_("Departure"), "arrives_at": N_("Expected arrival"), "cut_off_at": N_("Cut-off"),
    "stage": N_("Stage"), "stage_at": N_("Stage since"), "stage_source": N_("According to"),
    "standing": N_("Standing"), "hold_shipper": N_("Shipper's hold"), "hold_service": N_("Service hold"),
    "hold_finance": N_("Finance hold"), "transfers": N_("Transfers"), "receipt": N_("Return receipt"),
    "payment": N_("Payment"), "freight_minor": N_("Freight"), "zone": N_("Time zone"), "city": N_("City"),
    "contact": N_("Contact person"), "manager": N_("Manager"), "published": N_("On the published list"),
    "prefix": N_("Airline prefix"), "terminals": N_("Terminals"), "verified": N_("Verified"), "active": N_("In use"),
    "word": N_("Word"), "key": N_("Figure"), "value": N_("Value"), "valid_from": N_("Valid from"), "day": N_("Day"),
    "spans": N_("Desk hours"), "display": N_("Name shown"), "password_hash": N_("Password"),
    "password_version": N_("Version of the password"), "must_change": N_("Must choose a password"),
    "newcomer_until": N_("Newcomer until"), "expires_on": N_("Account ends on"), "disabled_at": N_("Disabled at"),
    "language": N_("Language"), "theme": N_("Appearance"), "tight": N_("Compact rows"), "keys": N_("Single keys"),
    "sound_new": N_("One tone for new work"), "sound_soon": N_("Two tones for work about to be late"),
    "edition": N_("Version of the calendar"), "cover_id": N_("Who covers"), "until_at": N_("Until"),
    "made_at": N_("Made at"),
    "revoked_at": N_("Ended early at"), "began_at": N_("Work moved to the cover at"), "ended_at": N_("Work moved back at"),
    "from_id": N_("From"), "to_id": N_("To"), "accepted_at": N_("Accepted at"), "declined_at": N_("Declined at"),
    "declined_reason": N_("Declined because"), "hand_over_id": N_("Hand-over sheet"), "next_step": N_("Next step"),
    "owned": N_("Owned by the giver"),
    "rung": N_("Rung"), "came_from": N_("Came from"), "reached": N_("Reached"), "people": N_("Reached first"),
    "of_id": N_("Clock"), "figure": N_("Figure"),
    "to_kind": N_("Who was asked"), "question": N_("Question"), "joint": N_("Joint review"), "permitted_by": N_("Permitted by"),
    "follow_up_id": N_("Reminder to ask again"), "chases": N_("Asked again"), "dropped_at": N_("Dropped at"),
    "dropped_reason": N_("Why dropped"), "to_whom": N_("To whom it was promised"), "made_by_id": N_("Promised by"),
    "kept_at": N_("Kept at"), "kept_by_id": N_("Kept by"), "kept_note": N_("How it was kept"), "other_id": N_("Other matter"),
    "side": N_("Receivable or payable"), "item": N_("Charged as"), "amount_minor": N_("Amount"),
    "agreed": N_("Agreed with, when"),
    "fee_id": N_("Fee"), "waived_at": N_("Waived at"), "waived_by_id": N_("Waived by"), "waived_reason": N_("Why waived"),
    "new_vehicle": N_("New flight, vessel or truck"), "delivery": N_("Delivery planned"), "follows_id": N_("Second notice of"),
    "sent_at": N_("Sent at"), "sent_by_id": N_("Sent by"),
    "event_id": N_("Event"), "place": N_("Place"), "tracked": N_("Priority tracking"), "progress": N_("Until the number is out"),
    "what": N_("Kind"), "proposed_at": N_("Proposed at"), "placed_at": N_("Placed at"), "placed_by_id": N_("Placed by"),
    "pay_first": N_("Pay-first clause in the contract"), "overridden_by_id": N_("Held without the clause by"),
    "override_reason": N_("Why held without the clause"), "ended_by_id": N_("Ended by"), "end_reason": N_("Why ended"),
    "paid_on": N_("Paid on"), "slip": N_("Slip"), "slip_sha256": N_("Fingerprint of the slip"),
    "slip_media": N_("Kind of file"),
    "slip_preview": N_("Preview"), "stated_by_id": N_("Stated by"), "stated_at": N_("Stated at"),
    "confirmed_minor": N_("Amount received"), "freed_at": N_("Let go at"), "freed_by_id": N_("Let go by"),
    "freed_reason": N_("Why let go"),
    "opened_at": N_("Opened at"), "proof_opened": N_("Proof opened"), "stage_seen": N_("Stage seen"),
    "stage_executed": N_("Stage when carried out"), "extra": N_("Further particulars"), "shown": N_("What was shown"),
    "leader_asked_at": N_("Company leader asked at"), "looked_at": N_("Looked at"), "looked_by_id": N_("Looked at by"),
    "whom": N_("Who was asked, how"), "asked_by_id": N_("Asked by"), "answer": N_("Answer"),
    "answered_at": N_("Answered at"),
    "answered_by": N_("Answered by"), "recorded_by_id": N_("Recorded by"),
    "struck_at": N_("Taken out at"), "struck_reason": N_("Why taken out"),
    "basis": N_("Reckoned from"), "oral": N_("Told by mouth"), "indicative": N_("Indicative"),
    "supplementary": N_("Supplementary"),
    "source_id": N_("Price source"), "cost_minor": N_("It costs us in total"), "reasons": N_("Why it is reviewed"),
    "must_review": N_("Has to be reviewed"), "reduction": N_("Why we reduce"), "competitor": N_("Cheaper competitor"),
    "competitor_minor": N_("His price in total"), "edited_by_id": N_("Last edited by"), "review_asked_at": N_("Review asked at"),
    "reviewed_by_id": N_("Reviewed by"), "reviewed_at": N_("Reviewed at"), "review_note": N_("Returned because"),
    "fault": N_("What was wrong"), "replaces_id": N_("Replaces"), "quotation_id": N_("Quotation"), "quantity_m": N_("Quantity"),
    "includes": N_("ALL IN includes"), "tariff_id": N_("Tariff"), "approved_at": N_("Agreed at"),
    "asked_review_id": N_("Asked for the review"),
    "receivable_minor": N_("The customer pays"), "payable_minor": N_("We pay"), "valid_until": N_("Valid until"),
    "selling_minor": N_("Selling price"), "floor_minor": N_("Floor price"), "unit": N_("Unit"),
    "withdrawn_at": N_("Withdrawn at"), "fleet": N_("Fleet"), "driver": N_("Driver"), "plate": N_("Licence plate"),
    "waybill": N_("Waybill number"), "planned_at": N_("Time agreed"), "came_at": N_("Came at"),
    **_complaint_words.COLUMNS,
    **_inquiry_words.COLUMNS,
}  # fmt: skip
# Where one column name means another thing than usual.
COLUMNS_OF: dict[tuple[str, str], str] = {
    ("change", "code"): N_("What shall change"), ("users", "name"): N_("Staff number or name"),
    ("quotations", "number"): N_("Version"), ("quotations", "made_by_id"): N_("Made by"),
    ("quotations", "content"): N_("Fingerprint of what was approved"), ("price_sources", "kind"): N_("Who asks this"),
    ("price_sources", "name"): N_("Name"), ("quotation_lines", "text"): N_("Named"),
    ("users", "grade"): N_("Grade"), ("approvals", "grade"): N_("Grade"), ("approvals", "status"): N_("Decision"),
    ("customers", "name"): N_("Customer name"), ("customers", "status"): N_("Customer's standing"),
    ("contacts", "name"): N_("Contact"), ("customers", "stopped_at"): N_("Stopped since"),
    ("attachments", "name"): N_("File"), ("fees", "code"): N_("Kind of change"),
    ("transport_events", "code"): N_("Reason"), ("transport_events", "day"): N_("Day of departure"),
    ("transport_notices", "text"): N_("Message"), ("transport_notices", "shipments"): N_("Waybills"),
    ("transport_events", "note"): N_("What was found"),
    ("tariffs", "key"): N_("Lane and charge"), ("pickups", "key"): N_("Entry of the log"), ("tariffs", "item"): N_("Charge"),
    ("tariffs", "made_at"): N_("New since"),
    ("holds", "ended_at"): N_("Ended at"), ("payments", "amount_minor"): N_("Amount paid"), ("payments", "payer"): N_("Payer"),
    ("payments", "purpose"): N_("For what"), ("payments", "customer_id"): N_("Customer"),
    ("charge_lines", "party"): N_("Payable to"), ("approvals", "content"): N_("Fingerprint of what was signed"),
    ("promises", "what"): N_("What is promised"), ("case_links", "what"): N_("Linked or merged"),
    ("case_links", "ended_at"): N_("Ended at"),
    ("confirmations", "what"): N_("Confirmation"), ("confirmations", "text"): N_("What was said"),
    ("customer_links", "purpose"): N_("Used for"), ("customer_links", "content"): N_("Fingerprint of what was shown"),
    ("customer_links", "secret_hash"): N_("Secret of the address"), ("customer_links", "made_by_id"): N_("Link made by"),
    ("customer_links", "expires_at"): N_("Valid until"), ("customer_links", "revoked_at"): N_("Revoked at"),
    ("customer_links", "answer"): N_("Answer"), ("customer_links", "answered_at"): N_("Answered at"),
    ("customer_links", "answered_by"): N_("Answered by"), ("customer_links", "address"): N_("Network address"),
    **_complaint_words.COLUMNS_OF, **_outbox_words.COLUMNS_OF, **_handbook_words.COLUMNS_OF,
}  # fmt: skip

PHONES = frozenset({"phone", "callback_phone", "landline", "fax", "caller_phone", "consignee_phone"})
_DECISIONS = {
    "waiting": N_("waiting"), "approved": N_("approved"), "refused": N_("refused"), "returned": N_("returned"),
    "dropped": N_("dropped"),
}  # fmt: skip
_SIDES = {
    **charges.SIDES,
    "shipper": N_("Shipper"),
    "service": N_("Service"),
    "finance": N_("Finance"),
}  # of a charge, of a hold
CODES: dict[str, dict[str, str]] = {
    "purpose": {"confirm": N_("to confirm this change"), "ask": N_("to ask for a change")},
    "answer": {"confirmed": N_("confirmed"), "declined": N_("said no"), "asked": N_("asked")},
    "to_kind": parties.NAMES, "rung": rungs.RUNGS, "item": charges.ITEMS, "side": _SIDES,
    "channel": dict(_rows.CHANNEL_NAMES), "grouping": GROUPS, "source": {**SOURCES, "notice": N_("official notice")},
    "settlement": SETTLEMENT_NAMES, "payment": SETTLEMENT_NAMES,
    "status": {**STATUSES, **_DECISIONS, "blocked": N_("blocked")}, "mode": stages.MODES, "stage": stages.NAMES,
    "stage_asked": stages.NAMES, "stage_decided": stages.NAMES, "stage_seen": stages.NAMES, "stage_executed": stages.NAMES,
    "stage_source": {**STAGE_SOURCES, "import": N_("the office's file"), "desk": N_("the desk")}, "standing": stages.STANDINGS,
    "role": policy.ROLE_NAMES, "path": catalogue.FIELD_NAMES,
    "code": {kind.code: kind.name for kind in catalogue.KINDS}, "proof_items": catalogue.PROOF_NAMES, "payer": charges.PAYERS,
    "audience": {**dict(AUDIENCES), "customer": N_("Customer")},
    "direction": {"in": N_("from the customer"), "out": N_("to the customer"), "note": N_("note for colleagues")},
    "responsible_kind": responsible.KINDS,
    "runs_in": {"desk": N_("desk hours"), "duty": N_("duty hours"), "calendar": N_("calendar time")},
    "weight": {"simple": N_("Simple complaint"), "complex": N_("Complex complaint")},
    "theme": {"auto": N_("as the system"), "light": N_("light"), "dark": N_("dark")},
    "language": {"zh": "简体中文", "en": "English"}, "kind": {"heavy": N_("heavy"), "dangerous": N_("dangerous")},
    **_complaint_words.CODES,
    **_inquiry_words.CODES,
}  # fmt: skip
# Where one column's codes mean another thing than usual.
CODES_OF: dict[tuple[str, str], dict[str, str]] = {
    ("tariffs", "item"): ITEMS, ("tariffs", "unit"): UNITS,
    ("transport_events", "code"): {**transport_reasons.CAUSES, **{c: h.name for c, h in transport_reasons.HAPPENINGS.items()}},
    ("questions", "answer"): {}, ("questions", "purpose"): {}, ("promises", "what"): {"answer": N_("Answer")},
    ("case_links", "what"): {"related": N_("linked"), "merged": N_("merged")},
    ("holds", "status"): holds.STATUSES, ("payments", "status"): payments.STATUSES,
    ("quotations", "status"): quoting.STATUSES, ("quotations", "basis"): quoting_lines.BASES,
    ("quotations", "reasons"): quoting_margin.REASONS, ("quotation_lines", "item"): ITEMS, ("quotation_lines", "unit"): UNITS,
    ("price_sources", "kind"): quoting_sources.KINDS, ("price_sources", "unit"): UNITS,
    ("payments", "payer"): {}, ("payments", "purpose"): {}, ("confirmations", "what"): CONFIRMERS,
    ("confirmations", "answer"): {"yes": N_("Yes"), "no": N_("No")},
    ("holds", "what"): {holds.GOODS: N_("Goods"), holds.STOP: N_("Stopped"), holds.DOCUMENTS: N_("Document hold")},
    **_complaint_words.CODES_OF, **_outbox_words.CODES_OF, **_handbook_words.CODES_OF,
}  # fmt: skip
CLASSES = GRADES


def action_name(action: str) -> str:
    """An event's action as a message id: ours, or the label of a move."""
    return ACTIONS.get(action) or label_of(action)


def record_name(object_type: str) -> str:
    """What an event is about, as a message id."""
    return KINDS[object_type].label if object_type in KINDS else RECORDS.get(object_type, object_type)


def column_name(object_type: str, column: str) -> Any:
    """A column's label as a message id; of a kind of work that is not named here, the label of its form."""
    named = COLUMNS_OF.get((object_type, column)) or COLUMNS.get(column)
    if named is None and object_type in KINDS:
        unbound = getattr(KINDS[object_type].form, column, None)
        named = unbound.args[0] if unbound is not None and unbound.args else None
    return named or column.replace("_", " ")


def code_name(object_type: str, column: str, value: Any) -> Any:
    """A code as a message id, or the value itself when it is none."""
    flow = KINDS.get(object_type)
    if flow is not None and column == "state":
        return next((s.label for s in flow.states if s.name == value), value)
    if flow is not None and column == "topic":
        return dict(flow.topics).get(value, value)
    if column == "kind" and value in KINDS:
        return KINDS[value].label
    known = CODES_OF.get((object_type, column), CODES.get(column, {}))
    return known.get(value, value) if isinstance(value, str) else value


def ref_name(object_type: str, ref: str) -> str:
    """What a record is called, as a message id where it is a code: a clock, a role, a field of a change."""
    if object_type in ("clocks", "escalations"):
        labels = {rule.name: rule.label for flow in KINDS.values() for rule in flow.clocks}
        return labels.get(ref, ref)
    named = {
        "approvals": policy.ROLE_NAMES,
        "user_roles": policy.ROLE_NAMES,
        "change_fields": catalogue.FIELD_NAMES,
        "charge_lines": charges.ITEMS,
        "fees": CODES["code"],
    }
    return named.get(object_type, {}).get(ref, ref)


def all_actions() -> list[tuple[str, Any]]:
    """Every action that can be chosen in the filter: the desk's own and the moves of all kinds of work."""
    moves = [(f"{f.kind}.{m.name}", m.label) for f in KINDS.values() for m in f.moves]
    registers = [(f"{kind}.register", label_of(f"{kind}.register")) for kind in KINDS]
    return [*registers, *moves, *ACTIONS.items()]
