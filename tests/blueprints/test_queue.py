"""The queue: order, bands, counts, filters, pages, the line of new work (E-01 to E-04, E-30)."""

from __future__ import annotations

import re
from html import unescape

import pytest

from tests.blueprints.reading import Reader
from tests.blueprints.world import SAID, WHY, World, fill, log, move

ROW = re.compile(r'id="w-(\d+)"')
COUNT = re.compile(r'id="n-([\w-]+)">(\d+\+?)<')


def rows(page: str) -> list[str]:
    """References' numbers in the order shown."""
    return ROW.findall(page)


def counts(page: str) -> dict[str, str]:
    return dict(COUNT.findall(page))


def test_what_falls_due_first_stands_first_and_late_ones_in_their_own_band(enter, world, clock):
    callback = log(world, "inquiry", topic="callback", asked="请回电")
    complaint = log(world, "complaint")
    clock.forward(12)
    price = log(world, "inquiry")
    clock.forward(30)
    html = enter("agent").get("/queue").text
    shown = rows(html)
    assert set(shown) == {callback[4:], complaint[4:], price[4:]}
    assert shown.index(price[4:]) < shown.index(complaint[4:])
    assert html.index("已超时") < html.index("今天到期")


def test_every_count_is_the_length_of_its_list(enter, world, clock):
    for topic in ("price", "cargo", "callback", "other"):
        log(world, "inquiry", topic=topic, asked=f"问{topic}")
    for _ in range(3):
        log(world, "complaint")
    log(world, "change", by="agent2")
    move(world, log(world, "inquiry"), "answer", **SAID)
    clock.forward(50)
    for name in ("agent", "agent2", "supervisor", "finance", "auditor", "both"):
        person = enter(name)
        found = counts(person.get("/queue").text)
        for view in ("mine", "waiting", "office", "pool", "done"):
            url = f"/queue?view={view}"
            html = person.get(url).text
            here = counts(html)
            assert len(rows(html)) == int(here["all"] if "all" in here else here["kind-all"]), (name, view)
            key = f"view-{view}"
            if key in found and view != "mine":
                assert int(found[key]) == len(rows(html)), (name, view)
            for kind in ("inquiry", "complaint", "change"):
                one = person.get(f"{url}&kind={kind}").text
                assert len(rows(one)) == int(here.get(kind) or here[f"kind-{kind}"]), (name, view, kind)


def test_filters_narrow_the_list_and_say_so_when_nothing_is_left(enter, world):
    log(world, "inquiry")
    agent = enter("agent")
    assert rows(agent.get("/queue?grade=A").text) and not rows(agent.get("/queue?grade=D").text)
    empty = agent.page("/queue?grade=D&late=1")
    assert any(link == "/queue" for link in empty.links)
    part = agent.get("/queue?grade=D", htmx=True)
    assert part.text.lstrip().startswith('<div class="shell"') and "<html" not in part.text
    waiting = agent.get("/queue?view=waiting", htmx=True).text
    assert "<h1>等别人</h1>" in waiting or "<h1>我的待办</h1>" not in waiting
    odd = agent.get("/queue?view=x&kind=%00&grade=Z&group=1&open=abc&after=1|2|3&late=2")
    assert odd.status_code == 200


def test_the_next_page_goes_on_where_the_first_ended_without_gap_or_repeat(enter, world, clock):
    fill(world, log(world, "inquiry", topic="other"), 120)
    agent, seen, url = enter("agent"), [], "/queue"
    part = False
    while url:
        answer = agent.get(url, htmx=part)
        seen += rows(answer.text)
        following = re.search(r'id="pager"><a class="btn" href="([^"]+)"', answer.text)
        url = unescape(following[1]) if following else None
        part = True
    assert len(seen) == 120 and len(set(seen)) == 120


