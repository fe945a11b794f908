"""What desk.js does on a page: clocks, keys, polls, copying, files (interface 6 to 9, E-30)."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path

import pytest

from rules import telling

STATIC = Path(__file__).parents[2] / "static"
NOW = datetime(2026, 11, 18, 6, 32, 10, tzinfo=UTC)
HOST = "http://desk.test"
FRESH = """<p id="fresh" data-new="{new}" data-soon="{soon}"
 hx-get="/fresh" hx-trigger="desk:poll from:body" hx-swap="outerHTML"></p>"""
ROW = """<li class="slip {tone}" id="w-{n}"><div class="stub"><p class="clock">
 <b data-due="{due}" data-from="{start}"><i class="shape"></i>old</b><small data-late="was due">by then</small></p>
 <svg class="used" viewBox="0 0 100 3"><rect width="1" height="3"/></svg></div>
 <div class="what"><h3><a id="h-{n}" href="/cases/{n}">Row {n}</a></h3></div>
 <div class="acts"><a class="chev" id="t-{n}" href="#open-{n}">open</a></div>{more}</li>"""
FORM = """<form id="composer" data-composer method="post" action="/send" hx-post="/send" hx-swap="none">
 <textarea id="text"></textarea><input type="file" id="file" multiple>
 <button class="primary" id="copy" data-copy="text">Copy</button>
 <button id="sent" data-key="KeyA">Sent</button></form>"""


class Desk:
    """A page under our hand: its HTML, what the server answers, and the browser's clock."""

    def __init__(self, browser, offset=timedelta()):
        self.page = browser.new_page()
        self.page.clock.install(time=NOW + offset)
        self.answers, self.asked, self.errors = {}, [], []
        self.page.on("pageerror", lambda error: self.errors.append(error))
        self.page.route("**/*", self._answer)

    def _answer(self, route):
        path = route.request.url.removeprefix(HOST).split("#")[0]
        self.asked.append(path)
        if path.startswith("/static/"):
            route.fulfill(body=(STATIC / path[8:]).read_text(), content_type="text/javascript")
        elif path not in self.answers:
            route.abort()
        else:
            status, body = self.answers[path]
            route.fulfill(status=status, body=body, content_type="text/html; charset=utf-8")

    def open(self, body="", words=(), **said):
        said = {"now": NOW.isoformat(), **{name: str(text) for name, text in telling.script_words()}, **said}
        attributes = "".join(f' data-{name}="{escape(value)}"' for name, value in said.items())
        self.answers["/"] = (
            200,
            f"""<!doctype html><html lang="en"{attributes}><title>My desk</title>
            <meta name="htmx-config" content='{{"timeout":3000,"allowEval":false}}'>
            <script defer src="/static/htmx-2.0.11.min.js"></script><script defer src="/static/desk.js"></script>
            <body><div id="alert"></div><p id="say"></p>{body}</body></html>""",
        )
        self.page.goto(HOST + "/")
        return self.page

    def text(self, selector):
        return " ".join(self.page.locator(selector).inner_text().split())

    def focus(self):
        return self.page.evaluate("document.activeElement.id")


@pytest.fixture
def desk(browser):
    opened = Desk(browser)
    yield opened
    assert opened.errors == []
    opened.page.close()


def row(n=1, tone="calm", more="", **due):
    ahead = NOW + timedelta(**due) if due else NOW + timedelta(hours=1)
    return ROW.format(n=n, tone=tone, due=ahead.isoformat(), start=NOW.isoformat(), more=more)


SECONDS = [
    -2 * 86400,
    -86400,
    -46800,
    -3900,
    -1560,
    -59,
    0,
    1,
    40,
    60,
    100,
    245,
    600,
    601,
    899,
    3600,
    4320,
    35999,
    36000,
]
SECONDS += [78000, 86400, 169000, 172800, 270000]


def test_the_script_says_exactly_what_the_server_says(desk):
    desk.page.clock.set_fixed_time(NOW)
    page = desk.open("<ol>" + "".join(row(n, seconds=seconds) for n, seconds in enumerate(SECONDS)) + "</ol>")
    due = [NOW + timedelta(seconds=seconds) for seconds in SECONDS]
    assert page.locator("b").all_inner_texts() == [str(telling.left(NOW, moment)) for moment in due]
    tones = [telling.clock_tone(NOW, moment) for moment in due]
    assert page.locator("li").evaluate_all("all => all.map(li => li.className)") == [f"slip {t}" for t in tones]


