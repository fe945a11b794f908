"""The articles that come with the desk: 100 points, 80 questions and the desk's own, in both languages (KNO-07 to KNO-09).

Numbers, groups and the questions that have a title only are copied by hand from appendices E and F.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from difflib import SequenceMatcher
from typing import Any

import pytest

from models import Phrase
from rules import catalogue, documents, library, phrases
from rules.money_guard import promises
from rules.transport_reasons import CODES
from workflows import complaint_forms, inquiry_forms

ARTICLES = {entry["number"]: entry for entry in library.entries() if entry["what"] == "article"}
LANGUAGES = ("zh", "en")
NAMES = tuple(f"{part}_{lang}" for part in ("title", "body") for lang in LANGUAGES)
# The questions of appendix F to which neither the answer nor a rule of the desk gives the substance.
TO_WRITE = {
    f"F-{n:02d}" for n in (
        4, 5, 6, 10, 11, 12, 13, 14, 15, 16, 19, 21, 22, 23, 24, 25, 26, 27, 29, 30, 33, 34, 35, 36, 37, 38, 39, 40, 51, 56, 58,
        59, 61, 62, 63, 64, 65, 66, 71, 72, 76, 78, 79, 80,
    )
}  # fmt: skip
GROUPS = """
CUS 1 5-7 9 11 16 19 27 35 38 40 42 51 52 84 86-90 | ORG 2-4 28 31 32 37 53 54 64 71-80 91-93 | RPT 33 | SHP 50 67 97
INQ 8 10 12-15 20 22 24 25 34 36 39 43 49 62 81-82 85 94 98 | KNO 17 21 23 29-30 44-46 83 | FIN 18 48 55 56 59-61 95 99 100
CMP 26 96 | BKG 41 | EXC 47 57 58 68 | CHG 63 65 66 69 70
"""
QUESTIONS = """
ORG 1 | CUS 2-4 6 12 14-22 | KNO 5 9-11 23-27 29 49 | CMP 7 8 42-45 47 48 52 | RPT 13 51 53 | FIN 28 30-32
CLM 33-41 46 50 54-56 58-80 | POD 57
"""
OTHER_KINDS = {"inquiry", "complaint", "change", "opening", "closing"}
LENGTHS = {"zh": (26, 230), "en": (80, 760)}
LINK = re.compile(r"\[\[([^\]]+)\]\]")
# A figure of the register is named as its default, so that nobody takes it for a law of nature.
SETTINGS = r"5分钟|2小时|24小时|10分钟|30分钟|8小时|7天|30天|90天|2分钟|3个工作日|10个工作日|300元"


def expected() -> dict[str, str]:
    """Number: group, as the appendices have them."""
    found = {}
    for table, form in ((GROUPS, "E-{:03d}"), (QUESTIONS, "F-{:02d}")):
        for row in table.replace("\n", "|").split("|"):
            group, *spans = row.split() or [""]
            for span in spans:
                first, _, last = span.partition("-")
                found |= {form.format(n): group for n in range(int(first), int(last or first) + 1)}
    return found


def own(number: str) -> bool:
    return number.startswith("A-")


def text(entry: dict[str, Any], language: str) -> str:
    """The body without links: what is read as words."""
    return LINK.sub("", str(entry[f"body_{language}"])).strip()


def wrong(test: Callable[[str, str], Any]) -> list[tuple[str, str, Any]]:
    """What `test(body, language)` finds in each article."""
    return [
        (number, lang, found) for number, entry in ARTICLES.items() for lang in LANGUAGES
        if (found := test(text(entry, lang), lang))
    ]  # fmt: skip


@pytest.mark.rule("KNO-07")
def test_all_100_points_and_80_questions_are_there_once_in_their_groups() -> None:
    numbers = [e["number"] for e in library.entries() if e["what"] == "article"]
    assert [n for n, times in Counter(numbers).items() if times > 1] == []
    assert {n: e["group"] for n, e in ARTICLES.items() if not own(n)} == expected()
    assert len(expected()) == 180
    assert {e["group"] for e in ARTICLES.values()} <= set(documents.GROUPS)
    assert [n for n in ARTICLES if not re.fullmatch(r"E-\d{3}|F-\d\d|A-\d{3}", n)] == []


@pytest.mark.rule("KNO-07", "KNO-09")
def test_every_article_has_title_and_body_in_both_languages_each_its_own() -> None:
    assert {n: name for n, e in ARTICLES.items() for name in NAMES if not e.get(name, "").strip()} == {}
    foreign = re.compile("[\u4e00-\u9fff，。；：、！？]")
    assert [
        n for n, e in ARTICLES.items() if foreign.search(e["title_en"]) or foreign.search(LINK.sub("", e["body_en"]))
    ] == []
    for name in NAMES:
        same = [value for value, times in Counter(e[name].strip() for e in ARTICLES.values()).items() if times > 1]
        assert same == [], name
    assert [(n, name) for n, e in ARTICLES.items() for name in NAMES[:2] if len(e[name]) > 80] == []


@pytest.mark.rule("KNO-08")
def test_what_has_a_title_only_is_marked_and_says_which_question_it_shall_answer() -> None:
    assert {n for n, e in ARTICLES.items() if e.get("to_write", False)} == TO_WRITE
    for number, entry in ARTICLES.items():
        open_one = number in TO_WRITE
        assert entry["body_zh"].startswith("待写：") == open_one, number
        assert entry["body_en"].startswith("To be written: ") == open_one, number
        assert not open_one or "\n" not in entry["body_zh"].strip(), number


@pytest.mark.rule("KNO-08")
def test_what_is_to_be_written_states_no_figure_and_no_law() -> None:
    told = [(n, ARTICLES[n]["body_zh"] + ARTICLES[n]["body_en"]) for n in TO_WRITE]
    assert [
        (n, found) for n, body in told if (found := re.findall(r"\d+\s*(?:%|元|天|日|小时|days|yuan)|第.{1,4}条", body))
    ] == []


def test_a_body_is_as_long_as_a_person_reads_at_the_desk() -> None:
    measured = {
        n: e for n, e in ARTICLES.items() if n < "A-1" or not own(n)
    }  # the pages A-1… on whole kinds may be longer
    sizes = [(n, lang, len(text(e, lang))) for n, e in measured.items() for lang in LANGUAGES]
    assert [size for size in sizes if not LENGTHS[size[1]][0] <= size[2] <= LENGTHS[size[1]][1]] == []
    least = {n: 26 if n in TO_WRITE else 40 if e["group"] == "ORG" else 60 for n, e in measured.items()}
    assert {n: size for n, lang, size in sizes if lang == "zh" and size < least[n]} == {}


def test_a_figure_of_the_register_is_named_as_a_default() -> None:
    assert [
        (n, figure) for n, e in ARTICLES.items()
        if (figure := re.search(SETTINGS, e["body_zh"])) and not re.search("默认|参数", e["body_zh"])
    ] == []  # fmt: skip


def test_every_link_of_an_article_leads_to_a_text() -> None:
    numbers = {entry["number"] for entry in library.entries()}
    links = {n: [LINK.findall(e[f"body_{lang}"]) for lang in LANGUAGES] for n, e in ARTICLES.items()}
    assert {n: set(zh) - numbers for n, (zh, _en) in links.items() if set(zh) - numbers} == {}
    assert [n for n, (zh, en) in links.items() if sorted(zh) != sorted(en) or n in zh] == []


@pytest.mark.rule("KNO-07", "KNO-09")
def test_kinds_exist_and_every_kind_of_work_topic_and_event_has_an_article() -> None:
    topics = {"inquiry": inquiry_forms.TOPICS, "complaint": complaint_forms.TOPICS}
    known = {f"{kind}.{code}" for kind, many in topics.items() for code, _name in many}
    known |= {f"change.{kind.code}" for kind in catalogue.KINDS} | set(CODES)
    given = {kind for entry in ARTICLES.values() for kind in entry["kinds"]}
    assert given - known - OTHER_KINDS == set()
    assert known - given == set()
    assert {
        kind for kind in ("inquiry", "complaint", "change") if not any(documents.fits(own, kind) for own in given)
    } == set()


@pytest.mark.rule("KNO-03")
def test_no_article_holds_a_forbidden_phrase_not_even_as_a_quotation() -> None:
    banned = [Phrase(active=True, **entry) for entry in library.phrases()]
    assert len(banned) >= 25
    assert (
        wrong(lambda body, lang: [hit.wording for a in phrases.AUDIENCES for hit in phrases.find(banned, body, a)])
        == []
    )
    plain = re.sub(r"\W", "", "".join(e["body_zh"] + e["title_zh"] for e in ARTICLES.values()))
    marks = [line for phrase in banned for line in phrase.matches_zh if line[0] not in "!！"]
    assert [line for line in marks if re.sub(r"\W", "", line) in plain] == []


@pytest.mark.rule("CMP-08")
def test_no_article_promises_money_or_names_a_lowest_price() -> None:
    assert wrong(lambda body, lang: [promise.clause for promise in promises(body)]) == []
    price = r"(?:USD|RMB|CNY|[$¥￥€])\s?\d|\d+\s?(?:美元|美金)"
    assert wrong(lambda body, lang: re.findall(price, body)) == []
    assert {figure for e in ARTICLES.values() for figure in re.findall(r"\d+元", e["body_zh"])} == {
        "300元"
    }  # the deductible


def test_no_two_articles_say_the_same() -> None:
    bodies = [(n, text(e, "zh")) for n, e in ARTICLES.items()]
    twins = []
    for i, (first, one) in enumerate(bodies):
        for second, other in bodies[i + 1 :]:
            match = SequenceMatcher(None, one, other, autojunk=False)
            if match.real_quick_ratio() > 0.7 and match.quick_ratio() > 0.7 and match.ratio() > 0.7:
                twins.append((first, second))
    assert twins == []
