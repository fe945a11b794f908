"""Inquiries from the first word to the last (INQ-01, INQ-07 to INQ-09, INQ-23, D-03)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from models import db
from rules import workflow
from rules.facts import Facts
from rules.words import Refused
from tests import factories as make
from tests.workflows.tables import lines, wrong

OPEN = ("open", "info_missing", "with_desk", "with_supervisor", "in_review", "answered", "booked", "reopened")
TABLE = """
move              owner colleague supervisor finance auditor admin | open           info_missing with_desk with_supervisor in_review answered  booked    closed   reopened       merged   void
answer            yes   yes   yes   role  role  role  | answered       answered     answered  answered        -         -         -         -        answered       -        -
acknowledge       yes   yes   yes   role  role  role  | open           -            with_desk with_supervisor in_review -         -         -        reopened       -        -
ask_info          yes   yes   yes   role  role  role  | info_missing   -            -         -               -         -         -         -        info_missing   -        -
info_came         yes   yes   yes   role  role  role  | -              open         -         -               -         -         -         -        -              -        -
facts             yes   yes   yes   role  role  role  | =              =            =         =               =         =         =         -        =              -        -
price_pending     yes   yes   yes   role  role  role  | =              =            =         =               -         -         -         -        =              -        -
followed_up       yes   yes   yes   role  role  role  | follow_up      follow_up    follow_up follow_up       follow_up follow_up follow_up -        follow_up      -        -
plan_visit        yes   yes   yes   role  role  role  | =              =            =         =               =         =         =         -        =              -        -
booking_came      yes   yes   yes   role  role  role  | booked         -            -         -               -         booked    -         -        booked         -        -
tell_operations   yes   yes   yes   role  role  role  | told           told         told      told            told      told      told      -        told           -        -
add_source        yes   yes   yes   role  role  role  | =              =            =         =               =         =         -         -        =              -        -
approve_source    role  role  yes   role  role  role  | no_source      no_source    no_source no_source       no_source no_source -         -        no_source      -        -
quote_draft       yes   yes   yes   role  role  role  | =              =            =         =               -         =         -         -        =              -        -
quote_edit        yes   yes   yes   role  role  role  | no_quote       no_quote     no_quote  no_quote        -         no_quote  -         -        no_quote       -        -
quote_drop        yes   yes   yes   role  role  role  | no_quote       no_quote     no_quote  no_quote        -         no_quote  -         -        no_quote       -        -
submit_quote      yes   yes   yes   role  role  role  | no_quote       no_quote     no_quote  no_quote        -         no_quote  -         -        no_quote       -        -
finish_quote      yes   yes   yes   role  role  role  | no_quote       no_quote     no_quote  no_quote        -         no_quote  -         -        no_quote       -        -
take_back_quote   yes   asker asker role  role  role  | -              -            -         -               open      -         -         -        -              -        -
approve_quote     role  role  yes   role  role  role  | -              -            -         -               open      -         -         -        -              -        -
return_quote      role  role  yes   role  role  role  | -              -            -         -               open      -         -         -        -              -        -
send_quote        yes   yes   yes   role  role  role  | not_ready      not_ready    not_ready not_ready       -         not_ready -         -        not_ready      -        -
quote_faulty      yes   yes   yes   role  role  role  | none_sent      none_sent    none_sent none_sent       -         none_sent -         -        none_sent      -        -
decline           yes   yes   yes   role  role  role  | served         served       served    served          -         -         -         -        served         -        -
serve_anyway      role  role  yes   role  role  role  | served         served       served    served          -         -         -         -        served         -        -
ask_party         yes   yes   yes   role  role  role  | with_desk      -            with_desk -               -         -         -         -        with_desk      -        -
ask_beside        yes   yes   yes   role  role  role  | asked_here     =            asked_here =              =         =         =         -        asked_here     -        -
party_answered    yes   yes   yes   role  role  role  | unasked        unasked      open      unasked         unasked   unasked   unasked   -        unasked        -        -
nudge_party       yes   yes   yes   role  role  role  | unasked        unasked      with_desk unasked         unasked   unasked   unasked   -        unasked        -        -
drop_question     yes   yes   yes   role  role  role  | unasked        unasked      open      unasked         unasked   unasked   unasked   -        unasked        -        -
promise           yes   yes   yes   role  role  role  | =              =            =         =               =         =         =         -        =              -        -
promise_kept      yes   yes   yes   role  role  role  | no_promise     no_promise   no_promise no_promise     no_promise no_promise no_promise -      no_promise     -        -
promise_dropped   yes   yes   yes   role  role  role  | no_promise     no_promise   no_promise no_promise     no_promise no_promise no_promise -      no_promise     -        -
relate            yes   yes   yes   role  role  role  | =              =            =         =               =         =         =         -        =              -        -
unrelate          yes   yes   yes   role  role  role  | no_link        no_link      no_link   no_link         no_link   no_link   no_link   -        no_link        -        -
merge             yes   mine  yes   role  role  role  | merged         merged       merged    has_it          has_it    merged    merged    -        merged         -        -
unmerge           yes   mine  yes   role  role  role  | -              -            -         -               -         -         -         -        -              reopened -
watch_number      yes   yes   yes   role  role  role  | no_watch       no_watch     no_watch  no_watch        -         no_watch  -         -        no_watch       -        -
tell_number       yes   yes   yes   role  role  role  | no_watch       no_watch     no_watch  no_watch        -         no_watch  -         -        no_watch       -        -
consult           yes   yes   yes   role  role  role  | with_supervisor -           -         -               -         -         -         -        with_supervisor -       -
advise            role  role  yes   role  role  role  | -              -            -         open            -         -         -         -        -              -        -
chase             yes   yes   yes   yes   role  role  | =              =            =         =               =         reopened  =         -        =              -        -
close             yes   yes   yes   role  role  role  | -              -            -         -               -         closed    closed    -        -              -        -
reopen            yes   yes   yes   role  role  role  | -              -            -         -               -         reopened  -         reopened -              -        -
step              yes   yes   yes   role  role  role  | =              =            =         =               =         =         =         -        =              -        -
reminded          yes   reminder reminder reminder role role | reminder   reminder     =         reminder        reminder  reminder  reminder  -        reminder       -        -
"""
WORDS = {"to": "shipper", "channel": "phone", "text": "当晚航班，一小时内报价"}
KNOWN = {"cargo_name": "灯具", "weight_g": 3_000_000}
CHARGE = {"item": "air_freight", "amount": 520, "currency": "CNY", "unit": "kg", "quantity": 3_000_000}
GETS_TO = {
    "open": (),
    "info_missing": ("ask_info",),
    "with_desk": ("ask_party",),
    "with_supervisor": ("consult",),
    "in_review": ("quote_draft", "submit_quote"),
    "answered": ("answer",),
    "booked": ("answer", "booking_came"),
    "closed": ("answer", "close"),
    "reopened": ("answer", "close", "reopen"),
    "merged": ("merge",),
    "void": ("void",),
}


@pytest.fixture
def sent(desk):
    """What each move's form would carry."""
    with make.writing() as tx:
        department = make.make_department(tx, "OPS").id
    other = make.inquiry(desk.agent, desk, topic="callback")
    person = {"person": make.person(desk, "agent").user_id, "reason": "休假"}
    said = {"said": "再问一次", "channel": "phone"}
    later = make.now() + timedelta(hours=3)
    draft = {"lines": [CHARGE], "basis": "margin"}
    return {
        "answer": WORDS, "acknowledge": WORDS, "ask_info": WORDS, "message": WORDS, "info_came": said, "chase": said, "note": {"text": "记下"},
        "facts": {"goods": "general", **KNOWN}, "price_pending": {"text": "参考价 1,800，船期周五", "channel": "phone"}, "followed_up": said,
        "plan_visit": {"visit_at": later}, "add_source": {"kind": "own", "name": "航线部", "amount": 420, "unit": "kg", "currency": "CNY"},
        "quote_draft": draft, "quote_edit": draft, "send_quote": {"channel": "wechat"},
        "decline": WORDS, "serve_anyway": {"reason": "老客户"}, "return_quote": {"reason": "再核"},
        "ask_party": {"to": f"department:{department}", "question": "请报价"}, "ask_beside": {"to": f"department:{department}", "question": "请报价"}, "nudge_party": {"text": "催一下"},
        "party_answered": {"text": "5.2", "answered_by": "周工"}, "drop_question": {"reason": "不用问了"},
        "promise": {"promised": "发价", "to_whom": "赵敏", "by_at": later}, "relate": {"into": other}, "merge": {"into": other, "reason": "同一件事"},
        "unmerge": {"reason": "不是一件"},
        "consult": {"text": "能给 5.0 吗"}, "advise": {"text": "可以"}, "reopen": {"reason": "客户不满意"},
        "hand_over": person, "assign": person, "return_to_pool": {"reason": "下班"}, "void": {"reason": "录错"},
        "decline_hand_over": {"reason": "忙"}, "remind": {"at": make.now(), "text": "回电"},
    }  # fmt: skip


