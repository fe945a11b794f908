"""An invented matter for the preview of a script: what would stand in its slots (KNO-04). Nobody and nothing of it is real."""

from __future__ import annotations

# code: in Chinese, in English
_BOTH: dict[str, tuple[str, str]] = {
    "company": ("首接货运", "Firsthand Freight"),
    "desk_phone": ("0755-83000000", "0755-83000000"),
    "name": ("林晓雯", "Lin Xiaowen"),
    "work_number": ("1882", "1882"),
    "phone": ("0755-83000001", "0755-83000001"),
    "fax": ("0755-83000002", "0755-83000002"),
    "mailbox": ("desk@example.com", "desk@example.com"),
    "contact": ("赵敏", "Zhao Min"),
    "customer": ("启明通讯设备", "Qiming Telecom"),
    "partner": ("北京同行代理", "Beijing Partner"),
    "partner_name": ("王建平", "Wang Jianping"),
    "colleague": ("陈志强", "Chen Zhiqiang"),
    "salesperson": ("周涛", "Zhou Tao"),
    "department": ("航线部", "the route desk"),
    "number": ("6621890", "6621890"),
    "master": ("784-12345675", "784-12345675"),
    "booking": ("BK20418", "BK20418"),
    "consignee": ("王五", "Wang Wu"),
    "origin": ("深圳", "Shenzhen"),
    "destination": ("北京", "Beijing"),
    "airport": ("首都机场", "Capital Airport"),
    "pieces": ("4", "4"),
    "model": ("A3 控制板", "A3 boards"),
    "quantity": ("4", "4"),
    "flight": ("CZ3151", "CZ3151"),
    "flight_date": ("11月18日", "18 Nov"),
    "landing": ("11月18日 15:40", "18 Nov 15:40"),
    "new_flight": ("CZ3153", "CZ3153"),
    "departs": ("11月18日 18:30", "18 Nov 18:30"),
    "arrival": ("11月18日 21:45", "18 Nov 21:45"),
    "delivery": ("11月19日 10:00", "19 Nov 10:00"),
    "reason": ("舱位不足", "lack of space"),
    "answer_by": ("11月18日 15:30前", "18 Nov 15:30"),
    "hours": ("2 小时", "2 hours"),
    "answer_minutes": ("30", "30"),
    "waited": ("20 分钟", "20 minutes"),
    "festival": ("国庆节", "National Day"),
}
SAMPLES: dict[str, dict[str, str]] = {
    "zh": {code: zh for code, (zh, _) in _BOTH.items()}, "en": {code: en for code, (_, en) in _BOTH.items()},
}  # fmt: skip
