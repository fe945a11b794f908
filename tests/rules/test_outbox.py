"""The outbox: every mail leaves once, or stands before a person with its reason, whatever breaks on the way (SYS-08)."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import select

from models import Case, Event, Message, Notice, Outbox, Turn, db
from rules import history, mailer, outbox, posting
from rules.mailer import Server, SmtpSender
from rules.policy import unseen
from rules.store import write_tx
from rules.words import Refused
from tests import factories as make
from tests import smtp_server
from tests.databases import on_sqlite
from tests.rules import post_alone
from ticker import Ticker, post

ROOT = Path(__file__).parent.parent.parent
BACK_OFF = [1, 5, 15, 60, 240]


@pytest.fixture
def server():
    """A mail server on this machine, which the desk sends by."""
    with smtp_server.Server() as server:
        mailer.use(SmtpSender(Server("127.0.0.1", server.port, False, "desk@example.cn"), 3.0))
        yield server
    mailer.use(None)


def write(desk, ref=None, who=None, text="赵经理您好，货已提走。", address="zhao@example.cn", subject=None):
    """A message to a customer by mail, on a matter or on the customer's page; the id of its row in the outbox."""
    with write_tx(who or desk.agent, "test") as tx:
        case = tx.session.scalar(unseen(select(Case.id).where(Case.ref == ref))) if ref else None
        message = tx.add(Message(
            case_id=case, customer_id=desk.customer, office_id=desk.office, direction="out", audience="customer", channel="mail",
            address=address, text=text, at=tx.at, by_id=(who or desk.agent).user_id,
        ))  # fmt: skip
        return outbox.queue_mail(tx, message, subject).id


def now_of(row_id):
    """State of the letter, of its message, tries, and why."""
    db.session.rollback()
    db.session.expire_all()
    found = select(Outbox, Message).join(Message, Message.id == Outbox.message_id).where(Outbox.id == row_id)
    row, message = db.session.execute(unseen(found)).one()
    told = row.state, message.result, row.tries, row.error
    db.session.rollback()
    return told


def back(what="undelivered"):
    """Who has a letter in his queue, and why."""
    found = select(Turn.user_id, Turn.role, Turn.note).where(Turn.what == what, Turn.closed_at.is_(None))
    told = [tuple(row) for row in db.session.execute(unseen(found))]
    db.session.rollback()
    return told


def act(who, name, row_id, *given):
    """One of the things that people do, with the version as it stands."""
    with write_tx(who, f"outbox.{name}") as tx:
        row = outbox.one(tx.session, who, row_id)[0]
        return getattr(outbox, name)(tx, row_id, row.version, *given)


def alone(app, clock, server, where=""):
    """A round in a process of its own."""
    arguments = (
        app.config["SQLALCHEMY_DATABASE_URI"],
        str(app.config["DATA"]),
        clock.at.isoformat(),
        str(server.port),
        where,
    )
    command = [sys.executable, "-m", "tests.rules.post_alone", *arguments]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def ended(process):
    _, err = process.communicate(timeout=60)
    assert process.returncode in (0, post_alone.DEAD), err[-2000:]
    return process.returncode


@on_sqlite
@pytest.mark.rule("SYS-08")
def test_mail_is_written_with_its_message_leaves_once_and_is_noted_in_step(desk, clock, server):
    ref = make.inquiry(desk.agent, desk)
    with pytest.raises(ZeroDivisionError), write_tx(desk.agent, "test") as tx:  # neither without the other
        message = tx.add(
            Message(
                customer_id=desk.customer, office_id=desk.office, direction="out", address="a@b.cn", text="x", at=tx.at
            )
        )
        outbox.queue_mail(tx, message, "x")
        _ = 1 / 0
    assert not db.session.scalars(unseen(select(Outbox))).all()
    row_id = write(desk, ref)
    assert now_of(row_id) == ("waiting", "waiting", 0, None)
    assert posting.run() == {"sent": 1} and now_of(row_id) == ("sent", "sent", 1, None)
    assert not posting.run() and len(server.mails) == 1 and not back()
    (mail,) = server.mails
    assert ref in mail.parsed["Subject"] and "赵经理您好" in mail.parsed.get_content()
    states = [
        e.diff for e in db.session.scalars(select(Event).where(Event.object_type == "outbox").order_by(Event.seq))
    ]
    assert [d for d in states if "sending" in d] and history.verify(db.session()).bad is None
    db.session.rollback()


