"""The pick-up log of an office's fleet: its columns, and where it is kept (CMP-14, E-19)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Customer, ImportedRow, Pickup
from rules.cells import Cell, code, line, moment, plain
from rules.merging import Derived, Home, Known, Place
from rules.policy import unseen
from rules.records import Field, Finding, Kind, Values
from rules.words import N_, Words

LONGEST_KEY = 120
NEXT_DAY = timedelta(hours=12)  # a bare time that lies further back belongs to the day after
FAR_OFF = timedelta(days=2)


@dataclass
class Refs:
    """Customers of the office: number → id, and name → id where only one has it."""

    codes: dict[str, int]
    names: dict[str, int]


def came(cell: Cell) -> datetime | time | None:
    """When the vehicle came: a date with time, or a time of the day that was agreed (09:40)."""
    if isinstance(cell, time):
        return cell.replace(microsecond=0)
    text = plain(cell)
    try:
        return time.fromisoformat(text.zfill(5)) if text and ":" in text and len(text) <= 5 else moment(cell)
    except ValueError:
        return moment(cell)


def check(values: Values) -> Iterator[Finding]:
    """A customer is named by number or name; a bare time of arrival gets its day."""
    if not values.get("customer") and not values.get("customer_name"):
        yield "customer", Words(N_("Name the customer by number or by name"))
    planned, arrived = values["planned"], values.get("came")
    if isinstance(arrived, time):
        arrived = datetime.combine(planned.date(), arrived)
        values["came"] = arrived + timedelta(days=1) if planned - arrived > NEXT_DAY else arrived


def doubt(values: Values) -> Iterator[Finding]:
    """An arrival that lies days away from the time agreed."""
    planned, arrived = values.get("planned"), values.get("came")
    if planned and isinstance(arrived, datetime) and abs(arrived - planned) > FAR_OFF:
        yield "came", Words(N_("The arrival lies more than two days from the time agreed"))


def key_of(values: Values) -> str:
    """The time agreed, waybill, vehicle, place and customer."""
    named = values.get("customer") or values.get("customer_name")
    parts = (values.get("planned"), values.get("waybill"), values.get("plate"), values.get("place"), named)
    return "|".join("" if part is None else str(part).upper() for part in parts)[:LONGEST_KEY]


FIELDS = (
    Field("customer", N_("Customer number"), "客户编号 客户代码 客户号 customercode", code, longest=40, column=""),
    Field("customer_name", N_("Customer name"), "客户名称 客户 货主 customer", line, column=""),
    Field("place", N_("Pick-up place"), "提货地点 提货地址 提货地 装货地 place", line),
    Field("fleet", N_("Fleet"), "车队 承运车队 fleet", line),
    Field("driver", N_("Driver"), "司机 驾驶员 driver", line),
    Field("plate", N_("Licence plate"), "车牌 车牌号 车号 plate", code, longest=40),
    Field(
        "planned", N_("Time agreed"), "约定时间 预约时间 约车时间 计划时间 planned", moment, True, column="planned_at"
    ),
    Field("came", N_("Came at"), "到达时间 实际到达 到厂时间 到场时间 arrived", came, column="came_at"),
    Field("waybill", N_("Waybill number"), "单号 运单号 运单 waybill", code, longest=40),
    Field("remark", N_("Remark"), "备注 说明 remark remarks", line, longest=300),
)
KIND = Kind("pickups", N_("the pick-up log"), FIELDS, "planned", check, doubt, key_of)


def refs(session: Session, place: Place) -> Refs:
    """The customers that a pick-up may name."""
    own = select(Customer.code, Customer.name, Customer.id).where(Customer.office_id == place.id)
    rows = list(session.execute(unseen(own)))
    names: dict[str, list[int]] = {}
    for row in rows:
        names.setdefault(row.name.lower(), []).append(row.id)
    single = {name: ids[0] for name, ids in names.items() if len(ids) == 1}
    return Refs({row.code.upper(): row.id for row in rows if row.code}, single)


def _customer(values: Values, known: Refs) -> int | None:
    number = values.get("customer")
    return known.codes.get(number) if number else known.names.get(str(values.get("customer_name")).lower())


def misfits(values: Values, known: Refs) -> Iterator[Finding]:
    """The customer must be known to this office."""
    if _customer(values, known) is None:
        number, name = values.get("customer"), values.get("customer_name")
        yield (
            "customer" if number else "customer_name",
            Words(N_("This office has no customer %(code)s: import or add the customer first"), code=number or name),
        )


def resolve(values: Values, _known: Refs, place: Place) -> Values:
    """Values as they are stored: times of the office's clock in UTC."""
    zone = ZoneInfo(place.zone)
    return {
        name: value.replace(tzinfo=zone).astimezone(UTC) if isinstance(value, datetime) else value
        for name, value in values.items()
    }


def _key(values: Values, place: Place) -> str:
    """The key of stored values: the file's own clock counts in it."""
    local = values["planned"].astimezone(ZoneInfo(place.zone)).replace(tzinfo=None)
    return key_of(values | {"planned": local})


def load(session: Session, place: Place, rows: list[Values], last: dict[str, ImportedRow]) -> dict[str, Known]:
    """The pick-ups of the rows by key."""
    keys = [_key(values, place) for values in rows]
    stored = unseen(select(Pickup).where(Pickup.office_id == place.id, Pickup.key.in_(keys)))
    found = {pickup.key: pickup for pickup in session.scalars(stored)}
    return {key: Known({"": found.get(key)}, last.get(key)) for key in keys}


def create(place: Place, values: Values, _at: datetime) -> Pickup:
    """A new line of the log; the rest is filled in by the merge."""
    return Pickup(office_id=place.id, key=_key(values, place))


def derive(known: Known, values: Values, customers: Refs, _at: datetime) -> Derived:
    """The customer's id, from his number or name."""
    found = _customer(values, customers)
    kept = known.main is not None and known.main.customer_id == found
    return ({} if kept else {"customer_id": found}), []


HOME = Home(KIND, refs, load, create, (), resolve, misfits, derive=derive)
