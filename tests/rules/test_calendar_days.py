"""Changing the calendar: the preview names what moves, and exactly that moves (E-34, must show 6)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from models import CalendarDay, Case, Clock, ClockPause, Office, db
from rules import calendar_days, clocks, closures, explaining, offices
from rules.calendar import CLOSURE, HOLIDAY, MAKE_UP, WEEK
from rules.calendar_days import DESK
from rules.holidays_cn import HolidayRow
from rules.policy import unseen
from rules.store import write_tx
from rules.words import Refused
from tests import factories
from tests.factories import Desk, clocks_of, inquiry, matter

EVE = datetime(2026, 12, 31, 9, 50, tzinfo=UTC)  # Thursday 17:50; the new year's holiday is a guess
NOTICE = "二、元旦：1月1日（周五）至4日（周一）放假调休，共4天。1月9日（周六）上班。"


@pytest.fixture
def eve(desk: Desk, clock) -> Desk:
    """The desk on the eve of a year whose holidays are not announced."""
    with factories.writing() as tx:
        offices.know_years(tx, (2026, 2027))
    clock.at = EVE
    return desk


def plan_of(text: str = NOTICE, year: int = 2027) -> calendar_days.Plan:
    made = calendar_days.plan(db.session(), None, calendar_days.notice_rows(db.session(), year, text))
    db.session.rollback()
    return made


def paste(who, digest: str, text: str = NOTICE) -> calendar_days.Plan:
    with write_tx(who, "calendar.change") as tx:
        return calendar_days.apply(tx, None, calendar_days.notice_rows(tx.session, 2027, text), digest)


def change_day(desk: Desk, row: HolidayRow, office: int | None = None) -> calendar_days.Plan:
    with write_tx(desk.admin, "calendar.change") as tx:
        return calendar_days.apply(tx, office, [row], calendar_days.plan(tx.session, office, [row]).digest)


def due(ref: str) -> datetime:
    return clocks_of(ref)[0].due_at


def local(at: datetime) -> str:
    return (at + timedelta(hours=8)).strftime("%m-%d %H:%M")


def test_a_pasted_notice_moves_exactly_the_provisional_deadlines_and_the_preview_had_named_them(eve: Desk, clock):
    clock.at = EVE - timedelta(hours=7)  # 10:50: this one ends before the holiday
    certain = inquiry(eve.agent, eve)
    clock.at = EVE
    guessed = inquiry(eve.agent, eve, topic="cargo")
    assert clocks_of(guessed)[0].provisional and not clocks_of(certain)[0].provisional
    before = {ref: due(ref) for ref in (certain, guessed)}
    shown = plan_of()
    assert [(m.ref, m.before) for m in shown.moved] == [(guessed, before[guessed])]
    paste(eve.admin, shown.digest)
    assert due(guessed) == shown.moved[0].after and due(certain) == before[certain]
    assert (local(before[guessed]), local(due(guessed))) == ("01-04 09:20", "01-05 09:20")
    assert not clocks_of(guessed)[0].provisional
    assert matter(guessed).due_at == due(guessed) and explaining.agrees(db.session(), clocks_of(guessed)[0])
    assert {t.queue_at for t in factories.open_turns(guessed)} == {due(guessed)}
    assert [e.action for e in factories.events(object_type="clocks", case_id=matter(guessed).id)][
        -1
    ] == "calendar.change"


def test_a_deadline_that_stays_when_its_days_become_certain_is_no_guess_any_more(eve: Desk):
    ref = inquiry(eve.agent, eve, topic="cargo")
    text = NOTICE.replace("至4日（周一）放假调休，共4天", "至3日（周日）放假，共3天")
    shown = plan_of(text)
    assert shown.moved == () and len(shown.confirmed) == 1
    before = due(ref)
    paste(eve.admin, shown.digest, text)
    assert due(ref) == before and not clocks_of(ref)[0].provisional


def test_a_promised_time_stays_when_the_calendar_becomes_known(eve: Desk, clock):
    ref = inquiry(eve.agent, eve, topic="cargo")
    promised = EVE + timedelta(minutes=5)
    with factories.writing():
        clocks_of(ref)[0].promised_at = clocks_of(ref)[0].due_at = promised
    shown = plan_of()
    assert shown.moved == ()
    paste(eve.admin, shown.digest)
    assert due(ref) == promised


def test_holidays_that_the_notice_does_not_name_become_ordinary_days(eve: Desk):
    paste(eve.admin, plan_of().digest)
    known = clocks.office_calendar(db.session(), eve.office)
    assert date(2027, 10, 1) not in known.days and known.day(date(2027, 10, 1)).spans
    assert known.days[date(2027, 1, 9)].source == MAKE_UP and known.announced_until == date(2027, 12, 31)
    assert not known.day(date(2027, 3, 1)).provisional


def test_a_preview_that_is_out_of_date_is_refused_and_changes_nothing(eve: Desk):
    shown = plan_of()
    ref = inquiry(eve.agent, eve, topic="cargo")
    before = due(ref)
    with pytest.raises(Refused) as no:
        paste(eve.admin, shown.digest)
    assert no.value.code == 409 and due(ref) == before
    assert plan_of().changes == shown.changes


def test_a_notice_pasted_twice_changes_nothing_the_second_time(eve: Desk):
    paste(eve.admin, plan_of().digest)
    assert (plan_of().changes, plan_of().moved) == ((), ())


def test_the_version_in_traces_rises_with_each_change(eve: Desk):
    first = clocks.office_calendar(db.session(), eve.office).version
    change_day(eve, HolidayRow(date(2026, 12, 25), HOLIDAY, "年会", False, DESK))
    ref = inquiry(eve.agent, eve, topic="cargo")
    assert clocks_of(ref)[0].trace["version"] == first + 1


def test_a_certain_day_that_changes_moves_nothing_but_counts_for_new_promises(desk: Desk, clock):
    clock.at = datetime(2026, 11, 18, 9, 50, tzinfo=UTC)  # Wednesday 17:50
    old = inquiry(desk.agent, desk, topic="cargo")
    before = due(old)
    made = change_day(desk, HolidayRow(date(2026, 11, 19), HOLIDAY, "店庆", False, DESK))
    assert made.moved == () and due(old) == before
    assert local(due(inquiry(desk.agent, desk, topic="cargo"))) == "11-20 09:20"


def test_a_day_of_one_office_is_its_own_and_stands_before_the_common_one(eve: Desk):
    new_year = date(2027, 1, 1)
    change_day(eve, HolidayRow(new_year, WEEK, "", False, DESK), eve.office)
    own, other = (clocks.office_calendar(db.session(), office) for office in (eve.office, eve.other_office))
    assert own.day(new_year).spans and not other.day(new_year).spans
    paste(eve.admin, plan_of().digest)
    assert clocks.office_calendar(db.session(), eve.office).day(new_year).spans


def test_deadlines_of_the_other_office_stay_when_one_office_changes_a_day(eve: Desk):
    with factories.writing() as tx:
        office = tx.session.get_one(Office, eve.other_office)
        foreign = factories.make_customer(tx, office, "羊城贸易", "13622150777").id
    ours = inquiry(eve.agent, eve, topic="cargo")
    theirs = inquiry(eve.stranger, eve, topic="cargo", office_id=eve.other_office, customer_id=foreign)
    row = HolidayRow(date(2027, 1, 4), HOLIDAY, "盘点", False, DESK)
    before = due(theirs)
    made = change_day(eve, row, eve.office)
    assert ours in {m.ref for m in made.moved} and theirs not in {m.ref for m in made.moved}
    assert due(theirs) == before


def test_a_paused_clock_is_left_alone_and_reckons_with_the_new_days_when_it_runs_again(eve: Desk, clock):
    ref = inquiry(eve.agent, eve, topic="cargo")
    factories.do(eve.agent, ref, "ask_info", text="请补件数", to="shipper", channel="phone")
    shown = plan_of()
    assert ref not in {m.ref for m in shown.moved}
    paste(eve.admin, shown.digest)
    factories.do(eve.agent, ref, "info_came", said="三件", channel="phone")
    assert local(due(ref)) == "01-05 09:20"


# ------------------------------------------------------------------------------------------ sudden closures

TYPHOON = date(2026, 11, 19)


def close(desk: Desk, chosen: list[int], closed=closures.WHOLE_DAY) -> int:
    with write_tx(desk.supervisor, "calendar.close") as tx:
        tx.reason = "台风停工"
        return closures.close(tx, desk.office, TYPHOON, "台风", closed, chosen)


@pytest.fixture
def evening(desk: Desk, clock) -> Desk:
    """Wednesday 17:50, the evening before a typhoon."""
    clock.at = datetime(2026, 11, 18, 9, 50, tzinfo=UTC)
    return desk


def test_a_closure_moves_nothing_by_itself(evening: Desk):
    ref = inquiry(evening.agent, evening, topic="cargo")
    before = due(ref)
    assert close(evening, []) == 0 and due(ref) == before
    assert local(due(inquiry(evening.agent, evening, topic="cargo"))) == "11-20 09:20"


def test_a_closure_names_the_deadlines_it_touches_and_pauses_the_chosen_ones(evening: Desk, clock):
    ends_before = inquiry(evening.agent, evening)
    chosen, left = inquiry(evening.agent, evening, topic="cargo"), inquiry(evening.agent, evening, topic="cargo")
    found = {t.ref: t for t in closures.touched(db.session(), evening.office, TYPHOON)}
    db.session.rollback()
    assert set(found) == {chosen, left} and ends_before not in found
    before = due(left)
    assert close(evening, [found[chosen].clock_id]) == 1
    assert due(chosen) == found[chosen].after and due(left) == before
    assert (local(found[chosen].before), local(due(chosen))) == ("11-19 09:20", "11-20 09:20")
    assert matter(chosen).due_at == due(chosen) and explaining.agrees(db.session(), clocks_of(chosen)[0])
    pause = db.session.scalars(unseen(select(ClockPause))).one()
    assert (pause.reason, pause.to_at - pause.from_at) == ("closure", timedelta(days=1))
    assert {e.reason for e in factories.events(object_type="clock_pauses")} == {"台风停工"}


def test_a_closure_of_a_morning_extends_by_the_working_time_it_covers(evening: Desk):
    ref = inquiry(evening.agent, evening, topic="cargo")
    morning = ((9 * 60, 12 * 60),)
    found = closures.touched(db.session(), evening.office, TYPHOON, morning)
    db.session.rollback()
    close(evening, [found[0].clock_id], morning)
    assert local(due(ref)) == "11-19 12:20"
    assert clocks.office_calendar(db.session(), evening.office).day(TYPHOON).spans == ((12 * 60, 18 * 60),)


def test_a_promised_time_in_a_closure_moves_on_by_what_was_left_to_it(evening: Desk):
    ref = inquiry(evening.agent, evening, topic="cargo")
    with factories.writing():
        held = clocks_of(ref)[0]
        held.promised_at = held.due_at = datetime(2026, 11, 19, 7, 0, tzinfo=UTC)  # Thursday 15:00
    found = closures.touched(db.session(), evening.office, TYPHOON)
    db.session.rollback()
    close(evening, [found[0].clock_id])
    assert local(due(ref)) == "11-20 15:00"


def test_a_customers_pause_inside_a_closure_does_not_shorten_it(evening: Desk, clock):
    ref = inquiry(evening.agent, evening, topic="cargo")
    found = closures.touched(db.session(), evening.office, TYPHOON)
    db.session.rollback()
    close(evening, [found[0].clock_id])
    clock.at = datetime(2026, 11, 19, 2, 0, tzinfo=UTC)
    factories.do(evening.agent, ref, "ask_info", text="请补件数", to="shipper", channel="phone")
    clock.forward(60)
    factories.do(evening.agent, ref, "info_came", said="三件", channel="phone")
    assert local(due(ref)) == "11-20 09:20"


def test_a_clock_that_stopped_meanwhile_cannot_be_paused(evening: Desk):
    ref = inquiry(evening.agent, evening, topic="cargo")
    found = closures.touched(db.session(), evening.office, TYPHOON)
    db.session.rollback()
    factories.do(evening.agent, ref, "answer", text="已到港", to="shipper", channel="phone")
    with pytest.raises(Refused) as no:
        close(evening, [found[0].clock_id])
    assert no.value.code == 409
    assert db.session.scalars(select(CalendarDay).where(CalendarDay.kind == CLOSURE)).all() == []
    assert db.session.scalars(unseen(select(Clock).join(Case).where(Case.ref == ref))).one().stopped_at is not None
