"""The engine: numbers, versions, who was faster, words for what was done (architecture 3, E-05, E-14)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models import db
from rules.facts import Facts
from rules.store import Actor, system, write_tx
from rules.words import Refused
from rules.workflow import KINDS, Act, flow_of, label_of, perform
from tests import factories as make

WORDS = {"to": "shipper", "channel": "phone", "text": "好"}
ASKED = {"to": "fleet", "whom": "车队", "question": "请报价"}


def test_refs_share_one_running_number_from_20001_on(desk):
    refs = [make.inquiry(desk.agent, desk), make.complaint(desk.agent, desk), make.change(desk.agent, desk)]
    assert refs == ["INQ-20001", "CMP-20002", "CHG-20003"]


@pytest.mark.rule("ORG-01")
def test_a_new_matter_belongs_to_whoever_heard_of_it_first(desk, clock):
    called = clock.at
    clock.forward(3)
    case = make.matter(make.inquiry(desk.agent, desk, called_at=called))
    assert (case.owner_id, case.assignee_id, case.created_by_id) == (desk.agent.user_id,) * 3
    assert (case.created_at, case.waiting_since, case.channel, case.office_id) == (
        clock.at,
        called,
        "phone",
        desk.office,
    )
    assert (case.version, case.chases, case.pooled, case.closed_at) == (1, 0, False, None)


def test_a_form_made_against_an_older_version_is_told_who_was_faster(desk, clock):
    ref = make.inquiry(desk.agent, desk)
    at = clock.forward(2)
    make.do(desk.colleague, ref, "ask_party", 1, **ASKED)
    clock.forward(1)
    with pytest.raises(Refused) as no:
        make.do(desk.agent, ref, "answer", 1, **WORDS)
    why = no.value.why
    assert (no.value.code, why.msgid) == (409, "%(who)s was faster: %(what)s (%(when)s)")
    assert (why.params["who"], str(why.params["what"]), why.params["when"]) == (
        desk.colleague.name,
        "Ask a desk or partner",
        at,
    )
    make.do(desk.agent, ref, "answer", make.matter(ref).version, **WORDS)


def test_a_role_is_refused_before_anything_else(desk):
    ref = make.inquiry(desk.agent, desk)
    with pytest.raises(Refused) as no:
        make.do(desk.auditor, ref, "close", version=99)
    assert (no.value.code, no.value.why.msgid) == (403, "Your role does not allow this.")


def test_the_system_may_make_a_move_of_any_role(desk):
    ref = make.inquiry(desk.agent, desk)
    with write_tx(system("tick"), "tick") as tx:
        perform(tx, make.matter(ref), "note", {"text": "x"})
    assert make.events(action="inquiry.note")[0].actor == "system"


def test_somebody_without_any_role_may_make_no_move(desk):
    ref = make.inquiry(desk.agent, desk)
    nobody = Actor(desk.agent.user_id, "x", "x", frozenset(), 4, desk.office)
    for move in KINDS["inquiry"].moves:
        with pytest.raises(Refused) as no:
            make.do(nobody, ref, move.name)
        assert no.value.code == 403


def test_the_reason_given_stands_in_the_history(desk):
    ref = make.inquiry(desk.agent, desk)
    make.do(desk.agent, ref, "void", reason="录错")
    assert {e.reason for e in make.events(action="inquiry.void")} == {"录错"}


def test_asking_whether_a_move_is_allowed_writes_nothing(desk):
    case = make.matter(make.inquiry(desk.agent, desk))
    act = Act(desk.agent, case, flow_of(case), flow_of(case).move("answer"), Facts(db.session(), case), make.now())
    with pytest.raises(RuntimeError, match="not in a write"):
        act.write  # noqa: B018


@pytest.mark.parametrize(
    ("action", "words"),
    [
        ("inquiry.answer", "Answer the customer"), ("change.approve", "Approve"), ("complaint.register", "Registered"),
        ("customer.edit", "Corrected"), ("no.such", "no.such"), ("import", "Imported"),
    ],
)  # fmt: skip
def test_every_action_has_words(house, action, words):
    assert label_of(action) == words


def test_kinds_are_listed_in_the_order_of_the_desk(house):
    assert [kind for kind in KINDS if kind in ("inquiry", "complaint", "change")] == ["inquiry", "complaint", "change"]


def test_a_state_that_a_kind_does_not_have_is_a_mistake(house):
    with pytest.raises(KeyError, match="inquiry has no state lost"):
        KINDS["inquiry"].state("lost")


def test_the_row_says_for_whom_a_matter_waits_and_since_when(desk, clock):
    ref = make.inquiry(desk.agent, desk)
    assert make.matter(ref).gist["wait"] is None
    since = clock.forward(1)
    make.do(desk.agent, ref, "ask_party", **ASKED)
    clock.forward(5)
    make.do(desk.agent, ref, "note", text="x")
    assert make.matter(ref).gist["wait"] == {
        "for": "department", "since": since.isoformat(), "until": (since + timedelta(minutes=30)).isoformat(),
    }  # fmt: skip


def test_the_row_of_a_change_says_who_decides_by_when(desk):
    ref = make.change(desk.agent, desk, "K10", destination="天津")
    make.do(desk.agent, ref, "submit")
    wait, (step,) = make.matter(ref).gist["wait"], make.approvals_of(ref)
    assert wait == {"for": "supervisor", "since": step.asked_at.isoformat(), "until": step.due_at.isoformat()}
