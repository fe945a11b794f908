"""Plays a change from asking to closing, as an office would, and tells in a cell of `change_table` what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from models import Customer, Office, Partner
from rules.facts import Facts
from rules.store import Actor, Tx
from rules.words import Refused
from rules.workflow import Act, flow_of, refusal
from tests import factories as make
from tests.workflows.change_table import ASKED, ITEMS, REASONS

ANSWERERS = {"stock": "warehouse", "rate": "route"}  # the table's word, where it is not the code's
WAITS = "Waits for: %(what)s."
AGREED = {"charge_minor": 12_000, "payer": "shipper", "charge_agreed": "赵敏 13:50"}
MONEY: dict[str, dict[str, Any]] = {
    "none": {}, "ours": {"payer": "company"}, "open": AGREED | {"charge_agreed": None}, "agreed": AGREED,
    "company": {"charge_minor": 12_000, "payer": "company"},
}  # fmt: skip
COSTS = {("K10", "A6"), ("K10", "R4"), ("K10-return", "A6"), ("K10-return", "R4")}  # after delivery: against a charge
ASKING: dict[str, dict[str, Any]] = {
    "K01": {"model": "X200"}, "K07": {"consignee": "王建平"}, "K08": {"consignee_phone": "13900002222"},
    "K09": {"address": "北京海淀中关村 1 号"}, "K10": {"destination": "天津", "consignee": "王建平"},
    "K10-hold": {"hold_shipper": "等买家付款"}, "K11": {"pieces": 9}, "K12": {"container": "TGHU 123456-7"},
    "K13": {"shipper": "启明电子"}, "K14": {"bl_number": "COSU612", "bl_date": "2026-11-10"}, "K15": {"bl_number": "COSU612"},
    "K16": {"fee_kind": "telex"}, "K18": {"free_days": 21},
    "K19": {"box": "TGHU1234567", "customs_number": "5304", "vessel": "COSCO 021E"}, "K20": {"path": "certificate"},
    "K20-paid": {"path": "paid"}, "K21": {"consignee": "李雷"},
}  # fmt: skip
FINANCE: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {  # on the customer, on the waybill
    "good": ({}, {}), "stopped": ({"stopped_reason": "欠款"}, {}), "documents": ({"documents_held": "账期已过"}, {}),
    "waybill": ({}, {"hold_finance": "运费未付"}), "let_go": ({"stopped_reason": "欠款"}, {"freed_reason": "本票已付"}),
}  # fmt: skip


@dataclass
class People:
    """Who asks, and everybody who might sign, the lowest grade first."""

    desk: make.Desk
    ladder: list[tuple[str, Actor]]
    partner: int

    @property
    def leader(self) -> Actor:
        return self.ladder[3][1]


def people(desk: make.Desk) -> People:
    """Supervisors of every grade, finance, a release officer, and a destination agent on the published list."""
    grades: list[tuple[str, Actor]] = [
        (str(grade), make.person(desk, "supervisor", grade=grade)) for grade in (1, 2, 3, 4)
    ]
    officer = make.person(desk, "finance", "release")
    with make.writing() as tx:
        partner = tx.add(Partner(code="BJ01", name="北京代理", city="北京", published=True)).id
    return People(desk, [*grades, ("F", desk.finance), ("R", officer)], partner)


def ship(desk: make.Desk, wanted: Iterable[tuple[str, str]], finance: str = "good") -> list[int]:
    """Goods for each of `wanted` (kind, stage), of one customer; on the shipper's hold where the change is a release."""
    with make.writing() as tx:
        office = tx.session.get_one(Office, desk.office)
        on_customer, on_goods = FINANCE[finance]
        stopped = {"stopped_at": tx.at} if "stopped_reason" in on_customer else {}
        owner: Customer = make.make_customer(tx, office, "恒昌贸易", "13622150419", **on_customer, **stopped)
        freed = {"freed_at": tx.at, "freed_by_id": desk.finance.user_id} if "freed_reason" in on_goods else {}
        return [_goods(tx, office, owner, code, stage, **on_goods, **freed) for code, stage in wanted]


def _goods(tx: Tx, office: Office, owner: Customer, code: str, stage: str, **values: Any) -> int:
    held = {"hold_shipper": "等付款"} if code in ("K02", "K06") else {}
    return make.make_shipment(tx, office, owner, stage, **held, **values).id


