"""The catalogue of changes K01…K21 against the tables of the rulebook (2.3) and its decisions D-01, D-06, D-12."""

from __future__ import annotations

import pytest

from models import Shipment
from rules.catalogue import BY_CODE, FIELD_NAMES, KINDS, PROOF_NAMES, impossible, ladder, signers, way, zero_cost

STAGES = ["A0", "A1", "A2", "A3", "A4", "A5", "A6", "S0", "S1", "S2", "S3", "S4", "S5", "R0", "R1", "R2", "R3", "R4"]
# Stage × change matrix: x possible, - not; road as D-12: R0, R1 like A1, R2, R3 like A5, R4 like A6.
MATRIX = """
          A0 A1 A2 A3 A4 A5 A6 | S0 S1 S2 S3 S4 S5 | R0 R1 R2 R3 R4
K01       x  x  -  -  -  -  -  | -  -  -  -  -  -  | x  x  -  -  -
K02       x  x  -  -  -  -  -  | x  x  -  -  -  -  | x  x  -  -  -
K03       x  x  -  -  -  -  -  | x  x  -  -  -  -  | x  x  -  -  -
K04       -  -  x  -  -  -  -  | -  -  x  -  -  -  | -  -  -  -  -
K05       -  -  -  x  -  -  -  | -  -  -  x  -  -  | -  -  -  -  -
K06       -  -  x  x  x  x  -  | -  -  x  x  x  x  | -  -  x  x  -
K07       x  x  x  x  x  x  -  | -  -  -  -  -  -  | x  x  x  x  -
K08       x  x  x  x  x  x  -  | -  -  -  -  -  -  | x  x  x  x  -
K09       x  x  x  x  x  x  -  | -  -  -  -  -  -  | x  x  x  x  -
K10       -  -  x  x  x  x  x  | -  -  -  -  x  x  | -  -  x  x  x
K10-hold  x  x  x  x  x  x  -  | x  x  x  x  x  x  | x  x  x  x  -
K10-return - - -  -  x  x  x  | -  -  -  -  x  x  | -  -  x  x  x
K11       x  x  x  x  x  x  -  | -  -  -  -  -  -  | x  x  x  x  -
K12       -  -  -  -  -  -  -  | x  x  x  x  x  x  | -  -  -  -  -
K13       -  -  -  -  -  -  -  | x  x  x  x  x  x  | -  -  -  -  -
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
    "K14": (("supervisor", 3), ("release", 1)), "K15": (("supervisor", 3), ("release", 1)),
    "K16": (("supervisor", 4), ("finance", 1)), "K17": (("supervisor", 3),), "K18": (("supervisor", 2),),
    "K19": (("supervisor", 2),), "K20": (("supervisor", 2),), "K21": (("supervisor", 2),),
}  # fmt: skip
HIGHER = {("K13", "S3"): 4, ("K13", "S4"): 4, ("K13", "S5"): 4}  # where the stage asks a company leader
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
@pytest.mark.rule("CHG-06", "CHG-11")
def test_each_change_is_possible_exactly_at_the_stages_of_the_rulebook(code):
    possible = {stage: "x" if impossible(BY_CODE[code], goods(stage)) is None else "-" for stage in STAGES}
    assert possible == matrix()[code]


def stages_of(code):
    """Stages at which a kind is possible."""
    return [stage for stage in STAGES if matrix()[code][stage] == "x"]


def decides(code, stage):
    """Who decides a kind without a charge at a stage."""
    return tuple((role, HIGHER.get((code, stage), grade)) for role, grade in DECIDES[code])


@pytest.mark.parametrize("code", BY_CODE)
@pytest.mark.rule("CHG-17", "CHG-18", "CHG-19", "CHG-20")
def test_who_decides_a_change_without_a_charge(code):
    for stage in stages_of(code):
        assert signers(BY_CODE[code], stage, False) == decides(code, stage), stage


@pytest.mark.parametrize("code", BY_CODE)
@pytest.mark.rule("CHG-15")
def test_money_always_brings_finance_in_after_a_supervisor_and_before_the_release_officer(code):
    for stage in stages_of(code):
        first, *later = decides(code, stage) or (("supervisor", 2),)
        last = [step for step in later if step[0] == "release"]
        assert signers(BY_CODE[code], stage, True) == (first, ("finance", 1), *last), stage


@pytest.mark.parametrize("code", BY_CODE)
def test_the_second_look_adds_a_supervisor_to_zero_cost_changes_only(code):
    for stage in stages_of(code):
        should = decides(code, stage) or (("supervisor", 2),)
        assert signers(BY_CODE[code], stage, False, second_look=True) == should, stage


@pytest.mark.rule("CHG-20")
def test_a_destination_agent_off_the_published_list_is_a_company_leaders_choice():
    assert signers(BY_CODE["K17"], "S2", False) == (("supervisor", 3),)
    assert signers(BY_CODE["K17"], "S2", False, off_list=True) == (("supervisor", 4),)


@pytest.mark.rule("CHG-03")
def test_only_the_four_kinds_without_money_are_zero_cost():
    """Release (before the number K02, after it K06), consignee's name, phone, address in the same city (D-01)."""
    assert {kind.code for kind in KINDS if zero_cost(kind, False)} == {"K02", "K06", "K07", "K08", "K09"}
    assert not any(zero_cost(kind, True) for kind in KINDS)