def test_a_clock_runs_on_without_requests_and_is_right_after_sleep(desk):
    page = desk.open(f"<ol>{row(minutes=20)}</ol>")
    asked = len(desk.asked)
    page.clock.fast_forward("11:00")
    page.clock.run_for(1000)
    assert desk.text("b").endswith("s left")
    assert "soon" in page.locator("li").get_attribute("class")
    page.clock.fast_forward("30:00")
    page.clock.run_for(1000)
    assert desk.text("b") == "21 min late"
    assert desk.text("small") == "was due"
    assert page.locator("svg.used").count() == 0
    assert len(desk.asked) == asked


def test_a_wrong_clock_of_the_computer_does_no_harm(browser):
    desk = Desk(browser, offset=timedelta(hours=-7))
    desk.open(f"<ol>{row(minutes=72, seconds=30)}</ol>")
    assert desk.text("b") == "1 h 12 min left"
    desk.page.close()


def test_the_used_share_and_a_wait_keep_up(desk):
    since, limit = NOW - timedelta(minutes=30), NOW + timedelta(minutes=5)
    wait = (
        f'<small class="wait" data-since="{since.isoformat()}" data-words="with supervisor {{t}}"'
        f' data-limit="{limit.isoformat()}" data-over="with supervisor {{t}}, {{o}} over"></small>'
    )
    page = desk.open(f"<ol>{row(hours=1)}</ol>{wait}")
    assert desk.text("small.wait") == "with supervisor 30 min"
    page.clock.fast_forward("15:30")
    page.clock.run_for(1000)
    assert page.locator("rect").get_attribute("width") == "25"
    assert desk.text("small.wait") == "with supervisor 45 min, 10 min over"


def test_the_page_asks_for_news_every_ten_seconds_and_writes_the_counts_into_the_title(desk):
    desk.answers["/fresh"] = (200, FRESH.format(new=2, soon=3))
    page = desk.open(FRESH.format(new=0, soon=0), title="My desk · Firsthand")
    assert page.title() == "My desk · Firsthand"
    page.clock.run_for(11_000)
    page.wait_for_function("document.title.startsWith('2 new')")
    assert page.title() == "2 new · 3 about to be late · My desk · Firsthand"
    assert desk.asked.count("/fresh") == 1


def test_a_lost_server_is_told_and_a_poll_takes_back_only_its_own_warning(desk):
    page = desk.open(FRESH.format(new=0, soon=0) + FORM)
    page.clock.run_for(11_000)
    page.wait_for_function("document.querySelector('#alert').textContent")
    assert desk.text("#alert").startswith("The server cannot be reached.")
    desk.answers["/fresh"] = (200, FRESH.format(new=0, soon=0))
    page.clock.run_for(11_000)
    page.wait_for_function("!document.querySelector('#alert').textContent")
    page.locator("#sent").click()
    page.wait_for_function("document.querySelector('#alert').textContent")
    page.clock.run_for(11_000)
    page.wait_for_timeout(200)
    assert desk.text("#alert").startswith("The server cannot be reached.")
    assert page.locator("#composer").get_attribute("data-dirty") == ""


@pytest.mark.parametrize(
    ("status", "words"), [(500, "Not saved."), (503, "Too much at once."), (429, "Too much at once.")]
)
def test_an_answer_that_saved_nothing_is_told(desk, status, words):
    desk.answers["/send"] = (status, "")
    page = desk.open(FORM)
    page.locator("#sent").click()
    page.wait_for_function("document.querySelector('#alert').textContent")
    assert desk.text("#alert").startswith(words)
    assert desk.text("#sent") == "Sent"
    desk.answers["/send"] = (200, "")
    page.locator("#sent").click()
    page.wait_for_function("!document.querySelector('#alert').textContent")


LINKS = """<a id="new" data-key="KeyN" href="#new">log</a><a id="todo" data-go="KeyQ" href="#todo">to do</a>
<a id="help" data-key="Shift+Slash" href="#help">keys</a><input id="q" data-key="Slash">"""


