"""Nothing leaves the desk with an open slot, a forbidden phrase or an agent's promise of money, whichever way it takes (KNO-03, CMP-08)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from models import Draft, Message, Notice, Phrase, PhraseHit, Promise, Question, User, db
from rules import phrase_hits, speaking
from rules.phrases import digest
from rules.policy import unseen
from rules.proofreading import Way
from rules.stopped import Stopped
from rules.store import now
from tests.blueprints.conftest import Enter
from tests.blueprints.test_transport import board, notices, recorded
from tests.blueprints.world import PHONE, World, acting, log, move
from tests.databases import on_sqlite

PHRASES = (
    ("BAN-01", "customer", "这事不归我管", "That is none of my business", "我来帮您问清楚再回复您", "I will find out and come back to you"),
    ("BAN-02", "partner", "你们自己看着办", "Do as you like", "请按约定处理并告知结果", "Please handle it as agreed"),
    ("BAN-03", "colleague", "关我什么事", "What is it to me", "我看看能帮什么", "Let me see how I can help"),
)  # fmt: skip
SLOT, BAD, RUDE, MONEY = "您好，{航班}已起飞", "您好，这事不归我管", "你们自己看着办吧", "我们赔您500元"
FINE = "您好，已为您登记"


@pytest.fixture
def phrases(world: World) -> dict[str, int]:
    """Three forbidden phrases, one for each audience."""
    names = ("number", "audience", "phrase_zh", "phrase_en", "instead_zh", "instead_en")
    with acting(world, "admin") as tx:
        rows = [
            Phrase(**dict(zip(names, row, strict=True)), matches_zh=[row[2]], matches_en=[row[3]]) for row in PHRASES
        ]
        return {row.number: tx.add(row).id for row in rows}


def rows(model: Any, *where: Any) -> list[Any]:
    db.session.rollback()
    return list(db.session.scalars(unseen(select(model).where(*where).order_by(model.id))))


def hits() -> list[tuple[str, str, str]]:
    return [(h.outcome, h.audience, h.words) for h in rows(PhraseHit)]


def said(text: str) -> list[Message]:
    return rows(Message, Message.text.contains(text), Message.direction != "in")


# ------------------------------------------------------------------------------------------ every way out


def ways(world: World, enter: Enter) -> dict[str, tuple[str, dict[str, str], str]]:
    """Every way on which an agent's words leave: address, what else is sent, and the field of the words."""
    board(world)
    recorded(enter("agent"), world)
    inquiry, complaint = log(world, "inquiry"), log(world, "complaint")
    cargo = log(world, "inquiry", topic="cargo", asked="货到哪了")
    told = log(world, "complaint", topic="hotline")
    for name, by, data in (
        ("answer", "agent", {"text": "查清了", "to": "shipper", "channel": "phone"}),
        ("find", "agent", {"finding": "热线占线", "party": "fleet", "responsible_reason": "通话记录"}),
        ("confirm_party", "supervisor", {}),
    ):
        move(world, told, name, by, **data)
    change = log(world, "change")
    for name, by in (("approve", "supervisor"), ("approve", "finance")):
        move(world, change, name, by)
    asked = log(world, "inquiry")
    move(world, asked, "ask_party", "agent", to="consignee", whom="王五", question="请问收到了吗")
    question = str(rows(Question)[-1].id)
    written = {"to": "shipper", "channel": "wechat"}
    return {
        "answer": (f"/cases/{inquiry}/answer", written, "text"),
        "answer to a complaint": (f"/cases/{complaint}/answer", written, "text"),
        "contact": (f"/cases/{inquiry}/message", written, "text"),
        "contact by mail": (f"/cases/{inquiry}/message", written | {"channel": "mail"}, "text"),
        "consignee": (f"/cases/{inquiry}/message", written | {"to": "consignee"}, "text"),
        "acknowledgement": (f"/cases/{inquiry}/acknowledge", written, "text"),
        "papers asked for": (f"/cases/{inquiry}/ask_info", written, "text"),
        "price pending": (f"/cases/{inquiry}/price_pending", {"channel": "sms"}, "text"),
        "question to the customer": (f"/cases/{inquiry}/ask_party", {"to": "consignee", "whom": "王五"}, "question"),
        "question in a complaint": (f"/cases/{complaint}/ask_party", {"to": "consignee", "whom": "王五"}, "question"),
        "customer asked again": (f"/cases/{asked}/nudge_party", {"question_id": question}, "text"),
        "cargo query": (f"/cases/{cargo}/answer", written, "text"),
        "answered in the call": (f"/shipments/{world.shipments['A5']}/spot", written | {"party": "刘玲"}, "text"),
        "flight": (f"/transport/notices/{notices()[0].id}", {"channel": "wechat"}, "text"),
        "customer's log": (f"/customers/{world.customers['good']}/log", {"channel": "wechat"}, "text"),
        "logged with its answer": ("/cases", {
            "kind": "inquiry", "topic": "other", "channel": "wechat", "asked": "问", "said": "问", "called_at": "2026-11-18T09:58",
            "caller_name": "刘玲", "caller_phone": PHONE, "do": "answer",
        }, "text"),
        "result told": (f"/cases/{told}/feedback", {"channel": "wechat", "satisfied": ""}, "text"),
        "change told": (f"/cases/{change}/execute", {"own_system": "1", "channel": "wechat"}, "told"),
        "quotation": (f"/cases/{inquiry}/quote_draft", {
            "basis": "margin", "lines-0-item": "air_freight", "lines-0-amount": "5.20", "lines-0-currency": "CNY",
            "lines-0-unit": "kg", "lines-0-quantity": "86.5",
        }, "remark"),
    }  # fmt: skip


