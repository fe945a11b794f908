"""The texts that come with the desk: scripts, articles and forbidden phrases in `library/*.toml`, put in once (KNO-03, KNO-04).

What a desk has already stays as it is: texts of the office are the office's own (SYS-03).
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Document, DocumentVersion, Phrase
from rules import search
from rules.documents import today
from rules.store import Tx

FOLDER = Path(__file__).resolve().parent.parent / "library"
WHATS = {"scripts": "script", "articles": "article"}
Entry = dict[str, Any]


@cache
def entries(folder: Path = FOLDER) -> tuple[Entry, ...]:
    """Every script and article of the library with its `what`, in the order of the files' names."""
    return tuple(
        {"what": what, **entry}
        for name, what in WHATS.items()
        for path in sorted((folder / name).glob("*.toml"))
        for entry in tomllib.loads(path.read_text("utf-8")).get("document", ())
    )


@cache
def phrases(folder: Path = FOLDER) -> tuple[Entry, ...]:
    """Every forbidden phrase of the library, keyed as the columns of `Phrase`."""
    path = folder / "phrases.toml"
    return tuple(tomllib.loads(path.read_text("utf-8"))["phrase"]) if path.exists() else ()


def install(tx: Tx) -> int:
    """Put in what the desk does not have: texts as version 1, in force, drafted by nobody. Returns how many; 0 the next time."""
    missed = set(missing(tx.session))
    fresh = [_document(tx, entry) for entry in entries() if entry["number"] in missed]
    banned = [Phrase(**entry) for entry in phrases() if entry["number"] in missed]
    tx.session.add_all([*fresh, *banned])
    tx.session.flush()
    search.index_many(tx.session, fresh)
    return len(fresh) + len(banned)


def missing(session: Session) -> list[str]:
    """The numbers of the library that the desk does not have."""
    have = {*session.scalars(select(Document.number)), *session.scalars(select(Phrase.number))}
    return [entry["number"] for entry in (*entries(), *phrases()) if entry["number"] not in have]


def _document(tx: Tx, entry: Entry) -> Document:
    version = DocumentVersion(
        number=1, state="approved", to_write=entry.get("to_write", False), starts_on=today(tx), drafted_at=tx.at,
        approved_at=tx.at, **{name: entry.get(name, "").strip() for name in ("title_zh", "title_en", "body_zh", "body_en")},
    )  # fmt: skip
    return Document(
        what=entry["what"], number=entry["number"], grouped=entry["group"], kinds=entry.get("kinds", []),
        audience=entry.get("audience"), channels=entry.get("channels", []), variant=entry.get("variant", ""),
        versions=[version],
    )  # fmt: skip