def test_single_keys_follow_links_focus_fields_and_step_through_rows(desk):
    page = desk.open(LINKS + f"<ol>{row(1)}{row(2, more=FORM)}</ol>")
    press = page.keyboard.press
    for key, place in (("n", "#new"), ("Shift+Slash", "#help")):
        press(key)
        assert page.url.endswith(place)
    press("g")
    press("q")
    assert page.url.endswith("#todo")
    steps = []
    for key in ("j", "j", "j", "k", "j", "e", "a", "/"):
        press(key)
        steps.append(desk.focus())
    assert steps == ["h-1", "h-2", "h-2", "h-1", "h-2", "h-2", "sent", "q"]
    assert page.url.endswith("#open-2")
    press("n")
    assert page.locator("#q").input_value() == "n"


def test_escape_leaves_the_field_for_the_heading_of_its_row(desk):
    page = desk.open(f"<ol>{row(1, more=FORM)}</ol>")
    page.locator("#text").focus()
    page.keyboard.press("Escape")
    assert desk.focus() == "h-1"


@pytest.mark.parametrize(
    "event", ["{isComposing: true}", "{keyCode: 229}", "{ctrlKey: true}", "{altKey: true}", "{metaKey: true}"]
)
def test_keys_of_an_input_method_or_of_the_browser_are_left_alone(desk, event):
    page = desk.open(LINKS)
    page.evaluate(f"""document.body.dispatchEvent(new KeyboardEvent('keydown',
        Object.assign({{code: 'KeyN', key: 'n', bubbles: true}}, {event})))""")
    assert page.url == HOST + "/"


def test_single_keys_can_be_switched_off(desk):
    page = desk.open(LINKS + FORM, keys="off")
    page.keyboard.press("n")
    assert page.url == HOST + "/"


def test_ctrl_enter_presses_the_main_button_and_plain_http_copies_too(desk):
    page = desk.open(FORM)
    page.locator("#text").fill("Dear customer")
    page.keyboard.press("Control+Enter")
    assert desk.text("#say").startswith("Copied.")
    assert "/send" not in desk.asked
    assert desk.focus() == "sent", "that it was sent is said by the next key"
    page.locator("#text").fill("")
    page.keyboard.press("Control+v")
    assert page.locator("#text").input_value() == "Dear customer"


def test_a_blocked_reply_is_not_copied(desk):
    page = desk.open(FORM.replace("</form>", '<p id="ban" data-block tabindex="-1">forbidden</p></form>'))
    page.locator("#copy").click()
    assert desk.focus() == "ban"
    assert desk.text("#say") == ""


def test_a_reply_not_sent_warns_once_on_leaving(desk):
    desk.answers["/send"] = (200, "")
    page = desk.open(FORM)
    leaving = "() => !window.dispatchEvent(new Event('beforeunload', {cancelable: true}))"
    assert page.evaluate(leaving) is False
    page.locator("#text").type("Dear")
    assert page.evaluate(leaving) is True
    assert page.evaluate(leaving) is False
    page.locator("#text").type(" customer")
    page.locator("#sent").click()
    assert page.evaluate(leaving) is False


@pytest.mark.parametrize(("event", "property"), [("paste", "clipboardData"), ("drop", "dataTransfer")])
def test_pasted_and_dropped_files_join_those_already_chosen(desk, event, property):
    page = desk.open(FORM)
    page.locator("#file").set_input_files({"name": "a.txt", "mimeType": "text/plain", "buffer": b"a"})
    kind = {"paste": "ClipboardEvent", "drop": "DragEvent"}[event]
    names = page.evaluate(f"""() => {{
        const files = new DataTransfer();
        files.items.add(new File(['b'], 'b.png', {{type: 'image/png'}}));
        document.getElementById('text').dispatchEvent(
            new {kind}('{event}', {{{property}: files, bubbles: true, cancelable: true}}));
        return Array.from(document.getElementById('file').files, file => file.name);
    }}""")
    assert names == ["a.txt", "b.png"]


def test_the_script_fits_its_budget_and_its_old_browsers():
    text = (STATIC / "desk.js").read_text()
    assert len(gzip.compress(text.encode(), 9)) <= 5 * 1024
    assert not any(word in text for word in ("eval(", "innerHTML", "localStorage", "sessionStorage", "import("))
    assert json.dumps([list(pair) for pair in telling.STEPS[:3]]) == '[[60, "s"], [60, "0"], [601, "ms"]]'
