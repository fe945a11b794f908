"""What the words of a script or article must be before somebody reviews them: both languages, known slots, nothing forbidden."""

from __future__ import annotations

from sqlalchemy.orm import Session

from models import DocumentVersion, Phrase
from rules import phrases, slots
from rules.words import N_, Refused, Words

LANGUAGES = ("zh", "en")
FIELDS = tuple(f"{part}_{language}" for part in ("title", "body") for language in LANGUAGES)


def check(session: Session, version: DocumentVersion) -> None:
    """Raise Refused (422, with the field) for the first thing that a version's words may not be (KNO-03, KNO-04, SYS-03)."""
    found = problems(session, version)
    if found:
        field, why = next(iter(found.items()))
        raise Refused(why, 422, field)


def problems(session: Session, version: DocumentVersion) -> dict[str, Words]:
    """What is wrong with a version's words, by field."""
    found: dict[str, Words] = {}
    if version.number > 1 and not version.reason:
        found["reason"] = Words(N_("Say what was changed and why; the change record shows it."))
    forbidden = phrases.rows(session)
    for field in FIELDS:
        text = getattr(version, field) or ""
        if not text and not (version.to_write and field.startswith("body")):
            found[field] = Words(N_("Write it in both languages."))
        elif why := _wrong(forbidden, version, text):
            found[field] = why
    return found


def _wrong(forbidden: list[Phrase], version: DocumentVersion, text: str) -> Words | None:
    script = version.document.what == "script"
    if script and (strange := slots.strange(text)):
        return Words(N_("Nothing can fill these slots: %(slots)s."), slots=", ".join(f"{{{name}}}" for name in strange))
    hits = phrases.find(forbidden, text, version.document.audience)
    if hits:
        told = "; ".join(f"“{hit.wording}” ({hit.phrase.number})" for hit in hits)
        return Words(N_("Forbidden phrases: %(phrases)s. Write it another way."), phrases=told)
    return None
