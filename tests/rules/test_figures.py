"""The register of figures (E-18, rulebook appendix A): defaults, changes from a moment on, a second person where power is."""

from __future__ import annotations

import pytest

from models import Setting, db
from rules import figures
from rules.store import write_tx
from rules.words import Refused
from tests import factories as make

SECOND_LOOK = "change.zero_cost.second_look"
# Rulebook, appendix A (in its order), GAP-02 and decisions D-05, D-15, D-19: minutes, days, minor units, percent.
DEFAULTS = {
    "inquiry.general.first_answer": 5, "inquiry.analysis.answer": 8 * 60, "call.reply": 5, "inquiry.price_pending.report": 1,
    "inquiry.special.follow_up_1": "14:00", "inquiry.special.follow_up_2": 1, "quote.newcomer_review": 2, "note.mail_delay": 10,
    "booking.small_container_heavy": 22, "booking.containers": {"20": [28, 22], "40": [58, 26], "40HQ": [68, 26]},
    "booking.copies_marked": "6-9", "cross_border.morning_check": "08:00", "truck.morning_position": "08:00",
    "shipment.state_marking": 2, "air.pickup_after_landing": 2 * 60, "air.delivery_window": "18:00-19:00",
    "complaint.simple.answer": 2 * 60, "complaint.complex.answer": 24 * 60,
    "complaint.by_kind_and_class": {"A": [60, 480], "B": [120, 1440], "C": [120, 1440], "D": [120, 1440]},
    "consult.supervisor.reply": 5, "complaint.wrong_goods.first_reply": 10, "complaint.pickup_lookback": 10, "hotline.rings": 3,
    "agent.compensation_authority": 0, "partner.damage_follow_up": 1, "receipt.direct": 10, "receipt.one_transfer": 15,
    "receipt.two_transfers": 20, "receipt.two_transfers.limit": 25, "receipt.penalty_slow": 5000,
    "receipt.penalty_abnormal": 10000, "receipt.loss_share": 50, "receipt.wrong_person": 100, "claim.deductible": 30000,
    "claim.payment": 10, "finance.reminder": 7, "finance.long_overdue": 30, "agreement.warn": 30,
    "customer.first_shipment_prepaid": 1, "deposit.share": 100, "rebate.transfer": 3, "ledger.answer": 30,
    "statement.promise": 10, "free_time.example.approved": 21, "free_time.example.given": 14, "online_change.kinds": 4,
    "contact.class_A": 1, "contact.class_B": 1, "contact.class_C": 3, "contact.class_D": 0, "visit.key_and_new": 30,
    "report.exceptions": 7, "report.information": 30, "answer.after_acknowledgement": 30, "change.decision": 30,
    "change.before_cut_off": 30, SECOND_LOOK: False, "desk.hours": "09:00-18:00", "desk.days": [0, 1, 2, 3, 4],
    "desk.duty_24h": False,
}  # fmt: skip


@pytest.mark.parametrize("key", DEFAULTS)
def test_the_defaults_are_those_of_the_rulebook(desk, key):
    assert figures.figure(db.session(), key, desk.office) == DEFAULTS[key]


def test_an_unknown_figure_does_not_exist(desk):
    with pytest.raises(KeyError):
        figures.figure(db.session(), "no.such", desk.office)


def test_a_figure_counts_from_its_moment_on_and_the_newest_counts(desk, clock):
    early = clock.at
    make.set_figure("call.reply", 7)
    clock.forward(10)
    make.set_figure("call.reply", 9)
    session = db.session()
    assert figures.figure(session, "call.reply", desk.office) == 9
    assert figures.row(session, "call.reply", desk.office, early).value == 7
    assert figures.row(session, "call.reply", desk.office, early.replace(year=2025)) is None
    assert figures.figures(session, desk.office)["call.reply"] == 9


def test_one_select_gives_the_same_figures_as_asking_for_each(desk):
    make.set_figure("call.reply", 7)
    make.set_figure("call.reply", 4, desk.office)
    make.set_figure("call.reply", 8, desk.other_office)
    make.set_figure(SECOND_LOOK, True)
    session = db.session()
    for office in (desk.office, desk.other_office):
        assert figures.figures(session, office) == {
            key: figures.figure(session, key, office) for key in figures.DEFAULTS
        }


def test_a_figure_that_steers_who_decides_needs_a_second_person(desk):
    with write_tx(desk.supervisor, "setting.change") as tx:
        setting_id = figures.change(tx, SECOND_LOOK, True, desk.office).id
    assert figures.figure(db.session(), SECOND_LOOK, desk.office) is False
    with pytest.raises(Refused) as no, write_tx(desk.supervisor, "setting.agree") as tx:
        figures.agree(tx, tx.session.get(Setting, setting_id), desk.supervisor)
    assert (no.value.code, no.value.why.msgid) == (403, "The one who changed the figure cannot agree to it.")
    with write_tx(desk.finance, "setting.agree") as tx:
        figures.agree(tx, tx.session.get(Setting, setting_id), desk.finance)
    assert figures.figure(db.session(), SECOND_LOOK, desk.office) is True


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("call.reply", -1), ("call.reply", 2.5), ("call.reply", "5"), ("call.reply", True), ("call.reply", None), ("call.reply", 10**12),
        (SECOND_LOOK, 1), (SECOND_LOOK, "yes"), ("desk.hours", 5), ("desk.hours", None), ("desk.days", "0"),
    ],
)  # fmt: skip
def test_a_figure_of_the_wrong_sort_is_refused(desk, key, value):
    with pytest.raises(Refused) as no, write_tx(desk.supervisor, "setting.change") as tx:
        figures.change(tx, key, value, desk.office)
    assert (no.value.code, no.value.field) == (422, key)