@pytest.mark.parametrize("code", PROOF)
@pytest.mark.rule("CHG-02", "CHG-07", "CHG-09")
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
LEFT = "The goods have left: they cannot come back. Return or redirect from the destination instead."
SAILED = "The goods have left: they cannot come back. Return or redirect from the destination instead."
DELIVERED = "Already delivered: nothing can be changed."
ONLY_ANEW = "Already delivered: only a return or redirection as a new transport is possible."
NUMBERED = "The waybill number exists: change the consignee, phone or address alone, or in writing."
NO_NUMBER = "There is no waybill number yet: lift the hold on the note."
AT_SEA = "At sea this is a change of the commission."
ONLY_SEA = "Only for sea shipments."
# kind, stage, the sentence that says why not, and the kinds that are possible instead (CHG-11)
WHY_NOT = [
    ("K01", "A2", NUMBERED, "K07 K08 K09 K11 K10"),
    ("K01", "S0", AT_SEA, "K12"),
    ("K02", "A2", "The waybill number exists: ask for the release instead.", "K06"),
    ("K06", "A1", NO_NUMBER, "K02"),
    ("K06", "R1", NO_NUMBER, "K02"),
    ("K03", "A2", "The split waybill exists: cancel it with return to stock.", "K04"),
    ("K03", "A3", "The master waybill exists: only a withdrawal is possible, and freight is not refunded.", "K05"),
    ("K04", "A1", "There is no such waybill yet: void and replace the note instead.", "K03"),
    ("K04", "A3", "The master waybill exists: only a withdrawal is possible, and freight is not refunded.", "K05"),
    ("K05", "A2", "The goods are not handed to the airline yet: cancel the split waybill.", "K04"),
    ("K03", "A4", PAST_SECURITY, "K10-return K10"),
    ("K04", "A4", PAST_SECURITY, "K10-return K10"),
    ("K05", "A4", PAST_SECURITY, "K10-return K10"),
    ("K05", "A5", PAST_SECURITY, "K10-return K10"),
    ("K05", "S4", LEFT, "K10-return K10"),
    ("K05", "A6", ONLY_ANEW, "K10-return K10"),
    ("K07", "A6", DELIVERED, ""),
    ("K06", "R4", DELIVERED, ""),
    ("K11", "A6", DELIVERED, ""),
    ("K10", "A1", "The goods have not left yet: amend the note instead.", "K01"),
    ("K10-return", "A0", "The goods have not left yet: void and replace the note instead.", "K03"),
    ("K10-return", "A2", "The split waybill exists: cancel it with return to stock.", "K04"),
    (
        "K10-return",
        "A3",
        "The master waybill exists: only a withdrawal is possible, and freight is not refunded.",
        "K05",
    ),
    ("K07", "S0", AT_SEA, "K12"),
    ("K11", "S5", AT_SEA, "K12"),
    ("K12", "A2", ONLY_SEA, ""),
    ("K14", "R2", ONLY_SEA, ""),
    ("K14", "S1", "Before the booking is confirmed there is no bill of lading.", ""),
    ("K19", "S4", "Too late: the ship has sailed.", ""),
    ("K21", "A4", "Only for goods that wait at the destination.", ""),
]


@pytest.mark.parametrize(("code", "stage", "why", "instead"), WHY_NOT)
@pytest.mark.rule("CHG-11")
def test_a_change_that_is_impossible_says_why_and_what_is_possible_instead(code, stage, why, instead):
    assert impossible(BY_CODE[code], goods(stage)).msgid == why
    assert way(BY_CODE[code], goods(stage)).instead == tuple(instead.split())


@pytest.mark.parametrize("code", BY_CODE)
def test_what_is_named_instead_is_possible_at_that_stage(code):
    for stage in set(STAGES) - set(stages_of(code)):
        for other in way(BY_CODE[code], goods(stage)).instead:
            assert matrix()[other][stage] == "x", (stage, other)


@pytest.mark.parametrize(("code", "stage"), [("K02", "A1"), ("K02", "S0"), ("K06", "A5"), ("K06", "S3"), ("K06", "R2")])
def test_goods_that_are_not_on_hold_cannot_be_released(code, stage):
    assert impossible(BY_CODE[code], Shipment(stage=stage)).msgid == "The goods are not on the shipper's hold."
    assert impossible(BY_CODE[code], Shipment(stage=stage, hold_service="错发", hold_finance="欠款")) is not None


@pytest.mark.parametrize(
    ("stage", "said"),
    [
        ("A0", "New note that says it replaces the former one, with time and signature."),
        ("A1", "As before the loading sheet; the clerks group voids the sheet and the warehouse takes the goods back."),
        ("A2", "Proof with the waybill number and the order to return to stock; then a new note."),
        ("A3", "The dispatcher says whether the goods can still come back; freight is not refunded, and the customer "
               "confirms in writing."),
        ("A4", PAST_SECURITY), ("A5", PAST_SECURITY), ("A6", ONLY_ANEW),
    ],
)  # fmt: skip
@pytest.mark.rule("CHG-06")
def test_the_ladder_says_how_goods_of_a_stage_are_still_called_back(stage, said):
    assert ladder(stage).msgid == said


@pytest.mark.parametrize(("code", "stage"), [("K10", "A6"), ("K10-return", "A6"), ("K10", "R4"), ("K19", "S2")])
@pytest.mark.rule("CHG-22")
def test_a_new_transport_after_delivery_and_a_watched_box_are_always_charged(code, stage):
    assert way(BY_CODE[code], goods(stage)).charged
    assert not way(BY_CODE["K10"], goods("A5")).charged


def test_the_catalogue_cannot_be_changed_while_the_desk_runs():
    with pytest.raises(AttributeError):
        BY_CODE["K14"].grade = 1