SPOKEN = ("change told",)  # its words are put on record as said on the phone


@pytest.mark.rule("KNO-03", "KNO-04", "CMP-08")
@on_sqlite
def test_no_way_out_lets_a_slot_a_phrase_or_an_agents_money_through(enter: Enter, world: World, phrases):
    agent, found = enter("agent"), ways(world, enter)
    for name, (url, other, field) in found.items():
        for text in (SLOT, BAD):
            before = hits()
            answer = agent.post(url, other | {field: text})
            if text == BAD and name in SPOKEN:
                continue
            assert answer.status_code == 422, (name, text, answer.status_code)
            assert said(text) == [], (name, text)
            assert text in answer.text, (name, "what was typed is kept")
            new = hits()[len(before) :]
            assert new in ([], [("blocked", "customer", new[0][2])] if new else []), (name, new)
    blocked = {h.words for h in rows(PhraseHit)}
    assert blocked == {BAD} and len(rows(PhraseHit)) >= len(found) - len(SPOKEN) - 1
    for name in (
        "answer to a complaint",
        "question in a complaint",
        "answered in the call",
        "flight",
        "customer's log",
        "result told",
    ):
        url, other, field = found[name]
        for channel in (None, "phone"):
            answer = agent.post(url, other | {field: MONEY} | ({"channel": channel} if channel else {}))
            assert answer.status_code == 422 and said(MONEY) == [], (name, channel)


@pytest.mark.rule("KNO-03")
@on_sqlite
def test_words_to_a_partner_have_phrases_of_their_own_and_every_question_is_held_against_them(enter, world, phrases):
    agent, ref = enter("agent"), log(world, "inquiry")
    for url, data, field in (
        ("message", {"to": "partner", "channel": "wechat"}, "text"),
        ("answer", {"to": "partner", "channel": "qq"}, "text"),
        ("ask_party", {"to": "fleet", "whom": "车队"}, "question"),
    ):
        assert agent.post(f"/cases/{ref}/{url}", data | {field: RUDE}).status_code == 422, url
        assert agent.post(f"/cases/{ref}/{url}", data | {field: SLOT}).status_code == 422, url
    agent.post(f"/cases/{ref}/ask_party", {"to": "fleet", "whom": "车队", "question": "请查车"})
    nudge = {"question_id": str(rows(Question)[-1].id), "text": RUDE}
    assert agent.post(f"/cases/{ref}/nudge_party", nudge).status_code == 422
    assert said(RUDE) == [] and {h[:2] for h in hits()} == {("blocked", "partner")}
    assert agent.post(f"/cases/{ref}/message", {"to": "partner", "channel": "wechat", "text": BAD}).status_code == 303


@pytest.mark.rule("KNO-03")
@on_sqlite
def test_calls_and_words_to_colleagues_are_warned_of_and_counted_and_the_customers_own_words_never_checked(
    enter, world, phrases
):
    agent, ref = enter("agent"), log(world, "inquiry")
    call = {"to": "shipper", "channel": "phone"}
    assert agent.post(f"/cases/{ref}/message", call | {"text": BAD}).status_code == 303
    assert agent.post(f"/cases/{ref}/message", call | {"to": "colleague", "text": "关我什么事"}).status_code == 303
    assert agent.post(f"/cases/{ref}/note", {"text": "这关我什么事"}).status_code == 303
    assert hits() == [
        ("warned", "customer", BAD),
        ("warned", "colleague", "关我什么事"),
        ("warned", "colleague", "这关我什么事"),
    ]
    assert agent.post(f"/cases/{ref}/message", call | {"text": SLOT}).status_code == 422, (
        "a slot is open in a call as well"
    )
    agent.post(f"/cases/{ref}/message", {"to": "shipper", "channel": "wechat", "said": BAD + SLOT, "text": FINE})
    agent.post(f"/cases/{ref}/chase", {"channel": "wechat", "said": BAD})
    assert len(said(FINE)) == 1 and len(hits()) == 3


