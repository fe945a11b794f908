"""More of the demo's day: a newcomer's quotation in review, tariffs, complaints of every weight, the pick-up log, a flight that
left goods behind. Data first, then what puts it onto the desk through the rules; nobody in it exists.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from blueprints._words import words
from demo_data import ACCEPTED, Matter, Step
from models import Office, db
from rules import accounts, importing, quoting_lines, tariff_writing, transport_events
from rules.facts import Facts
from rules.store import system, write_tx

NEWCOMER, HIS_CHIEF = "tang", "chen"
FLIGHT, NEXT_FLIGHT = "CZ3842", "CZ3846"
ZONE = "Asia/Shanghai"

# mode, carrier, from, to, charge, unit, selling and lowest price in minor units, currency. Invented.
TARIFFS: tuple[tuple[Any, ...], ...] = (
    ("air", "CZ", "深圳", "乌鲁木齐", "air_freight", "kg", 780, 690, "CNY"),
    ("air", "CA", "深圳", "北京", "air_freight", "kg", 520, 460, "CNY"),
    ("air", "HU", "深圳", "兰州", "air_freight", "kg", 640, 570, "CNY"),
    ("air", None, "深圳", "沈阳", "air_freight", "kg", 610, 540, "CNY"),
    ("road", None, "深圳", "武汉", "road_freight", "cbm", 28_000, 24_000, "CNY"),
    ("sea", "COSCO", "深圳", "汉堡", "ocean_freight", "40HQ", 248_000, 226_000, "USD"),
    ("sea", "OOCL", "深圳", "洛杉矶", "ocean_freight", "40HQ", 312_000, 285_000, "USD"),
)
# Goods of several customers on one flight: customer, destination, consignee.
ABOARD = (
    ("chenyu", "成都", "文静"),
    ("chenyu", "成都", "罗林"),
    ("hongyu", "成都", "彭飞"),
    ("nanling", "成都", "谢军"),
)
# Days ago, customer, agreed at, came after so many minutes, driver.
PICKUPS = (
    (9, "青藤医疗器械", "10:00", 8, "陈师傅"),
    (8, "宏昱照明", "14:30", 0, "陈师傅"),
    (7, "青藤医疗器械", "10:00", 26, "吴师傅"),
    (6, "晨屿电子科技", "16:00", 12, "吴师傅"),
    (5, "青藤医疗器械", "10:00", 5, "陈师傅"),
    (4, "南岭精工机械", "09:30", 41, "吴师傅"),
    (3, "青藤医疗器械", "10:00", 62, "吴师傅"),
    (2, "宏昱照明", "14:30", 15, "陈师傅"),
    (1, "青藤医疗器械", "10:00", 18, "陈师傅"),
    (0, "青藤医疗器械", "10:00", 90, "吴师傅"),
)


def _line(amount: int, quantity: int, item: str = "air_freight", unit: str = "kg") -> dict[str, Any]:
    return {"item": item, "amount": amount, "currency": "CNY", "unit": unit, "quantity": quantity * 1000}


def _told(text: str, **more: Any) -> dict[str, Any]:
    return {"to": "shipper", "channel": "phone", "text": text, **more}


def _complaint(topic: str, content: str) -> dict[str, Any]:
    return {"topic": topic, "weight": "", "content": content}


# fmt: off
MATTERS: tuple[Matter, ...] = (
    # inquiries
    Matter("inquiry", NEWCOMER, 9, "hemu", {"topic": "price", "lane": "深圳 → 北京", "asked": "家居样品 18 件，周五前要到",
           "piece": {"pieces": 18, "weight_g": 420_000, "volume_l": 2100, "cargo_name": "家居样品"}},
           (Step(7, NEWCOMER, "acknowledge", _told("正在核价，十分钟内回您")),
            Step(4, NEWCOMER, "quote_draft", {"lines": [_line(520, 420), _line(5000, 1, "documents", "bill")], "cost": 198_000,
                                              "remark": "提货费另计"}),
            Step(1, NEWCOMER, "submit_quote"))),
    Matter("inquiry", "lin", 175, "hongyu", {"topic": "price", "lane": "深圳 → 兰州", "asked": "灯具 40 箱 760 公斤，空运",
           "piece": {"pieces": 40, "weight_g": 760_000, "volume_l": 4300, "cargo_name": "灯具"}},
           (Step(170, "lin", "quote_draft", {"lines": [_line(640, 760), _line(5000, 1, "documents", "bill")], "cost": 433_000}),
            Step(168, "lin", "finish_quote"), Step(167, "lin", "send_quote", {"channel": "wechat", "language": "zh"})),
           channel="wechat"),
    Matter("inquiry", "hu", 13, "chenyu", {"topic": "price", "goods": "chemical", "lane": "深圳 → 武汉",
           "asked": "胶水两吨半，问危险品车队怎么收费", "piece": {"weight_g": 2_500_000, "cargo_name": "胶水"}}, channel="qq"),
    Matter("inquiry", "lin", 12, "nanling", {"topic": "ledger", "asked": "十月电子对账单有两票重量和我们底单不符"},
           channel="mail"),
    Matter("inquiry", "hu", 4, "minglan", {"topic": "statement", "asked": "今天的库存表还没收到"}),
    # complaints
    Matter("complaint", "hu", 75, "lingchao", _complaint("warehouse", "收货人拆开是别家的玩具，型号不对，要求今天给说法"),
           (Step(70, "hu", "accept", ACCEPTED | {"weight": "", "purpose": "换回正确的货", "wanted": "两天内补发并赔偿损失"}),
            Step(64, "hu", "ask_party", {"to": "consignee", "whom": "收货人 任先生",
                 "question": "请读我司标签上的单号和外箱名称，纸箱和编织袋先保留"}),
            Step(30, "hu", "demand", {"demand": "赔偿展会耽误的损失 500 元", "amount": 50_000, "draft": "我们赔您 500 元"}))),
    Matter("complaint", "lin", 58, "chenyu", _complaint("mistake", "上周报错目的站，货绕了两天，道歉不接受，要主管回电"),
           (Step(52, "lin", "accept", ACCEPTED | {"weight": "", "purpose": "主管道歉"}),
            Step(50, "lin", "call_me", {"phone": "13800130101"}))),
    Matter("complaint", "hu", 240, "haiwei", _complaint("loss", "少一箱连接器，客户说再不解决就找电视台"),
           (Step(235, "hu", "accept", ACCEPTED | {"weight": "complex", "purpose": "查清下落"}),
            Step(232, "hu", "promise", {"promised": "每天下班前通报一次查找进展", "to_whom": "许纬", "in_minutes": 180}),
            Step(228, "hu", "crisis", {"crisis": "media"})), about="approved", channel="mail"),
    Matter("complaint", "lin", 310, "qingteng", _complaint("bumped", "连续三天被拉货，要求说明航空公司怎么配载"),
           (Step(300, "lin", "accept", ACCEPTED | {"weight": "complex", "purpose": "保证后面不再拉货"}),
            Step(24, "lin", "joint_review", {"departments": ["1", "11"], "question": "连续三天被拉，问配载怎么安排",
                                              "purpose": "给出后面一周的保舱办法"}))),
    Matter("complaint", "hu", 5200, "chenyu", _complaint("partner", "放货后两天才派送"),
           (Step(5190, "hu", "accept", ACCEPTED), Step(5100, "hu", "answer", _told("代理已派送，向您致歉"))), about="late"),
)
# fmt: on


def plan(maker: Any) -> None:
    """Put it all on the agenda of the demo's maker; goods are planned by him with the others."""
    maker._at(maker.opening - 20, partial(_newcomer, maker))
    maker._at(2050, partial(_tariffs, maker))
    maker._at(600, partial(_pickups, maker))
    maker._at(34, partial(_offloaded, maker))
    maker._at(26, partial(_first_told, maker))


