"""Waybill changes: proof, who decides, what is written to the shipment, and what is refused (CHG-01 to CHG-24, D-01)."""

from __future__ import annotations

import pytest

from rules import workflow
from rules.words import Refused
from tests import factories as make
from tests.factories import PROOF, READ_BACK
from tests.workflows.tables import lines, wrong
from workflows.change import CarryOut

OPEN = ("asked", "proof_missing", "waiting/1", "waiting/2", "approved")
# What only a customer makes, by link: the same in every table.
SHARED = """
customer_confirmed role role  role  role  role  role  | =
customer_declined role  role  role  role  role  role  | =
"""
# A change of the consignee's name alone: zero cost, carried out by any agent.
ZERO_COST = """
move              owner colleague supervisor finance auditor admin | asked       proof_missing executed withdrawn void
carry_out         yes   yes   yes   role  role  role  | executed    executed      -        -         -
submit            no_decision no_decision no_decision role role role | waiting waiting - -         -
turn_down         yes   mine  yes   role  role  role  | refused     refused       -        -         -
add_proof         yes   yes   yes   role  role  role  | -           asked         -        -         -
add_charge        yes   yes   yes   role  role  role  | =           =             -        -         -
agree_charge      agreed agreed agreed role role role | =           =             -        -         -
strike_charge     no_mistake no_mistake no_mistake role role role | =     =             -        -         -
waive_charge      role  role  no_charge role role role | =          =             -        -         -
edit              yes   yes   yes   role  role  role  | =           =             -        -         -
ask_confirmation  nobody nobody nobody role role role | =           =             -        -         -
confirmation      unasked unasked unasked role role role | =        =             -        -         -
chase_confirmation unasked unasked unasked role role role | =       =             -        -         -
ask_finance       nothing_held nothing_held nothing_held role role role | = =      -        -         -
lift_stop         role  role  role  not_asked role role | =         =             -        -         -
free_waybill      role  role  role  not_asked role role | =         =             -        -         -
ask_leader        role  role  role  not_asked role role | =         =             -        -         -
keep_stop         role  role  role  not_asked role role | =         =             -        -         -
leader_frees      role  role  no_leader role  role  role | =        =             -        -         -
leader_keeps      role  role  no_leader role  role  role | =        =             -        -         -
approve           second second yes yes   role  role  | -           -             -        -         -
send_back         second second yes yes   role  role  | -           -             -        -         -
refuse            second second yes yes   role  role  | -           -             -        -         -
unsign            yes   yes   yes   yes   role  role  | -           -             -        -         -
withdraw          yes   asker asker role  role  role  | withdrawn   withdrawn     -        -         -
execute           yes   yes   yes   role  role  role  | -           -             -        -         -
"""
# A redirection to another city with a charge: a supervisor, then finance.
DECIDED = """
move              owner colleague supervisor finance auditor admin | asked     proof_missing refused withdrawn executed void
carry_out         needs_decision needs_decision needs_decision role role role | executed executed - - - -
submit            yes   yes   yes   role  role  role  | waiting   waiting       -       -         -        -
turn_down         needs_decision needs_decision needs_decision role role role | refused refused - - - -
add_proof         yes   yes   yes   role  role  role  | -         asked         -       -         -        -
add_charge        yes   yes   yes   role  role  role  | =         =             -       -         -        -
agree_charge      agreed agreed agreed role role role | =         =             -       -         -        -
strike_charge     yes   yes   yes   role  role  role  | =         =             -       -         -        -
waive_charge      role  role  grade role  role  role  | =         =             -       -         -        -
edit              yes   yes   yes   role  role  role  | =         =             -       -         -        -
ask_confirmation  nobody nobody nobody role role role | =         =             -       -         -        -
confirmation      unasked unasked unasked role role role | =      =             -       -         -        -
chase_confirmation unasked unasked unasked role role role | =     =             -       -         -        -
ask_finance       nothing_held nothing_held nothing_held role role role | =     =     -      -      -      -
lift_stop         role  role  role  not_asked role role | =       =             -       -         -        -
free_waybill      role  role  role  not_asked role role | =       =             -       -         -        -
ask_leader        role  role  role  not_asked role role | =       =             -       -         -        -
keep_stop         role  role  role  not_asked role role | =       =             -       -         -        -
leader_frees      role  role  no_leader role  role  role | =      =             -       -         -        -
leader_keeps      role  role  no_leader role  role  role | =      =             -       -         -        -
approve           second second yes yes   role  role  | -         -             -       -         -        -
send_back         second second yes yes   role  role  | -         -             -       -         -        -
refuse            second second yes yes   role  role  | -         -             -       -         -        -
unsign            yes   yes   yes   yes   role  role  | -         -             -       -         -        -
withdraw          yes   asker asker role  role  role  | withdrawn withdrawn     -       -         -        -
execute           yes   yes   yes   role  role  role  | -         -             -       -         -        -
"""
# While it waits for signatures nobody of the desk moves it on, but a correction takes it back, and whoever asked may end it.
STANDS = """
carry_out         yes   yes   yes   role  role  role  | -
submit            yes   yes   yes   role  role  role  | -
turn_down         yes   yes   yes   role  role  role  | -
add_proof         yes   yes   yes   role  role  role  | -
add_charge        yes   yes   yes   role  role  role  | -
agree_charge      yes   yes   yes   role  role  role  | -
ask_confirmation  nobody nobody nobody role role role | =
confirmation      unasked unasked unasked role role role | =
chase_confirmation unasked unasked unasked role role role | =
ask_finance       yes   yes   yes   role  role  role  | -
lift_stop         role  role  role  yes   role  role  | -
free_waybill      role  role  role  yes   role  role  | -
ask_leader        role  role  role  yes   role  role  | -
keep_stop         role  role  role  yes   role  role  | -
leader_frees      role  role  yes   role  role  role  | -
leader_keeps      role  role  yes   role  role  role  | -
"""
WITH_SUPERVISOR = (
    """
move              owner colleague supervisor finance auditor admin | waiting/1
approve           second second yes supervisor_first role role | waiting
send_back         second second yes supervisor_first role role | proof_missing
refuse            second second yes supervisor_first role role | refused
unsign            not_signer not_signer not_signer not_signer role role | waiting
strike_charge     yes   yes   yes   role  role  role  | -
waive_charge      role  role  grade role  role  role  | asked
edit              yes   yes   yes   role  role  role  | asked
withdraw          yes   asker asker role  role  role  | withdrawn
execute           yes   yes   yes   role  role  role  | -"""
    + STANDS
)
WITH_FINANCE = (
    """
move              owner colleague supervisor finance auditor admin | waiting/2
approve           second second signed yes role role  | approved
send_back         second second signed yes role role  | proof_missing
refuse            second second signed yes role role  | refused
unsign            not_signer not_signer yes not_signer role role | waiting
strike_charge     yes   yes   yes   role  role  role  | -
waive_charge      role  role  grade role  role  role  | asked
edit              yes   yes   yes   role  role  role  | asked
withdraw          yes   asker asker role  role  role  | withdrawn
execute           yes   yes   yes   role  role  role  | -"""
    + STANDS
)
APPROVED = (
    """
move              owner colleague supervisor finance auditor admin | approved
approve           second second yes yes   role  role  | -
send_back         second second yes yes   role  role  | -
refuse            second second yes yes   role  role  | -
unsign            not_signer not_signer not_signer yes role role | waiting
strike_charge     yes   yes   yes   role  role  role  | -
waive_charge      role  role  yes   role  role  role  | -
edit              yes   yes   yes   role  role  role  | -
withdraw          changed asker asker role role role  | withdrawn
void              changed mine  changed mine role role | void
execute           yes   yes   yes   role  role  role  | executed
void              changed mine  changed mine role role | void"""
    + STANDS
)
CHARGED = {"charge_minor": 12_000, "payer": "shipper", "charge_agreed": "赵敏 13:50"}
TOLD = {"own_system": True, "told": "已改好，新收货人生效"}
NO_PROOF = {"proof_note": None, "proof_items": []}
Step = tuple[str, str]  # who, move
GETS_TO: dict[str, tuple[Step, ...]] = {
    "asked": (),
    "proof_missing": (),
    "waiting/1": (("agent", "submit"),),
    "waiting/2": (("agent", "submit"), ("supervisor", "approve")),
    "approved": (("agent", "submit"), ("supervisor", "approve"), ("finance", "approve")),
    "refused": (("agent", "submit"), ("supervisor", "refuse")),
    "withdrawn": (("agent", "withdraw"),),
    "executed": (("agent", "submit"), ("supervisor", "approve"), ("finance", "approve"), ("agent", "execute")),
    "void": (("agent", "void"),),
}


