"""What the moves of a quotation ask first: whether there is a version to do it with, and whether this person may (INQ-16, INQ-17,
INQ-20)."""

from __future__ import annotations

from rules import quoting_lines
from rules.needs import personal
from rules.quoting import begun
from rules.words import N_, Words
from rules.workflow import Act


def asks_a_price(act: Act) -> Words | None:
    """Only who asks for a price is quoted one."""
    return None if act.case.topic == "price" else Words(N_("This is no price inquiry."))


def none_begun(act: Act) -> Words | None:
    """One version is in hand at a time."""
    return Words(N_("A quotation is in hand already.")) if begun(act) else None


def some_begun(act: Act) -> Words | None:
    """There is a version that can be changed."""
    return None if begun(act, "draft", "approved") else Words(N_("There is no quotation to do this with."))


def some_draft(act: Act) -> Words | None:
    """There is a draft."""
    return None if begun(act, "draft") else Words(N_("There is no quotation to do this with."))


def some_ready(act: Act) -> Words | None:
    """There is a version that may be sent."""
    return None if begun(act, "approved") else Words(N_("No approved quotation waits to be sent."))


def some_sent(act: Act) -> Words | None:
    """A version was sent."""
    return None if begun(act, "sent") else Words(N_("No quotation has been sent."))


def must_be_reviewed(act: Act) -> Words | None:
    """A supervisor has to look at the draft, for its own sake or for whoever would send it off."""
    found = begun(act, "draft")
    if found is not None and (found.must_review or act.who.newcomer):
        return None
    return Words(N_("Nobody has to look at it: it is ready as it stands."))


def needs_no_review(act: Act) -> Words | None:
    """Nobody has to look at the draft."""
    return None if must_be_reviewed(act) else Words(N_("A supervisor has to look at this quotation first."))


def fleet_price_known(act: Act) -> Words | None:
    """Haulage is quoted on a fleet's price only, noted as a source or with the goods (INQ-20)."""
    found, cargo = begun(act, "draft"), act.case.cargo or {}
    hauls = found is not None and any(q.item == "haulage" for q in quoting_lines.counting(found.lines))
    known = cargo.get("fleet_price") or any(s.kind == "fleet" and s.amount_minor for s in act.facts.sources)
    if known or not (hauls or cargo.get("stuffing") == "haulage"):
        return None
    return Words(N_("Note the fleet's price first: haulage is not quoted without it."))


@personal
def another_person(act: Act) -> Words | None:
    """Whoever made, changed or sent the version for review does not decide on it, nor does a newcomer."""
    found = begun(act, "review")
    if act.who.newcomer:
        return Words(N_("While you are a newcomer another supervisor reviews quotations."))
    if found is None or act.who.user_id not in (found.made_by_id, found.edited_by_id, act.case.asked_review_id):
        return None
    return Words(N_("You had a hand in this quotation; another supervisor decides."))


@personal
def takes_part(act: Act) -> Words | None:
    """Only those who had a hand in it take it back."""
    found = begun(act, "review")
    mine = (act.case.owner_id, act.case.assignee_id, act.case.asked_review_id)
    if found is not None and act.who.user_id in (*mine, found.made_by_id, found.edited_by_id):
        return None
    return Words(N_("Only the one who asked can take this back."))
