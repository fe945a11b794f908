"""Times that are named to a customer, acknowledgements, questions to the supervisor, and customers who write again
(D-03, D-05, CF-01, CF-02, CF-22, CMP-07)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rules import clocks, explaining
from rules.facts import Facts
from rules.words import Refused
from tests import factories as make
from tests.rules.test_clocks import local

WORDS = {"to": "shipper", "channel": "phone", "text": "好"}
SAID = {"said": "好了吗", "channel": "phone"}


def running(ref):
    return {c.name: c for c in make.clocks_of(ref) if c.stopped_at is None}


def sound(ref):
    return all(explaining.agrees(make.db.session(), c) for c in make.clocks_of(ref))


# ------------------------------------------------------------------------------------------ promised times


def test_an_earlier_time_that_was_promised_becomes_the_deadline(desk, clock):
    ref = make.complaint(desk.agent, desk)  # class A: one hour, 11:00
    make.do(desk.agent, ref, "message", **WORDS, promised_at=local("18 10:30"))
    (answer,) = make.clocks_of(ref)
    assert (answer.due_at, answer.promised_at) == (local("18 10:30"), local("18 10:30"))
    assert clocks.figure_due(answer) == local("18 11:00")
    assert (make.matter(ref).due_at, make.matter(ref).due_name) == (local("18 10:30"), "answer")
    assert {t.due_at for t in make.open_turns(ref)} == {local("18 10:30")}
    assert sound(ref)


def test_a_later_time_holds_only_when_the_customer_has_accepted_it_and_the_figure_is_kept(desk, clock):
    ref = make.complaint(desk.agent, desk)
    with pytest.raises(Refused) as no:
        make.do(desk.agent, ref, "message", **WORDS, promised_at=local("18 15:00"))
    assert (no.value.code, no.value.field) == (422, "promised_at")
    assert make.matter(ref).due_at == local("18 11:00")
    make.do(desk.agent, ref, "message", **WORDS, promised_at=local("18 15:00"), accepted=True)
    (answer,) = make.clocks_of(ref)
    assert (make.matter(ref).due_at, clocks.figure_due(answer), answer.minutes) == (
        local("18 15:00"),
        local("18 11:00"),
        60,
    )
    assert sound(ref)


@pytest.mark.parametrize("to", ["partner", "colleague"])
def test_a_time_is_promised_to_the_customer_only(desk, to):
    ref = make.complaint(desk.agent, desk)
    with pytest.raises(Refused) as no:
        make.do(desk.agent, ref, "message", **WORDS | {"to": to}, promised_at=local("18 10:30"))
    assert (no.value.code, no.value.field) == (422, "promised_at")


def test_a_time_that_has_passed_cannot_be_promised(desk):
    ref = make.complaint(desk.agent, desk)
    for late in ("18 09:30", "18 10:00"):
        with pytest.raises(Refused) as no:
            make.do(desk.agent, ref, "message", **WORDS, promised_at=local(late))
        assert no.value.why.msgid == "Name a time that has not passed yet."


def test_where_no_clock_runs_no_time_can_be_promised(desk):
    ref = make.inquiry(desk.agent, desk)
    make.do(desk.agent, ref, "answer", **WORDS)
    with pytest.raises(Refused) as no:
        make.do(desk.agent, ref, "message", **WORDS, promised_at=local("18 10:30"))
    assert no.value.why.msgid == "No clock runs for which a time could be promised."


def test_a_time_may_be_promised_while_logging(desk):
    ref = make.complaint(desk.agent, desk, promised_at=local("18 10:45"))
    assert (make.matter(ref).due_at, make.clocks_of(ref)[0].promised_at) == (local("18 10:45"), local("18 10:45"))
    with pytest.raises(Refused):
        make.complaint(desk.agent, desk, promised_at=local("18 16:00"))
    ref = make.complaint(desk.agent, desk, promised_at=local("18 16:00"), accepted=True)
    assert make.matter(ref).due_at == local("18 16:00")


def test_a_promised_time_moves_with_a_pause_as_the_figure_does(desk, clock):
    ref = make.inquiry(desk.agent, desk, topic="other")  # half an hour
    make.do(desk.agent, ref, "message", **WORDS, promised_at=local("18 10:20"))
    clock.forward(5)
    make.do(desk.agent, ref, "ask_info", **WORDS)
    clock.forward(60)
    make.do(desk.agent, ref, "info_came", **SAID)
    (answer,) = make.clocks_of(ref)
    assert (answer.promised_at, answer.due_at, clocks.figure_due(answer)) == (
        local("18 11:20"), local("18 11:20"), local("18 11:30"),
    )  # fmt: skip
    assert sound(ref)


# ------------------------------------------------------------------------------------------ acknowledgements


def test_an_acknowledgement_stops_the_first_answer_and_the_time_it_names_runs(desk, clock):
    ref = make.inquiry(desk.agent, desk)
    at = clock.forward(2)
    make.do(desk.agent, ref, "acknowledge", **WORDS, promised_at=local("18 10:50"))
    first, promised = make.clocks_of(ref)
    assert (first.name, first.stopped_at) == ("answer", at)
    assert (promised.name, promised.started_at, promised.due_at, promised.minutes) == (
        "promised",
        at,
        local("18 10:50"),
        48,
    )
    case = make.matter(ref)
    assert (case.state, case.due_at, case.due_name) == ("open", local("18 10:50"), "promised")
    make.do(desk.agent, ref, "answer", **WORDS)
    assert running(ref) == {} and make.matter(ref).due_at is None
    assert sound(ref)


def test_an_acknowledgement_without_a_time_promises_half_an_hour(desk, clock):
    ref = make.inquiry(desk.agent, desk)
    at = clock.forward(1.5)
    make.do(desk.agent, ref, "acknowledge", **WORDS)
    assert running(ref)["promised"].due_at == at + timedelta(minutes=30) == make.matter(ref).due_at
    assert sound(ref)


def test_a_time_named_again_must_be_accepted_when_it_is_later(desk, clock):
    ref = make.inquiry(desk.agent, desk)
    make.do(desk.agent, ref, "acknowledge", **WORDS, promised_at=local("18 10:30"))
    clock.forward(20)
    with pytest.raises(Refused):
        make.do(desk.agent, ref, "acknowledge", **WORDS, promised_at=local("18 11:30"))
    make.do(desk.agent, ref, "acknowledge", **WORDS, promised_at=local("18 11:30"), accepted=True)
    promised = running(ref)["promised"]
    assert (promised.due_at, clocks.figure_due(promised)) == (local("18 11:30"), local("18 10:30"))


@pytest.mark.rule("INQ-08")
def test_special_goods_are_acknowledged_within_minutes_and_answered_within_the_day(desk, clock):
    for goods in ("special", "chemical", "break_bulk"):
        ref = make.inquiry(desk.agent, desk, goods=goods)
        assert {name: c.minutes for name, c in running(ref).items()} == {"answer": 5, "full": 480}
        assert make.matter(ref).due_name == "answer"
    clock.forward(3)
    make.do(desk.agent, ref, "acknowledge", **WORDS)
    assert [(c.name, c.due_at) for c in running(ref).values()] == [("full", local("18 18:00"))]
    assert (make.matter(ref).due_at, make.matter(ref).due_name) == (local("18 18:00"), "full")
    make.do(desk.agent, ref, "acknowledge", **WORDS, promised_at=local("18 16:00"))
    assert make.matter(ref).due_at == local("18 16:00")


@pytest.mark.rule("CMP-09")
def test_the_first_reply_about_wrong_goods_stops_with_an_acknowledgement_and_the_clear_answer_runs_on(desk, clock):
    ref = make.complaint(desk.agent, desk, topic="warehouse")
    assert make.matter(ref).due_name == "first"
    clock.forward(4)
    make.do(desk.agent, ref, "acknowledge", **WORDS)
    assert list(running(ref)) == ["answer"]
    assert (make.matter(ref).due_at, make.matter(ref).due_name) == (local("18 11:00"), "answer")


@pytest.mark.parametrize("to", ["partner", "colleague"])
def test_only_the_customer_is_acknowledged(desk, to):
    ref = make.inquiry(desk.agent, desk)
    with pytest.raises(Refused):
        make.do(desk.agent, ref, "acknowledge", **WORDS | {"to": to})
    assert list(running(ref)) == ["answer"]


# ------------------------------------------------------------------------------------------ the supervisor is asked


@pytest.mark.parametrize("kind", ["inquiry", "complaint"])
@pytest.mark.rule("CMP-07")
def test_a_question_to_the_supervisor_has_five_minutes_beside_the_customers_clock(desk, clock, kind):
    ref = getattr(make, kind)(desk.agent, desk)
    if kind == "complaint":
        make.do(desk.agent, ref, "accept", weight="simple")
    before = make.matter(ref).due_at
    asked = clock.forward(1)
    make.do(desk.agent, ref, "consult", text="能给 5.0 吗")
    consult = running(ref)["consult"]
    assert (consult.party, consult.due_at) == ("house", asked + timedelta(minutes=5))
    case = make.matter(ref)
    assert (case.due_at, make.pauses_of(ref)) == (before, [])
    assert case.gist["wait"] == {"for": "supervisor", "since": asked.isoformat(), "until": consult.due_at.isoformat()}
    assert next(t.due_at for t in make.open_turns(ref) if t.what == "advise") == consult.due_at
    answered = clock.forward(3)
    make.do(desk.supervisor, ref, "advise", text="可以")
    assert next(c for c in make.clocks_of(ref) if c.name == "consult").stopped_at == answered
    assert (make.matter(ref).due_at, make.matter(ref).gist["wait"]) == (before, None)


def test_an_answer_to_the_customer_ends_the_question_too(desk):
    ref = make.inquiry(desk.agent, desk)
    make.do(desk.agent, ref, "consult", text="?")
    make.do(desk.agent, ref, "answer", **WORDS)
    assert running(ref) == {} and make.matter(ref).state == "answered"


# ------------------------------------------------------------------------------------------ the customer writes again


@pytest.mark.parametrize("kind", ["inquiry", "complaint"])
def test_who_writes_again_on_an_answered_matter_waits_again(desk, clock, kind):
    ref = getattr(make, kind)(desk.agent, desk)
    make.do(desk.agent, ref, "answer", **WORDS)
    again = clock.forward(40)
    make.do(desk.colleague, ref, "chase", **SAID)
    case, (old, new) = make.matter(ref), make.clocks_of(ref)
    assert (case.state, case.waiting_since, case.chases) == ("reopened", again, 1)
    assert (old.stopped_at is not None, new.name, new.started_at, case.due_at) == (True, "answer", again, new.due_at)


@pytest.mark.parametrize("before", [(), ("acknowledge",), ("ask_info",), ("consult",)])
def test_a_chase_on_an_unanswered_matter_never_moves_a_clock(desk, clock, before):
    ref = make.inquiry(desk.agent, desk)
    for move in before:
        make.do(desk.agent, ref, move, **WORDS)
    was = [(c.name, c.due_at, c.stopped_at) for c in make.clocks_of(ref)], make.matter(ref).waiting_since
    clock.forward(3)
    make.do(desk.agent, ref, "chase", **SAID)
    assert ([(c.name, c.due_at, c.stopped_at) for c in make.clocks_of(ref)], make.matter(ref).waiting_since) == was


def test_a_chase_never_conflicts_with_what_somebody_else_has_just_done(desk):
    ref = make.inquiry(desk.agent, desk)
    version = make.matter(ref).version
    make.do(desk.agent, ref, "answer", **WORDS)
    make.do(desk.colleague, ref, "chase", version, **SAID)
    assert make.matter(ref).state == "reopened"


# ------------------------------------------------------------------------------------------ every row, on time and late

# Kind, what is logged, the clock, its minutes, and the moves: the last one stops it. The customer has class A.
ROWS = [
    ("inquiry", {"topic": "price"}, "answer", 5, "answer"),
    ("inquiry", {"topic": "price"}, "answer", 5, "acknowledge"),
    ("inquiry", {"topic": "cargo"}, "answer", 30, "answer"),
    ("inquiry", {"topic": "callback"}, "answer", 5, "answer"),
    ("inquiry", {"topic": "other"}, "answer", 30, "answer"),
    ("inquiry", {"goods": "chemical"}, "answer", 5, "acknowledge"),
    ("inquiry", {"goods": "chemical"}, "full", 480, "answer"),
    ("inquiry", {}, "promised", 30, "acknowledge answer"),
    ("inquiry", {}, "consult", 5, "consult advise"),
    ("complaint", {"topic": "warehouse"}, "first", 10, "acknowledge"),
    ("complaint", {"topic": "ledger"}, "first", 30, "acknowledge"),
    ("complaint", {"topic": "statement"}, "first", 10, "answer"),
    ("complaint", {"weight": "simple"}, "answer", 60, "answer"),
    ("complaint", {"weight": "complex"}, "answer", 480, "answer"),
    ("complaint", {}, "consult", 5, "accept consult advise"),
    ("change", {"code": "K07"}, "change", 60, "carry_out"),
    ("change", {"code": "K07"}, "change", 60, "withdraw"),
]
MOVES = WORDS | {"weight": "simple", "read_back": "赵敏 10:05", "reason": "x"}


@pytest.mark.parametrize(("kind", "logged", "name", "minutes", "moves"), ROWS, ids=lambda value: str(value) or "-")
@pytest.mark.parametrize("late", [False, True], ids=["on time", "late"])
def test_each_clock_runs_for_its_figure_and_is_stopped_on_time_or_late(
    desk, clock, kind, logged, name, minutes, moves, late
):
    clock.at = local("18 09:00")
    ref = getattr(make, kind)(desk.agent, desk, **logged)
    *before, last = moves.split()
    for move in before:
        make.do(desk.supervisor if move == "advise" else desk.agent, ref, move, **MOVES)
    begun = running(ref)[name]
    assert (begun.minutes, begun.due_at) == (minutes, begun.started_at + timedelta(minutes=minutes))
    clock.at = begun.due_at + timedelta(minutes=1 if late else 0)
    make.do(desk.supervisor if last == "advise" else desk.agent, ref, last, **MOVES)
    ended = next(c for c in make.clocks_of(ref) if c.id == begun.id)
    assert ended.stopped_at == clock.at and (ended.stopped_at > ended.due_at) is late
    session = make.db.session()
    case = make.matter(ref)
    told = explaining.of_case(session, case, Facts(session, case), clock.at)
    stopped = [str(e.clock) for e in told if e.tone == "done"]
    assert ("Stopped late" if late else "Stopped on time") in stopped
    assert sound(ref)
