"""What is asked about the goods of an inquiry, by kind; what keeps it from being quoted, sent to a desk or booked."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from models import Carrier, Watchword
from rules import cargo_asks
from rules.cargo_data import ASKS, BOOKING, BY_GOODS, DESK, QUOTE
from rules.cargo_weigh import weigh
from tests import factories as make

FCL = {"container": "40HQ", "weight_g": 18_000_000, "cargo_name": "灯具"}
LCL = {"pieces": 12, "weight_g": 380_000, "volume_l": 2_400, "cargo_name": "灯具"}
SPECIAL = {
    "cargo_name": "龙门吊", "weight_g": 31_000_000, "container": "40FR", "containers": 2, "dimensions": "12 × 3.2 × 3.6 m",
    "shipper": "南岭精工", "ship_on": "12 月上旬", "carrier": "COSCO", "target_price": "USD 4800",
}  # fmt: skip
BREAK_BULK = {"cargo_list": "钢管 40 捆", "ship_on": "下月", "handling": "岸吊卸船"}
CHEMICAL = {
    "cargo_name": "树脂", "danger_class": "none", "pieces": 80, "weight_g": 16_000_000, "volume_l": 20_000, "origin": "东莞", "destination": "武汉",
    "per_run": "16 吨", "ship_on": "周五", "requests": "尾板", "arrive_by": "周日 10:00 前",
}  # fmt: skip
TERM = {"cargo_name": "灯具", "pieces": 12, "weight_g": 380_000, "volume_l": 2_400}
EXW = {"term": "EXW", "pickup_address": "中山古镇", "ready_on": "周三", "export_papers": "发货方"}
DDU = {"term": "DDU", "address": "Köln 50667", "hs_code": "9405", "value": "USD 8000"}
DDP = {**DDU, "term": "DDP", "importer": "Licht GmbH DE123"}


def case(goods, cargo, **values):
    values = {"kind": "inquiry", "topic": "price", "genuine": True, "state": "open", **values}
    return SimpleNamespace(goods=goods, cargo={"untold": [], "notes": [], "flags": [], **cargo}, **values)


def without(cargo, *fields):
    return {code: value for code, value in cargo.items() if code not in fields}


def named(said):
    """The labels that a refusal names."""
    return sorted(str(said.params["what"]).split(", "))


# ------------------------------------------------------------------ before quoting


@pytest.mark.rule("INQ-02", "INQ-04", "INQ-05", "INQ-06")
@pytest.mark.parametrize(
    ("goods", "whole", "asked"),
    [
        ("fcl", FCL, ("container", "weight_g", "cargo_name")),
        ("lcl", LCL, ("pieces", "weight_g", "volume_l", "cargo_name")),
        ("break_bulk", BREAK_BULK, ("cargo_list", "ship_on", "handling")),
        ("chemical", CHEMICAL, tuple(CHEMICAL)),
        ("trade_term", TERM | EXW, (*TERM, *EXW)),
        ("trade_term", TERM | DDU, (*TERM, *DDU)),
        ("trade_term", TERM | DDP, (*TERM, *DDP)),
    ],
    ids=["fcl", "lcl", "break_bulk", "chemical", "exw", "ddu", "ddp"],
)
def test_goods_are_quoted_only_when_every_field_of_their_kind_is_known(goods, whole, asked):
    assert cargo_asks.quotable(case(goods, whole)) is None
    for code in asked:
        said = cargo_asks.quotable(case(goods, without(whole, code)))
        assert said is not None and ASKS[code].label in named(said), code
    assert set(asked) == set(whole), "nothing else is asked for"


@pytest.mark.rule("INQ-02")
def test_an_unclassified_inquiry_needs_a_name_and_a_weight():
    assert named(cargo_asks.quotable(case("general", {}))) == ["Cargo name", "Gross weight (kg)"]
    assert cargo_asks.quotable(case("general", {"cargo_name": "灯具", "weight_g": 1})) is None


def test_only_a_price_inquiry_is_quoted():
    assert cargo_asks.quotable(case("fcl", FCL, topic="cargo")).msgid == "Only a price inquiry is quoted."


# ------------------------------------------------------------------ before the desk


@pytest.mark.rule("INQ-03")
def test_special_goods_go_to_the_route_desk_with_the_full_set_only():
    assert cargo_asks.sendable(case("special", SPECIAL)) is None
    for code in SPECIAL:
        assert ASKS[code].label in named(cargo_asks.sendable(case("special", without(SPECIAL, code)))), code
    assert named(cargo_asks.sendable(case("special", SPECIAL, genuine=None))) == ["Whether the order looks genuine"]
    assert cargo_asks.sendable(case("special", SPECIAL, genuine=False)) is None, "marked as doubtful is marked"


@pytest.mark.rule("INQ-03")
def test_target_price_and_carrier_may_be_left_open_and_nothing_else():
    open_ones = {"untold": ["target_price", "carrier", "weight_g", "shipper"]}
    bare = without(SPECIAL, "target_price", "carrier", "weight_g", "shipper") | open_ones
    assert named(cargo_asks.sendable(case("special", bare))) == ["Gross weight (kg)", "Shipper"]


@pytest.mark.rule("INQ-03")
def test_dimensions_are_asked_for_special_boxes_only():
    standard = without(SPECIAL, "dimensions") | {"container": "40HQ"}
    assert cargo_asks.sendable(case("special", standard)) is None
    assert named(cargo_asks.sendable(case("special", standard | {"container": "20OT"}))) == ["Dimensions"]


@pytest.mark.rule("INQ-04")
def test_break_bulk_goes_to_the_bulk_desk_with_its_three_fields():
    assert cargo_asks.sendable(case("break_bulk", BREAK_BULK)) is None
    assert named(cargo_asks.sendable(case("break_bulk", {"ship_on": "下月"}))) == [
        "Cargo list",
        "Loading and unloading needs",
    ]


def test_other_goods_and_other_questions_may_go_to_any_desk_as_they_are():
    assert cargo_asks.sendable(case("fcl", {})) is None
    assert cargo_asks.sendable(case("special", {}, topic="cargo")) is None
    assert cargo_asks.sendable(SimpleNamespace(kind="complaint")) is None


# ------------------------------------------------------------------ MSDS, stuffing, booking


@pytest.mark.rule("INQ-06")
def test_classed_goods_without_msds_are_priced_subject_to_it_and_not_booked():
    classed = CHEMICAL | {"danger_class": "3"}
    for sheet, quoted, booked in ((None, True, False), ("asked", True, False), ("received", False, True)):
        found = case("chemical", classed | ({"msds": sheet} if sheet else {}))
        assert cargo_asks.quotable(found) is None
        assert bool(cargo_asks.subject_to(found)) is quoted, sheet
        assert (cargo_asks.bookable(found) is None) is booked, sheet
    assert (
        not cargo_asks.subject_to(case("chemical", CHEMICAL))
        and cargo_asks.bookable(case("chemical", CHEMICAL)) is None
    )


@pytest.mark.rule("INQ-20")
def test_haulage_waits_for_the_factories_and_the_fleets_price():
    hauled = FCL | {"stuffing": "haulage"}
    assert named(cargo_asks.quotable(case("fcl", hauled))) == ["Factories", "Price the fleet confirmed"]
    assert cargo_asks.quotable(case("fcl", hauled | {"factories": "several", "fleet_price": "¥1,800"})) is None
    fleet = [SimpleNamespace(kind="fleet")]
    assert cargo_asks.quotable(case("fcl", hauled | {"factories": "one"}), fleet) is None, "a noted source is confirmed"
    assert cargo_asks.quotable(case("fcl", hauled | {"factories": "one"}), [SimpleNamespace(kind="own")]) is not None


@pytest.mark.rule("INQ-20")
def test_stuffing_in_our_warehouse_tells_the_warehouse_in_fee_first():
    assert named(cargo_asks.quotable(case("lcl", LCL | {"stuffing": "in_house"}))) == [
        "Warehouse-in fee told to the customer"
    ]
    assert cargo_asks.quotable(case("lcl", LCL | {"stuffing": "in_house", "warehouse_fee": "¥120，赵敏"})) is None


@pytest.mark.rule("BKG-09")
def test_a_reefer_is_priced_at_once_and_booked_with_temperature_and_vent():
    reefer = case("fcl", FCL | {"container": "40RF"})
    assert cargo_asks.quotable(reefer) is None
    assert named(cargo_asks.bookable(reefer)) == ["Temperature", "Vent setting"]


# ------------------------------------------------------------------ what figures and words call for


def found(desk, cargo, lane=None):
    held = weigh(make.db.session(), desk.office, cargo, lane)
    return held, [code for code, _ in held["notes"]]


@pytest.mark.rule("BKG-07")
@pytest.mark.parametrize(
    ("cargo", "noted"),
    [
        ({"container": "20", "volume_l": 28_000}, []), ({"container": "20", "volume_l": 28_001}, ["box_volume"]),
        ({"container": "20", "containers": 2, "volume_l": 56_000}, []), ({"container": "40", "weight_g": 26_000_001}, ["box_weight"]),
        ({"container": "40HQ", "volume_l": 68_001, "weight_g": 26_000_001}, ["box_volume", "box_weight"]),
        ({"container": "40FR", "volume_l": 90_000}, []),
    ],
)  # fmt: skip
def test_weight_and_volume_are_held_against_type_times_number(desk, cargo, noted):
    held, codes = found(desk, cargo)
    assert codes == noted
    whole = case("fcl", {"cargo_name": "灯具", "weight_g": 1, **held})
    assert (cargo_asks.bookable(whole) is None) is (not noted), "figures that do not fit keep the booking back"
    assert cargo_asks.quotable(whole) is None, "and are a question before a quotation, no bar"


@pytest.mark.rule("BKG-08")
@pytest.mark.parametrize(
    ("cargo", "asked"),
    [
        ({"container": "20", "weight_g": 21_900_000}, False), ({"container": "20", "weight_g": 22_000_000}, True),
        ({"container": "20", "containers": 2, "weight_g": 40_000_000}, False), ({"container": "40", "weight_g": 22_000_000}, False),
        ({"container": "20", "weight_g": 1, "cargo_name": "番茄罐头"}, True), ({"container": "40", "weight_g": 1, "cargo_name": "番茄罐头"}, False),
    ],
)  # fmt: skip
def test_a_heavy_small_box_asks_whether_an_overweight_one_is_wanted(desk, cargo, asked):
    with make.writing() as tx:
        tx.add(Watchword(kind="heavy", word="罐头"))
    held, codes = found(desk, cargo)
    assert ("overweight" in codes) is asked
    answered = case("fcl", {"cargo_name": "灯具", **held})
    if asked:
        assert named(cargo_asks.bookable(answered)) == ["Overweight container wanted"]
        answered.cargo["overweight"] = "no"
    assert cargo_asks.bookable(answered) is None and not cargo_asks.notes(answered)


@pytest.mark.rule("BKG-08")
def test_the_heavy_weight_and_the_containers_are_figures_of_the_office(desk):
    make.set_figure("booking.small_container_heavy", 18)
    make.set_figure("booking.containers", {"20": [25, 20], "40": [58, 26], "40HQ": [68, 26]})
    assert found(desk, {"container": "20", "weight_g": 19_000_000, "volume_l": 26_000})[1] == [
        "box_volume",
        "overweight",
    ]


@pytest.mark.rule("BKG-21")
def test_a_dangerous_word_asks_for_class_and_all_charges_before_booking(desk):
    with make.writing() as tx:
        tx.add(Watchword(kind="dangerous", word="锂电池"))
        tx.add(Watchword(kind="dangerous", word="油漆", active=False))
    held, codes = found(desk, LCL | {"cargo_name": "玩具（含锂电池）"})
    assert codes == ["dangerous"]
    flagged = case("lcl", held)
    assert cargo_asks.quotable(flagged) is None and cargo_asks.notes(flagged)[0][0].params == {"word": "锂电池"}
    assert named(cargo_asks.bookable(flagged)) == ["All charges confirmed with"]
    assert cargo_asks.bookable(case("lcl", held | {"charges_confirmed": "赵敏 10:05"})) is None
    assert found(desk, LCL | {"cargo_name": "油漆刷"})[1] == [], "a word no longer in use asks nothing"


@pytest.mark.rule("BKG-19")
def test_a_port_with_several_terminals_asks_which_before_booking(desk):
    for lane in ("深圳→马尼拉", "Shenzhen to MANILA"):
        held, codes = found(desk, FCL, lane)
        assert codes == ["terminal"]
        assert named(cargo_asks.bookable(case("fcl", held))) == ["Terminal"]
    assert found(desk, FCL, "深圳→汉堡")[1] == []


def test_the_terminals_of_the_carrier_that_is_wished_for_are_named(desk):
    with make.writing() as tx:
        tx.add(Carrier(code="HPL", name="赫伯罗特", mode="sea", terminals="CTA"))
    held, codes = found(desk, {"carrier": "hpl"})
    assert codes == ["carrier_terminal"] and held["notes"][0][1] == {"carrier": "赫伯罗特", "which": "CTA"}


def test_every_kind_of_goods_has_fields_and_every_field_a_kind_that_a_form_can_show():
    assert all(BY_GOODS.values())
    assert {ask.before for ask in ASKS.values()} <= {QUOTE, DESK, BOOKING, "never"}
    assert all(ask.choices for ask in ASKS.values() if ask.kind in ("pick", "many"))