def people(desk):
    return {
        "owner": desk.agent, "colleague": desk.colleague, "supervisor": desk.supervisor, "finance": desk.finance,
        "auditor": desk.auditor, "admin": desk.admin,
    }  # fmt: skip


@pytest.mark.parametrize("state", GETS_TO)
@pytest.mark.rule("INQ-23")
def test_who_may_do_what_in_each_state_of_an_inquiry(desk, sent, state):
    ref = make.inquiry(desk.agent, desk)
    for move in GETS_TO[state]:
        by = replace(desk.agent, newcomer=True) if move in ("quote_draft", "submit_quote") else desk.agent
        make.do(by, ref, move, **sent.get(move, {}))
    assert make.matter(ref).state == state
    for question in Facts(db.session(), make.matter(ref)).questions:
        for move in ("party_answered", "nudge_party", "drop_question"):
            sent[move]["question_id"] = question.id
    assert wrong(lines(TABLE, OPEN), people(desk), ref, state, sent) == []


def test_the_table_names_every_move_of_an_inquiry(house):
    assert {line.move for line in lines(TABLE, OPEN)} == {move.name for move in workflow.KINDS["inquiry"].moves}


@pytest.mark.rule("INQ-07")
def test_the_first_answer_stops_the_clock_and_a_second_one_is_a_contact(desk, clock):
    ref = make.inquiry(desk.agent, desk)
    answered_at = clock.forward(3)
    make.do(desk.agent, ref, "answer", **WORDS)
    clock.forward(20)
    make.do(desk.agent, ref, "message", **WORDS)
    assert [c.stopped_at for c in make.clocks_of(ref)] == [answered_at]
    with pytest.raises(Refused):
        make.do(desk.agent, ref, "answer", **WORDS)


