"""Matters that belong together, or turn out to be one."""

from __future__ import annotations

from rules.workflow import Move

MOVES: tuple[Move, ...] = ()
