"""What the composer says about the words in it: phrases, slots, money, and a day that may become a promise (KNO-03, CUS-15)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from flask import g, url_for
from sqlalchemy import select

from blueprints._shared import me
from models import Promise, db
from rules import dates_said, outbox, proofreading, slots
from rules.phrases import CUSTOMER, SPOKEN
from rules.policy import can, unseen
from rules.proofreading import Way
from rules.stopped import MONEY, PHRASE, Hit, Stopped
from rules.store import now

OWN_ADDRESS = {"phone": "phone", "sms": "phone", "wechat": "wechat", "qq": "qq", "mail": "mail", "fax": "fax"}
PROMISES = "promise"


@dataclass
class Offer:
    """A day or a time in the text that one button makes a promise: its clause, when it is due, to whom, and where it goes."""

    url: str
    words: str
    by_at: str
    when: Any
    to_whom: str


@dataclass
class Checked:
    """What was found in a text; see cases/_banned.html."""

    saved: Any = None
    slots: Any = None
    hits: tuple[Hit, ...] = ()
    blocks: bool = False
    money: Any = None
    promise: Offer | None = None

    @property
    def found(self) -> bool:
        """Whether anything is to be said besides that the draft was kept."""
        return bool(self.hits or self.slots or self.money or self.promise)


@dataclass
class Further:
    """What the composer folds away: number or address, subject of a mail, read back, and how the person is addressed."""

    address: str = ""
    subject: str | None = None
    spoken: bool = False
    read_back: bool = False
    call: str | None = None


def checked(look: Any, typed: Mapping[str, Any], saved: Any = None) -> Checked:
    """Read a text on its way: nothing is recorded, the door decides when it is said."""
    text, case = str(typed.get("text") or ""), look.case
    if not text.strip():
        return Checked(saved)
    way = Way(typed.get("to") or "shipper", typed.get("channel") or case.channel, case.office_id, case)
    found = proofreading.read(db.session(), look.who, text, way)
    named = slots.told(list(found.slots)) if found.slots else None
    return Checked(saved, named, found.hits, found.blocks, found.price or found.money, _offer(look, text, way))


def _offer(look: Any, text: str, way: Way) -> Offer | None:
    """A day that the desk names to the customer, unless it is promised already: one button, no more (CUS-15)."""
    said = dates_said.first(text, now(), look.who.zone) if way.hearer == CUSTOMER else None
    if said is None or not any(m.name == PROMISES and why is None for m, why in look.offered):
        return None
    case, local = look.case, said.at.astimezone(ZoneInfo(look.who.zone))
    same = select(Promise.id).where(Promise.case_id == case.id, Promise.due_at == said.at, Promise.dropped_at.is_(None))
    if db.session.scalar(unseen(same)) is not None:
        return None
    whom = (case.contact.name if case.contact is not None else case.caller_name) or ""
    url = url_for("cases.move", ref=case.ref, name=PROMISES)
    return Offer(url, said.words, f"{local:%Y-%m-%dT%H:%M}", said.at, whom)


def further(look: Any, to: str, channel: str, typed: Mapping[str, Any]) -> Further:
    """Number or address of who is spoken to on this channel, as it is on file, and how he is addressed."""
    mails = channel == "mail" and outbox.sends()
    return Further(
        address=str(typed["address"] or "") if typed.get("address") is not None else _on_file(look.case, to, channel),
        subject=str(typed.get("subject") or "") if mails else None, spoken=channel in SPOKEN,
        read_back=bool(typed.get("read_back")), call=_called(look.case, to),
    )  # fmt: skip


def _on_file(case: Any, to: str, channel: str) -> str:
    own = OWN_ADDRESS.get(channel)
    if to == "consignee" and own == "phone":
        return str((case.shipment and case.shipment.consignee_phone) or "")
    if to != "shipper" or own is None:
        return ""
    contact = case.contact
    if contact is None:
        return str(case.caller_phone or "") if own == "phone" else ""
    return str(getattr(contact, own) or (contact.landline if own == "phone" else None) or "")


def _called(case: Any, to: str) -> str | None:
    """称呼: the name with the salutation that is on file."""
    if to != "shipper" or case.contact is None:
        return None
    return " ".join(part for part in (case.contact.name, case.contact.salutation) if part)


def stopped_by() -> Stopped | None:
    """What kept the words of this request in the house."""
    found: Stopped | None = g.get("stopped")
    return found


def may_overrule(name: str | None = None) -> bool:
    """Whether the words of this request were stopped by a phrase (in the field `name`) and this person may let them go: his form
    asks for the reason (KNO-03)."""
    found = stopped_by()
    here = found is not None and found.kind == PHRASE and name in (None, found.field)
    return here and can(me(), "phrase.allow")


def money_stopped() -> bool:
    """Whether it was a promise of money, which is handed to the supervisor (CMP-08)."""
    found = stopped_by()
    return found is not None and found.kind == MONEY