@pytest.mark.parametrize("to", ["partner", "colleague"])
def test_words_to_somebody_else_are_no_answer_to_the_customer(desk, to):
    ref = make.inquiry(desk.agent, desk)
    with pytest.raises(Refused) as no:
        make.do(desk.agent, ref, "answer", **WORDS | {"to": to})
    assert no.value.why.msgid == "Only words to the customer are an answer; log this as a contact."
    assert make.matter(ref).state == "open"
    assert make.clocks_of(ref)[0].stopped_at is None


def test_a_contact_with_the_partner_leaves_the_customer_unanswered(desk):
    ref = make.inquiry(desk.agent, desk)
    make.do(desk.agent, ref, "message", **WORDS | {"to": "partner"})
    assert not workflow.Facts(make.db.session(), make.matter(ref)).answered


@pytest.mark.rule("ORG-01")
def test_another_call_joins_the_matter_and_does_not_reset_its_waiting_time(desk, clock):
    ref = make.inquiry(desk.agent, desk)
    before = make.matter(ref).waiting_since, make.clocks_of(ref)[0].due_at
    for _ in range(3):
        clock.forward(2)
        make.do(desk.colleague, ref, "chase", said="好了吗", channel="phone")
    case = make.matter(ref)
    assert (case.waiting_since, make.clocks_of(ref)[0].due_at) == before
    assert (case.chases, case.version) == (3, 1)


