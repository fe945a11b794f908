"""Drafting, reviewing, approving and withdrawing a script or article: four eyes, and nothing approved ever changes (SYS-03).

Who drafts neither reviews nor approves. Reviewer and approver are two people where more than two of the desk may; where
only two may, the one who did not draft does both. A version that is approved for a later day is signed, and comes into
force on that day by itself; the one before it stays in force until then.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Document, DocumentVersion, User, UserRole, db
from rules import documents, notices, offices, search, store, wording
from rules.byhand import check_version, next_number
from rules.documents import APPROVED, DRAFT, OPEN, REPLACED, REVIEW, REVIEWED, WITHDRAWN, today
from rules.policy import PERMISSIONS, can
from rules.store import Actor, Tx, system, write_tx
from rules.words import N_, Refused, Words

TEXT = ("title_zh", "title_en", "body_zh", "body_en", "to_write", "reason")
PLACE = ("grouped", "kinds", "audience", "channels", "variant")
SERIES = {"script": ("SCR-", 2), "article": ("A-", 3)}  # how numbers of new documents go on
SECOND = N_("You reviewed this text; another person approves it.")
NOT_OWN = N_("You drafted this text yourself; somebody else reviews and approves it.")


def why_not(session: Session, who: Actor, move: str, version: DocumentVersion) -> Words | None:
    """Why a person may not make a move (a key of MOVES) with a version now; None when he may."""
    state, source = version.state, MOVES[move]
    own = version.drafted_by_id is not None and version.drafted_by_id == who.user_id
    if not can(who, "handbook.approve" if move in SIGNING else "handbook.write"):
        return Words(N_("Your role does not allow this."))
    if state not in source or (version.approved_at is not None and move in ("approve", "back")):
        return Words(N_("This version is not at that point any more."))
    if move in ("save", "submit") and not own:
        return Words(N_("Only the person who drafts this version changes it and sends it on."))
    if move in ("review", "approve") and own:
        return Words(NOT_OWN)
    if move == "approve" and version.reviewed_by_id == who.user_id and _others(session, version):
        return Words(SECOND)
    return None


MOVES: dict[str, tuple[str, ...]] = {
    "save": (DRAFT,), "submit": (DRAFT,), "review": (REVIEW,), "approve": (REVIEWED,), "back": (REVIEW, REVIEWED),
    "drop": OPEN, "withdraw": (APPROVED,),
}  # fmt: skip
SIGNING = ("review", "approve", "withdraw")


# ------------------------------------------------------------------------------------------ drafting


def begin(tx: Tx, what: str, place: Mapping[str, Any], text: Mapping[str, Any]) -> DocumentVersion:
    """A new document with its first version, a draft of the actor; the number goes on from the last one of its series."""
    document = Document(what=what, number=_next_number(tx.session, what), **{name: place[name] for name in PLACE})
    return _draft(tx, tx.add(document), 1, text)


def renew(tx: Tx, number: str, text: Mapping[str, Any] | None = None) -> DocumentVersion:
    """A new version of a document, a draft of the actor that starts from the text in force (or the last one that was).

    Raises Refused: 404 where there is no such document, 409 while another draft of it is open.
    """
    found = documents.versions(tx.session, tx.actor, number)
    if not found:
        raise Refused(Words(N_("There is nothing here, or it belongs to another office.")), 404)
    if any(each.state in OPEN for each in found):
        raise Refused(Words(N_("Another version of this text is being drafted; finish or drop it first.")), 409)
    last = next((each for each in found if each.state == APPROVED), found[0])
    start = {name: getattr(last, name) for name in TEXT} | {"reason": None}
    return _draft(tx, last.document, found[0].number + 1, start | dict(text or {}))


def _draft(tx: Tx, document: Document, number: int, text: Mapping[str, Any]) -> DocumentVersion:
    version = DocumentVersion(
        document_id=document.id, number=number, drafted_by_id=tx.actor.user_id, drafted_at=tx.at, **_text(text)
    )
    return tx.add(version)  # type: ignore[no-any-return]


def _text(text: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a version's words; a body that was not written yet is empty."""
    bodies = {name: text.get(name) or "" for name in ("body_zh", "body_en")}
    return {name: text.get(name) for name in TEXT} | bodies | {"to_write": bool(text.get("to_write"))}