def test_a_row_opens_and_closes_in_place(enter, world):
    ref = log(world, "inquiry")
    agent = enter("agent")
    opened = agent.get(f"/cases/{ref}/row?open=1&back=/queue", htmx=True)
    assert rows(opened.text) == [ref[4:]] and 'aria-expanded="true"' in opened.text and "composer-" in opened.text
    closed = agent.get(f"/cases/{ref}/row?back=/queue", htmx=True)
    assert 'aria-expanded="false"' in closed.text and "<form" not in closed.text
    whole = agent.get(f"/queue?open={ref[4:]}")
    assert 'aria-expanded="true"' in whole.text
    strange = agent.get(f"/cases/{ref}/row?open=1&back=//evil.example/", htmx=True)
    assert "evil" not in strange.text


def test_new_work_is_told_once_and_never_without_cause(enter, world, clock):
    log(world, "inquiry")
    agent = enter("agent")
    page = agent.get("/queue").text
    poll = re.search(r'data-hx-get="(/fresh[^"]*)"', page)
    assert poll
    url = poll[1].replace("&amp;", "&")
    nothing = agent.get(url, htmx=True)
    assert nothing.status_code == 204 and nothing.data == b""
    clock.forward(1)
    log(world, "complaint")
    clock.forward(1)
    told = agent.get(url, htmx=True)
    assert told.status_code == 200 and 'data-new="1"' in told.text and "fresh-show" in told.text
    again = re.search(r'data-hx-get="(/fresh[^"]*)"', told.text)
    assert again and agent.get(again[1].replace("&amp;", "&"), htmx=True).status_code in (200, 204)


@pytest.mark.rule("CHG-04")
def test_a_change_waits_in_the_queues_of_those_who_may_decide_and_in_no_other(enter, world):
    ref = log(world, "change", by="both")
    for name, there in (
        ("supervisor", True),
        ("junior", True),
        ("both", False),
        ("finance", False),
        ("guest_lead", False),
    ):
        assert (ref[4:] in rows(enter(name).get("/queue").text)) is there, name


def test_grades_below_what_a_kind_asks_do_not_see_it_to_decide(enter, world):
    ref = log(world, "change", code="K16", fee_kind="telex", consignee=None, destination=None, reason="老客户免换单费")
    shown = {name: ref[4:] in rows(enter(name).get("/queue").text) for name in ("supervisor", "junior")}
    assert shown == {"supervisor": True, "junior": False}


def test_a_matter_stands_once_in_a_list_even_when_it_waits_twice_for_one_person(enter, world, clock):
    own = log(world, "complaint", by="both")
    move(world, own, "accept", "both", weight="simple")
    move(world, own, "consult", "both", text="请示")
    reminded = log(world, "inquiry", by="both")
    move(world, reminded, "remind", "both", at=clock.at, text="再问一次")
    clock.forward(300)
    for view in ("mine", "waiting", "office"):
        html = enter("both").get(f"/queue?view={view}").text
        assert len(rows(html)) == len(set(rows(html))), view


def test_the_pool_is_open_to_agents_and_the_first_claim_counts(enter, world):
    ref = log(world, "inquiry")
    move(world, ref, "return_to_pool", **WHY)
    one, two = enter("agent"), enter("agent2")
    forms = [p.form(f"/queue?view=pool&open={ref[4:]}", f"/cases/{ref}/claim") for p in (one, two)]
    assert two.send(forms[1], htmx=True).status_code == 200
    late = one.send(forms[0], htmx=True)
    assert late.status_code == 409 and 'role="alert"' in late.text


def test_an_empty_queue_says_what_is_next(enter, world):
    page = enter("agent2").page("/queue")
    assert "现在没有要办的" in page.text() or "待办" in page.title


@pytest.mark.parametrize("name", ["auditor", "supervisor", "finance"])
def test_the_title_starts_with_what_changes_and_names_the_list(enter, world, name):
    log(world, "inquiry")
    page: Reader = enter(name).page("/queue")
    assert page.title.endswith("首接 Firsthand") and page.lang == "zh-CN"


def test_nobody_sees_another_offices_work(enter, world: World):
    refs = [log(world, kind) for kind in ("inquiry", "complaint", "change")]
    for view in ("mine", "waiting", "office", "pool", "done"):
        html = enter("guest_lead").get(f"/queue?view={view}").text
        assert not {ref[4:] for ref in refs} & set(rows(html)), view
    auditor = enter("auditor").get("/queue?view=office").text
    assert {ref[4:] for ref in refs} <= set(rows(auditor))
