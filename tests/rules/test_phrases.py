"""The forbidden phrases of the desk in every disguise, their harmless neighbours, and where they block (KNO-03, D-14)."""

from __future__ import annotations

import time

import pytest

from models import Phrase
from rules import library, phrases
from tests.rules.phrase_table import TABLE

HOUSE = [Phrase(active=True, **entry) for entry in library.phrases()]
BY_NUMBER = {phrase.number: phrase for phrase in HOUSE}


def table() -> dict[str, dict[str, list[str]]]:
    """The table as {number: {"+": caught, "-": harmless}}."""
    found: dict[str, dict[str, list[str]]] = {}
    for row in TABLE.strip().split("\n"):
        if row.startswith("FP-"):
            found[row] = lines = {"+": [], "-": []}
        else:
            lines[row[0]].append(row[2:].replace("␣", "\u200b").replace("⏎", "\n"))
    return found


@pytest.mark.rule("KNO-03")
def test_every_phrase_is_there_in_both_languages_with_warm_words_instead():
    assert [phrase.number for phrase in HOUSE] == [f"FP-{n:02d}" for n in range(1, 26)]
    assert {p.audience: sum(q.audience == p.audience for q in HOUSE) for p in HOUSE} == {
        "customer": 10, "partner": 8, "colleague": 7}  # fmt: skip
    for phrase in HOUSE:
        for text in (phrase.phrase_zh, phrase.phrase_en):
            assert phrase in [f.phrase for f in phrases.find(HOUSE, text, phrase.audience)], text
        for text in (phrase.instead_zh, phrase.instead_en):
            assert text and not any(phrases.find(HOUSE, text, audience) for audience in phrases.AUDIENCES), text


@pytest.mark.rule("KNO-03")
def test_each_phrase_is_caught_in_every_disguise():
    missed = []
    for number, lines in table().items():
        assert len(lines["+"]) == 10
        for text in lines["+"]:
            found = phrases.find([BY_NUMBER[number]], text, BY_NUMBER[number].audience)
            if not found:
                missed.append((number, text))
            assert all(0 <= f.start < f.end <= len(text) for f in found)
    assert not missed and len(table()) == 25


@pytest.mark.rule("KNO-03")
def test_no_phrase_stops_its_harmless_neighbours():
    stopped = []
    for number, lines in table().items():
        assert len(lines["-"]) == 10
        audience = BY_NUMBER[number].audience
        stopped += [
            (number, text, [f.wording for f in found])
            for text in lines["-"]
            if (found := phrases.find(HOUSE, text, audience))
        ]
    assert not stopped


@pytest.mark.rule("KNO-03")
def test_no_text_of_the_desk_holds_a_phrase_forbidden_to_its_reader():
    alarms = []
    for entry in library.entries():
        heard_by = [phrases.audience_of(entry["audience"])] if entry.get("audience") else phrases.AUDIENCES
        for name in ("title_zh", "title_en", "body_zh", "body_en"):
            for audience in heard_by:
                found = phrases.find(HOUSE, entry.get(name), audience)
                alarms += [(entry["number"], f.phrase.number, entry[name][f.start : f.end]) for f in found]
    assert not alarms


@pytest.mark.rule("KNO-03")
def test_what_leaves_the_house_is_stopped_and_what_was_spoken_is_counted():
    written, spoken = ("wechat", "qq", "mail", "fax", "sms", "web", "link", "print", None), ("phone", "visit")
    for heard_by in ("customer", "shipper", "consignee", "payer", "partner", None):
        assert all(phrases.blocks(heard_by, channel) for channel in written), heard_by
        assert not any(phrases.blocks(heard_by, channel) for channel in spoken), heard_by
    assert not any(phrases.blocks("colleague", channel) for channel in (*written, *spoken))


@pytest.mark.rule("KNO-03")
def test_a_phrase_is_forbidden_to_its_own_audience_only_and_not_when_out_of_use():
    text = "快点啊，这不关我的事"
    assert [f.phrase.number for f in phrases.find(HOUSE, text, "consignee")] == ["FP-08"]
    assert [f.phrase.number for f in phrases.find(HOUSE, text, "partner")] == ["FP-14"]
    assert phrases.find(HOUSE, text, "colleague") == [] == phrases.find(HOUSE, None, None)
    off = Phrase(number="FP-99", audience="customer", active=False, matches_zh=["不关我的事"], matches_en=[])
    assert phrases.find([off], text, "customer") == []


def test_a_hit_is_shown_where_it_stands_as_written():
    text = "㎏ 单价已报。  這不 關我的事！ It isn’t my fault."
    found = phrases.find(HOUSE, text, "customer")
    assert [text[f.start : f.end] for f in found] == ["不 關我的事", "isn’t my fault"]
    assert phrases.told(found)[0]["phrase"] == "FP-08"


def test_looking_through_a_long_text_for_many_phrases_takes_milliseconds():
    many = [
        Phrase(number=f"X-{n}", audience="customer", active=True, matches_zh=[f"不关我的{chr(0x4E00 + n)}", f"我也没{chr(0x5E00 + n)}法"],
               matches_en=[f"not my {chr(97 + n % 26)}{chr(97 + n // 26)} fault", "nothing i can do here"])
        for n in range(200)
    ]  # fmt: skip
    for text in (
        "您好，货物已到达，请尽快来提货，航班号 CZ1234 me。" * 200,
        "Your cargo is here, so please come to collect it. " * 90,
    ):
        text = text[:4000]
        phrases.find(many, text, "customer")
        took = []
        for _ in range(5):
            began = time.perf_counter()
            phrases.find(many, text, "customer")
            took.append(time.perf_counter() - began)
        assert min(took) < 0.05  # about 4 ms on an idle machine


def test_no_text_makes_the_search_slow():
    for text in (
        "客户说" * 2000,
        "不" * 4000,
        "不关我的" * 1000,
        "you say " * 700,
        "a" * 8000,
        "客户说“" * 1500,
        "不guan" * 900,
        "'" * 4000,
    ):
        began = time.perf_counter()
        phrases.find(HOUSE, text, "customer")
        assert time.perf_counter() - began < 0.5, text[:10]
