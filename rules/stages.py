"""Stages of a shipment per mode, their names and order, and the stage that an office's status word stands for.

Rulebook 2.3 (air A0 to A6, sea S0 to S5) and D-12 (road R0 to R4).
"""

from __future__ import annotations

from datetime import datetime

from rules.words import N_, Words

MODES: dict[str, str] = {"air": N_("Air"), "sea": N_("Sea"), "road": N_("Road")}

STAGES: dict[str, dict[str, str]] = {
    "air": {
        "A0": N_("Note received"),
        "A1": N_("Being loaded out"),
        "A2": N_("House waybill issued"),
        "A3": N_("Handed to the airline"),
        "A4": N_("Past cut-off"),
        "A5": N_("Arrived"),
        "A6": N_("Signed for"),
    },
    "sea": {
        "S0": N_("Commission received"),
        "S1": N_("Booking sent"),
        "S2": N_("Booking confirmed"),
        "S3": N_("Stuffed, in the terminal"),
        "S4": N_("Sailed"),
        "S5": N_("Bill of lading handed over"),
    },
    "road": {
        "R0": N_("In the warehouse"),
        "R1": N_("Loaded on the truck"),
        "R2": N_("On the road"),
        "R3": N_("At the destination station"),
        "R4": N_("Signed for"),
    },
}
# What became of the note, beside the stage of the goods.
STANDINGS: dict[str, str] = {
    "active": N_("active"), "void": N_("void"), "withdrawn": N_("withdrawn"), "returning": N_("returning"),
    "redirected": N_("redirected"),
}  # fmt: skip
NAMES: dict[str, str] = {stage: name for stages in STAGES.values() for stage, name in stages.items()}

# What the office's own waybill system calls them. Add a word here and the import knows it.
STATUS_WORDS: dict[str, dict[str, str]] = {
    "air": {"在库": "A1", "已开单": "A2", "已交航": "A3", "已截载": "A4", "已到达": "A5", "已签收": "A6"},
    "sea": {"在库": "S2", "已开单": "S2", "已截载": "S3", "已交航": "S3", "已到达": "S4", "已签收": "S5"},
    "road": {"在库": "R0", "已开单": "R0", "已截载": "R1", "已交航": "R2", "已到达": "R3", "已签收": "R4"},
}
SAILS = ("已截载", "已交航")  # at sea these mean S4 once the departure time is past


def first(mode: str) -> str:
    """The stage in which a shipment of `mode` begins."""
    return next(iter(STAGES[mode]))


def name(stage: str) -> Words:
    """What people call a stage."""
    return Words(NAMES[stage])


def from_status(mode: str, word: str | None, departs_at: datetime | None, at: datetime) -> str:
    """The stage for a status `word` of `mode` at the moment `at`; the first one without a word.

    `departs_at` and `at` are aware. Raises KeyError for a word that STATUS_WORDS does not hold.
    """
    if word is None:
        return first(mode)
    if mode == "sea" and word in SAILS and departs_at is not None and departs_at <= at:
        return "S4"
    return STATUS_WORDS[mode][word]


def is_later(stage: str, than: str) -> bool:
    """Whether `stage` comes after `than` in the same mode; stages of two modes have no order (False)."""
    return stage[0] == than[0] and stage > than
