"""The desk's side of links: how each of them stands, in words, and the panel on a change's page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import current_app, url_for

from models import CustomerLink, db
from rules import answering, links
from rules.policy import can
from rules.store import Actor, now
from rules.words import N_, Words

STATES = {
    links.OPEN: N_("Waits for the customer until %(until)s"), links.EXPIRED: N_("Expired %(until)s, not answered"),
    links.REVOKED: N_("Revoked %(revoked)s"), links.CHANGED: N_("Void: the change is another one now"),
    links.SETTLED: N_("Not answered; the change is settled"), links.LEFT: N_("Void: the contact may no longer ask"),
}  # fmt: skip
ANSWERS = {
    "confirmed": N_("Confirmed by %(name)s, %(when)s, from %(address)s"),
    "declined": N_("Declined by %(name)s, %(when)s, from %(address)s"),
    "asked": N_("Used by %(name)s, %(when)s, from %(address)s"),
}
NAMES = {"zh": "中文", "en": "English"}


@dataclass
class Line:
    """One link as the desk sees it; `revoke_url` None: there is nothing to revoke."""

    id: int
    purpose: Any
    state: Any
    remark: str
    language: str
    made: Any
    by: str
    revoke_url: str | None


@dataclass
class Panel:
    """See links/_panel.html: the newest links of a change, where they all stand, and where one is made (None: not here)."""

    url: str
    make_url: str | None
    off: bool
    lines: list[Line]
    language: str


def lines(who: Actor, found: Sequence[CustomerLink], standing: Any) -> list[Line]:
    """The links with their state; `standing(link)` says how one stands."""
    writes = can(who, "link.write")
    return [_line(link, standing(link), writes) for link in found]


def panel(case: Any, who: Actor, made: bool = True) -> Panel | None:
    """The panel of a change; None for other kinds of work. `made`: whether its history knows of any link."""
    if case.kind != "change":
        return None
    found = links.of_case(db.session(), who, case.id) if made else []
    on, url = bool(current_app.config["PUBLIC_URL"]), url_for("links.listing", ref=case.ref)
    may = can(who, "link.write") and case.closed_at is None and case.executed_at is None
    return Panel(url, url if on and may else None, not on, of_case(who, case, found)[:3], spoken(case.customer))


def of_case(who: Actor, case: Any, found: Sequence[CustomerLink]) -> list[Line]:
    """The links of a change as lines."""
    return lines(who, found, lambda link: _of_change(link, case))


def _of_change(link: CustomerLink, case: Any) -> str:
    return answering.standing(link, case, now()) if link.purpose == links.CONFIRM else links.standing(link, now())


def spoken(customer: Any) -> str:
    """The language that a customer most likely reads."""
    return "en" if customer is not None and customer.overseas else "zh"


def _line(link: CustomerLink, standing: str, writes: bool) -> Line:
    if link.answer is not None:
        state = Words(ANSWERS[link.answer], name=link.answered_by, when=link.answered_at, address=link.address or "–")
    else:
        known = {"until": link.expires_at, "revoked": link.revoked_at}
        state = Words(STATES[standing], **{k: at for k, at in known.items() if f"%({k})s" in STATES[standing]})
    purpose = N_("to ask for a change") if link.purpose == links.ASK else N_("to confirm this change")
    url = url_for("links.revoke", link_id=link.id) if writes and standing == links.OPEN else None
    return Line(
        link.id, purpose, state, link.remark or "", NAMES[link.language], link.made_at,
        f"{link.made_by.display} {link.made_by.name}", url,
    )  # fmt: skip
