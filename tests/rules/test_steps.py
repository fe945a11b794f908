"""Checklists of complaints: what is noted, by whom, what a choice leads to, and what closing waits for (CMP-09 to CMP-19)."""

from __future__ import annotations

from typing import Any

import pytest

from rules import steps
from rules.facts import Facts
from rules.words import Refused
from rules.workflow import KINDS
from tests import factories as make

NEEDED = {  # what has to be noted before a complaint of this kind is closed, the worst case first
    "warehouse": ["whose", "wrong_goods"], "partner": ["compared"], "rough": ["fleet_told", "superior_told"],
    "pickup": ["log_read", "confirmed", "cause", "improvement"], "flight": ["air_reason"],
    "bumped": ["air_reason", "market", "management"], "attitude": ["details", "leader_told"], "mistake": ["leader_told"],
    "slow": [], "hotline": [],
}  # fmt: skip
ROWS = {  # what stands on the list of a kind, by the rule that asks for it
    "warehouse": {"CMP-09": "first_reply", "CMP-11": "label_number outer_name keep_carton keep_bag whose",
                  "CMP-10": "apology sent_again wrong_goods"},
    "partner": {"CMP-12": "our_state their_state compared"},
    "rough": {"CMP-13": "film fleet_told superior_told result_back"},
    "pickup": {"CMP-14": "log_read confirmed table_sent cause improvement apology"},
    "flight": {"CMP-15": "air_reason rebooked consignee_told tracked"},
    "bumped": {"CMP-15": "air_reason rebooked consignee_told tracked market management"},
    "attitude": {"CMP-16": "apology details leader_told"}, "mistake": {"CMP-17": "restated leader_told apology"},
    "slow": {"CMP-19": "apology rang_long heard_at"}, "hotline": {"CMP-19": "apology rang_long heard_at"},
}  # fmt: skip


def note(desk, ref: str, shown: str = "", tick: str = "", **lines: str) -> Any:
    """Send the checklist as its form does: boxes shown and ticked, lines and choices by code."""
    return make.do(
        desk.agent, ref, "step", shown=shown.split(), tick=tick.split(), codes=list(lines), values=list(lines.values())
    )


def wanted(ref: str) -> list[str]:
    return [step.code for step in steps.missing(make.matter(ref), "close")]


@pytest.mark.rule("CMP-10", "CMP-11", "CMP-12", "CMP-13", "CMP-14", "CMP-15", "CMP-16", "CMP-17")
def test_each_kind_of_complaint_asks_what_its_rule_says_before_it_is_closed(desk):
    for topic, needed in NEEDED.items():
        assert wanted(make.complaint(desk.agent, desk, topic=topic)) == needed, topic


@pytest.mark.rule("CMP-09", "CMP-10", "CMP-11", "CMP-12", "CMP-13", "CMP-14", "CMP-15", "CMP-16", "CMP-17", "CMP-19")
def test_each_rule_has_its_rows_on_the_list_of_its_kind(desk):
    for topic, rules in ROWS.items():
        found: dict[str, list[str]] = {}
        for step in steps.of(make.matter(make.complaint(desk.agent, desk, topic=topic))):
            found.setdefault(step.rule, []).append(step.code)
        assert {rule: " ".join(codes) for rule, codes in found.items()} == rules, topic


@pytest.mark.rule("CMP-05")
def test_the_remedy_is_begun_while_the_matter_is_still_being_looked_into_and_has_its_own_time(desk, clock):
    ref = make.complaint(desk.agent, desk, topic="warehouse", shipment_id=desk.shipment)
    make.do(desk.agent, ref, "accept", weight="simple")
    make.do(desk.agent, ref, "ask_party", to="fleet", whom="仓库 老陈", question="装的是哪一箱")
    asked_at = clock.at
    clock.forward(3)
    note(desk, ref, shown="sent_again", tick="sent_again")
    case = make.matter(ref)
    assert case.state == "investigating" and Facts(make.db.session(), case).questions[0].answered_at is None
    assert case.steps["sent_again"]["at"] == clock.at.isoformat() > asked_at.isoformat()
    assert case.steps["sent_again"]["by"] == f"{desk.agent.display} {desk.agent.login}"