def test_a_reopened_inquiry_runs_a_new_clock_from_the_reopening(desk, clock):
    ref = make.inquiry(desk.agent, desk)
    make.do(desk.agent, ref, "answer", **WORDS)
    make.do(desk.agent, ref, "close")
    again = clock.forward(60)
    make.do(desk.supervisor, ref, "reopen", reason="客户不满意")
    case, (old, new) = make.matter(ref), make.clocks_of(ref)
    assert case.closed_at is None
    assert case.waiting_since == again
    assert (old.stopped_at is not None, new.started_at, new.stopped_at) == (True, again, None)
    assert case.due_at == new.due_at == again.replace(minute=again.minute + 5)


def test_closing_keeps_the_moment_and_leaves_nobody_a_turn(desk, clock):
    ref = make.inquiry(desk.agent, desk)
    make.do(desk.agent, ref, "answer", **WORDS)
    closed = clock.forward(1)
    make.do(desk.agent, ref, "close")
    assert make.matter(ref).closed_at == closed
    assert make.open_turns(ref) == []


@pytest.mark.parametrize(
    ("topic", "minutes"),
    [("price", 5), ("cargo", 30), ("callback", 5), ("ledger", 30), ("statement", 10), ("other", 30)],
    ids=lambda value: str(value),
)
@pytest.mark.rule("INQ-01", "INQ-07", "INQ-09", "FIN-16", "FIN-17")
def test_each_kind_of_question_has_its_own_figure(desk, topic, minutes):
    ref = make.inquiry(desk.agent, desk, topic=topic)
    assert make.clocks_of(ref)[0].minutes == minutes


def test_a_caller_who_is_no_customer_is_logged_and_can_become_a_prospect(desk):
    ref = make.inquiry(desk.agent, desk, customer_id=None, caller_name="周先生", caller_phone="13900001111")
    assert make.matter(ref).customer_id is None
    make.do(desk.agent, ref, "promote", name="周记贸易")
    case = make.matter(ref)
    assert (case.customer.name, case.customer.status) == ("周记贸易", "prospect")
    assert {turn.customer_id for turn in make.open_turns(ref)} == {case.customer_id}


# ------------------------------------------------------------------ goods and their clocks


def running(ref):
    return {c.name: c.minutes for c in make.clocks_of(ref) if c.stopped_at is None}


@pytest.mark.rule("INQ-01", "INQ-07", "INQ-08")
@pytest.mark.parametrize(
    ("goods", "clocks"),
    [
        ("general", {"answer": 5}), ("fcl", {"answer": 5}), ("lcl", {"answer": 5}), ("trade_term", {"answer": 5}),
        ("special", {"answer": 5, "full": 480}), ("break_bulk", {"answer": 5, "full": 480}), ("chemical", {"answer": 5, "full": 480}),
    ],
)  # fmt: skip
def test_the_kind_of_goods_decides_the_clocks_and_what_is_not_classified_has_the_shortest(desk, goods, clocks):
    assert running(make.inquiry(desk.agent, desk, goods=goods)) == clocks


@pytest.mark.rule("INQ-08")
def test_another_kind_of_goods_runs_another_clock_from_the_call_on(desk, clock):
    ref = make.inquiry(desk.agent, desk)
    called = make.matter(ref).waiting_since
    clock.forward(2)
    make.do(desk.agent, ref, "facts", goods="chemical")
    full = next(c for c in make.clocks_of(ref) if c.name == "full")
    assert (full.started_at, running(ref)) == (called, {"answer": 5, "full": 480})
    make.do(desk.agent, ref, "acknowledge", **WORDS)
    assert running(ref) == {"full": 480}, "told that a call-back follows: eight hours run whether or not a price exists"
    make.do(desk.agent, ref, "facts", goods="fcl")
    assert running(ref) == {}
    make.do(desk.agent, ref, "answer", **WORDS)
    make.do(desk.agent, ref, "facts", goods="special")
    assert running(ref) == {}, "what is answered does not run again"


