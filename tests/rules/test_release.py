"""The release officer (D-06): the last signature on a back-dated or advance bill of lading is another person's."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from models import Turn, db
from rules import queue
from rules.policy import unseen
from rules.store import Actor
from rules.words import Refused
from tests import factories as make
from tests.factories import Desk

BILL = {"proof_items": ["number", "content"], "bl_number": "COSU6622111", "bl_date": "2026-11-01"}


@pytest.fixture
def officer(desk: Desk) -> Actor:
    """A finance clerk who is the release officer too."""
    return make.person(desk, "finance", "release")


def signed(desk: Desk, code: str) -> str:
    """A change that a leader of grade 3 has signed; the release officer is asked now."""
    ref = make.change(desk.agent, desk, code, make.goods(desk, "S4"), **BILL)
    make.do(desk.agent, ref, "submit")
    make.do(make.person(desk, "supervisor", grade=3), ref, "approve")
    return ref


def asked_of(who: Actor, clock) -> list[str]:
    wanted = queue.Filter(queue.MINE, clock.at, clock.at)
    rows, _ = queue.rows(db.session(), who, wanted)
    return [row.ref for row in rows if row.what == "decide"]


@pytest.mark.parametrize("code", ["K14", "K15"])
@pytest.mark.rule("CHG-18")
def test_it_waits_in_the_queue_of_the_release_officer_alone(desk: Desk, officer: Actor, clock, code: str) -> None:
    ref = signed(desk, code)
    assert asked_of(officer, clock) == [ref]
    for who in (desk.finance, desk.supervisor, desk.agent, make.person(desk, "supervisor", grade=4)):
        assert ref not in asked_of(who, clock)
    far = make.person(desk, "finance", "release", office=desk.other_office)
    assert asked_of(far, clock) == []
    make.do(officer, ref, "approve")
    assert [a.status for a in make.approvals_of(ref)] == ["approved", "approved"]
    assert asked_of(officer, clock) == []


def test_a_finance_clerk_without_the_right_waits_for_the_officer(desk: Desk, officer: Actor) -> None:
    with pytest.raises(Refused) as no:
        make.do(desk.finance, signed(desk, "K14"), "approve")
    assert (no.value.code, str(no.value.why)) == (403, "Waiting for Release officer.")


@pytest.mark.rule("CHG-18")
def test_the_officer_is_another_person_than_the_leader_who_signed(desk: Desk, clock) -> None:
    both = make.person(desk, "supervisor", "finance", "release", grade=4)
    ref = make.change(desk.agent, desk, "K14", make.goods(desk, "S4"), **BILL)
    make.do(desk.agent, ref, "submit")
    make.do(both, ref, "approve")
    assert asked_of(both, clock) == []
    with pytest.raises(Refused) as no:
        make.do(both, ref, "approve")
    assert no.value.code == 403
    waits = unseen(select(Turn).where(Turn.what == "decide", Turn.closed_at.is_(None)))
    assert db.session.scalars(waits).one().role == "release"
