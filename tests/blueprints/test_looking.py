"""What a decider opens is noted, pictures open large in place, and the day's list is marked as seen (D-01, E-28)."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select

from models import Attachment, Change, Seen, db
from rules.policy import unseen
from tests.blueprints.desk import Person
from tests.blueprints.reading import read
from tests.blueprints.test_selects import selects
from tests.blueprints.world import NUMBERS, World, load, log, move
from tests.factories import approvals_of, events

ZERO = {"code": "K07", "charge_minor": 0, "payer": "", "charge_agreed": None, "destination": None}
DONE = {**ZERO, "read_back": "刘玲 10:05"}


def picture(side: int = 2000) -> bytes:
    stream = BytesIO()
    Image.new("RGB", (side, side // 2), "navy").save(stream, "PNG")
    return stream.getvalue()


def attach(person: Person, ref: str, name: str = "证明.png", content: bytes | None = None) -> int:
    answer = person.post(
        f"/cases/{ref}/attach", {"files": (BytesIO(content or picture()), name)}, content_type="multipart/form-data"
    )
    assert answer.status_code == 303, answer.text
    found = unseen(select(Attachment.id).order_by(Attachment.id.desc()).limit(1))
    db.session.rollback()
    return int(db.session.scalars(found).one())


def noted(world: World, name: str) -> list[str]:
    db.session.rollback()
    mine = select(Seen.what).where(Seen.user_id == world.users[name])
    return list(db.session.scalars(mine.order_by(Seen.what, Seen.object_id)))


def change(ref: str) -> Change:
    db.session.rollback()
    return load(ref)


# ------------------------------------------------------------------------------------------ what was opened


@pytest.mark.parametrize("where", ["/cases/{ref}", "/cases/{ref}/row?open=1", "/queue?open={id}"])
def test_opening_a_waiting_change_is_noted_with_the_pictures_in_it(enter, world: World, where: str) -> None:
    ref = log(world, "change")
    attach(enter("agent"), ref)
    url = where.format(ref=ref, id=ref[4:])
    assert enter("supervisor").get(url, htmx="row" in where).status_code == 200
    assert noted(world, "supervisor") == ["case", "proof"]
    enter("agent2").get(url, htmx="row" in where)
    enter("auditor").get(url, htmx="row" in where)
    assert noted(world, "agent2") == noted(world, "auditor") == []


def test_a_folded_row_and_the_list_are_not_opening(enter, world: World) -> None:
    ref = log(world, "change")
    for url, htmx in (("/queue", False), (f"/cases/{ref}/row", True)):
        assert enter("supervisor").get(url, htmx=htmx).status_code == 200
    assert noted(world, "supervisor") == []


def test_a_paper_that_is_no_picture_counts_when_it_is_opened(enter, world: World) -> None:
    ref = log(world, "change")
    paper = attach(enter("agent"), ref, "证明.pdf", b"%PDF-1.4\n%%EOF\n")
    lead = enter("supervisor")
    lead.get(f"/cases/{ref}")
    assert noted(world, "supervisor") == ["case"]
    assert lead.get(f"/papers/{paper}").status_code == 200
    assert noted(world, "supervisor") == ["case", "proof"]


def test_the_signature_tells_that_case_and_proof_were_open(enter, world: World, clock) -> None:
    ref = log(world, "change")
    attach(enter("agent"), ref)
    lead = enter("supervisor")
    lead.get(f"/cases/{ref}/row?open=1", htmx=True)
    opened = clock.at
    clock.forward(2)
    version = str(change(ref).version)
    assert lead.post(f"/cases/{ref}/approve", {"view": "row", "version": version}, htmx=True).status_code == 200
    db.session.rollback()
    signed = approvals_of(ref)[0]
    assert (signed.opened_at, signed.proof_opened) == (opened, True)


def test_a_picture_opens_large_in_its_row(enter, world: World) -> None:
    ref = log(world, "change")
    paper = attach(enter("agent"), ref)
    page = enter("supervisor").get(f"/cases/{ref}/row?open=1", htmx=True).text
    assert f'src="/papers/{paper}/picture"' in page and "原处放大" in page
    large = enter("supervisor").get(f"/papers/{paper}/picture")
    assert (large.status_code, large.mimetype) == (200, "image/jpeg")
    assert Image.open(BytesIO(large.data)).size == (1600, 800)
    assert enter("guest").get(f"/papers/{paper}/picture").status_code == 404


def test_what_is_no_picture_has_none(enter, world: World) -> None:
    ref = log(world, "change")
    paper = attach(enter("agent"), ref, "证明.pdf", b"%PDF-1.4\n%%EOF\n")
    assert enter("supervisor").get(f"/papers/{paper}/picture").status_code == 404


# ------------------------------------------------------------------------------------------ the day's list


@pytest.fixture
def carried_out(world: World) -> list[str]:
    """Two changes carried out by agents today; one of another office, and one that was decided."""
    refs = [log(world, "change", **DONE, consignee=f"收货人{n}", by=by) for n, by in enumerate(("agent", "agent2"))]
    log(world, "change", "guest", **DONE, number=NUMBERS["GZ"], consignee="别处")
    for ref in refs:
        assert change(ref).executed_at is not None, change(ref).state
    return refs


def test_the_day_shows_what_was_carried_out_with_everything_about_it(enter, world: World, carried_out) -> None:
    page = enter("supervisor").page("/changes/day").text()
    for said in (*carried_out, NUMBERS["A5"], "王强", "收货人0", "传真件 11-18，深圳华强", "刘玲 10:05", "同事agent"):
        assert said in page, said
    assert "别处" not in page
    other = enter("guest_lead").page("/changes/day").text()
    assert "别处" in other and carried_out[0] not in other


def test_the_ticked_ones_are_marked_and_the_rest_is_left(enter, world: World, carried_out) -> None:
    lead = enter("supervisor")
    form = lead.form("/changes/day", "/look")
    page = read(lead.send(form, change=str(change(carried_out[0]).id)).text).text()
    assert carried_out[0] in page
    first = change(carried_out[0])
    assert (first.looked_by_id, first.looked_at is None) == (world.users["supervisor"], False)
    assert change(carried_out[1]).looked_at is None
    assert {e.action for e in events(object_type="change", case_id=change(carried_out[0]).id)} >= {"change.look"}


def test_one_button_marks_all_that_are_shown(enter, world: World, carried_out) -> None:
    lead = enter("supervisor")
    form = lead.form("/changes/day", "/look")
    assert lead.send(form, all="1").status_code == 200
    assert all(change(ref).looked_by_id == world.users["supervisor"] for ref in carried_out)


def test_the_same_form_again_changes_nothing(enter, world: World, carried_out, clock) -> None:
    lead = enter("supervisor")
    form = lead.form("/changes/day", "/look")
    lead.send(form, all="1")
    at = change(carried_out[0]).looked_at
    clock.forward(5)
    again = lead.send(form, all="1")
    assert again.status_code == 303 and "/changes/day" in again.location
    assert change(carried_out[0]).looked_at == at


def test_nobody_marks_what_he_asked_for_or_carried_out_nor_marks_twice(enter, world: World, clock) -> None:
    mine = log(world, "change", "both", **DONE, consignee="甲")
    asked = log(world, "change", "agent", **ZERO, consignee="乙")
    move(world, asked, "carry_out", "both", read_back="刘玲 10:07")
    ids = [change(ref).id for ref in (mine, asked)]
    both = enter("both")
    page = read(both.post("/changes/look", {"change": [str(i) for i in ids]}).text).text()
    assert mine in page and asked in page
    assert change(mine).looked_at is None and change(asked).looked_at is None
    enter("supervisor").post("/changes/look", {"change": [str(ids[0])]})
    at = change(mine).looked_at
    clock.forward(1)
    enter("supervisor2").post("/changes/look", {"change": [str(ids[0])]})
    assert change(mine).looked_at == at and change(mine).looked_by_id == world.users["supervisor"]


def test_another_office_and_nonsense_are_left_out(enter, world: World, carried_out) -> None:
    ids = ["x", "", "-1", "999999", "9" * 40, str(change(carried_out[0]).id)]
    assert enter("guest_lead").post("/changes/look", {"change": ids}).status_code == 200
    assert change(carried_out[0]).looked_at is None


def test_earlier_days_are_counted_until_they_are_seen(enter, world: World, carried_out, clock) -> None:
    clock.forward(days=1)
    lead = enter("supervisor")
    page = lead.get("/changes/day").text
    assert "2026-11-18 (2)" in page and "/changes/day?day=2026-11-18" in page
    form = lead.form("/changes/day?day=2026-11-18", "/look")
    lead.send(form, all="1")
    assert "2026-11-18 (2)" not in lead.get("/changes/day").text


def test_an_odd_day_is_today(enter, world: World, carried_out) -> None:
    for day in ("x", "2026-99-01", "0001-01-01"):
        assert carried_out[0] in enter("supervisor").page(f"/changes/day?day={day}").text()


def test_the_list_asks_as_little_for_many_as_for_few(enter, world: World, carried_out) -> None:
    lead = enter("supervisor")
    lead.get("/changes/day")
    with selects() as few:
        lead.get("/changes/day")
    for n in range(6):
        log(world, "change", **DONE, consignee=f"又一位{n}")
    with selects() as many:
        assert "又一位5" in lead.get("/changes/day").text
    assert len(few) == len(many) <= 10
