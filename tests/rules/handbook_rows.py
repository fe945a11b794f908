"""Scripts of the tests' own, and news of a flight: rows as they stand in force, and in the database."""

from __future__ import annotations

from datetime import date
from typing import Any

from models import Document, DocumentVersion, TransportEvent, TransportNotice
from rules.store import Tx, now
from tests.factories import Desk, writing

BODIES = {"body_zh": "您好，{contact}。", "body_en": "Hello {contact}."}


def script(
    number: str, title_zh: str = "拉货通知", title_en: str = "Bumped from the flight", **values: Any
) -> DocumentVersion:
    """A script in force, not kept: `values` are columns of the document or of its version."""
    about = {"grouped": "EXC", "kinds": [], "audience": "customer", "channels": [], "variant": "", "active": True}
    about |= {k: values.pop(k) for k in list(values) if k in about}
    document = Document(id=int("".join(filter(str.isdigit, number))), what="script", number=number, **about)
    said = {"number": 1, "state": "approved", "drafted_at": now(), "approved_at": now(), **BODIES, **values}
    version = DocumentVersion(title_zh=title_zh, title_en=title_en, **said)
    version.document, version.document_id = document, document.id
    return version


def keep(tx: Tx, number: str, **values: Any) -> int:
    """A script in the database; returns the id of its document."""
    made = script(number, **values)
    document = made.document
    document.id = made.document_id = None  # the database numbers it
    tx.session.add(document)
    tx.session.flush()
    return document.id


def happened(desk: Desk, shipment: int, code: str, **values: Any) -> None:
    """News of the flight of a shipment, told to its customer."""
    with writing() as tx:
        event = tx.add(TransportEvent(office_id=desk.office, mode="air", vehicle="CA1301", day=date(2026, 11, 18), code=code,
                                      at=tx.at, by_id=desk.agent.user_id, **values))  # fmt: skip
        tx.add(TransportNotice(event_id=event.id, office_id=desk.office, customer_id=desk.customer, shipments=[shipment],
                               text="…"))  # fmt: skip
