"""The fee table as pages: reading, adding, other amounts from a day on, a last day, and who may."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from models import Fee, db
from tests import factories
from tests.blueprints.conftest import Enter
from tests.blueprints.reading import read
from tests.blueprints.world import World

GOOD = {"code": "K10", "item": "redirect", "carrier": "CZ", "stage": "A5", "receivable_minor": "860.00", "payable_minor": "700",
        "currency": "CNY", "valid_from": "2026-11-18", "valid_until": ""}  # fmt: skip


def lines() -> list[Fee]:
    db.session.rollback()
    return list(db.session.scalars(select(Fee).order_by(Fee.id).execution_options(populate_existing=True)))


def line(world: World, office: str | None = "SZ", **values) -> int:
    """A line that finance has entered."""
    with factories.writing() as tx:
        kept = {
            "code": "K10",
            "receivable_minor": 8000,
            "valid_from": date(2026, 1, 1),
            "by_id": world.users["finance"],
            **values,
        }
        return tx.add(Fee(office_id=world.offices[office] if office else None, made_at=tx.at, **kept)).id


def test_finance_adds_a_line_and_finds_it(enter: Enter, world: World):
    finance = enter("finance")
    answer = finance.send(finance.form("/fees/new", "/fees/new"), **GOOD)
    assert answer.status_code == 303 and answer.location == "/fees?standing=now"
    (made,) = lines()
    assert (made.office_id, made.carrier, made.stage, made.receivable_minor, made.payable_minor, made.valid_from, made.valid_until) == (
        world.offices["SZ"], "CZ", "A5", 86000, 70000, date(2026, 11, 18), None)  # fmt: skip
    shown = finance.get("/fees").text
    assert "¥860.00" in shown and "¥700.00" in shown and "转货" in shown and f"/fees/{made.id}" in shown


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"receivable_minor": "8x"}, "8x"), ({"receivable_minor": "", "payable_minor": ""}, "填写"), ({"valid_from": ""}, "生效日"),
        ({"valid_from": "2026-13-01"}, "2026-13-01"), ({"valid_until": "2020-01-01"}, "早于生效日"), ({"code": "K99"}, "选"),
        ({"currency": "JPY", "receivable_minor": "1.50"}, "JPY"),
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_is_refused_at_its_field_and_kept(enter: Enter, world: World, wrong, said):
    finance = enter("finance")
    answer = finance.send(finance.form("/fees/new", "/fees/new"), **{**GOOD, **wrong})
    assert answer.status_code == 422 and said in answer.text and lines() == []
    assert 'value="CZ"' in answer.text, "what was typed stays"


def test_two_lines_of_one_key_are_refused_with_a_sentence(enter: Enter, world: World):
    line(world, carrier="CZ", stage="A5", item="redirect")
    finance = enter("finance")
    answer = finance.send(finance.form("/fees/new", "/fees/new"), **GOOD)
    assert answer.status_code == 422 and "2026-01-01" in answer.text and len(lines()) == 1


def test_another_amount_from_a_day_on_leaves_the_old_line_standing(enter: Enter, world: World):
    mine, finance = line(world), enter("finance")
    answer = finance.send(finance.form(f"/fees/{mine}", "/change"), receivable_minor="95.00", from_day="2026-12-01")
    assert answer.status_code == 303 and answer.location == "/fees?standing=coming"
    old, new = lines()
    assert (old.receivable_minor, old.valid_until) == (8000, date(2026, 11, 30))
    assert (new.receivable_minor, new.valid_from) == (9500, date(2026, 12, 1))
    assert "¥80.00" in finance.get("/fees").text and "¥95.00" in finance.get("/fees?standing=coming").text


def test_a_day_that_has_passed_is_refused(enter: Enter, world: World):
    mine, finance = line(world), enter("finance")
    answer = finance.send(finance.form(f"/fees/{mine}", "/change"), receivable_minor="95.00", from_day="2026-11-01")
    assert answer.status_code == 422 and 'value="95.00"' in answer.text and len(lines()) == 1
    answer = finance.send(finance.form(f"/fees/{mine}", "/end"), last="2026-11-01")
    assert answer.status_code == 422 and lines()[0].valid_until is None


def test_a_line_ends_on_a_day(enter: Enter, world: World):
    mine, finance = line(world), enter("finance")
    assert finance.send(finance.form(f"/fees/{mine}", "/end"), last="2026-11-18").status_code == 303
    assert lines()[0].valid_until == date(2026, 11, 18)
    assert "2026-11-18" in finance.get("/fees").text, "the last day still counts"


def test_of_two_clerks_the_slower_is_told(enter: Enter, world: World):
    mine, finance, both = line(world), enter("finance"), enter("both")
    slow = finance.form(f"/fees/{mine}", "/change")
    assert both.send(both.form(f"/fees/{mine}", "/end"), last="2026-12-31").status_code == 303
    answer = finance.send(slow, receivable_minor="95.00", from_day="2026-12-01")
    assert answer.status_code == 409 and 'value="95.00"' in answer.text and len(lines()) == 1


def test_yen_have_no_hundredths(enter: Enter, world: World):
    finance = enter("finance")
    finance.send(finance.form("/fees/new", "/fees/new"), **{**GOOD, "currency": "JPY", "receivable_minor": "6200"})
    (made,) = lines()
    assert made.receivable_minor == 6200 and "JPY 6,200" in finance.get("/fees").text
    assert dict(finance.form(f"/fees/{made.id}", "/change").fields)["receivable_minor"] == "6200.00"


def test_the_table_is_reached_from_finances_desk(enter: Enter, world: World):
    assert "/fees" in enter("finance").page("/finance").links


@pytest.mark.parametrize("name", ["agent", "supervisor", "auditor"])
def test_others_read_the_table_and_find_no_form(enter: Enter, world: World, name):
    mine = line(world)
    reader = enter(name)
    for url in ("/fees", f"/fees/{mine}"):
        page = reader.page(url)
        assert not [f for f in page.forms if f.method == "post" and "/fees" in f.action]
    assert "/fees/new" not in reader.get("/fees").text


def test_common_lines_are_read_and_not_written_by_an_office(enter: Enter, world: World):
    common, foreign = line(world, None), line(world, "GZ", stage="A5")
    finance = enter("finance")
    assert f"/fees/{common}" in finance.get("/fees").text and f"/fees/{foreign}" not in finance.get("/fees").text
    assert finance.get(f"/fees/{foreign}").status_code == 404
    assert "/change" not in finance.get(f"/fees/{common}").text
    sent = {"receivable_minor": "1", "currency": "CNY", "from_day": "2026-12-01", "version": "1"}
    assert finance.post(f"/fees/{common}/change", sent).status_code == 403
    assert finance.post(f"/fees/{foreign}/change", sent).status_code == 404 and len(lines()) == 2


def test_the_list_is_filtered_and_goes_on_page_by_page(enter: Enter, world: World):
    with factories.writing() as tx:
        for n in range(101):
            tx.add(Fee(office_id=world.offices["SZ"], code="K11", carrier=f"C{n}", receivable_minor=100 + n, made_at=tx.at,
                       valid_from=date(2026, 1, 1), by_id=world.users["finance"]))  # fmt: skip
    mine = line(world)
    finance = enter("finance")
    first = finance.get("/fees")
    assert f"/fees/{mine}" in first.text and "C98" in first.text and ">C100<" not in first.text
    more = next(href for href in read(first.text).links if "after=" in href)
    assert "C100" in finance.get(more).text
    only = finance.get("/fees?code=K10").text
    assert f"/fees/{mine}" in only and "C98" not in only
    assert (
        finance.get("/fees?code=K07&standing=ended").status_code == 200
        and finance.get("/fees?after=zz&standing=x").status_code == 200
    )