@pytest.mark.rule("INQ-02", "INQ-20")
def test_no_quotation_goes_forward_before_the_goods_are_known(desk):
    ref = make.inquiry(desk.agent, desk, goods="fcl")
    make.do(desk.agent, ref, "quote_draft", lines=[CHARGE], basis="margin")
    for move in ("finish_quote", "submit_quote", "send_quote"):
        by = replace(desk.agent, newcomer=move == "submit_quote")
        if move == "send_quote":  # ready, and then it turns out to be hauled
            make.do(desk.agent, ref, "facts", goods="fcl", container="40HQ")
            make.do(desk.agent, ref, "finish_quote")
            make.do(desk.agent, ref, "facts", goods="fcl", container="40HQ", stuffing="haulage", factories="one")
        with pytest.raises(Refused) as no:
            make.do(by, ref, move, words="报价单", channel="phone")
        assert no.value.why.msgid == "Not to be quoted yet; still to be asked: %(what)s.", move
    make.do(desk.agent, ref, "add_source", kind="own", name="航线部", amount=420, unit="kg", currency="CNY")
    make.do(
        desk.agent, ref, "add_source", kind="fleet", name="顺风车队", amount=180_000, unit="container", currency="CNY"
    )
    make.do(desk.agent, ref, "send_quote", words="报价单", channel="phone")


@pytest.mark.rule("INQ-02")
def test_asking_the_customer_for_the_gap_stops_every_clock_until_he_has_supplied_it(desk, clock):
    ref = make.inquiry(desk.agent, desk, goods="special")
    clock.forward(2)
    make.do(desk.agent, ref, "ask_info", **WORDS)
    make.do(desk.agent, ref, "facts", goods="break_bulk")
    assert {p.clock_id for p in make.pauses_of(ref) if p.to_at is None} == {c.id for c in make.clocks_of(ref)}
    before = {c.name: c.due_at for c in make.clocks_of(ref)}
    clock.forward(60)
    make.do(desk.agent, ref, "info_came", said="40 尺柜", channel="phone")
    after = {c.name: c.due_at for c in make.clocks_of(ref)}
    assert after["answer"] - before["answer"] == timedelta(minutes=60)
    assert after["full"] == before["full"] + timedelta(hours=16), "an hour less today is an hour of tomorrow"


def test_what_is_noted_stays_when_the_kind_changes_and_an_emptied_field_is_forgotten(desk):
    ref = make.inquiry(desk.agent, desk)
    make.do(desk.agent, ref, "facts", goods="fcl", lane="深圳→汉堡", container="40HQ", weight_g=None, likely="yes")
    make.do(desk.agent, ref, "facts", goods="special", untold=["carrier"], genuine="no", shipper="南岭")
    case = make.matter(ref)
    assert {k: v for k, v in case.cargo.items() if k not in ("notes", "flags", "origin", "destination")} == {
        "cargo_name": "灯具", "container": "40HQ", "untold": ["carrier"], "shipper": "南岭"}  # fmt: skip
    assert (case.lane, case.title, case.genuine, case.likely) == (
        "深圳→汉堡",
        "深圳→汉堡 深圳到上海 3 吨多少钱",
        False,
        True,
    )


@pytest.mark.rule("INQ-04")
def test_the_bulk_desk_may_be_allowed_to_talk_to_the_customer_itself(desk):
    ref = make.inquiry(desk.agent, desk, goods="break_bulk")
    for sent, allowed in (({"direct_contact": True}, True), ({}, False)):
        make.do(desk.agent, ref, "facts", goods="break_bulk", **sent)
        assert make.matter(ref).direct_contact is allowed


def test_what_was_recognised_or_stands_on_the_waybill_is_known_from_the_start(desk):
    ref = make.inquiry(desk.agent, desk, piece={"weight_g": 300_000, "lane": "深圳→汉堡"}, shipment_id=desk.shipment)
    case = make.matter(ref)
    assert (case.lane, case.cargo["weight_g"], case.cargo["pieces"], case.cargo["destination"]) == (
        "深圳→汉堡",
        300_000,
        4,
        "汉堡",
    )
    assert make.matter(make.inquiry(desk.agent, desk, topic="callback", shipment_id=desk.shipment)).cargo == {}


# ------------------------------------------------------------------ price not out, follow-ups


def follow_ups(ref):
    return [(t.note, t.due_at, t.user_id) for t in make.open_turns(ref) if t.what == "follow_up"]


def at(day, hour):
    return make.TEN.replace(day=day, hour=hour - 8)


