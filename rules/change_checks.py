"""What a kind of change needs beyond the shipment's columns: bill of lading, free days, the right city, a known agent."""

from __future__ import annotations

from datetime import date
from typing import Any

from models import Partner
from rules import catalogue, cities
from rules.catalogue import BY_CODE
from rules.words import N_, Refused, Words
from rules.workflow import Act


def check_extra(tx: Any, kind: catalogue.Kind, case: Any, data: dict[str, Any]) -> None:
    """Refuse (422, at the field) what a kind needs beyond the shipment's columns and does not have; another city is a
    redirection (D-01); a destination agent off the published list is noted, because a leader decides then (CHG-20)."""
    for name in kind.extra:
        if case.extra.get(name) is None:
            raise Refused(Words(N_("Fill this in.")), 422, name)
    if kind.code == "K14":
        _check_day(case.extra["bl_date"])
    if kind.code in ("K09", "K11"):
        _check_city(tx, case, data.get("address"))
    if kind.code == "K17":
        _check_partner(tx, case)


def _check_day(typed: str) -> None:
    try:
        date.fromisoformat(typed)
    except ValueError as no:
        raise Refused(Words(N_("Write the day like 2026-11-18.")), 422, "bl_date") from no


def _check_city(tx: Any, case: Any, address: str | None) -> None:
    city = cities.another_city(tx.session, address, case.shipment.destination)
    if city is not None:
        raise Refused(
            Words(N_("%(city)s is another city than the destination: choose “Redirect”, it carries a charge."), city=city),
            422, "address")  # fmt: skip


def _check_partner(tx: Any, case: Any) -> None:
    new = next(f.new for f in case.fields if f.path == "partner_id")
    partner = tx.session.get(Partner, new)
    if partner is None or partner.status != "active":
        raise Refused(Words(N_("Choose one of the offered values.")), 422, "partner_id")
    case.extra = dict(case.extra) | {"off_list": not partner.published}


def check_edit(act: Act) -> None:
    """A corrected request is checked as a new one."""
    check_extra(act.write, BY_CODE[act.case.code], act.case, act.data)
    if not any(f.new != getattr(act.case.shipment, f.path) for f in act.case.fields) and BY_CODE[act.case.code].fields:
        raise Refused(Words(N_("Nothing would change: fill in at least one new value.")), 422)
