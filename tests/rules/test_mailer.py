"""Letters and mail servers: what leaves, what never does, and what is known of a letter after every kind of failure."""

from __future__ import annotations

import logging
import socket
import ssl
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rules import mailer
from rules.mailer import Letter, Permanent, Server, SmtpSender, Temporary
from tests import smtp_server
from tests.smtp_server import CUT, HANG

PEM = Path(__file__).parent.parent / "fixtures" / "mail_server.pem"  # a certificate of nobody, for localhost
AT = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)
LETTER = Letter(
    "<7f3a@desk.example.cn>", "zhao@example.cn", "深圳 784-12345675 改单", "赵经理您好：\r\n.已改好\n.\n明早到。", AT
)
FROM = "desk@example.cn"
TLS = ssl.create_default_context(cafile=str(PEM))


def sender_for(server, timeout=3.0, **more):
    return SmtpSender(replace(Server("127.0.0.1", server.port, False, FROM), **more), timeout, TLS)


def certificate():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(PEM)
    return context


def outcome(sender, handing=lambda: None):
    """The kind of fault and its code, or "sent", and whether the end of the letter had been announced."""
    handed = []
    try:
        sender.send(LETTER, lambda: handed.append(handing()))
    except mailer.Fault as no:
        return type(no).__name__, no.code, bool(handed)
    return "sent", "", bool(handed)


@pytest.mark.rule("SYS-08")
def test_a_letter_arrives_whole_with_its_number_date_and_one_recipient():
    with smtp_server.Server() as server:
        assert outcome(sender_for(server)) == ("sent", "", True)
    (mail,) = server.mails
    found = mail.parsed
    assert (mail.sender, mail.to) == (FROM, ["zhao@example.cn"])
    assert (found["Message-ID"], found["Subject"], found["To"]) == (LETTER.ident, LETTER.subject, LETTER.to)
    assert found["Date"].datetime == AT and found["From"] == FROM
    assert found.get_content().splitlines() == ["赵经理您好：", ".已改好", ".", "明早到。"]
    assert b"\n" not in mail.data.replace(b"\r\n", b"")


FAULTS = (
    ({"greet": "421 later"}, "Temporary", "busy", False), ({"greet": "554 no"}, "Temporary", "busy", False),
    ({"greet": HANG}, "Temporary", "timeout", False), ({"greet": CUT}, "Temporary", "unreachable", False),
    ({"EHLO": "421 later"}, "Temporary", "busy", False), ({"EHLO": CUT}, "Temporary", "hung_up", False),
    ({"MAIL": "451 later"}, "Temporary", "busy", False), ({"MAIL": "550 not you"}, "Permanent", "refused", False),
    ({"RCPT": "450 full"}, "Temporary", "busy", False), ({"RCPT": "550 nobody"}, "Permanent", "refused", False),
    ({"RCPT": HANG}, "Temporary", "timeout", False), ({"DATA": "451 later"}, "Temporary", "busy", False),
    ({"DATA": "554 spam"}, "Permanent", "refused", False), ({"DATA": CUT}, "Temporary", "hung_up", False),
    ({"end": "451 later"}, "Temporary", "busy", True), ({"end": "552 too big"}, "Permanent", "refused", True),
    ({"end": "nonsense"}, "Unsure", "unclear", True), ({"end": HANG}, "Unsure", "timeout", True),
    ({"end": CUT}, "Unsure", "hung_up", True),
)  # fmt: skip


@pytest.mark.rule("SYS-08")
def test_after_every_failure_it_is_known_whether_the_letter_may_have_been_taken():
    for faults, kind, code, handed in FAULTS:
        with smtp_server.Server(faults) as server:
            timeout = 0.4 if HANG in faults.values() else 3.0
            assert outcome(sender_for(server, timeout)) == (kind, code, handed), faults
        assert not server.mails, faults


@pytest.mark.rule("SYS-08")
def test_a_letter_that_was_taken_without_a_timely_answer_is_unsure_never_to_be_repeated():
    for server in (smtp_server.Server({"taken": "1"}), smtp_server.Server(late=1.0)):
        with server:
            assert outcome(sender_for(server, 0.4))[0] == "Unsure"
        assert len(server.mails) == 1
    with smtp_server.Server({"QUIT": CUT}) as server:  # what comes after the answer does not matter
        assert outcome(sender_for(server))[0] == "sent"


