"""What every kind of work shares: hand-over, pool, given work, reminders, notes, void (ORG-01, D-17, E-05, E-10)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from models import Attachment, Message
from rules.facts import Facts
from rules.policy import unseen
from rules.words import Refused
from rules.workflow import KINDS, Act, Move, offered, refusal
from tests import factories as make

KINDS_OF_WORK = {"inquiry": make.inquiry, "complaint": make.complaint, "change": make.change}
WHY = {"reason": "休假"}


@pytest.fixture(params=KINDS_OF_WORK)
def ref(request, desk):
    """A fresh matter of each kind, owned by the agent."""
    return KINDS_OF_WORK[request.param](desk.agent, desk)


def holders(ref):
    """Who holds what: (what, person or role, leading, waiting)."""
    return {(t.what, t.user_id or t.role, t.leading, t.waiting) for t in make.open_turns(ref)}


def messages(ref):
    case = make.matter(ref)
    return list(make.db.session.scalars(unseen(select(Message).where(Message.case_id == case.id).order_by(Message.id))))


# ------------------------------------------------------------------------------------------ hand-over


@pytest.mark.rule("ORG-01")
def test_a_matter_handed_over_stays_with_its_owner_until_the_other_accepts(desk, ref):
    make.do(desk.agent, ref, "hand_over", person=desk.colleague.user_id, **WHY)
    case = make.matter(ref)
    assert (case.owner_id, case.offered_to_id) == (desk.agent.user_id, desk.colleague.user_id)
    assert ("accept", desk.colleague.user_id, False, False) in holders(ref)
    make.do(desk.colleague, ref, "accept_hand_over")
    case = make.matter(ref)
    assert (case.owner_id, case.assignee_id, case.offered_to_id) == (desk.colleague.user_id,) * 2 + (None,)
    assert {holder for _, holder, _, _ in holders(ref)} == {desk.colleague.user_id}
    assert messages(ref)[-1].text == "休假"


def test_a_declined_hand_over_changes_nothing_but_says_why(desk, ref):
    before = holders(ref)
    make.do(desk.agent, ref, "hand_over", person=desk.colleague.user_id, **WHY)
    make.do(desk.colleague, ref, "decline_hand_over", reason="满了")
    case = make.matter(ref)
    assert (case.owner_id, case.offered_to_id, holders(ref)) == (desk.agent.user_id, None, before)
    assert [m.text for m in messages(ref)] == ["休假", "满了"]


@pytest.mark.rule("ORG-01")
def test_only_the_one_it_was_offered_to_may_accept(desk, ref):
    make.do(desk.agent, ref, "hand_over", person=desk.colleague.user_id, **WHY)
    for who in (desk.agent, desk.supervisor):
        for move in ("accept_hand_over", "decline_hand_over"):
            with pytest.raises(Refused) as no:
                make.do(who, ref, move, **WHY)
            assert (no.value.code, no.value.why.msgid) == (403, "The hand-over was offered to somebody else.")


def test_a_matter_is_offered_to_one_person_at_a_time(desk, ref):
    make.do(desk.agent, ref, "hand_over", person=desk.colleague.user_id, **WHY)
    with pytest.raises(Refused) as no:
        make.do(desk.supervisor, ref, "hand_over", person=desk.supervisor.user_id, **WHY)
    assert no.value.why.msgid == "A hand-over is already waiting for an answer."


@pytest.mark.parametrize("whom", ["auditor", "admin", "stranger", "agent", "nobody", "disabled"])
@pytest.mark.parametrize("move", ["hand_over", "assign"])
def test_work_goes_only_to_a_colleague_of_the_office_who_does_desk_work(desk, move, whom):
    ref = make.inquiry(desk.agent, desk)
    target = {"nobody": 999_999, "disabled": None}.get(whom) or getattr(desk, whom, desk.colleague).user_id
    if whom == "disabled":
        with make.writing() as tx:
            tx.session.get(make.User, target).disabled_at = tx.at
    with pytest.raises(Refused) as no:
        make.do(desk.agent, ref, move, person=target, **WHY)
    assert (no.value.code, no.value.field) == (422, "person")
    case = make.matter(ref)
    assert (case.offered_to_id, case.assignee_id) == (None, desk.agent.user_id)
    assert messages(ref) == []


def test_accepting_work_out_of_the_pool_takes_it_out_of_the_pool(desk, ref):
    make.do(desk.agent, ref, "return_to_pool", **WHY)
    make.do(desk.agent, ref, "hand_over", person=desk.colleague.user_id, **WHY)
    make.do(desk.colleague, ref, "accept_hand_over")
    assert not make.matter(ref).pooled
    assert "claim" not in {what for what, *_ in holders(ref)}


# ------------------------------------------------------------------------------------------ given work and pool


def test_given_work_is_the_colleagues_turn_while_the_owner_only_waits(desk, ref):
    does = next(iter(holders(ref)))[0]
    make.do(desk.agent, ref, "assign", person=desk.colleague.user_id, **WHY)
    case = make.matter(ref)
    assert (case.owner_id, case.assignee_id) == (desk.agent.user_id, desk.colleague.user_id)
    assert holders(ref) == {
        ("own", desk.agent.user_id, True, True),
        (does, desk.colleague.user_id, False, False),
    }


def test_pooled_work_can_be_claimed_and_the_owner_keeps_the_matter(desk, ref):
    make.do(desk.agent, ref, "return_to_pool", **WHY)
    assert holders(ref) == {("own", desk.agent.user_id, True, True), ("claim", "agent", False, False)}
    make.do(desk.colleague, ref, "claim")
    case = make.matter(ref)
    assert (case.owner_id, case.assignee_id, case.pooled) == (desk.agent.user_id, desk.colleague.user_id, False)


def test_the_owner_who_claims_his_own_matter_back_has_the_one_turn_again(desk, ref):
    before = holders(ref)
    make.do(desk.agent, ref, "return_to_pool", **WHY)
    make.do(desk.agent, ref, "claim")
    assert holders(ref) == before


def test_of_two_who_claim_the_first_one_gets_it(desk, ref):
    make.do(desk.agent, ref, "return_to_pool", **WHY)
    make.do(desk.colleague, ref, "claim")
    with pytest.raises(Refused) as no:
        make.do(desk.supervisor, ref, "claim")
    assert (no.value.code, no.value.why.msgid) == (409, "Somebody has already claimed this.")
    assert make.matter(ref).assignee_id == desk.colleague.user_id


def test_who_claims_the_matter_of_somebody_who_has_left_owns_it(desk, ref):
    make.do(desk.agent, ref, "return_to_pool", **WHY)
    with make.writing() as tx:
        tx.session.get(make.User, desk.agent.user_id).disabled_at = tx.at
    make.do(desk.colleague, ref, "claim")
    case = make.matter(ref)
    assert (case.owner_id, case.assignee_id) == (desk.colleague.user_id,) * 2


def test_what_lies_in_the_pool_is_not_laid_there_twice(desk, ref):
    make.do(desk.agent, ref, "return_to_pool", **WHY)
    with pytest.raises(Refused) as no:
        make.do(desk.agent, ref, "return_to_pool", **WHY)
    assert no.value.why.msgid == "This lies in the pool already."


# ------------------------------------------------------------------------------------------ words, papers, reminders


def test_a_note_is_for_colleagues_and_answers_nobody(desk, ref):
    make.do(desk.finance, ref, "note", text="客户常迟付")
    note = messages(ref)[0]
    assert (note.direction, note.text, note.by_id, note.audience) == ("note", "客户常迟付", desk.finance.user_id, None)
    assert not Facts(make.db.session(), make.matter(ref)).answered


def test_what_a_colleague_notes_never_conflicts_with_somebody_in_the_middle_of_an_answer(desk, ref):
    seen = make.matter(ref).version
    for _ in range(2):
        make.do(desk.colleague, ref, "note", seen, text="记下")
        make.do(desk.colleague, ref, "chase", seen, said="好了吗", channel="phone")
    assert make.matter(ref).version == seen


def test_a_reminder_comes_back_at_its_time_and_is_ticked_off(desk, ref, clock):
    at = make.now() + timedelta(hours=5)
    make.do(desk.colleague, ref, "remind", at=at, text="回电")
    found = [t for t in make.open_turns(ref) if t.what == "remind"]
    assert [(t.user_id, t.due_at, t.queue_at, t.note, t.leading) for t in found] == [
        (desk.colleague.user_id, at, at, "回电", False)
    ]
    with pytest.raises(Refused):
        make.do(desk.agent, ref, "reminded")
    make.do(desk.agent, ref, "note", text="记下")
    assert [t.what for t in make.open_turns(ref)].count("remind") == 1
    make.do(desk.colleague, ref, "reminded")
    assert "remind" not in [t.what for t in make.open_turns(ref)]


def test_a_closed_matter_reminds_nobody(desk, ref):
    make.do(desk.colleague, ref, "remind", at=make.now() + timedelta(hours=5), text="回电")
    make.do(desk.agent, ref, "void", reason="录错")
    assert make.open_turns(ref) == []


@pytest.mark.rule("SYS-07")
def test_papers_are_kept_with_who_brought_them(desk, ref):
    make.do(desk.colleague, ref, "attach", papers=[make.PAPER_FILE])
    case = make.matter(ref)
    kept = make.db.session.scalars(unseen(select(Attachment).where(Attachment.case_id == case.id))).one()
    assert (kept.name, kept.sha256, kept.by_id, kept.office_id) == (
        "更改证明.pdf",
        "ab" * 32,
        desk.colleague.user_id,
        desk.office,
    )


# ------------------------------------------------------------------------------------------ void


def test_a_voided_entry_stays_with_its_reason_and_stops_everything(desk, ref, clock):
    voided = clock.forward(7)
    make.do(desk.agent, ref, "void", reason="录错")
    case = make.matter(ref)
    assert (case.state, case.void_reason, case.closed_at, case.due_at) == ("void", "录错", voided, None)
    assert {c.stopped_at for c in make.clocks_of(ref)} == {voided}
    assert make.open_turns(ref) == []


# ------------------------------------------------------------------------------------------ what a page offers


def test_what_is_offered_is_what_may_be_done_and_every_refusal_says_why(desk, ref):
    case = make.matter(ref)
    for who in desk.people.values():
        facts = Facts(make.db.session(), case)
        for move, why in offered(who, case, facts, make.now()):
            assert isinstance(move, Move)
            assert why == refusal(Act(who, case, KINDS[case.kind], move, facts, make.now()))
    assert offered(desk.auditor, case, Facts(make.db.session(), case), make.now()) == []
    assert offered(desk.admin, case, Facts(make.db.session(), case), make.now()) == []


def test_a_move_that_does_not_exist_is_not_found(desk, ref):
    with pytest.raises(Refused) as no:
        make.do(desk.agent, ref, "delete")
    assert no.value.code == 404


def test_a_refused_move_leaves_no_trace(desk, ref):
    before = (len(make.events()), make.matter(ref).version, holders(ref), len(messages(ref)))
    for who, move, data in (
        (desk.auditor, "note", {"text": "x"}),
        (desk.colleague, "void", {"reason": "x"}),
        (desk.agent, "claim", {}),
        (desk.agent, "assign", {"person": desk.admin.user_id, "reason": "x"}),
    ):
        with pytest.raises(Refused):
            make.do(who, ref, move, **data)
    assert (len(make.events()), make.matter(ref).version, holders(ref), len(messages(ref))) == before
