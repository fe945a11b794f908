"""A mail server for the tests: real sockets, real SMTP, and every way to fail that a letter can meet.

`faults` says at which step what happens: a reply line ("451 later") instead of the good one, HANG (says nothing more), or
CUT (the connection ends). Steps: greet, EHLO, MAIL, RCPT, DATA, body (while the letter comes in), taken (the letter is
taken and the answer is not given), end (the answer to the letter), QUIT. `mails` are the letters that it really took.
"""

from __future__ import annotations

import socket
import ssl
import threading
import time
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default

HANG, CUT = "hang", "cut"
GOOD = {
    "greet": "220 ready", "EHLO": "250 hello", "MAIL": "250 fine", "RCPT": "250 fine", "DATA": "354 go on",
    "end": "250 taken", "QUIT": "221 bye", "AUTH": "235 welcome", "STARTTLS": "220 go on",
}  # fmt: skip


@dataclass
class Mail:
    """A letter as it came: the two addresses of the envelope and its bytes."""

    sender: str
    to: list[str]
    data: bytes

    @property
    def parsed(self):
        """As a message of the standard library."""
        return message_from_bytes(self.data, policy=default)


@dataclass
class Server:
    """Listens on a port of its own in a thread of its own; `with Server() as server`."""

    faults: dict[str, str] = field(default_factory=dict)
    context: ssl.SSLContext | None = None
    auth: bool = False
    late: float = 0.0  # seconds before the answer to a letter
    mails: list[Mail] = field(default_factory=list)
    spoken: list[str] = field(default_factory=list)
    secured: list[bool] = field(default_factory=list)

    def __enter__(self) -> Server:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()

    @property
    def ids(self) -> list[str]:
        """The Message-IDs of what was taken."""
        return [mail.parsed["Message-ID"] for mail in self.mails]

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        connection.settimeout(5)
        try:
            _Talk(self, connection).run()
        except OSError:
            pass
        finally:
            connection.close()


class _Cut(OSError):
    """The connection ends here."""


class _Talk:
    """One connection."""

    def __init__(self, server: Server, connection: socket.socket) -> None:
        self.server, self.connection, self.secure = server, connection, False
        self.sender, self.to = "", []

    def run(self) -> None:
        self.file = self.connection.makefile("rb")
        self.say("greet")
        while line := self.file.readline():
            text = line.decode().strip()
            verb = text.split(" ")[0].upper()
            self.server.spoken.append(verb)
            getattr(self, f"do_{verb.lower()}", self.do_other)(text)

    def say(self, step: str, more: tuple[str, ...] = ()) -> bool:
        """Answer as the faults say; whether it was the good answer."""
        fault = self.server.faults.get(step)
        if fault == HANG:
            time.sleep(1.5)
        if fault in (HANG, CUT):
            raise _Cut
        lines = [fault or GOOD[step], *(f"250 {offer}" for offer in more if fault is None)]
        spoken = [line[:3] + "-" + line[4:] for line in lines[:-1]] + lines[-1:]
        self.connection.sendall("".join(f"{line}\r\n" for line in spoken).encode())
        return fault is None

    def do_ehlo(self, _text: str) -> None:
        self.server.secured.append(self.secure)
        offers = ["STARTTLS"] if self.server.context and not self.secure else []
        self.say("EHLO", tuple(offers + (["AUTH PLAIN"] if self.server.auth else [])))

    do_helo = do_ehlo

    def do_starttls(self, _text: str) -> None:
        if self.say("STARTTLS"):
            self.connection = self.server.context.wrap_socket(self.connection, server_side=True)
            self.file, self.secure = self.connection.makefile("rb"), True

    def do_auth(self, _text: str) -> None:
        self.say("AUTH")

    def do_mail(self, text: str) -> None:
        if self.say("MAIL"):
            self.sender, self.to = text[10:].split(">")[0].strip("<> "), []

    def do_rcpt(self, text: str) -> None:
        if self.say("RCPT"):
            self.to.append(text[8:].strip("<> "))

    def do_data(self, _text: str) -> None:
        if not self.say("DATA"):
            return
        lines: list[bytes] = []
        while (line := self.file.readline()) != b".\r\n":
            if not line or self.server.faults.get("body"):
                raise _Cut  # dies in the middle of the letter, which it throws away
            lines.append(line[1:] if line.startswith(b".") else line)
        mail = Mail(self.sender, self.to, b"".join(lines))
        refused = self.server.faults.get("end", "")[:1] in ("4", "5")
        if not refused and self.server.faults.get("end") is None:
            self.server.mails.append(mail)
        if self.server.faults.get("taken"):
            raise _Cut
        time.sleep(self.server.late)
        self.say("end")

    def do_quit(self, _text: str) -> None:
        self.say("QUIT")
        raise _Cut

    def do_rset(self, _text: str) -> None:
        self.connection.sendall(b"250 fine\r\n")

    def do_other(self, _text: str) -> None:
        self.connection.sendall(b"502 unknown\r\n")
