"""Who may release on what condition: the twelve lines of the FIN table, written by hand, and what outweighs what."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from models import Agreement, Customer, Hold, Payment, db
from rules import conditions
from rules.conditions import EXPIRED, VALID, Standing, condition, row_of
from rules.policy import unseen
from tests import factories as make

# situation of the rulebook's table: what is known, condition, decider
TABLE = (
    ("New customer, first shipment", {"first": True}, "the freight is paid first", "finance"),
    ("Single-job payer in a hurry", {"hurry": True}, "the full sum as a deposit in renminbi on the named account", "finance_leader"),
    ("Monthly account within its term, agreement valid", {"monthly": True, "agreement": VALID}, "no condition", "nobody"),
    ("The agreement has expired, the customer pays reliably", {"monthly": True, "agreement": EXPIRED, "reliable": True},
     "send the renewal; the bill may be given", "finance"),
    ("The agreement has expired", {"monthly": True, "agreement": EXPIRED}, "a renewed agreement", "finance"),
    ("The term has passed, unpaid", {"monthly": True, "agreement": VALID, "overdue": 3}, "payment, by finance's rule", "finance"),
    ("VIP or state-owned, overdue", {"privileged": True, "overdue": 3}, "a special decision", "leader"),
    ("Overseas agency", {"overseas": True}, "a revolving bill: the next one only against payment of the last", "finance"),
    ("Overdue for long", {"overdue": 30}, "the hold stays until payment; visit the customer", "finance"),
    ("Finance has stopped the customer", {"stopped": True}, "the stop has to be lifted", "finance"),
    ("Advance issue or special approval", {"special": True}, "an approved application", "release"),
    ("Our booking agent holds our own bill", {"ours_held": True},
     "renew the agreement, pay the fee, or find the leader's solution", "finance_leader"),
)  # fmt: skip
# What is known at once, and the line that counts.
OUTWEIGHS = (
    ({"stopped": True, "privileged": True, "overdue": 60}, "Finance has stopped the customer"),
    ({"privileged": True, "overdue": 60}, "VIP or state-owned, overdue"),
    ({"special": True, "overdue": 60}, "Advance issue or special approval"),
    ({"overdue": 29}, "The term has passed, unpaid"),
    ({"overdue": 0}, "The term has passed, unpaid"),
    ({"overdue": 31, "monthly": True, "agreement": EXPIRED}, "Overdue for long"),
    ({"hurry": True, "monthly": True, "agreement": VALID}, "Monthly account within its term, agreement valid"),
    ({"hurry": True, "first": True}, "Single-job payer in a hurry"),
    ({"overseas": True, "first": True}, "Overseas agency"),
    ({"agreement": EXPIRED}, "Nothing is known against the customer"),
    ({"privileged": True}, "Nothing is known against the customer"),
    ({}, "Nothing is known against the customer"),
)


@pytest.mark.parametrize("line", TABLE, ids=lambda line: line[0])
@pytest.mark.rule("FIN-06")
def test_each_line_of_the_table_names_its_condition_and_who_decides(line):
    situation, known, wanted, decider = line
    said, found = condition(Standing(**known))
    assert found == decider
    assert str(said) == f"{situation}: {wanted}. {conditions.DECIDERS[decider]}"


def test_the_table_has_twelve_lines_and_each_is_reached():
    assert len(conditions.ROWS) == 12
    assert {row.situation for row in conditions.ROWS} == {line[0] for line in TABLE}


@pytest.mark.parametrize("line", OUTWEIGHS, ids=lambda line: str(line[0]))
def test_what_is_graver_counts(line):
    assert row_of(Standing(**line[0])).situation == line[1]


@pytest.mark.rule("FIN-06")
def test_only_the_leaders_lines_are_not_finances_alone():
    apart = {row.situation for row in conditions.ROWS if not conditions.finance_alone(row.decider)}
    assert apart == {
        "VIP or state-owned, overdue",
        "Single-job payer in a hurry",
        "Our booking agent holds our own bill",
    }


# ------------------------------------------------------------------ what is known of a customer


def known(desk, **columns):
    """The standing of the desk's customer after these columns were written."""
    with make.writing() as tx:
        customer = tx.session.get_one(Customer, desk.customer, execution_options={"visible": "system"})
        for name, value in columns.items():
            setattr(customer, name, value)
    customer = db.session.scalars(unseen(make.select(Customer).where(Customer.id == desk.customer))).one()
    return conditions.standing(db.session(), customer, make.now())


def test_flags_stop_and_settlement_come_from_the_customer(desk):
    found = known(desk, vip=True, overseas=True, settlement="monthly", stopped_at=make.TEN, stopped_reason="欠款")
    assert (found.privileged, found.overseas, found.monthly, found.stopped, found.overdue) == (
        True,
        True,
        True,
        True,
        None,
    )


@pytest.mark.parametrize(("ends", "wanted"), [(-1, EXPIRED), (0, VALID), (30, VALID)])
@pytest.mark.rule("FIN-07")
def test_an_agreement_is_valid_to_the_end_of_its_last_day(desk, ends, wanted):
    today = date(2026, 11, 18)
    with make.writing() as tx:
        tx.add(Agreement(customer_id=desk.customer, starts_on=today - timedelta(400), ends_on=today - timedelta(300)))
        tx.add(Agreement(customer_id=desk.customer, starts_on=today - timedelta(200), ends_on=today + timedelta(ends)))
    assert known(desk, settlement="monthly").agreement == wanted


def test_held_documents_count_the_days_since_they_were_held(desk, clock):
    assert known(desk, documents_held="账期已过").overdue == 0
    clock.forward(days=31)
    found = known(desk)
    assert (found.overdue, found.long_overdue) == (31, 30)
    assert row_of(found).situation == "Overdue for long"


def test_a_hold_that_is_only_proposed_counts_for_nothing(desk):
    with make.writing() as tx:
        tx.add(Hold(office_id=desk.office, customer_id=desk.customer, side="finance", what="documents", status="proposed",
                    reason="x", proposed_at=tx.at))  # fmt: skip
    assert known(desk).overdue is None


@pytest.mark.parametrize(
    ("statuses", "reliable"), [((), False), (("confirmed",), True), (("confirmed", "missing"), False)]
)
def test_reliable_is_who_paid_and_never_said_so_falsely(desk, statuses, reliable):
    with make.writing() as tx:
        for status in statuses:
            tx.add(Payment(office_id=desk.office, customer_id=desk.customer, amount_minor=1, paid_on=date(2026, 11, 17),
                           purpose="10 月", stated_by_id=desk.agent.user_id, stated_at=tx.at, due_at=tx.at, status=status,
                           decided_by_id=desk.finance.user_id, decided_at=tx.at))  # fmt: skip
    assert known(desk).reliable is reliable


def test_the_first_shipment_is_prepaid_the_second_is_not_asked(desk):
    assert known(desk).first
    make.goods(desk)
    assert not known(desk).first
