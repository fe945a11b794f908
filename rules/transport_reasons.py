"""What can happen to a flight, ship or truck, as data: the reason codes of rulebook 2.5, what each asks, what customers read.

The cause in a notice is that of the stored code and no other: no sentence here states an untrue or vaguer one (CF-15).
"""

from __future__ import annotations

from dataclasses import dataclass

from rules.words import N_

# Every field that a kind may ask, in the order of the form.
ASKED = ("new_vehicle", "place", "note", "departs_at", "arrives_at", "delivery")


@dataclass(frozen=True, slots=True)
class Happening:
    """A kind of event with its reasons. `opening` begins the notice; `asks` names the fields of its form with their labels,
    `needs` those that cannot be empty, `told` the sentence for each field that is filled and `lacking` for one that is not yet;
    `closing` ends the notice. `again`: a second notice stays open (EXC-05, EXC-06)."""

    mode: str
    name: str
    opening: str
    asks: dict[str, str]
    closing: str
    needs: tuple[str, ...] = ()
    told: tuple[tuple[str, str], ...] = ()
    lacking: tuple[tuple[str, str], ...] = ()
    again: bool = False
    reasons: tuple[tuple[str, str], ...] = ()
    ends: str | None = None
    after: bool = False  # found out when the goods had arrived
    moves: tuple[str, ...] = ("new_vehicle", "departs_at", "arrives_at")  # what may be taken over into the shipments

    @property
    def open_until(self) -> tuple[str, ...]:
        """The fields without which the customer has to be told again."""
        return tuple(name for name, _sentence in self.lacking)


ARRIVES, DELIVERY = N_("It is expected to arrive %(arrives_at)s."), N_("Delivery is planned for %(delivery)s.")
SORRY = N_("We are sorry for the trouble.")
CONSIGNEE = N_("We are sorry for the trouble. Please tell us whether we shall inform the consignee.")
NEXT_FLIGHT = {
    "new_vehicle": N_("New flight"), "departs_at": N_("Leaves at"), "arrives_at": N_("Expected arrival"),
    "delivery": N_("Delivery"),
}  # fmt: skip
NEXT_SAILING = {
    "new_vehicle": N_("Next vessel and voyage"), "departs_at": N_("Leaves at"), "arrives_at": N_("Expected arrival"),
}  # fmt: skip
REBOOKED = (
    ("new_vehicle", N_("They are now booked on %(new_vehicle)s.")),
    ("departs_at", N_("It leaves %(departs_at)s.")),
    ("arrives_at", ARRIVES),
    ("delivery", DELIVERY),
)

