"""The invented office of the demo: people, customers, goods and a day's matters, as data. Nobody in it exists.

Times are minutes before now. `demo.py` puts everything onto the desk in the order in which it happened.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

OFFICES = (("SZ", "深圳福田营业部"), ("SH", "上海虹桥营业部"))

# sign-in name, name as shown, role, office, grade. The auditor is made last: the account that completes the demo.
PEOPLE = (
    ("lin", "林晓雯", "agent", "SZ", 1),
    ("hu", "胡婷", "agent", "SZ", 1),
    ("chen", "陈志强", "supervisor", "SZ", 2),
    ("guo", "郭立群", "supervisor", "SZ", 4),
    ("zhou", "周敏", "finance", "SZ", 1),
    ("tang", "唐小雨", "agent", "SZ", 1),
    ("gu", "顾磊", "agent", "SH", 1),
    ("shen", "沈佳", "supervisor", "SH", 2),
    ("admin", "管理员", "admin", "SZ", 1),
    ("he", "何静", "auditor", None, 1),
)
RELEASE_OFFICERS = ("zhou",)  # sign last for a bill of lading, besides their own role

# key, name, office, class, group, own agent, contact, post, settlement, remark for every matter
CUSTOMERS: tuple[tuple[Any, ...], ...] = (
    ("chenyu", "晨屿电子科技", "SZ", "A", "direct", "lin", "方婉", "物流主管", "monthly", None),
    ("nanling", "南岭精工机械", "SZ", "A", "direct", "hu", "梁振", "发货专员", "monthly", None),
    ("tuochuan", "拓川国际货运", "SZ", "A", "coloader", "lin", "郑可", "操作", "monthly", "同行：改单须盖章传真"),
    ("hemu", "禾木家居用品", "SZ", "B", "direct", "hu", "苏禾", "跟单", "cash", None),
    ("hongyu", "宏昱照明", "SZ", "B", "direct", "lin", "邓宏", "仓库主管", "monthly", None),
    ("haiwei", "海纬供应链", "SZ", "B", "coloader", "hu", "许纬", "客服", "monthly", None),
    ("qingteng", "青藤医疗器械", "SZ", "A", "direct", "lin", "叶青", "关务", "monthly", "医疗器械：到站即通知"),
    ("yunzhan", "云栈服饰", "SZ", "C", "direct", "hu", "白云", "店长", "cash", None),
    ("lingchao", "领潮玩具", "SZ", "C", "direct", "lin", "潘领", "跟单", "cash", None),
    ("jiahe", "佳禾食品", "SZ", "D", "direct", "hu", "何佳", "采购", "cash", None),
    ("shunda", "顺达汽配", "SZ", "B", "direct", "lin", "钟顺", "业务经理", "monthly", None),
    ("minglan", "明澜光学", "SZ", "C", "direct", "hu", "江澜", "文员", "cash", None),
    ("puyuan", "浦远贸易", "SH", "B", "direct", "gu", "陆远", "操作", "monthly", None),
    ("xinhe", "新禾生物", "SH", "C", "direct", "gu", "秦禾", "物流", "cash", None),
)
# Charges of changes: kind, carrier, stage, item, what the customer pays and what we pay in minor units, currency. Invented.
FEES: tuple[tuple[Any, ...], ...] = (
    ("K11", None, None, "redelivery", 8_000, 0, "CNY"),
    ("K11", "CZ", "A5", "change", 50_000, 40_000, "CNY"),
    ("K10", None, "A5", "redirect", 86_000, 70_000, "CNY"),
    ("K10", None, None, "storage", 6_000, 4_000, "CNY"),
    ("K10-return", None, "A5", "return", 120_000, 100_000, "CNY"),
    ("K12", None, "S3", "change", 50_000, 35_000, "CNY"),
    ("K12", None, "S4", "change", 16_000, 16_000, "USD"),
    ("K13", None, None, "change", 30_000, 20_000, "CNY"),
    ("K17", None, None, "telex", 45_000, 45_000, "CNY"),
    ("K19", None, "S3", "watching", 40_000, 30_000, "CNY"),
    ("K20", None, "S4", "short_shipment", 150_000, 120_000, "CNY"),
)
# Money that customers say they paid: minutes ago, who states it, customer, amount, purpose, slip.
PAYMENTS: tuple[tuple[Any, ...], ...] = (
    (21, "lin", "shunda", 642_000, "付八月余款，解除停办用", "网上转账回单，13:42 微信"),
    (12, "hu", "hemu", 318_000, "付清 7816 一票运费", None),
)
STOPPED = ("shunda", "八月账款逾期 21 天")

DESTINATIONS = {
    "air": ("北京", "乌鲁木齐", "成都", "西安", "沈阳", "昆明", "哈尔滨", "兰州", "重庆", "太原"),
    "sea": ("汉堡", "洛杉矶", "鹿特丹", "新加坡", "釜山"),
    "road": ("武汉", "长沙", "南昌", "郑州", "福州"),
}
CONSIGNEES = ("刘玲", "马建国", "阿依古丽", "孙立", "王晓东", "高翔", "冯雪", "曹文", "邹敏", "石磊", "谭芳", "任杰")
CARGO = ("线路板", "灯具", "服装", "轴承", "医用耗材", "玩具", "食品样品", "镜片", "家具配件", "连接器")
CARRIERS: dict[str, Any] = {
    "air": (("CZ", "784"), ("CA", "999"), ("ZH", "479"), ("HU", "880"), ("MU", "781")),
    "sea": ("COSCO", "OOCL", "MSK"),
}
STAGES = {
    "air": ("A1", "A2", "A3", "A4", "A5", "A5", "A6"),
    "sea": ("S1", "S2", "S3", "S4", "S5"),
    "road": ("R0", "R1", "R2", "R3", "R4"),
}
AMOUNT = {"air": 30, "sea": 11, "road": 11}  # of the first office; the second has six by air

# Goods that matters are about: key, customer, mode, stage, then what differs from invented defaults.
GOODS: tuple[tuple[str, str, str, str, dict[str, Any]], ...] = (
    ("held", "chenyu", "air", "A5", {"hold_shipper": "款到放货", "destination": "北京", "consignee": "刘玲"}),
    (
        "held2",
        "qingteng",
        "air",
        "A5",
        {"hold_shipper": "待发货人通知", "destination": "乌鲁木齐", "consignee": "阿依古丽"},
    ),
    ("stopped", "shunda", "air", "A5", {"hold_shipper": "待发货人通知", "destination": "成都", "consignee": "孙立"}),
    ("redirect", "nanling", "air", "A4", {"destination": "西安", "consignee": "高翔"}),
    ("charge", "hongyu", "air", "A5", {"destination": "沈阳", "consignee": "冯雪"}),
    ("approved", "haiwei", "road", "R2", {"destination": "武汉", "consignee": "曹文"}),
    ("consignee", "tuochuan", "air", "A3", {"destination": "昆明", "consignee": "石磊"}),
    ("void", "yunzhan", "air", "A1", {"destination": "哈尔滨", "consignee": "谭芳"}),
    ("withdrawn", "lingchao", "road", "R1", {"destination": "长沙", "consignee": "任杰"}),
    ("late", "chenyu", "air", "A5", {"destination": "重庆", "consignee": "王晓东"}),
    ("wet", "nanling", "air", "A6", {"destination": "兰州", "consignee": "马建国"}),
    ("sea", "haiwei", "sea", "S4", {"destination": "汉堡", "consignee": "Elbe Handels GmbH"}),
    ("back", "hemu", "air", "A3", {"destination": "西安", "consignee": "孙立"}),
    ("bill", "haiwei", "sea", "S3", {"destination": "鹿特丹", "consignee": "Maas Handel BV"}),
    ("sh", "puyuan", "air", "A5", {"destination": "成都", "consignee": "邹敏"}),
)

PAPER = ["number", "destination", "consignee", "content"]


@dataclass(frozen=True)
class Step:
    """A move: minutes ago, who, which, with what. `person` names an account, `in_minutes` a moment to come."""

    ago: int
    who: str
    move: str
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Matter:
    """A call and what became of it. `about`: a key of GOODS; without a customer the caller is named in `data`."""

    kind: str
    who: str
    ago: int
    customer: str | None
    data: dict[str, Any]
    then: tuple[Step, ...] = ()
    about: str | None = None
    channel: str = "phone"


def _answer(text: str, channel: str = "phone", to: str = "shipper", said: str | None = None) -> dict[str, Any]:
    return {"to": to, "channel": channel, "text": text, "said": said}


def _proof(note: str, **more: Any) -> dict[str, Any]:
    return {"proof_note": note, "proof_items": PAPER, **more}


def _price(lane: str, asked: str) -> dict[str, Any]:
    return {"topic": "price", "lane": lane, "asked": asked}


def _ask(topic: str, asked: str) -> dict[str, Any]:
    return {"topic": topic, "asked": asked}


def _complaint(topic: str, weight: str, content: str) -> dict[str, Any]:
    return {"topic": topic, "weight": weight, "content": content}


ACCEPTED = {"weight": "simple", "purpose": "今天放货", "restated": "代理不放货，已向客户复述确认"}

# fmt: off
MATTERS: tuple[Matter, ...] = (
    # late
    Matter("inquiry", "lin", 9, "hongyu", _price("深圳 → 乌鲁木齐", "灯具 35 箱 612 kg，走空运几天到、多少钱"), channel="wechat"),
    Matter("complaint", "lin", 146, "chenyu",
           _complaint("partner", "simple", "代理以未收到传真为由不放货，收货人已在站上等了一上午"),
           (Step(140, "lin", "accept", ACCEPTED),
            Step(95, "lin", "investigate", {"text": "已打代理电话，传真机卡纸，要求重传"}),
            Step(20, "hu", "chase", {"channel": "phone", "said": "方小姐第二次来电：下午三点前必须提到货"})), about="late"),
    # within ten minutes
    Matter("inquiry", "lin", 24, "tuochuan", _ask("cargo", "这票到昆明没有，司机几点派送"), about="consignee", channel="qq"),
    Matter("inquiry", "hu", 1, "yunzhan", _price("深圳 → 沈阳", "服装 12 箱 180 kg，最快哪天能到")),
    Matter("change", "hu", 26, "nanling", {"code": "K10", "destination": "北京", "consignee_phone": "13800130311",
           "reason": "货改发北京分公司", "charge_minor": 86000, "payer": "shipper", "charge_agreed": "梁先生 电话"},
           (Step(23, "hu", "submit", _proof("梁先生盖章传真")),), about="redirect", channel="fax"),
    Matter("change", "lin", 52, "hongyu", {"code": "K11", "address": "沈阳市铁西区云峰街 18 号二门", "reason": "收货地址改到新仓",
           "charge_minor": 12000, "payer": "consignee", "charge_agreed": "邓先生 微信"},
           (Step(28, "lin", "submit", _proof("邓先生微信截图，盖章")),
            Step(9, "chen", "approve", {"reason": "同城加送，费用已谈"})),
           about="charge", channel="wechat"),
    # today
    Matter("change", "hu", 25, "haiwei", {"code": "K18", "free_days": 18, "reason": "申请汉堡免柜期加 4 天"},
           (Step(15, "hu", "submit", _proof("海纬盖章申请")),), about="sea", channel="mail"),
    Matter("change", "lin", 18, "chenyu", {"code": "K06", "reason": "款已到，放货"} | _proof("方婉盖章传真"),
           about="held", channel="fax"),
    Matter("change", "lin", 12, "qingteng", {"code": "K06", "reason": "客户说可以放货，传真稍后到"}, about="held2"),
    Matter("change", "hu", 35, "shunda", {"code": "K06", "reason": "发货人通知放货"} | _proof("钟顺盖章传真"),
           (Step(31, "hu", "ask_finance"),), about="stopped", channel="fax"),
    Matter("change", "hu", 20, "hemu", {"code": "K05", "reason": "买家取消，问货还能不能退回"}
           | {"proof_note": "苏禾盖章传真",
              "proof_items": ["number", "destination", "consignee", "return_to_stock", "no_refund"]},
           (Step(17, "hu", "ask_confirmation", {"what": "dispatcher", "whom": "调度室 分机 812"}),), about="back", channel="fax"),
    Matter("change", "hu", 44, "haiwei", {"code": "K14", "bl_number": "FHBL-SZ-0448", "bl_date": "2026-11-15",
           "reason": "信用证装期到 15 日，业务已登记台账特殊事项"},
           (Step(40, "hu", "submit", {"proof_note": "业务台账登记，保函", "proof_items": ["number", "content"]}),),
           about="bill", channel="sales"),
    Matter("complaint", "lin", 15, "qingteng", _complaint("pickup", "simple", "约好上午十点提货，车队十一点半才到，也没有打电话"),
           channel="phone"),
    Matter("complaint", "hu", 50, "haiwei", _complaint("attitude", "simple", "昨天接电话的同事说“你自己看网站”，要求书面答复"),
           (Step(47, "hu", "accept", ACCEPTED | {"purpose": "书面道歉"}),
            Step(40, "hu", "consult", {"text": "涉及本部同事，请主管看录音"})), channel="mail"),
    Matter("inquiry", "lin", 11, "hemu", _ask("other", "周六能不能交货，几点截止收货")),
    Matter("inquiry", "hu", 16, "minglan", _ask("other", "开发票要提供哪些资料"),
           (Step(10, "hu", "return_to_pool", {"reason": "我去站上处理破损，请有空的同事接"}),)),
    Matter("inquiry", "lin", 41, "lingchao", _price("深圳 → 哈尔滨", "玩具一批，重量体积还没报"),
           (Step(38, "lin", "ask_info", _answer("请报件数、重量和体积，收到后五分钟内回价", "wechat")),), channel="wechat"),
    Matter("inquiry", "hu", 20, "jiahe", _price("深圳 → 兰州", "冷藏食品样品两箱，能不能走冷链"),
           (Step(17, "hu", "ask_party", {"to": "department:3", "whom": "操作部 分机 806",
                 "question": "兰州有没有冷链舱位，到站有没有冷库"}),)),
    Matter("inquiry", "hu", 3, None, _ask("callback", "第一次来电，想了解到乌鲁木齐的空运，请回电")
           | {"caller_name": "韩女士", "caller_phone": "13800130877"}),
    Matter("inquiry", "hu", 22, "haiwei", _ask("cargo", "汉堡那个柜到港没有，提单什么时候能给"),
           (Step(19, "hu", "hand_over", {"person": "lin", "reason": "我下午请假"}),), about="sea"),
    # later
    Matter("complaint", "hu", 190, "nanling",
           _complaint("rough", "complex", "三箱外箱破损一箱湿，签收单上已注明，要求查明在哪一段弄湿"),
           (Step(182, "hu", "accept", ACCEPTED | {"weight": "complex", "purpose": "查明并赔偿", "evidence": "签收单照片"}),
            Step(120, "hu", "investigate", {"text": "进港说卸机时已湿，向航空公司要装机照片"})), about="wet", channel="wechat"),
    # answered, to be closed, and closed
    Matter("inquiry", "lin", 95, "nanling", _price("深圳 → 重庆", "轴承 8 箱 420 kg，今晚的航班"),
           (Step(92, "lin", "answer", _answer("今晚 21:40 有舱，6.2 元/kg，18:30 截单")),
            Step(60, "lin", "remind", {"in_minutes": 90, "text": "看轴承交货没有"}))),
    Matter("change", "lin", 50, "haiwei", {"code": "K11", "pieces": 24, "reason": "少发一件，件数改为 24", "charge_minor": 5000,
           "payer": "shipper", "charge_agreed": "许纬 电话"},
           (Step(47, "lin", "submit", _proof("海纬盖章改单函")), Step(41, "chen", "approve"), Step(33, "zhou", "approve")),
           about="approved", channel="mail"),
    Matter("complaint", "lin", 1560, "hongyu", _complaint("slow", "simple", "回电太慢，等了四十分钟"),
           (Step(1550, "lin", "accept", ACCEPTED | {"purpose": "以后及时回电"}),
            Step(1500, "lin", "answer", _answer("已致歉，今后由林晓雯专人跟进，五分钟内回电")),
            Step(1490, "lin", "find", {"finding": "午间只有一人接线，未登记回电", "party": "department:11",
                                       "responsible_reason": "通话记录，回电没有登记"}))),
    Matter("change", "lin", 1500, "tuochuan",
           {"code": "K07", "consignee": "石磊（身份证尾号 0417）", "reason": "收货人补证件尾号"},
           (Step(1488, "lin", "add_proof", _proof("拓川盖章传真")),
            Step(1480, "lin", "carry_out", _proof("拓川盖章传真", read_back="郑可 电话 0755 分机", own_system=True))),
           about="consignee", channel="fax"),
    Matter("change", "hu", 1620, "yunzhan", {"code": "K03", "reason": "货主要求作废重开"},
           (Step(1610, "hu", "submit", {"proof_note": "云栈微信截图", "proof_items": ["replaces", "time", "signature"]}),
            Step(1596, "chen", "refuse", {"reason": "截图没有盖章，请补盖章件后重提"})), about="void", channel="wechat"),
    Matter("change", "hu", 1700, "lingchao", {"code": "K08", "consignee_phone": "13800130655", "reason": "换收货电话"},
           (Step(1690, "hu", "withdraw", {"reason": "客户说原号码可以打通"}),), about="withdrawn"),
    Matter("inquiry", "hu", 2900, "hemu", _price("深圳 → 武汉", "家具配件 2 方，汽运"),
           (Step(2896, "hu", "answer", _answer("280 元/方，隔日到")), Step(2880, "hu", "close"))),
    Matter("inquiry", "lin", 3000, "qingteng", _ask("cargo", "昨天那票签收没有"),
           (Step(2984, "lin", "answer", _answer("今早 9:12 本人签收，签收单已发微信", "wechat")), Step(2970, "lin", "close"))),
    Matter("complaint", "hu", 4400, "minglan", _complaint("warehouse", "simple", "仓库少点一箱，后来又找到"),
           (Step(4390, "hu", "accept", ACCEPTED | {"purpose": "说明原因"}),
            Step(4330, "hu", "answer", _answer("复点无误，错放在邻位，已道歉")),
            Step(4325, "hu", "step", {"codes": ["whose"], "values": ["late"], "shown": ["apology"], "tick": ["apology"]}),
            Step(4320, "hu", "find", {"finding": "入库时放错货位，复点时找到", "party": "department:7",
                                      "responsible_reason": "扫码组的入库记录与货位照片"}),
            Step(4310, "chen", "confirm_party"),
            Step(4305, "hu", "feedback", {"channel": "phone", "text": "货已找到，件数齐全", "said": "好的", "satisfied": "yes"}),
            Step(4300, "hu", "close"))),
    # the other office
    Matter("inquiry", "gu", 4, "xinhe", _price("上海 → 昆明", "试剂 3 箱，要温控")),
    Matter("complaint", "gu", 70, "puyuan", _complaint("partner", "simple", "成都代理没有送货上门"),
           (Step(66, "gu", "accept", ACCEPTED | {"purpose": "今天送到"}),), about="sh"),
    Matter("change", "gu", 30, "puyuan", {"code": "K08", "consignee_phone": "13800130722", "reason": "收货人换号码"}, about="sh"),
)
# fmt: on
