"""How texts of the handbook are shown: tabs, paragraphs with links to other texts, names of kinds of work, the document-control
head, and what differs between two versions."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from typing import Any

from flask import current_app, request, url_for

from blueprints._shared import Answer, me, not_found, page
from blueprints._words import language
from models import DocumentVersion, db
from rules import catalogue, document_forms, documents, slots, transport_reasons
from rules.policy import can
from rules.words import N_, Words
from rules.workflow import KINDS
from workflows import complaint_forms, inquiry_forms

LINK = re.compile(r"\[\[([A-Z]{1,4}-\d{1,4})\]\]")
TONES = {"draft": "hold", "review": "soon", "reviewed": "soon", "approved": "done", "replaced": "", "withdrawn": "late"}
TABS: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    ("handbook.read", N_("Scripts"), "handbook.listing", {}),
    ("handbook.read", N_("Articles"), "handbook.listing", {"what": "article"}),
    ("phrase.read", N_("Forbidden phrases"), "phrases.listing", {}),
    ("idea.read", N_("Suggestions"), "ideas.listing", {}),
    ("quality.read", N_("Quality"), "quality.listing", {}),
    ("handbook.write", N_("Being drafted"), "drafting.drafts", {}),
)


def show(template: str, code: int = 200, **values: Any) -> Answer:
    """A page of the handbook with its tabs."""
    return page(template, code=code, tabs=tabs(values.get("what")), failed=code >= 400, **values)


def tabs(what: str | None = None) -> list[tuple[str, str, bool]]:
    """The parts of the handbook that a person may open: label, address, current."""
    return [
        (
            label,
            url_for(endpoint, **extra),
            request.endpoint == endpoint and what in (None, extra.get("what", "script")),
        )
        for permission, label, endpoint, extra in TABS
        if endpoint in current_app.view_functions and can(me(), permission)
    ]


def sort_of(sent: Any) -> str:
    """Which sort of text a form or address asks for."""
    return "article" if sent.get("what") == "article" else "script"


def versions(number: str) -> Any:
    """The versions of a text that the reader may see, newest first; raises 404 where there is none."""
    found = documents.versions(db.session(), me(), number)
    if not found:
        raise not_found()
    return found


def title(version: Any) -> str:
    """The title in the reader's language."""
    return str(getattr(version, f"title_{language()}"))


def kind_names() -> list[tuple[str, Any]]:
    """Every kind of work and situation that a text may be for, with its name."""
    topics = {"inquiry": inquiry_forms.TOPICS, "complaint": complaint_forms.TOPICS,
              "change": tuple((kind.code, kind.name) for kind in catalogue.KINDS)}  # fmt: skip
    found: list[tuple[str, Any]] = []
    for kind, flow in KINDS.items():
        label = Words(flow.label)
        found.append((kind, label))
        found += [
            (f"{kind}.{code}", Words("%(kind)s: %(topic)s", kind=label, topic=Words(name)))
            for code, name in topics.get(kind, ())
        ]
    causes = {**transport_reasons.CAUSES, **{code: each.name for code, each in transport_reasons.HAPPENINGS.items()}}
    talk = [("opening", Words(N_("Opening a talk"))), ("closing", Words(N_("Closing a talk")))]
    return [*talk, *found, *((code, Words(name)) for code, name in causes.items())]


def used(document: Any) -> list[Any]:
    """Where a text is used: its kinds of work, to whom, by which ways."""
    names = dict(kind_names())
    found: list[Any] = [
        (names.get(kind, kind), url_for("handbook.listing", what=document.what, kind=kind)) for kind in document.kinds
    ]
    return found


def said_to(document: Any) -> list[Any]:
    """To whom, when and by which ways a script is said."""
    forms = document_forms
    words = [forms.AUDIENCES.get(document.audience), forms.VARIANTS.get(document.variant)]
    return [Words(each) for each in (*words, *(forms.CHANNELS.get(code) for code in document.channels)) if each]


# ------------------------------------------------------------------------------------------ a text


