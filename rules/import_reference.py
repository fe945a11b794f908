"""Reference data as files: destination partners with the published list, carriers with the airline prefix."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Carrier, ImportedRow, Partner
from rules.cells import Cell, choice, code, line, plain, yes_no
from rules.customer_columns import telephone
from rules.merging import Home, Known
from rules.records import Field, Finding, Kind, Values
from rules.waybill_columns import MODES
from rules.words import N_, Refused, Words

STATUSES = {
    "正常": "active",
    "启用": "active",
    "active": "active",
    "停用": "blocked",
    "封停": "blocked",
    "blocked": "blocked",
}


def _prefix(cell: Cell) -> str | None:
    """Three digits; a spreadsheet drops leading zeros, so 20 is 020."""
    typed = plain(cell)
    if typed is None:
        return None
    if not re.fullmatch(r"[0-9]{1,3}", typed):
        raise Refused(Words(N_("“%(text)s” is no airline prefix: three digits, for example 784"), text=typed), 422)
    return typed.zfill(3)


def check_carrier(values: Values) -> Iterator[Finding]:
    """Only airlines have a waybill prefix."""
    if values.get("prefix") and values.get("mode") != "air":
        yield "prefix", Words(N_("Only an airline has a waybill prefix; leave it blank"))


PARTNER_FIELDS = (
    Field("code", N_("Partner code"), "代理编号 代理代码 站点代码 编号 代码 code", code, True, 40),
    Field("name", N_("Partner name"), "代理名称 代理 站点 站点名称 名称 partner", line, True),
    Field("city", N_("City"), "城市 所在城市 目的站 city", line),
    Field("contact", N_("Contact"), "联系人 contact", line),
    Field("phone", N_("Phone"), "电话 联系电话 手机 phone", telephone, longest=40),
    Field("manager", N_("Manager"), "负责人 主管 经理 manager", line),
    Field("published", N_("On the published list"), "公布名单 公布代理 是否公布 published", yes_no, blank=False),
    Field("status", N_("Status"), "状态 status", choice(STATUSES), blank="active"),
)
_PARTNERS = Kind("partners", N_("partner data"), PARTNER_FIELDS, "code")

CARRIER_FIELDS = (
    Field("code", N_("Carrier code"), "承运人代码 承运商代码 二字码 编号 代码 code", code, True, 40),
    Field("name", N_("Carrier name"), "承运人 承运商 承运人名称 航空公司 船公司 名称 carrier", line, True),
    Field("mode", N_("Mode"), "运输方式 方式 mode", choice(MODES), True),
    Field("prefix", N_("Airline prefix"), "运单前缀 前缀 航司前缀 三字头 prefix", _prefix, longest=3),
    Field("terminals", N_("Terminals"), "货站 航站 码头 terminals", line, longest=300),
    Field("active", N_("In use"), "启用 使用 active", yes_no, blank=True),
)
_CARRIERS = Kind("carriers", N_("carrier data"), CARRIER_FIELDS, "code", check_carrier)


# ------------------------------------------------------------------------------------------ where they are kept


def _home(kind: Kind, model: Any) -> Home:
    """Reference data is shared by all offices and recognised by its code."""

    def load(session: Session, _place: None, rows: list[Values], last: dict[str, ImportedRow]) -> dict[str, Known]:
        codes = [values["code"] for values in rows]
        found = {row.code: row for row in session.scalars(select(model).where(model.code.in_(codes)))}
        return {code_: Known({"": found.get(code_)}, last.get(code_)) for code_ in codes}

    def create(_place: None, values: Values, _at: datetime) -> Any:
        return model(code=values["code"], name=values["name"])

    return Home(kind, lambda session, office: None, load, create, shared=True)


PARTNERS = _home(_PARTNERS, Partner)
CARRIERS = _home(_CARRIERS, Carrier)