def test_every_row_names_its_rule_and_every_code_stands_once(house):
    for (kind, topic), rows in steps.ROWS.items():
        assert topic in dict(KINDS[kind].topics), topic
        assert len({step.code for step in rows}) == len(rows), topic
        assert all(step.rule and (step.options or step.kind != steps.CHOICE) for step in rows), topic


@pytest.mark.rule("CMP-10")
def test_wrong_goods_are_redirected_held_returned_or_sold_and_each_says_which_change_it_is(desk):
    rows = {step.code: step for step in steps.ROWS["complaint", "warehouse"]}
    assert [code for code, _ in rows["wrong_goods"].options] == ["redirect", "hold", "return", "ask_buy"]
    assert dict(rows["wrong_goods"].leads) == {"redirect": "K10", "hold": "K10-hold", "return": "K10-return"}


@pytest.mark.rule("CMP-10", "CMP-15")
@pytest.mark.parametrize(("topic", "code"), [("warehouse", "sent_again"), ("flight", "tracked"), ("bumped", "tracked")])
def test_goods_sent_again_and_bumped_goods_come_under_priority_tracking(desk, topic, code):
    ref = make.complaint(desk.agent, desk, topic=topic, shipment_id=desk.shipment)
    note(desk, ref, shown=code)
    assert make.goods_of(desk.shipment).tracked is False
    note(desk, ref, shown=code, tick=code)
    assert make.goods_of(desk.shipment).tracked is True


@pytest.mark.rule("CMP-11")
def test_label_outer_name_carton_and_bag_are_noted_with_name_and_time(desk, clock):
    ref = make.complaint(desk.agent, desk, topic="warehouse")
    note(desk, ref, shown="keep_carton keep_bag", tick="keep_carton", label_number="6621912", outer_name="启明")
    kept = make.matter(ref).steps
    assert {code: row["value"] for code, row in kept.items()} == {
        "keep_carton": True,
        "label_number": "6621912",
        "outer_name": "启明",
    }
    assert kept["label_number"]["by"] == f"{desk.agent.display} {desk.agent.login}"
    clock.forward(5)
    note(desk, ref, shown="keep_carton keep_bag", tick="keep_bag", label_number="6621912", outer_name="")
    then = make.matter(ref).steps
    assert then["label_number"] == kept["label_number"], "what did not change keeps its time"
    assert set(then) == {"label_number", "keep_bag"}


@pytest.mark.rule("CMP-10", "CMP-11")
def test_goods_that_are_only_late_leave_no_wrong_goods_to_deal_with(desk):
    ref = make.complaint(desk.agent, desk, topic="warehouse")
    note(desk, ref, whose="late")
    assert wanted(ref) == []
    note(desk, ref, whose="ours")
    assert wanted(ref) == ["wrong_goods"]


@pytest.mark.rule("CMP-14")
def test_a_late_pick_up_that_the_log_does_not_confirm_needs_no_cause_and_no_improvement(desk):
    ref = make.complaint(desk.agent, desk, topic="pickup")
    note(desk, ref, shown="log_read", tick="log_read", confirmed="not_confirmed")
    assert wanted(ref) == []
    note(desk, ref, confirmed="confirmed")
    assert wanted(ref) == ["cause", "improvement"]


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ({"whose": "nobody"}, "Choose one of the offered values."),
        ({"label_number": "8" * 301}, "At most %(longest)s characters; this has %(count)s."),
        ({"air_reason": "AIR-OFF-1"}, "The list of this matter has changed; look at it again."),
    ],
)
def test_what_the_list_does_not_offer_is_refused(desk, lines, why):
    ref = make.complaint(desk.agent, desk, topic="warehouse")
    with pytest.raises(Refused) as no:
        note(desk, ref, **lines)
    assert (no.value.why.msgid, no.value.code) == (why, 422)
    assert make.matter(ref).steps == {}


def test_the_missing_rows_are_named_in_the_reason(desk):
    ref = make.complaint(desk.agent, desk, topic="rough")
    assert str(steps.enumerated(steps.missing(make.matter(ref), "close"))) == (
        "Fleet informed: who; The fleet's superior informed: who"
    )