def goods(maker: Any) -> Any:
    """The goods on the flight, as the maker ships them."""
    leaves = maker.start + timedelta(hours=1)
    for number, (customer, destination, consignee) in enumerate(ABOARD):
        serial = maker.dice.randint(1_000_000, 9_999_999)
        told = {
            "vehicle": FLIGHT, "departs_at": leaves, "arrives_at": leaves + timedelta(hours=3), "carrier": "CZ",
            "destination": destination, "consignee": consignee, "number": f"784-{serial}{serial % 7}",
        }  # fmt: skip
        yield f"aboard{number}", customer, "air", "A3", maker._invented("air", customer) | told


def quotation_words(session: Any, case: Any) -> str:
    """What the customer reads of the version in hand."""
    return "\n".join(
        words(said) for said in quoting_lines.told(Facts(session, case).quotations[-1], case.ref, case.lane)
    )


def _newcomer(maker: Any, at: datetime) -> None:
    with write_tx(maker.people[HIS_CHIEF], "user.newcomer", at) as tx:
        user = accounts.by_name(tx.session, NEWCOMER)
        assert user is not None
        accounts.set_newcomer(tx, user, (maker.start + timedelta(days=60)).date())


def _tariffs(maker: Any, at: datetime) -> None:
    names = ("mode", "carrier", "origin", "destination", "item", "unit", "selling_minor", "floor_minor", "currency")
    days = {
        "valid_from": (at - timedelta(days=8)).date(),
        "valid_until": (at + timedelta(days=40)).date(),
        "remark": None,
    }
    with write_tx(maker.people[HIS_CHIEF], "tariff.add", at) as tx:
        for row in TARIFFS:
            tariff_writing.add(tx, dict(zip(names, row, strict=True)) | days)


