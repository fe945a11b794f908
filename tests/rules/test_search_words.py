"""Words in messages, matters and the handbook: all of them, for those who may see them, alike on both databases (SYS-08)."""

from __future__ import annotations

import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models import DocumentVersion, Message
from rules import search
from rules.snippets import snippet
from rules.store import Actor
from tests.rules import golden_search as golden
from tests.rules.searching import (  # noqa: F401
    ADMIN,
    AGENT,
    AUDITOR,
    OTHER,
    engine,
    found,
    session,
    statements,
)

CHINESE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff]+")
NOBODY = Actor(9, "x", "x", frozenset())


def test_the_golden_queries_find_what_they_must_in_the_right_order(session):
    places = golden.build(session)
    keys = {place: key for key, place in places.items()}
    asked = golden.queries()
    assert len({typed for typed, _ in asked}) == len(asked) >= 120
    wrong = [
        (typed, wanted, got) for typed, wanted in asked
        if (got := [keys[place] for place in found(session, typed, limit=40)]) != wanted
    ]  # fmt: skip
    assert not wrong, "\n".join(map(str, wrong))


def test_every_piece_of_one_to_four_characters_finds_its_message(session):
    golden.build(session)
    missed, tried = [], 0
    for message in session.query(Message).execution_options(visible="system").filter_by(office_id=1):
        runs = [run for text in (message.text, message.said, message.party) for run in CHINESE.findall(text or "")]
        for piece in {run[at : at + n] for run in runs for n in (1, 2, 3, 4) for at in range(len(run) - n + 1)}:
            tried += 1
            if ("message", message.id) not in found(session, piece, sort="messages", limit=60):
                missed.append((piece, message.text))
    assert not missed and tried > 200


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(st.characters(min_codepoint=0x20, max_codepoint=0x2FFFF, exclude_categories=["Cs"]), max_size=30), st.data()
)
def test_whatever_chinese_stands_in_a_message_is_found(session, written, data):
    words = data.draw(st.text("货到拉航班延误单", min_size=1, max_size=6))
    customer = golden.customer(session)
    kept = golden.say(session, ("customer", customer.id), f"{written} {words}")
    start = data.draw(st.integers(0, len(words) - 1))
    piece = words[start : start + data.draw(st.integers(1, 4))]
    assert ("message", kept) in found(session, piece, sort="messages", limit=60)


# ------------------------------------------------------------------------------------------ who sees what


def test_no_filter_shows_what_is_hidden(session):
    places = golden.build(session)
    own = {place for key, place in places.items() if key not in ("c4", "m9")}
    for sort in ("", "messages", "handbook", "customers", "x' OR 1=1", "@2"):
        for typed in ("货", "远航", "H200", "营业部"):
            for before in (None, 2**52):
                seen = {*found(session, typed, sort=sort, before=before)}
                assert seen <= own, (sort, typed)
                assert not {
                    place for place in found(session, typed, ADMIN, sort=sort, before=before) if place[0] != "document"
                }
                assert found(session, typed, NOBODY, sort=sort, before=before) == []
    assert found(session, "营业部") == found(session, "H200") == []
    assert found(session, "营业部", OTHER) == found(session, "营业部", AUDITOR) == [places["m9"]]
    assert set(found(session, "拉货", OTHER)) == {places["d1"], places["m9"]}
    assert found(session, "拉货", AUDITOR) == [places[key] for key in ("k1", "d1", "m9", "m1")]


def test_only_a_text_in_force_is_found_and_a_withdrawn_one_no_more(session):
    places = golden.build(session)
    version = session.query(DocumentVersion).filter_by(document_id=places["d1"][1]).one()
    assert found(session, "未能装机") == found(session, "SCR-17") == [places["d1"]]
    version.state = "withdrawn"
    assert (
        found(session, "未能装机") == found(session, "SCR-17") == found(session, "lhtz") == []
    )  # even before it is indexed
    version.document.versions.append(DocumentVersion(
        number=2, state="approved", title_zh="甩货通知", title_en="Left behind", body_zh="舱位不够", body_en="-", drafted_at=golden.AT,
    ))  # fmt: skip
    search.index(session, version.document)
    assert found(session, "舱位不够") == found(session, "shtz") == [places["d1"]]
    assert found(session, "未能装机") == []


# ------------------------------------------------------------------------------------------ pages and cost


def test_the_pages_of_one_kind_show_every_message_once_newest_first(session):
    places = golden.build(session)
    ids = [golden.say(session, places["k1"], f"第{n}次催派送") for n in range(150)]
    pages, before = [], None
    for _ in range(6):
        page = search.find(session, AGENT, "催派送", 30, "messages", before)
        pages.append([hit.id for hit in page.hits])
        if not page.more:
            break
        before = page.more
    assert [one for page in pages for one in page] == ids[::-1] and len(pages) == 5
    assert search.find(session, AGENT, "催派送").counts["message"] == search.CAP + 1


def test_no_kind_crowds_another_out(session):
    places = golden.build(session)
    for n in range(70):
        golden.say(session, places["k1"], f"第{n}次拉货")
        golden.customer(session, name=f"拉货{n}")
    kinds = [hit.what for hit in search.find(session, AGENT, "拉货", 20).hits]
    assert {*kinds} == {"customer", "case", "document", "message"} and len(kinds) == 20


def test_a_search_that_hits_everything_takes_at_most_seven_selects(session, engine):
    golden.build(session)
    golden.customer(session, name="货代")
    golden.shipment(session, number="90000005", cargo="货")
    session.expire_all()
    with statements(engine, "SELECT") as seen:
        assert len({hit.what for hit in search.find(session, AGENT, "货", 30).hits}) == 5
    assert len(seen) <= 7


# ------------------------------------------------------------------------------------------ in their context


def test_the_words_stand_with_twenty_characters_on_either_side():
    long = "一二三四五六七八九十" * 4
    cases = {
        ("拉货", f"{long}限载拉货改配{long}"): ("…" + long[-18:] + "限载", "拉货", "改配" + long[:18] + "…"),
        ("拉货", "拉货"): ("", "拉货", ""),
        ("abc123", "单号ＡＢＣ１２３，查"): ("单号", "ＡＢＣ１２３", "，查"),
        ("strasse", "die Straße 7"): ("die ", "Straße", " 7"),
        ("hong kong", "C/O Hong-Kong"): ("C/O ", "Hong", "-Kong"),
        ("hong-kong", "C/O Hong Kong"): ("C/O ", "Hong Kong", ""),
        ("拉货 改配", "改配了"): ("", "改配", "了"),
        ("art", "part of the art"): ("part of the ", "art", ""),
        ("<b>", "x <b>bold</b>"): ("x <", "b", ">bold</b>"),
        ("货", "第一行\n\n货到"): ("第一行 ", "货", "到"),
    }
    assert {key: tuple(snippet([key[1]], key[0]) or ()) for key in cases} == cases
    for odd in ("", "👍", "%", "\\", "(", "\x00", "没有"):
        assert snippet(["拉货"], odd) is None
    assert snippet([None, ""], "拉货") is None
