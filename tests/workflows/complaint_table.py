"""The truth about closing a complaint, written by hand from the rulebook (CMP-16, 20, 22, 23, ORG-02, D-07, D-08).

A row is a kind of complaint in which everything is there but for what its second column names; the others say what each person
is told who tries to close it: `closed`, or a key of REASONS. It is the same by whichever channel the complaint came.

    plain     any kind without a list of its own         attitude  about a clerk's attitude: another person asks
    planned   with a plan for the customer               reopened  not satisfied the first time: another person asks
    joint     several desks review it together           rough     a kind with a list of its own
"""

from __future__ import annotations

PEOPLE = ("owner", "colleague", "supervisor", "finance", "auditor", "admin", "clerk")
GATE = """
complaint  missing     owner      colleague  supervisor finance auditor admin  clerk
plain      nothing     closed     closed     closed     role    role    role   closed
plain      answer      answer     answer     answer     role    role    role   answer
plain      party       party      party      party      role    role    role   party
plain      reason      party      party      party      role    role    role   party
plain      confirmed   confirmed  confirmed  confirmed  role    role    role   confirmed
plain      feedback    feedback   feedback   feedback   role    role    role   feedback
plain      once_missed feedback   feedback   feedback   role    role    role   feedback
plain      too_early   feedback   feedback   feedback   role    role    role   feedback
plain      missed      closed     closed     closed     role    role    role   closed
plain      satisfied   closed     closed     closed     role    role    role   closed
planned    nothing     closed     closed     closed     role    role    role   closed
planned    agreed      agreed     agreed     agreed     role    role    role   agreed
joint      nothing     closed     closed     closed     role    role    role   closed
joint      plan        agreed     agreed     agreed     role    role    role   agreed
joint      review      review     review     review     role    role    role   review
joint      feedback    feedback   feedback   feedback   role    role    role   feedback
attitude   nothing     closed     closed     closed     role    role    role   clerk
attitude   answer      answer     answer     answer     role    role    role   clerk
attitude   party       party      party      party      role    role    role   clerk
attitude   confirmed   confirmed  confirmed  confirmed  role    role    role   clerk
attitude   feedback    feedback   feedback   feedback   role    role    role   clerk
attitude   satisfied   satisfied  satisfied  satisfied  role    role    role   clerk
attitude   list        list       list       list       role    role    role   clerk
attitude   missed      closed     closed     closed     role    role    role   clerk
attitude   own_missed  satisfied  satisfied  satisfied  role    role    role   clerk
attitude   clerks_own  feedback   feedback   feedback   role    role    role   clerk
attitude   unnamed     unnamed    unnamed    closed     role    role    role   unnamed
reopened   nothing     closed     closed     closed     role    role    role   closed
reopened   answer      answer     answer     answer     role    role    role   answer
reopened   confirmed   confirmed  confirmed  confirmed  role    role    role   confirmed
reopened   feedback    feedback   feedback   feedback   role    role    role   feedback
reopened   satisfied   satisfied  satisfied  satisfied  role    role    role   satisfied
reopened   missed      closed     closed     closed     role    role    role   closed
rough      nothing     closed     closed     closed     role    role    role   closed
rough      list        list       list       list       role    role    role   list
"""
REASONS = {
    "role": "Your role does not allow this.",
    "clerk": "The complaint is about you: hand it to the supervisor, who answers and closes it.",
    "answer": "The customer has not been answered yet.",
    "agreed": "The customer has not accepted the plan yet.",
    "review": "%(who)s has not answered yet: note the answer, or drop the question.",
    "list": "Not noted yet: %(steps)s.",
    "unnamed": "Name the clerk complained about, or let a supervisor close it.",
    "party": "The responsible party has not been named yet.",
    "confirmed": "The supervisor has not confirmed the responsible party yet.",
    "feedback": "The result has not been told to the customer, nor has he been missed twice.",
    "satisfied": "Another person has not asked yet whether the customer is satisfied.",
}
PERSONAL = ("role", "clerk")  # 403, all else 409


def rows() -> list[tuple[str, str, dict[str, str]]]:
    """(complaint, missing, {person: what he is told}) of every row."""
    head, *listed = GATE.strip().splitlines()
    assert tuple(head.split()[2:]) == PEOPLE
    return [(kind, gap, dict(zip(PEOPLE, told, strict=True))) for kind, gap, *told in (line.split() for line in listed)]