@pytest.fixture
def sent(desk):
    """What each move's form would carry."""
    person = {"person": make.person(desk, "agent").user_id, "reason": "休假"}
    words = {"to": "shipper", "channel": "phone", "text": "已转代理"}
    why = {"reason": "证明上没有目的地"}
    return {
        "carry_out": PROOF | READ_BACK, "submit": dict(PROOF), "add_charge": dict(CHARGED), "add_proof": dict(PROOF), "execute": dict(TOLD),
        "edit": {"consignee": "李明"}, "turn_down": why, "agree_charge": {"charge_agreed": "赵敏"}, "waive_charge": why,
        "ask_confirmation": {"what": "partner"}, "confirmation": {"what": "partner", "answer": "yes", "answered_by": "王师傅"},
        "chase_confirmation": {"what": "partner"}, "free_waybill": why, "ask_leader": why, "leader_frees": why, "leader_keeps": why,
        "lift_stop": why, "keep_stop": why, "send_back": why, "refuse": why, "withdraw": why, "message": words,
        "chase": {"said": "改好了吗", "channel": "phone"}, "note": {"text": "记下"}, "hand_over": person, "assign": person,
        "return_to_pool": why, "void": why, "decline_hand_over": why, "remind": {"at": make.now(), "text": "回电"},
    }  # fmt: skip


