"""What is known of one case beyond its row: signatures, clocks, contacts, papers, confirmations, events. Each is read once."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from models import (
    Approval,
    Attachment,
    CaseLink,
    Clock,
    ClockPause,
    Confirmation,
    Event,
    Message,
    PriceSource,
    Promise,
    Question,
    Quotation,
)
from rules import figures
from rules.policy import unseen

# Tables whose rows belong to a case: their changes are part of what happened to it.
BESIDE = (
    "approvals", "case_links", "charge_lines", "confirmations", "customer_links", "escalations", "preventives", "price_sources",
    "promises", "questions", "quotations",
)  # fmt: skip
READ = (
    "approvals", "clocks", "pauses", "messages", "papers", "events", "confirmations", "quotations", "sources", "questions",
    "promises", "links",
)  # fmt: skip


@dataclass
class Facts:
    """What is known of one case beyond its row; each part is read once, when first asked for."""

    session: Session
    case: Any
    reminded: bool | None = None  # the reader has a reminder on it; None: not looked up yet
    known_figures: dict[str, Any] = field(default_factory=dict)

    def figure(self, key: str) -> Any:
        """The figure in force for the case's office, read once."""
        if key not in self.known_figures:
            self.known_figures[key] = figures.figure(self.session, key, self.case.office_id)
        return self.known_figures[key]

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
        found = select(Event).where(Event.case_id == self.case.id, Event.object_type.in_((self.case.kind, *BESIDE)))
        return list(self.session.scalars(found.order_by(Event.seq)))

    @cached_property
    def confirmations(self) -> list[Confirmation]:
        """Answers asked from inside the house and from partners, oldest first."""
        found = select(Confirmation).where(Confirmation.case_id == self.case.id).order_by(Confirmation.id)
        return list(self.session.scalars(unseen(found)))

    @cached_property
    def quotations(self) -> list[Quotation]:
        """Versions of the price given, oldest first, with lines, source and people."""
        found = select(Quotation).where(Quotation.case_id == self.case.id).order_by(Quotation.number)
        people = joinedload(Quotation.made_by), joinedload(Quotation.reviewed_by), joinedload(Quotation.source)
        return list(self.session.scalars(unseen(found.options(selectinload(Quotation.lines), *people))))

    @cached_property
    def sources(self) -> list[PriceSource]:
        """What others ask for the transport, oldest first."""
        found = select(PriceSource).where(PriceSource.case_id == self.case.id).order_by(PriceSource.id)
        return list(self.session.scalars(unseen(found)))

    @cached_property
    def questions(self) -> list[Question]:
        """Who was asked about the matter, oldest first, with who asked."""
        found = select(Question).where(Question.case_id == self.case.id).order_by(Question.id)
        return list(self.session.scalars(unseen(found.options(joinedload(Question.asked_by)))))

    @cached_property
    def promises(self) -> list[Promise]:
        """What was promised, oldest first, with who answers for it."""
        found = select(Promise).where(Promise.case_id == self.case.id).order_by(Promise.id)
        return list(self.session.scalars(unseen(found.options(joinedload(Promise.owner)))))

    @cached_property
    def links(self) -> list[CaseLink]:
        """Other matters that belong to this one, either way round, those that still hold."""
        mine = or_(CaseLink.case_id == self.case.id, CaseLink.other_id == self.case.id)
        found = select(CaseLink).where(mine, CaseLink.ended_at.is_(None)).order_by(CaseLink.id)
        return list(self.session.scalars(unseen(found.options(joinedload(CaseLink.case), joinedload(CaseLink.other)))))

    def has(self, table: str) -> bool:
        """Whether rows of a table were ever made for the case, told from its events: spares a page asking for nothing."""
        return any(event.object_type == table for event in self.events)

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
        for name in READ:
            self.__dict__.pop(name, None)
