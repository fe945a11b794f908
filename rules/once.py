"""A form is carried out once: its token is claimed as the first statement of the write and kept with the result (E-24)."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from models import FormToken
from rules.store import Tx

INSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


class Repeated(Exception):
    """The same form was carried out before; `result` is the address that shows what it did."""

    def __init__(self, result: str) -> None:
        super().__init__(result)
        self.result = result


def digest(path: str, fields: list[tuple[str, str]]) -> str:
    """What makes two sendings the same form: address and content, the CSRF token left out."""
    content = sorted(field for field in fields if field[0] != "csrf_token")
    return hashlib.sha256(json.dumps([path, content]).encode()).hexdigest()


def claim(tx: Tx, key: str, body: str) -> None:
    """Take a form's token for this write. Raises Repeated with the first sending's result when it is taken already."""
    row = {"user_id": tx.actor.user_id, "key": key[:64], "body": body, "result": "", "at": tx.at}
    insert = INSERTS[tx.session.get_bind().dialect.name]
    taken = tx.session.execute(insert(FormToken).values(row).on_conflict_do_nothing().returning(FormToken.id)).scalar()
    if taken is None:
        raise Repeated(tx.session.scalars(_same(row, select(FormToken.result))).one())


def keep(tx: Tx, key: str, body: str, result: str) -> None:
    """Store the address that shows the result beside the claimed token."""
    row = {"user_id": tx.actor.user_id, "key": key[:64], "body": body}
    tx.session.execute(_same(row, update(FormToken)).values(result=result[:300]))


def _same(row: dict[str, Any], statement: Any) -> Any:
    return statement.where(
        FormToken.user_id == row["user_id"], FormToken.key == row["key"], FormToken.body == row["body"]
    )
