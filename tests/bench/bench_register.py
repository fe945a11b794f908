"""How long a complaint takes from the submit to its open page, in a real browser on the served desk (make bench)."""

from __future__ import annotations

import statistics

from playwright.sync_api import Page

from tests.browser.conftest import address, browser, served  # noqa: F401 - fixtures
from tests.browser.test_keystrokes import agent, complain  # noqa: F401 - a fixture among them

ROUNDS, MOST = 10, 0.4


def test_a_registered_complaint_is_open_in_four_tenths_of_a_second(agent: Page):  # noqa: F811
    complain(agent, "第一次打开，模板还要编译")
    took = []
    for _ in range(ROUNDS):
        agent.goto("/queue")
        took.append(complain(agent, "代理说已放货，货到现在没送"))
    print(f"\nfrom submit to the open matter: median {statistics.median(took):.3f} s, most {max(took):.3f} s")
    assert statistics.median(took) <= MOST
