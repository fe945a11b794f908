"""What a customer is told about his goods: mode by stage by what is known, and never a time that nobody named (SHP-16)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from rules import tracing_words as told
from rules.tracing_words import Known, answer, partner_question

AT = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)  # ten in the morning
PAST, SOON, LATER = AT - timedelta(hours=3), AT + timedelta(hours=1), AT + timedelta(hours=4)
TWO_HOURS = timedelta(hours=2)
KNOWN = Known()


@dataclass
class Goods:
    mode: str = "air"
    stage: str = "A3"
    stage_at: Any = PAST
    stage_source: str = "import"
    standing: str = "active"
    number: str | None = "6621912"
    master: str | None = None
    container: str | None = None
    booking: str | None = None
    origin: str | None = "深圳"
    destination: str | None = "北京"
    vehicle: str | None = "CZ3101"
    departs_at: Any = None
    arrives_at: Any = None
    hold_shipper: str | None = None
    hold_service: str | None = None
    hold_finance: str | None = None
    freed_at: Any = None
    progress: str | None = None
    customer: Any = None


def goods(stage: str, departs: Any = None, arrives: Any = None, **other: Any) -> Goods:
    mode = {"A": "air", "S": "sea", "R": "road"}[stage[0]]
    return Goods(mode, stage, departs_at=departs, arrives_at=arrives, **other)


def said(s: Goods, known: Known = KNOWN) -> list[tuple[str, Any]]:
    """Message ids behind the opening, each with the time it names."""
    return [(w.msgid, w.params.get("at")) for w in answer(s, AT, known)[1:]]


# stage, departure, arrival, reported by → which sentences come, and the time that each names
TABLE = [
    ("A3", SOON, LATER, "import", [("vehicle", None), ("leaves", SOON), ("comes", LATER), (told.PICK_UP, LATER + TWO_HOURS), (told.DELIVERY, 8)]),
    ("A3", None, None, "import", [("vehicle", None), ("no_departure", None), ("no_arrival", None), (told.PICK_UP_AFTER, None)]),
    ("A2", PAST, LATER, "import", [("vehicle", None), ("unconfirmed", PAST), ("comes", LATER), (told.PICK_UP, LATER + TWO_HOURS), (told.DELIVERY, 8)]),
    ("A4", PAST, SOON, "import", [("vehicle", None), ("leaves", PAST), ("comes", SOON), (told.PICK_UP, SOON + TWO_HOURS), (told.DELIVERY, 8)]),
    ("A4", PAST, PAST, "import", [("vehicle", None), ("leaves", PAST), ("overdue", PAST), (told.PICK_UP_AFTER, None)]),
    ("A4", PAST, None, "carrier", [("vehicle", None), ("leaves", PAST), ("no_arrival", None), (told.PICK_UP_AFTER, None)]),
    ("A5", PAST, PAST, "import", [("came", PAST), (told.PICK_UP_NOW, None), (told.DELIVERY, 8)]),
    ("A5", PAST, None, "import", [("came_sometime", None), (told.PICK_UP_AFTER, None)]),
    ("A5", PAST, LATER, "import", [("came_sometime", None), (told.PICK_UP_AFTER, None)]),
    ("A5", PAST, LATER, "carrier", [("came", PAST), (told.PICK_UP_NOW, None), (told.DELIVERY, 8)]),
    ("A6", PAST, PAST, "partner", [(told.SIGNED, PAST)]),
    ("A6", PAST, PAST, "import", [(told.SIGNED_SOMETIME, None)]),
    ("S2", SOON, LATER, "import", [("vehicle", None), ("leaves", SOON), ("comes", LATER), ("handing", None)]),
    ("S3", PAST, None, "import", [("vehicle", None), ("unconfirmed", PAST), ("no_arrival", None), ("handing", None)]),
    ("S4", PAST, LATER, "import", [("vehicle", None), ("left", PAST), ("comes", LATER), ("handing", None)]),
    ("S4", None, None, "import", [("vehicle", None), ("left_sometime", None), ("no_arrival", None), ("handing", None)]),
    ("S4", LATER, None, "import", [("vehicle", None), ("left_sometime", None), ("no_arrival", None), ("handing", None)]),
    ("S5", PAST, PAST, "import", [("vehicle", None), ("left", PAST), ("overdue", PAST), ("handing", None)]),
    ("R0", None, None, "import", [("vehicle", None), ("no_departure", None), ("no_arrival", None), ("handing", None)]),
    ("R2", PAST, SOON, "import", [("vehicle", None), ("left", PAST), ("comes", SOON), ("handing", None)]),
    ("R3", PAST, PAST, "import", [("came", PAST), ("handing", None)]),
    ("R3", PAST, None, "dispatch", [("came", PAST), ("handing", None)]),
    ("R4", PAST, PAST, "partner", [(told.SIGNED, PAST)]),
]  # fmt: skip


@pytest.mark.rule("SHP-16")
@pytest.mark.parametrize(("stage", "departs", "arrives", "source", "wanted"), TABLE)
def test_the_answer_follows_from_stage_and_times(stage, departs, arrives, source, wanted):
    s = goods(stage, departs, arrives, stage_source=source)
    says = told.SAYS[s.mode]
    expected = [says.get(name, name) for name, _ in wanted]
    found = said(s)
    assert [msgid for msgid, _ in found] == expected
    for (_, at), (_, time) in zip(found, wanted, strict=True):
        assert (
            at.hour - 10 if isinstance(time, int) else at
        ) == time  # 18:00 by the office's clock is eight hours from ten


@pytest.mark.rule("SHP-16")
@pytest.mark.parametrize("stage", sorted(told.PHASES))
def test_no_time_is_told_where_nothing_is_known(stage):
    s = goods(stage, vehicle=None, stage_source="import", stage_at=None, origin=None)
    times = [value for w in answer(s, AT) for value in w.params.values() if isinstance(value, datetime)]
    assert not times and any("not known yet" in w.msgid for w in answer(s, AT))


@pytest.mark.rule("SHP-16")
@pytest.mark.parametrize(
    ("pick_up", "begins"), [(16, 18), (18, 18), (19, 18 + 24)], ids=["before", "at its begin", "the next day"]
)
def test_delivery_is_in_the_first_window_after_pick_up(pick_up, begins):
    landing = AT + timedelta(hours=pick_up - 10 - 2)
    at = answer(goods("A4", PAST, landing), AT)[-1].params["at"]
    assert (at - AT) == timedelta(hours=begins - 10)


@pytest.mark.rule("SHP-16")
def test_the_offices_own_figures_count():
    s = goods("A4", PAST, SOON)
    found = dict(said(s, Known(180, "09:00-10:00")))
    assert found[told.PICK_UP] == SOON + timedelta(hours=3)
    assert answer(s, AT, Known(180, "09:00-10:00"))[-1].params["until"] == "10:00"
    assert answer(s, AT, Known(120, "下午"))[-1].params == {"window": "下午"}


HELD = (
    ({"hold_shipper": "等指令"}, [told.ON_ORDER]), ({"hold_service": "查货"}, [told.KEPT]), ({"hold_finance": "欠款"}, [told.KEPT]),
    ({"customer": SimpleNamespace(stopped_at=PAST, documents_held=None)}, [told.KEPT]),
    ({"customer": SimpleNamespace(stopped_at=None, documents_held="欠款")}, [told.KEPT]),
    ({"customer": SimpleNamespace(stopped_at=PAST, documents_held=None), "freed_at": PAST}, [told.PICK_UP_NOW, told.DELIVERY]),
    ({"hold_shipper": "等指令", "hold_finance": "欠款"}, [told.ON_ORDER, told.KEPT]),
)  # fmt: skip


@pytest.mark.rule("SHP-16")
@pytest.mark.parametrize(("holds", "wanted"), HELD)
def test_goods_that_are_kept_back_get_no_pick_up_time_and_finances_reason_is_not_told(holds, wanted):
    sentences = answer(goods("A5", PAST, PAST, **holds), AT)
    assert [w.msgid for w in sentences[2:]] == wanted
    assert "欠款" not in " ".join(map(str, sentences))


@pytest.mark.rule("SHP-16")
@pytest.mark.parametrize("standing", sorted(told.STANDINGS))
def test_a_note_that_stands_no_more_says_so_and_nothing_else(standing):
    assert [m for m, _ in said(goods("A3", SOON, LATER, standing=standing))] == [told.STANDINGS[standing]]


@pytest.mark.rule("SHP-19")
@pytest.mark.parametrize(
    ("progress", "said"),
    [
        (None, "is not issued yet."), ("scanning", "the goods are being scanned."), ("weighing", "the goods are being weighed."),
        ("billing", "the waybill is being made out."),
    ],
)  # fmt: skip
def test_goods_without_a_number_say_what_is_done_with_them(progress, said):
    first = str(answer(goods("A0", number=None, booking=None, progress=progress), AT)[0])
    assert "The waybill number is not issued yet" in first and first.endswith(said) and "6621912" not in first


@pytest.mark.rule("SHP-20")
def test_a_question_to_a_partner_carries_number_date_and_flight():
    late = datetime(2026, 11, 18, 17, 0, tzinfo=UTC)  # the next day in the office
    full, empty = (str(partner_question(s)) for s in (goods("A4", late), goods("A0", number=None, vehicle=None)))
    assert "6621912" in full and "19 Nov" in full and "CZ3101" in full
    assert "No waybill number yet" in empty and "date is not known" in empty and "flight is not known" in empty
    assert str(partner_question(replace(goods("S3"), number=None, master="COSU1"))).startswith("Waybill COSU1.")