@pytest.mark.rule("KNO-03")
@on_sqlite
def test_stopped_words_are_kept_as_a_draft_with_what_is_said_instead(enter, world, phrases):
    agent, ref = enter("agent"), log(world, "inquiry")
    form = {"to": "shipper", "channel": "wechat", "text": BAD, "view": "case"}
    answer = agent.post(f"/cases/{ref}/answer", form, htmx=True)
    assert answer.status_code == 422 and "我来帮您问清楚再回复您" in answer.text
    assert [d.values["text"] for d in rows(Draft)] == [BAD]
    assert agent.post(f"/cases/{ref}/answer", form | {"text": FINE}).status_code == 303 and len(said(FINE)) == 1
    assert "overrule" not in answer.text, "an agent is not asked why"


# ------------------------------------------------------------------------------------------ let go


@pytest.mark.rule("KNO-03")
@on_sqlite
def test_a_supervisor_overrules_with_a_reason_and_an_agents_forged_reason_is_worth_nothing(enter, world, phrases):
    agent, boss, ref = enter("agent"), enter("supervisor"), log(world, "inquiry")
    form = {"to": "shipper", "channel": "wechat", "text": BAD}
    assert agent.post(f"/cases/{ref}/message", form | {"overrule": "我说可以"}).status_code == 422
    stopped = boss.post(f"/cases/{ref}/message", form)
    assert stopped.status_code == 422 and 'name="overrule"' in stopped.text
    assert boss.post(f"/cases/{ref}/message", form | {"overrule": " "}).status_code == 422
    assert boss.post(f"/cases/{ref}/message", form | {"overrule": "引用客户原话"}).status_code == 303
    kept = rows(PhraseHit)[-1]
    assert (kept.outcome, kept.reason, kept.allowed_by_id) == ("overruled", "引用客户原话", world.users["supervisor"])
    assert len(said(BAD)) == 1


@pytest.mark.rule("KNO-03")
@on_sqlite
def test_every_form_asks_a_supervisor_for_his_reason_and_no_agent(enter, world, phrases):
    boss, url = enter("supervisor"), f"/shipments/{world.shipments['A5']}/spot"
    form = {"to": "shipper", "channel": "wechat", "party": "刘玲", "text": BAD}
    stopped = boss.post(url, form)
    assert stopped.status_code == 422 and stopped.text.count('name="overrule"') == 1
    assert "overrule" not in enter("agent").post(url, form).text
    assert boss.post(url, form | {"overrule": "引用客户原话"}).status_code == 303 and len(said(BAD)) == 1


@pytest.mark.rule("KNO-03")
@on_sqlite
def test_what_a_supervisor_lets_go_is_that_text_to_that_audience_and_never_his_own(enter, world, phrases):
    agent, ref = enter("agent"), log(world, "inquiry")
    form = {"to": "shipper", "channel": "wechat", "text": BAD}
    agent.post(f"/cases/{ref}/message", form)
    hit = rows(PhraseHit)[0]
    assert hit.digest == digest(BAD, "customer")
    boss, url = enter("supervisor"), f"/quality/{hit.id}/allow"
    assert BAD in boss.get("/quality").text and url in boss.get("/quality").text
    assert agent.post(url, {"reason": "行"}).status_code == 403 and agent.get("/quality").status_code == 403
    assert boss.post(url, {"reason": " "}).status_code == 422
    assert enter("guest_lead").post(url, {"reason": "行"}).status_code == 404
    assert boss.post(url, {"reason": "客户要求原文"}).status_code == 303
    assert boss.post(url, {"reason": "再一次"}).status_code == 409
    assert [n.user_id for n in rows(Notice, Notice.kind == "phrase.allowed")] == [world.users["agent"]]
    assert agent.post(f"/cases/{ref}/message", form | {"text": BAD + "！"}).status_code == 422
    assert enter("agent2").post(f"/cases/{ref}/message", form).status_code == 422, "it was not his text"
    assert agent.post(f"/cases/{ref}/message", form).status_code == 303 and len(said(BAD)) == 1
    enter("supervisor2").post(f"/cases/{ref}/message", form)
    own = rows(PhraseHit)[-1]
    assert enter("supervisor2").post(f"/quality/{own.id}/allow", {"reason": "自己"}).status_code == 403