def with_charge(sent, ref):
    """What each move's form would carry where the change has a charge."""
    line = next((line.id for line in make.matter(ref).lines), None)
    return sent | {"strike_charge": {"line": line, "reason": "多打了一个零"}}


def people(desk):
    return {
        "owner": desk.agent, "colleague": desk.colleague, "supervisor": desk.supervisor, "finance": desk.finance,
        "auditor": desk.auditor, "admin": desk.admin,
    }  # fmt: skip


def redirection(desk, **data):
    """A redirection with a charge, asked by the agent."""
    return make.change(desk.agent, desk, "K10", destination="天津", **CHARGED | data)


def reach(desk, sent, ref, steps):
    for name, move in steps:
        make.do(getattr(desk, name), ref, move, **sent.get(move, {}))


@pytest.mark.parametrize("state", ["asked", "proof_missing", "executed", "withdrawn", "void"])
def test_who_may_do_what_with_a_zero_cost_change(desk, sent, state):
    ref = make.change(desk.agent, desk, "K07", **(NO_PROOF if state == "proof_missing" else {}))
    reach(desk, sent, ref, {"executed": (("colleague", "carry_out"),)}.get(state, GETS_TO[state]))
    assert make.matter(ref).state == state
    assert wrong(lines(ZERO_COST, OPEN, SHARED), people(desk), ref, state, with_charge(sent, ref)) == []


@pytest.mark.parametrize(
    ("state", "table"),
    [
        (state, DECIDED)
        for state in GETS_TO
        if state in ("asked", "proof_missing", "refused", "withdrawn", "executed", "void")
    ]
    + [("waiting/1", WITH_SUPERVISOR), ("waiting/2", WITH_FINANCE), ("approved", APPROVED)],
    ids=lambda value: value if len(value) < 20 else "",
)
def test_who_may_do_what_with_a_change_that_needs_signatures(desk, sent, state, table):
    ref = redirection(desk, **(NO_PROOF if state == "proof_missing" else {}))
    reach(desk, sent, ref, GETS_TO[state])
    assert make.matter(ref).state == state.partition("/")[0]
    assert wrong(lines(table, OPEN, SHARED), people(desk), ref, state, with_charge(sent, ref)) == []


@pytest.mark.parametrize("table", [ZERO_COST, DECIDED, WITH_SUPERVISOR, WITH_FINANCE, APPROVED])
def test_the_tables_name_every_move_of_a_change(house, table):
    assert {line.move for line in lines(table, OPEN, SHARED)} == {move.name for move in workflow.KINDS["change"].moves}


