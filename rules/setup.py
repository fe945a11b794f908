"""The first run: an empty desk gets its office, desk hours, reference data and first administrator in one write (E-32)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Office, User
from rules import accounts, library, offices, reference
from rules.store import Tx
from rules.words import N_, Refused, Words


def empty(session: Session) -> bool:
    """Whether the desk has no account yet."""
    return session.scalar(select(User.id).limit(1)) is None


def first(
    tx: Tx, code: str, office: str, zone: str, times: Mapping[str, Any], name: str, display: str, password: str
) -> User:
    """Make the first office with its desk hours, the starting reference data and the first administrator.

    `times` as in `offices.edit`. Raises Refused: 409 when the desk has an account already, also by somebody who was
    faster; 422 (with the field) for what an office or an account cannot be.
    """
    if not empty(tx.session):
        raise Refused(Words(N_("This desk is set up already. Sign in.")), 409)
    accounts.check_password(password, name, display)
    found = tx.session.scalar(select(Office).where(Office.code == code))
    home = found or offices.add(tx, code, office, zone)
    offices.edit(tx, home, office, zone, times)
    reference.seed(tx)
    library.install(tx)
    return accounts.add(tx, name, password, ["admin"], display=display, office=home)
