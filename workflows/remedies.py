"""What a complaint brings along: checklist, demand of money, call back, crisis, measures (CMP-08 to CMP-25)."""

from __future__ import annotations

from rules.workflow import Move

MOVES: tuple[Move, ...] = ()