def save(tx: Tx, version_id: int, text: Mapping[str, Any], seen: int | None) -> DocumentVersion:
    """Change a draft. Raises Refused (409) when it is not the actor's draft any more or was changed since."""
    version = _at(tx, version_id, "save", seen)
    for name, value in _text(text).items():
        setattr(version, name, value)
    tx.session.flush()
    return version


def submit(tx: Tx, version_id: int, seen: int | None) -> None:
    """Send a draft to the reviewer. Raises Refused (422, with the field) for what the words may not be: nothing in one
    language, a slot nobody can fill, a forbidden phrase; or where a later version does not say why."""
    version = _at(tx, version_id, "submit", seen)
    wording.check(tx.session, version)
    _set(tx, version, REVIEW)
    _tell_signers(tx, version, N_("%(number)s “%(title)s” waits for a reviewer."))


# ------------------------------------------------------------------------------------------ signing


def review(tx: Tx, version_id: int, seen: int | None) -> None:
    """The reviewer finds the text right."""
    version = _at(tx, version_id, "review", seen)
    version.reviewed_by_id, version.reviewed_at = tx.actor.user_id, tx.at
    _set(tx, version, REVIEWED)
    _tell_signers(tx, version, N_("%(number)s “%(title)s” waits for approval."))


def approve(tx: Tx, version_id: int, seen: int | None, starts_on: date | None = None) -> None:
    """The approver puts the text in force: today, or on a later day. Raises Refused (422) for a day that is over."""
    version = _at(tx, version_id, "approve", seen)
    wording.check(tx.session, version)
    starts_on = starts_on or today(tx)
    if starts_on < today(tx):
        raise Refused(Words(N_("The day it starts is over: choose today or a later one.")), 422, "starts_on")
    version.approved_by_id, version.approved_at, version.starts_on = tx.actor.user_id, tx.at, starts_on
    tx.session.flush()
    if starts_on == today(tx):
        put_in_force(tx, version)
    _tell_drafter(tx, version, N_("%(number)s “%(title)s” is approved."))


def put_in_force(tx: Tx, version: DocumentVersion) -> None:
    """A signed version takes the place of the one before it."""
    same = DocumentVersion.document_id == version.document_id
    for before in tx.session.scalars(select(DocumentVersion).where(same, DocumentVersion.state == APPROVED)):
        before.state, before.ended_at = REPLACED, tx.at
    tx.session.flush()  # at most one is in force, at every moment
    version.state = APPROVED
    document = tx.session.get_one(Document, version.document_id)
    document.active = True
    tx.session.flush()
    search.index(tx.session, document)


def nightly(rest: Callable[[], None]) -> dict[str, int]:
    """Put in force what was signed for a day that has come; counts it."""
    made, day = 0, store.now().astimezone(ZoneInfo(system().zone)).date()
    waiting = select(DocumentVersion.id).where(
        DocumentVersion.state == REVIEWED, DocumentVersion.approved_at.is_not(None), DocumentVersion.starts_on <= day
    )
    for version_id in list(db.session.scalars(waiting)):
        with write_tx(system("tick"), "document.start") as tx:
            version = tx.session.get_one(DocumentVersion, version_id)
            if version.state == REVIEWED and version.starts_on and version.starts_on <= today(tx):
                put_in_force(tx, version)
                made += 1
        rest()
    return {"texts": made}


def send_back(tx: Tx, version_id: int, seen: int | None, reason: str) -> None:
    """Back to the drafter with a reason that he reads; the drafter himself takes his text back so."""
    version = _at(tx, version_id, "back", seen)
    version.reviewed_by_id = version.reviewed_at = None
    tx.reason = reason
    _set(tx, version, DRAFT)
    _tell_drafter(tx, version, N_("%(number)s “%(title)s” came back: %(reason)s"), reason=reason)


