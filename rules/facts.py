"""What is known of one case beyond its row: signatures, clocks, contacts, papers, confirmations, events. Each is read once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from models import Approval, Attachment, Clock, ClockPause, Confirmation, Event, Message
from rules.policy import unseen


@dataclass
class Facts:
    """What is known of one case beyond its row; each part is read once, when first asked for."""

    session: Session
    case: Any
    reminded: bool | None = None  # the reader has a reminder on it; None: not looked up yet

    @cached_property
    def approvals(self) -> list[Approval]:
        """Approvals of all rounds, in order of asking, with the person who decided."""
        found = select(Approval).where(Approval.case_id == self.case.id).order_by(Approval.round, Approval.step)
        people = joinedload(Approval.decided_by), joinedload(Approval.on_behalf_of)
        return list(self.session.scalars(unseen(found.options(*people))))

    @cached_property
    def clocks(self) -> list[Clock]:
        """Clocks, the newest last."""
        found = select(Clock).where(Clock.case_id == self.case.id).order_by(Clock.id)
        return list(self.session.scalars(unseen(found)))

    @cached_property
    def pauses(self) -> list[ClockPause]:
        """Pauses of all clocks."""
        ids = [clock.id for clock in self.clocks]
        found = select(ClockPause).where(ClockPause.clock_id.in_(ids)).order_by(ClockPause.id)
        return list(self.session.scalars(unseen(found))) if ids else []

    @cached_property
    def messages(self) -> list[Message]:
        """Contacts, answers and notes, oldest first, with who wrote them."""
        found = select(Message).where(Message.case_id == self.case.id).order_by(Message.at, Message.id)
        return list(self.session.scalars(unseen(found.options(joinedload(Message.by)))))

    @cached_property
    def papers(self) -> list[Attachment]:
        """Attachments, oldest first, with who brought them."""
        found = select(Attachment).where(Attachment.case_id == self.case.id).order_by(Attachment.id)
        return list(self.session.scalars(unseen(found.options(joinedload(Attachment.by)))))

    @cached_property
    def events(self) -> list[Event]:
        """What happened to the case, oldest first: its own changes, signatures, charges and confirmations."""
        own = (self.case.kind, "approvals", "confirmations", "charge_lines", "customer_links", "escalations")
        found = select(Event).where(Event.case_id == self.case.id, Event.object_type.in_(own))
        return list(self.session.scalars(found.order_by(Event.seq)))

    @cached_property
    def confirmations(self) -> list[Confirmation]:
        """Answers asked from inside the house and from partners, oldest first."""
        found = select(Confirmation).where(Confirmation.case_id == self.case.id).order_by(Confirmation.id)
        return list(self.session.scalars(unseen(found)))

    @property
    def undecided(self) -> bool:
        """Whether somebody still has to sign in the present round."""
        return any(a.round == self.case.round and a.status == "waiting" for a in self.approvals)

    @property
    def answered(self) -> bool:
        """Whether the customer has been given an answer."""
        return any(m.direction == "out" and m.audience in ("shipper", "consignee", "customer") for m in self.messages)

    def forget(self) -> None:
        """Read everything anew: a move has changed it."""
        for name in ("approvals", "clocks", "pauses", "messages", "papers", "events", "confirmations"):
            self.__dict__.pop(name, None)