def wish(who: People, code: str, stage: str, money: str = "") -> dict[str, Any]:
    """What the form of a request holds that is in order; `money` names another way it is paid than the usual one."""
    kind = code.removesuffix("-paid")
    data = {"code": kind, "proof_note": "传真，赵敏签字", "proof_items": list(ITEMS), **ASKING.get(code, {})}
    if kind == "K17":
        data["partner_id"] = who.partner
    usual = "none"
    if kind in ("K10", "K10-return"):
        usual = "agreed" if (kind, stage) in COSTS else "ours"
    return data | MONEY[money or ("agreed" if kind == "K19" else usual)]


def ask(who: People, shipment: int, data: dict[str, Any]) -> str:
    """Ask for the change for the goods' own customer; its ref."""
    owner = make.goods_of(shipment).customer_id
    return make.log(who.desk.agent, who.desk, "change", {"shipment_id": shipment, "customer_id": owner, **data})


def played(who: People, shipment: int, data: dict[str, Any], to_the_end: bool = True) -> str:
    """The cell of one request for goods that stand there: carried out, or decided, answered and closed; with `to_the_end`
    False it is left where somebody has to decide, and the cell tells who is asked."""
    try:
        ref = ask(who, shipment, data)
    except Refused as no:
        assert (no.code, no.field) == (422, "code"), no.why
        return key(no.why)
    case = make.matter(ref)
    said = why(who.desk.colleague, case, "carry_out")
    if said is None:
        make.do(who.desk.colleague, ref, "carry_out", **make.READ_BACK)
        return finished(who, ref, "a")
    if said.msgid != "This kind of change needs a decision first.":
        return key(said)
    cell = ">".join([*answered(who, ref, "submit"), ""])
    try:
        make.do(who.desk.agent, ref, "submit")
    except Refused as no:
        assert no.code == 409
        return key(no.why)
    return finished(who, ref, cell + signed(who, ref)) if to_the_end else cell + asked(ref)


def asked(ref: str) -> str:
    """Who is asked for a decision, in order."""
    return "".join(str(a.grade) if a.role == "supervisor" else a.role[0].upper() for a in make.approvals_of(ref))


def signed(who: People, ref: str) -> str:
    """Everybody may try, the lowest grade first, until nobody is asked any more; who signed."""
    chain = ""
    while (case := make.matter(ref)).state == "waiting":
        label, person = next((label, p) for label, p in who.ladder if why(p, case, "approve") is None)
        make.do(person, ref, "approve")
        chain += label
    return chain


def finished(who: People, ref: str, cell: str) -> str:
    """Whoever still has to answer does, before the shipment is written or before the change is closed; then it is closed."""
    while (case := make.matter(ref)).state != "executed":
        written = case.executed_at is not None
        cell += "".join(f"{'~' if written else '+'}{name}" for name in answered(who, ref, "execute", once=True))
        if why(who.desk.agent, make.matter(ref), "execute") is None:
            make.do(who.desk.agent, ref, "execute", own_system=True, told="已告知客户")
    assert case.executed_at is not None
    assert all(getattr(case.shipment, f.path) == f.new for f in case.fields), "the shipment shows all new values"
    return cell


def answered(who: People, ref: str, move: str, once: bool = False) -> list[str]:
    """Everybody for whom a move waits is asked and answers yes (`once`: the first of them); their names in the table."""
    found: list[str] = []
    while (said := why(who.desk.agent, make.matter(ref), move)) is not None and said.msgid == WAITS:
        name = next(name for name, sentence in ASKED.items() if sentence == str(said.params["what"]))
        answer(who, ref, ANSWERERS.get(name, name))
        found.append(name)
        if once:
            break
    return found


def answer(who: People, ref: str, what: str) -> None:
    """Somebody is asked and says yes."""
    make.do(who.desk.agent, ref, "ask_confirmation", what=what, whom="电话")
    make.do(who.leader, ref, "confirmation", what=what, answer="yes", answered_by="老何")


def why(who: Actor, case: Any, move: str) -> Any:
    """Why a person may not make a move now, or None."""
    flow = flow_of(case)
    return refusal(Act(who, case, flow, flow.move(move), Facts(make.db.session(), case), make.now()))


def key(said: Any) -> str:
    """The table's word for a reason; the sentence itself when it has none."""
    return next((name for name, sentence in REASONS.items() if sentence == said.msgid), str(said))
