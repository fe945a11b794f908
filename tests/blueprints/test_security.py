"""Forged and odd requests: tokens, origins, redirects, what a form never grants, and input that nobody types (security 6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from models import Case, Event, db
from rules.policy import unseen
from tests.blueprints.desk import HERE, Person, judge, same
from tests.blueprints.reading import Form, read
from tests.blueprints.world import World, every_state, load, log
from tests.databases import on_sqlite

ODD = {
    "nul": "a\x00b", "rtl": "\u202egnp.exe\u202c", "emoji": "👩‍👩‍👧 ✈️", "long": "字" * 110_000,
    "digits": "9" * 30, "nan": "NaN", "infinity": "1e999", "negative": "-1", "fullwidth": "１２３", "sql": "' OR 1=1 --",
    "html": "<script>alert(1)</script>", "template": "{{ 7*7 }}%(x)s{0}", "crlf": "a\r\nSet-Cookie: x=1", "percent": "100% %s %(text)s",
}  # fmt: skip

KEYS = tuple(ODD)


def chain() -> int:
    db.session.rollback()
    return int(db.session.scalar(select(func.max(Event.seq))) or 0)


def count(model: type) -> int:
    db.session.rollback()
    return int(db.session.scalar(unseen(select(func.count()).select_from(model))) or 0)


# ------------------------------------------------------------------ tokens and origins


@pytest.mark.parametrize("token", ["", "x", ".eJw.x.y", None])
def test_without_its_token_no_form_is_carried_out(enter, world: World, token):
    ref = log(world, "inquiry")
    agent, before = enter("agent"), chain()
    for url, data in (
        (f"/cases/{ref}/note", {"text": "x"}),
        ("/cases", {"kind": "inquiry"}),
        ("/settings", {"theme": "dark"}),
        ("/logout", {}),
    ):
        for htmx in (False, True):
            answer = agent.post(url, data | {"csrf_token": token or ""}, htmx)
            assert answer.status_code == 400, url
    foreign = enter("agent2").token
    assert agent.post(f"/cases/{ref}/note", {"text": "x", "csrf_token": foreign}).status_code == 400
    assert chain() == before and agent.get("/queue").status_code == 200


# The address of a customer's link holds a secret that nobody can guess, and his browser has no session that another page
# could ride on: there is nothing that a token would guard (blueprints/public.py).
WITHOUT_TOKEN = {"public.answer"}


def test_every_other_address_that_takes_forms_asks_for_the_token_first(app: Flask, enter, world: World):
    agent, before, free = enter("both"), chain(), set()
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or ()):
            url = re.sub(r"<any\((\w+)[^>]*>", r"\1", rule.rule)
            answer = agent.post(re.sub(r"<[^>]+>", "1", url), {"csrf_token": ""})
            if answer.status_code != 400:
                free.add(rule.endpoint)
    assert free == WITHOUT_TOKEN and chain() == before


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": "http://localhost"}, {"Origin": "https://localhost.evil.example"},
     {"Origin": "https://localhost:8443"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}],
)  # fmt: skip
def test_a_form_from_elsewhere_is_refused(enter, world: World, headers):
    ref = log(world, "inquiry")
    agent, before = enter("agent"), chain()
    answer = agent.post(f"/cases/{ref}/note", {"text": "x"}, headers=headers)
    assert answer.status_code in (400, 403) and chain() == before
    assert enter(None).post("/login", {"username": "agent", "password": "x"}, headers=headers).status_code in (400, 403)


def test_the_same_persons_other_tabs_survive_a_new_sign_in(app: Flask, enter, world: World):
    ref = log(world, "inquiry")
    first, again = Person(app, world, "agent"), Person(app, world, "agent")
    form = first.form(f"/cases/{ref}", f"/cases/{ref}/note")
    assert again.send(form, text="登录后再发").status_code == 303


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"])
def test_other_methods_do_nothing(enter, world: World, method):
    ref = log(world, "inquiry")
    agent, before = enter("agent"), chain()
    for url in (f"/cases/{ref}", "/queue", f"/cases/{ref}/note"):
        answer = agent._open(url, method, False, {"headers": {"Origin": HERE, "Referer": HERE}})
        assert answer.status_code in (400, 404, 405) and chain() == before


def test_a_host_that_is_not_ours_is_refused(enter, world):
    for host in ("evil.example", "localhost.evil.example", "127.0.0.1.nip.io"):
        answer = enter("agent").client.get("/login", base_url=f"https://{host}")
        assert answer.status_code in (400, 403), host
        assert host not in answer.text


def test_redirects_after_a_form_stay_here(enter, world: World):
    for back in ("//evil.example", "https://evil.example", "/\\evil", "/\t/evil", "javascript:x", "\\/evil"):
        ref = log(world, "inquiry")
        form = enter("agent").form(f"/queue?open={ref[4:]}", f"/cases/{ref}/answer")
        answer = enter("agent").send(form, "note", text="好", answered="1", back=back, view="row")
        assert answer.status_code == 303 and answer.location.startswith("/queue"), back
        part = enter("agent").get(f"/cases/{ref}/row", htmx=True, query_string={"back": back, "open": "1"})
        assert "evil" not in part.text and "javascript" not in part.text


# ------------------------------------------------------------------ what a form never grants


@pytest.mark.parametrize("kind", ["inquiry", "complaint", "change"])
def test_no_form_sets_what_rules_set(enter, world: World, kind):
    ref = log(world, kind)
    case = load(ref)
    before = {
        c.key: getattr(case, c.key) for c in case.__mapper__.columns if c.key not in ("version", "due_at", "gist")
    }
    forged = {
        "state": "closed", "owner_id": world.users["agent2"], "office_id": world.offices["GZ"], "approved": "1", "kind": "change",
        "requested_by_id": world.users["agent2"], "last_editor_id": world.users["agent2"], "closed_at": "2026-11-18T10:00", "round": "9",
        "executed_at": "2026-11-18T10:00", "finance_asked_at": "", "code": "K06", "charge_minor": "0", "assignee_id": "1", "id": "1",
        "customer_id": world.customers["foreign"], "shipment_id": world.shipments["GZ"], "created_by_id": "1", "pooled": "1",
        "title": "改了", "chases": "50", "void_reason": "x", "offered_to_id": "1", "void": "1", "topic": "rough", "content": "改了",
    }  # fmt: skip
    form = enter("agent").form(f"/cases/{ref}", f"/cases/{ref}/note")
    assert enter("agent").send(form, text="只是备注", **{k: str(v) for k, v in forged.items()}).status_code == 303
    db.session.rollback()
    case = load(ref)
    after = {c.key: getattr(case, c.key) for c in case.__mapper__.columns if c.key in before}
    assert after == before


def test_what_customers_say_is_shown_as_text(enter, world: World):
    said = "<img src=x onerror=alert(1)>'\"{{7*7}}"
    ref = log(world, "complaint", content=said, caller_name=said)
    for url in ("/queue", f"/cases/{ref}", f"/queue?open={ref[4:]}"):
        html = enter("agent").get(url).text
        assert "<img src=x" not in html and "&lt;img src=x" in html, url


# ------------------------------------------------------------------ odd input everywhere


def forms(person: Person, urls: list[str]) -> Iterator[tuple[str, Form]]:
    """Every form of the pages at `urls`, once per address whatever its numbers are; of several the one with most fields."""
    found: dict[tuple[str, str], tuple[str, Form]] = {}
    for url in urls:
        answer = person.get(url)
        if answer.status_code != 200:
            continue
        for form in read(answer.text).forms:
            for action in {form.action, *(b[2] for b in form.buttons if b[2])} - {"", "/logout"}:
                key = (form.method, re.sub(r"-?\d+", "", action.split("?")[0]))
                if key not in found or len(found[key][1].names) < len(form.names):
                    own = Form(action, form.method, form.multipart, form.fields, form.choices, form.files, form.buttons)
                    found[key] = url, own
    yield from found.values()


def places(world: World, name: str) -> list[str]:
    """Pages with forms, for a person."""
    every_state(world)
    cases = [f"/cases/{ref}" for ref in world.cases.values()]
    rows = [f"/queue?view=office&open={ref.split('-')[1]}" for ref in world.cases.values()][:6]
    desk = ["/queue", "/settings", "/register?kind=inquiry", "/register?kind=complaint", "/register?kind=change", "/find?q=1",
            "/customers", "/customers/new", f"/customers/{world.customers['good']}", f"/customers/{world.customers['good']}/edit",
            f"/customers/{world.customers['good']}/contacts/new", "/shipments", "/shipments/new", f"/shipments/{world.shipments['A5']}",
            f"/shipments/{world.shipments['A5']}/edit", "/history", "/import", "/tariffs", "/tariffs/new", "/transport", "/tracing",
            "/questions", "/promises", "/preventives", "/complaints/confirm"]  # fmt: skip
    office = ["/admin", "/admin/accounts/new", f"/admin/accounts/{world.users['agent2']}", "/admin/partners", "/admin/partners/new",
              "/admin/carriers/new", "/admin/departments/new", "/admin/words/new", "/admin/offices", "/admin/offices/new",
              f"/admin/offices/{world.offices['SZ']}", "/admin/figures", "/admin/figures/change.decision", "/settings", "/import"]  # fmt: skip
    return office if name == "admin" else desk + cases + rows


@on_sqlite
@pytest.mark.parametrize("name", ["both", "admin"])
def test_odd_input_in_every_field_of_every_form_is_never_a_fault(enter, world: World, name):
    """All fields at once, then one among good ones; over all forms every oddity has its turn, NUL meets each form."""
    person, met = enter(name), set()
    for at, (url, form) in enumerate(list(forms(person, places(world, name)))):
        names = [n for n in dict.fromkeys([*form.names, *form.choices]) if n not in ("csrf_token", "once")]
        for odd in ("nul", KEYS[at % len(KEYS)], KEYS[(at + 7) % len(KEYS)]):
            met.add(odd)
            assert _all_odd(person, form, names, odd) < 500, (url, form.action, odd)
        for n, field in list(enumerate(names))[at % 6 :: 6]:  # a sixth of the fields, another sixth of the next form
            odd = KEYS[(at + n) % len(KEYS)]
            answer = _sent(person, form, form.data() | {field: ODD[odd]})
            assert answer.status_code < 500, (url, form.action, field, odd)
    assert met == set(KEYS) or name == "admin"


def _all_odd(person: Person, form: Form, names: list[str], odd: str) -> int:
    if odd == "long":  # more than one of them is more than a form may have
        return _sent(person, form, form.data() | dict.fromkeys(names[-1:], ODD[odd])).status_code
    return _sent(person, form, form.data() | dict.fromkeys(names, ODD[odd])).status_code


def _sent(person: Person, form: Form, data: dict[str, Any]) -> Any:
    if form.method == "get":
        return person.get(form.action, query_string={k: v[:2000] if isinstance(v, str) else v for k, v in data.items()})
    return person.post(form.action, data)


@pytest.mark.parametrize("where", ["note", "register"])
def test_bytes_that_are_no_text_are_never_a_fault(enter, world: World, where):
    url = f"/cases/{log(world, 'inquiry')}/note" if where == "note" else "/cases"
    agent = enter("agent")
    for junk in ("%ed%a0%80", "%ff%fe", "%c0%80", "%"):
        body = "&".join(
            f"{n}={junk}" for n in ("text", "asked", "said", "kind", "once", "version", "back", "customer", junk)
        )
        answer = agent._open(url, "POST", False, {"data": f"csrf_token={agent.token}&{body}", "headers": {"Origin": HERE, "Referer": HERE},
                                                  "content_type": "application/x-www-form-urlencoded"})  # fmt: skip
        assert answer.status_code < 500, junk


def test_odd_addresses_are_never_a_fault(enter, world: World):
    log(world, "inquiry")
    agent = enter("agent")
    for url in ("/cases/%00", "/cases/INQ-%ED%A0%80", "/cases/INQ-99999999999999999999999", "/cases/inq-20001", "/cases/INQ-２０００１",
                "/cases/INQ-20001%0a", "/papers/99999999999999999999999", "/customers/99999999999999999999", "/shipments/0", "/cases/" + "x" * 3000,
                "/queue?after=%00|%00|%00", "/queue?after=9999-12-31T23:59:59%2B00:00|0001-01-01T00:00:00%2B00:00|999999999999999999",
                "/queue?open=%ED%A0%80", "/fresh?since=%00", "/fresh?since=0001-01-01T00:00:00-23:59", "/find?q=%00%F0%9F%98%80", "/find?q=" + "9" * 5000,
                "/history?since=x&until=9999-99-99&before=x", "/customers?q=%25_%5C&page=-1", "/shipments?after=x", "/..%2f..%2fetc/passwd",
                "/static/../app.py", "/static/%2e%2e/app.py", "/static/..%5capp.py", "/login?next=%00"):  # fmt: skip
        for htmx in (False, True):
            answer = agent.client.get(url, base_url=HERE, headers={"HX-Request": "true"} if htmx else {})
            assert answer.status_code < 500, (url, answer.status_code)
            if answer.mimetype == "text/html" and not url.startswith("/static"):
                judge(answer, url)


def test_odd_bodies_are_never_a_fault(enter, world: World):
    ref = log(world, "inquiry")
    agent, before = enter("agent"), chain()
    headers = {"Origin": HERE, "Referer": HERE}
    for body, kind in ((b"\x00\xff", "application/x-www-form-urlencoded"), (b"{}", "application/json"), (b"--x\r\n", "multipart/form-data; boundary=x"),
                       (b"x", "multipart/form-data"), (b"a" * 1_500_000, "text/plain"), (b"a=" + b"%" * 1_000, "application/x-www-form-urlencoded"),
                       (b"&".join(b"f%d=1" % n for n in range(5000)), "application/x-www-form-urlencoded")):  # fmt: skip
        answer = agent._open(
            f"/cases/{ref}/note", "POST", False, {"data": body, "content_type": kind, "headers": headers}
        )
        assert 400 <= answer.status_code < 500, (body[:20], answer.status_code)
    many = {f"f{n}": (BytesIO(b"x"), f"{n}.txt") for n in range(300)}
    assert agent.post(f"/cases/{ref}/attach", many).status_code in (400, 413)
    assert chain() == before


def test_many_equal_forms_at_once_of_all_kinds_are_carried_out_once(enter, world: World):
    ref = log(world, "complaint")
    agent = enter("agent")
    for name, extra in (("note", {"text": "记"}), ("void", {"reason": "录重"})):
        form = agent.form(f"/cases/{ref}", f"/cases/{ref}/{name}")
        for htmx in (False, True):
            answers = {same(agent.send(form, htmx=htmx, **extra)) for _ in range(5)}
            assert len(answers) == 1, (name, htmx)
            agent.get(f"/cases/{ref}")  # what the redirect would show
    assert count(Case) == 1
    versions = re.findall(r"void", str(load(ref).state))
    assert versions == ["void"]
