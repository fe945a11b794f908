"""The find box: straight to the page on one hit, a list on several, and only what one may see (freight 6)."""

from __future__ import annotations

import pytest

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


@pytest.mark.parametrize("typed", ["%", "'", '"', "\\", "* OR 1", "a" * 5000, "\x00", "😀", "  "])
def test_any_text_may_be_typed(enter, world, typed):
    assert enter("agent").get("/find", query_string={"q": typed}).status_code == 200


def test_who_reads_no_matters_has_no_find_page(enter, world):
    assert enter("admin").get("/find?q=1").status_code == 403
