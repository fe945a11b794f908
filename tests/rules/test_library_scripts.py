"""The scripts that come with the desk: all 67 situations, both languages, slots that exist, nothing untrue, no money (KNO-04).

Numbers and slots are those of appendix C, copied by hand; a situation may have several texts (SCR-17, SCR-17B, SCR-17C).
"""

from __future__ import annotations

import re
from typing import Any

import pytest

from models import Phrase
from rules import catalogue, documents, library, phrases, slot_names, slots
from rules.money_guard import promises
from rules.transport_reasons import CODES
from workflows import complaint_forms, inquiry_forms
from workflows.common import CHANNELS

SCRIPTS = {entry["number"]: entry for entry in library.entries() if entry["what"] == "script"}
LANGUAGES = ("zh", "en")
LONGEST = {"zh": 220, "en": 700}
# What each situation must name (appendix C); situations without a row need nothing.
ASKED = """
01 company work_number | 02 name work_number | 03 festival name work_number | 04 company name number contact | 05 company
07 contact_sheet flow sample | 08 tickets units enclosures | 10 destination consignee model quantity | 12 number
13 flight landing delivery | 14 date destination consignee state | 15 number destination consignee kind
17 number consignee reason new_flight arrival delivery | 18 reason | 19 reason airport | 20 number reason
21 pieces finding days | 22 reason new_flight | 24 answer_minutes | 27 state | 29 number | 31 pickup_table days cause
37 phone | 38 hours | 39 hours | 40 number flight flight_date | 41 number consignee | 45 number consignee | 47 name number kind
51 answer_minutes | 53 answer_minutes | 55 month amount | 58 reason new_time | 59 end_time arrival | 60 price sailing
61 charge alternatives | 62 reason sailing | 63 price | 64 lanes contacts | 65 deductible | 66 cause new_date
"""
NEWCOMER_MUST_NOT = {"price", "amount", "charge"}
# What a situation must say and in which words; the number may have letters behind it.
SAID = {
    "SCR-06": ("还有别的", "谢谢"), "SCR-09": ("附件", "再发一次"), "SCR-11": ("代替", "签名"), "SCR-12": ("退回仓库", "安检"),
    "SCR-14": ("发货方是哪家",), "SCR-17": ("抱歉", "收货方吗"), "SCR-18": ("还没起飞", "起飞后"), "SCR-20": ("装箱单", "异常"),
    "SCR-21": ("理赔岗", "抱歉"), "SCR-22": ("抱歉", "重点跟踪"), "SCR-23": ("没有权限", "主管", "抱歉"), "SCR-24": ("单号", "电话"),
    "SCR-25": ("抱歉", "转给", "扣在当地", "返回来"), "SCR-26": ("标签", "外箱", "纸箱和编织袋"), "SCR-30": ("不允许", "视频"),
    "SCR-31B": ("抱歉", "车队"), "SCR-32": ("道歉", "接手"), "SCR-33": ("抱歉", "帮您"), "SCR-34": ("抱歉",), "SCR-35": ("抱歉",),
    "SCR-36": ("抱歉", "电话"), "SCR-37": ("道歉", "主管"), "SCR-38": ("谢谢", "明确"), "SCR-39": ("谢谢", "再见"),
    "SCR-46": ("打扰", "感谢"), "SCR-47": ("谢谢",), "SCR-49": ("上门", "谢谢"), "SCR-50": ("打扰", "谢谢"), "SCR-56": ("财务", "暂停放货"),
    "SCR-57": ("稍等", "谢谢"), "SCR-60": ("参考价", "可能会变"), "SCR-63": ("抱歉", "报错"), "SCR-67": ("没有投保", "记在"),
}  # fmt: skip
POLITE = {
    "zh": r"您好|快乐|谢谢|感谢|抱歉|道歉",
    "en": r"(?i)hello|wishes|thank|sorry|apologi|grateful",
}
# A full ship or flight, the contract or the market as a pretext; a cheap price as a hook (CF-15). Reasons are slots only.
PRETEXT = {
    "zh": r"满舱|爆仓|舱位紧|旺季|合同|协议规定|行情|市场原因|货量大|不可抗力|特价|最低价|底价|机场破损|机场损坏|天气原因|流量控制",
    "en": r"(?i)\b(?:fully booked|overbooked|no space|peak season|contract|force majeure|special offer|lowest|floor price|"
    r"damaged at the airport|weather|air traffic control)\b",
}
# What may not have happened, or takes the customer's consent for granted, is a slot, an intention or not said (CF-15).
CLAIMED = {
    "zh": r"管理层|说好怎么改|尽力了|找过别的|还没公布|重新上路|您体谅",
    "en": r"(?i)our management|have agreed with the fleet|everybody has tried|not published|on its way again|for your patience",
}
DESKISH = r"尊敬的|特此|予以|敬请|贵司|届时|如有不便|深表歉意|尊贵|您真"


def body(entry: dict[str, Any], language: str) -> str:
    return str(entry[f"body_{language}"])


