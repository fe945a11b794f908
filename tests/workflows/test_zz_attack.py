import pytest
from models import *
from rules import holding, payments, customers, deputies
from rules.words import Refused
from tests import factories as make
from tests.factories import READ_BACK
from rules.store import write_tx

CH = {"charge_minor": 12_000, "payer": "shipper", "charge_agreed": "赵敏 13:50"}


def test_t1_release_turned_into_hold(desk):
    g = make.goods(desk, "A5", hold_shipper="等指令")
    ref = make.change(desk.agent, desk, "K06", g)
    make.do(desk.agent, ref, "edit", hold_shipper="我说了算")
    make.do(desk.agent, ref, "carry_out", **READ_BACK)
    assert make.goods_of(g).hold_shipper is None


def test_t2_edit_bumps_version(desk):
    ref = make.change(desk.agent, desk, "K07", consignee="甲")
    v = make.matter(ref).version
    make.do(desk.agent, ref, "edit", v, consignee="乙")
    with pytest.raises(Refused):
        make.do(desk.agent, ref, "edit", v, consignee="丙")


def test_t2b_carry_out_stale(desk):
    ref = make.change(desk.agent, desk, "K07", consignee="甲")
    v = make.matter(ref).version
    make.do(desk.agent, ref, "edit", v, consignee="乙")
    with pytest.raises(Refused):
        make.do(desk.colleague, ref, "carry_out", v, **READ_BACK)


def test_t2c_charge_then_submit_stale(desk):
    ref = make.change(desk.agent, desk, "K10", destination="天津")
    v = make.matter(ref).version
    make.do(
        desk.agent,
        ref,
        "add_charge",
        charge_minor=5000,
        payer="shipper",
        charge_agreed="x",
        side="receivable",
        item="change",
    )
    with pytest.raises(Refused):
        make.do(desk.colleague, ref, "submit", v)


def test_t4_void_after_carried_out(desk):
    g = make.goods(desk, "A5", hold_shipper="等指令")
    ref = make.change(desk.agent, desk, "K06", g)
    make.do(desk.agent, ref, "carry_out", **READ_BACK)
    assert make.matter(ref).state == "approved"
    with pytest.raises(Refused):
        make.do(desk.agent, ref, "void", reason="x")


def test_t5_unsign_after_partner_told(desk, clock):
    ref = make.change(desk.agent, desk, "K10", destination="天津")
    make.do(desk.agent, ref, "submit")
    make.do(desk.supervisor, ref, "approve")
    clock.forward(1)
    make.do(desk.agent, ref, "message", text="已转货天津", to="partner", channel="phone")
    with pytest.raises(Refused):
        make.do(desk.supervisor, ref, "unsign")


def test_t6_payable_only(desk):
    g = make.goods(desk, "A6")
    ref = make.change(desk.agent, desk, "K10", g, destination="天津")
    make.do(desk.agent, ref, "add_charge", charge_minor=1, side="payable", item="other", party="x")
    with pytest.raises(Refused):
        make.do(desk.agent, ref, "submit")


def test_t23_finance_agent_lifts_for_himself(desk):
    both = make.person(desk, "agent", "finance")
    g = make.goods(desk, "A5", stopped="欠款", hold_shipper="等")
    ref = make.change(both, desk, "K06", g, customer_id=make.goods_of(g).customer_id)
    make.do(both, ref, "ask_finance")
    with pytest.raises(Refused):
        make.do(both, ref, "lift_stop", reason="x")
    with pytest.raises(Refused):
        with write_tx(both, "hold.free") as tx:
            holding.free(tx, [make.goods_of(g)], "自己放")


def test_t23b(desk):
    both = make.person(desk, "agent", "finance")
    g = make.goods(desk, "A5", stopped="欠款", hold_shipper="等")
    ref = make.change(both, desk, "K06", g, customer_id=make.goods_of(g).customer_id)
    with pytest.raises(Refused):
        with write_tx(both, "customer.lift") as tx:
            customers.lift_stop(tx, make.goods_of(g).customer, "自己放")


@pytest.mark.parametrize("f", ["consignee", "destination", "cargo", "model", "shipper", "address", "container"])
def test_t9_sizes(desk, f):
    code = {"model": "K12", "container": "K12", "shipper": "K13"}.get(f, "K12")
    code = "K01" if f == "model" else code
    from workflows.change_forms import Values

    n = {"address": 300, "container": 40}.get(f, 120)
    g = make.goods(desk, "A0" if f == "model" else "S0")
    with make.writing() as tx:
        row = make.goods_of(g)
        setattr(row, f, "字" * n)
        tx.session.flush()


def test_t9_numbers(desk):
    g = make.goods(desk, "S0")
    with make.writing() as tx:
        row = make.goods_of(g)
        row.weight_g = 10**12
        row.volume_l = 10**12
        row.pieces = 10**6
        tx.session.flush()


def test_t3_huge_payment(desk):
    with write_tx(desk.agent, "payment.state") as tx:
        with pytest.raises(Refused):
            c = make.goods_of(desk.shipment).customer
            payments.state(tx, c, {"amount_minor": 99_999_999_999_999, "paid_on": make.now().date(), "purpose": "x"})