def drop(tx: Tx, version_id: int, seen: int | None, reason: str) -> None:
    """Give up a version that is not in force yet."""
    _end(tx, _at(tx, version_id, "drop", seen), reason)


def withdraw(tx: Tx, version_id: int, seen: int | None, reason: str) -> None:
    """Take the text in force out of use; auditors and writers go on reading it."""
    _end(tx, _at(tx, version_id, "withdraw", seen), reason)


def place(tx: Tx, number: str, data: Mapping[str, Any], seen: int | None) -> None:
    """Say where a document is used: group, kinds of work, audience, channels, variant. At once, by those who approve."""
    document = tx.session.scalar(select(Document).where(Document.number == number))
    if document is None:
        raise Refused(Words(N_("There is nothing here, or it belongs to another office.")), 404)
    check_version(document, seen)
    for name in PLACE:
        setattr(document, name, data[name])
    tx.session.flush()


DOES: dict[str, Callable[..., None]] = {
    "submit": submit, "review": review, "approve": approve, "back": send_back, "drop": drop, "withdraw": withdraw,
}  # fmt: skip


# ------------------------------------------------------------------------------------------ shared


def _at(tx: Tx, version_id: int, move: str, seen: int | None) -> DocumentVersion:
    """The version, with the move allowed and the form as new as the text."""
    version = documents.version(tx.session, version_id)
    if version is None:
        raise Refused(Words(N_("There is nothing here, or it belongs to another office.")), 404)
    check_version(version, seen)
    if why := why_not(tx.session, tx.actor, move, version):
        raise Refused(why, 409)
    return version


def _set(tx: Tx, version: DocumentVersion, state: str) -> None:
    version.state = state
    tx.session.flush()


def _end(tx: Tx, version: DocumentVersion, reason: str) -> None:
    version.ended_at, version.ended_by_id, version.end_reason = tx.at, tx.actor.user_id, reason
    tx.reason = reason
    _set(tx, version, WITHDRAWN)
    search.index(tx.session, tx.session.get_one(Document, version.document_id))


def _next_number(session: Session, what: str) -> str:
    prefix, width = SERIES[what]
    taken = session.scalars(select(Document.number).where(Document.number.startswith(prefix)))
    return next_number(taken, prefix, width)


def _signers(session: Session) -> list[int]:
    """The people of the desk who may review and approve."""
    roles = PERMISSIONS["handbook.approve"]
    held = select(UserRole.user_id).where(UserRole.role.in_(roles))
    return list(session.scalars(select(User.id).where(User.disabled_at.is_(None), User.id.in_(held)).order_by(User.id)))


def _others(session: Session, version: DocumentVersion) -> bool:
    """Whether somebody may approve a version beside its drafter and its reviewer."""
    return bool(set(_signers(session)) - {version.drafted_by_id, version.reviewed_by_id})


def _tell_signers(tx: Tx, version: DocumentVersion, msgid: str) -> None:
    for user_id in sorted(set(_signers(tx.session)) - {version.drafted_by_id, tx.actor.user_id}):
        _tell(tx, user_id, version, msgid)


def _tell_drafter(tx: Tx, version: DocumentVersion, msgid: str, **more: Any) -> None:
    if version.drafted_by_id not in (None, tx.actor.user_id):
        _tell(tx, version.drafted_by_id, version, msgid, **more)


def _tell(tx: Tx, user_id: int, version: DocumentVersion, msgid: str, **more: Any) -> None:
    office = tx.actor.office_id or offices.first(tx.session)
    words = Words(msgid, number=version.document.number, title=version.title_zh, **more)
    key = f"document:{version.id}:{version.state}:{version.version}:{user_id}"
    if office is not None:
        notices.tell(tx, user_id, "handbook", words, key, office_id=office)