@on_sqlite
@pytest.mark.rule("SYS-08")
def test_tries_have_their_times_and_after_the_last_a_person_has_it_with_its_reason(desk, clock, server):
    ref = make.inquiry(desk.agent, desk)
    row_id = write(desk, ref)
    server.faults["RCPT"] = "451 later"
    waited = []
    for minutes in BACK_OFF:
        assert posting.run() == {"waiting": 1} and now_of(row_id)[0] == "waiting" and not back()
        clock.forward(minutes - 0.1)
        assert not posting.run()
        clock.forward(0.1)
        waited.append(minutes)
    assert posting.run() == {"failed": 1}
    assert now_of(row_id) == ("failed", "failed", 6, "busy: 451 later") and not server.mails
    assert back() == [(desk.agent.user_id, None, "busy: 451 later")]
    clock.forward(60 * 24)
    assert not posting.run()
    server.faults.clear()
    act(desk.colleague, "again", row_id)
    assert not back() and posting.run() == {"sent": 1} and now_of(row_id) == ("sent", "sent", 1, None)
    assert len(server.mails) == 1


@on_sqlite
@pytest.mark.rule("SYS-08")
def test_every_way_a_server_fails_leaves_one_letter_or_a_reason(desk, clock, server):
    ref = make.inquiry(desk.agent, desk)
    cases = (
        ({"RCPT": "550 nobody"}, "failed", "failed", 0), ({"end": "554 spam"}, "failed", "failed", 0),
        ({"taken": "1"}, "unsure", "waiting", 1), ({"end": smtp_server.CUT}, "unsure", "waiting", 0),
        ({"body": "1"}, "waiting", "waiting", 0), ({"greet": smtp_server.CUT}, "waiting", "waiting", 0),
    )  # fmt: skip
    for faults, state, result, taken in cases:
        server.mails.clear()
        server.faults = faults
        row_id = write(desk, ref)
        posting.run()
        if "body" not in faults:  # whether the server was seen to leave depends on the moment: then it is unsure
            assert now_of(row_id)[:2] == (state, result) and len(server.mails) == taken, faults
        server.faults = {}
        clock.forward(2)
        posting.run()
        ended_as = now_of(row_id)
        assert len(server.mails) == (taken or ended_as[0] == "sent"), (
            faults
        )  # an unsure one is never sent again by itself
        assert ended_as[0] == "sent" or (ended_as[3] and back()), faults


@on_sqlite
@pytest.mark.rule("SYS-08")
def test_a_process_killed_anywhere_sends_nothing_twice_and_loses_nothing(app, desk, clock, server):
    ref = make.inquiry(desk.agent, desk)
    for where, taken, state in (("claimed", 0, "sent"), ("handed", 0, "unsure"), ("taken", 1, "unsure")):
        server.mails.clear()
        row_id = write(desk, ref)
        assert ended(alone(app, clock, server, where)) == post_alone.DEAD
        assert now_of(row_id)[0] == "sending" and len(server.mails) == taken
        assert not posting.run()  # while the claim may still be somebody's
        clock.forward(11)
        posting.run()
        clock.forward(2)
        posting.run()
        assert now_of(row_id)[0] == state and len(server.mails) == (1 if where == "claimed" else taken), where
    assert [why for _, _, why in back()] == ["cut_off", "cut_off"]


@pytest.mark.rule("SYS-08")
def test_two_processes_at_once_send_every_letter_once(app, desk, clock, server):
    ids = [write(desk) for _ in range(8)]
    both = [alone(app, clock, server) for _ in range(2)]
    assert [ended(process) for process in both] == [0, 0]
    assert [now_of(row_id)[0] for row_id in ids] == ["sent"] * 8
    assert len(server.ids) == len(set(server.ids)) == 8


@on_sqlite
@pytest.mark.rule("SYS-08")
def test_a_process_that_slept_past_its_claim_does_not_send(desk, clock, server):
    row_id = write(desk)

    class Sleeper(SmtpSender):
        def send(self, letter, handing):
            mailer.use(SmtpSender(self.server, 3.0))
            clock.forward(11)
            posting.run()  # another process takes the claim back …
            clock.forward(2)
            assert posting.run() == {"sent": 1}  # … and sends the letter
            super().send(letter, handing)

    mailer.use(Sleeper(mailer.sender().server, 3.0))
    assert not posting.run()
    assert len(server.mails) == 1 and now_of(row_id)[0] == "sent"