def base(number: str) -> str:
    return number[:6]


def wrong(test: Any) -> list[tuple[str, str, Any]]:
    """What `test(text, language)` finds in each script, as (number, language, finding)."""
    return [
        (number, lang, found) for number, entry in SCRIPTS.items() for lang in LANGUAGES
        if (found := test(body(entry, lang), lang))
    ]  # fmt: skip


@pytest.mark.rule("KNO-04")
def test_all_67_situations_have_a_text_in_both_languages() -> None:
    assert {base(number) for number in SCRIPTS} == {f"SCR-{n:02d}" for n in range(1, 68)}
    assert [number for number in SCRIPTS if not re.fullmatch(r"SCR-\d\d[A-Z]?", number)] == []
    assert len(SCRIPTS) == sum(entry["what"] == "script" for entry in library.entries())  # no number twice
    names = ("title_zh", "title_en", "body_zh", "body_en", "group", "audience")
    assert [number for number, entry in SCRIPTS.items() if not all(entry.get(name) for name in names)] == []
    assert wrong(lambda text, lang: bool(re.search("[\u4e00-\u9fff]", text)) != (lang == "zh")) == []


@pytest.mark.rule("KNO-04")
def test_a_script_asks_only_for_slots_that_exist_and_for_those_of_its_situation() -> None:
    assert wrong(lambda text, lang: slots.strange(text)) == []
    differ = [n for n, e in SCRIPTS.items() if set(slots.codes(e["body_zh"])) != set(slots.codes(e["body_en"]))]
    assert differ == []
    used: dict[str, set[str]] = {}
    for number, entry in SCRIPTS.items():
        used.setdefault(number[4:6], set()).update(slots.codes(entry["body_zh"]))
    rows = [row.split() for row in ASKED.replace("\n", "|").split("|") if row.strip()]
    assert {row[0]: missing for row in rows if (missing := set(row[1:]) - used[row[0]])} == {}
    assert {code for row in rows for code in row[1:]} <= set(slot_names.NAMES)


@pytest.mark.rule("KNO-04")
def test_a_figure_of_the_register_is_a_slot_never_a_number() -> None:
    assert wrong(lambda text, lang: re.search(r"\d|[一两三五十]\s*(?:个)?(?:小时|分钟|工作日|天)", text)) == []


def test_a_script_is_short_and_in_plain_punctuation() -> None:
    assert wrong(lambda text, lang: len(text) > LONGEST[lang]) == []
    ends = {"zh": "[。？！]", "en": r"[.?!](?=\s|$)"}
    assert wrong(lambda text, lang: not 1 <= len(re.findall(ends[lang], text)) <= 4) == []
    half = r"[,;:?!()\"']"
    assert [n for n, e in SCRIPTS.items() if re.search(half, re.sub(r"\{\w+\}", "", e["body_zh"]))] == []
    assert [n for n, e in SCRIPTS.items() if re.search("[，。；：？！、（）]", e["body_en"])] == []


@pytest.mark.rule("KNO-04")
def test_kinds_channels_groups_and_hearers_are_those_of_the_desk() -> None:
    topics = {"inquiry": inquiry_forms.TOPICS, "complaint": complaint_forms.TOPICS}
    known = {"inquiry", "complaint", "change", "opening", "closing", *CODES}
    known |= {f"{kind}.{code}" for kind, many in topics.items() for code, _name in many}
    known |= {f"change.{kind.code}" for kind in catalogue.KINDS}
    assert {n: extra for n, e in SCRIPTS.items() if (extra := set(e["kinds"]) - known)} == {}
    ways = {code for code, _name in CHANNELS}
    assert [n for n, e in SCRIPTS.items() if not set(e.get("channels", ())) <= ways] == []
    assert {e["group"] for e in SCRIPTS.values()} <= set(documents.GROUPS)
    assert {e["audience"] for e in SCRIPTS.values()} == {"customer", "consignee", "partner", "colleague"}
    offered = {code for e in SCRIPTS.values() for code in e["kinds"]}
    assert {f"complaint.{code}" for code, _name in complaint_forms.TOPICS} <= offered
    assert {f"inquiry.{code}" for code, _name in inquiry_forms.TOPICS} - {"inquiry.callback"} <= offered


@pytest.mark.rule("KNO-01")
def test_openings_have_their_four_variants_and_a_newcomers_own() -> None:
    variants = {n: e.get("variant", "") for n, e in SCRIPTS.items() if e.get("variant")}
    assert {variants[n] for n in ("SCR-02", "SCR-03", "SCR-04")} == {"named", "festival", "outgoing"}
    assert SCRIPTS["SCR-01"].get("variant", "") == ""
    assert {n for n, v in variants.items() if v == "newcomer"} == {"SCR-02N", "SCR-60N", "SCR-63N"}
    for number in ("SCR-02N", "SCR-60N", "SCR-63N"):
        assert not NEWCOMER_MUST_NOT & set(slots.codes(SCRIPTS[number]["body_zh"])), number
        assert "新人" in SCRIPTS[number]["title_zh"] and "newcomer" in SCRIPTS[number]["title_en"]
    festive = [e for n, e in SCRIPTS.items() if variants.get(n) == "festival"]
    assert len(festive) == 3 and all("festival" in slots.codes(e["body_zh"]) for e in festive)
    for number in ("SCR-01", "SCR-02", "SCR-04"):
        assert "您好" in SCRIPTS[number]["body_zh"] and "?" in SCRIPTS[number]["body_en"], number


