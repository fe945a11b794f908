"""`flask deadline`: the golden cases from the command line, and one sentence for what cannot be read (E-34)."""

from __future__ import annotations

import json

import pytest

from models import Office
from rules import offices
from tests import factories as make

LUNCH = "09:00-12:00 13:30-18:00"


@pytest.fixture
def ask(app, monkeypatch):
    """Run the command for the one office there is, in English."""
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    with make.writing() as tx:
        offices.add(tx, "SZ", "深圳")

    def run(*args):
        return app.test_cli_runner().invoke(args=["deadline", *args])

    return run


@pytest.mark.parametrize(
    ("start", "option", "figure", "due", "provisional"),
    [
        ("2026-02-13T17:50", "--minutes", "30", "2026-02-14 09:20", False),
        ("2026-11-20T17:50", "--minutes", "30", "2026-11-23 09:20", False),
        ("2026-11-20 17:50", "--minutes", "30", "2026-11-23 09:20", False),
        ("2026-02-13T09:00", "--days", "3", "2026-02-25 18:00", False),
        ("2026-10-10T10:00", "--minutes", "30", "2026-10-10 10:30", False),
        ("2026-09-30T17:50", "--minutes", "30", "2026-10-08 09:20", False),
        ("2026-12-31T17:50", "--minutes", "30", "2027-01-04 09:20", True),
        ("2026-11-18T14:00", "--minutes", "0", "2026-11-18 14:00", False),
    ],
)
def test_it_prints_the_due_moment_in_office_time_and_whether_it_is_provisional(
    ask, start, option, figure, due, provisional
):
    said = ask(start, option, figure)
    assert said.exit_code == 0
    assert said.stdout.splitlines()[:2] == [
        f"Due {due} (Asia/Shanghai)",
        f"provisional: {'yes' if provisional else 'no'}",
    ]
    data = json.loads(ask(start, option, figure, "--json").stdout)
    assert (data["due"], data["provisional"]) == (due.replace(" ", "T") + ":00+08:00", provisional)
    assert data["total"] == data[option.strip("-")] == int(figure)


def test_it_names_each_counted_stretch_in_office_time(ask):
    data = json.loads(ask("2026-02-14T17:50", "--minutes", "30", "--json").stdout)
    assert [(s["from"], s["to"], s["minutes"], s["why"]) for s in data["segments"]] == [
        ("2026-02-14T17:50:00+08:00", "2026-02-14T18:00:00+08:00", 10, "make-up"),
        ("2026-02-24T09:00:00+08:00", "2026-02-24T09:20:00+08:00", 20, "week"),
    ]
    assert [day["day"] for day in data["closed"]] == [f"2026-02-{day}" for day in range(15, 24)]
    said = ask("2026-02-14T17:50", "--minutes", "30").stdout
    assert "- Sat 14 Feb 17:50–18:00: 10 min (make-up working day, Spring Festival)" in said
    assert "10 min + 20 min = 30 min" in said


def test_each_office_has_its_own_hours_and_zone(ask):
    with make.writing() as tx:
        tokyo = offices.add(tx, "TYO", "东京")
        tx.session.get_one(Office, tokyo.id).zone = "Asia/Tokyo"
        office_id = tokyo.id
    make.set_figure("desk.hours", LUNCH, office_id)
    assert ask("2026-11-18T11:50", "--minutes", "30", "--office", "TYO").stdout.startswith(
        "Due 2026-11-18 13:50 (Asia/Tokyo)"
    )
    assert ask("2026-11-18T11:50", "--minutes", "30").exit_code == 2  # which office?


@pytest.mark.parametrize(
    "args",
    [
        ("yesterday", "--minutes", "30"), ("2026-02-30T10:00", "--minutes", "30"), ("1890-02-03T10:00", "--minutes", "30"),
        ("2026-02-13T17:50",), ("2026-02-13T17:50", "--minutes", "30", "--days", "3"),
        ("2026-02-13T17:50", "--minutes", "x"), ("2026-02-13T17:50", "--minutes", "-5"), ("2026-02-13T17:50", "--days", "9999"),
        ("2026-02-13T17:50", "--minutes", "30", "--office", "XX"), ("2026-02-13T17:50", "--minutes", "99999999999"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_one_sentence_and_exit_2(ask, args):
    said = ask(*args)
    assert (said.exit_code, said.stdout, said.stderr.count("\n")) == (2, "", 1), said.stderr
