"""Who asks whether the customer is satisfied (CMP-22, D-07)."""

from __future__ import annotations

from typing import Any

ATTITUDE = "attitude"


def needed(case: Any) -> bool:
    """Whether another person than the owner asks: after a complaint about a clerk's attitude and after a reopened one."""
    return bool(case.topic == ATTITUDE or case.reopened)


def due(case: Any) -> bool:
    """Whether the result has been told and the other person's call is still to be made."""
    return needed(case) and case.feedback_at is not None and case.satisfied is not True
