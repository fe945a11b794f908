"""What a text is about: a matter, its goods, what happened to them; each thing is read once, when first asked for (KNO-04)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Clock, TransportEvent
from rules import figures, tracing, tracing_words, transport_events
from rules.policy import unseen
from rules.store import Actor
from rules.transport_reasons import CAUSES
from rules.words import Words

ANSWERS = ("first", "answer", "promised", "full")  # the clocks of an answer that the customer waits for


@dataclass
class About:
    """What a text is about: a matter, goods, or both. `say` tells Words in the text's `language` ("zh" or "en"); `days` is
    the figure that {days} means in it, `happened` whether the text tells what happened to the flight."""

    session: Session
    who: Actor
    at: datetime
    language: str
    say: Callable[[Words], str]
    case: Any = None
    goods: Any = None
    days: str = "claim.payment"
    happened: bool = False

    @cached_property
    def shipment(self) -> Any:
        """The goods: those named, else those of the matter."""
        return self.goods if self.goods is not None else self.case.shipment if self.case is not None else None

    @cached_property
    def customer(self) -> Any:
        """Whose matter or goods it is, where he is a customer."""
        found = self.case.customer if self.case is not None else None
        return found or (self.shipment.customer if self.shipment is not None else None)

    @cached_property
    def office_id(self) -> int | None:
        """The office whose figures count."""
        found = self.case or self.shipment
        return found.office_id if found is not None else self.who.office_id

    @cached_property
    def zone(self) -> ZoneInfo:
        """The clock on which times are told."""
        return ZoneInfo(self.case.office.zone if self.case is not None else self.who.zone)

    @cached_property
    def events(self) -> list[TransportEvent]:
        """What last happened to the flight, newest first, back to its cause."""
        if self.shipment is None:
            return []
        found = [event for event, _told in transport_events.of_shipment(self.session, self.who, self.shipment)]
        cause = next((n for n, event in enumerate(found) if event.code in CAUSES), len(found) - 1)
        return found[: cause + 1]

    @cached_property
    def clock(self) -> Clock | None:
        """The running clock of the answer, the earliest."""
        if self.case is None:
            return None
        found = select(Clock).where(Clock.case_id == self.case.id, Clock.name.in_(ANSWERS), Clock.stopped_at.is_(None))
        return self.session.scalars(unseen(found.order_by(Clock.due_at, Clock.id))).first()

    @cached_property
    def known(self) -> tracing_words.Known:
        """What the office promises about air freight."""
        return tracing.known(self.session, self.office_id or 0, self.zone.key)

    def figure(self, key: str) -> Any:
        """A figure in force for the office."""
        return figures.figure(self.session, key, self.office_id)

    def event(self, name: str) -> Any:
        """The newest value of a field among what last happened."""
        return next((value for event in self.events if (value := getattr(event, name))), None)
