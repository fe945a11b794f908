"""What is printed of the kinds of work is what the desk runs on."""

from __future__ import annotations

import re

import pytest

import workflows
from rules import kinds
from rules.policy import ROLES
from rules.workflow import STAY

FLOWS = workflows.find()


@pytest.mark.parametrize("kind", FLOWS)
def test_a_page_names_every_state_move_and_clock_of_its_kind(kind: str) -> None:
    flow, page = FLOWS[kind], kinds.markdown([FLOWS[kind]])
    rows = re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)
    assert rows == [part.name for part in (*flow.states, *flow.moves, *flow.clocks)]
    assert f"## {flow.label} (`{kind}`, {flow.prefix})" in page


def test_every_row_of_a_page_has_the_columns_of_its_head() -> None:
    columns = 0
    for line in kinds.markdown().splitlines():
        if line.startswith("|"):
            columns = columns or line.count("|")
            assert line.count("|") == columns, line
        else:
            columns = 0


def test_a_page_says_what_a_move_asks_for_in_words() -> None:
    page = kinds.markdown([FLOWS["change"]])
    approve = next(line for line in page.splitlines() if line.startswith("| `approve`"))
    assert "The one who asked or last edited never decides" in approve and "supervisor, finance" in approve


@pytest.mark.parametrize("kind", FLOWS)
def test_a_diagram_leads_from_the_first_state_to_an_end(kind: str) -> None:
    flow, diagram = FLOWS[kind], kinds.mermaid([FLOWS[kind]])
    arrows = re.findall(r"^    (\S+) --> (\S+)", diagram, re.MULTILINE)
    reached, before = {"[*]"}, 0
    while len(reached) > before:
        before = len(reached)
        reached |= {to for source, to in arrows if source in reached}
    begins = {s.name for s in flow.states} - {to for _source, to in arrows}  # the form alone decides
    assert reached | begins == {s.name for s in flow.states if s.name != "void"} | {"[*]", "void"}
    assert arrows[0] == ("[*]", flow.states[0].name) and arrows[-1][1] == "[*]"


def test_as_data_a_move_names_roles_and_states_that_exist() -> None:
    for told in kinds.as_json():
        states = {state["name"] for state in told["states"]}
        for move in told["moves"]:
            assert set(move["from"]) <= states and set(move["to"]) <= states and STAY not in move["to"]
            assert set(move["who"]) <= set(ROLES)


def test_the_figures_a_clock_may_run_by_are_named_and_the_moves_that_drive_it() -> None:
    first, answer, consult, *_ = next(told["clocks"] for told in kinds.as_json() if told["kind"] == "complaint")
    assert first["figures"] == ["ledger.answer", "complaint.wrong_goods.first_reply", "statement.promise"]
    assert answer["figures"] == [f"complaint.by_kind_and_class:class:{weight}" for weight in ("simple", "complex")]
    assert (answer["starts"], answer["stops"]) == (["register", "=reopened"], ["answer"])
    assert (
        consult["party"] == "house" and "consult" in consult["starts"] and {"advise", "answer"} <= set(consult["stops"])
    )


def test_clocks_are_driven_by_moves_and_states_that_the_kind_has() -> None:
    for told in kinds.as_json():
        known = {move["name"] for move in told["moves"]} | {"register"} | {f"={s['name']}" for s in told["states"]}
        for clock in told["clocks"]:
            assert {name for key in ("starts", "pauses", "resumes", "stops") for name in clock[key]} <= known
