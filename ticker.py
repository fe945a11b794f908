"""The thread of the served desk that does what is due by itself, twice a minute; it never runs in a request thread."""

from __future__ import annotations

import logging
import random
import threading

from flask import Flask

from rules import ticking

EVERY, JITTER = 30.0, 5.0  # seconds
PATIENCE = 15.0  # seconds that the server waits for the item at hand when it stops
log = logging.getLogger("firsthand.tick")


class Ticker(threading.Thread):
    """Ticks until told to stop; a fault is logged and the next tick tries again."""

    def __init__(self, app: Flask, every: float = EVERY) -> None:
        super().__init__(name="tick", daemon=True)
        self.app, self.every = app, every
        self.stopped = threading.Event()

    def run(self) -> None:
        """Wait, tick, and so on."""
        while not self.stopped.wait(self.every + random.uniform(-JITTER, JITTER) * self.every / EVERY):
            try:
                with self.app.app_context():  # its own session, closed at the end
                    report = ticking.run(self.stopped.is_set)
            except Exception:
                log.exception("tick")
            else:
                for line in report.errors:
                    log.error("tick: %s", line)

    def stop(self) -> None:
        """End after the item at hand; what is left is done by the next run."""
        self.stopped.set()
        self.join(PATIENCE)
