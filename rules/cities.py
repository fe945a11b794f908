"""Cities in addresses: a delivery address in another city than the destination is a redirection, not an edit (D-01, 转货)."""

from __future__ import annotations

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Partner

# Cities that goods are flown, shipped or driven to; partners add theirs.
_NAMES = """
北京 上海 天津 重庆 广州 深圳 珠海 汕头 佛山 东莞 中山 惠州 湛江 南宁 桂林 柳州 海口 三亚
福州 厦门 泉州 晋江 杭州 宁波 温州 义乌 台州 南京 苏州 无锡 常州 南通 徐州 扬州 合肥 芜湖
南昌 赣州 长沙 株洲 武汉 宜昌 襄阳 郑州 洛阳 济南 青岛 烟台 威海 临沂 潍坊 石家庄 唐山 太原
大同 呼和浩特 包头 沈阳 大连 鞍山 长春 吉林 哈尔滨 大庆 齐齐哈尔 成都 绵阳 贵阳 遵义 昆明
大理 丽江 拉萨 西安 咸阳 兰州 西宁 银川 乌鲁木齐 喀什 香港 澳门 台北
"""
KNOWN = frozenset(_NAMES.split())
_NO_CITY = re.compile(
    "[东西南北中大]?[一二三四]?[路街道]|省"
)  # 广州路, 南京西路, 深圳大道 are streets, 吉林省 a province
LONGEST_NAME = 4


def city_of(text: str | None, known: frozenset[str] = KNOWN) -> str | None:
    """The first city that stands in `text`, or None; 广州路 and the like are streets, 北京东城区 is not."""
    text = text or ""
    for start in range(len(text)):
        for length in range(LONGEST_NAME, 1, -1):
            name = text[start : start + length]
            if name in known and not _NO_CITY.match(text, start + length):
                return name
    return None


def another_city(session: Session, address: str | None, destination: str | None) -> str | None:
    """The city of `address` when it is another one than the destination's; None when it is not, or cannot be told."""
    own = set(session.scalars(select(Partner.city).where(Partner.city.is_not(None)).distinct()))
    known = KNOWN | {city.removesuffix("市") for city in own if city and 2 <= len(city) <= LONGEST_NAME}
    here, there = city_of(destination, known), city_of(address, known)
    return there if here and there and here != there else None
