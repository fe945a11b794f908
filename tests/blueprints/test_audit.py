"""The auditor's lists: what was decided without looking, and every high-risk change with its signers (CHG-24, D-06)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from models import Approval, Seen, db
from rules import auditing
from rules.policy import unseen
from tests.blueprints.reading import read
from tests.blueprints.test_bulk import goods
from tests.blueprints.test_selects import selects
from tests.blueprints.world import World, acting, actor, load, log, move
from tests.factories import set_figure

OPENED = "没有打开过改单"
PROOF = "没有打开过证明"


def decided(world: World, spent: float | None, proof: bool | None = None, by: str = "supervisor") -> str:
    """A change decided `spent` seconds after it was opened (None: never), its proof opened or not (None: there is none)."""
    ref = log(world, "change", consignee=f"收货人{spent}{proof}{by}")
    move(world, ref, "refuse", by, reason="不同意")
    step = unseen(select(Approval).where(Approval.case_id == load(ref).id, Approval.decided_at.is_not(None)))
    with acting(world, "agent") as tx:
        row = tx.session.scalars(step).one()
        row.asked_at = before(row.decided_at, 86_400)
        row.opened_at = None if spent is None else before(row.decided_at, spent)
        row.proof_opened = proof
    return ref


def before(at: datetime, seconds: float) -> datetime:
    return at - timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("spent", "proof", "told"),
    [
        (None, None, [OPENED]), (None, False, [OPENED, PROOF]), (None, True, [OPENED]), (0, None, ["0 秒"]), (5, None, ["5 秒"]),
        (4.9, False, ["5 秒", PROOF]), (5.1, None, None), (5.9, True, None), (6, None, None), (6, False, [PROOF]),
        (600, True, None), (600, None, None),
    ],
)  # fmt: skip
def test_what_was_left_out_before_a_decision(enter, world: World, spent, proof, told) -> None:
    ref = decided(world, spent, proof)
    page = enter("auditor").page("/audit/decisions").text()
    assert (ref in page) is (told is not None)
    for said in told or []:
        assert said in page, said
    for said in {OPENED, PROOF} - set(told or []):
        assert said not in page


def test_opened_before_it_was_asked_is_not_opened(enter, world: World) -> None:
    ref = decided(world, 3600)
    step = unseen(select(Approval).where(Approval.case_id == load(ref).id, Approval.decided_at.is_not(None)))
    with acting(world, "agent") as tx:
        row = tx.session.scalars(step).one()
        row.asked_at = before(row.decided_at, 60)
    assert OPENED in enter("auditor").page("/audit/decisions").text()


def test_the_office_says_how_many_seconds_are_too_few(enter, world: World) -> None:
    ref = decided(world, 9)
    assert ref not in enter("auditor").page("/audit/decisions").text()
    set_figure("audit.hasty.seconds", 10)
    assert ref in enter("auditor").page("/audit/decisions").text()
    set_figure("audit.hasty.seconds", 4, world.offices["SZ"])
    assert ref not in enter("supervisor").page("/audit/decisions").text()


def test_a_supervisor_sees_his_own_office_only(enter, world: World) -> None:
    ref = decided(world, None)
    for name, sees in (("auditor", True), ("supervisor2", True), ("guest_lead", False)):
        assert (ref in enter(name).page("/audit/decisions").text()) is sees
    assert enter("agent").get("/audit/decisions").status_code == 403


@pytest.mark.parametrize(("query", "sees"), [
    ("", True), ("?from=2026-11-18&to=2026-11-18", True), ("?to=2026-11-17", False), ("?from=2026-11-19", False),
    ("?from=x&to=99", True), ("?after=x", True), ("?after=2026-11-01T00:00:00%2B00:00|1", False),
])  # fmt: skip
def test_days_narrow_the_list_and_nonsense_does_not(enter, world: World, query: str, sees: bool) -> None:
    ref = decided(world, None)
    assert (ref in enter("auditor").page(f"/audit/decisions{query}").text()) is sees


def test_older_ones_stand_on_the_next_page(enter, world: World, monkeypatch) -> None:
    refs = [decided(world, None, by=by) for by in ("supervisor", "supervisor2", "both")]
    monkeypatch.setattr(auditing, "PAGE", 2)
    auditor = enter("auditor")
    first = auditor.get("/audit/decisions").text
    page = read(first)
    older = next(link for link in page.links if "after=" in link)
    shown = [[ref for ref in refs if ref in text] for text in (first, auditor.get(older).text)]
    assert shown == [refs[1:], refs[:1]]


def test_every_line_leads_to_the_case_and_its_history(enter, world: World) -> None:
    ref = decided(world, None)
    links = enter("auditor").page("/audit/decisions").links
    assert f"/cases/{ref}" in links and f"/history?ref={ref}" in links
    for url in ("/audit/decisions", "/audit/high-risk"):
        assert url in enter("auditor").page("/history").links and url in enter("supervisor").page("/history").links


def test_the_lists_ask_little_and_as_much_for_many_as_for_few(enter, world: World) -> None:
    decided(world, None)
    auditor = enter("auditor")
    for url in ("/audit/decisions", "/audit/high-risk"):
        auditor.get(url)
        with selects() as few:
            auditor.get(url)
        for by in ("supervisor", "supervisor2"):
            decided(world, None, by=by)
        with selects() as many:
            auditor.get(url)
        assert len(few) == len(many) <= 6
    assert db.session.scalar(select(Seen.user_id).limit(1)) is None


# ------------------------------------------------------------------------------------------ high-risk changes


@pytest.fixture
def risky(world: World) -> str:
    """A back-dated bill of lading: signed by a leader, then let go by a release officer."""
    number = goods(world, "6622111", mode="sea", stage="S4")
    ref = log(world, "change", code="K14", number=number, charge_minor=0, payer="", charge_agreed=None, destination=None, consignee=None,
              proof_items=["number", "content"], bl_number="COSU6622111", bl_date="2026-11-01", reason="信用证要求")  # fmt: skip
    if load(ref).state == "asked":
        move(world, ref, "submit", "agent")
    move(world, ref, "approve", "supervisor")
    return ref


@pytest.mark.rule("CHG-17")
def test_a_high_risk_change_stands_with_its_signers_and_dates(enter, world: World, risky) -> None:
    page = enter("auditor").page("/audit/high-risk").text()
    for said in (risky, "COSU6622111", "2026-11-01", "信用证要求", "同事supervisor", "提单核放员", "同事agent"):
        assert said in page, said
    assert risky not in enter("guest_lead").page("/audit/high-risk").text()


def test_other_changes_do_not_stand_there(enter, world: World) -> None:
    ref = log(world, "change")
    assert ref not in enter("auditor").page("/audit/high-risk").text()
    assert auditing.RISKY == ("K14", "K15")


def test_only_the_last_round_is_shown(enter, world: World, risky) -> None:
    move(world, risky, "unsign", "supervisor")
    page = enter("auditor").page("/audit/high-risk").text()
    assert page.count("提单核放员") == 1
    found, following = auditing.high_risk(db.session(), actor(world, "auditor"))
    assert len(found[0].steps) == 2 and following is None