def body(text: str, known: dict[str, tuple[str, str]]) -> list[tuple[str, list[list[tuple[str, str]]]]]:
    """Paragraphs of a text: ("p" or "ul", lines of (words, address or "")). Links to texts in force lead to them."""
    found: list[tuple[str, list[list[tuple[str, str]]]]] = []
    for block in re.split(r"\n\s*\n", text.strip()):
        for line in filter(None, (part.strip() for part in block.split("\n"))):
            tag = "ul" if line.startswith(("- ", "• ")) else "p"
            pieces = _pieces(line[2:] if tag == "ul" else line, known)
            if tag == "ul" and found and found[-1][0] == "ul":
                found[-1][1].append(pieces)
            else:
                found.append((tag, [pieces]))
    return found


def _pieces(line: str, known: dict[str, tuple[str, str]]) -> list[tuple[str, str]]:
    return [
        _piece(part, known, n % 2 == 1) for n, part in enumerate(LINK.split(line)) if part
    ]  # words and numbers take turns


def _piece(part: str, known: dict[str, tuple[str, str]], number: bool) -> tuple[str, str]:
    if not number or part not in known:
        return part, ""
    return f"{part} {known[part][language() == 'en']}", url_for("handbook.text", number=part)


def bodies(version: Any) -> list[tuple[str, str, str, Any]]:
    """Both languages of a text, the reader's first: tag, name, title, paragraphs; slots by their names."""
    known = documents.titles(db.session(), LINK.findall(f"{version.body_zh} {version.body_en}"))
    both = [
        ("zh-CN", "中文", version.title_zh, body(slots.fill(version.body_zh, {}, "zh"), known)),
        ("en", "English", version.title_en, body(slots.fill(version.body_en, {}, "en"), known)),
    ]
    return both if language() == "zh" else both[::-1]


def head(version: DocumentVersion) -> list[tuple[str, Any]]:
    """The document-control head (SYS-03): number, version, distribution, state, dates and the three people."""
    came = Words(N_("came with the desk"))
    pairs = [
        (N_("Number"), version.document.number), (N_("Version"), f"{version.number}.0"),
        (N_("State"), state(version)), (N_("Issued"), version.approved_at), (N_("In force since"), version.starts_on),
        (N_("Ended"), version.ended_at), (N_("Drafted by"), name(version.drafted_by) or came),
        (N_("Reviewed by"), name(version.reviewed_by) or (came if version.drafted_by is None else None)),
        (N_("Approved by"), name(version.approved_by) or (came if version.drafted_by is None else None)),
        (N_("What was changed and why"), version.reason or (N_("first issue") if version.number == 1 else None)),
        (N_("Why it ended"), version.end_reason),
    ]  # fmt: skip
    return [pair for pair in pairs if pair[1]]


def state(version: DocumentVersion) -> Any:
    """The state of a version in words; a signed one says from which day it is in force."""
    if version.state == documents.REVIEWED and version.approved_at:
        return Words(
            N_("Approved, in force from %(day)s"), day=version.starts_on.isoformat() if version.starts_on else ""
        )
    return Words(documents.STATES[version.state])


def name(user: Any) -> str | None:
    """A person as shown everywhere."""
    return f"{user.display} {user.name}" if user else None


def differences(old: DocumentVersion, new: DocumentVersion) -> list[tuple[Any, list[tuple[str, str]]]]:
    """What differs between two versions: (field, lines of (mark, text)); mark "-" gone, "+" new, " " the same."""
    labels = {"title_zh": N_("Title in Chinese"), "body_zh": N_("Text in Chinese"), "title_en": N_("Title in English"),
              "body_en": N_("Text in English")}  # fmt: skip
    found = []
    for field, label in labels.items():
        before, after = (getattr(old, field) or "").split("\n"), (getattr(new, field) or "").split("\n")
        if before != after:
            lines = [
                (line[0], line[2:]) for line in difflib.ndiff(before, after) if line[0] in "+- " and line[2:].strip()
            ]
            found.append((label, lines))
    return found


def numbers(versions: Sequence[DocumentVersion], wanted: str | None) -> DocumentVersion:
    """The version asked for, else the one in force, else the newest; `versions` has one at least."""
    asked = next((v for v in versions if str(v.number) == wanted), None)
    return asked or next((v for v in versions if v.state == documents.APPROVED), versions[0])
