"""The catalogue of changes K01…K21 (rulebook 2.3): frozen, because who decides is power, not configuration (E-08).

D-01: zero-cost kinds are carried out by any agent with proof and read-back; everything else needs a supervisor of
the named grade, money also finance. What each stage allows stands in `rules/matrix.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from models import Shipment
from rules import matrix
from rules.matrix import NOTE_ITEMS, Confirm, Way
from rules.words import N_, Words


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of change. `fields` are shipment columns it may set, `extra` what it asks beyond them; `role` and `grade`
    who decides (role None: zero cost, any agent carries it out); `proof` the elements the paper must show; `charge`
    none, may arise, or who (somebody pays: a charge, or the company for its own mistake); `after` the steps that follow;
    `keeps_back` what finance can keep back (release, hold, bill; "": nothing)."""

    code: str
    stamp: str
    name: str
    fields: tuple[str, ...]
    proof: tuple[str, ...]
    role: str | None = "supervisor"
    grade: int = 2
    online: bool = False
    sets: tuple[tuple[str, str | None], ...] = ()
    clears_hold: bool = False
    keeps_back: str = ""
    release_officer: bool = False
    charge: str = "may"
    extra: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    rule: str = ""


PAPER_ITEMS = ("number", "destination", "consignee", "content")
STOCK_ITEMS = ("number", "destination", "consignee", "return_to_stock")
LEDGER_ITEMS = ("number", "content")
PARTY = ("consignee", "consignee_phone", "address")
CARGO = ("cargo", "pieces", "weight_g", "volume_l")
AMEND, RELEASE, VOID, WITHDRAW = N_("Amendment"), N_("Release"), N_("Void"), N_("Withdrawal")
REDIRECT, RETURN, HOLD, BILL = N_("Redirect"), N_("Return"), N_("Shipper's hold"), N_("Bill of lading")
NEW_NOTE, TELL_PARTNER = N_("Place the new note"), N_("Tell the destination partner")
LEDGER, DEPARTMENTS = N_("Enter it in the ledger"), N_("Send the change notice to every department concerned")