@pytest.mark.rule("SYS-08")
def test_a_server_that_dies_in_the_middle_of_the_letter_has_not_taken_it():

    with smtp_server.Server({"body": "1"}) as server:
        assert outcome(sender_for(server), lambda: time.sleep(0.05)) == ("Temporary", "hung_up", True)
    assert not server.mails


def test_a_server_that_is_down_is_tried_later():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    sender = SmtpSender(Server("127.0.0.1", port, False, FROM), 0.2, TLS)
    assert outcome(sender) == ("Temporary", "unreachable", False)


def test_what_stops_the_announcement_of_the_end_stops_the_letter():
    class Gone(Exception):
        pass

    def gone():
        raise Gone

    with smtp_server.Server() as server:
        with pytest.raises(Gone):
            sender_for(server).send(LETTER, gone)
        assert outcome(sender_for(server))[0] == "sent"  # the server has noticed by now
    assert len(server.mails) == 1


def test_the_password_goes_only_over_a_secured_connection_and_stands_in_no_text():
    secret = {"user": "desk", "password": "geheim-42"}
    with smtp_server.Server(context=certificate(), auth=True) as server:
        sender = sender_for(server, **secret)
        assert outcome(sender)[0] == "sent" and server.secured == [False, True] and "AUTH" in server.spoken
    wrong = {"AUTH": "535 desk geheim-42 is wrong"}
    with smtp_server.Server(wrong, certificate(), auth=True) as server, pytest.raises(Temporary) as no:
        sender_for(server, **secret).send(LETTER, lambda: None)
    assert no.value.code == "login" and "geheim" not in str(no.value) + repr(sender.server)
    bare = SmtpSender(Server("desk.invalid", 1, False, FROM, **secret), 0.2, TLS)
    assert not bare.server.local and Server("localhost", 1, False, FROM).local


def test_a_server_elsewhere_without_tls_gets_neither_password_nor_letter(monkeypatch):
    monkeypatch.setattr(Server, "local", False)
    with smtp_server.Server(auth=True) as server:
        assert outcome(sender_for(server, user="desk", password="geheim-42")) == ("Temporary", "unsecured", False)
    assert server.spoken == ["EHLO"] and not server.mails
    untrusted = SmtpSender(Server("127.0.0.1", 0, False, FROM), 3.0, ssl.create_default_context())
    with smtp_server.Server(context=certificate()) as server:
        untrusted.server = replace(untrusted.server, port=server.port)
        assert outcome(untrusted) == ("Temporary", "unsecured", False)


def test_only_one_plain_address_and_a_subject_of_one_line_leave():
    good = ("zhao@example.cn", "a.b+c@x-y.example.com", "1@2.cn")
    bad = (
        "", "zhao", "zhao@", "@example.cn", "zhao@example", "a..b@example.cn", ".a@example.cn", "a.@example.cn",
        "a@-x.cn", "a b@example.cn", "张@example.cn", "a@b.cn,c@d.cn", "a@b.cn\n", "a@b.cn\r\nBcc: x@y.cn", "<a@b.cn>",
        "赵 <a@b.cn>", "a@[10.0.0.1]", f"{'a' * 65}@b.cn", f"a@{'b' * 252}.cn",
    )  # fmt: skip
    assert [a for a in good if not mailer.is_address(a)] == [] == [a for a in bad if mailer.is_address(a)]
    for field, value in (
        ("to", "a@b.cn\r\nBcc: x@y.cn"),
        ("subject", "改单\r\nBcc: x@y.cn"),
        ("subject", " "),
        ("subject", "a" * 201),
    ):
        with pytest.raises(Permanent):
            mailer.compose(replace(LETTER, **{field: value}), FROM)
    long = mailer.compose(replace(LETTER, subject="改" * 150, body="改" * 40_000), FROM)
    assert max(map(len, long.split(b"\r\n"))) < 200


def test_the_senders_of_the_settings(caplog):
    assert mailer.sender_of(None) is None
    assert isinstance(
        mailer.sender_of({"host": "mail.example.cn", "port": 465, "secure": True, "sender": FROM}), SmtpSender
    )
    demo, handed = mailer.sender_of("log"), []
    with caplog.at_level(logging.WARNING, "firsthand.mail"):
        demo.send(LETTER, lambda: handed.append(1))
    assert handed and LETTER.to in caplog.text