@on_sqlite
def test_no_write_is_held_while_the_server_is_slow(app, desk, clock, server):
    row_id = write(desk)
    server.late = 0.6
    mailer.use(SmtpSender(mailer.sender().server, 2.0))
    ticker = Ticker(app, 0.02, post)
    ticker.start()
    written = threading.Event()
    while not server.mails:
        written.wait(0.01)
    write(desk)  # the letter before stands between its end and the answer
    assert now_of(row_id)[0] == "sending"
    ticker.stop()
    assert now_of(row_id)[0] == "sent"


@on_sqlite
@pytest.mark.rule("SYS-08")
def test_what_people_may_do_about_a_letter(desk, clock, server):
    ref = make.inquiry(desk.agent, desk)
    server.faults = {"taken": "1"}
    unsure = write(desk, ref)
    posting.run()
    with pytest.raises(Refused) as no:
        act(desk.agent, "again", unsure)
    assert (no.value.code, no.value.field) == (422, "sure")
    act(desk.agent, "again", unsure, True)
    server.faults = {}
    assert posting.run() == {"sent": 1} and len(server.mails) == 2 and len(set(server.ids)) == 1  # the same number
    for name, given in (("again", ()), ("by_hand", ("电话",)), ("drop", ("不用了",))):
        with pytest.raises(Refused) as no:
            act(desk.agent, name, unsure, *given)
        assert no.value.code == 409
    server.faults = {"RCPT": "550 nobody"}
    for name, state, result in (("by_hand", "sent", "sent"), ("drop", "dropped", "failed")):
        row_id = write(desk, ref)
        posting.run()
        assert back()
        with pytest.raises(Refused) as no:
            act(desk.agent, name, row_id, "  ")
        assert no.value.code == 422
        with pytest.raises(Refused) as no:
            act(desk.stranger, name, row_id, "电话")
        assert no.value.code == 404
        with pytest.raises(Refused) as no, write_tx(desk.agent, "test") as tx:
            getattr(outbox, name)(tx, row_id, 1, "电话")
        assert no.value.code == 409
        act(desk.agent, name, row_id, "改用微信\n已读")
        assert now_of(row_id)[:2] == (state, result) and now_of(row_id)[3].endswith(": 改用微信 已读") and not back()
        assert not posting.run()


@on_sqlite
@pytest.mark.rule("SYS-08")
def test_without_a_matter_the_writer_is_told(desk, clock, server):
    server.faults = {"RCPT": "550 nobody"}
    write(desk)
    posting.run()
    (notice,) = db.session.scalars(select(Notice)).all()
    assert notice.user_id == desk.agent.user_id and notice.text["p"]["address"] == "zhao@example.cn" and not back()
    db.session.rollback()


@on_sqlite
def test_nothing_is_queued_that_could_not_go(desk, clock, server):
    for given, field in (
        ({"address": "zhao"}, "address"), ({"address": "a@b.cn\r\nBcc: c@d.cn"}, "address"), ({"text": " "}, "text"),
        ({"subject": "一\r\nBcc: c@d.cn"}, "subject"), ({"subject": ""}, "subject"),
    ):  # fmt: skip
        with pytest.raises(Refused) as no:
            write(desk, **given)
        assert (no.value.code, no.value.field) == (422, field)
    mailer.use(None)
    assert not outbox.sends()
    with pytest.raises(Refused):
        write(desk)
    assert not db.session.scalars(unseen(select(Outbox))).all()
    db.session.rollback()


@on_sqlite
def test_mail_that_stands_still_is_counted_for_the_administrator(desk, clock, server):
    write(desk)
    server.faults = {"RCPT": "550 nobody"}
    failed = write(desk)
    assert outbox.standing_still(db.session(), clock.at) == (0, 0)
    posting.run()
    server.faults = {}
    mailer.use(None)
    waiting = write_when_off(desk, clock, server)
    clock.forward(20)
    assert outbox.standing_still(db.session(), clock.at) == (1, 2)
    assert now_of(failed)[0] == "failed" and now_of(waiting)[0] == "waiting"


def write_when_off(desk, clock, server):
    mailer.use(SmtpSender(Server("127.0.0.1", server.port, False, "desk@example.cn"), 3.0))
    row_id = write(desk)
    mailer.use(None)
    return row_id
