"""How long a search takes among half a million messages on SQLite: names, words, numbers, single characters, English (SYS-08).

`FIRSTHAND_BENCH_MESSAGES` names another number of messages.
"""

from __future__ import annotations

import os
import random
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask_migrate import upgrade
from sqlalchemy import insert, text

from app import create_app
from models import Message, SearchText, db
from rules import search
from rules.store import Actor
from rules.terms import MESSAGE, places, row_id, tokens
from tests import factories

MANY, AT_ONCE, MOST = int(os.environ.get("FIRSTHAND_BENCH_MESSAGES", "500000")), 20_000, 0.030
CITIES = [
    "北京",
    "上海",
    "广州",
    "深圳",
    "成都",
    "重庆",
    "武汉",
    "西安",
    "杭州",
    "南京",
    "青岛",
    "大连",
    "厦门",
    "长沙",
    "昆明",
    "乌鲁木齐",
]
FAMILY, GIVEN = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚玲"
SAID = (
    "客户来电问货到哪里了，{city}的货，单号{number}",
    "已告知{name}航班延误，货物改配明天早班，预计{hour}点到{city}",
    "{name}说收货人没有收到，要求今天派送到门",
    "限载拉货，已通知客户{name}，改配下一班 CA{number}",
    "The consignee in {city} asked when the cargo will be delivered; told {name} by phone",
    "代理回复已提货，回单明天寄回，联系人{name}",
    "请把{number}的收货人改为{name}，其他不变",
    "破损两件，外包装潮湿，{name}要求理赔，已经请主管处理",
)
QUERIES = (
    "客户", "拉货", "王伟", "航班延误", "的", "玲", "限载拉货", "回单", "理赔", "乌鲁木齐", "重庆", "收货人没有收到",
    "客户 重庆", "破损 潮湿", "王伟 北京", "改配", "单号", "预计9点", "1234", "784", "consignee", "cargo", "told", "CA4321",
    "delivered phone", "周玲玲", "刘玲玲 回单", "不在此处", "的不", "派送", "派送 理赔", "主管", "🙂 客户", "“拉货”", "100% 客户",
    "到门", "已", "明天早班", "其他不变", "wjj",
)  # fmt: skip


def written(rng: random.Random) -> str:
    """One message of the many."""
    name = rng.choice(FAMILY) + "".join(rng.choices(GIVEN, k=rng.choice((1, 1, 2))))
    told = rng.choice(SAID)
    return told.format(city=rng.choice(CITIES), name=name, number=rng.randint(1000, 9_999_999), hour=rng.randint(1, 23))


def fill(office: int, other: int, customer: int) -> None:
    """Write the messages and what they are found by straight into the tables, one in ten in the other office."""
    rng = random.Random(5)
    with db.engine.connect().execution_options(w=True) as connection:
        for start in range(1, MANY + 1, AT_ONCE):
            said = [(key, other if key % 10 == 0 else office, written(rng)) for key in range(start, start + AT_ONCE)]
            connection.execute(insert(Message.__table__), [  # type: ignore[arg-type]
                {"id": key, "office_id": home, "customer_id": customer, "direction": "out", "text": words, "at": factories.TEN}
                for key, home, words in said
            ])  # fmt: skip
            connection.execute(insert(SearchText.__table__), [  # type: ignore[arg-type]
                {"id": row_id(MESSAGE, key), "office_id": home, "what": MESSAGE, "object_id": key,
                 "body": " ".join([*tokens(words), *places(MESSAGE, home)])}
                for key, home, words in said
            ])  # fmt: skip
        connection.execute(text("INSERT INTO search_fts(search_fts) VALUES ('rebuild')"))
        connection.commit()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[factories.Desk]:
    folder: Path = tmp_path_factory.mktemp("search")
    app = create_app(FIRSTHAND_DATA=str(folder), FIRSTHAND_INSECURE_HTTP="1")
    with app.app_context():
        upgrade()
        made = factories.desk()
        db.session.remove()
        began = time.perf_counter()
        fill(made.office, made.other_office, made.customer)
        print(f"\n{MANY} messages written in {time.perf_counter() - began:.0f} s")
        yield made
        db.session.remove()
        db.engine.dispose()


def took(who: Actor, typed: str, **more: Any) -> float:
    """Seconds of one search with its cards, the better of two."""
    best = 9.0
    for _ in range(2):
        began = time.perf_counter()
        search.find(db.session(), who, typed, 30, **more)
        best = min(best, time.perf_counter() - began)
        db.session.remove()
    return best


@pytest.mark.parametrize("who", ["agent", "stranger", "auditor"])
def test_half_the_searches_take_less_than_thirty_milliseconds(desk: factories.Desk, who: str) -> None:
    times = {
        (typed, sort): took(getattr(desk, who), typed, sort=sort) for sort in ("", "messages") for typed in QUERIES
    }
    worst = sorted(times.items(), key=lambda one: -one[1])[:6]
    print(f"\n{who}: median {statistics.median(times.values()) * 1000:.1f} ms of {len(times)} searches;"
          f" slowest {', '.join(f'{typed} {seconds * 1000:.0f}' for (typed, _), seconds in worst)}")  # fmt: skip
    assert statistics.median(times.values()) < MOST
