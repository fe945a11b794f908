"""What is promised to whom and by when (CUS-15)."""

from __future__ import annotations

from rules.workflow import Move

MOVES: tuple[Move, ...] = ()
