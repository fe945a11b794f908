"""Handing a letter over to a mail server, one letter at a time, so that it is known what became of it (SYS-08).

A letter counts as taken when its last line, the lone dot, has been answered with 250. Before the dot everything may be
tried again; after it, without an answer, nobody knows. So the dot is sent by itself, after `handing` has written that it
will be. Nothing here touches the database or Flask; which sender the desk has is said once at its start by `use`.
"""

from __future__ import annotations

import logging
import re
import select
import smtplib
import socket
import ssl
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as CRLF
from email.utils import format_datetime
from typing import Any, Protocol

TIMEOUT = 30.0  # seconds that the server may take for each of its answers
SUBJECT = 200
_ADDRESS = re.compile(
    r"(?!.*\.\.)(?!\.)[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}(?<!\.)@"
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9-]{2,63}"
)
log = logging.getLogger("firsthand.mail")


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail to one recipient. `ident` is its Message-ID and `at` its date: the same for every try."""

    ident: str
    to: str
    subject: str
    body: str
    at: datetime


class Fault(Exception):
    """A letter did not go: `code` is one of `outbox.REASONS`, `said` what the server answered."""

    def __init__(self, code: str, said: str = "") -> None:
        super().__init__(f"{code}: {said}" if said else code)
        self.code, self.said = code, said


class Temporary(Fault):
    """It was not taken; later it may be."""


class Permanent(Fault):
    """It was refused for good."""


class Unsure(Fault):
    """It may have been taken: the connection ended before the answer to its last line."""


class Sender(Protocol):
    """Something that sends letters."""

    domain: str

    def send(self, letter: Letter, handing: Callable[[], None]) -> None:
        """Hand a letter over; returns when it was taken. `handing` is called once, before the last line: what it raises
        ends the attempt, and the letter is not taken. Raises Temporary, Permanent or Unsure."""


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server and who writes. `secure`: TLS from the first byte; else STARTTLS, which only a server on this machine
    may lack. The password is in no text that is made of this."""

    host: str
    port: int
    secure: bool
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)

    @property
    def local(self) -> bool:
        """Whether it is this machine."""
        return self.host in ("localhost", "127.0.0.1", "::1")


def is_address(text: str) -> bool:
    """Whether `text` is one plain mail address: no name, no second address, nothing that could end a header."""
    return len(text) <= 254 and _ADDRESS.fullmatch(text) is not None


def is_subject(text: str) -> bool:
    """Whether `text` may be a subject: one line, not empty, not too long."""
    return bool(text.strip()) and len(text) <= SUBJECT and text.isprintable()


def compose(letter: Letter, sender: str) -> bytes:
    """The letter as bytes for DATA: UTF-8, CRLF, lines that begin with a dot doubled, without the last dot. Raises
    Permanent for an address or subject that must not go out."""
    if not is_address(letter.to) or not is_subject(letter.subject):
        raise Permanent("unfit")
    message = EmailMessage(policy=CRLF)
    message["From"], message["To"] = Address(addr_spec=sender), Address(addr_spec=letter.to)
    message["Subject"], message["Date"], message["Message-ID"] = (
        letter.subject,
        format_datetime(letter.at),
        letter.ident,
    )
    message.set_content("\n".join(letter.body.splitlines()) + "\n", cte="base64")
    lines = message.as_bytes().rstrip(b"\r\n").split(b"\r\n")
    return b"".join((b"." if line.startswith(b".") else b"") + line + b"\r\n" for line in lines)