# ------------------------------------------------------------------------------------------ asking


@pytest.mark.parametrize(
    ("what", "asked", "why", "where"),
    [
        ("no shipment", {"shipment_id": None}, "A change needs the shipment: give its number.", "number"),
        ("the same name", {"consignee": "王五"}, "Nothing would change: fill in at least one new value.", "consignee"),
        ("a release without a hold", {"code": "K06"}, "The goods are not on the shipper's hold.", "code"),
        ("a void at the destination", {"code": "K05"},
         "Past security: the goods cannot come back. Return or redirect from the destination instead.", "code"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 30 else "",
)  # fmt: skip
def test_a_change_that_cannot_be_is_refused_at_its_field(desk, what, asked, why, where):
    asked = {"shipment_id": desk.shipment, "code": "K07", "consignee": "王建平", **PROOF, **asked}
    with pytest.raises(Refused) as no:
        make.log(desk.agent, desk, "change", asked)
    assert (no.value.why.msgid, no.value.code, no.value.field) == (why, 422, where)


def test_delivered_goods_cannot_be_changed(desk):
    delivered = make.goods(desk, "A6")
    with pytest.raises(Refused) as no:
        make.change(desk.agent, desk, "K07", delivered)
    assert no.value.why.msgid == "Already delivered: nothing can be changed."


@pytest.mark.rule("CHG-24")
def test_a_change_keeps_what_stood_on_the_shipment_when_it_was_asked(desk):
    ref = make.change(desk.agent, desk, "K10", consignee="王建平", destination="天津")
    case = make.matter(ref)
    assert [(f.path, f.old, f.new) for f in case.fields] == [
        ("consignee", "王五", "王建平"),
        ("destination", "北京", "天津"),
        ("standing", "active", "redirected"),
    ]
    assert (case.stage_asked, case.requested_by_id, case.last_editor_id) == (
        "A5",
        desk.agent.user_id,
        desk.agent.user_id,
    )


@pytest.mark.rule("CHG-01")
def test_without_proof_a_change_waits_for_it(desk):
    ref = make.change(desk.agent, desk, "K07", **NO_PROOF)
    assert make.matter(ref).state == "proof_missing"
    with pytest.raises(Refused) as no:
        make.do(desk.agent, ref, "carry_out", **READ_BACK)
    assert no.value.why.msgid == "The written proof is missing."


@pytest.mark.parametrize("missing", ["number", "destination", "consignee", "content"])
@pytest.mark.rule("CHG-01")
def test_a_proof_that_does_not_show_everything_is_no_proof(desk, missing):
    shown = [item for item in make.PAPER if item != missing]
    ref = make.change(desk.agent, desk, "K07", proof_items=shown)
    with pytest.raises(Refused) as no:
        make.do(desk.agent, ref, "carry_out", **READ_BACK)
    assert no.value.why.msgid == "The proof does not show: %(item)s."
    assert make.goods_of(desk.shipment).consignee == "王五"
    assert make.matter(ref).state == "asked"


@pytest.mark.rule("CHG-02")
def test_before_the_number_the_proof_shows_destination_consignee_model_and_quantity(desk):
    early = make.goods(desk, "A0", number=None)
    ref = make.change(
        desk.agent, desk, "K01", early, consignee="王建平", proof_items=["destination", "consignee", "model"]
    )
    with pytest.raises(Refused) as no:
        make.do(desk.agent, ref, "submit")
    assert str(no.value.why) == "The proof does not show: Quantity."
    make.do(desk.agent, ref, "submit", proof_items=["destination", "consignee", "model", "quantity"])
    assert make.matter(ref).state == "waiting"


@pytest.mark.rule("CHG-05")
def test_the_form_that_carries_out_asks_with_whom_the_change_was_read_back():
    form = CarryOut(data={})
    assert not form.validate()
    assert list(form.errors) == ["read_back"]


# ------------------------------------------------------------------------------------------ carrying out


def test_a_zero_cost_change_is_carried_out_by_the_one_who_asked_and_written_at_once(desk):
    ref = make.change(desk.agent, desk, "K09", address="北京海淀中关村 1 号")
    version = make.goods_of(desk.shipment).version
    make.do(desk.agent, ref, "carry_out", **READ_BACK, own_system=True)
    case, shipment = make.matter(ref), make.goods_of(desk.shipment)
    assert (shipment.address, shipment.version) == ("北京海淀中关村 1 号", version + 1)
    assert (case.read_back, case.executed_at, case.closed_at) == ("赵敏 10:05", make.now(), make.now())
    assert (case.own_system_at, case.own_system_by_id) == (make.now(), desk.agent.user_id)
    assert make.approvals_of(ref) == []


@pytest.mark.rule("CHG-12")
def test_an_agent_releases_held_goods_and_the_hold_is_gone(desk):
    held = make.goods(desk, hold_shipper="等付款", hold_service="错发")
    ref = make.change(desk.agent, desk, "K06", held)
    make.do(desk.agent, ref, "carry_out", **READ_BACK)
    shipment = make.goods_of(held)
    assert (shipment.hold_shipper, shipment.hold_service) == (None, "错发")


def test_the_shipment_is_written_only_by_the_last_signature(desk):
    ref = redirection(desk)
    make.do(desk.agent, ref, "submit")
    make.do(desk.supervisor, ref, "approve")
    assert make.goods_of(desk.shipment).destination == "北京"
    make.do(desk.finance, ref, "approve")
    shipment, case = make.goods_of(desk.shipment), make.matter(ref)
    assert (shipment.destination, shipment.consignee, shipment.standing) == ("天津", "王建平", "redirected")
    assert (case.state, case.stage_decided, case.executed_at, case.closed_at) == ("approved", "A5", make.now(), None)


def test_ticking_the_own_system_closes_an_approved_change_and_stops_its_clock(desk, clock):
    ref = redirection(desk)
    make.do(desk.agent, ref, "submit")
    make.do(desk.supervisor, ref, "approve")
    make.do(desk.finance, ref, "approve")
    ticked = clock.forward(4)
    make.do(desk.colleague, ref, "execute", **TOLD)
    case = make.matter(ref)
    assert (case.state, case.own_system_at, case.own_system_by_id) == ("executed", ticked, desk.colleague.user_id)
    assert make.clocks_of(ref)[0].stopped_at == ticked


def test_a_requested_field_that_moved_meanwhile_stops_the_change(desk):
    ref = make.change(desk.agent, desk, "K07", consignee="王建平")
    _set(desk.shipment, consignee="李雷")
    with pytest.raises(Refused) as no:
        make.do(desk.agent, ref, "carry_out", **READ_BACK)
    assert no.value.why.msgid == "“%(field)s” of the shipment has changed meanwhile: it is now “%(now)s”."
    assert (str(no.value.why.params["field"]), no.value.why.params["now"]) == ("Consignee", "李雷")
    assert make.goods_of(desk.shipment).consignee == "李雷"


def test_another_field_that_moved_meanwhile_does_no_harm(desk):
    ref = make.change(desk.agent, desk, "K07", consignee="王建平")
    _set(desk.shipment, pieces=9, address="别处")
    make.do(desk.agent, ref, "carry_out", **READ_BACK)
    shipment = make.goods_of(desk.shipment)
    assert (shipment.consignee, shipment.pieces, shipment.address) == ("王建平", 9, "别处")


@pytest.mark.rule("CHG-06")
def test_goods_that_were_delivered_meanwhile_are_not_changed(desk):
    zero, decided = make.change(desk.agent, desk, "K07"), make.change(desk.agent, desk, "K11", pieces=9, **CHARGED)
    make.do(desk.agent, decided, "submit")
    _set(desk.shipment, stage="A6")
    for who, ref, move in ((desk.agent, zero, "carry_out"), (desk.supervisor, decided, "approve")):
        with pytest.raises(Refused) as no:
            make.do(who, ref, move, **PROOF | READ_BACK)
        assert no.value.why.msgid == "Already delivered: nothing can be changed."
    make.do(desk.supervisor, decided, "refuse", reason="已签收")
    assert make.matter(decided).state == "refused"


def _set(shipment_id, **values):
    with make.writing() as tx:
        shipment = make.goods_of(shipment_id)
        for name, value in values.items():
            setattr(shipment, name, value)
        assert tx.session.dirty
