"""Which city an address lies in, and when a new address is another city: a redirection, not an edit (D-01, 转货)."""

from __future__ import annotations

import pytest

from models import Partner, db
from rules.cities import KNOWN, another_city, city_of
from tests import factories as make


@pytest.mark.parametrize(
    ("text", "city"),
    [
        ("北京朝阳建国路 88 号", "北京"), ("广东省深圳市福田区 1 号", "深圳"), ("天津滨海新区", "天津"),
        ("乌鲁木齐市沙依巴克区", "乌鲁木齐"), ("呼和浩特", "呼和浩特"), ("海淀中关村 1 号", None), ("", None), (None, None),
        ("海淀上海路 5 号", None), ("天河北京东路 3 号", None), ("南京路 1 号", None), ("成都街 2 号，重庆", "重庆"),
        ("北京东城区东单 1 号", "北京"), ("天津东丽区 2 号", "天津"), ("广州南沙区", "广州"), ("上海中山路 1 号", "上海"),
        ("南京西路 5 号", None), ("深圳大道 9 号", None), ("重庆中路", None), ("吉林省长春市人民街", "长春"), ("吉林市船营区", "吉林"),
    ],
)  # fmt: skip
def test_the_city_of_an_address_is_told_from_streets_named_after_cities(text, city):
    assert city_of(text) == city


@pytest.mark.parametrize("city", sorted(KNOWN))
def test_every_known_city_is_found_in_an_address(city):
    assert city_of(f"{city}市某某区 1 号") == city


@pytest.mark.parametrize(
    ("address", "destination", "other"),
    [
        ("上海浦东 1 号", "北京", "上海"), ("北京海淀 1 号", "北京", None), ("海淀 1 号", "北京", None), ("上海浦东", None, None),
        ("上海浦东", "国内某地", None), (None, "北京", None), ("北京海淀", "北京市", None),
    ],
)  # fmt: skip
def test_only_a_city_that_is_known_to_be_another_one_counts(desk, address, destination, other):
    assert another_city(db.session(), address, destination) == other


def test_cities_of_partners_are_known_with_and_without_their_ending(desk):
    with make.writing() as tx:
        tx.add(Partner(code="YT1", name="鹰潭代理", city="鹰潭市"))
    assert another_city(db.session(), "鹰潭月湖区 2 号", "北京") == "鹰潭"
    assert another_city(db.session(), "鹰潭月湖区 2 号", "鹰潭") is None