@pytest.mark.rule("INQ-10")
def test_a_price_that_is_not_out_is_told_as_an_indication_and_reported_on_the_next_working_day(desk, clock):
    ref = make.inquiry(desk.agent, desk)
    clock.forward(60 * 24 * 2)  # a Friday
    make.do(desk.agent, ref, "price_pending", text="参考价 USD 1,800，船期周日", channel="phone")
    case = make.matter(ref)
    assert follow_ups(ref) == [("price", at(23, 9), desk.agent.user_id)]
    assert (case.price_pending_at, running(ref).keys(), case.due_at) == (make.now(), {"promised"}, at(23, 9))
    make.do(desk.agent, ref, "followed_up", said="知道了", channel="phone")
    assert follow_ups(ref) == [] and make.matter(ref).price_pending_at is None


@pytest.mark.rule("INQ-17")
def test_a_newcomer_tells_no_indicative_price_of_his_own(desk):
    ref = make.inquiry(desk.agent, desk)
    newcomer = replace(desk.agent, newcomer=True)
    with pytest.raises(Refused) as no:
        make.do(newcomer, ref, "price_pending", text="参考价 USD 1,800，船期周日", channel="phone")
    assert (no.value.code, no.value.field, make.matter(ref).price_pending_at) == (422, "text", None)
    make.do(newcomer, ref, "price_pending", text="新价未出，明天上午回复您", channel="phone")


def quote(desk, ref):
    """Give the customer a price."""
    make.do(desk.agent, ref, "quote_draft", lines=[CHARGE], basis="margin")
    make.do(desk.agent, ref, "finish_quote")
    make.do(desk.agent, ref, "send_quote", words="报价单", channel="phone")


SPECIAL = {
    "goods": "special", "cargo_name": "龙门吊", "weight_g": 31_000_000, "container": "40FR", "containers": 2, "dimensions": "12 × 3.2 × 3.6 m",
    "shipper": "南岭精工", "ship_on": "12 月上旬", "untold": ["carrier", "target_price"], "genuine": "yes",
}  # fmt: skip


@pytest.fixture
def special(desk):
    """Special goods whose fields are all known."""
    ref = make.inquiry(desk.agent, desk)
    make.do(desk.agent, ref, "facts", **SPECIAL)
    return ref


@pytest.mark.rule("INQ-11")
@pytest.mark.parametrize(
    ("after", "days"), [(0, [("same_day", at(18, 14)), ("next_day", at(19, 9))]), (150, [("next_day", at(19, 9))])]
)
def test_a_quotation_for_special_goods_is_asked_about_the_same_afternoon_and_the_next_day(
    desk, special, clock, after, days
):
    clock.forward(after)
    quote(desk, special)
    assert [(note, due) for note, due, _ in follow_ups(special)] == days
    make.do(desk.colleague, special, "followed_up", said="价格偏高，再比一比", channel="wechat", visit_at=at(20, 15))
    assert [(note, due) for note, due, _ in follow_ups(special)] == [*days[1:], ("visit", at(20, 15))]
    assert [m.said for m in Facts(db.session(), make.matter(special)).messages if m.direction == "in"] == [
        "价格偏高，再比一比"
    ]


@pytest.mark.rule("INQ-11")
def test_a_quotation_for_general_goods_brings_no_follow_up(desk):
    ref = make.inquiry(desk.agent, desk)
    quote(desk, ref)
    assert follow_ups(ref) == []


def test_a_visit_lies_ahead(desk):
    ref = make.inquiry(desk.agent, desk)
    with pytest.raises(Refused) as no:
        make.do(desk.agent, ref, "plan_visit", visit_at=make.now())
    assert (no.value.code, no.value.field) == (422, "visit_at")


@pytest.mark.rule("INQ-24")
def test_an_inquiry_knows_how_often_its_customer_asked_since_his_last_booking(desk):
    counts = []
    for booked in (False, False, True, False):
        ref = make.inquiry(desk.agent, desk)
        counts.append((make.matter(ref).steps.get("unbooked") or {}).get("value"))
        if booked:
            make.do(desk.agent, ref, "booking_came")
    assert counts == [None, 1, 2, None]


# ------------------------------------------------------------------ booking and outcome


