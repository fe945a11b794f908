"""Rows that a move adds or changes. An effect sends nothing and sets no state (that is `perform`'s)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from models import Attachment, User, UserRole
from rules import (
    absences,
    approvals,
    clocks,
    customers,
    figures,
    outbox,
    promises,
    speaking,
    turns,
)
from rules.policy import WRITERS, unseen
from rules.words import N_, Refused, Words
from rules.workflow import Act, flow_of

# ------------------------------------------------------------------------------------------ words and papers


def say(act: Act) -> None:
    """Record a contact: what the customer said, what was answered, by which channel and to whom (SYS-08)."""
    data = act.data
    to, channel, said = data.get("to") or "customer", data.get("channel"), data.get("said")
    if channel == "mail" and "address" in data and not data["address"] and outbox.sends():
        raise Refused(Words(N_("Write the mail address that it goes to.")), 422, "address")
    if data.get("text"):
        more = {**_about(act), **speaking.further(data)}
        speaking.said(act.write, text=data["text"], audience=to, channel=channel, said=said, **more)
    else:
        speaking.heard(act.write, said=said, audience=to, channel=channel, **_about(act))


def heard(act: Act) -> None:
    """Record what the customer said when he called or wrote again."""
    said, channel = act.data.get("said") or act.data.get("text"), act.data.get("channel")
    speaking.heard(act.write, said=said, audience="customer", channel=channel, **_about(act))


def note(act: Act) -> None:
    """Record a note for colleagues."""
    speaking.noted(act.write, text=act.data.get("text") or act.data.get("reason"), **_about(act))


def log_told(act: Act, text: str, field: str = "text") -> None:
    """Record that the customer was told something, by the channel that was sent along or by phone."""
    channel = act.data.get("channel") or "phone"
    speaking.said(act.write, text=text, audience="customer", channel=channel, field=field, **_about(act))


def _about(act: Act) -> dict[str, Any]:
    return {"case": act.case, "office_id": act.case.office_id, "party": act.data.get("party")}


def keep_papers(act: Act) -> None:
    """Attach the papers that came along; their bytes lie on disk already (E-20)."""
    for paper in act.data.get("papers") or ():
        act.write.add(Attachment(
            case_id=act.case.id, office_id=act.case.office_id, sha256=paper.sha256, name=paper.name, media=paper.media,
            size=paper.size, preview=paper.preview, purpose=act.data.get("purpose") or "paper", at=act.at,
            by_id=act.who.user_id,
        ))  # fmt: skip


# ------------------------------------------------------------------------------------------ clocks


def name_time(act: Act) -> None:
    """A time for the answer that was named to the customer holds from now on (D-05)."""
    at = act.data.get("promised_at")
    if at is None:
        return
    if act.data.get("to") in ("partner", "colleague"):
        raise Refused(Words(N_("A time is promised to the customer only.")), 422, "promised_at")
    clock = clocks.promise(act.write, act.case, at, bool(act.data.get("accepted")))
    if clock is None:
        raise Refused(Words(N_("No clock runs for which a time could be promised.")), 422, "promised_at")
    promises.named(act.write, act.case, clock)


def acknowledge(act: Act) -> None:
    """The first answer is given, and a time named for the answer itself, which runs (CF-22). Without a time it is that
    of the clock for the answer, where one runs already, else half an hour (D-05)."""
    tx, case, rules = act.write, act.case, flow_of(act.case).clocks
    done = [clocks.PLEDGE, *(rule.name for rule in rules if act.move.name in rule.stops)]
    at, accepted = act.data.get("promised_at"), bool(act.data.get("accepted"))
    left = [c for c in clocks.of_case(tx.session, case) if c.party == clocks.CUSTOMER and c.name not in done]
    if left and at is not None:
        promises.named(tx, case, clocks.promise(tx, case, at, accepted, done))
    if not left:
        minutes = figures.figure(tx.session, "answer.after_acknowledgement", case.office_id)
        rule = next(rule for rule in rules if rule.name == "promised")
        promises.named(tx, case, clocks.start_promised(tx, case, rule, at or act.at + timedelta(minutes=minutes)))


# ------------------------------------------------------------------------------------------ whose it is


def count_chase(act: Act) -> None:
    """Another contact on the same open matter joins it and never resets its waiting time (ORG-01)."""
    turns.derive(act.write, act.case, chases=act.case.chases + 1)


def offer(act: Act) -> None:
    """Offer the matter to another person of the office, who has to accept (ORG-01)."""
    act.case.offered_to_id = _colleague(act).id


def take_over(act: Act) -> None:
    """The matter now belongs to the one who accepted."""
    act.case.owner_id = act.case.assignee_id = act.who.user_id
    act.case.offered_to_id, act.case.pooled = None, False


def decline_offer(act: Act) -> None:
    """The matter stays where it was."""
    act.case.offered_to_id = None


def assign(act: Act) -> None:
    """Give the work, not the ownership, to somebody (D-17)."""
    act.case.assignee_id = _colleague(act).id
    act.case.pooled = False


def to_pool(act: Act) -> None:
    """Lay the work where anybody of the office can claim it (E-10)."""
    act.case.pooled = True


def claim(act: Act) -> None:
    """The first one who claims gets the work; the matter itself too when its owner has left (E-10)."""
    act.case.pooled = False
    act.case.assignee_id = act.who.user_id
    if act.case.owner.disabled_at is not None:
        act.case.owner_id = act.who.user_id


def remind(act: Act) -> None:
    """Bring the matter back into the actor's queue at a moment."""
    turns.remind(act.write, act.case, act.data["at"], act.data.get("text") or "")


def reminded(act: Act) -> None:
    """Tick off the actor's reminders on this matter."""
    for turn in turns.reminders(act.write.session, act.case, act.who):
        turn.closed_at = act.at


def promote(act: Act) -> None:
    """The caller becomes a prospect, with himself as contact (E-09)."""
    customers.promote(act.write, act.case, act.data.get("name"))


def void(act: Act) -> None:
    """A mistaken entry stays as a tombstone with its reason (E-10)."""
    approvals.drop(act.facts.approvals, act.case)
    act.case.void_reason = act.data["reason"]


def _colleague(act: Act) -> User:
    """The chosen colleague, or the one who covers for him while he is away (ORG-01)."""
    session = act.write.session
    wanted = absences.stand_in(session, act.data["person"], act.at)
    person: User | None = session.scalar(
        unseen(select(User).join(UserRole).where(User.id == wanted, UserRole.role.in_(WRITERS)).limit(1))
    )
    own_office = person is not None and person.office_id in (None, act.case.office_id)
    if person is None or not own_office or person.disabled_at is not None or person.id == act.who.user_id:
        raise Refused(Words(N_("Choose a colleague of this office.")), 422, "person")
    return person


# ------------------------------------------------------------------------------------------ kinds


def copy_form(act: Act) -> None:
    """Take over what the form filled in, column by column; columns the form does not have stay."""
    columns = type(act.case).__mapper__.columns.keys()
    for name, value in act.data.items():
        if name in columns and act.move.form is not None and hasattr(act.move.form, name):
            setattr(act.case, name, value)


def weigh(act: Act) -> None:
    """Take over the form; a clock that goes by another figure now is reckoned anew from its start (CMP-03)."""
    rules = flow_of(act.case).clocks
    before = [rule.figure(act.case) for rule in rules]
    copy_form(act)
    for rule, key in zip(rules, before, strict=True):
        if rule.figure(act.case) != key:
            clocks.retime(act.write, act.case, rule.name, rule.figure(act.case))
