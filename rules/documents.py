"""Scripts and articles under document control: what is in force, who may read which version, what waits for whom (SYS-03).

Everybody reads what is in force; those who write, approve or audit read every version that ever was (KNO-07, KNO-08).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from models import Document, DocumentVersion
from rules.policy import AUDITOR, can
from rules.store import Actor, Tx
from rules.words import N_

WHATS = {"script": N_("Scripts"), "article": N_("Articles")}
GROUPS = {
    "INQ": N_("Inquiries and quotations"), "BKG": N_("Bookings"), "CHG": N_("Changes"), "SHP": N_("Tracing"),
    "EXC": N_("Exceptions"), "CMP": N_("Complaints"), "POD": N_("Return receipts"), "CLM": N_("Claims and insurance"),
    "FIN": N_("Money"), "CUS": N_("Customers"), "ORG": N_("People and roles"), "KNO": N_("Words and manners"),
    "RPT": N_("Reports"),
}  # fmt: skip
DRAFT, REVIEW, REVIEWED, APPROVED, REPLACED, WITHDRAWN = (
    "draft",
    "review",
    "reviewed",
    "approved",
    "replaced",
    "withdrawn",
)
STATES = {
    DRAFT: N_("Draft"), REVIEW: N_("Waits for the reviewer"), REVIEWED: N_("Waits for the approver"),
    APPROVED: N_("Controlled, in force"), REPLACED: N_("Replaced"), WITHDRAWN: N_("Withdrawn"),
}  # fmt: skip
OPEN = (DRAFT, REVIEW, REVIEWED)
COLUMNS: tuple[Any, ...] = (
    Document.number, Document.grouped, Document.kinds, Document.audience, Document.variant, DocumentVersion.title_zh,
    DocumentVersion.title_en, DocumentVersion.to_write,
)  # fmt: skip


def today(tx: Tx) -> date:
    """The day of a write where its actor is."""
    return tx.at.astimezone(ZoneInfo(tx.actor.zone)).date()


# ------------------------------------------------------------------------------------------ what is in force


def in_force(session: Session, what: str | None = None, audience: str | None = None) -> Sequence[DocumentVersion]:
    """The texts in force with their documents, by number: what agents and pickers see and nothing else.

    `what` is "script" or "article", `audience` who hears a script.
    """
    found = _in_force()
    if what:
        found = found.where(Document.what == what)
    if audience:
        found = found.where(Document.audience == audience)
    return session.scalars(found.order_by(Document.number)).all()


def current(session: Session, number: str) -> DocumentVersion | None:
    """The text in force under a number (SCR-17), with its document; None where there is none."""
    return session.scalar(_in_force().where(Document.number == number))


def titles(session: Session, numbers: Sequence[str]) -> dict[str, tuple[str, str]]:
    """The titles, Chinese and English, of those of `numbers` that have a text in force."""
    if not numbers:
        return {}
    found = _lines(Document.number, DocumentVersion.title_zh, DocumentVersion.title_en)
    return {number: (zh, en) for number, zh, en in session.execute(found.where(Document.number.in_(numbers)))}


def listing(session: Session, what: str, sought: str = "", kind: str = "") -> list[Any]:
    """Lines (COLUMNS) of the texts in force, by group and number: those that hold `sought` in number, title or text, and
    are offered for `kind`: a kind of work ("inquiry", with all its topics) or a topic of it ("inquiry.cargo")."""
    found = _lines(*COLUMNS).where(Document.what == what)
    if sought:
        columns = ("title_zh", "title_en", "body_zh", "body_en")
        texts = [getattr(DocumentVersion, name).icontains(sought, autoescape=True) for name in columns]
        found = found.where(or_(Document.number.icontains(sought, autoescape=True), *texts))
    rows = session.execute(found.order_by(Document.number)).all()
    order = list(GROUPS)
    rows = [row for row in rows if not kind or any(fits(each, kind) for each in row.kinds)]
    return sorted(rows, key=lambda row: order.index(row.grouped) if row.grouped in order else len(order))


def fits(own: str, kind: str) -> bool:
    """Whether a text for `own` is one for `kind`: the same, the whole kind of work of a topic, or a topic of it."""
    return own == kind or kind.startswith(f"{own}.") or own.startswith(f"{kind}.")


def _lines(*columns: Any) -> Select[Any]:
    joined = select(*columns).join(DocumentVersion, DocumentVersion.document_id == Document.id)
    return joined.where(DocumentVersion.state == APPROVED, Document.active)


def _in_force() -> Select[DocumentVersion]:
    return (
        select(DocumentVersion)
        .join(DocumentVersion.document)
        .options(contains_eager(DocumentVersion.document))
        .where(DocumentVersion.state == APPROVED, Document.active)
    )


# ------------------------------------------------------------------------------------------ every version


def reads_all(who: Actor) -> bool:
    """Whether a person reads drafts and what was in force before: writers, approvers and auditors."""
    return AUDITOR in who.roles or can(who, "handbook.write") or can(who, "handbook.approve")


def versions(session: Session, who: Actor, number: str) -> Sequence[DocumentVersion]:
    """The versions of a document that a person may read, the newest first, with document and people; none where there is
    nothing that he may read."""
    names = ("drafted_by", "reviewed_by", "approved_by", "ended_by")
    people = [joinedload(getattr(DocumentVersion, name)) for name in names]
    found = select(DocumentVersion).join(DocumentVersion.document).where(Document.number == number)
    if not reads_all(who):
        found = found.where(DocumentVersion.state == APPROVED, Document.active)
    found = found.options(contains_eager(DocumentVersion.document), *people)
    return session.scalars(found.order_by(DocumentVersion.number.desc())).all()


def version(session: Session, version_id: int) -> DocumentVersion | None:
    """One version of any state, with its document, for writers and approvers."""
    found = select(DocumentVersion).where(DocumentVersion.id == version_id)
    return session.scalar(found.options(joinedload(DocumentVersion.document)))


def open_versions(session: Session) -> Sequence[DocumentVersion]:
    """Drafts, what waits for reviewer or approver, and what is signed and waits for its day; the oldest first."""
    found = select(DocumentVersion).where(DocumentVersion.state.in_(OPEN)).order_by(DocumentVersion.id)
    people = (joinedload(DocumentVersion.document), joinedload(DocumentVersion.drafted_by))
    return session.scalars(found.options(*people)).all()


def ended(session: Session) -> list[Any]:
    """Number, what and titles of the documents that have had a text in force and have none any more, by number."""
    living = select(DocumentVersion.document_id).where(DocumentVersion.state == APPROVED)
    found = select(Document.number, Document.what, DocumentVersion.title_zh, DocumentVersion.title_en)
    found = found.join(DocumentVersion, DocumentVersion.document_id == Document.id)
    found = found.where(DocumentVersion.state == WITHDRAWN, DocumentVersion.approved_at.is_not(None))
    return list(session.execute(found.where(Document.id.not_in(living)).order_by(Document.number)))
