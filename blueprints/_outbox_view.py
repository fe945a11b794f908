"""A mail of the outbox as its pages and the timeline show it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import request, url_for
from wtforms import Form

from blueprints._outbox_words import RESULTS
from blueprints._shared import safe_back
from models import Message, Outbox
from rules import fields, outbox, undelivered
from rules.policy import can
from rules.store import Actor
from rules.words import N_, Refused, Words

TONES = {"waiting": "soon", "sending": "soon", "sent": "done", "unsure": "late", "failed": "late", "dropped": "hold"}
VIEWS = (
    ("", N_("Not arrived yet")),
    *((s, outbox.STATES[s]) for s in ("waiting", "failed", "unsure", "sent", "dropped")),
)


class Sure(Form):
    """To send a mail once more that may have arrived."""

    sure = fields.Tick(N_("Send it all the same: it may arrive twice"))


class How(Form):
    """How it reached the recipient."""

    how = fields.sentence(N_("How it was sent, or how you know that it arrived"))


class Why(Form):
    """Why it is not sent."""

    reason = fields.sentence(N_("Reason"))


LABELS = {"again": N_("Send again"), "by_hand": N_("Sent otherwise"), "drop": N_("Give up")}
FORMS: dict[str, type[Form]] = {"again": Sure, "by_hand": How, "drop": Why}
ENDPOINTS = {"again": "outbox.again", "by_hand": "outbox.by_hand", "drop": "outbox.drop"}


@dataclass
class Act:
    """Something to do about a mail: label, address, and a form where it asks something."""

    label: Any
    url: str
    form: Any = None


@dataclass
class Line:
    """A mail: where it goes, what about, how it stands and why, and what may be done."""

    id: int
    version: int
    to: str
    subject: str
    body: str
    at: Any
    state: Any
    tone: str
    why: Any
    following: Any
    ref: str | None
    about: str | None
    about_href: str | None
    back: str
    acts: list[Act] = field(default_factory=list)
    wrong: Any = None


def line(found: outbox.Row, who: Actor, tried: tuple[str, Any, Refused] | None = None) -> Line:
    """A mail of the list; `tried`: what was asked for, what was typed, and why it was refused."""
    row, ref, customer = found
    shown = Line(
        row.id, row.version, row.address, row.subject, row.body, row.message.at, outbox.STATES[row.state], TONES[row.state],
        undelivered.reason(row.error), _following(row), ref, customer, _about(row.message, ref),
        safe_back(request.values.get("back"), ""),
    )  # fmt: skip
    if can(who, "outbox.write"):
        shown.acts = [_act(row, name, tried) for name in outbox.ACTS if row.state in outbox.HELD]
    shown.wrong = tried[2].why if tried else None
    return shown


def _following(row: Outbox) -> Words | None:
    """When it is tried again."""
    if row.state != outbox.WAITING or not row.tries:
        return None
    return Words(N_("tried %(n)s times, again at %(hour)s"), n=row.tries, hour=row.next_at)


def _about(message: Message, ref: str | None) -> str | None:
    if ref:
        return url_for("cases.case", ref=ref)
    if message.customer_id:
        return url_for("customers.customer", customer_id=message.customer_id)
    return url_for("shipments.shipment", shipment_id=message.shipment_id) if message.shipment_id else None


def _act(row: Outbox, name: str, tried: tuple[str, Any, Refused] | None) -> Act:
    asks = name != "again" or row.state == outbox.UNSURE
    mine = tried is not None and tried[0] == name
    form: Any = FORMS[name](tried[1] if tried and mine else None) if asks else None
    if tried and mine and form is not None and tried[2].code == 422:
        next(iter(form)).errors = [tried[2].why]
    return Act(LABELS[name], url_for(ENDPOINTS[name], row_id=row.id), form)


def views(state: str) -> list[tuple[Any, str, bool]]:
    """The filters of the list: (label, address, chosen)."""
    return [(label, url_for("outbox.listing", state=name or None), name == state) for name, label in VIEWS]


def standing(message: Message, row: Outbox | None) -> tuple[str, Any, Any, str | None] | None:
    """How a message of the timeline stands: tone, words, reason, and where something can be done; None: nothing to say."""
    if row is not None:
        href = url_for("outbox.letter", row_id=row.id)
        return TONES[row.state], outbox.STATES[row.state], undelivered.reason(row.error), href
    if message.result in RESULTS:
        return TONES[message.result], RESULTS[message.result], None, None
    return None
