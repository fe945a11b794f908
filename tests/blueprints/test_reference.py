"""Offices, figures and reference data as pages: changing, refusing, two people at once, the second person."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from models import Carrier, Department, Office, Partner, Watchword, db
from rules import figures
from rules.defaults import BY_CLASS
from tests import factories
from tests.blueprints.conftest import Enter
from tests.blueprints.reading import read
from tests.blueprints.world import World

GOOD: dict[str, dict[str, Any]] = {
    "partners": {
        "code": "BJ01",
        "name": "北京通达",
        "city": "北京",
        "phone": "138 1234 5678",
        "published": "y",
        "status": "active",
    },
    "carriers": {"code": "ZH", "name": "深圳航空", "mode": "air", "prefix": "４７９", "terminals": "T3", "active": "y"},
    "departments": {"code": "HX", "name": "航线部", "phone": "0755-83051234", "active": "y"},
    "words": {"kind": "heavy", "word": "石材", "active": "y"},
}
MODELS: dict[str, Any] = {"partners": Partner, "carriers": Carrier, "departments": Department, "words": Watchword}
ZERO = "change.zero_cost.second_look"


def rows(name: str) -> list[Any]:
    db.session.rollback()
    return list(
        db.session.scalars(select(MODELS[name]).order_by(MODELS[name].id).execution_options(populate_existing=True))
    )


def events(**where: Any) -> list[Any]:
    db.session.rollback()
    return factories.events(**where)


def figure(key: str, office_id: int | None) -> Any:
    db.session.rollback()
    return figures.figure(db.session(), key, office_id)


# ------------------------------------------------------------------------------------------ reference data


@pytest.mark.parametrize("name", MODELS)
def test_a_row_is_added_changed_and_switched_off(name: str, enter: Enter) -> None:
    admin, before = enter("admin"), len(rows(name))
    form = admin.form(f"/admin/{name}/new", f"/admin/{name}/new")
    answer = admin.send(form, **GOOD[name])
    assert answer.status_code == 303 and len(rows(name)) == before + 1
    row, shown = rows(name)[-1], GOOD[name].get("name") or GOOD[name]["word"]
    assert shown in admin.get(answer.location).text
    url = f"/admin/{name}/{row.id}"
    off = admin.form(url, url).data() | ({"status": ["blocked"]} if name == "partners" else {})
    off.pop("active", None)
    assert admin.post(url, off).status_code == 303
    changed = rows(name)[-1]
    assert changed.status == "blocked" if name == "partners" else changed.active is False
    assert len(events(object_type=MODELS[name].__tablename__, object_id=row.id)) == 2


@pytest.mark.parametrize(
    ("name", "wrong", "field"),
    [
        ("partners", {"code": ""}, "code"), ("partners", {"name": ""}, "name"), ("partners", {"phone": "12"}, "phone"),
        ("partners", {"status": "gone"}, "status"), ("partners", {"name": "长" * 121}, "name"),
        ("carriers", {"prefix": "48"}, "prefix"), ("carriers", {"mode": "sea"}, "prefix"), ("carriers", {"mode": "rail"}, "mode"),
        ("departments", {"code": " "}, "code"), ("words", {"word": ""}, "word"), ("words", {"kind": "light"}, "kind"),
    ],
)  # fmt: skip
def test_a_row_that_does_not_hold_is_refused_at_its_field(
    name: str, wrong: dict[str, str], field: str, enter: Enter
) -> None:
    admin, before = enter("admin"), len(rows(name))
    answer = admin.send(admin.form(f"/admin/{name}/new", f"/admin/{name}/new"), **GOOD[name] | wrong)
    assert answer.status_code == 422 and f'id="{field}-e"' in answer.text
    assert read(answer.text).title.startswith("有错") and len(rows(name)) == before


@pytest.mark.parametrize("name", MODELS)
def test_the_same_code_or_word_twice_is_refused(name: str, enter: Enter) -> None:
    admin = enter("admin")
    for code in (303, 422):
        form = admin.form(f"/admin/{name}/new", f"/admin/{name}/new")
        assert admin.send(form, **GOOD[name]).status_code == code


@pytest.mark.parametrize("name", MODELS)
def test_two_people_at_once_see_each_other(name: str, enter: Enter) -> None:
    admin = enter("admin")
    admin.send(admin.form(f"/admin/{name}/new", f"/admin/{name}/new"), **GOOD[name])
    url, field = f"/admin/{name}/{rows(name)[-1].id}", "word" if name == "words" else "name"
    form = admin.form(url, url)
    admin.send(admin.form(url, url), **{field: "先到"})
    late = admin.send(form, **{field: "后到"})
    assert late.status_code == 409 and "先到" in late.text and "后到" in late.text
    again = next(f for f in read(late.text).forms if f.action == url)
    assert admin.send(again).status_code == 303 and getattr(rows(name)[-1], field) == "后到"


def test_lists_are_searched_paged_and_started(enter: Enter) -> None:
    admin = enter("admin")
    assert admin.send(admin.form("/admin/carriers", "/reference/start")).status_code == 303
    assert "未核实" in admin.page("/admin/carriers").text() or "not verified" in admin.page("/admin/carriers").text()
    assert (
        "784" in admin.page("/admin/carriers?q=南方").text()
        and "999" not in admin.page("/admin/carriers?q=南方").text()
    )
    assert (
        "罐头" in admin.page("/admin/words?kind=heavy").text()
        and "锂电池" not in admin.page("/admin/words?kind=heavy").text()
    )
    assert "“没有的”" in admin.page("/admin/words?q=没有的").text()
    assert admin.page("/admin/words?kind=odd&after=石材").text()


@pytest.mark.parametrize("name", ["agent", "supervisor", "finance", "auditor"])
def test_only_an_administrator_sees_reference_data_offices_and_figures(name: str, enter: Enter, world: World) -> None:
    person, office = enter(name), world.offices["SZ"]
    for url in (*(f"/admin/{n}" for n in MODELS), "/admin/partners/new", "/admin/offices", f"/admin/offices/{office}",
                "/admin/figures", "/admin/figures/call.reply"):  # fmt: skip
        assert person.get(url).status_code == 403, url
    for url in (
        "/admin/words/new",
        "/admin/reference/start",
        "/admin/offices/new",
        f"/admin/offices/{office}",
        "/admin/figures/call.reply",
    ):
        assert person.post(url, {"value": "1"}).status_code == 403, url


def test_what_does_not_exist_is_not_found(enter: Enter) -> None:
    admin = enter("admin")
    for url in ("/admin/partners/999", "/admin/offices/999", "/admin/figures/no.such", "/admin/figures/call.reply?office=999",
                "/admin/figures?office=x", "/admin/nothing"):  # fmt: skip
        assert admin.get(url).status_code == 404, url
    assert admin.post("/admin/partners/999", GOOD["partners"] | {"version": "1"}).status_code == 404
    assert admin.post("/admin/figures/no.such", {"value": "1"}).status_code == 404


# ------------------------------------------------------------------------------------------ offices


def test_an_office_is_made_with_its_desk_hours_and_holidays(enter: Enter) -> None:
    admin = enter("admin")
    form = admin.form("/admin/offices/new", "/admin/offices/new")
    answer = admin.send(
        form, code="BJ", name="北京首都营业部", hours="08:30至12:00，13:30至17:30", days=["0", "1", "5"], duty="y"
    )
    assert answer.status_code == 303
    office_id = db.session.scalar(select(Office.id).where(Office.code == "BJ"))
    assert figure("desk.hours", office_id) == "08:30-12:00 13:30-17:30"
    assert (figure("desk.days", office_id), figure("desk.duty_24h", office_id)) == ([0, 1, 5], True)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"code": "SZ"}, "code"), ({"code": ""}, "code"), ({"name": ""}, "name"), ({"zone": "Asia/Shenzhen"}, "zone"),
        ({"zone": ""}, "zone"), ({"hours": "9点到6点"}, "hours"), ({"hours": "18:00-18:00"}, "hours"), ({"days": []}, "days"),
    ],
)  # fmt: skip
def test_an_office_that_cannot_be_reckoned_with_is_refused(wrong: dict[str, Any], field: str, enter: Enter) -> None:
    admin = enter("admin")
    form = admin.form("/admin/offices/new", "/admin/offices/new")
    answer = admin.send(form, **{"code": "BJ", "name": "北京"} | wrong)
    assert answer.status_code == 422 and f'id="{field}-e"' in answer.text
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Office)) == 2


def test_an_office_changes_once_for_two_people(enter: Enter, world: World) -> None:
    admin, office_id = enter("admin"), world.offices["SZ"]
    url = f"/admin/offices/{office_id}"
    form = admin.form(url, url)
    assert admin.send(admin.form(url, url), hours="08:00-17:00").status_code == 303
    late = admin.send(form, name="深圳新营业部")
    assert late.status_code == 409 and "08:00-17:00" in late.text and "深圳新营业部" in late.text
    assert (
        figure("desk.hours", office_id) == "08:00-17:00" and figure("desk.hours", world.offices["GZ"]) == "09:00-18:00"
    )


# ------------------------------------------------------------------------------------------ figures


def test_a_figure_is_set_for_one_office_and_keeps_its_past(enter: Enter, world: World) -> None:
    admin, office_id = enter("admin"), world.offices["SZ"]
    url = f"/admin/figures/call.reply?office={office_id}"
    answer = admin.send(admin.form(url, "/call.reply"), value="8")
    assert answer.status_code == 303
    assert (figure("call.reply", office_id), figure("call.reply", world.offices["GZ"])) == (8, 5)
    admin.send(admin.form(url, "/call.reply"), value="9")
    text = admin.page(url).text()
    assert "8" in text and "9" in text and "同事admin" in text
    assert len(events(action="setting.change")) == 2


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("call.reply", "0"), ("call.reply", ""), ("call.reply", "soon"), ("call.reply", "1e3"), ("call.reply", "-5"),
        ("desk.hours", "late"), ("desk.days", ["8"]), ("desk.days", []),
    ],
)  # fmt: skip
def test_a_figure_that_cannot_be_is_refused_with_what_was_typed(key: str, value: Any, enter: Enter) -> None:
    admin = enter("admin")
    answer = admin.send(admin.form(f"/admin/figures/{key}", f"/{key}"), value=value)
    assert answer.status_code == 422 and 'id="value-e"' in answer.text
    if isinstance(value, str) and value:
        assert f'value="{value}"' in answer.text
    assert not events(action="setting.change")


@pytest.mark.parametrize(
    ("key", "typed", "value"),
    [
        ("claim.deductible", "280.50", 28050), ("receipt.loss_share", "40", 40), ("truck.morning_position", "07:30", "07:30"),
        ("finance.reminder", "5", 5), ("booking.copies_marked", "6-10", "6-10"), ("shipment.state_marking", "3", 3),
        (BY_CLASS, ["30", "400", "60", "600", "120", "1440", "120", "1440"],
         {"A": [30, 400], "B": [60, 600], "C": [120, 1440], "D": [120, 1440]}),
    ],
)  # fmt: skip
def test_every_shape_of_figure_is_set_on_its_page(key: str, typed: Any, value: Any, enter: Enter) -> None:
    admin = enter("admin")
    assert admin.send(admin.form(f"/admin/figures/{key}", f"/{key}"), value=typed).status_code == 303
    assert figure(key, None) == value
    assert admin.get("/admin/figures").status_code == 200


def test_a_table_that_would_lengthen_a_time_comes_back_as_typed(enter: Enter) -> None:
    admin = enter("admin")
    typed = ["130", "400", "60", "600", "120", "1440", "120", "1440"]
    answer = admin.send(admin.form(f"/admin/figures/{BY_CLASS}", f"/{BY_CLASS}"), value=typed)
    assert answer.status_code == 422 and 'value="130"' in answer.text and "120" in answer.text


def test_two_administrators_set_a_figure_once(enter: Enter) -> None:
    admin = enter("admin")
    form = admin.form("/admin/figures/call.reply", "/call.reply")
    admin.send(admin.form("/admin/figures/call.reply", "/call.reply"), value="6")
    late = admin.send(form, value="7")
    assert late.status_code == 409 and figure("call.reply", None) == 6
    again = next(f for f in read(late.text).forms if f.action.endswith("/call.reply"))
    assert again.data()["value"] == ["7"] and admin.send(again).status_code == 303
    assert figure("call.reply", None) == 7


def test_who_decides_changes_only_after_a_second_person_has_agreed(enter: Enter, world: World) -> None:
    admin, boss, office_id = enter("admin"), enter("supervisor"), world.offices["SZ"]
    answer = admin.send(admin.form(f"/admin/figures/{ZERO}?office={office_id}", f"/{ZERO}"), value="yes")
    assert answer.status_code == 303 and figure(ZERO, office_id) is False
    form = next(f for f in boss.page("/admin/figures/agree").forms if "/agree/" in f.action)
    assert enter("admin").post(form.action).status_code == 403
    assert enter("guest_lead").post(form.action).status_code == 404  # another office's business
    assert boss.send(form).status_code == 303 and figure(ZERO, office_id) is True
    assert enter("supervisor2").post(form.action).status_code == 409  # agreed to already
    assert "/agree/" not in str([f.action for f in boss.page("/admin/figures/agree").forms])


def test_a_supervisor_finds_the_page_of_the_second_person_in_the_bar(enter: Enter) -> None:
    assert "/admin/figures/agree" in enter("supervisor").page("/queue").links
    assert "/admin/figures/agree" not in enter("agent").page("/queue").links
    for name in ("agent", "finance", "auditor", "admin"):
        assert enter(name).get("/admin/figures/agree").status_code == 403
