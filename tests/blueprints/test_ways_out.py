"""The ways out that are easily forgotten: call backs, links, numbers told, refusals, promises, plans, questions passed on, mail, drafts (KNO-03)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import select

from models import Customer, CustomerLink, Draft, Message, Outbox, PhraseHit, Promise, Question, Shipment, db
from rules import mailer, slots
from rules.policy import unseen
from rules.proofreading import Way, read
from tests.blueprints.conftest import Enter
from tests.blueprints.desk import HERE
from tests.blueprints.test_bulk import LOOK, ZERO
from tests.blueprints.test_speaking import BAD, FINE, MONEY, RUDE, SLOT, hits, rows, said
from tests.blueprints.test_speaking import phrases as phrases
from tests.blueprints.world import PHONE, World, acting, actor, load, log, move
from tests.databases import on_sqlite
from tests.factories import set_figure

pytestmark = pytest.mark.usefixtures("phrases")
WRITTEN = {"to": "shipper", "channel": "wechat"}
MAIL = {"to": "shipper", "channel": "mail", "address": "zhao@example.cn", "subject": "关于货物"}
BOTH = f"{MONEY}。{BAD}"


class Post:
    """A mail server that nobody asks: what is queued stays queued."""

    domain = "example.cn"

    def send(self, letter: mailer.Letter, handing: Callable[[], None]) -> None:
        raise AssertionError("nothing is posted while a form is answered")


@pytest.fixture
def post() -> Iterator[None]:
    """The desk sends its mail itself."""
    mailer.use(Post())
    yield
    mailer.use(None)


def put(world: World, model: Any, key: int, **values: Any) -> None:
    """Something changed while nobody of the desk looked."""
    with acting(world, "agent") as tx:
        row = tx.session.scalars(unseen(select(model).where(model.id == key))).one()
        for name, value in values.items():
            setattr(row, name, value)


def number_out(world: World) -> str:
    """A customer waits for a number, and it has come."""
    key = world.shipments["A1"]
    put(world, Shipment, key, number=None, booking="B-1")
    ref = log(world, "inquiry", topic="cargo", asked="单号出来了吗", number=None, note_id=key)
    move(world, ref, "watch_number")
    put(world, Shipment, key, number="6621955")
    return ref


def off_lane(world: World) -> str:
    """A co-loader asks for a lane that is not served for him."""
    put(world, Customer, world.customers["good"], grouping="coloader")
    return log(world, "inquiry", lane="深圳-汉堡")


def question(world: World, ref: str, text: str = "请问收到了吗", to: str = "consignee") -> dict[str, str]:
    move(world, ref, "ask_party", to=to, whom="王五", question=text)
    return {"question_id": str(rows(Question)[-1].id)}


def called(world: World) -> str:
    """A supervisor shall call back."""
    ref = log(world, "complaint")
    move(world, ref, "call_me")
    return ref


# ------------------------------------------------------------------------------------------ every form


@pytest.mark.rule("KNO-03", "KNO-04", "CMP-08")
@on_sqlite
def test_these_forms_let_nothing_out_either(enter: Enter, world: World):
    complaint, inquiry, promised = log(world, "complaint"), log(world, "inquiry"), {"by_at": "2026-11-19T15:00"}
    asked, back = question(world, complaint), called(world)
    for name, by, url, other, field, stopped in (
        ("call back", "supervisor", f"{back}/called_back", {"result": "reached"}, "text", (SLOT,)),
        ("number told", "agent", f"{number_out(world)}/tell_number", WRITTEN, "text", (SLOT, BAD)),
        ("declined", "agent", f"{off_lane(world)}/decline", WRITTEN, "text", (SLOT, BAD)),
        ("promise", "agent", f"{inquiry}/promise", promised, "promised", (SLOT, BAD)),
        ("promise in a complaint", "agent", f"{complaint}/promise", promised, "promised", (SLOT, BAD, MONEY, BOTH)),
        ("plan", "agent", f"{complaint}/plan", {}, "plan", (SLOT, BAD, MONEY, BOTH)),
        ("asked again", "agent", f"{complaint}/nudge_party", asked, "text", (SLOT, BAD, MONEY, BOTH)),
    ):
        for text in stopped:
            before = hits()
            answer = enter(by).post(f"/cases/{url}", other | {field: text})
            assert answer.status_code == 422, (name, text, answer.status_code)
            assert text in answer.text, (name, "what was typed is kept")
            wanted = [("blocked", "customer", text)] if text in (BAD, BOTH) else []
            assert hits()[len(before) :] == wanted, (name, text)
        assert said(SLOT) + said(BAD) + said(MONEY) == [] == rows(Promise, Promise.what != FINE), name
        answer = enter(by).post(f"/cases/{url}", other | {field: FINE})
        assert answer.status_code == 303, (name, "what may be said is said")
    assert load(complaint).plan == FINE and len(said(FINE)) == 4 and len(rows(Promise)) == 2


@pytest.mark.rule("KNO-03", "CMP-17")
@on_sqlite
def test_a_call_back_warns_and_one_that_reached_nobody_is_a_note_for_colleagues(enter: Enter, world: World):
    boss, url = enter("supervisor"), f"/cases/{called(world)}/called_back"
    for result, text, wanted in (
        ("not_reached", BAD, []), ("not_reached", "关我什么事", [("warned", "colleague", "关我什么事")]),
        ("reached", BAD, [("warned", "customer", BAD)]),
    ):  # fmt: skip
        before = hits()
        assert boss.post(url, {"result": result, "said": BAD + SLOT, "text": text}).status_code == 303
        assert hits()[len(before) :] == wanted, (result, text)
    assert [(m.direction, m.channel) for m in said(BAD)] == [("note", "phone"), ("out", "phone")]


@pytest.mark.rule("KNO-03", "CMP-08")
@on_sqlite
def test_a_question_is_held_against_whom_it_is_passed_on_to(enter: Enter, world: World):
    agent, ref = enter("agent"), log(world, "complaint")
    passed = {"text": "不归我们", "answered_by": "老李", "not_theirs": "1", "to": "consignee", "whom": "王五"}
    for text in (BAD, MONEY):  # a partner may be told so, the consignee may not
        line = question(world, ref, text, "fleet")
        before = len(said(text))
        assert agent.post(f"/cases/{ref}/party_answered", passed | line).status_code == 422, text
        assert agent.post(f"/cases/{ref}/nudge_party", line | {"text": RUDE}).status_code == 422
        assert len(said(text)) == before == 1 and rows(Question)[-1].to_kind == "fleet"
    assert [hit[:2] for hit in hits()] == [("blocked", "customer"), ("blocked", "partner"), ("blocked", "partner")]


@pytest.mark.rule("KNO-03", "CMP-08")
@on_sqlite
def test_words_with_money_and_a_phrase_are_stopped_for_the_money_and_counted_for_the_phrase(enter: Enter, world: World):
    agent, ref = enter("agent"), log(world, "complaint")
    for url, other in ((f"/cases/{ref}/answer", {}), (f"/customers/{world.customers['good']}/log", {})):
        for channel, wanted in (("wechat", [("blocked", "customer", BOTH)]), ("phone", [])):
            before = hits()
            answer = agent.post(url, {"to": "shipper", "channel": channel, "text": BOTH} | other)
            assert answer.status_code == 422 and hits()[len(before) :] == wanted, (url, channel)
    assert said(MONEY) == [] and agent.post(f"/cases/{ref}/answer", WRITTEN | {"text": MONEY}).status_code == 422
    assert len(rows(PhraseHit)) == 2, "money alone is no phrase"


# ------------------------------------------------------------------------------------------ links, lists, drafts


@pytest.mark.rule("KNO-03", "KNO-04")
@on_sqlite
def test_a_link_shows_the_customer_nothing_that_may_not_be_said(enter: Enter, world: World, app, monkeypatch):
    monkeypatch.setitem(app.config, "PUBLIC_URL", HERE)
    agent = enter("agent")
    for consignee in (SLOT, BAD):
        ref = log(world, "change", consignee=consignee, charge_agreed=None)
        assert agent.post(f"/cases/{ref}/links", {"language": "zh"}).status_code == 422, consignee
        move(world, ref, "withdraw", reason="写错")
    assert rows(CustomerLink) == [] and [h[:2] for h in hits()] == [("blocked", "customer")]
    person = f"/customers/{world.customers['good']}/contacts/{world.contacts['good']}/links"
    for url in (f"/cases/{log(world, 'change', charge_agreed=None)}/links", person):
        for language in ("zh", "en"):
            page = agent.post(url, {"language": language})
            texts = page.text.split("<textarea")[1:]
            assert page.status_code == 200 and len(texts) == 2, url
            for text in texts:
                way = Way("customer", "wechat", world.offices["SZ"])
                assert HERE in text and slots.unfilled(text) == [], text
                assert read(db.session(), actor(world, "agent"), text, way).hits == (), text


@pytest.mark.rule("KNO-03")
@on_sqlite
def test_changes_approved_in_one_list_tell_customers_nothing(enter: Enter, world: World):
    set_figure(LOOK, True, world.offices["SZ"], agreed=world.users["supervisor2"])
    ref, boss = log(world, "change", **ZERO, consignee=BAD), enter("supervisor")
    boss.post("/changes/approve", boss.form("/changes/waiting", "/approve").data() | {"change": [ref]})
    assert load(ref).state == "approved" and rows(Message, Message.direction == "out") == [] == hits()


@pytest.mark.rule("KNO-03", "KNO-04", "CMP-08")
@on_sqlite
def test_a_draft_may_hold_anything_and_is_stopped_when_it_is_sent(enter: Enter, world: World):
    agent, ref = enter("agent"), log(world, "complaint")
    for text in (SLOT, BAD, MONEY):
        before = hits()
        assert agent.post(f"/cases/{ref}/draft", WRITTEN | {"text": text}).status_code == 303
        assert rows(Draft)[0].values["text"] == text and hits() == before, "writing is free"
        form = agent.form(f"/cases/{ref}", "/answer").data()
        assert form["text"] == [text] and agent.post(f"/cases/{ref}/answer", form).status_code == 422, text
        assert said(text) == [] and rows(Draft)[0].values["text"] == text
    assert hits() == [("blocked", "customer", BAD)]


# ------------------------------------------------------------------------------------------ mail


@pytest.mark.rule("SYS-08", "KNO-03")
@on_sqlite
def test_mail_goes_into_the_outbox_with_its_message_and_not_at_all_when_it_is_stopped(enter, world: World, post: None):
    agent, ref = enter("agent"), log(world, "complaint")
    url = f"/cases/{ref}/message"
    for other in ({"text": SLOT}, {"text": BAD}, {"text": MONEY}, {"address": ""}, {"address": "zhao"}):
        assert agent.post(url, MAIL | {"text": FINE} | other).status_code == 422, other
        assert rows(Outbox) == [] == rows(Message, Message.direction == "out"), other
    assert agent.post(url, MAIL | {"text": FINE}).status_code == 303
    (letter,), (kept,) = rows(Outbox), said(FINE)
    assert (letter.message_id, letter.address, letter.subject) == (kept.id, "zhao@example.cn", "关于货物")
    assert (letter.body, letter.state, kept.result, kept.address) == (FINE, "waiting", "waiting", "zhao@example.cn")
    boss = enter("supervisor").post(url, MAIL | {"text": BAD, "overrule": "引用客户原话"})
    assert boss.status_code == 303 and [row.body for row in rows(Outbox)] == [FINE, BAD]
    agent.post(url, MAIL | {"channel": "phone", "address": PHONE, "text": FINE})
    mailer.use(None)
    assert agent.post(url, MAIL | {"text": FINE}).status_code == 303, "copied by hand"
    assert len(said(FINE)) == 3 and len(rows(Outbox)) == 2
