"""A time that the desk names may become a promise; arrivals, validity and what others are asked for never do (CUS-15)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from rules.dates_said import first

NOW = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)  # Wednesday, ten in the morning in Shenzhen
NAMED = """
明天下午3点前给您答复 | 11-19 15:00
11月26日给您结果 | 11-26 18:00
18:00前回复您 | 11-18 18:00
我 18：00 前给您 | 11-18 18:00
周五给您 | 11-20 18:00
下周二上午十点半联系您 | 11-24 10:30
半小时内回电 | 11-18 10:30
30分钟内回您 | 11-18 10:30
今晚8点给您 | 11-18 20:00
3点给您答复 | 11-18 15:00
2026-11-26 前办好 | 11-26 18:00
26号答复 | 11-26 18:00
后天上午10:30 送到您手上 | 11-20 10:30
航班预计 19 日 12:00 落地，我们明天 18:00 前答复您 | 11-19 18:00
I will call you tomorrow at 3 pm | 11-19 15:00
We answer by Friday | 11-20 18:00
We answer within 2 hours | 11-18 12:00
I will send it on 26 November | 11-26 18:00
Nov 26 we call you | 11-26 18:00
"""
NONE = """
航班11月26日到达北京
报价有效期至11月26日
这票货明天到
预计18:00到
ETA 26 Nov
Flight CZ3101 lands at 18:00
valid until 30 Nov
请您明天10点前提供资料
Please send the papers by Friday
昨天 18:00 已发
9:00前回复
货重 12 公斤，3 件，单号 6621890
12-20 公斤每公斤 5.20 元
运单号 784-1234 5675
"""


@pytest.mark.rule("CUS-15")
def test_a_time_of_the_desks_own_is_read_and_nothing_else_is() -> None:
    for line in NAMED.strip().splitlines():
        text, wanted = line.split(" | ")
        found = first(text, NOW, "Asia/Shanghai")
        assert found is not None and f"{found.at:%m-%d %H:%M}" == wanted, (text, found)
    for text in NONE.strip().splitlines():
        assert first(text, NOW, "Asia/Shanghai") is None, text
