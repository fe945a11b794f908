"""The catalogue of changes K01…K21 against the tables of the rulebook (2.3) and its decisions D-01, D-06, D-12."""

from __future__ import annotations

import pytest

from models import Shipment
from rules.catalogue import BY_CODE, FIELD_NAMES, KINDS, PROOF_NAMES, impossible, signers, zero_cost

STAGES = ["A0", "A1", "A2", "A3", "A4", "A5", "A6", "S0", "S1", "S2", "S3", "S4", "S5", "R0", "R1", "R2", "R3", "R4"]
# Stage × change matrix: x possible, - not; road as D-12: R0, R1 like A1, R2, R3 like A5, R4 like A6.
MATRIX = """
          A0 A1 A2 A3 A4 A5 A6 | S0 S1 S2 S3 S4 S5 | R0 R1 R2 R3 R4
K01       x  x  -  -  -  -  -  | x  x  -  -  -  -  | x  x  -  -  -
K02       x  x  -  -  -  -  -  | x  x  -  -  -  -  | x  x  -  -  -
K03       x  x  -  -  -  -  -  | x  x  -  -  -  -  | x  x  -  -  -
K04       -  -  x  -  -  -  -  | -  -  x  -  -  -  | -  -  -  -  -
K05       -  -  -  x  -  -  -  | -  -  -  x  -  -  | -  -  -  -  -
K06       x  x  x  x  x  x  -  | x  x  x  x  x  x  | x  x  x  x  -
K07       x  x  x  x  x  x  -  | x  x  x  x  x  x  | x  x  x  x  -
K08       x  x  x  x  x  x  -  | x  x  x  x  x  x  | x  x  x  x  -
K09       x  x  x  x  x  x  -  | x  x  x  x  x  x  | x  x  x  x  -
K10       x  x  x  x  x  x  -  | x  x  x  x  x  x  | x  x  x  x  -
K10-hold  x  x  x  x  x  x  -  | x  x  x  x  x  x  | x  x  x  x  -
K10-return - - -  -  -  x  -  | -  -  -  -  x  x  | -  -  x  x  -
K11       x  x  x  x  x  x  -  | x  x  x  x  x  x  | x  x  x  x  -
K12       -  -  -  -  -  -  -  | x  x  x  x  -  -  | -  -  -  -  -
K13       -  -  -  -  -  -  -  | x  x  x  -  -  -  | -  -  -  -  -
K14       -  -  -  -  -  -  -  | -  -  x  x  x  x  | -  -  -  -  -
K15       -  -  -  -  -  -  -  | -  -  x  x  x  x  | -  -  -  -  -
K16       x  x  x  x  x  x  x  | x  x  x  x  x  x  | x  x  x  x  x
K17       -  -  -  -  -  -  -  | x  x  x  x  x  -  | -  -  -  -  -
K18       -  -  -  -  -  -  -  | x  x  x  x  x  x  | -  -  -  -  -
K19       -  -  -  -  -  -  -  | x  x  x  x  -  -  | -  -  -  -  -
K20       -  -  -  -  -  -  -  | -  -  x  x  x  -  | -  -  -  -  -
K21       -  -  -  -  -  x  -  | -  -  -  -  x  x  | -  -  x  x  -
"""
# Who decides without a charge: (role, least grade), in order. Empty: any agent, with proof and read-back (D-01).
DECIDES = {
    "K06": (), "K07": (), "K08": (), "K09": (),
    "K01": (("supervisor", 2),), "K02": (), "K03": (("supervisor", 2),), "K04": (("supervisor", 2),),
    "K05": (("supervisor", 2),), "K10": (("supervisor", 2),), "K10-hold": (("supervisor", 2),),
    "K10-return": (("supervisor", 2),), "K11": (("supervisor", 2),), "K12": (("supervisor", 2),), "K13": (("supervisor", 2),),
    "K14": (("supervisor", 3), ("finance", 1)), "K15": (("supervisor", 3), ("finance", 1)),
    "K16": (("supervisor", 4),), "K17": (("supervisor", 3),), "K18": (("supervisor", 2),), "K19": (("supervisor", 2),),
    "K20": (("supervisor", 2),), "K21": (("supervisor", 2),),
}  # fmt: skip
PROOF = {
    "K01": "destination consignee model quantity", "K02": "destination consignee model quantity",
    "K03": "replaces time signature", "K04": "number destination consignee return_to_stock",
    "K05": "number destination consignee return_to_stock no_refund", "K06": "number destination consignee content",
    "K07": "number destination consignee content", "K14": "number content",
}  # fmt: skip


