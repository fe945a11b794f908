"""The slots of scripts: what may stand in braces in a script, and the name that an empty one bears in a text (KNO-04).

The list is fixed: a script that asks for anything else cannot be approved. No slot can hold a reason of somebody's own making;
reasons come from rules/transport_reasons.py (CF-15).
"""

from __future__ import annotations

# code: name in Chinese, name in English. A name has no braces and at most 40 characters.
NAMES: dict[str, tuple[str, str]] = {
    # who speaks, and for whom
    "company": ("公司名称", "company"),
    "desk_phone": ("客服电话", "desk phone"),
    "name": ("您的姓名", "your name"),
    "work_number": ("工号", "staff number"),
    "phone": ("联系电话", "phone"),
    "fax": ("传真号", "fax number"),
    "mailbox": ("邮箱", "mailbox"),
    # to whom
    "contact": ("联系人", "contact"),
    "customer": ("客户名称", "customer"),
    "partner": ("代理公司", "partner"),
    "partner_name": ("代理联系人", "person at the partner"),
    "colleague": ("同事姓名", "colleague"),
    "salesperson": ("业务员", "salesperson"),
    "department": ("部门", "department"),
    "festival": ("节日", "festival"),
    # the goods
    "number": ("单号", "waybill number"),
    "master": ("主单号", "master number"),
    "booking": ("订舱号", "booking number"),
    "consignee": ("收货方", "consignee"),
    "origin": ("始发站", "origin"),
    "destination": ("目的站", "destination"),
    "pieces": ("件数", "pieces"),
    "model": ("品名型号", "model"),
    "quantity": ("数量", "quantity"),
    "serial": ("机器编号", "serial number"),
    "packing": ("包装情况", "packing"),
    "state": ("货物状态", "state of the goods"),
    # the flight, ship or truck
    "flight": ("航班", "flight"),
    "flight_date": ("航班日期", "flight date"),
    "landing": ("落地时间", "landing time"),
    "arrival": ("预计到达时间", "expected arrival"),
    "delivery": ("派送时间", "delivery time"),
    "airport": ("机场", "airport"),
    "reason": ("原因", "reason"),
    "new_flight": ("改配航班", "new flight"),
    "departs": ("起飞时间", "departure time"),
    "sailing": ("船期", "sailing"),
    # times of the desk
    "waited": ("已等时间", "time waited"),
    "answer_by": ("答复时间", "time of our answer"),
    "hours": ("答复时限", "answer limit"),
    "answer_minutes": ("答复分钟数", "answer minutes"),
    "sent_when": ("发送时间", "when it was sent"),
    "sent_to": ("发往地址", "where it was sent"),
    "end_time": ("结束时间", "end time"),
    "new_time": ("新的时间", "new time"),
    "final_time": ("最晚时间", "latest time"),
    "date": ("日期", "date"),
    "new_date": ("新的日期", "new date"),
    "days": ("天数", "days"),
    "month": ("月份", "month"),
    # papers
    "contact_sheet": ("联系表", "contact sheet"),
    "flow": ("操作流程", "work flow"),
    "sample": ("托运书样本", "sample note"),
    "tickets": ("票数", "number of notes"),
    "units": ("台数", "units"),
    "enclosures": ("特殊附件", "special enclosures"),
    "missing": ("缺少的资料", "what is missing"),
    "kind": ("事项", "kind of matter"),
    # complaints, money, prices
    "pickup_table": ("提货记录表", "pick-up table"),
    "cause": ("查明的原因", "cause found"),
    "finding": ("核查结果", "finding"),
    "visit_result": ("回访结果", "result of the visit"),
    "amount": ("金额", "amount"),
    "charge": ("费用", "charge"),
    "price": ("价格", "price"),
    "deductible": ("免赔额", "deductible"),
    "alternatives": ("其他方案", "alternatives"),
    # acquisition
    "points": ("网点", "points"),
    "volumes": ("货量", "volumes"),
    "lanes": ("优势线路", "strong lanes"),
    "contacts": ("联系方式", "contacts"),
}


def name_of(code: str, language: str) -> str:
    """The name of a slot in "zh" or "en"; the code itself for one that is not on the list."""
    zh, en = NAMES.get(code, (code, code))
    return zh if language == "zh" else en
