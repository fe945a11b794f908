"""The catalogue of changes K01…K21 (rulebook 2.3): frozen, because who decides is power, not configuration (E-08).

D-01: zero-cost kinds are carried out by any agent with proof and read-back; everything else needs a supervisor of
the named grade, money also finance. A stage that a kind does not list is impossible, and says why.
"""

from __future__ import annotations

from dataclasses import dataclass

from models import Shipment
from rules.words import N_, Words

AIR = ("A0", "A1", "A2", "A3", "A4", "A5", "A6")
SEA = ("S0", "S1", "S2", "S3", "S4", "S5")
ROAD = ("R0", "R1", "R2", "R3", "R4")
# Changes at R0–R1 go as A1, R2–R3 as A5, R4 as A6 (D-12); sea goods at destination as A5.
AS_AIR = {"R0": "A1", "R1": "A1", "R2": "A5", "R3": "A5", "R4": "A6"} | {
    "S0": "A0", "S1": "A1", "S2": "A2", "S3": "A3", "S4": "A5", "S5": "A5",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of change. `fields` are shipment columns it may set; `stages` when it is possible; `role` and `grade`
    who decides (role None: zero cost, any agent carries it out); `proof` the elements the paper must show."""

    code: str
    stamp: str
    name: str
    fields: tuple[str, ...]
    stages: tuple[str, ...]
    proof: tuple[str, ...]
    role: str | None = "supervisor"
    grade: int = 2
    online: bool = False
    sets: tuple[tuple[str, str | None], ...] = ()
    clears_hold: bool = False
    release_officer: bool = False
    rule: str = ""


NOTE_ITEMS = ("destination", "consignee", "model", "quantity")
PAPER_ITEMS = ("number", "destination", "consignee", "content")
BEFORE_NUMBER = ("A0", "A1", "S0", "R0", "R1", "S1")
BEFORE_DELIVERY = ("A0", "A1", "A2", "A3", "A4", "A5", "S0", "S1", "S2", "S3", "S4", "S5", "R0", "R1", "R2", "R3")
AT_STATION = ("A5", "S4", "S5", "R2", "R3")
AMEND, RELEASE, VOID, WITHDRAW = N_("Amendment"), N_("Release"), N_("Void"), N_("Withdrawal")
REDIRECT, RETURN, HOLD, BILL = N_("Redirect"), N_("Return"), N_("Shipper's hold"), N_("Bill of lading")

KINDS: tuple[Kind, ...] = (
    Kind("K06", RELEASE, N_("Release of held goods"), ("hold_shipper",), BEFORE_DELIVERY, PAPER_ITEMS, None, 1, True,
         (("hold_shipper", None),), True, rule="CHG-12"),
    Kind("K07", AMEND, N_("Consignee name"), ("consignee",), BEFORE_DELIVERY, PAPER_ITEMS, None, 1, True,
         rule="CHG-03"),
    Kind("K08", AMEND, N_("Consignee phone"), ("consignee_phone",), BEFORE_DELIVERY, PAPER_ITEMS, None, 1, True,
         rule="CHG-03"),
    Kind("K09", AMEND, N_("Delivery address in the same city"), ("address",), BEFORE_DELIVERY, PAPER_ITEMS, None,
         1, True,
         rule="CHG-03"),
    Kind("K01", AMEND, N_("Note data before the number"),
         ("consignee", "consignee_phone", "address", "destination", "cargo", "model", "pieces", "weight_g", "volume_l"),
         BEFORE_NUMBER, NOTE_ITEMS, rule="CHG-02"),
    Kind("K11", AMEND, N_("Consignee, address or payment, with a charge"),
         ("consignee", "consignee_phone", "address", "payment", "cargo", "pieces", "weight_g", "volume_l"),
         BEFORE_DELIVERY, PAPER_ITEMS, rule="CHG-15"),
    Kind("K10", REDIRECT, N_("Redirect to another buyer or city"),
         ("consignee", "consignee_phone", "address", "destination"), BEFORE_DELIVERY, PAPER_ITEMS,
         sets=(("standing", "redirected"),), rule="CHG-13"),
    Kind("K10-hold", HOLD, N_("Hold the goods"), ("hold_shipper",), BEFORE_DELIVERY, PAPER_ITEMS, rule="CHG-13"),
    Kind("K10-return", RETURN, N_("Return to the shipper"), (), AT_STATION, PAPER_ITEMS, sets=(("standing",
         "returning"),),
         rule="CHG-13"),
    Kind("K02", RELEASE, N_("Lift the hold on the note"), ("hold_shipper",), BEFORE_NUMBER, NOTE_ITEMS,
         role=None, grade=1, sets=(("hold_shipper", None),), clears_hold=True, rule="CHG-12"),
    Kind("K03", VOID, N_("Void and replace the note"), (), BEFORE_NUMBER, ("replaces", "time", "signature"),
         sets=(("standing", "void"),), rule="CHG-07"),
    Kind("K04", VOID, N_("Cancel after the split waybill"), (), ("A2", "S2"),
         ("number", "destination", "consignee", "return_to_stock"), sets=(("standing", "void"),), rule="CHG-09"),
    Kind("K05", WITHDRAW, N_("Withdraw after the master waybill"), (), ("A3", "S3"),
         ("number", "destination", "consignee", "return_to_stock", "no_refund"), sets=(("standing", "withdrawn"),),
         rule="CHG-10"),
    Kind("K12", AMEND, N_("Sea commission data"),
         ("consignee", "consignee_phone", "address", "destination", "cargo", "pieces", "weight_g", "volume_l",
         "container"),
         ("S0", "S1", "S2", "S3"), PAPER_ITEMS, rule="CHG-14"),
    Kind("K13", AMEND, N_("Shipper's name on the booking"), ("shipper",), ("S0", "S1", "S2"), PAPER_ITEMS,
         rule="CHG-16"),
    Kind("K14", BILL, N_("Back-dated or forward-dated bill of lading"), (), ("S2", "S3", "S4", "S5"), ("number",
         "content"), grade=3,
         release_officer=True, rule="CHG-17"),
    Kind("K15", BILL, N_("Advance issue of the bill of lading"), (), ("S2", "S3", "S4", "S5"), ("number",
         "content"), grade=3,
         release_officer=True, rule="CHG-18"),
    Kind("K16", BILL, N_("Document or telex-release fee waived"), (), AIR + SEA + ROAD, ("number", "content"),
         grade=4, rule="CHG-19"),
    Kind("K17", BILL, N_("Destination agent"), ("partner_id",), ("S0", "S1", "S2", "S3", "S4"), ("number",
         "content"), grade=3,
         rule="CHG-20"),
    Kind("K18", BILL, N_("Free container time"), (), SEA, ("number", "content"), rule="CHG-21"),
    Kind("K19", BILL, N_("Watch a late box on board"), (), ("S0", "S1", "S2", "S3"), ("number", "content"),
         rule="CHG-22"),
    Kind("K20", BILL, N_("Short shipment, new declaration, terminal data"), (), ("S2", "S3", "S4"), ("number",
         "content"),
         rule="CHG-23"),
    Kind("K21", AMEND, N_("Another consignee at pick-up"), ("consignee", "consignee_phone"), AT_STATION, PAPER_ITEMS,
         rule="POD-05"),
)  # fmt: skip
BY_CODE = {kind.code: kind for kind in KINDS}

PROOF_NAMES = {
    "number": N_("Waybill number"),
    "destination": N_("Destination"),
    "consignee": N_("Consignee"),
    "model": N_("Model"),
    "quantity": N_("Quantity"),
    "content": N_("What is changed"),
    "replaces": N_("Replaces the former note"),
    "time": N_("Time"),
    "signature": N_("Signature"),
    "return_to_stock": N_("Cancel shipping, return to stock"),
    "no_refund": N_("Customer confirms: freight is not refunded"),
}
FIELD_NAMES = {
    "hold_shipper": N_("Shipper's hold"),
    "consignee": N_("Consignee"),
    "consignee_phone": N_("Phone"),
    "address": N_("Delivery address"),
    "destination": N_("Destination"),
    "cargo": N_("Cargo"),
    "model": N_("Model"),
    "pieces": N_("Pieces"),
    "weight_g": N_("Weight (kg)"),
    "volume_l": N_("Volume (m³)"),
    "payment": N_("Payment"),
    "container": N_("Container"),
    "shipper": N_("Shipper"),
    "partner_id": N_("Partner"),
    "standing": N_("Standing"),
}


def impossible(kind: Kind, shipment: Shipment) -> Words | None:
    """Why a kind of change is not possible at the shipment's stage (the stage × change matrix), or None."""
    if kind.clears_hold and not shipment.hold_shipper:
        return Words(N_("The goods are not on the shipper's hold."))
    if shipment.stage in kind.stages:
        return None
    stage = AS_AIR.get(shipment.stage, shipment.stage)
    if stage == "A6":
        return Words(N_("Already delivered: nothing can be changed."))
    if kind.code in ("K03", "K04", "K05") and stage in ("A4", "A5"):
        return Words(N_("Past security: the goods cannot come back. Return or redirect from the destination instead."))
    return Words(N_("Not possible at this stage of the shipment."))


def zero_cost(kind: Kind, charge_minor: int) -> bool:
    """Whether any agent carries this change out (E-06): one of the four kinds, and no money arises (CHG-03)."""
    return kind.role is None and charge_minor == 0


def signers(kind: Kind, charge_minor: int, second_look: bool = False) -> tuple[tuple[str, int], ...]:
    """Who decides, in order, as (role, least grade): () for a zero-cost kind without a second look (D-01, D-06)."""
    if zero_cost(kind, charge_minor):
        return (("supervisor", 2),) if second_look else ()
    first = ("supervisor", kind.grade if kind.role else 2)
    return (first, ("finance", 1)) if charge_minor or kind.release_officer else (first,)
