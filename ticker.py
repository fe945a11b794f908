"""The threads of the served desk that do what is due by themselves; they never run in a request thread.

One looks twice a minute for what the rules ask for, one every two seconds for mail that shall go out, so that a slow mail
server holds up nothing but mail.
"""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable, Sequence

from flask import Flask

from rules import posting, ticking

EVERY, JITTER = 30.0, 5.0  # seconds
POST = 2.0
PATIENCE = 15.0  # seconds that the server waits for the item at hand when it stops
log = logging.getLogger("firsthand.tick")
Job = Callable[[Callable[[], bool]], Sequence[str]]  # is told when to stop; what went wrong


def tick(stopped: Callable[[], bool]) -> Sequence[str]:
    """What the rules ask for by themselves."""
    return ticking.run(stopped).errors


def post(stopped: Callable[[], bool]) -> Sequence[str]:
    """Mail that waits."""
    posting.run(stopped)
    return ()


class Ticker(threading.Thread):
    """Does its job again and again until told to stop; a fault is logged and the next time tries again."""

    def __init__(self, app: Flask, every: float = EVERY, job: Job = tick) -> None:
        super().__init__(name=job.__name__, daemon=True)
        self.app, self.every, self.job = app, every, job
        self.stopped = threading.Event()

    def run(self) -> None:
        """Wait, do it, and so on."""
        while not self.stopped.wait(self.every + random.uniform(-JITTER, JITTER) * self.every / EVERY):
            try:
                with self.app.app_context():  # its own session, closed at the end
                    errors = self.job(self.stopped.is_set)
            except Exception:
                log.exception(self.name)
            else:
                for line in errors:
                    log.error("%s: %s", self.name, line)

    def stop(self) -> None:
        """End after the item at hand; what is left is done by the next run."""
        self.stopped.set()
        self.join(PATIENCE)
