"""The find box: straight to the page on one hit, a list on several, and only what one may see (freight 6)."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import unquote

import pytest

from models import Message
from rules import search
from rules.store import now, system, write_tx
from tests.blueprints import world as making
from tests.blueprints.world import NUMBERS, PHONE, World


@pytest.fixture
def ref(world: World) -> str:
    return making.log(world, "inquiry")


@pytest.mark.parametrize("name", ["agent", "supervisor", "finance", "auditor"])
def test_a_number_a_phone_and_a_reference_lead_straight_to_their_page(enter, world, ref, name):
    reader = enter(name)
    goods, customer = f"/shipments/{world.shipments['A5']}", f"/customers/{world.customers['good']}"
    for typed, page in (
        (NUMBERS["A5"], goods),
        ("１９１２", goods),
        (PHONE[-4:], customer),
        (ref.lower(), f"/cases/{ref}"),
    ):
        answer = reader.get("/find", query_string={"q": typed})
        assert answer.status_code == 302 and answer.location == page, typed


def test_destination_and_consignee_find_the_goods_in_either_order(enter, world):
    for typed in ("北京 王强", "王强 北京"):
        page = enter("agent").page(f"/find?q={typed}")
        assert (
            f"/shipments/{world.shipments['A5']}" in page.links and f"/shipments/{world.shipments['A1']}" in page.links
        )


def test_several_hits_stand_in_a_list_and_the_box_stays_filled(enter, world):
    page = enter("agent").page("/find?q=王强")
    filled = [form.data().get("q") for form in page.forms if form.action == "/find"]
    assert filled == [["王强"], ["王强"]] and "王强" in page.title


def test_nothing_found_and_nothing_asked_say_what_to_do(enter, world):
    agent = enter("agent")
    assert (
        "/register" in agent.page("/find?q=99998888777").links
        and "99998888777" in agent.page("/find?q=99998888777").text()
    )
    assert agent.page("/find").text() != agent.page("/find?q=99998888777").text()


def test_what_belongs_to_the_other_office_is_not_found(enter, world):
    assert enter("agent").get("/find?q=7721934").status_code == 200
    assert enter("guest").get("/find?q=7721934").status_code == 302
    assert enter("auditor").get("/find?q=7721934").status_code == 302


@pytest.mark.parametrize(
    "typed",
    ["%", "'", '"', "\\", "* OR 1", "a" * 5000, "\x00", "😀", "  ", "مرحبا", "\u202e拉货", "%_\\", "拉" * 10_000],
)
def test_any_text_may_be_typed(enter, world, typed):
    assert enter("agent").get("/find", query_string={"q": typed}).status_code == 200


def test_who_reads_no_matters_has_no_find_page(enter, world):
    assert enter("admin").get("/find?q=1").status_code == 403


# ------------------------------------------------------------------------------------------ words that were said


def say(world: World, text: str, **home: int) -> int:
    """A message of the first office; its id."""
    with write_tx(system("test"), "test") as tx:
        office = world.offices["SZ"]
        message = tx.add(Message(office_id=office, direction="out", channel="wechat", text=text, at=now(), **home))
        search.index(tx.session, message)
        return int(message.id)


def test_a_message_is_shown_with_its_words_and_opens_where_it_stands(enter, world):
    customer, goods = world.customers["good"], world.shipments["A5"]
    homes = [
        say(world, "限载拉货甲<b>改配</b>", customer_id=customer),
        say(world, "限载拉货乙", shipment_id=goods, customer_id=customer),
    ]
    homes += [say(world, "限载拉货丙", shipment_id=goods)]
    agent = enter("agent")
    page = agent.page("/find?q=拉货")
    wanted = [f"/customers/{customer}?upto={homes[0]}#m-{homes[0]}", f"/customers/{customer}?upto={homes[1]}#m-{homes[1]}",
              f"/shipments/{goods}?upto={homes[2]}#m-{homes[2]}"]  # fmt: skip
    assert all(href in page.links for href in wanted)
    html = agent.get("/find?q=拉货").text
    assert "限载<mark>拉货</mark>甲&lt;b&gt;改配&lt;/b&gt;" in html
    for key, href in zip(homes, wanted, strict=True):
        assert f'id="m-{key}"' in agent.get(href.partition("#")[0]).text


def test_the_list_is_limited_to_one_kind_and_turned(enter, world):
    customer = world.customers["good"]
    ids = [say(world, f"第{n}次催派送", customer_id=customer) for n in range(70)]
    agent = enter("agent")
    page = agent.page("/find?q=催派送")
    assert "/find?q=催派送&sort=messages" in [unquote(href) for href in page.links] and "60+" in page.text()
    seen, href = [], "/find?q=催派送&sort=messages"
    while href:
        html = agent.get(href).text
        seen += [int(key) for key in re.findall(r"#m-(\d+)", html)]
        href = unescape(found[1]) if (found := re.search(r'href="([^"]*before=[^"]*)"', html)) else ""
    assert seen == ids[::-1]
    assert agent.get("/find?q=催派送&sort=matters").status_code == 200
    for odd in ("before=x", "before=-1", "before=99999999999999999999", "sort=%00", "sort=messages&before=0"):
        assert agent.get(f"/find?q=催派送&{odd}").status_code == 200


def test_one_message_of_a_matter_leads_to_its_page_and_one_kind_alone_does_not(enter, world, ref):
    key = say(world, "独一无二的话", case_id=int(ref[4:]))
    agent = enter("agent")
    answer = agent.get("/find?q=独一无二")
    assert (answer.status_code, answer.location) == (302, f"/cases/{ref}#m-{key}")
    assert f'id="m-{key}"' in agent.get(f"/cases/{ref}").text
    assert agent.get("/find?q=独一无二&sort=messages").status_code == 200
    assert "无二的话" not in enter("guest").get("/find?q=独一无二&sort=messages").text


def test_an_auditor_reads_the_words_without_phone_numbers(enter, world):
    say(world, f"请打{PHONE}找赵敏，拉货了", customer_id=world.customers["good"])
    say(world, "又拉货了", customer_id=world.customers["good"])
    assert PHONE in enter("agent").get("/find?q=拉货&sort=messages").text
    told = enter("auditor").get("/find?q=拉货&sort=messages").text
    assert PHONE not in told and "<mark>拉货</mark>" in told