@pytest.mark.rule("KNO-03")
@on_sqlite
def test_who_writes_such_phrases_again_and_again_is_told_to_the_supervisors_once_each_time(
    enter, world, phrases, clock
):
    agent, ref = enter("agent"), log(world, "inquiry")

    def told() -> int:
        return len({n.text["p"]["count"] for n in rows(Notice, Notice.kind == "phrase.repeat")})

    for n in range(2):
        agent.post(f"/cases/{ref}/message", {"to": "shipper", "channel": "wechat", "text": BAD + "。" * n})
        agent.post(f"/cases/{ref}/message", {"to": "shipper", "channel": "wechat", "text": BAD + "。" * n})
    assert told() == 0, "the same text tried again counts once"
    for n in range(3):
        agent.post(f"/cases/{ref}/message", {"to": "shipper", "channel": "phone", "text": f"{n} {BAD}"})
    assert told() == 1
    people = {n.user_id for n in rows(Notice, Notice.kind == "phrase.repeat")}
    assert world.users["supervisor"] in people and world.users["guest_lead"] not in people
    page = enter("supervisor").get("/quality").text
    assert page.count(BAD) >= 5
    assert phrase_hits.count(db.session(), world.users["agent"], now() + timedelta(days=31)) == 0


# ------------------------------------------------------------------------------------------ as one types


@pytest.mark.rule("KNO-03", "CUS-15")
@on_sqlite
def test_the_check_as_one_types_says_what_the_door_would_say_and_records_nothing(enter, world, phrases):
    agent, ref = enter("agent"), log(world, "complaint")
    url, form = f"/cases/{ref}/keep", {"to": "shipper", "channel": "wechat"}

    def checked(text: str, **other: str) -> str:
        answer = agent.post(url, form | {"text": text} | other, htmx=True)
        assert answer.status_code == 200
        return answer.text

    assert "data-block" in checked(BAD) and "我来帮您问清楚再回复您" in checked(BAD)
    assert "data-block" not in checked(BAD, channel="phone") and "note soon" in checked(BAD, channel="phone")
    assert "航班" in checked(SLOT) and "data-block" in checked(SLOT) and "data-block" in checked(MONEY)
    assert "<" not in checked(FINE) and hits() == []
    offered = checked("明天下午3点前给您答复")
    assert 'value="2026-11-19T15:00"' in offered and offered.count("<button") == 1
    for harmless in ("航班预计明天 15:00 到达", "报价有效期至11月26日", "ETA 26 Nov"):
        assert "<" not in checked(harmless), harmless
    assert "<" not in checked("明天下午3点前给您答复", to="partner")


@pytest.mark.rule("CUS-15")
@on_sqlite
def test_a_time_in_the_text_becomes_a_promise_by_one_button_and_the_text_stays(enter, world, phrases):
    agent, ref = enter("agent"), log(world, "complaint")
    text = "明天下午3点前给您答复"
    form = {
        "to": "shipper",
        "channel": "wechat",
        "text": text,
        "promised": text,
        "by_at": "2026-11-19T15:00",
        "to_whom": "刘玲",
    }
    before = len(rows(Promise))
    assert agent.post(f"/cases/{ref}/promise", form | {"do": "promise"}).status_code == 303
    assert len(rows(Promise)) == before + 1 and said(text) == []
    assert [d.values["text"] for d in rows(Draft)] == [text]
    again = agent.post(f"/cases/{ref}/keep", form, htmx=True).text
    assert "<" not in again, "what is promised already is not offered again"


@pytest.mark.rule("SYS-08")
@on_sqlite
def test_number_and_read_back_stand_on_the_matter_and_on_the_customers_page(enter, world, phrases):
    agent, ref = enter("agent"), log(world, "complaint", customer=world.customers["good"])
    page = agent.get(f"/cases/{ref}").text
    assert f'value="{PHONE}"' in page and 'name="read_back"' in page
    form = {"to": "shipper", "channel": "phone", "text": FINE, "address": PHONE, "read_back": "1"}
    assert agent.post(f"/cases/{ref}/message", form).status_code == 303
    kept = said(FINE)[0]
    assert (kept.address, kept.read_back) == (PHONE, True)
    for url in (f"/cases/{ref}", f"/customers/{world.customers['good']}"):
        assert "已复述" in agent.get(url).text, url


@pytest.mark.rule("KNO-03")
@on_sqlite
def test_the_door_itself_refuses_whoever_calls_it(world, phrases):
    who = {
        "audience": "customer",
        "channel": "web",
        "office_id": world.offices["SZ"],
        "customer_id": world.customers["good"],
    }
    for text in (SLOT, BAD, MONEY):
        with pytest.raises(Stopped), acting(world, "agent") as tx:
            speaking.said(tx, text=text, **who)
    with acting(world, "agent") as tx:
        speaking.check(tx, BAD, Way("colleague", None, world.offices["SZ"]))
        assert tx.session.get_one(User, world.users["agent"]).name == "agent"
    assert said(BAD) == [] and hits() == []
