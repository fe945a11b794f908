"""Outgoing mail on its pages: what came back, why, and what a person does about it (SYS-08)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from models import Case, Message, Outbox, db
from rules import mailer, outbox, posting
from rules.mailer import LogSender, Permanent, Unsure
from rules.policy import unseen
from rules.store import system, write_tx
from tests.blueprints.world import World, log
from tests.databases import on_sqlite


class Failing(LogSender):
    """A mail server that fails like this."""

    fault: Exception | None = None

    def send(self, letter, handing):
        if self.fault:
            raise self.fault
        super().send(letter, handing)


@pytest.fixture
def sender():
    mailer.use(Failing())
    yield mailer.sender()
    mailer.use(None)


def came_back(world: World, ref: str, sender: Failing, fault: Exception | None) -> int:
    """A mail to the customer of a matter that the server answered with a fault."""
    with write_tx(system("test"), "test") as tx:
        case = tx.session.execute(
            unseen(select(Case.id, Case.office_id, Case.customer_id).where(Case.ref == ref))
        ).one()
        message = tx.add(Message(
            case_id=case.id, office_id=case.office_id, customer_id=case.customer_id, direction="out", audience="customer",
            channel="mail", address="zhao@example.cn", text="货已提走。<b>", at=tx.at, by_id=world.users["agent"],
        ))  # fmt: skip
        row_id = outbox.queue_mail(tx, message, "提货 <1>").id
    sender.fault = fault
    posting.run()
    sender.fault = None
    return row_id


def state_of(row_id: int) -> str:
    db.session.rollback()
    return db.session.scalar(unseen(select(Outbox.state).where(Outbox.id == row_id)))


@on_sqlite
@pytest.mark.rule("SYS-08")
def test_a_mail_that_failed_is_found_in_queue_matter_and_list_and_sent_again_from_there(
    enter, world: World, clock, sender
):
    ref = log(world, "inquiry", "agent")
    row_id = came_back(world, ref, sender, Permanent("refused", "550 nobody <here>"))
    agent = enter("agent")
    for url in ("/queue", f"/cases/{ref}", "/outbox", f"/outbox/{row_id}"):
        assert "550 nobody &lt;here&gt;" in agent.get(url).text, url
    assert f'href="/outbox/{row_id}"' in agent.get(f"/cases/{ref}").text
    answer = agent.send(agent.form(f"/outbox/{row_id}?back=/cases/{ref}", "/again"))
    assert answer.status_code == 303 and answer.location.endswith(f"/cases/{ref}") and state_of(row_id) == "waiting"
    assert "550 nobody" not in agent.get("/queue").text
    posting.run()
    assert (
        "zhao@example.cn" not in agent.get("/outbox").text and "zhao@example.cn" in agent.get("/outbox?state=sent").text
    )
    assert (
        agent.get(f"/cases/{ref}").status_code == 200 and agent.get("/outbox?state=odd&before=odd").status_code == 200
    )


@on_sqlite
@pytest.mark.rule("SYS-08")
def test_one_that_may_have_arrived_is_sent_again_only_by_who_says_so(enter, world: World, clock, sender):
    ref = log(world, "inquiry", "agent")
    row_id = came_back(world, ref, sender, Unsure("timeout"))
    agent = enter("agent")
    again = agent.form(f"/outbox/{row_id}", "/again")
    answer = agent.send(again)
    assert answer.status_code == 422 and f'id="sure-{row_id}-e"' in answer.text
    assert state_of(row_id) == "unsure"
    for action, field in (("/by-hand", "how"), ("/drop", "reason")):
        assert agent.send(agent.form(f"/outbox/{row_id}", action)).status_code == 422
        stale = agent.send(agent.form(f"/outbox/{row_id}", action), version="1", **{field: "微信"})
        assert stale.status_code == 409 and state_of(row_id) == "unsure", action
    assert agent.send(agent.form(f"/outbox/{row_id}", "/again"), sure="y").status_code == 303
    assert state_of(row_id) == "waiting"
    assert agent.send(agent.form(f"/outbox/{row_id}", "/drop"), reason="改打电话").status_code == 303
    assert state_of(row_id) == "dropped" and "改打电话" in enter("auditor").get(f"/outbox/{row_id}").text


@on_sqlite
def test_other_offices_see_none_of_it_and_the_auditor_changes_nothing(enter, world: World, clock, sender):
    ref = log(world, "inquiry", "agent")
    row_id = came_back(world, ref, sender, Permanent("refused", "550 nobody"))
    guest = enter("guest")
    assert guest.get(f"/outbox/{row_id}").status_code == 404 and "550 nobody" not in guest.get("/outbox").text
    assert "/again" not in enter("auditor").get(f"/outbox/{row_id}").text
    assert enter("admin").get("/outbox").status_code == 403


@on_sqlite
def test_the_administrator_sees_that_mail_stands_still(enter, world: World, clock, sender):
    ref = log(world, "inquiry", "agent")
    assert 'class="note' not in enter("admin").get("/admin/ticks").text
    came_back(world, ref, sender, Permanent("refused", "550 nobody"))
    waiting = came_back(world, ref, sender, mailer.Temporary("unreachable"))
    mailer.use(None)
    clock.forward(20)
    html = enter("admin").get("/admin/ticks").text
    assert html.count('class="note') == 2 and "zhao@" not in html and state_of(waiting) == "waiting"
