"""What the database itself refuses, whoever writes to it past the rules (E-15, E-18): a decision by the one who asked, last
edited or signed already, or on behalf of him; a signature moved, changed or taken away; a requester or editor exchanged."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import DatabaseError

from models import UserRole, db
from rules import figures
from rules.store import write_tx
from tests import factories as make

FOUR_EYES = "nobody decides what he asked for, or twice|four_eyes"
ASKED_FIRST = "a signature is asked for before it is given"
STAYS = "a signature stays as it was given"
REQUESTER = "the requester of a change stays"
NEVER = "a change is never deleted"
AT = "'2026-11-18 03:00:00.000000'"
STEPS = ("supervisor", "finance", "release")


@pytest.fixture
def people(desk):
    """Who asked, who edited last (both promoted to company leaders since), and one honest signer per step."""
    found = {
        "asker": desk.agent, "editor": desk.colleague, "supervisor": make.person(desk, "supervisor", grade=3),
        "finance": desk.finance, "release": make.person(desk, "finance", "release"), "other": make.person(desk, "supervisor", grade=4),
    }  # fmt: skip
    return {name: who.user_id for name, who in found.items()} | {"actors": found}


@pytest.fixture
def waiting(desk, people):
    """An advance bill of lading with a charge: supervisor, finance and release officer sign, nobody has; its ref."""
    ref = make.change(
        desk.agent, desk, "K15", make.goods(desk, "S4"), bl_number="COSU612", proof_items=["number", "content"],
        charge_minor=12_000, payer="shipper", charge_agreed="赵敏 13:50",
    )  # fmt: skip
    make.do(desk.colleague, ref, "submit")
    with make.writing() as tx:
        for who in (desk.agent, desk.colleague):  # promoted after they asked and edited
            for role in ("supervisor", "finance", "release"):
                tx.add(UserRole(user_id=who.user_id, role=role))
    return ref


def execute(statement):
    """Write as somebody does who has the database and no desk."""
    db.session.rollback()
    with db.engine.connect().execution_options(w=True) as connection:
        done = connection.exec_driver_sql(statement)
        connection.commit()
    return done.rowcount


def refused(statement, why):
    with pytest.raises(DatabaseError, match=why):
        execute(statement)


def sign(ref, step, by, behalf=None):
    """The statement that signs a step of a change."""
    row = next(a.id for a in make.approvals_of(ref) if a.step == step)
    return (
        f"UPDATE approvals SET status = 'approved', decided_by_id = {by}, on_behalf_of_id = {behalf or 'NULL'},"
        f" decided_at = {AT} WHERE id = {row}"
    )


def signed_before(ref, people, step):
    """The steps before this one are signed as they should be."""
    for number in range(1, step):
        assert execute(sign(ref, number, people[STEPS[number - 1]])) == 1


# ------------------------------------------------------------------------------------------ deciding

FORGED = {  # who signs, on behalf of whom
    "the one who asked": ("asker", None),
    "the last editor": ("editor", None),
    "another one for the one who asked": ("other", "asker"),
    "another one for the last editor": ("other", "editor"),
    "the one who asked, as second decider for a supervisor": ("asker", "other"),
    "the last editor, as second decider for a supervisor": ("editor", "other"),
}
AGAIN = {
    "who has signed before": ("supervisor", None),
    "another one for who has signed before": ("other", "supervisor"),
    "who has signed before, for another one": ("supervisor", "other"),
}


@pytest.mark.parametrize("step", [1, 2, 3], ids=STEPS)
def test_no_step_is_signed_by_or_for_the_one_who_asked_or_edited(waiting, people, step):
    signed_before(waiting, people, step)
    for name, (by, behalf) in FORGED.items():
        with pytest.raises(DatabaseError, match=FOUR_EYES):
            execute(sign(waiting, step, people[by], people.get(behalf)))
        assert make.approvals_of(waiting)[step - 1].status == "waiting", name
    assert execute(sign(waiting, step, people[STEPS[step - 1]])) == 1


@pytest.mark.parametrize("step", [2, 3], ids=STEPS[1:])
def test_nobody_signs_two_steps_of_a_round_for_himself_or_for_another(waiting, people, step):
    signed_before(waiting, people, step)
    for name, (by, behalf) in AGAIN.items():
        refused(sign(waiting, step, people[by], people.get(behalf)), FOUR_EYES)
        assert make.approvals_of(waiting)[step - 1].status == "waiting", name
    assert execute(sign(waiting, step, people[STEPS[step - 1]])) == 1


def test_nobody_signs_for_himself_whom_another_has_signed_for(waiting, people):
    execute(sign(waiting, 1, people["supervisor"], people["other"]))
    refused(sign(waiting, 2, people["other"]), FOUR_EYES)


@pytest.mark.parametrize("status", ["refused", "returned"])
@pytest.mark.parametrize("who", ["asker", "editor"])
def test_refusing_and_returning_is_deciding_too(waiting, people, status, who):
    forged = sign(waiting, 1, people[who]).replace("'approved'", f"'{status}'")
    refused(forged, FOUR_EYES)


@pytest.mark.parametrize("status", ["approved", "refused", "returned"])
def test_there_is_no_decision_without_a_decider(waiting, status):
    row = make.approvals_of(waiting)[0].id
    refused(f"UPDATE approvals SET status = '{status}' WHERE id = {row}", "decider_known")


# ------------------------------------------------------------------------------------------ new rows

COLUMNS = (
    "id, case_id, round, step, role, grade, status, requested_by_id, asked_at, decided_by_id, on_behalf_of_id, version"
)


def new_row(
    ref, people, by="NULL", behalf="NULL", asker="asker", role="supervisor", status="approved", number=7, step=1
):
    case = make.matter(ref).id
    return (
        f"INSERT INTO approvals ({COLUMNS}) VALUES (999, {case}, {number}, {step}, '{role}', 2, '{status}', {people[asker]}, {AT},"
        f" {people.get(by, by)}, {people.get(behalf, behalf)}, 1)"
    )


@pytest.mark.parametrize("role", STEPS)
def test_a_signature_is_never_put_in_with_a_new_row(waiting, people, role):
    signers = [("asker", "NULL"), ("editor", "NULL"), ("other", "asker"), ("asker", "other"), ("other", "NULL")]
    for by, behalf in signers:
        for asker in ("asker", "finance"):  # a false requester on the row itself helps nothing
            refused(new_row(waiting, people, by, behalf, asker, role), f"{ASKED_FIRST}|{FOUR_EYES}")


def test_nobody_is_asked_in_the_name_of_a_false_requester(waiting, people):
    refused(new_row(waiting, people, asker="other", status="waiting"), ASKED_FIRST)
    assert execute(new_row(waiting, people, status="waiting")) == 1


def test_a_step_that_stands_is_not_put_in_again(waiting, people):
    """Nor by REPLACE or an upsert, which would take the signature away that stands there."""
    execute(sign(waiting, 1, people["supervisor"]))
    forged = new_row(waiting, people, status="waiting", number=1)
    if db.engine.dialect.name == "sqlite":
        refused(forged.replace("INSERT", "REPLACE", 1), ASKED_FIRST)
    else:
        refused(f"{forged} ON CONFLICT (case_id, round, step) DO UPDATE SET status = 'waiting'", ASKED_FIRST)
    assert make.approvals_of(waiting)[0].status == "approved"


def test_a_signature_is_not_copied_to_another_change(desk, waiting, people):
    execute(sign(waiting, 1, people["supervisor"]))
    other = make.change(desk.agent, desk, "K10", destination="天津")
    case, row = make.matter(other).id, make.approvals_of(waiting)[0].id
    refused(
        f"INSERT INTO approvals ({COLUMNS}) SELECT 999, {case}, 1, 1, role, grade, status, requested_by_id, asked_at,"
        f" decided_by_id, on_behalf_of_id, 1 FROM approvals WHERE id = {row}", ASKED_FIRST,
    )  # fmt: skip


# ------------------------------------------------------------------------------------------ rows that stand


@pytest.mark.parametrize("signed", [False, True], ids=["waiting", "signed"])
def test_what_was_asked_is_not_turned_into_something_else(desk, waiting, people, signed):
    other = make.matter(make.change(desk.agent, desk, "K10", destination="天津")).id
    if signed:
        execute(sign(waiting, 1, people["supervisor"]))
    row = make.approvals_of(waiting)[0].id
    values = {
        "case_id": other,
        "round": 2,
        "step": 9,
        "role": "'finance'",
        "grade": 1,
        "requested_by_id": people["other"],
    }
    for column, value in values.items():
        refused(f"UPDATE approvals SET {column} = {value} WHERE id = {row}", STAYS)


def test_a_signature_stays_as_it_was_given(waiting, people):
    execute(sign(waiting, 1, people["supervisor"]))
    row, other = make.approvals_of(waiting)[0].id, people["other"]
    for forged in (
        "status = 'refused'", "status = 'waiting', decided_by_id = NULL", "reason = '另有说明'", "decided_at = '2020-01-01 00:00:00'",
        "content = 'x'", f"on_behalf_of_id = {other}", f"decided_by_id = {other}",
    ):  # fmt: skip
        refused(f"UPDATE approvals SET {forged} WHERE id = {row}", STAYS)
    kept = make.approvals_of(waiting)[0]
    assert (kept.status, kept.decided_by_id, kept.reason) == ("approved", people["supervisor"], None)


def test_a_signature_is_never_deleted(waiting):
    refused(f"DELETE FROM approvals WHERE case_id = {make.matter(waiting).id}", "a signature is never deleted")


# ------------------------------------------------------------------------------------------ who asked, who edited


def test_who_asked_stays(waiting, people):
    case = make.matter(waiting).id
    refused(f"UPDATE changes SET requested_by_id = {people['other']} WHERE id = {case}", REQUESTER)
    refused(f"UPDATE changes SET requested_by_id = {people['other']}, round = 2 WHERE id = {case}", REQUESTER)


@pytest.mark.parametrize("signed", [False, True], ids=["waiting", "signed"])
def test_the_last_editor_is_not_exchanged_while_a_decision_is_asked(waiting, people, signed):
    """Neither to free him who edited, nor to bar him who has signed."""
    if signed:
        execute(sign(waiting, 1, people["supervisor"]))
    case = make.matter(waiting).id
    for name in ("other", "supervisor", "asker"):
        refused(f"UPDATE changes SET last_editor_id = {people[name]} WHERE id = {case}", REQUESTER)
    refused(sign(waiting, 2, people["editor"]), FOUR_EYES)


def test_old_signatures_do_not_come_back_by_turning_the_round_back(desk, waiting):
    make.do(desk.agent, waiting, "edit", bl_number="COSU613")
    case = make.matter(waiting)
    assert case.round == 2
    refused(f"UPDATE changes SET round = 1 WHERE id = {case.id}", "the rounds of a change only go on")


def test_a_change_is_not_deleted_and_put_in_again_with_another_requester(waiting, people):
    case = make.matter(waiting).id
    refused(f"DELETE FROM changes WHERE id = {case}", NEVER)
    if db.engine.dialect.name == "sqlite":
        refused(f"REPLACE INTO changes SELECT * FROM changes WHERE id = {case}", REQUESTER)
    assert make.matter(waiting).requested_by_id == people["asker"]


# ------------------------------------------------------------------------------------------ figures, money


def test_a_figure_that_steers_who_decides_is_not_agreed_to_by_who_set_it(desk):
    """E-18."""
    with write_tx(desk.admin, "setting.change") as tx:
        row = figures.change(tx, "change.zero_cost.second_look", True, desk.office).id
    admin, other = desk.admin.user_id, desk.supervisor.user_id
    same = "the one who changed a figure cannot agree to it"
    refused(f"UPDATE settings SET approved_by_id = {admin} WHERE id = {row}", same)
    refused(f"UPDATE settings SET by_id = {other} WHERE id = {row}", "settings are append-only")
    refused(
        "INSERT INTO settings (id, key, value, valid_from, by_id, approved_by_id) VALUES"
        f" (999, 'change.zero_cost.second_look', 'true', {AT}, {admin}, {admin})", same,
    )  # fmt: skip
    assert execute(f"UPDATE settings SET approved_by_id = {other} WHERE id = {row}") == 1
    refused(f"UPDATE settings SET approved_by_id = {desk.finance.user_id} WHERE id = {row}", "settings are append-only")


def payment(desk, stated, number=1):
    """A payment that waits for finance, put in by a statement."""
    execute(
        "INSERT INTO payments (id, office_id, customer_id, amount_minor, currency, paid_on, purpose, stated_by_id, stated_at, due_at,"
        f" status, version) VALUES ({number}, {desk.office}, {desk.customer}, 120000, 'CNY', '2026-11-17', '运费', {stated}, {AT}, {AT},"
        " 'waiting', 1)"
    )
    return number


CONFIRMED = f"UPDATE payments SET status = 'confirmed', confirmed_minor = 120000, decided_at = {AT}, decided_by_id = "


def test_whoever_states_a_payment_does_not_confirm_it(desk):
    mine = desk.finance.user_id
    row = payment(desk, mine)
    stays = "a payment stays as it was stated and answered"
    refused(f"{CONFIRMED}{mine} WHERE id = {row}", "four_eyes")
    refused(f"{CONFIRMED}{mine}, stated_by_id = {desk.agent.user_id} WHERE id = {row}", stays)
    refused(f"UPDATE payments SET stated_by_id = {desk.agent.user_id} WHERE id = {row}", stays)
    refused(f"DELETE FROM payments WHERE id = {row}", "a payment is never deleted")
    assert execute(f"{CONFIRMED}{desk.supervisor.user_id} WHERE id = {row}") == 1
    for forged in (
        "amount_minor = 1",
        f"decided_by_id = {desk.agent.user_id}",
        "status = 'missing'",
        "confirmed_minor = 1",
    ):
        refused(f"UPDATE payments SET {forged} WHERE id = {row}", stays)


def test_nobody_agrees_to_the_roles_that_he_asked_for_himself(desk):
    admin, other, user = desk.admin.user_id, desk.supervisor.user_id, desk.agent.user_id
    execute(
        f"INSERT INTO grants (id, user_id, roles, grade, status, by_id, made_at) VALUES (1, {user}, '[\"supervisor\"]', 4, 'waiting',"
        f" {admin}, {AT})"
    )
    agreed = f"UPDATE grants SET status = 'agreed', decided_at = {AT}, decided_by_id ="
    for who in (admin, user):
        refused(f"{agreed} {who} WHERE id = 1", "four_eyes")
    stays = "what was asked for an account stays"
    refused(f"{agreed} {admin}, by_id = {other} WHERE id = 1", stays)
    refused(f"UPDATE grants SET user_id = {other} WHERE id = 1", stays)
    refused("UPDATE grants SET grade = 1 WHERE id = 1", stays)
    assert execute(f"{agreed} {other} WHERE id = 1") == 1
    refused("UPDATE grants SET status = 'waiting', decided_by_id = NULL WHERE id = 1", stays)
