"""Every kind of change at every stage and on every condition, as the rulebook has it: the tables of `change_table`, each row
played through the rules from asking to closing (CHG-01 to CHG-24, D-01, D-02, D-06, D-12)."""

from __future__ import annotations

import pytest

from rules import catalogue, matrix
from rules.words import Refused
from tests import factories as make
from tests.databases import on_sqlite
from tests.workflows import change_table as table
from tests.workflows.playing import answered, ask, key, people, played, ship, why, wish

CHARGE, CUSTOMER = table.by_condition(table.CHARGE), table.by_condition(table.CUSTOMER)
PROOF = [line.split() for line in table.PROOF.strip().splitlines()]
MOVED = [line.split() for line in table.MOVED.strip().splitlines()]
GROUPS = [table.CODES[n : n + 4] for n in range(0, len(table.CODES), 4)]
ROWS = len(table.MATRIX) + len(CHARGE) + len(CUSTOMER) + sum(len(row) for row in PROOF) + len(MOVED)


@pytest.fixture
def who(desk):
    return people(desk)


def test_the_tables_are_whole():
    assert set(table.CODES) == set(catalogue.BY_CODE) and len(table.MATRIX) == 23 * 18
    for found in ({row[0] for row in PROOF}, {row[0] for row in CHARGE}, {row[0] for row in CUSTOMER}):
        assert found - {"K20-paid"} == set(table.CODES)
    assert ROWS > 800


@on_sqlite
@pytest.mark.parametrize("codes", GROUPS, ids=" ".join)
@pytest.mark.rule("CHG-06", "CHG-08", "CHG-09", "CHG-10", "CHG-11", "CHG-16", "CHG-21", "CHG-22", "POD-05")
def test_a_change_goes_at_each_stage_as_the_rulebook_has_it(who, codes):
    for code in codes:
        assert at_each_stage(who, code) == {stage: table.MATRIX[code, stage] for stage in table.STAGES}, code


def at_each_stage(who, code):
    """What comes of a change; the first of equal cells is played to the end, the others until somebody has to decide."""
    first = {table.MATRIX[code, stage]: stage for stage in reversed(table.STAGES)}
    came = {}
    for stage, goods in zip(table.STAGES, ship(who.desk, [(code, s) for s in table.STAGES]), strict=True):
        cell = table.MATRIX[code, stage]
        whole = first[cell] == stage
        found = played(who, goods, wish(who, code, stage), whole)
        came[stage] = cell if not whole and found == begun(cell) else found
    return came


def begun(cell):
    """As far as a cell goes when nobody has decided yet."""
    return cell if cell.startswith("a") else cell.partition("+")[0].partition("~")[0]


@on_sqlite
@pytest.mark.parametrize("codes", GROUPS, ids=" ".join)
@pytest.mark.rule("CHG-03", "CHG-13", "CHG-15", "CHG-22", "CHG-23")
def test_money_is_agreed_first_and_brings_finance_in(who, codes):
    rows = [row for row in CHARGE if row[0].removesuffix("-paid") in codes]
    goods = ship(who.desk, [row[:2] for row in rows])
    came = [
        (c, stage, money, played(who, row, wish(who, c, stage, money), money == "agreed"))
        for (c, stage, money, _), row in zip(rows, goods, strict=True)
    ]
    assert came == [(*row[:3], row[3] if row[2] == "agreed" else begun(row[3])) for row in rows]


@on_sqlite
@pytest.mark.parametrize("codes", GROUPS, ids=" ".join)
@pytest.mark.rule("CHG-12", "FIN-06", "FIN-19")
def test_finance_has_a_part_in_holds_and_releases_only(who, codes):
    for state in dict.fromkeys(row[2] for row in CUSTOMER):
        rows = [row for row in CUSTOMER if row[0] in codes and row[2] == state]
        goods = ship(who.desk, [row[:2] for row in rows], state)
        came = [
            played(who, row, wish(who, c, stage), to_the_end=False)
            for (c, stage, *_), row in zip(rows, goods, strict=True)
        ]
        assert came == [begun(row[3]) for row in rows], (state, rows)


@on_sqlite
@pytest.mark.parametrize("codes", GROUPS, ids=" ".join)
@pytest.mark.rule("CHG-01", "CHG-02", "CHG-07", "CHG-09", "CHG-10")
def test_nothing_moves_before_the_paper_shows_what_it_must(who, codes):
    for code, stage, *items in PROOF:
        if code in codes:
            without_paper(who, code, stage, items)


def without_paper(who, code, stage, items):
    """The agent tries without the paper, and with one that lacks each of `items` in turn; with all of them it goes on."""
    goods = ship(who.desk, [(code, stage)])[0]
    ref = ask(who, goods, wish(who, code, stage) | {"proof_note": None, "proof_items": []})
    move = "carry_out" if why(who.desk.agent, make.matter(ref), "carry_out") is None else "submit"
    answered(who, ref, move)
    assert refused(who, ref, move) == "The written proof is missing.", code
    for item in items:
        shown = [i for i in items if i != item]
        said = refused(who, ref, move, proof_note="传真，赵敏签字", proof_items=shown)
        assert said == f"The proof does not show: {table.ITEMS[item]}.", (code, stage)
    make.do(who.desk.agent, ref, move, proof_note="传真，赵敏签字", proof_items=items, **make.READ_BACK)
    assert make.matter(ref).state != "proof_missing", (code, stage)


def refused(who, ref, move, **data):
    """What the agent is told who may not yet make the move; the change is as it was."""
    with pytest.raises(Refused) as no:
        make.do(who.desk.agent, ref, move, **make.READ_BACK | data)
    case = make.matter(ref)
    assert (no.value.code, case.state, case.executed_at) == (409, "proof_missing", None)
    return str(no.value.why)


@on_sqlite
@pytest.mark.rule("CHG-06")
def test_goods_that_moved_on_are_looked_at_again_before_anybody_decides(who):
    assert [(*row[:3], after_moving(who, *row[:3])) for row in MOVED] == [tuple(row) for row in MOVED]


def after_moving(who, code, asked, now):
    """What the signer is told when the goods stand at `now`, asked for at `asked`; whoever may, then signs."""
    goods = ship(who.desk, [(code, asked)])[0]
    ref = ask(who, goods, wish(who, code, asked))
    answered(who, ref, "submit")
    make.do(who.desk.agent, ref, "submit")
    signer = next(person for _, person in who.ladder if why(person, make.matter(ref), "approve") is None)
    with make.writing():
        make.goods_of(goods).stage = now
    first, seen = told(signer, ref), told(signer, ref, stage_seen=now)
    assert make.matter(ref).stage_decided == (now if seen == "ok" else None)
    return first if seen in (first, "ok") else seen


def told(person, ref, **data):
    try:
        make.do(person, ref, "approve", **data)
    except Refused as no:
        assert make.matter(ref).executed_at is None
        return key(no.why)
    return "ok"


@pytest.mark.parametrize("stage", table.STAGES)
@pytest.mark.rule("CHG-11")
def test_what_is_impossible_names_what_is_possible_instead(stage):
    shut = {code: cell for (code, s), cell in table.MATRIX.items() if s == stage and cell in table.REASONS}
    assert {code: " ".join(matrix.way(code, stage).instead) for code in shut} == {
        c: table.INSTEAD[w] for c, w in shut.items()
    }
