"""One tick in a process of its own, as `flask tick` makes it, that may be killed on the way: run by test_ticking.

Arguments: database, data directory, moment (ISO), and after how many writing statements or commits to die (0: never).
"""

from __future__ import annotations

import os
import sys
from datetime import datetime

from sqlalchemy import event

from app import create_app
from models import db
from rules import store, ticking

DEAD = 9


def main(url: str, data: str, at: str, dies: int) -> None:
    """Tick once at a standing moment."""
    app = create_app(DATABASE_URL=url, FIRSTHAND_DATA=data)
    moment = datetime.fromisoformat(at)
    store.set_clock(lambda: moment)
    with app.app_context():
        if dies:
            _die_at(dies)
        ticking.run()


def _die_at(point: int) -> None:
    """Leave without a word, as when the power fails, at the `point`-th change or commit."""
    passed = [0]

    def step(*_: object) -> None:
        passed[0] += 1
        if passed[0] == point:
            os._exit(DEAD)

    def changing(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.lstrip().upper().startswith(("INSERT", "UPDATE")):
            step()

    event.listen(db.engine, "after_cursor_execute", changing)
    event.listen(db.engine, "commit", step)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
