"""The fee table: which line holds, and that what is in force is never rewritten (CHG-15)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations

import pytest

from models import Carrier, Fee, db
from rules import fees
from rules.store import Actor, write_tx
from rules.words import Refused
from tests import factories

DAY = date(2026, 11, 18)
LINE = {
    "code": "K10", "carrier": None, "stage": None, "item": "change", "receivable_minor": 8000, "payable_minor": 0,
    "currency": "CNY", "valid_from": date(2026, 1, 1), "valid_until": None,
}  # fmt: skip


def add(who: Actor, **values):
    with write_tx(who, "fee.add") as tx:
        return fees.add(tx, {**LINE, **values}).id


def change(who: Actor, fee_id: int, day: date, minor: int, version: int | None = None) -> int:
    with write_tx(who, "fee.change") as tx:
        return fees.change(
            tx, fee_id, {"receivable_minor": minor, "payable_minor": 0, "currency": "CNY"}, day, version
        ).id


def end(who: Actor, fee_id: int, last: date | None, version: int | None = None) -> None:
    with write_tx(who, "fee.end") as tx:
        fees.end(tx, fee_id, last, version)


def fee(fee_id: int) -> Fee:
    db.session.rollback()
    return db.session.get_one(Fee, fee_id, populate_existing=True)


def found(desk, carrier="CZ", stage="A5", day=DAY, code="K10"):
    db.session.rollback()
    held = fees.fee_for(db.session(), desk.office, code, carrier, stage, day)
    return held.receivable_minor if held else None


@pytest.fixture
def headquarters(desk) -> Actor:
    """Finance of the whole house: belongs to no office."""
    return replace(factories.person(desk, "finance"), office_id=None)


def refused(work, code: int, field: str | None = None) -> None:
    with pytest.raises(Refused) as no:
        work()
    assert (no.value.code, no.value.field) == (code, field)


# What stands in the table, from the most to the least specific: (office, carrier, stage, amount).
LINES = [
    ("own", "CZ", "A5", 1), ("own", "CZ", None, 2), ("own", None, "A5", 3), ("own", None, None, 4),
    (None, "CZ", "A5", 5), (None, "CZ", None, 6), (None, None, "A5", 7), (None, None, None, 8),
]  # fmt: skip


@pytest.mark.parametrize("first", range(len(LINES)))
@pytest.mark.parametrize("upwards", [True, False])
def test_the_most_specific_line_holds_whatever_the_order_of_making(desk, headquarters, first, upwards):
    standing = LINES[first:][:: -1 if upwards else 1]
    for office, carrier, stage, minor in standing:
        add(
            headquarters,
            office_id=desk.office if office else None,
            carrier=carrier,
            stage=stage,
            receivable_minor=minor,
        )
    assert found(desk) == LINES[first][3]


def test_a_line_for_another_carrier_stage_office_kind_or_day_is_not_meant(desk, headquarters):
    add(headquarters, office_id=desk.other_office)
    add(headquarters, carrier="CA")
    add(headquarters, stage="A3")
    add(headquarters, code="K11")
    add(headquarters, valid_from=DAY + timedelta(days=1))
    assert found(desk) is None
    add(headquarters, receivable_minor=5, valid_from=date(2025, 1, 1), valid_until=date(2025, 12, 31))
    assert (
        found(desk) is None and found(desk, day=date(2025, 12, 31)) == 5 and found(desk, day=date(2024, 12, 31)) is None
    )


def test_both_days_count(desk):
    add(desk.finance, valid_from=DAY, valid_until=DAY)
    assert [found(desk, day=DAY + timedelta(days=n)) for n in (-1, 0, 1)] == [None, 8000, None]


def test_goods_without_a_carrier_or_stage_get_the_lines_for_any(desk):
    add(desk.finance, carrier="CZ", receivable_minor=1)
    add(desk.finance, stage="A5", receivable_minor=2)
    add(desk.finance, receivable_minor=3)
    assert found(desk, carrier="", stage="A5") == 2 and found(desk, carrier=None, stage=None) == 3


def test_a_carrier_is_known_by_code_and_by_name(desk):
    with factories.writing() as tx:
        tx.add(Carrier(code="ZH", name="深圳航空", mode="air"))
    add(desk.finance, carrier="深圳航空")
    assert found(desk, carrier="ZH") == found(desk, carrier="zh") == found(desk, carrier="深圳航空") == 8000
    assert found(desk, carrier="CZ") is None
    add(desk.finance, carrier="顺心捷达", receivable_minor=9)
    assert found(desk, carrier="顺心捷达") == 9


def test_each_item_of_a_kind_has_its_own_line(desk):
    add(desk.finance, receivable_minor=1)
    add(desk.finance, carrier="CZ", item="storage", receivable_minor=2)
    held = fees.fees_for(db.session(), desk.office, "K10", "CZ", "A5", DAY)
    assert [(each.item, each.receivable_minor) for each in held] == [("storage", 2), ("change", 1)]


# ------------------------------------------------------------------ keeping


@pytest.mark.parametrize("name", ["agent", "supervisor", "auditor", "admin"])
def test_only_finance_writes_the_table(desk, name):
    mine = add(desk.finance)
    for work in (lambda: add(desk.people[name], stage="A3"), lambda: change(desk.people[name], mine, DAY, 1),
                 lambda: end(desk.people[name], mine, DAY)):  # fmt: skip
        refused(work, 403)
    assert found(desk) == 8000


def test_finance_of_an_office_keeps_its_own_lines_only(desk, headquarters):
    common, foreign = add(headquarters), add(headquarters, office_id=desk.other_office)
    assert fee(add(desk.finance, office_id=desk.other_office, stage="A3")).office_id == desk.office
    refused(lambda: change(desk.finance, common, DAY, 1), 403)
    refused(lambda: end(desk.finance, foreign, DAY), 404)
    assert {row.id for row in db.session.scalars(fees.listed(desk.finance, "now", DAY))} & {common, foreign} == {common}
    change(headquarters, common, DAY, 1)
    end(headquarters, foreign, DAY)


def test_another_amount_ends_the_fee_and_begins_the_next(desk):
    old = add(desk.finance, carrier="CZ", stage="A5", valid_until=date(2026, 12, 31))
    new = change(desk.finance, old, DAY + timedelta(days=3), 9900)
    assert (fee(old).receivable_minor, fee(old).valid_until) == (8000, DAY + timedelta(days=2))
    assert (fee(new).receivable_minor, fee(new).valid_from, fee(new).valid_until) == (
        9900,
        DAY + timedelta(days=3),
        date(2026, 12, 31),
    )
    assert [getattr(fee(new), name) for name in fees.KEY] == [getattr(fee(old), name) for name in fees.KEY]
    assert [found(desk, day=DAY + timedelta(days=n)) for n in (0, 2, 3)] == [8000, 8000, 9900]


def test_what_was_charged_cannot_be_changed_backwards(desk):
    mine, fresh = add(desk.finance), add(desk.finance, stage="A3", valid_from=DAY)
    refused(lambda: change(desk.finance, mine, DAY - timedelta(days=1), 1), 422, "from_day")
    refused(lambda: change(desk.finance, fresh, DAY, 1), 422, "from_day")
    refused(lambda: end(desk.finance, mine, DAY - timedelta(days=1)), 422, "last")
    assert found(desk) == 8000 and found(desk, stage="A3") == 8000
    change(desk.finance, mine, DAY, 1)
    assert found(desk) == 1 and found(desk, day=DAY - timedelta(days=1)) == 8000


def test_a_fee_to_come_is_corrected_in_place(desk):
    mine = add(desk.finance, valid_from=DAY + timedelta(days=9))
    assert change(desk.finance, mine, DAY + timedelta(days=5), 7000) == mine
    assert (fee(mine).receivable_minor, fee(mine).valid_from) == (7000, DAY + timedelta(days=5))


def test_a_fee_that_ended_stays_as_it_is(desk):
    mine = add(desk.finance, valid_until=DAY - timedelta(days=1))
    refused(lambda: change(desk.finance, mine, DAY, 1), 409)
    refused(lambda: end(desk.finance, mine, DAY), 409)


def test_a_fee_ends_on_a_day_and_may_go_on_after_all(desk):
    mine = add(desk.finance)
    end(desk.finance, mine, DAY)
    assert found(desk) == 8000 and found(desk, day=DAY + timedelta(days=1)) is None
    refused(lambda: change(desk.finance, mine, DAY + timedelta(days=1), 1), 422, "from_day")
    end(desk.finance, mine, None)
    assert found(desk, day=DAY + timedelta(days=99)) == 8000


@pytest.mark.parametrize(
    ("first", "until", "clashes"),
    [
        (date(2026, 1, 1), None, True), (date(2025, 1, 1), date(2026, 3, 1), True), (date(2026, 6, 30), None, True),
        (date(2026, 4, 1), date(2026, 4, 1), True), (date(2025, 1, 1), date(2026, 2, 28), False), (date(2026, 7, 1), None, False),
    ],
)  # fmt: skip
def test_two_lines_of_one_key_never_hold_on_the_same_day(desk, first, until, clashes):
    add(desk.finance, valid_from=date(2026, 3, 1), valid_until=date(2026, 6, 30))
    if clashes:
        refused(lambda: add(desk.finance, valid_from=first, valid_until=until), 422, "valid_from")
    else:
        add(desk.finance, valid_from=first, valid_until=until)
    add(desk.finance, valid_from=first, valid_until=until, stage="A5")


def test_a_fee_does_not_run_into_the_next_one(desk):
    mine = add(desk.finance)
    change(desk.finance, mine, DAY + timedelta(days=1), 1)
    refused(lambda: end(desk.finance, mine, None), 422, "last")
    assert found(desk, day=DAY + timedelta(days=1)) == 1


def test_days_and_amounts_that_cannot_be_are_refused(desk):
    refused(lambda: add(desk.finance, valid_until=date(2025, 1, 1)), 422, "valid_until")
    refused(lambda: add(desk.finance, receivable_minor=0, payable_minor=0), 422, "receivable_minor")


def test_of_two_at_once_the_second_is_told(desk):
    mine = add(desk.finance)
    seen = fee(mine).version
    end(desk.finance, mine, DAY, seen)
    refused(lambda: end(desk.finance, mine, None, seen), 409)


def test_every_step_stands_in_the_history(desk):
    mine = add(desk.finance)
    change(desk.finance, mine, DAY, 1)
    steps = [(e.action, e.object_id == mine) for e in factories.events(object_type="fees")]
    assert steps == [("fee.add", True), ("fee.change", True), ("fee.change", False)]


def test_the_order_of_lines_is_stable(desk):
    for order in permutations([("CZ", None), (None, "A5"), (None, None)]):
        ranks = sorted(
            (Fee(id=n, office_id=1, carrier=c, stage=s, valid_from=DAY) for n, (c, s) in enumerate(order)),
            key=fees._rank,
        )
        assert [(each.carrier, each.stage) for each in ranks] == [(None, None), (None, "A5"), ("CZ", None)]
