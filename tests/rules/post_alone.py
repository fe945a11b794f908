"""One round of the post in a process of its own, that may be killed on the way: run by test_outbox.

Arguments: database, data directory, moment (ISO), port of the mail server, and where to die: "claimed" (before the first
byte), "handed" (before the letter's last line), "taken" (the server has it, the desk has not noted it), "" (never).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import datetime

from app import create_app
from rules import mailer, posting, store
from rules.mailer import Letter, Server, SmtpSender

DEAD = 9


class Dying(SmtpSender):
    """A sender that leaves without a word, as when the power fails."""

    where = ""

    def send(self, letter: Letter, handing: Callable[[], None]) -> None:
        """See Sender."""

        def and_die() -> None:
            handing()
            self.die_at("handed")

        self.die_at("claimed")
        super().send(letter, and_die)
        self.die_at("taken")

    def die_at(self, point: str) -> None:
        """Leave when this is the point."""
        if point == self.where:
            os._exit(DEAD)


def main(url: str, data: str, at: str, port: str, where: str) -> None:
    """One round at a standing moment."""
    app = create_app(DATABASE_URL=url, FIRSTHAND_DATA=data)
    moment = datetime.fromisoformat(at)
    store.set_clock(lambda: moment)
    sender = Dying(Server("127.0.0.1", int(port), False, "desk@example.cn"), 2.0)
    sender.where = where
    mailer.use(sender)
    with app.app_context():
        posting.run()


if __name__ == "__main__":
    main(*sys.argv[1:6])