@pytest.mark.rule("INQ-12")
def test_the_consignment_note_for_special_goods_asks_the_route_desk_for_a_better_price_at_once(desk, special):
    with make.writing() as tx:
        route, bulk = make.make_department(tx, "HX").id, make.make_department(tx, "SZH").id
    make.do(desk.agent, special, "answer", **WORDS)
    make.do(desk.colleague, special, "booking_came", question="请再降 USD 200")
    case = make.matter(special)
    asked = Facts(db.session(), case).questions
    assert [(q.department_id, q.question, q.answered_at) for q in asked] == [(route, "请再降 USD 200", None)]
    assert (case.state, case.owner_id, case.booked_at, case.outcome) == (
        "booked",
        desk.agent.user_id,
        make.now(),
        "won",
    )
    steel = make.inquiry(desk.agent, desk)
    make.do(desk.agent, steel, "facts", goods="break_bulk", cargo_list="钢管", ship_on="下月", handling="岸吊")
    make.do(desk.agent, steel, "booking_came")
    assert [q.department_id for q in Facts(db.session(), make.matter(steel)).questions] == [bulk]
    plain = make.inquiry(desk.agent, desk)
    make.do(desk.agent, plain, "booking_came")
    assert Facts(db.session(), make.matter(plain)).questions == []


@pytest.mark.rule("INQ-06", "BKG-07")
def test_a_booking_waits_for_what_only_a_booking_needs(desk):
    ref = make.inquiry(desk.agent, desk, goods="fcl", piece={})
    make.do(desk.agent, ref, "facts", goods="fcl", container="40RF", weight_g=18_000_000, cargo_name="虾仁")
    with pytest.raises(Refused) as no:
        make.do(desk.agent, ref, "booking_came")
    assert (no.value.code, str(no.value.why)) == (409, "No booking yet; still to be asked: Temperature, Vent setting.")
    make.do(desk.agent, ref, "facts", goods="fcl", temperature="-18 ℃", vent="关")
    make.do(desk.agent, ref, "booking_came")


@pytest.mark.rule("INQ-20")
def test_operations_are_told_of_haulage_and_stuffing_before_a_booked_job_is_closed(desk):
    ref = make.inquiry(desk.agent, desk, goods="lcl")
    make.do(
        desk.agent,
        ref,
        "facts",
        goods="lcl",
        pieces=3,
        weight_g=1,
        volume_l=1,
        cargo_name="灯具",
        stuffing="in_house",
        warehouse_fee="¥120",
    )
    make.do(desk.agent, ref, "answer", **WORDS)
    make.do(desk.agent, ref, "booking_came")
    with pytest.raises(Refused) as no:
        make.do(desk.agent, ref, "close")
    assert no.value.why.msgid == "Operations have not been told of the haulage or stuffing yet."
    make.do(desk.agent, ref, "tell_operations")
    make.do(desk.agent, ref, "close")
    assert (make.matter(ref).state, make.matter(ref).outcome) == ("closed", "won")


@pytest.mark.rule("INQ-11")
def test_an_inquiry_that_was_quoted_ends_with_an_outcome_and_a_lost_one_says_to_whom(desk):
    ref = make.inquiry(desk.agent, desk)
    quote(desk, ref)
    for outcome, field in (({}, "outcome"), ({"outcome": "answered"}, "outcome"), ({"outcome": "lost"}, "lost_to")):
        with pytest.raises(Refused) as no:
            make.do(desk.agent, ref, "close", **outcome)
        assert (no.value.code, no.value.field) == (422, field)
    make.do(
        desk.agent,
        ref,
        "close",
        outcome="lost",
        lost_to="宏运物流",
        lost_minor=480,
        lost_currency="USD",
        outcome_note="船期",
    )
    case = make.matter(ref)
    assert (case.state, case.outcome, case.lost_to, case.lost_minor, case.lost_currency, case.outcome_note) == (
        "closed", "lost", "宏运物流", 480, "USD", "船期")  # fmt: skip


@pytest.mark.rule("INQ-23")
@pytest.mark.parametrize(("said", "kept"), [("yes", True), ("no", False), (None, None)])
def test_satisfaction_is_asked_and_no_gate(desk, said, kept):
    ref = make.inquiry(desk.agent, desk)
    make.do(desk.agent, ref, "answer", **WORDS)
    make.do(desk.agent, ref, "close", satisfied=said)
    case = make.matter(ref)
    assert (case.state, case.satisfied, case.outcome) == ("closed", kept, "answered")
