"""Stages of a shipment: their order, and the office's words for them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import CheckConstraint

from models import Shipment
from rules import stages

NOW = datetime(2026, 11, 20, tzinfo=UTC)
AIR = {"在库": "A1", "已开单": "A2", "已交航": "A3", "已截载": "A4", "已到达": "A5", "已签收": "A6"}


@pytest.mark.parametrize(("word", "stage"), AIR.items())
def test_air_words_follow_the_way_of_the_goods(word: str, stage: str) -> None:
    assert stages.from_status("air", word, NOW, NOW) == stage


def test_a_shipment_without_a_word_stands_at_the_beginning() -> None:
    assert [stages.from_status(mode, None, None, NOW) for mode in stages.MODES] == ["A0", "S0", "R0"]


@pytest.mark.parametrize("word", stages.SAILS)
def test_at_sea_the_departure_time_decides_between_terminal_and_sailed(word: str) -> None:
    assert stages.from_status("sea", word, NOW, NOW) == "S4"
    assert stages.from_status("sea", word, NOW + timedelta(seconds=1), NOW) == "S3"
    assert stages.from_status("sea", word, None, NOW) == "S3"
    assert stages.from_status("road", word, NOW, NOW) in ("R1", "R2")


def test_stages_of_two_modes_have_no_order() -> None:
    assert stages.is_later("A5", "A4")
    assert not stages.is_later("A4", "A4")
    assert not stages.is_later("S5", "A1")
    assert not stages.is_later("A6", "R0")


def test_every_stage_that_the_database_takes_has_a_name_and_the_other_way_round() -> None:
    checks = [c for c in Shipment.__table__.constraints if isinstance(c, CheckConstraint)]
    rule = next(str(c.sqltext) for c in checks if "stage" in str(c.name))
    assert {stage for stage in stages.NAMES if f"'{stage}'" in rule} == set(stages.NAMES)
    assert rule.count("'") // 2 == len(stages.NAMES) + len(stages.MODES)
    assert str(stages.name("A3")) == "Handed to the airline"