KINDS: tuple[Kind, ...] = (
    Kind("K06", RELEASE, N_("Release of held goods"), ("hold_shipper",), PAPER_ITEMS, None, 1, True,
         (("hold_shipper", None),), True, keeps_back="release", charge="none", after=(TELL_PARTNER,), rule="CHG-12"),
    Kind("K07", AMEND, N_("Consignee name"), ("consignee",), PAPER_ITEMS, None, 1, True, charge="none", rule="CHG-03"),
    Kind("K08", AMEND, N_("Consignee phone"), ("consignee_phone",), PAPER_ITEMS, None, 1, True, charge="none",
         rule="CHG-03"),
    Kind("K09", AMEND, N_("Delivery address in the same city"), ("address",), PAPER_ITEMS, None, 1, True, charge="none",
         rule="CHG-03"),
    Kind("K01", AMEND, N_("Note data before the number"), (*PARTY, "destination", "model", *CARGO), NOTE_ITEMS,
         rule="CHG-02"),
    Kind("K11", AMEND, N_("Consignee, address or payment, with a charge"), (*PARTY, "payment", *CARGO), PAPER_ITEMS,
         rule="CHG-15"),
    Kind("K10", REDIRECT, N_("Redirect to another buyer or city"), (*PARTY, "destination"), PAPER_ITEMS,
         sets=(("standing", "redirected"),), charge="who", after=(TELL_PARTNER,), rule="CHG-13"),
    Kind("K10-hold", HOLD, N_("Hold the goods"), ("hold_shipper",), PAPER_ITEMS, keeps_back="hold",
         after=(TELL_PARTNER,), rule="CHG-13"),
    Kind("K10-return", RETURN, N_("Return to the shipper"), (), PAPER_ITEMS, sets=(("standing", "returning"),),
         charge="who", after=(TELL_PARTNER,), rule="CHG-13"),
    Kind("K02", RELEASE, N_("Lift the hold on the note"), ("hold_shipper",), NOTE_ITEMS, None, 1,
         sets=(("hold_shipper", None),), clears_hold=True, keeps_back="release", charge="none", rule="CHG-12"),
    Kind("K03", VOID, N_("Void and replace the note"), (), ("replaces", "time", "signature"),
         sets=(("standing", "void"),), after=(NEW_NOTE,), rule="CHG-07"),
    Kind("K04", VOID, N_("Cancel after the split waybill"), (), STOCK_ITEMS, sets=(("standing", "void"),),
         after=(NEW_NOTE,), rule="CHG-09"),
    Kind("K05", WITHDRAW, N_("Withdraw after the master waybill"), (), (*STOCK_ITEMS, "no_refund"),
         sets=(("standing", "withdrawn"),), rule="CHG-10"),
    Kind("K12", AMEND, N_("Sea commission data"), (*PARTY, "destination", *CARGO, "container"), PAPER_ITEMS,
         after=(DEPARTMENTS,), rule="CHG-14"),
    Kind("K13", AMEND, N_("Shipper's name on the booking"), ("shipper",), PAPER_ITEMS, rule="CHG-16"),
    Kind("K14", BILL, N_("Back-dated or forward-dated bill of lading"), (), LEDGER_ITEMS, grade=3, release_officer=True,
         extra=("bl_number", "bl_date"), after=(LEDGER,), rule="CHG-17"),
    Kind("K15", BILL, N_("Advance issue of the bill of lading"), (), LEDGER_ITEMS, grade=3, release_officer=True,
         keeps_back="bill", extra=("bl_number",), after=(LEDGER,), rule="CHG-18"),
    Kind("K16", BILL, N_("Document or telex-release fee waived"), (), LEDGER_ITEMS, grade=4, extra=("fee_kind",),
         after=(LEDGER,), rule="CHG-19"),
    Kind("K17", BILL, N_("Destination agent"), ("partner_id",), LEDGER_ITEMS, grade=3, after=(LEDGER,), rule="CHG-20"),
    Kind("K18", BILL, N_("Free container time"), (), LEDGER_ITEMS, extra=("free_days",), rule="CHG-21"),
    Kind("K19", BILL, N_("Watch a late box on board"), (), LEDGER_ITEMS, extra=("box", "customs_number", "vessel"),
         rule="CHG-22"),
    Kind("K20", BILL, N_("Short shipment, new declaration, terminal data"), (), LEDGER_ITEMS, charge="path",
         extra=("path",), rule="CHG-23"),
    Kind("K21", AMEND, N_("Another consignee at pick-up"), ("consignee", "consignee_phone"), PAPER_ITEMS,
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
EXTRA_NAMES = {
    "bl_number": N_("Bill of lading"),
    "bl_date": N_("Date on the bill of lading"),
    "fee_kind": N_("Fee that is waived"),
    "free_days": N_("Free days asked for"),
    "box": N_("Container number"),
    "customs_number": N_("Customs paper number"),
    "vessel": N_("Vessel and voyage"),
    "path": N_("Which way"),
}
EXTRA_CHOICES = {
    "fee_kind": {"document": N_("Document fee"), "telex": N_("Telex-release fee")},
    "path": {"paid": N_("Short shipment, paid"), "certificate": N_("Not-loaded certificate, new declaration")},
}
WARNING = N_("A date on a bill of lading that is not true can be fraud: the signers answer for it personally.")


def writable(kind: Kind) -> tuple[str, ...]:
    """The shipment's columns whose new value a person writes: a release has none, it clears the hold whatever is sent."""
    return tuple(path for path in kind.fields if path not in dict(kind.sets))


def way(kind: Kind, shipment: Shipment) -> Way:
    """What the shipment's stage asks of this kind of change (the stage × change matrix)."""
    return matrix.way(kind.code, shipment.stage)


def proof(kind: Kind, stage: str) -> tuple[str, ...]:
    """What the written proof must show at `stage`: before the number exists, no number is asked for (CHG-02, CF-05)."""
    asked = matrix.way(kind.code, stage).proof or kind.proof
    return tuple(item for item in asked if item != "number" or stage not in matrix.UNNUMBERED)


def proof_of(case: Any) -> tuple[str, ...]:
    """What the proof of a change must show where the goods are, or were when it was carried out."""
    return proof(BY_CODE[case.code], case.stage_executed or case.shipment.stage)


def ladder(stage: str) -> Words:
    """How goods of a stage can still be called back: void, cancel, withdraw, or not any more (CHG-06 to CHG-11)."""
    ways = [matrix.way(code, stage) for code in ("K03", "K04", "K05")]
    return Words(next((found for found in ways if found.open), ways[-1]).words)


def impossible(kind: Kind, shipment: Shipment) -> Words | None:
    """Why a kind of change is not possible at the shipment's stage, or None."""
    found = way(kind, shipment)
    if not found.open:
        return Words(found.words)
    if kind.clears_hold and not shipment.hold_shipper:
        return Words(N_("The goods are not on the shipper's hold."))
    return None


def zero_cost(kind: Kind, money: bool) -> bool:
    """Whether any agent carries this change out (E-06): one of the four kinds, and no money arises (CHG-03)."""
    return kind.role is None and not money


def confirms(kind: Kind, stage: str, before: Iterable[str] = ("decision", "effect", "close")) -> tuple[Confirm, ...]:
    """The answers from inside the house or from partners that a kind needs at `stage` before one of `before`."""
    return tuple(c for c in matrix.way(kind.code, stage).confirms if c.before in before)


def signers(
    kind: Kind, stage: str, money: bool, second_look: bool = False, off_list: bool = False
) -> tuple[tuple[str, int], ...]:
    """Who decides, in order, as (role, least grade): () for a zero-cost kind without a second look (D-01, D-06).

    Finance signs whatever carries money; a waived fee is money (K16). `off_list`: a destination agent who is not on the
    published list is a company leader's choice (CHG-20, CF-08).
    """
    if zero_cost(kind, money):
        return (("supervisor", 2),) if second_look else ()
    least = max(kind.grade if kind.role else 2, matrix.way(kind.code, stage).grade, 4 if off_list else 0)
    then = (("finance", 1),) if money or kind.code == "K16" else ()
    last = (("release", 1),) if kind.release_officer else ()
    return (("supervisor", least), *then, *last)
