"""`flask deadline`: when something falls due on the calendar of an office, and why, for support and tests (E-34)."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import click
from sqlalchemy import select

import serving
from models import Office, db
from rules import calendar, clocks
from rules.retelling import Teller
from rules.trace import Reckoned
from rules.words import N_, Refused, Words
from terminal import say, sentence

MOST = {"minutes": 1_000_000, "days": 2_000}


@click.command("deadline")
@click.argument("start")
@click.option("--minutes", help="Minutes of desk hours.")
@click.option("--days", help="Working days; due at the close of the last one, the day of the start not counted.")
@click.option("--office", "code", help="Code of the office; without it, the only one there is.")
@click.option("--json", "as_json", is_flag=True)
@sentence
def deadline(start: str, minutes: str | None, days: str | None, code: str | None, as_json: bool) -> None:
    """Reckon when minutes or working days from START (office time, like 2026-02-13T17:50) are over, and say why."""
    serving.need_tables(db.engine)
    try:
        office = _office(code)
        begin, unit, figure = _moment(start, office.zone), *_figure(minutes, days)
    except Refused as no:
        click.echo(say(no.why), err=True)
        sys.exit(2)
    known = clocks.office_calendar(db.session(), office.id)
    add: Any = calendar.add_working_days if unit == "days" else calendar.add_working_time
    found = add(known, begin, figure)
    _as_json(found, begin) if as_json else _as_text(found, begin)


def _office(code: str | None) -> Office:
    found = list(db.session.scalars(select(Office).where(Office.code == code) if code else select(Office).limit(2)))
    if len(found) == 1:
        return found[0]
    if code:
        raise Refused(Words(N_("There is no office %(code)s."), code=code))
    raise Refused(Words(N_("Say which office: --office CODE.")))


def _moment(typed: str, zone: str) -> datetime:
    try:
        local = datetime.fromisoformat(typed.strip())
    except ValueError:
        local = None
    if local is None or not 2000 <= local.year <= 2100:
        why = N_("“%(typed)s” is no moment from 2000 to 2100; write it like 2026-02-13T17:50.")
        raise Refused(Words(why, typed=typed[:40]))
    return local.replace(tzinfo=local.tzinfo or ZoneInfo(zone)).astimezone(UTC)


def _figure(minutes: str | None, days: str | None) -> tuple[str, int]:
    if (minutes is None) == (days is None):
        raise Refused(Words(N_("Give either --minutes or --days.")))
    unit, typed = ("minutes", minutes) if minutes is not None else ("days", days)
    typed = (typed or "").strip()
    if not typed.isascii() or not typed.isdigit() or len(typed) > 9 or int(typed) > MOST[unit]:
        why = N_("--%(unit)s takes a whole number from 0 to %(most)s.")
        raise Refused(Words(why, unit=unit, most=MOST[unit]))
    return unit, int(typed)


def _as_json(found: Reckoned, begin: datetime) -> None:
    trace = found.trace
    zone = ZoneInfo(trace.zone)

    def local(moment: datetime) -> str:
        return moment.astimezone(zone).isoformat()

    segments = [s.store() | {"from": local(s.begins), "to": local(s.ends)} for s in trace.segments]
    closed = [
        {"day": d.day.isoformat(), "why": d.why, "name": d.name, "provisional": d.provisional} for d in trace.closed
    ]
    click.echo(json.dumps({
        "start": local(begin), "due": local(found.due), "provisional": found.provisional, trace.unit: trace.figure,
        "total": trace.total, "zone": trace.zone, "version": trace.version, "segments": segments, "closed": closed,
    }, ensure_ascii=False))  # fmt: skip


def _as_text(found: Reckoned, begin: datetime) -> None:
    trace, teller = found.trace, Teller(found.trace.zone, begin)
    due = found.due.astimezone(ZoneInfo(trace.zone))
    lines = [Words(N_("Due %(due)s (%(zone)s)"), due=f"{due:%Y-%m-%d %H:%M}", zone=trace.zone)]
    lines.append(Words(N_("provisional: yes")) if found.provisional else Words(N_("provisional: no")))
    lines += [Words(N_("- %(part)s"), part=part) for part in teller.counted(trace)]
    lines += [total for total in [teller.sum(trace)] if total] + teller.closed(trace) + teller.calendar(trace)
    for line in lines:
        click.echo(say(line))


COMMANDS = (deadline,)
