"""What holds for every answer: the strict reader sees faults, and every page of every role passes it in both languages."""

from __future__ import annotations

import re

import pytest

from models import User
from rules.store import system, write_tx
from tests.blueprints.reading import Reader, read
from tests.blueprints.world import World, every_state, log
from tests.databases import on_sqlite

FAULTS = {
    "not closed: ['div']": "<div><p>x</p>",
    "twice": '<p id="a"></p><p id="a"></p>',
    "inline onclick": '<button onclick="x()">x</button>',
    "inline style": '<p style="color:red">x</p>',
    "<script> is not ours": "<script>x()</script>",
    "<style> is not ours": "<style>p{}</style>",
    "inside <form>": '<form action="/a"><form action="/b"></form></form>',
    "inside <p>": "<p><div></div></p>",
    "heading 3 after 1": "<h1>x</h1><h3>y</h3>",
    "sends 0 csrf_token": '<form action="/a" method="post"></form>',
    "sends 2 once": '<form action="/a" method="post"><input type="hidden" name="csrf_token"><input name="once"><input name="once"></form>',
    "sends a token by GET": '<form action="/a"><input type="hidden" name="csrf_token"></form>',
    "leaves the desk": '<a href="javascript:x()">x</a>',
    "one h1 is wanted": "<html lang=en><title>x</title><body></body></html>",
    "nothing has the id": '<html lang=en><title>x</title><h1>x</h1><label for="a">x</label></html>',
}


@pytest.mark.parametrize("what", FAULTS)
def test_the_reader_sees_what_is_wrong(what):
    assert any(what in said for said in Reader(FAULTS[what]).wrong), Reader(FAULTS[what]).wrong


@on_sqlite
@pytest.mark.parametrize(("language", "names"), [("zh", ("agent", "finance")), ("en", ("supervisor", "auditor"))])
def test_every_page_of_the_desk_is_well_made_in_every_state_and_role(enter, world: World, language, names):
    refs = every_state(world)
    refs["change.stopped"] = log(
        world, "change", code="K06", number="8821956", charge_minor=0, consignee=None, destination=None
    )
    with write_tx(system("setup"), "setup") as tx:
        for key in world.users.values():
            tx.session.get_one(User, key).language = language
    for name in names:
        person = enter(name)
        for ref in refs.values():
            page = person.page(f"/cases/{ref}")
            assert ref in page.text() and page.lang == {"zh": "zh-CN", "en": "en"}[language]
            assert language == "zh" or not re.search(r"%\(\w+\)s", page.text())
            part = person.get(f"/cases/{ref}/row?open=1&back=/queue", htmx=True)
            assert read(part.text).ids and part.status_code == 200
        for view in ("mine", "waiting", "office", "pool", "done"):
            person.page(f"/queue?view={view}")


def test_an_auditor_finds_no_form_that_writes_but_his_own(enter, world: World):
    refs, auditor = every_state(world), enter("auditor")
    pages = [f"/cases/{ref}" for ref in refs.values()] + ["/queue", "/customers", f"/customers/{world.customers['good']}", "/shipments",
             f"/shipments/{world.shipments['A5']}", "/history", "/find?q=1"]  # fmt: skip
    for url in pages:
        own = {"/language"}
        writing = {f.action for f in auditor.page(url).forms if f.method == "post"} - own
        assert not writing, (url, writing)


def test_static_files_are_kept_for_long_and_pages_never(enter, world):
    html = enter("agent").get("/queue").text
    for address in re.findall(r'(?:src|href)="(/static/[^"]+)"', html):
        answer = enter("agent").client.get(address, base_url="https://localhost")
        assert answer.status_code == 200 and "no-store" not in answer.headers["Cache-Control"], address
        assert "max-age" in answer.headers["Cache-Control"] and answer.headers["X-Content-Type-Options"] == "nosniff"
        answer.close()