def matrix():
    rows = [line.replace("|", " ").split() for line in MATRIX.strip().splitlines()]
    assert rows[0] == STAGES
    return {code: dict(zip(STAGES, cells, strict=True)) for code, *cells in rows[1:]}


def goods(stage, **values):
    return Shipment(stage=stage, hold_shipper="等付款", **values)


@pytest.mark.parametrize("code", BY_CODE)
def test_each_change_is_possible_exactly_at_the_stages_of_the_rulebook(code):
    possible = {stage: "x" if impossible(BY_CODE[code], goods(stage)) is None else "-" for stage in STAGES}
    assert possible == matrix()[code]


@pytest.mark.parametrize("code", BY_CODE)
def test_who_decides_a_change_without_a_charge(code):
    assert signers(BY_CODE[code], 0) == DECIDES[code]


@pytest.mark.parametrize("code", BY_CODE)
def test_money_always_brings_finance_in_after_a_supervisor(code):
    first = DECIDES[code][:1] or (("supervisor", 2),)
    assert signers(BY_CODE[code], 12_000) == (*first, ("finance", 1))


@pytest.mark.parametrize("code", BY_CODE)
def test_the_second_look_adds_a_supervisor_to_zero_cost_changes_only(code):
    assert signers(BY_CODE[code], 0, second_look=True) == (DECIDES[code] or (("supervisor", 2),))


def test_only_the_four_kinds_without_money_are_zero_cost():
    """Release (before the number K02, after it K06), consignee's name, phone, address in the same city (D-01)."""
    assert {kind.code for kind in KINDS if zero_cost(kind, 0)} == {"K02", "K06", "K07", "K08", "K09"}
    assert not any(zero_cost(kind, 1) for kind in KINDS)


@pytest.mark.parametrize("code", PROOF)
def test_what_the_proof_must_show(code):
    assert BY_CODE[code].proof == tuple(PROOF[code].split())


def test_the_catalogue_is_whole():
    assert set(DECIDES) == set(matrix()) == set(BY_CODE)
    assert {code.partition("-")[0] for code in BY_CODE} == {f"K{n:02}" for n in range(1, 22)}
    assert {path for kind in KINDS for path in kind.fields} | {path for kind in KINDS for path, _ in kind.sets} <= set(
        FIELD_NAMES
    )
    assert all(hasattr(Shipment, path) for path in FIELD_NAMES)
    assert {item for kind in KINDS for item in kind.proof} == set(PROOF_NAMES)


PAST_SECURITY = "Past security: the goods cannot come back. Return or redirect from the destination instead."
DELIVERED = "Already delivered: nothing can be changed."
NOT_NOW = "Not possible at this stage of the shipment."


@pytest.mark.parametrize(
    ("code", "stage", "why"),
    [
        ("K03", "A2", NOT_NOW), ("K04", "A3", NOT_NOW), ("K05", "A2", NOT_NOW), ("K01", "A2", NOT_NOW), ("K13", "S3", NOT_NOW),
        ("K03", "A4", PAST_SECURITY), ("K04", "A4", PAST_SECURITY), ("K05", "A4", PAST_SECURITY), ("K05", "A5", PAST_SECURITY),
        ("K07", "A6", DELIVERED), ("K05", "A6", DELIVERED), ("K06", "R4", DELIVERED), ("K10", "A6", DELIVERED),
        ("K12", "A2", NOT_NOW), ("K14", "S1", NOT_NOW), ("K10-return", "A3", NOT_NOW),
    ],
)  # fmt: skip
def test_a_change_that_is_impossible_says_why(code, stage, why):
    assert impossible(BY_CODE[code], goods(stage)).msgid == why


@pytest.mark.parametrize("code", ["K02", "K06"])
def test_goods_that_are_not_on_hold_cannot_be_released(code):
    assert impossible(BY_CODE[code], Shipment(stage="A1")).msgid == "The goods are not on the shipper's hold."
    assert impossible(BY_CODE[code], Shipment(stage="A1", hold_service="错发", hold_finance="欠款")) is not None


def test_the_catalogue_cannot_be_changed_while_the_desk_runs():
    with pytest.raises(AttributeError):
        BY_CODE["K14"].grade = 1
