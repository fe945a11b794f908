"""Asking other desks, partners and the fleet about a matter (ORG-02, CMP-05, CMP-20, SHP-20)."""

from __future__ import annotations

from rules.workflow import Move

MOVES: tuple[Move, ...] = ()
