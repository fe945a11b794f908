"""Every table of the desk: columns, links and constraints. No rule, no query, no commit stands here.

Times are aware UTC datetimes (`When`), money is integer minor units with an ISO currency, weights are grams,
volumes litres. Plural table names; `office_id` decides who may see a row (`rules.policy.visible`).
Column `info` speaks to the history: `secret` is masked, `money` names the currency column, `derived` is not recorded.
"""

from models.base import FAR, NAMES, Base, Json, When, db
from models.cases import Case, CaseLink, KindState, Promise, Question
from models.changes import Approval, Change, ChangeField, ChargeLine, Confirmation, CustomerLink, Fee
from models.complaints import Complaint, Preventive
from models.cover import Absence, Escalation, HandOver, HandOverItem, Notice, TickRun
from models.customers import Agreement, Contact, Customer
from models.handbook import Document, DocumentVersion, Idea, Phrase, PhraseHit, ScriptUse
from models.history import Event, FormToken
from models.inquiries import Inquiry, PriceSource, Quotation, QuotationLine, Tariff
from models.money import Hold, Payment
from models.people import CalendarDay, Grant, Office, Setting, SignIn, User, UserRole, UserSession
from models.reference import Carrier, Department, Partner, Watchword
from models.search import SearchRef, SearchText
from models.shipments import ImportedRow, Pickup, Shipment, TransportEvent, TransportNotice
from models.turns import Clock, ClockPause, Turn
from models.words import Attachment, Draft, Message, Outbox, Seen

__all__ = [
    "FAR", "NAMES", "Absence", "Agreement", "Approval", "Attachment", "Base", "CalendarDay", "Carrier", "Case",
    "CaseLink", "Change", "ChangeField", "ChargeLine", "Clock", "ClockPause", "Complaint", "Confirmation",
    "Contact", "Customer", "CustomerLink", "Department", "Document", "DocumentVersion", "Draft", "Escalation",
    "Event", "Fee", "FormToken", "Grant", "HandOver", "HandOverItem", "Hold", "Idea", "ImportedRow", "Inquiry", "Json",
    "KindState", "Message", "Notice", "Office", "Outbox", "Partner", "Payment", "Phrase", "PhraseHit", "Pickup",
    "Preventive", "PriceSource", "Promise", "Question", "Quotation", "QuotationLine", "ScriptUse", "SearchRef",
    "SearchText", "Seen", "Setting", "Shipment", "SignIn", "Tariff", "TickRun", "TransportEvent",
    "TransportNotice", "Turn", "User", "UserRole", "UserSession", "Watchword", "When", "db",
]  # fmt: skip
