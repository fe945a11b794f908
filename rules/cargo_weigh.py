"""What figures and words of an inquiry call for, found when they are written down (BKG-07, BKG-08, BKG-19, BKG-21)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Carrier, Watchword
from rules import figures
from rules.cargo_data import BOXES, PORTS

Note = tuple[str, dict[str, Any]]
FLAGGED = ("overweight", "terminal", "dangerous")  # notes that ask for a field of their own


def weigh(session: Session, office_id: int, cargo: dict[str, Any], lane: str | None) -> dict[str, Any]:
    """The cargo with what it calls for: "notes" as (code, what the sentence names), "flags" for fields asked because of them."""
    found: list[Note] = []
    if cargo.get("container"):
        found += _box(figures.figures(session, office_id), cargo)
    name = " ".join(filter(None, (cargo.get("cargo_name"), cargo.get("cargo_list"))))
    if name:
        found += _words(session, name, cargo)
    found += _ports(" ".join(filter(None, (lane, cargo.get("destination")))))
    if cargo.get("carrier"):
        found += _carrier(session, cargo["carrier"])
    notes = list({code: (code, params) for code, params in reversed(found)}.values())[::-1]
    return {**cargo, "notes": [list(note) for note in notes], "flags": [code for code, _ in notes if code in FLAGGED]}


def _box(known: dict[str, Any], cargo: dict[str, Any]) -> list[Note]:
    """Gross weight and volume against type times number; a 20-foot box asks from the heavy weight on (D-10)."""
    box, count, found = cargo["container"], cargo.get("containers") or 1, []
    weight, volume = (cargo.get("weight_g") or 0) / 1_000_000, (cargo.get("volume_l") or 0) / 1000
    boxes = f"{count} × {dict(BOXES)[box]}"
    if box in known["booking.containers"]:
        room, load = known["booking.containers"][box]
        if volume > room * count:
            found.append(("box_volume", {"volume": f"{volume:g}", "boxes": boxes, "most": room * count}))
        if weight > load * count:
            found.append(("box_weight", {"weight": f"{weight:g}", "boxes": boxes, "most": load * count}))
    if box.startswith("20") and weight / count >= known["booking.small_container_heavy"]:
        found.append(("overweight", {}))
    return found


def _words(session: Session, name: str, cargo: dict[str, Any]) -> list[Note]:
    """Words in the name that call for a question: heavy ones in a small box, dangerous ones anywhere."""
    rows = session.execute(select(Watchword.kind, Watchword.word).where(Watchword.active).order_by(Watchword.id))
    hits = [(kind, word) for kind, word in rows if word.casefold() in name.casefold()]
    small = str(cargo.get("container") or "").startswith("20")
    found: list[Note] = [("overweight", {})] if small and any(kind == "heavy" for kind, _ in hits) else []
    return found + [("dangerous", {"word": word}) for kind, word in hits if kind == "dangerous"]


def _ports(where: str) -> list[Note]:
    return [
        ("terminal", {"port": port, "which": which})
        for names, port, which in PORTS if any(name in where.casefold() for name in names)
    ]  # fmt: skip


def _carrier(session: Session, wished: str) -> list[Note]:
    rows = session.execute(select(Carrier.code, Carrier.name, Carrier.terminals).where(Carrier.terminals.is_not(None)))
    meant = (
        (name, terminals) for code, name, terminals in rows if {code.casefold(), name.casefold()} & {wished.casefold()}
    )
    return [("carrier_terminal", {"carrier": name, "which": terminals}) for name, terminals in meant]
