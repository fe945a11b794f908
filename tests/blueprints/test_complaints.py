"""Complaints on the page: what is asked, what closing still needs, forged posts, responsible parties confirmed together."""

from __future__ import annotations

import pytest

from models import Partner, User, db
from rules.facts import Facts
from rules.store import system, write_tx
from tests.blueprints.world import ANSWER, FOUND, SAID, SETTLE, World, actor, log, move
from tests.factories import matter

NOT_ANSWERED = "The customer has not been answered yet."
NO_PARTY = "The responsible party has not been named yet."
NOT_CONFIRMED = "The supervisor has not confirmed the responsible party yet."
NOT_TOLD = "The result has not been told to the customer, nor has he been missed twice."
NOT_ASKED = "Another person has not asked yet whether the customer is satisfied."
FIND = ("find", "agent", FOUND)


@pytest.fixture
def english(world: World) -> World:
    """The world with everybody reading English."""
    with write_tx(system("test"), "test") as tx:
        for name in world.users:
            tx.session.get_one(User, world.users[name]).language = "en"
    return world


def played(world: World, *moves, **data) -> str:
    """A complaint of a kind without a list of its own that has come so far."""
    ref = log(world, "complaint", **{"topic": "hotline"} | data)
    for name, by, sent in moves:
        move(world, ref, name, by, **sent)
    return ref


@pytest.mark.rule("CMP-02", "CMP-03", "CMP-04", "CMP-18")
def test_the_page_says_what_to_say_what_is_missing_and_why_it_is_simple(enter, english):
    ref = log(english, "complaint", weight="")
    text = enter("agent").page(f"/cases/{ref}").text()
    assert "Say to the customer: You will have a clear answer within 2 hours, by 11:58." in text
    assert "Simple complaint, as proposed: one department, no money, everything is in the system" in text
    assert "✓ Content" in text and "Missing: Restated" in text and "✓ Caller and phone" in text
    assert "stay calm" in text
    row = enter("agent").get(f"/cases/{ref}/row?open=1", htmx=True).text
    assert "Missing:" in row and "Restated" in row


@pytest.mark.parametrize(
    ("topic", "moves", "left"),
    [
        ("hotline", (), (NOT_ANSWERED, NO_PARTY, NOT_CONFIRMED, NOT_TOLD)),
        ("hotline", (ANSWER,), (NO_PARTY, NOT_CONFIRMED, NOT_TOLD)),
        ("hotline", (ANSWER, FIND), (NOT_CONFIRMED, NOT_TOLD)),
        ("hotline", (ANSWER, *SETTLE[:2]), (NOT_TOLD,)),
        ("hotline", (*SETTLE[:2],), (NOT_ANSWERED, NOT_TOLD)),
        ("hotline", (ANSWER, ("reopen", "agent", {"reason": "没到"}), ANSWER, *SETTLE), (NOT_ASKED,)),
        ("hotline", (ANSWER, *SETTLE), ()),
    ],
    ids=lambda value: str(len(value)) if isinstance(value, tuple) else value,
)  # fmt: skip
@pytest.mark.rule("CMP-22", "CMP-23")
def test_everything_that_closing_still_needs_stands_beside_the_button_and_a_forged_post_is_refused(
    enter, english, topic, moves, left
):
    ref, agent = played(english, *moves, topic=topic), enter("agent")
    text = agent.page(f"/cases/{ref}").text()
    every = (NOT_ANSWERED, NO_PARTY, NOT_CONFIRMED, NOT_TOLD, NOT_ASKED)
    assert [why for why in every if why in text] == list(left)
    forged = agent.post(f"/cases/{ref}/close", {"view": "case"})
    db.session.rollback()
    if left:
        assert forged.status_code == 409 and left[0] in forged.text
        assert matter(ref).closed_at is None
    else:
        assert (forged.status_code, matter(ref).state) == (303, "closed")


@pytest.mark.rule("CMP-06")
def test_with_the_supervisor_the_page_asks_to_tell_the_customer_so(enter, english):
    ref, agent = played(english, ("hand_up", "agent", {})), enter("agent")
    said = "Tell the customer that the supervisor has taken it over and will answer."
    assert said in agent.page(f"/cases/{ref}").text()
    move(english, ref, "message", "agent", **SAID)
    assert said not in agent.page(f"/cases/{ref}").text()


