"""The customers' file of an office: its columns and its words (CUS-01 to CUS-07, CUS-12)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from models import Customer
from rules import phones
from rules.cells import Cell, choice, code, day, line, lines, plain, whole, yes_no
from rules.records import Field, Finding, Kind, Values
from rules.words import N_, Words

GROUPS = {"直客": "direct", "直接客户": "direct", "direct": "direct", "同行": "coloader", "co-loader": "coloader"}
CLASSES = {f"{letter}{tail}": letter for tail in ("", "类", "级") for letter in "ABCD"}
SOURCES = {
    "公司领导": "management", "领导": "management",
    "离职销售": "departed_sales", "离职业务员": "departed_sales",
    "僵尸客户": "dormant", "僵尸": "dormant",
    "自揽": "own", "自开发": "own", "自拓": "own",
    "VIP": "vip",
}  # fmt: skip
SETTLEMENTS = {
    "月结": "monthly", "monthly": "monthly",
    "现付": "prepaid", "现结": "prepaid", "预付": "prepaid", "prepaid": "prepaid",
    "到付": "collect", "collect": "collect",
}  # fmt: skip
SETTLEMENT_NAMES = {"monthly": N_("Monthly account"), "prepaid": N_("Prepaid"), "collect": N_("Collect")}
DAYS = {"": 1, "天": 1, "日": 1, "days": 1}
STOPPED = "停办"  # the office's own word, kept as the reason of a stop that its file brought


def mobile(cell: Cell) -> str | None:
    """A mobile number as shown, None for a blank cell. Raises Refused."""
    typed = plain(cell)
    return typed and phones.mobile(typed).display


def telephone(cell: Cell) -> str | None:
    """Any telephone number as shown, None for a blank cell. Raises Refused."""
    typed = plain(cell)
    return typed and phones.phone(typed).display


def _is_stopped(customer: Customer) -> bool:
    return customer.stopped_at is not None


def _stop(customer: Customer, stopped: bool | None, at: datetime) -> None:
    customer.stopped_at = at if stopped else None
    customer.stopped_reason = STOPPED if stopped else None
    customer.stopped_by_id = None


def check(values: Values) -> Iterator[Finding]:
    """An agreement does not end before it starts."""
    start, end = values.get("starts_on"), values.get("ends_on")
    if start and end and end < start:
        yield "ends_on", Words(N_("The agreement ends on %(end)s, before its start on %(start)s"),
                               end=end.isoformat(), start=start.isoformat())  # fmt: skip


def _on_contact(name: str, label: str, aliases: str, parse: Any, longest: int = 120, column: str = "") -> Field:
    return Field(name, label, aliases, parse, longest=longest, part="contact", column=column or name)


FIELDS = (
    Field("code", N_("Customer number"), "客户编号 客户代码 客户号 编号 customercode", code, True, 40),
    Field("name", N_("Customer name"), "客户名称 客户 公司名称 客户全称 名称 customer", line, True),
    Field("grouping", N_("Group"), "类别 客户类别 客户类型 分组", choice(GROUPS), blank="direct"),
    Field("grade", N_("Class"), "等级 客户等级 级别 class", choice(CLASSES), blank="C"),
    Field("source", N_("Source"), "来源 客户来源", choice(SOURCES), blank="own"),
    Field("settlement", N_("Settlement"), "结算方式 结算 付款方式 结算类型", choice(SETTLEMENTS)),
    Field("term_days", N_("Term (days)"), "账期 账期天数 付款期限", whole, units=DAYS),
    Field("starts_on", N_("Agreement from"), "协议起 协议开始 协议起始日 合同开始", day, part="agreement"),
    Field("ends_on", N_("Agreement to"), "协议止 协议结束 协议到期 合同到期", day, part="agreement"),
    Field("agent", N_("Own agent"), "负责客服 客服 跟进客服 agent", line, column="agent_name"),
    Field("salesperson", N_("Salesperson"), "业务员 销售 业务 salesman", line),
    _on_contact("contact", N_("Contact"), "联系人 联系人姓名 contactperson", line, column="name"),
    _on_contact("post", N_("Post"), "职务 职位", line),
    _on_contact("mobile", N_("Mobile phone"), "手机 手机号 手机号码 移动电话 mobile", mobile, 40, "phone"),
    _on_contact("landline", N_("Landline"), "座机 固话 固定电话 电话 办公电话 tel", telephone, 40),
    _on_contact("wechat", N_("WeChat"), "微信 微信号", plain),
    _on_contact("qq", N_("QQ"), "QQ QQ号", plain),
    _on_contact("mail", N_("E-mail"), "邮箱 电子邮箱 邮件 email e-mail", plain),
    Field("note_mailbox", N_("Note mailbox"), "发单邮箱 托运书邮箱 单据邮箱", plain),
    Field("vip", N_("VIP"), "VIP 是否VIP VIP客户", yes_no, blank=False),
    Field("state_owned", N_("State-owned"), "国企央企 国企 央企 国企/央企 是否国企", yes_no, blank=False),
    Field("stopped", N_("Stopped"), "停办 是否停办 停单", yes_no, blank=False, read=_is_stopped, write=_stop),
    Field("industry", N_("Industry"), "行业 所属行业", line),
    Field("lanes", N_("Lanes"), "航线 常走航线 线路", line, longest=300),
    Field("monthly_volume", N_("Monthly volume"), "月货量 货量 月均货量", line),
    Field("remark", N_("Remark"), "备注 说明 remark remarks", lines, longest=4000),
)
KIND = Kind("customers", N_("customer data"), FIELDS, "code", check)
