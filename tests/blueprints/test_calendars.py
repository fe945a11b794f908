"""The calendar page: a year at a glance, one day, the pasted notice with its preview, a sudden closure (E-34)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from models import CalendarDay, ClockPause, db
from rules import offices
from rules.policy import unseen
from rules.store import system, write_tx
from tests.blueprints.reading import read
from tests.blueprints.world import World, load, log
from tests.factories import clocks_of

NOTICE = "元旦：1月1日（周五）至4日（周一）放假调休，共4天。1月9日（周六）上班。"
AT = "/admin/calendar"


@pytest.fixture
def years(world: World, clock) -> World:
    """The world on the eve of a year that is not announced, at 17:50."""
    with write_tx(system("test"), "calendar.know") as tx:
        offices.know_years(tx, (2026, 2027))
    clock.at = datetime(2026, 12, 31, 9, 50, tzinfo=UTC)
    return world


def days(**where) -> list[CalendarDay]:
    db.session.rollback()
    return list(db.session.scalars(select(CalendarDay).filter_by(**where).execution_options(populate_existing=True)))


def due(ref: str) -> datetime:
    db.session.rollback()
    return clocks_of(ref)[0].due_at


def cargo(world: World) -> str:
    ref = log(world, "inquiry", topic="cargo", asked="货到哪了")
    db.session.rollback()
    return ref


def test_a_year_shows_holidays_make_up_days_and_guesses_as_words(enter, years):
    html = enter("admin").get(f"{AT}?year=2026").text
    assert html.count("<table>") >= 12 and html.count('class="off"') > 20 and 'class="on"' in html
    assert "春节" in html and "补班" in html
    guess = enter("admin").get(f"{AT}?year=2027").text
    assert "off guess" in guess and "暂定" in guess
    for odd in ("?year=1", "?year=99999", "?year=x&office=999", f"?office={years.offices['GZ']}"):
        assert enter("admin").get(AT + odd).status_code == 200


def test_a_day_is_previewed_then_saved_and_nothing_is_saved_by_looking(enter, years):
    admin = enter("admin")
    form = admin.form(f"{AT}/day?day=2026-12-25", "/day")
    looked = admin.send(form, kind="half-day", hours="09:00-12:00", name="年会")
    assert looked.status_code == 200 and days(day=date(2026, 12, 25)) == []
    saved = admin.send(next(f for f in read(looked.text).forms if f.action.endswith("/day")))
    assert saved.status_code == 303
    found = days(day=date(2026, 12, 25))
    assert [(d.kind, d.spans, d.name, d.source) for d in found] == [("half-day", [[540, 720]], "年会", "desk")]
    assert "半天" in admin.get(f"{AT}?year=2026").text


@pytest.mark.parametrize(
    "wrong",
    [{"kind": "half-day", "hours": ""}, {"kind": "holiday", "hours": "09:00-12:00"}, {"hours": "九点"}, {"day": "2026-13-01"},
     {"kind": "typhoon"}, {"day": ""}, {"office": "777"}],
)  # fmt: skip
def test_a_day_that_cannot_be_is_refused_and_what_was_typed_stays(enter, years, wrong):
    admin = enter("admin")
    form = admin.form(f"{AT}/day?day=2026-12-25", "/day")
    answer = admin.send(form, **{"kind": "holiday", "name": "年会", "do": "save"} | wrong)
    assert answer.status_code == 422 and "年会" in answer.text and days(day=date(2026, 12, 25)) == []


def test_the_pasted_notice_names_what_moves_and_moves_exactly_that(enter, years):
    ref, admin = cargo(years), enter("admin")
    before = due(ref)
    looked = admin.send(admin.form(f"{AT}/notice", "/notice"), year="2027", text=NOTICE)
    assert looked.status_code == 200 and ref in looked.text and "01-09" in looked.text
    assert due(ref) == before
    saved = admin.send(next(f for f in read(looked.text).forms if f.action.endswith("/notice")))
    assert saved.status_code == 303 and saved.location.endswith("year=2027")
    assert due(ref) == datetime(2027, 1, 5, 1, 18, tzinfo=UTC) != before
    assert load(ref).due_at == due(ref)


def test_a_preview_that_is_out_of_date_is_shown_again_and_saves_nothing(enter, years):
    admin = enter("admin")
    looked = admin.send(admin.form(f"{AT}/notice", "/notice"), year="2027", text=NOTICE)
    ref = cargo(years)
    before = due(ref)
    late = admin.send(next(f for f in read(looked.text).forms if f.action.endswith("/notice")))
    assert late.status_code == 409 and ref in late.text and due(ref) == before
    assert admin.send(next(f for f in read(late.text).forms if f.action.endswith("/notice"))).status_code == 303
    assert due(ref) != before


@pytest.mark.parametrize("sent", [{"text": "没有日期"}, {"text": ""}, {"year": "2026", "text": "2027年部分节假日安排：" + NOTICE},
                                  {"year": ""}, {"year": "12"}])  # fmt: skip
def test_a_notice_that_cannot_be_read_is_refused_with_the_reason(enter, years, sent):
    admin = enter("admin")
    answer = admin.send(admin.form(f"{AT}/notice", "/notice"), **{"year": "2027", "text": NOTICE} | sent)
    assert answer.status_code == 422 and read(answer.text).whole


def test_a_supervisor_closes_his_office_and_pauses_the_chosen_deadlines(enter, world, clock):
    clock.at = datetime(2026, 11, 18, 9, 50, tzinfo=UTC)
    chosen, left = cargo(world), cargo(world)
    lead, before = enter("supervisor"), due(left)
    looked = lead.send(lead.form(f"{AT}/closure?day=2026-11-19", "/closure"), name="台风")
    assert looked.status_code == 200 and chosen in looked.text and left in looked.text
    form = next(f for f in read(looked.text).forms if f.action.endswith("/closure"))
    number = str(clocks_of(chosen)[0].id)
    no_reason = lead.send(form, do="save", clock=number)
    assert no_reason.status_code == 422 and days(kind="closure") == []
    form = next(f for f in read(no_reason.text).forms if f.action.endswith("/closure"))
    assert lead.send(form, do="save", clock=number, reason="台风停工").status_code == 303
    assert (due(chosen), due(left)) == (datetime(2026, 11, 20, 1, 18, tzinfo=UTC), before)
    assert [p.reason for p in db.session.scalars(unseen(select(ClockPause)))] == ["closure"]
    assert len(days(kind="closure", office_id=world.offices["SZ"])) == 1


def test_a_supervisor_closes_no_other_office(enter, world):
    lead = enter("supervisor")
    answer = lead.post(
        f"{AT}/closure", {"office": str(world.offices["GZ"]), "day": "2026-11-19", "name": "台风", "do": "save"}
    )
    assert answer.status_code == 422 and days(kind="closure") == []
