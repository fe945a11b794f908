"""The customer's page: what it shows, that looking changes nothing, that one answer is taken, and the desk's side of it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from models import Contact, CustomerLink, Event, Shipment, db
from rules.policy import unseen
from tests.blueprints.desk import HERE, Person, judge
from tests.blueprints.reading import read
from tests.blueprints.test_security import ODD
from tests.blueprints.world import NUMBERS, World, acting, load, log, move

PLAIN = {"proof_note": None, "proof_items": []}
NAME = {"name": "赵敏", "remark": ""}
SECRETS = (
    "同事",
    "刘玲",
    "13812345678",
    "good贸易",
    "深圳华强电子",
    "朝阳区1号",
    "13512340000",
    "CHG-",
    "42",
    "电子元件",
)


@pytest.fixture
def linked(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """Links are on."""
    monkeypatch.setitem(app.config, "PUBLIC_URL", HERE)
    return app


@pytest.fixture
def ref(world: World, linked: Flask) -> str:
    """A redirection with a charge that the customer has not agreed to and no proof."""
    return log(world, "change", charge_agreed=None, reason="内部：客户催得急", **PLAIN)


def address(answer: Any) -> str:
    """The path that a customer would open, as the desk is shown it once."""
    found = re.search(rf'id="address"[^>]*value="{HERE}(/c/[^"]+)"', answer.text)
    assert found, answer.text[:500]
    return found[1]


def make(enter: Any, ref: str, language: str = "zh", who: str = "agent") -> str:
    return address(enter(who).post(f"/cases/{ref}/links", {"language": language}))


def ask_link(enter: Any, world: World, language: str = "zh") -> str:
    url = f"/customers/{world.customers['good']}/contacts/{world.contacts['good']}/links"
    return address(enter("agent").post(url, {"language": language}))


def send(app: Flask, url: str, **data: str) -> Any:
    """A phone that has no cookie and no token sends the form."""
    return Person(app).post(url, {"csrf_token": ""} | data)


def yes(app: Flask, url: str, **data: str) -> Any:
    return send(app, url, **(NAME | {"do": "confirm"} | data))


def chain() -> int:
    db.session.rollback()
    return int(db.session.scalar(select(func.max(Event.seq))) or 0)


# ------------------------------------------------------------------ what the page shows


def test_the_page_shows_exactly_what_is_confirmed_and_nothing_else(enter, ref):
    answer = enter(None).get(url := make(enter, ref))
    assert answer.status_code == 200
    for shown in (NUMBERS["A5"], "北京", "天津", "王强", "刘玲", "¥120.00", "深圳华强营业部"):
        assert shown in answer.text, shown
    secrets = [s for s in SECRETS if s != "刘玲"] + [
        "内部",
        "催得急",
        "同事agent",
        "/queue",
        "/login",
        "htmx",
        "<script",
    ]
    assert not [s for s in secrets if s in answer.text]
    assert [form.action for form in read(answer.text).forms] == [url]
    assert not re.findall(r'<a [^>]*href="/', answer.text)


def test_nobody_keeps_the_page_or_learns_its_address(enter, ref):
    answer = enter(None).get(make(enter, ref))
    assert "noindex" in answer.headers["X-Robots-Tag"] and answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "same-origin" and not answer.headers.getlist("Set-Cookie")
    assert not re.findall(r'(?:href|src|action)="(?:https?:)?//', answer.text)


def test_the_page_speaks_the_links_language_whatever_the_browser_says(enter, ref):
    for language, heading, tag in (("zh", "请确认改单", "zh-CN"), ("en", "Please confirm a change", "en")):
        url = make(enter, ref, language)
        for browser in ("zh-CN", "en-GB", "de"):
            for person in (enter(None), enter("supervisor")):
                text = person.get(url, headers={"Accept-Language": browser}).text
                assert heading in text and f'<html lang="{tag}"' in text
    assert "待办" in enter("supervisor").get("/queue").text


def test_the_clauses_that_a_withdrawal_needs_stand_on_the_page(enter, world, linked):
    with acting(world, "agent") as tx:
        tx.session.scalars(unseen(select(Shipment).where(Shipment.id == world.shipments["A2"]))).one().stage = "A3"
    ref = log(world, "change", code="K05", number=NUMBERS["A2"], charge_minor=0, **PLAIN)
    text = enter(None).get(make(enter, ref, "en")).text
    assert "Freight that has been charged is not refunded." in text and "go back to stock" in text


# ------------------------------------------------------------------ looking changes nothing


def test_a_mail_scanner_that_looks_ten_times_confirms_nothing(enter, ref, linked):
    url, before = make(enter, ref), chain()
    for method in ("GET", "HEAD", "OPTIONS"):
        for _ in range(10):
            answer = enter(None)._open(f"{url}?do=confirm&name=x", method, False, {})
            assert answer.status_code == 200
    assert chain() == before and load(ref).state == "proof_missing"
    assert yes(linked, url).status_code == 200


# ------------------------------------------------------------------ one answer


def test_the_answer_needs_no_cookie_works_once_and_reaches_the_desk(enter, ref, linked):
    url = make(enter, ref)
    first = yes(linked, url, remark="请尽快")
    assert first.status_code == 200 and "您的确认已记录" in first.text
    case = load(ref)
    assert case.state == "asked" and "网上确认：赵敏，2026-11-18 10:00，127.0.0.1" in case.proof_note
    for answer in (yes(linked, url, name="别人"), send(linked, url, do="decline", name="别人"), enter(None).get(url)):
        assert answer.status_code == 410 and "此项已答复过" in answer.text
        assert "赵敏" not in answer.text and NUMBERS["A5"] not in answer.text
    desk = enter("agent").get(f"/cases/{ref}").text
    assert "客户 赵敏" in desk and "赵敏 已确认" in desk and "请尽快" in desk
    assert "赵敏 已在网上确认此改单" in enter("agent").get("/notices").text
    assert "客户 赵敏" in enter("auditor").get("/history").text


def test_a_customer_may_decline(enter, ref, linked):
    url = make(enter, ref, "en")
    answer = send(linked, url, do="decline", name="Zhao Min", remark="too dear")
    assert answer.status_code == 200 and "before we have spoken to you" in answer.text
    assert load(ref).state == "proof_missing" and not load(ref).proof_note
    assert "too dear" in enter("agent").get(f"/cases/{ref}").text


BROKEN = (
    ({"do": "confirm", "name": " "}, "name"), ({"name": "赵敏"}, "do"), ({"do": "approve", "name": "赵敏"}, "do"),
    ({"do": "confirm", "name": "赵" * 61}, "name"), ({"do": "confirm", "name": "赵敏", "remark": "好" * 301}, "remark"),
)  # fmt: skip


def test_an_answer_that_is_not_whole_comes_back_with_what_was_typed(enter, ref, linked):
    url, before = make(enter, ref), chain()
    for sent, field in BROKEN:
        answer = send(linked, url, **{"remark": "只是备注"} | sent)
        assert answer.status_code == 422 and f'id="{field}-e"' in answer.text and NUMBERS["A5"] in answer.text
        assert field == "remark" or "只是备注" in answer.text
    assert chain() == before


def test_what_a_customer_writes_is_shown_as_text(enter, ref, linked):
    nasty = "<img src=x onerror=alert(1)>'\"{{7*7}}"
    answer = send(linked, url := make(enter, ref), do="", name=nasty, remark=nasty)
    assert "<img src=x" not in answer.text and "&lt;img src=x" in answer.text
    assert yes(linked, url, name=nasty, remark=nasty).status_code == 200
    for page in (f"/cases/{ref}", f"/cases/{ref}/links", "/notices", f"/customers/{load(ref).customer_id}"):
        text = enter("agent").get(page).text
        assert "<img src=x" not in text and "&lt;img src=x" in text, page
    assert "<img src=x" not in enter("auditor").get("/history").text


def test_odd_input_is_never_a_fault(enter, world, ref, linked):
    confirm, ask = make(enter, ref), ask_link(enter, world)
    for odd in ODD.values():
        assert send(linked, confirm, do="maybe", name=odd, remark=odd).status_code in (413, 422)
        assert asked(linked, ask, number=odd, destination=odd, consignee=odd, value=odd, name=odd).status_code in (
            413,
            422,
        )
        assert asked(linked, ask, code="K08", value=odd).status_code in (413, 422)
        assert enter(None).get("/c/" + odd[:2000].replace("/", "").strip()).status_code in (301, 308, 404)
    assert yes(linked, confirm, name="a\x00b\u202e", remark=ODD["emoji"]).status_code == 200
    assert "网上确认：ab，" in load(ref).proof_note


def test_a_foreign_page_cannot_send_the_answer(enter, ref, linked):
    url = make(enter, ref)
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
        assert Person(linked).post(url, NAME | {"do": "confirm"}, headers=headers).status_code == 403
    assert load(ref).state == "proof_missing"


@pytest.mark.parametrize("name", ["agent", "supervisor", "guest"])
def test_nobody_of_the_desk_answers_in_the_customers_place(enter, ref, linked, name):
    """A browser that is signed in at the desk may look, and answers nothing."""
    url = make(enter, ref)
    assert enter(name).get(url).status_code == 200
    answer = enter(name).post(url, NAME | {"do": "confirm"})
    assert answer.status_code == 403 and "您已登录服务台" in answer.text
    assert load(ref).state == "proof_missing"
    assert yes(linked, url).status_code == 200


# ------------------------------------------------------------------ what leads nowhere


def test_every_address_that_was_never_given_out_meets_the_same_page(enter, ref, linked, monkeypatch):
    url, other = make(enter, ref), make(enter, ref)
    pages = set()
    for bad in ("/c/x", url[:-1], url + "A", "/c/" + "A" * 300, f"{other.rpartition('.')[0]}.{url.rpartition('.')[2]}"):
        for answer in (enter(None).get(bad), yes(linked, bad)):
            assert answer.status_code == 404
            pages.add(answer.text)
    monkeypatch.setattr(linked, "secret_key", "another desk's key, as long as a key has to be")
    pages.add(Person(linked).get(url).text)
    assert len(pages) == 1 and "登录" not in pages.pop()


def test_links_are_off_until_the_public_address_is_set(enter, ref, linked, monkeypatch):
    url = make(enter, ref)
    monkeypatch.setitem(linked.config, "PUBLIC_URL", "")
    assert enter(None).get(url).status_code == yes(linked, url).status_code == 404
    assert enter("agent").post(f"/cases/{ref}/links").status_code == 409
    for page in (f"/cases/{ref}", f"/cases/{ref}/links"):
        text = enter("agent").get(page).text
        assert "FIRSTHAND_PUBLIC_URL" in text and "生成链接" not in text
    assert load(ref).state == "proof_missing"


def test_another_host_gets_no_page(enter, ref):
    url = make(enter, ref)
    for host in ("evil.example", "localhost.evil.example"):
        answer = enter(None).client.get(url, base_url=f"https://{host}")
        assert answer.status_code == 400 and host not in answer.text


@pytest.mark.parametrize(("after", "sentence"), [
    ("expire", "已过期"), ("revoke", "已撤销"), ("edit", "已有变动"), ("withdraw", "已办结"),
])  # fmt: skip
def test_a_link_that_is_over_says_why_and_shows_nothing(enter, world, ref, linked, clock, after, sentence):
    url = make(enter, ref)
    if after == "expire":
        clock.forward(2 * 24 * 60)
    elif after == "revoke":
        link_id = db.session.scalar(unseen(select(CustomerLink.id)))
        assert enter("agent").post(f"/links/{link_id}/revoke").status_code == 303
    elif after == "edit":
        move(world, ref, "edit", destination="大连")
    else:
        move(world, ref, "withdraw", reason="不改了")
    for answer in (enter(None).get(url), yes(linked, url)):
        assert answer.status_code == 410 and sentence in answer.text
        assert NUMBERS["A5"] not in answer.text and "天津" not in answer.text
    assert not load(ref).proof_note


# ------------------------------------------------------------------ the desk's side


def test_the_address_is_shown_once_and_the_same_form_makes_no_second_link(enter, ref):
    agent = enter("agent")
    form = agent.form(f"/cases/{ref}", f"/cases/{ref}/links")
    first = agent.send(form, language="en")
    path = address(first)
    assert (
        first.status_code == 200 and first.text.count(path) == 3
    )  # the address itself, a text for WeChat, one for mail
    assert "Please look at the change of waybill" in first.text and "微信用语" in first.text
    again = agent.send(form, language="en")
    assert again.status_code == 303 and again.location == f"/cases/{ref}/links"
    for page in (again.location, f"/cases/{ref}", "/history"):
        assert path.split("/c/")[1][:40] not in enter("agent" if page != "/history" else "auditor").get(page).text
    assert db.session.scalar(unseen(select(func.count()).select_from(CustomerLink))) == 1


def test_an_auditor_sees_the_links_and_makes_none(enter, ref):
    make(enter, ref)
    assert "等客户答复" in enter("auditor").get(f"/cases/{ref}/links").text
    for who in ("auditor", "finance", "admin"):
        assert enter(who).post(f"/cases/{ref}/links").status_code == 403


def test_links_belong_to_changes_of_ones_own_office(enter, world, ref):
    make(enter, ref)
    link_id = db.session.scalar(unseen(select(CustomerLink.id)))
    assert enter("guest").post(f"/links/{link_id}/revoke").status_code == 404
    assert enter("guest").get(f"/cases/{ref}/links").status_code == 404
    inquiry = log(world, "inquiry")
    assert enter("agent").get(f"/cases/{inquiry}/links").status_code == 404
    assert "客户链接" not in enter("agent").get(f"/cases/{inquiry}").text


# ------------------------------------------------------------------ asking


def asked(app: Flask, url: str, **data: str) -> Any:
    whole = {
        "number": NUMBERS["A5"],
        "destination": "北京",
        "consignee": "王强",
        "code": "K07",
        "value": "赵敏",
        "name": "刘玲",
    }
    return send(app, url, **(whole | data))


def test_a_contact_asks_on_a_phone_and_the_desk_has_it(enter, world, linked):
    url = ask_link(enter, world)
    assert "申请改单" in enter(None).get(url).text
    answer = asked(linked, url)
    assert answer.status_code == 200 and "复述核对" in answer.text
    ref = db.session.scalar(select(Event.object_ref).where(Event.action == "change.register"))
    assert ref and load(ref).state == "asked" and "网上申请：刘玲" in load(ref).proof_note
    desk = enter("agent").get(f"/cases/{ref}").text
    assert "客户 刘玲" in desk and "→ 赵敏" in desk and "网上" in desk
    assert asked(linked, url).status_code == 410


def test_the_form_is_empty_of_the_customers_data(enter, world, linked):
    text = enter(None).get(ask_link(enter, world)).text
    assert not [s for s in (*SECRETS, *NUMBERS.values(), "王强", "北京") if s in text]


def test_a_waybill_that_is_not_his_reads_the_same_whether_it_exists_or_not(enter, world, linked):
    url, pages = ask_link(enter, world), set()
    for number in ("9999999", NUMBERS["GZ"], "8821956"):
        answer = asked(linked, url, number=number)
        assert answer.status_code == 422 and f"没有查到贵司的运单“{number}”，请核对单号。" in answer.text
        pages.add(answer.text.replace(number, "?"))
    assert len(pages) == 1


IMPOSSIBLE = (
    ({"number": NUMBERS["A6"]}, "Already delivered"), ({"code": "K06", "value": ""}, "not on the shipper"), ({"code": "K10"}, "Choose"),
    ({"code": ""}, "Say what shall change"), ({"code": "K09", "value": "上海市浦东 1 号"}, "Another city"),
)  # fmt: skip


def test_what_cannot_be_asked_is_said_in_the_links_language(enter, world, linked):
    url = ask_link(enter, world, "en")
    for wish, sentence in IMPOSSIBLE:
        answer = asked(linked, url, **wish)
        assert answer.status_code == 422 and sentence in answer.text and 'value="王强"' in answer.text
    assert asked(linked, url).status_code == 200


def test_only_a_contact_with_authority_who_is_still_there_gets_a_link(enter, world, linked):
    page = f"/customers/{world.customers['good']}"
    url = f"{page}/contacts/{world.contacts['good']}/links"
    assert url in enter("agent").get(page).text and url not in enter("auditor").get(page).text
    opened = ask_link(enter, world)
    with acting(world, "agent") as tx:
        tx.session.scalars(unseen(select(Contact).where(Contact.id == world.contacts["good"]))).one().left_at = tx.at
    assert url not in enter("agent").get(page).text and "生成链接" not in enter("agent").get(url).text
    assert enter("agent").post(url).status_code == 409
    assert enter(None).get(opened).status_code == asked(linked, opened).status_code == 410
    judge(enter(None).get(opened), "a link that is over")