@pytest.mark.rule("CMP-16")
def test_a_forged_answer_by_the_clerk_concerned_is_refused_by_name(enter, english):
    ref = played(english, topic="attitude")
    clerk = str(english.users["agent"])
    move(english, ref, "accept", "supervisor", clerk_id=clerk)
    agent = enter("agent")
    assert "Clerk complained about同事agent agent" in agent.page(f"/cases/{ref}").text()
    for name, data in (("answer", SAID), ("find", FOUND), ("close", {})):
        assert agent.post(f"/cases/{ref}/{name}", {"view": "case"} | data).status_code == 403, name
    assert enter("agent2").post(f"/cases/{ref}/answer", {"view": "case"} | SAID).status_code == 303


@pytest.mark.rule("CMP-12")
def test_the_desks_state_stands_beside_what_the_partner_says(enter, english):
    with write_tx(actor(english, "admin"), "test") as tx:
        partner = tx.add(Partner(code="BJ", name="京龙天骏", city="北京")).id
    ref = played(english, topic="partner")
    move(english, ref, "ask_party", "agent", to=f"partner:{partner}", whom="小蔡", question="放了没有")
    page = enter("agent").page(f"/cases/{ref}")
    assert "In the desk" in page.text() and "The partner says" not in page.text()
    line = Facts(db.session(), matter(ref)).questions[0]
    move(english, ref, "party_answered", "agent", question_id=line.id, text="当班漏安排派送", answered_by="小蔡")
    page = enter("agent").page(f"/cases/{ref}")
    assert "当班漏安排派送 (小蔡" in page.text()
    form = next(f for f in page.forms if f.action.endswith(f"{ref}/find"))
    assert form.data()["party"] == [f"partner:{partner}"]


# ------------------------------------------------------------------------------------------ several at once


@pytest.mark.rule("CMP-23")
def test_a_supervisor_confirms_several_responsible_parties_at_once_but_not_his_own(enter, english):
    first, second = (played(english, ANSWER, FIND) for _ in range(2))
    own = played(english, ANSWER, ("find", "supervisor", FOUND))
    lead = enter("supervisor")
    page = lead.page("/complaints/confirm")
    assert first in page.text() and second in page.text() and own not in page.text()
    form = next(f for f in page.forms if f.action.endswith("/confirm"))
    move(english, second, "note", "agent", text="又问过一次")
    move(english, second, "find", "agent", **FOUND | {"party": "nobody"})
    answer = lead.send(form, complaint=[first, second, own, "CMP-1"])
    db.session.rollback()
    assert answer.status_code == 200
    assert matter(first).confirmed_by_id == english.users["supervisor"]
    assert (matter(second).confirmed_at, matter(own).confirmed_at) == (None, None)
    assert answer.text.count("left as it was") == 3
    assert enter("agent").get("/complaints/confirm").status_code == 403
    assert first not in enter("guest_lead").page("/complaints/confirm").text()


@pytest.mark.rule("CMP-23")
def test_the_row_of_the_supervisors_queue_confirms_one(enter, english):
    ref = played(english, ANSWER, FIND)
    lead = enter("supervisor")
    assert ref in lead.get("/queue").text
    form = lead.form(f"/queue?open={ref[4:]}", f"/cases/{ref}/confirm_party")
    assert lead.send(form).status_code == 303
    db.session.rollback()
    assert matter(ref).confirmed_at is not None


@pytest.mark.rule("CMP-22")
def test_how_often_it_was_reopened_stands_in_the_row_and_on_the_page(enter, english):
    again = ("reopen", "agent", {"reason": "没到"})
    ref = played(english, ANSWER, again, ANSWER, again)
    agent = enter("agent")
    assert "reopened 2 times" in agent.get("/queue").text
    assert "2 times" in agent.page(f"/cases/{ref}").text()


@pytest.mark.rule("CMP-01", "CMP-02")
def test_a_complaint_is_logged_with_its_content_alone_and_its_weight_is_proposed(enter, english):
    agent = enter("agent")
    form = agent.form("/register?kind=complaint", "/cases")
    assert {"topic", "weight", "content"} <= set(form.names)
    answer = agent.send(
        form, "both", content="热线打了二十分钟没人接", topic="hotline", caller_name="周", caller_phone="13900001111"
    )
    assert answer.status_code == 303
    db.session.rollback()
    case = matter(answer.headers["Location"].rsplit("/", 1)[-1])
    assert (case.topic, case.weight, case.state) == ("hotline", "simple", "registered")
    assert case.due_at is not None
