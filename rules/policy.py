"""Who may do and see what: one table of permissions, one visibility filter (E-05, E-29, D-13).

Moves of cases say themselves who may make them (`workflows/`); everything else is a permission named here.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, false

from models import Attachment, Case, Change, Complaint, Contact, Customer, Inquiry, Message, Shipment, Turn
from rules.store import Actor
from rules.words import N_, Refused, Words

AGENT, SUPERVISOR, FINANCE, AUDITOR, ADMIN = "agent", "supervisor", "finance", "auditor", "admin"
RELEASE = "release"  # signs last for a bill of lading; held beside finance (D-06)
ROLES = (AGENT, SUPERVISOR, FINANCE, RELEASE, AUDITOR, ADMIN)
ROLE_NAMES = {
    AGENT: N_("Agent"),
    SUPERVISOR: N_("Supervisor"),
    FINANCE: N_("Finance"),
    RELEASE: N_("Release officer"),
    AUDITOR: N_("Auditor"),
    ADMIN: N_("Administrator"),
    "customer": N_("Customer"),
    "system": N_("System"),
}
WRITERS = frozenset({AGENT, SUPERVISOR, FINANCE})
READERS = WRITERS | {AUDITOR}
EVERYONE = READERS | {ADMIN}
LEADERS = frozenset({SUPERVISOR})

PERMISSIONS: dict[str, frozenset[str]] = {
    "queue.read": READERS,
    "case.read": READERS,
    "case.register": WRITERS,
    "case.write": WRITERS,
    "customer.read": READERS,
    "customer.write": WRITERS,
    "customer.stop": frozenset({FINANCE}),
    "hold.override": LEADERS,
    "hold.drop": LEADERS | {FINANCE},
    "finance.read": frozenset({FINANCE, SUPERVISOR, AUDITOR}),
    "payment.state": WRITERS,
    "payment.confirm": frozenset({FINANCE}),
    "customer.class": LEADERS | {AGENT},
    "customer.flags": LEADERS,
    "shipment.read": READERS,
    "shipment.write": WRITERS,
    "shipment.hold.service": LEADERS | {AGENT},
    "shipment.hold.finance": frozenset({FINANCE}),
    "fee.read": READERS,
    "fee.write": frozenset({FINANCE}),
    "find": READERS,
    "history.read": frozenset({AUDITOR, SUPERVISOR}),
    "import.customers": LEADERS | {ADMIN},
    "import.waybills": LEADERS | {AGENT, ADMIN},
    "import.partners": frozenset({ADMIN}),
    "import.carriers": frozenset({ADMIN}),
    "import.open": LEADERS | {AGENT, ADMIN},
    "account.admin": frozenset({ADMIN}),
    "reference.admin": frozenset({ADMIN}),
    "office.admin": frozenset({ADMIN}),
    "settings.admin": frozenset({ADMIN}),
    "settings.second": LEADERS,
    "calendar.read": LEADERS | {ADMIN},
    "calendar.admin": frozenset({ADMIN}),
    "calendar.close": LEADERS | {ADMIN},
    "cover.write": WRITERS,
    "board.read": LEADERS,
    "change.look": LEADERS,
    "link.write": LEADERS | {AGENT},
    "quotation.read": READERS,
    "quotation.write": LEADERS | {AGENT},
    "tariff.read": READERS,
    "tariff.write": LEADERS,
    "import.tariffs": LEADERS | {ADMIN},
    "import.pickups": LEADERS | {AGENT, ADMIN},
    "tracing.read": LEADERS | {AGENT},
    "transport.read": READERS,
    "transport.write": LEADERS | {AGENT},
    "promise.read": READERS,
    "question.read": READERS,
    "preventive.read": WRITERS | {AUDITOR},
    "preventive.write": WRITERS,
    "complaint.confirm": LEADERS,
    "newcomer.release": LEADERS,
    "grant.second": LEADERS | {ADMIN},
    "handbook.read": EVERYONE,
    "handbook.write": LEADERS | {ADMIN},
    "handbook.approve": LEADERS | {ADMIN},
    "phrase.read": EVERYONE,
    "phrase.admin": frozenset({ADMIN}),
    "phrase.allow": LEADERS,
    "quality.read": LEADERS | {AUDITOR},
    "idea.read": EVERYONE,
    "idea.write": WRITERS,
    "idea.answer": LEADERS | {ADMIN},
    "outbox.read": READERS,
    "outbox.write": LEADERS | {AGENT},
    "own.settings": EVERYONE,
}

# Whose rows carry an office and are seen by that office only. Contacts hang on customers.
PROTECTED = frozenset(
    {
        "cases",
        "inquiries",
        "complaints",
        "changes",
        "customers",
        "contacts",
        "shipments",
        "turns",
        "messages",
        "attachments",
        "hand_overs",
        "holds",
        "payments",
        "customer_links",
        "outbox",
        "phrase_hits",
        "pickups",
        "preventives",
        "promises",
        "ideas",
        "tariffs",
        "transport_events",
        "transport_notices",
    }
)
_BY_OFFICE = (Case, Inquiry, Complaint, Change, Customer, Shipment, Turn, Message, Attachment)


def can(who: Actor, permission: str) -> bool:
    """Whether one of the actor's roles holds `permission`; KeyError for a permission that does not exist."""
    return bool(who.roles & PERMISSIONS[permission])


def require(who: Actor, permission: str) -> None:
    """Raise Refused (403) unless the actor holds `permission`."""
    if not can(who, permission):
        raise Refused(Words(N_("Your role does not allow this.")), 403)


def sees_content(who: Actor) -> bool:
    """Whether the actor may read customers and cases at all: an administrator alone may not (E-29)."""
    return bool(who.roles & (READERS | {"system"}))


def visible(who: Actor, statement: Select[*tuple[Any, ...]], *models: Any) -> Select[*tuple[Any, ...]]:
    """The one visibility filter: `statement` limited to rows of `models` that the actor may see.

    Name every protected model that the statement touches; a joined row of the same office may be named first only.
    Auditors and people without an office see all offices, administrators no content.
    """
    marked = statement.execution_options(visible="user")
    if not sees_content(who):
        return marked.where(false())
    office_id = only_office(who)
    if office_id is None:
        return marked
    for model in models:
        marked = marked.where((Customer if model is Contact else model).office_id == office_id)
    return marked


def only_office(who: Actor) -> int | None:
    """The one office whose rows the actor sees; None for auditors and people without an office, who see all."""
    return None if AUDITOR in who.roles else who.office_id


def unseen(statement: Any) -> Any:
    """Mark a statement of the rules themselves, whose rows are not shown to anybody by it."""
    return statement.execution_options(visible="system")


def check_roles(roles: frozenset[str]) -> None:
    """Raise Refused when a set of roles cannot be held by one person: auditor is held alone (D-13)."""
    if not roles or not roles <= set(ROLES):
        raise Refused(Words(N_("Choose at least one role.")), 422, "roles")
    if AUDITOR in roles and len(roles) > 1:
        raise Refused(
            Words(N_("The auditor role is held alone: it reads everything and writes nothing.")), 422, "roles"
        )
    if RELEASE in roles and FINANCE not in roles:
        raise Refused(Words(N_("A release officer is a finance clerk too: choose Finance as well.")), 422, "roles")