def _pickups(maker: Any, _at: datetime) -> None:
    """The fleet's log as a file, read in as the office reads its own."""
    rows = ["客户名称,提货地点,车队,司机,车牌,约定时间,到达时间"]
    for ago, name, agreed, late, driver in PICKUPS:
        day = maker.start.date() - timedelta(days=ago)
        planned = datetime.fromisoformat(f"{day.isoformat()} {agreed}")
        came = planned + timedelta(minutes=late)
        rows.append(f"{name},{name}仓库,自有车队,{driver},粤B66{ago}08,{planned:%Y-%m-%d %H:%M},{came:%Y-%m-%d %H:%M}")
    office = db.session.get_one(Office, maker.offices["SZ"])
    found = importing.check(db.session(), "pickups", "\n".join(rows).encode(), "提货记录.csv", office)
    importing.apply(found, lambda: write_tx(system("flask demo", office.id), "import.pickups"))


def _offloaded(maker: Any, at: datetime) -> None:
    who = maker.people["lin"]
    with write_tx(who, "transport.record", at) as tx:
        ids = [maker.goods[f"aboard{number}"] for number in range(len(ABOARD))]
        leaves = maker.start + timedelta(hours=1)
        told = {
            "code": "AIR-OFF-1", "vehicle": FLIGHT, "day": leaves.astimezone(ZoneInfo(ZONE)).date(), "new_vehicle": NEXT_FLIGHT,
            "departs_at": leaves + timedelta(hours=4), "arrives_at": leaves + timedelta(hours=7), "delivery": "次日上午",
        }  # fmt: skip
        transport_events.record(tx, told, transport_events.by_ids(tx.session, who, ids), ZONE, words)


def _first_told(maker: Any, at: datetime) -> None:
    who = maker.people["lin"]
    with write_tx(who, "transport.sent", at) as tx:
        event, _more = transport_events.listed(tx.session, who)[0]
        told = next(n for n in event.notices if n.customer_id == maker.customers["chenyu"])
        transport_events.mark_sent(
            tx, told, {"channel": "wechat", "party": told.party, "text": told.text, "said": "收货人我们自己通知"}
        )
