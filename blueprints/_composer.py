"""The reply composer: to whom, by which channel, and the button that fits the channel (interface guide 4)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import url_for

from blueprints import _said_view, _scripts_view
from blueprints._look import Look
from blueprints._remedies_view import ready_words
from blueprints._tracing_view import ready
from blueprints._words import shown_phone
from rules import outbox
from rules.words import N_, Words
from workflows.common import AUDIENCES, CHANNELS, SPOKEN

COPIED = ("wechat", "qq", "fax", "sms")
BUTTONS = {"phone": N_("Log the call"), "visit": N_("Log the talk"), "mail": N_("Send")}


@dataclass
class Talk:
    """The composer; see cases/_composer.html."""

    url: str
    draft_url: str
    check_url: str
    audiences: list[Any]
    channels: list[Any]
    mode: str
    button: Any
    said: str
    text: str
    stops: bool
    ask: bool
    later: bool = False
    promised_at: str = ""
    accepted: bool = False
    errors: list[Any] = field(default_factory=list)
    picker: Any = None
    inserted: bool = False
    checked: Any = None
    further: Any = None
    overrule: bool = False
    saved: Any = None
    dirty: bool = False
    stopped: Any = None
    hand_url: str | None = None


def talk(look: Look) -> Talk | None:
    """The composer of a case for this person, or None when he may not speak for the desk here."""
    case = look.case
    able = [m.name for m, why in look.offered if m.place == "composer" and why is None]
    if not able:
        return None
    name = "answer" if "answer" in able else "message"
    typed = look.typed
    channel = typed.get("channel") or (case.channel if case.channel in dict(CHANNELS) else "phone")
    to = typed.get("to") or "shipper"
    keep = url_for("cases.keep", ref=case.ref)
    return Talk(
        url=url_for("cases.move", ref=case.ref, name=name), draft_url=url_for("cases.draft", ref=case.ref), check_url=keep,
        audiences=[(code, _party(case, code, label), code == to) for code, label in AUDIENCES],
        channels=[(code, label, code == channel) for code, label in CHANNELS],
        picker=_scripts_view.picker(case, typed), inserted=bool(typed.get("inserted")),
        checked=_said_view.checked(look, {**typed, "to": to, "channel": channel, "text": _text(look)}),
        further=_said_view.further(look, to, channel, typed), overrule=_overrule(look),
        mode="note" if channel in SPOKEN else "copy" if channel in COPIED or not outbox.sends() else "send",
        button=BUTTONS.get(channel, N_("Sent")), said=typed.get("said") or "", text=_text(look),
        stops=name == "answer", ask="ask_info" in able, errors=_errors(look), later="acknowledge" in able,
        promised_at=typed.get("promised_at") or "", accepted=bool(typed.get("accepted")), saved=typed.get("saved"),
        dirty=look.tried is not None, **_stopped(look),
    )  # fmt: skip


def _overrule(look: Look) -> bool:
    """Whether a supervisor's words in the composer were stopped by a phrase, and he may let them go."""
    tried = look.tried
    return tried is not None and look.flow.move(tried.name).place == "composer" and _said_view.may_overrule()


def _stopped(look: Look) -> dict[str, Any]:
    """Why the words may not leave the house, and where they are handed to the supervisor with one key (CMP-08)."""
    why = look.tried.stopped if look.tried is not None else None
    handed = why is not None and _said_view.money_stopped()
    return {"stopped": why, "hand_url": next((m.url for m in look.able("demand")), None) if handed else None}


def _text(look: Look) -> str:
    """What was typed, even nothing; else the words that stand ready."""
    found = look.typed["text"] if "text" in look.typed else ready(look) or ready_words(look)
    return str(found or "")


def _errors(look: Look) -> list[Any]:
    tried, composer = look.tried, {m.name for m, _ in look.offered if m.place == "composer"}
    if tried is None or tried.name not in composer or tried.form is None or tried.stopped is not None:
        return []
    return [(f.name, f.errors[0]) for f in tried.form if f.errors]


def _party(case: Any, code: str, label: str) -> Any:
    name, phone = None, None
    if code == "shipper" and case.contact is not None:
        name, phone = case.contact.name, case.contact.phone or case.contact.landline
    elif code == "shipper":
        name, phone = case.caller_name, case.caller_phone
    elif code == "consignee" and case.shipment is not None:
        name, phone = case.shipment.consignee, case.shipment.consignee_phone
    if not name:
        return label
    return Words(N_("%(role)s %(name)s %(phone)s"), role=Words(label), name=name, phone=shown_phone(phone))
