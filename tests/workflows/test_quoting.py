"""Quotations as versions: who may do what with them, and what each comes to (INQ-13, INQ-16 to INQ-18, INQ-22, CF-22, FIN-14)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import selectinload

from models import Customer, PriceSource, Quotation, Tariff, db
from rules import quoting as quoting_rules
from rules import quoting_lines, quoting_margin, workflow
from rules.policy import unseen
from rules.words import Refused
from tests import factories as make
from tests.workflows.tables import attempt
from workflows import quoting

AIR = {"item": "air_freight", "amount": 520, "currency": "CNY", "unit": "kg", "quantity": 86_500}
DRAFT = {"lines": [AIR], "basis": "margin"}
WORDS = {"words": "报价单", "channel": "wechat"}
SOURCE = {"kind": "own", "name": "航线部", "amount": 420, "unit": "kg", "currency": "CNY"}


@pytest.fixture
def newcomer(desk):
    """An agent in his first weeks."""
    return replace(make.person(desk, "agent"), newcomer=True)


@pytest.fixture
def lead(desk):
    """A supervisor of the grade that approves outside sources."""
    return make.person(desk, "supervisor", grade=3)


@pytest.fixture
def ref(desk):
    """A price inquiry."""
    return make.inquiry(desk.agent, desk)


def versions(ref):
    found = (
        select(Quotation)
        .where(Quotation.case_id == make.matter(ref).id)
        .order_by(Quotation.number)
        .options(selectinload(Quotation.lines))
    )
    return list(db.session.scalars(unseen(found).execution_options(populate_existing=True)))


def last(ref):
    return versions(ref)[-1]


def sources(ref):
    found = select(PriceSource).where(PriceSource.case_id == make.matter(ref).id).order_by(PriceSource.id)
    return list(db.session.scalars(unseen(found)))


def refused(who, ref, move, code=409, field=None, **data):
    with pytest.raises(Refused) as no:
        make.do(who, ref, move, **data)
    assert (no.value.code, no.value.field) == (code, field), no.value.why
    return no.value.why.msgid


def band(desk, low, high=None, **values):
    with make.writing() as tx:
        row = tx.session.get_one(Customer, desk.customer, execution_options={"visible": "system"})
        row.margin_from, row.margin_to = low, high
        for name, value in values.items():
            setattr(row, name, value)


# ------------------------------------------------------------------------------------------ who may do what

# The newcomer makes the drafts; "reviewed" is his too, "plain" is a colleague's that nobody has to look at.
TABLE = """
move             newcomer  agent     supervisor finance auditor | none    draft     plain  review  reviewed ready    sent
add_source       yes       yes       yes        role    role    | open    open      open   in_review open   open     answered
quote_draft      yes       yes       yes        role    role    | open    -         -      -       -        -        answered
quote_edit       yes       yes       yes        role    role    | -       open      open   -       open     open     -
quote_drop       yes       yes       yes        role    role    | -       open      open   -       open     open     -
submit_quote     yes       yes       yes        role    role    | -       in_review plain  -       -        -        -
finish_quote     yes       yes       yes        role    role    | -       -         mine   -       -        -        -
take_back_quote  yes       yes       taker      role    role    | -       -         -      open    -        -        -
approve_quote    role      role      yes        role    role    | -       -         -      open    -        -        -
return_quote     role      role      yes        role    role    | -       -         -      open    -        -        -
send_quote       yes       yes       yes        role    role    | -       -         -      -       answered unseen   -
quote_faulty     yes       yes       yes        role    role    | -       -         -      -       -        -        reopened
"""
PLAIN = {
    "plain": {"newcomer": "in_review"},
    "mine": {"agent": "open", "supervisor": "open"},
    "unseen": {"agent": "answered", "supervisor": "answered"},
}
SENT = {
    "add_source": SOURCE, "quote_draft": DRAFT, "quote_edit": DRAFT, "send_quote": WORDS, "quote_faulty": {"reason": "重量看错"},
    "return_quote": {"reason": "太低"},
}  # fmt: skip
STEPS = {  # who does what until it stands so
    "none": (), "draft": (("newcomer", "quote_draft"),), "plain": (("agent", "quote_draft"),),
    "review": (("newcomer", "quote_draft"), ("newcomer", "submit_quote")),
    "reviewed": (("newcomer", "quote_draft"), ("newcomer", "submit_quote"), ("supervisor", "approve_quote")),
    "ready": (("agent", "quote_draft"), ("agent", "finish_quote")),
    "sent": (("agent", "quote_draft"), ("agent", "finish_quote"), ("agent", "send_quote")),
}  # fmt: skip


@pytest.mark.rule("INQ-13", "INQ-16", "INQ-17")
@pytest.mark.parametrize("standing", STEPS)
def test_who_may_do_what_with_a_quotation(desk, newcomer, ref, standing):
    people = {
        "newcomer": newcomer,
        "agent": desk.agent,
        "supervisor": desk.supervisor,
        "finance": desk.finance,
        "auditor": desk.auditor,
    }
    for who, move in STEPS[standing]:
        make.do(people[who], ref, move, **SENT.get(move, {}))
    head, *rows = TABLE.strip().splitlines()
    place = head.split("|")[1].split().index(standing)
    wrong, states = [], {state.name for state in workflow.KINDS["inquiry"].states}
    for row in rows:
        left, right = row.split("|")
        move, *told = left.split()
        leads = right.split()[place]
        for name, word in zip(people, told, strict=True):
            should = PLAIN[leads].get(name, "-") if leads in PLAIN else leads
            if word == "role" or (word == "taker" and leads != "-"):
                should = word
            came = attempt(people[name], ref, move, SENT.get(move, {}))
            came = came if came in states or came == "role" else "taker" if came == "asker" else "-"
            if came != should:
                wrong.append(f"{name} trying {move} while {standing}: {came} instead of {should}")
    assert wrong == []


def test_the_table_names_every_move_of_a_quotation():
    named = {row.split()[0] for row in TABLE.strip().splitlines()[1:]}
    assert named | {"approve_source"} == {move.name for move in quoting.MOVES}


# ------------------------------------------------------------------------------------------ charges


@pytest.mark.rule("FIN-14")
@pytest.mark.parametrize("includes", [None, ""])
def test_an_all_in_price_that_does_not_say_what_it_includes_is_refused(desk, ref, includes):
    row = AIR | {"item": "all_in", "includes": includes}
    assert refused(desk.agent, ref, "quote_draft", 422, "lines", lines=[row]) == "ALL IN must list what it includes."
    make.do(desk.agent, ref, "quote_draft", lines=[row | {"includes": "海运费、THC、文件费"}])
    assert last(ref).lines[0].includes == "海运费、THC、文件费"


def test_sums_are_per_currency_and_a_quantity_counts_to_the_thousandth(desk, ref):
    ocean = {"item": "ocean_freight", "amount": 120_000, "currency": "USD", "unit": "40HQ", "quantity": 2000}
    make.do(desk.agent, ref, "quote_draft", lines=[AIR, ocean, AIR | {"item": "fuel", "amount": 33, "quantity": 1500}])
    make.do(desk.agent, ref, "finish_quote")
    from_lines = {"CNY": 44_980 + 50, "USD": 240_000}
    assert quoting_lines.totals(last(ref).lines) == from_lines


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [AIR | {"amount": None}],
        [AIR | {"item": "magic"}],
        [AIR | {"quantity": 0}],
        [AIR | {"currency": "JPY", "amount": 550}],
    ],
)
def test_charges_that_say_nothing_are_refused(desk, ref, lines):
    refused(
        desk.agent,
        ref,
        "quote_draft",
        422,
        "currency" if lines and lines[0]["currency"] == "JPY" else "lines",
        lines=lines,
    )
    assert versions(ref) == []


def test_a_charge_taken_out_of_a_draft_stays_on_record_and_counts_no_more(desk, ref):
    make.do(desk.agent, ref, "quote_draft", lines=[AIR, AIR | {"item": "fuel"}])
    make.do(desk.colleague, ref, "quote_edit", lines=[AIR])
    kept = last(ref)
    assert [(q.item, q.struck_at is None) for q in kept.lines] == [("air_freight", True), ("fuel", False)]
    assert quoting_lines.totals(kept.lines) == {"CNY": 44_980}
    assert (kept.made_by_id, kept.edited_by_id) == (desk.agent.user_id, desk.colleague.user_id)


@pytest.mark.rule("INQ-19")
def test_a_tariff_is_inserted_at_its_selling_price_and_at_its_floor_price_for_a_floor_quotation(desk, ref):
    band(desk, None, grouping="coloader")
    with make.writing() as tx:
        values = {
            "mode": "air",
            "origin": "深圳",
            "destination": "北京",
            "item": "air_freight",
            "unit": "kg",
            "selling_minor": 560,
            "floor_minor": 480,
            "valid_from": date(2026, 11, 1),
            "made_at": tx.at,
        }
        known = tx.add(Tariff(office_id=desk.office, key="SZ-BJ", **values)).id
        foreign = tx.add(Tariff(office_id=desk.other_office, key="SZ-BJ", **values)).id
    refused(desk.agent, ref, "quote_draft", 422, "tariff", tariff=foreign, basis="selling")
    make.do(desk.agent, ref, "quote_draft", tariff=known, basis="selling")
    assert [(q.amount_minor, q.tariff_id) for q in last(ref).lines] == [(560, known)]
    make.do(desk.agent, ref, "quote_drop")
    make.do(desk.agent, ref, "quote_draft", tariff=known, basis="floor")
    assert [q.amount_minor for q in last(ref).lines] == [480]
    typed = {"lines": [AIR | {"amount": 480}], "basis": "selling"}  # nor does the figure get into writing by typing it
    assert "floor price" in refused(desk.agent, ref, "quote_edit", 422, "basis", **typed)
    make.do(desk.agent, ref, "quote_edit", lines=[AIR | {"amount": 481}], basis="selling")


# ------------------------------------------------------------------------------------------ where the price comes from


@pytest.mark.rule("INQ-13")
def test_an_outside_source_is_asked_after_the_own_desk_and_used_after_another_person_of_grade_three_approved_it(
    desk, lead, ref
):
    outside = SOURCE | {"kind": "outside", "name": "某同行", "amount": 390}
    assert refused(desk.agent, ref, "add_source", 422, "kind", **outside).startswith("Ask our own route desk first")
    make.do(desk.agent, ref, "add_source", **SOURCE | {"amount": None})
    make.do(lead, ref, "add_source", **outside)
    own, other = sources(ref)
    assert own.amount_minor == 0, "no price is noted too"
    priced = DRAFT | {"source_id": other.id}
    assert "has not been approved" in refused(desk.agent, ref, "quote_draft", 422, "source_id", **priced)
    assert (
        refused(desk.supervisor, ref, "approve_source", 403, source=other.id) == "This needs grade %(grade)s or higher."
    )
    refused(desk.agent, ref, "approve_source", 403, source=other.id)
    assert refused(lead, ref, "approve_source", 403, source=other.id).startswith("You entered this source yourself")
    make.do(make.person(desk, "supervisor", grade=3), ref, "approve_source", source=other.id)
    make.do(desk.agent, ref, "quote_draft", **priced)
    assert (last(ref).source_id, last(ref).cost_minor) == (other.id, 33_735)
    assert (
        refused(desk.agent, ref, "quote_edit", 422, "source_id", **DRAFT | {"source_id": own.id})
        == "Choose a source that has a price."
    )


@pytest.mark.rule("INQ-15")
def test_prices_of_wholesaler_own_desk_and_carrier_stand_side_by_side(desk, ref):
    for kind in ("wholesaler", "own", "carrier"):
        make.do(desk.agent, ref, "add_source", **SOURCE | {"kind": kind, "name": kind})
    assert [s.kind for s in sources(ref)] == ["wholesaler", "own", "carrier"]


def test_a_source_whose_price_has_run_out_is_not_quoted_from(desk, ref, clock):
    make.do(desk.agent, ref, "add_source", **SOURCE | {"valid_until": date(2026, 11, 18)})
    clock.forward(60 * 24)
    refused(desk.agent, ref, "quote_draft", 422, "source_id", **DRAFT | {"source_id": sources(ref)[0].id})


@pytest.mark.rule("INQ-20")
def test_haulage_is_not_quoted_before_the_fleet_s_price_is_known(desk, ref):
    make.do(desk.agent, ref, "quote_draft", lines=[AIR, AIR | {"item": "haulage", "unit": "truck"}])
    assert refused(desk.agent, ref, "finish_quote").startswith("Note the fleet's price first")
    make.do(desk.agent, ref, "add_source", **SOURCE | {"kind": "fleet", "name": "顺达车队", "unit": "truck"})
    make.do(desk.agent, ref, "finish_quote")
    assert last(ref).status == "approved"


# ------------------------------------------------------------------------------------------ margin, floor price, reduction


@pytest.mark.rule("INQ-16")
@pytest.mark.parametrize(("cost", "reviewed"), [(408_90, False), (408_91, True), (500_00, True), (300_00, False)])
def test_below_the_customer_s_band_a_supervisor_decides(desk, ref, cost, reviewed):
    band(desk, 10, 25)  # 449.80 on 408.91 is 9.9998 %
    make.do(desk.agent, ref, "quote_draft", **DRAFT, cost=cost)
    kept = last(ref)
    assert (kept.cost_minor, kept.must_review, kept.reasons) == (cost, reviewed, ["below_band"] if reviewed else [])
    assert attempt(desk.agent, ref, "finish_quote", {}) == (
        "open" if not reviewed else "A supervisor has to look at this quotation first."
    )


@pytest.mark.rule("INQ-16")
def test_a_customer_with_a_band_is_quoted_from_a_known_cost(desk, ref):
    band(desk, 10)
    refused(desk.agent, ref, "quote_draft", 422, "cost", **DRAFT)
    refused(desk.agent, ref, "quote_draft", 422, "basis", **DRAFT | {"basis": "selling"})
    refused(desk.agent, ref, "quote_draft", 422, "cost_currency", **DRAFT, cost=30_000, cost_currency="USD")


def test_a_band_raised_while_the_draft_lay_there_is_seen_when_it_is_finished(desk, ref):
    band(desk, 10)
    make.do(desk.agent, ref, "quote_draft", **DRAFT, cost=40_000)
    band(desk, 30)
    assert refused(desk.agent, ref, "finish_quote") == "A supervisor has to look at this quotation first."
    assert last(ref).status == "draft"


@pytest.mark.rule("INQ-16")
def test_a_floor_price_is_for_co_loaders_told_by_mouth_and_leaves_no_figure_in_the_record(desk, ref):
    refused(desk.agent, ref, "quote_draft", 422, "basis", **DRAFT | {"basis": "floor"})
    band(desk, None, grouping="coloader")
    refused(desk.agent, ref, "quote_draft", 422, "basis", **DRAFT)
    make.do(desk.agent, ref, "quote_draft", **DRAFT | {"basis": "floor"})
    make.do(desk.agent, ref, "finish_quote")
    assert quoting_lines.told(last(ref), ref, None) == []
    for channel in ("wechat", "qq", "mail", "fax", "sms", None):
        refused(desk.agent, ref, "send_quote", 422, "channel", words="x", channel=channel)
    make.do(desk.agent, ref, "send_quote", words=str(quoting_rules.oral_words(last(ref), ref)), channel="phone")
    assert (last(ref).status, last(ref).oral, make.matter(ref).state) == ("sent", True, "answered")
    said = workflow.Facts(db.session(), make.matter(ref)).messages[-1].text
    assert "5.20" not in said and "449" not in said


@pytest.mark.rule("INQ-18")
def test_a_reduction_against_a_competitor_names_his_price_and_the_reason_and_is_decided_by_a_supervisor(desk, ref):
    refused(desk.agent, ref, "quote_draft", 422, "competitor_price", **DRAFT, reduction="老客户")
    refused(desk.agent, ref, "quote_draft", 422, "reduction", **DRAFT, competitor_price=40_000)
    make.do(desk.agent, ref, "quote_draft", **DRAFT, competitor="捷达", competitor_price=40_000, reduction="老客户")
    kept = last(ref)
    assert (kept.reasons, kept.competitor_minor, quoting_margin.gap(kept)) == (["reduction"], 40_000, 4_980)
    make.do(desk.agent, ref, "submit_quote")
    assert refused(desk.agent, ref, "approve_quote", 403) == "Your role does not allow this."
    make.do(desk.supervisor, ref, "approve_quote")


# ------------------------------------------------------------------------------------------ review


@pytest.mark.rule("INQ-17")
def test_a_newcomer_s_quotation_waits_two_minutes_for_any_free_supervisor_while_an_acknowledgement_stops_the_first_answer(
    desk, newcomer, clock
):
    ref = make.inquiry(newcomer, desk)
    make.do(newcomer, ref, "quote_draft", **DRAFT)
    refused(newcomer, ref, "finish_quote")
    asked = clock.forward(1)
    make.do(newcomer, ref, "submit_quote")
    review = next(c for c in make.clocks_of(ref) if c.name == "review")
    assert (review.party, (review.due_at - asked).total_seconds(), last(ref).reasons) == ("house", 120, ["newcomer"])
    turn = next(t for t in make.open_turns(ref) if t.what == "review")
    assert (turn.role, turn.user_id, turn.except_id, turn.due_at) == (
        "supervisor",
        None,
        newcomer.user_id,
        review.due_at,
    )
    make.do(newcomer, ref, "acknowledge", to="shipper", channel="phone", text="主管看过马上给您报价")
    assert {c.name: c.stopped_at is None for c in make.clocks_of(ref)}["answer"] is False
    assert make.matter(ref).state == "in_review"
    make.do(desk.supervisor, ref, "approve_quote")
    assert [c.name for c in make.clocks_of(ref) if c.stopped_at is None] == ["promised"]
    make.do(newcomer, ref, "send_quote", **WORDS)
    assert [c for c in make.clocks_of(ref) if c.stopped_at is None] == []
    assert (last(ref).reviewed_by_id, last(ref).sent_by_id, make.matter(ref).asked_review_id) == (
        desk.supervisor.user_id,
        newcomer.user_id,
        None,
    )


@pytest.mark.rule("INQ-17")
def test_nobody_reviews_what_he_made_changed_or_sent_for_review(desk, newcomer, ref):
    both = make.person(desk, "agent", "supervisor", grade=3)
    hands = {"made": ((both, "quote_draft"), (newcomer, "quote_edit"), (newcomer, "submit_quote")),
             "changed": ((newcomer, "quote_draft"), (both, "quote_edit"), (newcomer, "submit_quote")),
             "asked": ((newcomer, "quote_draft"), (both, "submit_quote"))}  # fmt: skip
    for steps in hands.values():
        for who, move in steps:
            make.do(who, ref, move, **SENT.get(move, {}))
        for move in ("approve_quote", "return_quote"):
            assert refused(both, ref, move, 403, reason="x").startswith("You had a hand in this")
        make.do(desk.supervisor, ref, "return_quote", reason="再核")
        make.do(desk.agent, ref, "quote_drop")


@pytest.mark.rule("INQ-17")
def test_a_newcomer_s_hand_in_a_quotation_is_not_forgotten_when_a_colleague_changes_it(desk, newcomer, ref):
    make.do(newcomer, ref, "quote_draft", **DRAFT)
    make.do(desk.agent, ref, "quote_edit", **DRAFT)
    refused(desk.agent, ref, "finish_quote")
    make.do(desk.agent, ref, "submit_quote")
    make.do(desk.supervisor, ref, "approve_quote")
    make.do(desk.agent, ref, "quote_edit", lines=[AIR | {"amount": 300}])
    assert (last(ref).status, last(ref).reviewed_by_id, last(ref).content) == ("draft", None, None)
    refused(desk.agent, ref, "finish_quote")


@pytest.mark.rule("INQ-17")
def test_a_newcomer_does_not_send_a_colleague_s_version_that_nobody_reviewed(desk, newcomer, ref):
    make.do(desk.agent, ref, "quote_draft", **DRAFT)
    make.do(desk.agent, ref, "finish_quote")
    assert refused(newcomer, ref, "send_quote", **WORDS).startswith("Nobody has reviewed this version")


def test_a_returned_quotation_comes_back_with_its_reason(desk, newcomer, ref):
    make.do(newcomer, ref, "quote_draft", **DRAFT)
    make.do(newcomer, ref, "submit_quote")
    make.do(desk.supervisor, ref, "return_quote", reason="燃油附加没算")
    assert (last(ref).status, last(ref).review_note, make.matter(ref).state) == ("draft", "燃油附加没算", "open")


@pytest.mark.rule("INQ-17")
def test_only_what_was_approved_is_sent(desk, newcomer, ref):
    make.do(newcomer, ref, "quote_draft", **DRAFT)
    make.do(newcomer, ref, "submit_quote")
    make.do(desk.supervisor, ref, "approve_quote")
    with make.writing() as tx:
        tx.session.execute(text("UPDATE quotation_lines SET amount_minor = 100"))
    db.session.expire_all()
    assert refused(newcomer, ref, "send_quote", **WORDS).startswith("This is not what was approved")


def test_a_price_whose_last_day_has_passed_is_not_sent(desk, ref, clock):
    make.do(desk.agent, ref, "quote_draft", **DRAFT, valid_until=date(2026, 11, 18))
    make.do(desk.agent, ref, "finish_quote")
    clock.forward(60 * 24)
    refused(desk.agent, ref, "send_quote", **WORDS)


# ------------------------------------------------------------------------------------------ versions


@pytest.mark.rule("INQ-17")
def test_a_better_price_found_later_is_a_supplementary_version_of_its_own(desk, ref):
    for amount in (520, 480):
        make.do(desk.agent, ref, "quote_draft", lines=[AIR | {"amount": amount}])
        make.do(desk.agent, ref, "finish_quote")
        make.do(desk.agent, ref, "send_quote", **WORDS)
    first, second = versions(ref)
    assert [(q.number, q.status, q.supplementary, q.replaces_id) for q in (first, second)] == [
        (1, "sent", False, None),
        (2, "sent", True, None),
    ]


@pytest.mark.rule("INQ-22")
def test_a_wrong_price_is_marked_with_its_reason_and_linked_to_the_version_that_corrects_it(desk, ref):
    for move, data in (("quote_draft", DRAFT), ("finish_quote", {}), ("send_quote", WORDS)):
        make.do(desk.agent, ref, move, **data)
    make.do(desk.colleague, ref, "quote_faulty", reason="按毛重算了")
    wrong, fresh = versions(ref)
    assert (wrong.status, wrong.fault, fresh.status, fresh.replaces_id) == ("faulty", "按毛重算了", "draft", wrong.id)
    assert [q.amount_minor for q in fresh.lines] == [520] and make.matter(ref).state == "reopened"
    assert "按毛重算了" in str(quoting_rules.apology(wrong, ref))
    make.do(desk.agent, ref, "quote_edit", lines=[AIR | {"amount": 610}])
    assert last(ref).replaces_id == wrong.id


# ------------------------------------------------------------------------------------------ the newcomer's own words


@pytest.mark.rule("INQ-17", "ORG-04")
@pytest.mark.parametrize("move", ["acknowledge", "ask_info", "message", "chase", "price_pending", "answer"])
def test_a_newcomer_tells_no_customer_a_price_in_his_own_words(desk, newcomer, move):
    ref = make.inquiry(newcomer, desk)
    make.do(newcomer, ref, "quote_draft", **DRAFT)
    make.do(newcomer, ref, "submit_quote")
    make.do(desk.supervisor, ref, "approve_quote")
    said = {"to": "shipper", "channel": "wechat", "text": "每公斤五 块 二，当晚航班"}
    assert "looks like a price" in refused(newcomer, ref, move, 422, "text", **said)
    assert attempt(newcomer, ref, move, said | {"text": "半小时内答复您"}) in ("open", "info_missing", "answered")
    assert attempt(replace(newcomer, newcomer=False), ref, move, said) in ("open", "info_missing", "answered")


def test_a_newcomer_speaks_of_prices_with_colleagues_and_partners(desk, newcomer):
    ref = make.inquiry(newcomer, desk)
    for to in ("partner", "colleague"):
        assert (
            attempt(newcomer, ref, "message", {"to": to, "channel": "phone", "text": "能做到每公斤 5 元吗"}) == "open"
        )
    assert attempt(newcomer, ref, "consult", {"text": "5 元每公斤可以吗"}) == "with_supervisor"
    assert attempt(newcomer, ref, "note", {"text": "同行报 5 元"}) == "open"


@pytest.mark.rule("INQ-17")
def test_a_newcomer_answers_a_price_inquiry_only_after_a_quotation_was_approved(desk, newcomer):
    ref = make.inquiry(newcomer, desk)
    words = {"to": "shipper", "channel": "phone", "text": "价格稍后发您"}
    assert "reviews every price first" in refused(newcomer, ref, "answer", **words)
    other = make.inquiry(newcomer, desk, topic="cargo", shipment_id=desk.shipment)
    assert attempt(newcomer, other, "answer", words | {"text": "货已到北京"}) == "answered"