@pytest.mark.rule("KNO-02")
def test_a_closing_offers_more_help_thanks_and_says_goodbye() -> None:
    for number in ("SCR-06", "SCR-06C", "SCR-06F"):
        zh, en = SCRIPTS[number]["body_zh"], SCRIPTS[number]["body_en"]
        assert all(part in zh for part in ("吗？", "谢谢", "再见")), number
        assert all(part in en for part in ("Is there anything else", "hank you", "oodbye")), number


@pytest.mark.rule("KNO-04")
def test_a_script_says_what_its_situation_asks_politely_and_without_office_language() -> None:
    assert {n: part for n, parts in SAID.items() for part in parts if part not in SCRIPTS[n]["body_zh"]} == {}
    assert wrong(lambda text, lang: not re.search(POLITE[lang], text)) == []
    assert [n for n, e in SCRIPTS.items() if "您" not in e["body_zh"] or "你" in e["body_zh"]] == []
    assert [n for n, e in SCRIPTS.items() if re.search(DESKISH, e["body_zh"])] == []


@pytest.mark.rule("KNO-04")
def test_no_script_states_an_untrue_reason() -> None:
    assert wrong(lambda text, lang: re.search(PRETEXT[lang], text)) == []
    assert wrong(lambda text, lang: re.search(CLAIMED[lang], text)) == []
    first = SCRIPTS["SCR-20"]
    assert not re.search("破损|损坏|坏了", first["body_zh"]) and "damage" not in first["body_en"]  # FC-01
    assert "如实" in first["body_zh"]  # the facts follow after the inspection
    told = {n for n, e in SCRIPTS.items() if "原因" in e["body_zh"]}
    assert {n for n in told if not {"reason", "cause"} & set(slots.codes(SCRIPTS[n]["body_zh"]))} == set()


@pytest.mark.rule("CMP-08")
def test_no_script_promises_money() -> None:
    assert wrong(lambda text, lang: promises(text)) == []
    filled = {"amount": "¥500", "price": "USD 1,200", "charge": "¥300", "deductible": "¥300", "days": "10"}
    assert wrong(lambda text, lang: promises(slots.fill(text, filled, lang))) == []


@pytest.mark.rule("KNO-03")
def test_no_script_holds_a_forbidden_phrase() -> None:
    banned = [Phrase(active=True, **entry) for entry in library.phrases()]
    assert banned
    found = [
        (number, lang, hit.wording)
        for number, entry in SCRIPTS.items()
        for lang in LANGUAGES
        for audience in phrases.AUDIENCES
        for hit in phrases.find(banned, body(entry, lang), audience)
    ]
    assert found == []


def test_every_link_between_texts_leads_somewhere() -> None:
    numbers = {entry["number"] for entry in library.entries()}
    texts = [(e["number"], e["body_zh"] + e["body_en"]) for e in library.entries()]
    broken = [(n, link) for n, text in texts for link in re.findall(r"\[\[([^\]]+)\]\]", text) if link not in numbers]
    assert broken == []


@pytest.mark.rule("KNO-06", "KNO-09")
def test_tone_and_prohibitions_have_articles_without_a_forbidden_phrase() -> None:
    articles = {entry["number"]: entry for entry in library.entries() if entry["what"] == "article"}
    twelve = articles["A-101"]["body_zh"]
    assert all(f"- {word}：" in twelve for word in ("礼貌", "乐观", "热情", "友善", "耐心", "平等"))
    assert articles["A-102"]["body_zh"].count("\n- ") == 6  # the six “mores”
    assert all(
        f"[[{number}]]" in articles["A-106"]["body_zh"] for number in ("E-017", "E-021", "E-046", "F-27", "F-49")
    )
    assert [n for n in range(1, 19) if f"（FC-{n:02d}）" not in articles[f"A-2{n:02d}"]["body_zh"]] == []
    assert [n for n in range(1, 19) if f"(FC-{n:02d})" not in articles[f"A-2{n:02d}"]["body_en"]] == []
    banned = [Phrase(active=True, **entry) for entry in library.phrases()]
    mine = [n for n in articles if n.startswith(("A-1", "A-2"))]
    texts = [(n, articles[n][f"body_{lang}"], who) for n in mine for lang in LANGUAGES for who in phrases.AUDIENCES]
    assert [(n, hit.wording) for n, text, who in texts for hit in phrases.find(banned, text, who)] == []