HAPPENINGS: dict[str, Happening] = {
    "AIR-OFF": Happening(
        "air", N_("Offloaded"), N_("Your goods %(numbers)s were taken off flight %(vehicle)s of %(day)s. Reason: %(cause)s."),
        NEXT_FLIGHT, CONSIGNEE, told=REBOOKED,
        lacking=(("new_vehicle", N_("We are arranging the next flight and tell you as soon as it is booked.")),),
        reasons=(
            ("AIR-OFF-1", N_("the flight had reached its load limit")),
            ("AIR-OFF-2", N_("more passengers and bags than forecast")),
            ("AIR-OFF-3", N_("extra fuel because of the weather left less room for cargo")),
            ("AIR-OFF-4", N_("a smaller aircraft came")),
            ("AIR-OFF-5", N_("fewer flights in the off-season, so there was no room")),
        ), ends="AIR-OFF-END",
    ),
    "AIR-OFF-END": Happening(
        "air", N_("Booked on another flight"),
        N_("News of your goods %(numbers)s, which were taken off flight %(vehicle)s of %(day)s."),
        NEXT_FLIGHT, SORRY, needs=("new_vehicle",), told=REBOOKED,
    ),
    "AIR-DLY": Happening(
        "air", N_("Flight delayed"),
        N_("Flight %(vehicle)s of %(day)s with your goods %(numbers)s has not left yet. Reason: %(cause)s."),
        {"departs_at": N_("New departure"), "arrives_at": N_("Expected arrival")},
        N_("We tell you again as soon as it has taken off."),
        told=(("departs_at", N_("It is now to leave %(departs_at)s.")), ("arrives_at", ARRIVES)), again=True,
        reasons=(
            ("AIR-DLY-1", N_("the weather at the place of departure or destination")),
            ("AIR-DLY-2", N_("air traffic control limits the flow")),
            ("AIR-DLY-3", N_("the aircraft came in late")),
            ("AIR-DLY-4", N_("the weather at the stop-over")),
        ), ends="AIR-DLY-END",
    ),
    "AIR-DLY-END": Happening(
        "air", N_("Taken off"), N_("Flight %(vehicle)s of %(day)s with your goods %(numbers)s has taken off."),
        {"departs_at": N_("Taken off at"), "arrives_at": N_("Expected arrival"), "delivery": N_("Delivery")}, SORRY,
        told=(("departs_at", N_("It left %(departs_at)s.")), ("arrives_at", ARRIVES), ("delivery", DELIVERY)),
    ),
    "AIR-DIV": Happening(
        "air", N_("Diverted"),
        N_("Flight %(vehicle)s of %(day)s with your goods %(numbers)s could not land as planned. Reason: %(cause)s."),
        {"place": N_("Landed at"), "arrives_at": N_("Expected arrival")}, N_("You hear from us at once when there is news."),
        needs=("place",),
        told=(("place", N_("It waits at %(place)s until things get better.")), ("arrives_at", ARRIVES)), again=True,
        reasons=(("AIR-DIV", N_("the airport was closed, or the weather did not allow landing")),), ends="AIR-DIV-END",
    ),
    "AIR-DIV-END": Happening(
        "air", N_("Landed"),
        N_("Flight %(vehicle)s of %(day)s with your goods %(numbers)s, which had been diverted, has landed."),
        {"arrives_at": N_("Landed at the destination"), "delivery": N_("Delivery")}, SORRY, needs=("arrives_at",),
        told=(("arrives_at", N_("It landed at its destination %(arrives_at)s.")), ("delivery", DELIVERY)),
    ),
    "AIR-IRR": Happening(
        "air", N_("Irregularity at pick-up"),
        N_("When your goods %(numbers)s of flight %(vehicle)s of %(day)s were picked up, something was not right: %(cause)s."),
        {"note": N_("What was found")},
        N_("The airport asks for the packing list; please send it to us. What the inspection finds we tell you at once."),
        told=(("note", N_("Found so far: %(note)s.")),), again=True,
        reasons=(("AIR-IRR-1", N_("a label had come off")), ("AIR-IRR-2", N_("a box had lost its shape"))),
        ends="AIR-IRR-END", after=True,
    ),
    "AIR-IRR-END": Happening(
        "air", N_("Inspected"), N_("Your goods %(numbers)s of flight %(vehicle)s of %(day)s have been inspected."),
        {"note": N_("What was found"), "delivery": N_("Delivery")}, SORRY, needs=("note",),
        told=(("note", N_("The finding: %(note)s.")), ("delivery", DELIVERY)),
    ),
    "AIR-SHORT": Happening(
        "air", N_("Pieces missing"),
        N_("The joint inspection of your goods %(numbers)s of flight %(vehicle)s of %(day)s found pieces missing."),
        {"note": N_("How many pieces are missing")},
        N_("Please have the papers for the claim ready; the claims desk takes them, and we keep you informed."),
        needs=("note",), told=(("note", N_("Missing: %(note)s.")),),
        reasons=(("AIR-SHORT", N_("found short at the joint inspection")),), after=True,
    ),
    "ROAD-DLY": Happening(
        "road", N_("Truck delayed"),
        N_("Truck %(vehicle)s of %(day)s with your goods %(numbers)s is delayed. Reason: %(cause)s."),
        {"place": N_("Where the truck is now"), "arrives_at": N_("Expected arrival")},
        N_("We tell you the final time as soon as we know it."), needs=("place",),
        told=(("place", N_("It is now at %(place)s.")), ("arrives_at", ARRIVES)), again=True,
        reasons=(("ROAD-DLY-1", N_("a traffic jam")), ("ROAD-DLY-2", N_("the truck broke down"))), ends="ROAD-DLY-END",
    ),
    "ROAD-DLY-END": Happening(
        "road", N_("On the way again"), N_("Truck %(vehicle)s of %(day)s with your goods %(numbers)s is on its way again."),
        {"arrives_at": N_("Final arrival"), "delivery": N_("Delivery")}, SORRY, needs=("arrives_at",),
        told=(("arrives_at", N_("It arrives %(arrives_at)s.")), ("delivery", DELIVERY)),
    ),
    "CB-INSP": Happening(
        "road", N_("Customs inspects the truck"),
        N_("Customs is inspecting truck %(vehicle)s of %(day)s with your goods %(numbers)s."),
        {"departs_at": N_("Inspection to end"), "arrives_at": N_("Arrival after it")},
        N_("We tell you as soon as the inspection is over."),
        told=(("departs_at", N_("The inspection is expected to end %(departs_at)s.")),
              ("arrives_at", N_("After it the truck is expected to arrive %(arrives_at)s."))), again=True,
        reasons=(("CB-INSP", N_("the customs chose the truck for inspection")),), ends="CB-INSP-END", moves=("arrives_at",),
    ),
    "CB-INSP-END": Happening(
        "road", N_("Inspection over"), N_("Customs has released truck %(vehicle)s of %(day)s with your goods %(numbers)s."),
        {"arrives_at": N_("Expected arrival"), "delivery": N_("Delivery")}, SORRY,
        told=(("arrives_at", ARRIVES), ("delivery", DELIVERY)),
    ),
    "SEA-ROLL": Happening(
        "sea", N_("Rolled"),
        N_("The carrier rolled your goods %(numbers)s from %(vehicle)s of %(day)s to a later sailing. Reason: %(cause)s."),
        NEXT_SAILING, SORRY, told=REBOOKED[:3],
        lacking=(("new_vehicle", N_("We are asking the carrier for the next sailing and tell you as soon as it is fixed.")),),
        reasons=(
            ("SEA-ROLL-1", N_("the booking was made late")),
            ("SEA-ROLL-2", N_("boxes left over from other ports filled the ship")),
            ("SEA-ROLL-3", N_("the carrier shipped a large lot of its own")),
        ), ends="SEA-ROLL-END",
    ),
    "SEA-ROLL-END": Happening(
        "sea", N_("Next sailing fixed"), N_("News of your goods %(numbers)s, which were rolled from %(vehicle)s of %(day)s."),
        NEXT_SAILING, SORRY, needs=("new_vehicle",), told=REBOOKED[:3],
    ),
    "SEA-RATE": Happening(
        "sea", N_("Sudden surcharge"),
        N_("The carrier of %(vehicle)s of %(day)s has announced a surcharge that concerns your goods %(numbers)s."),
        {"note": N_("The carrier's notice in one line")},
        N_("We are asking the carrier for an exemption and look for other ways to ship; tell us which you would want."),
        needs=("note",), told=(("note", N_("The notice says: %(note)s.")),),
        reasons=(("SEA-RATE", N_("the carrier's sudden surcharge")),),
    ),
    "SEA-LATE": Happening(
        "sea", N_("Box not on board"),
        N_("Your goods %(numbers)s are not on board %(vehicle)s of %(day)s. Reason: %(cause)s."),
        {"note": N_("What the terminal says")},
        N_("They can go as a short shipment against payment, or be declared anew; please tell us which you want."),
        told=(("note", N_("The terminal says: %(note)s.")),),
        reasons=(("SEA-LATE-1", N_("customs inspected the box")), ("SEA-LATE-2", N_("the box reached the terminal late"))),
    ),
}  # fmt: skip
_OF = {code: family for family, what in HAPPENINGS.items() for code, _cause in what.reasons}
CODES: dict[str, str] = {**_OF, **{what.ends: what.ends for what in HAPPENINGS.values() if what.ends}}
CAUSES: dict[str, str] = {code: cause for what in HAPPENINGS.values() for code, cause in what.reasons}
# The same reasons for a complaint about a flight: it names the true one (CMP-15, CF-15).
AIR_OPTIONS: tuple[tuple[str, str], ...] = tuple((code, CAUSES[code]) for code in CAUSES if code.startswith("AIR-"))


def happening(code: str) -> Happening:
    """The kind of event of a reason code; KeyError for a code that is none."""
    return HAPPENINGS[CODES[code]]


def choices(mode: str | None = None) -> list[tuple[str, str, str]]:
    """Reasons that an event may begin with: (mode, code, kind of event), of one mode or of all."""
    return [
        (HAPPENINGS[f].mode, code, HAPPENINGS[f].name) for code, f in _OF.items() if mode in (None, HAPPENINGS[f].mode)
    ]


def following(code: str) -> list[str]:
    """Codes that a second notice after `code` may have: how it ended first, then whatever else may have come of it."""
    what = happening(code)
    return [*([what.ends] if what.ends else []), *(c for _mode, c, _name in choices(what.mode))]
