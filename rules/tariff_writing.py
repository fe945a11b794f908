"""Tariffs kept by hand: a supervisor adds, corrects and withdraws them (INQ-19). Amounts are minor units."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from models import Tariff
from rules import tariffs
from rules.byhand import check_version, office_of
from rules.policy import require, unseen
from rules.store import Tx
from rules.tariff_columns import key_of
from rules.words import N_, Refused, Words


def add(tx: Tx, values: Mapping[str, Any]) -> Tariff:
    """A new tariff by hand. Raises Refused: 403, 422 at the field: days, floor above the selling price, the same twice."""
    require(tx.actor, "tariff.write")
    data = dict(values)
    office = office_of(tx, data.pop("office_id", None))
    tariff = Tariff(**data, office_id=office, made_at=tx.at)
    _check(tariff)
    tariff.key = key_of({**data, "valid_from": tariff.valid_from})
    twin = unseen(select(Tariff.id).where(Tariff.office_id == office, Tariff.key == tariff.key))
    if tx.session.scalar(twin) is not None:
        why = N_("The table has this charge from that day on already; change that one.")
        raise Refused(Words(why), 422, "valid_from")
    return tx.add(tariff)  # type: ignore[no-any-return]


def change(tx: Tx, tariff_id: int, values: Mapping[str, Any], version: int | None = None) -> Tariff:
    """Correct prices, last day and remark; lane and first day stay what they are. Another selling price is news from now on.

    Raises Refused: 403, 404, 409 when it is withdrawn or was changed meanwhile, 422 at the field.
    """
    tariff = _own(tx, tariff_id, version)
    priced = (tariff.selling_minor, tariff.currency)
    for name, value in values.items():
        setattr(tariff, name, value)
    with tx.session.no_autoflush:
        _check(tariff)
    if (tariff.selling_minor, tariff.currency) != priced:
        tariff.made_at = tx.at
    tx.session.flush()
    return tariff


def withdraw(tx: Tx, tariff_id: int, reason: str, version: int | None = None) -> Tariff:
    """Take a tariff out of use; it stays to be seen. Raises Refused: 403, 404, 409."""
    tariff = _own(tx, tariff_id, version)
    tariff.withdrawn_at, tx.reason = tx.at, reason
    tx.session.flush()
    return tariff


def _own(tx: Tx, tariff_id: int, version: int | None) -> Tariff:
    require(tx.actor, "tariff.write")
    tariff = tariffs.of(tx.session, tx.actor, tariff_id)
    if tariff is None:
        raise Refused(Words(N_("There is nothing here, or it belongs to another office.")), 404)
    check_version(tariff, version)
    if tariff.withdrawn_at is not None:
        raise Refused(Words(N_("This tariff was withdrawn; add a new one.")), 409)
    return tariff


def _check(tariff: Tariff) -> None:
    if tariff.floor_minor is not None and tariff.floor_minor > tariff.selling_minor:
        raise Refused(Words(N_("The floor price lies above the selling price")), 422, "floor")
    if tariff.valid_until is not None and tariff.valid_until < tariff.valid_from:
        raise Refused(Words(N_("The last day lies before the first.")), 422, "valid_until")