class SmtpSender:
    """A mail server spoken to with smtplib; every letter has a connection of its own."""

    def __init__(self, server: Server, timeout: float = TIMEOUT, context: ssl.SSLContext | None = None) -> None:
        self.server, self.timeout = server, timeout
        self.domain = server.sender.partition("@")[2]
        self._context = context or ssl.create_default_context()

    def send(self, letter: Letter, handing: Callable[[], None]) -> None:
        """See Sender."""
        data = compose(letter, self.server.sender)
        smtp = self._connect()
        try:
            with _before_the_end():
                self._enter(smtp)
                _need(smtp.mail(self.server.sender), letter_at_fault=True)
                _need(smtp.rcpt(letter.to), letter_at_fault=True)
                _need(smtp.docmd("DATA"), letter_at_fault=True, good=354)
                smtp.send(data)
            handing()
            if _hung_up(smtp):
                raise Temporary("hung_up")
            self._end(smtp)
            with suppress(OSError):
                smtp.quit()
        finally:
            smtp.close()

    def _connect(self) -> smtplib.SMTP:
        server = self.server
        try:
            if server.secure:
                return smtplib.SMTP_SSL(
                    server.host, server.port, self.domain, timeout=self.timeout, context=self._context
                )
            return smtplib.SMTP(server.host, server.port, self.domain, timeout=self.timeout)
        except smtplib.SMTPConnectError as no:
            raise Temporary("busy", _said(no.smtp_code, no.smtp_error)) from no
        except ssl.SSLError as no:
            raise Temporary("unsecured") from no
        except (OSError, UnicodeError) as no:
            raise Temporary("timeout" if _timed_out(no) else "unreachable") from no

    def _enter(self, smtp: smtplib.SMTP) -> None:
        """Greet, make it secure, sign in."""
        _need(smtp.ehlo())
        if not self.server.secure and (smtp.has_extn("starttls") or not self.server.local):
            try:
                _need(smtp.starttls(context=self._context))
            except (smtplib.SMTPNotSupportedError, ssl.SSLError) as no:
                raise Temporary("unsecured") from no
            _need(smtp.ehlo())
        if self.server.user:
            try:
                smtp.login(self.server.user, self.server.password)
            except smtplib.SMTPServerDisconnected:
                raise
            except smtplib.SMTPException as no:  # what the server said may repeat what we sent
                raise Temporary("login") from no

    def _end(self, smtp: smtplib.SMTP) -> None:
        """The last line, and what the server says to it."""
        try:
            smtp.send(b".\r\n")
            code, said = smtp.getreply()
        except OSError as no:  # smtplib's own faults are OSErrors too
            raise Unsure("timeout" if _timed_out(no) else "hung_up") from no
        if not 200 <= code < 600:
            raise Unsure("unclear", _said(code, said))
        _need((code, said), letter_at_fault=True)


class LogSender:
    """A sender that writes into the log what it would have sent: for a demo."""

    domain = "demo.invalid"

    def send(self, letter: Letter, handing: Callable[[], None]) -> None:
        """See Sender."""
        size = len(compose(letter, f"desk@{self.domain}"))
        handing()
        log.warning("mail %s to %s only logged, not sent: %s (%d bytes)", letter.ident, letter.to, letter.subject, size)


@dataclass(slots=True)
class _before_the_end:  # noqa: N801 - used like a function
    """Whatever breaks in here broke before the letter's end: it may be tried again."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, no: BaseException | None, _trace: object) -> None:
        if isinstance(no, OSError):
            raise Temporary("timeout" if _timed_out(no) else "hung_up") from no


def _need(reply: tuple[int, bytes], letter_at_fault: bool = False, good: int = 250) -> None:
    """Raise Temporary or Permanent unless the server's answer is of the kind that goes on. A refusal for good counts only
    where it is about this letter: a server that lets nobody in may be mended meanwhile."""
    code, said = reply
    if code // 100 == good // 100:
        return
    lasting = letter_at_fault and code // 100 == 5
    raise (Permanent if lasting else Temporary)("refused" if lasting else "busy", _said(code, said))


def _said(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return " ".join(f"{code} {''.join(c if c.isprintable() else ' ' for c in text)}".split())[:200]


def _timed_out(no: BaseException) -> bool:
    """smtplib hides the timeout behind a fault of its own."""
    return isinstance(no, TimeoutError) or isinstance(no.__context__, TimeoutError)


def _hung_up(smtp: smtplib.SMTP) -> bool:
    """Whether the server said something or left before the letter's end: then it cannot have taken it."""
    return bool(select.select([smtp.sock], [], [], 0)[0]) if isinstance(smtp.sock, socket.socket) else True


# ------------------------------------------------------------------------------------------ the desk's own sender

_sender: list[Sender] = []


def use(sender: Sender | None) -> None:
    """Say which sender the desk has; None: mail is copied by hand."""
    _sender[:] = [sender] if sender is not None else []


def sender() -> Sender | None:
    """The desk's sender, or None."""
    return _sender[0] if _sender else None


def sender_of(server: Mapping[str, Any] | str | None) -> Sender | None:
    """The sender that the settings ask for: the parts of a Server, "log", or None."""
    if server is None:
        return None
    return LogSender() if isinstance(server, str) else SmtpSender(Server(**server))
