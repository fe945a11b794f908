"""Absence, hand-over sheets and the supervisor's board as pages (ORG-01, ORG-06)."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from models import Absence, HandOver, db
from rules.policy import unseen
from tests.blueprints.reading import read
from tests.blueprints.test_selects import selects
from tests.blueprints.world import SAID, World, fill, last_ref, load, log, move

WHY = {"reason": "发烧"}


def away(person, world: World, user: str = "agent", cover: str = "agent2", **other):
    form = person.form("/people/absence", "/people/absence")
    data = {
        "user": str(world.users[user]),
        "cover": str(world.users[cover]),
        "first": "2026-11-18",
        "last": "2026-11-19",
        **WHY,
    }
    return person.send(form, **data | other)


def absences() -> list[Absence]:
    db.session.rollback()
    return list(db.session.scalars(select(Absence).execution_options(populate_existing=True)))


def owner(ref: str) -> int:
    db.session.rollback()
    return int(load(ref).owner_id)


def sheets() -> list[HandOver]:
    db.session.rollback()
    return list(db.session.scalars(unseen(select(HandOver)).execution_options(populate_existing=True)))


# ------------------------------------------------------------------------------------------ absence


def test_an_agent_enters_his_absence_and_the_cover_sees_his_open_matters_at_once(enter, world):
    ref = log(world, "inquiry")
    assert ref[4:] not in enter("agent2").get("/queue").text
    assert away(enter("agent"), world).status_code == 303
    page = enter("agent2").get("/queue").text
    assert f'id="w-{ref[4:]}"' in page and "同事agent" in page
    assert owner(ref) == world.users["agent"]
    assert "同事agent2" in enter("agent").get("/people/absence").text


def test_an_agent_enters_only_his_own_absence_and_a_supervisor_any_of_his_office(enter, world):
    assert away(enter("agent"), world, user="agent2", cover="agent").status_code == 422
    assert away(enter("supervisor"), world, user="agent2", cover="agent").status_code == 303
    assert away(enter("supervisor"), world, user="guest", cover="agent").status_code == 422
    assert len(absences()) == 1


def test_an_absence_is_ended_by_the_person_or_a_supervisor_and_by_nobody_else(enter, world):
    ref = log(world, "inquiry")
    away(enter("agent"), world)
    url = f"/people/absence/{absences()[0].id}/revoke"
    assert enter("finance").post(url).status_code == 403
    assert enter("guest_lead").post(url).status_code == 404
    assert enter("supervisor").send(enter("supervisor").form("/people/absence", "/revoke")).status_code == 303
    assert f'id="w-{ref[4:]}"' not in enter("agent2").get("/queue").text
    assert enter("agent").post(url).status_code == 409


def test_wrong_days_stand_at_their_field_and_what_was_typed_stays(enter, world):
    answer = away(enter("agent"), world, first="2026-11-20", last="2026-11-19")
    assert answer.status_code == 422 and "发烧" in answer.text and absences() == []
    assert away(enter("agent"), world, first="明天").status_code == 422


# ------------------------------------------------------------------------------------------ hand-over


def hand_over(person, world: World, to: str = "agent2", of: str | None = None, **other):
    url = "/handover" + (f"?of={world.users[of]}" if of else "")
    form = next(f for f in person.page(url).forms if f.action == "/handover" and f.method.lower() == "post")
    return person.send(form, person=str(world.users[to]), **WHY | other)


def test_a_sheet_is_made_printed_accepted_and_moves_everything(enter, world):
    refs = [log(world, kind) for kind in ("inquiry", "complaint", "change")]
    made = hand_over(enter("agent"), world)
    assert made.status_code == 303
    taker, url = enter("agent2"), made.location
    assert url in taker.get("/handover").text and all(ref in taker.get(url).text for ref in refs)
    assert url in enter("supervisor").get("/handover").text
    assert taker.send(taker.form(url, "/accept")).status_code == 303
    assert {owner(ref) for ref in refs} == {world.users["agent2"]}
    assert "已接受" in enter("agent").get(url).text and url not in enter("supervisor").get("/board").text
    assert taker.post(f"{url}/accept").status_code == 409


@pytest.mark.rule("ORG-06")
def test_every_ticked_matter_needs_its_next_step_and_what_was_typed_stays(enter, world):
    ref = log(world, "inquiry")
    other = log(world, "inquiry", topic="cargo", asked="货到哪了")
    answer = hand_over(enter("agent"), world, **{f"next-{ref[4:]}": "", f"next-{other[4:]}": "三点回电"})
    assert answer.status_code == 422 and ref in answer.text and "三点回电" in answer.text and sheets() == []


def test_a_declined_sheet_gives_its_reason_and_moves_nothing(enter, world):
    ref = log(world, "inquiry")
    url = hand_over(enter("agent"), world).location
    taker = enter("agent2")
    assert taker.send(taker.form(url, "/decline"), reason="").status_code == 422
    assert taker.send(taker.form(url, "/decline"), reason="我也下班").status_code == 303
    assert owner(ref) == world.users["agent"] and "我也下班" in enter("agent").get(url).text


def test_a_sheet_is_nobody_elses(enter, world):
    log(world, "inquiry")
    url = hand_over(enter("agent"), world).location
    for name in ("finance", "guest", "guest_lead"):
        assert enter(name).get(url).status_code == 404
        assert enter(name).post(f"{url}/accept").status_code == 404
    assert enter("supervisor").post(f"{url}/accept").status_code == 403
    assert enter("agent").get(f"/handover?of={world.users['guest']}").status_code == 200  # his own, not the other's
    assert enter("supervisor").get(f"/handover?of={world.users['guest']}").status_code == 404


def test_a_supervisor_moves_a_sick_colleagues_matters_with_one_reason(enter, world):
    refs = [log(world, "inquiry") for _ in range(4)]
    url = hand_over(enter("supervisor"), world, of="agent").location
    assert enter("agent2").send(enter("agent2").form(url, "/accept")).status_code == 303
    assert {owner(ref) for ref in refs} == {world.users["agent2"]}


# ------------------------------------------------------------------------------------------ board


def test_the_board_shows_each_persons_numbers_and_links_to_the_lists(enter, world, clock):
    log(world, "inquiry")
    move(world, log(world, "inquiry"), "answer", **SAID)
    clock.forward(10)
    page = enter("supervisor").get("/board").text
    line = re.search(r'<tr><th scope="row"><a href="[^"]*">同事agent <.*?</tr>', page, re.S)
    assert line and "1/1" in line[0] and 'class="stamp late">1<' in line[0]
    assert "late=1" in page and page.count('<svg class="chart"') == 1 and "<details>" in page


def test_late_matters_are_reassigned_from_the_row_and_wait_for_acceptance(enter, world, clock):
    late = log(world, "inquiry")
    clock.forward(10)
    near = log(world, "inquiry", topic="cargo", asked="货到哪了")
    lead = enter("supervisor")
    form = next(f for f in lead.page("/board").forms if f.data().get("user") == [str(world.users["agent"])])
    refused = lead.send(form, which="late", person=str(world.users["agent2"]), reason="")
    assert refused.status_code == 422 and sheets() == []
    made = lead.send(form, which="late", person=str(world.users["agent2"]), reason="分流")
    assert made.status_code == 303 and made.location in lead.get("/board").text
    assert owner(late) == world.users["agent"]
    enter("agent2").send(enter("agent2").form(made.location, "/accept"))
    assert (owner(late), owner(near)) == (world.users["agent2"], world.users["agent"])
    assert lead.send(form, which="late", person=str(world.users["agent2"]), reason="再分").status_code == 422


def test_the_board_asks_as_much_at_2000_cases_as_at_one(enter, world):
    log(world, "inquiry")
    lead = enter("supervisor")
    lead.get("/board")
    with selects() as few:
        lead.get("/board")
    fill(world, last_ref(), 2000)
    with selects() as many:
        html = lead.get("/board").text
    assert len(few) == len(many) <= 10, few
    assert read(html).whole and ">2000</a>" in html
