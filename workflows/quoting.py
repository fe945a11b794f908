"""Quotations in an inquiry: drafted, looked at by a supervisor, sent, found wrong (INQ-16, INQ-17, INQ-22)."""

from __future__ import annotations

from rules.workflow import Move

MOVES: tuple[Move, ...] = ()
