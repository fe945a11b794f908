"""A backup while everybody writes: it holds together, is restored into a new directory, and a desk boots on it."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path

from tests.drill.drill_race import Writer, set_up
from tests.served import Browser, flask, serving

SECONDS, ROUNDS = 12.0, 3


def test_a_backup_made_while_writing_is_a_whole_desk(tmp_path: Path) -> None:
    data = tmp_path / "desk"
    refs = set_up(data)
    with serving(data) as port:
        writers = [Writer(number, port, refs, time.monotonic() + SECONDS) for number in range(8)]
        for writer in writers:
            writer.start()
        made = [flask(data, "backup", str(tmp_path / f"saved{n}")) for n in range(ROUNDS) if not time.sleep(1)]
        still_writing = threading.active_count() > 1
        for writer in writers:
            writer.join()
    assert still_writing, "the backups took longer than the writing"
    assert [done.returncode for done in made] == [0] * ROUNDS, [done.stderr for done in made]
    codes = {code for writer in writers for code in writer.told.codes}
    longest = max(wait for writer in writers for wait in writer.told.waits)
    print(f"\n{sum(len(w.told.waits) for w in writers)} writes beside {ROUNDS} backups, longest wait {longest:.2f} s")
    assert codes <= {303, 409}
    events = [opens(tmp_path / f"saved{n}", tmp_path / f"new{n}", refs) for n in range(ROUNDS)]
    print("events in the backups:", events)
    assert events == sorted(events) and events[0] < events[-1]


def opens(saved: Path, new: Path, refs: list[str]) -> int:
    """Restore, verify, serve and sign in; returns how many events the desk has."""
    done = flask(saved.parent / "nowhere", "restore", str(saved), "--into", str(new))
    assert done.returncode == 0, done.stderr
    verified = flask(new, "verify", "--json")
    assert verified.returncode == 0, verified.stdout
    with serving(new) as port:
        browser = Browser(port)
        browser.sign_in("agent0", "correct horse battery")
        assert browser.get(f"/cases/{refs[0]}")[0] == 200
        assert browser.post(f"/cases/{refs[0]}/note", text="恢复后第一条")[0] == 303
    return int(json.loads(verified.stdout)["count"])
