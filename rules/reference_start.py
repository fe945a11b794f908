"""The reference data a new desk starts with: data only, added once by `rules.reference.seed` and edited from then on."""

from __future__ import annotations

# Where items are sent (rulebook 1.3).
DEPARTMENTS: tuple[tuple[str, str], ...] = (
    ("HX", "航线部"),
    ("SZH", "散杂货部"),
    ("CZ", "操作部"),
    ("DZ", "单证"),
    ("WY", "文员组"),
    ("YW", "业务部"),
    ("SM", "扫码组"),
    ("DD", "调度"),
    ("CD", "车队"),
    ("JG", "进港"),
    ("YYB", "营业部"),
    ("LP", "理赔部"),
    ("YB", "一部"),
    ("SC", "市场部"),
)

# code, name, mode, airline prefix, verified. Prefixes that no published list has confirmed are not verified.
CARRIERS: tuple[tuple[str, str, str, str | None, bool], ...] = (
    ("CA", "中国国际航空", "air", "999", True),
    ("CI", "中华航空", "air", "297", True),
    ("BR", "长荣航空", "air", "695", True),
    ("CX", "国泰航空", "air", "160", True),
    ("LH", "汉莎航空", "air", "020", True),
    ("EK", "阿联酋航空", "air", "176", True),
    ("CZ", "中国南方航空", "air", "784", False),
    ("MU", "中国东方航空", "air", "781", False),
    ("ZH", "深圳航空", "air", "479", False),
    ("HU", "海南航空", "air", "880", False),
    ("3U", "四川航空", "air", "876", False),
    ("MF", "厦门航空", "air", "731", False),
    ("FM", "上海航空", "air", "774", False),
    ("COSCO", "中远海运集运", "sea", None, False),
    ("OOCL", "东方海外", "sea", None, False),
    ("MSK", "马士基", "sea", None, False),
    ("MSC", "地中海航运", "sea", None, False),
    ("CMA", "达飞轮船", "sea", None, False),
    ("EMC", "长荣海运", "sea", None, False),
    ("HPL", "赫伯罗特", "sea", None, False),
    ("YML", "阳明海运", "sea", None, False),
)

# Words in a cargo name that call for a question: heavy goods (BKG-08), chemical or dangerous goods (BKG-21).
WORDS: dict[str, tuple[str, ...]] = {
    "heavy": (
        "石头", "石材", "大理石", "花岗石", "石板", "石英石", "罐头", "瓷砖", "陶瓷", "玻璃", "钢材", "钢管", "钢板",
        "铸件", "铁件", "五金", "螺丝", "螺母", "铝锭", "铜锭", "锌锭", "配重", "磨料", "水泥", "纸张", "砂轮",
    ),
    "dangerous": (
        "化工", "危险", "危险品", "锂电池", "电池", "充电宝", "电瓶", "酒精", "油漆", "涂料", "稀释剂", "溶剂", "胶水",
        "香水", "气雾", "压缩气", "打火机", "烟花", "爆竹", "火柴", "农药", "杀虫剂", "消毒液", "双氧水", "氧化剂", "硫酸",
        "盐酸", "硝酸", "烧碱", "汽油", "柴油", "煤油", "干冰", "磁铁", "磁性", "毒",
    ),
}  # fmt: skip
