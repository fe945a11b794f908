"""What a customer is told about his goods, from what is known of them and from nothing else (SHP-16, SHP-19, SHP-20).

Pure functions. A time is told only where somebody reported or planned it, or where a figure of the office follows from
it; what nobody knows is said as not known yet. Plans whose hour has passed unconfirmed are told as such.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from rules import stages, telling
from rules.shipment_forms import STAGE_SOURCES
from rules.words import N_, Words

PICKUP, WINDOW = "air.pickup_after_landing", "air.delivery_window"
_WINDOW = re.compile(r"([01]\d|2[0-3]):([0-5]\d)\s*[-–]\s*(([01]\d|2[0-3]):[0-5]\d)")

# Where the goods are, by stage. Past the cut-off of a flight (A4) nobody has reported that it left: a plan is all we have.
BEFORE, PLANNED, MOVING, THERE, DONE = "before", "planned", "moving", "there", "done"
PHASES = {
    "A0": BEFORE, "A1": BEFORE, "A2": BEFORE, "A3": BEFORE, "A4": PLANNED, "A5": THERE, "A6": DONE,
    "S0": BEFORE, "S1": BEFORE, "S2": BEFORE, "S3": BEFORE, "S4": MOVING, "S5": MOVING,
    "R0": BEFORE, "R1": BEFORE, "R2": MOVING, "R3": THERE, "R4": DONE,
}  # fmt: skip
AIR = {
    "vehicle": N_("Flight %(vehicle)s."), "no_vehicle": N_("The flight is not known yet."),
    "leaves": N_("Take-off is planned for %(at)s."),
    "unconfirmed": N_("Take-off was planned for %(at)s; it is not confirmed yet."),
    "no_departure": N_("The take-off time is not known yet."),
    "comes": N_("Landing is expected at %(at)s."), "overdue": N_("Landing was due at %(at)s; it is not confirmed yet."),
    "no_arrival": N_("The landing time is not known yet."),
    "came": N_("The goods landed at %(at)s."),
    "came_sometime": N_("The goods have landed; the exact time is not known yet."),
}  # fmt: skip
SEA = {
    "vehicle": N_("Vessel %(vehicle)s."), "no_vehicle": N_("The vessel is not known yet."),
    "leaves": N_("Sailing is planned for %(at)s."),
    "unconfirmed": N_("Sailing was planned for %(at)s; it is not confirmed yet."),
    "no_departure": N_("The sailing time is not known yet."),
    "left": N_("The vessel sailed at %(at)s."), "left_sometime": N_("The vessel has sailed; the exact time is not known yet."),
    "comes": N_("Arrival in the port is expected at %(at)s."),
    "overdue": N_("Arrival in the port was due at %(at)s; it is not confirmed yet."),
    "no_arrival": N_("The arrival in the port is not known yet."),
    "handing": N_("When the goods can be fetched is not known yet; we ask the agent at the port."),
}  # fmt: skip
ROAD = {
    "vehicle": N_("Truck %(vehicle)s."), "no_vehicle": N_("The truck is not known yet."),
    "leaves": N_("The truck is planned to leave at %(at)s."),
    "unconfirmed": N_("The truck was planned to leave at %(at)s; it is not confirmed yet."),
    "no_departure": N_("When the truck leaves is not known yet."),
    "left": N_("The truck left at %(at)s."), "left_sometime": N_("The truck is on its way; when it left is not known yet."),
    "comes": N_("It is expected at the destination station at %(at)s."),
    "overdue": N_("It was due at the destination station at %(at)s; that is not confirmed yet."),
    "no_arrival": N_("When it reaches the destination station is not known yet."),
    "came": N_("The goods reached the destination station at %(at)s."),
    "came_sometime": N_("The goods are at the destination station; since when is not known yet."),
    "handing": N_("The hour of delivery is not known yet; we ask the destination station."),
}  # fmt: skip
SAYS = {"air": AIR, "sea": SEA, "road": ROAD}
SIGNED, SIGNED_SOMETIME = (
    N_("They were signed for at %(at)s."),
    N_("They have been signed for; the hour is not known yet."),
)
STANDINGS = {
    "void": N_("The note is void; nothing is under way."), "withdrawn": N_("The goods have been withdrawn by the shipper."),
    "returning": N_("The goods are on their way back to the shipper."),
    "redirected": N_("The goods have been redirected; they go on under another waybill."),
}  # fmt: skip
ON_ORDER = N_("The goods are kept back on the shipper's order and are handed over when the shipper lifts it.")
KEPT = N_("The goods are kept back at the moment; we tell you as soon as they can go.")
PICK_UP, PICK_UP_NOW = N_("They can be picked up from %(at)s."), N_("They can be picked up now.")
PICK_UP_AFTER = N_("They can be picked up %(time)s after landing; we name the hour as soon as the landing is known.")
DELIVERY = N_("Delivered to the door: between %(at)s and %(until)s.")
DELIVERY_HOURS = N_("Delivered to the door: %(window)s.")
PROGRESS = {"scanning": N_("Being scanned"), "weighing": N_("Being weighed"), "billing": N_("Being billed")}
NO_NUMBER = {
    "scanning": N_("The waybill number is not issued yet: the goods are being scanned."),
    "weighing": N_("The waybill number is not issued yet: the goods are being weighed."),
    "billing": N_("The waybill number is not issued yet: the waybill is being made out."),
    None: N_("The waybill number is not issued yet."),
}


@dataclass(frozen=True, slots=True)
class Known:
    """What the office promises about air freight, and the clock of its zone."""

    pickup_minutes: int = 120
    window: str = "18:00-19:00"
    zone: str = "Asia/Shanghai"


def answer(s: Any, at: datetime, known: Known = Known()) -> tuple[Words, ...]:
    """The sentences that answer a question about the shipment `s` at the moment `at`, in order (SHP-16)."""
    says, phase = SAYS[s.mode], PHASES[s.stage]
    said = [_opening(s, phase)]
    if s.standing != "active":
        return (*said, Words(STANDINGS[s.standing]))
    if phase == DONE:
        return (*said, Words(SIGNED, at=s.stage_at) if _reported(s) else Words(SIGNED_SOMETIME))
    if phase != THERE:
        said += [_vehicle(s, says), *_departure(s, at, says, phase)]
    said.append(_arrival(s, at, says, phase))
    kept = _kept(s)
    return (*said, *(kept or _handing(s, at, says, phase, known)))


def text(sentences: Sequence[Words]) -> Words:
    """Sentences as one text."""
    found = sentences[0]
    for sentence in sentences[1:]:
        found = Words(N_("%(sentences)s %(sentence)s"), sentences=found, sentence=sentence)
    return found


def partner_question(s: Any, zone: str = "Asia/Shanghai") -> Words:
    """What a question to a partner about a shipment begins with: number, date and flight (SHP-20)."""
    number = _number(s)
    day = s.departs_at.astimezone(ZoneInfo(zone)).date() if s.departs_at else None
    return text((
        Words(N_("Waybill %(number)s."), number=number) if number else Words(N_("No waybill number yet.")),
        Words(N_("Date %(day)s."), day=telling.day(day, day)) if day else Words(N_("The date is not known yet.")),
        _vehicle(s, SAYS[s.mode]),
    ))  # fmt: skip


# ------------------------------------------------------------------------------------------ parts of the answer


def _opening(s: Any, phase: str) -> Words:
    lane, stage = f"{s.origin or '?'} → {s.destination or '?'}", stages.name(s.stage)
    if s.number is None:
        where = Words(N_("Goods %(lane)s: %(stage)s."), lane=lane, stage=stage)
        return text((where, Words(NO_NUMBER[s.progress if s.progress in PROGRESS else None])))
    if phase in (THERE, DONE):  # the next sentence says as much
        return Words(N_("Waybill %(number)s, %(lane)s."), number=_number(s), lane=lane)
    return Words(N_("Waybill %(number)s, %(lane)s: %(stage)s."), number=_number(s), lane=lane, stage=stage)


def _number(s: Any) -> str | None:
    found: str | None = s.number or s.master or s.container or s.booking
    return found


def _vehicle(s: Any, says: dict[str, str]) -> Words:
    return Words(says["vehicle"], vehicle=s.vehicle) if s.vehicle else Words(says["no_vehicle"])


def _departure(s: Any, at: datetime, says: dict[str, str], phase: str) -> list[Words]:
    if phase == MOVING:
        past = s.departs_at is not None and s.departs_at <= at
        return [Words(says["left"], at=s.departs_at) if past else Words(says["left_sometime"])]
    if s.departs_at is None:
        return [Words(says["no_departure"])]
    return [Words(says["unconfirmed" if phase == BEFORE and s.departs_at <= at else "leaves"], at=s.departs_at)]


def _arrival(s: Any, at: datetime, says: dict[str, str], phase: str) -> Words:
    if phase == THERE:
        came = _came_at(s, at)
        return Words(says["came"], at=came) if came else Words(says["came_sometime"])
    if s.arrives_at is None:
        return Words(says["no_arrival"])
    return Words(says["overdue" if s.arrives_at <= at else "comes"], at=s.arrives_at)


def _came_at(s: Any, at: datetime) -> datetime | None:
    """When goods that are there came: as somebody reported it, else the time in the file once it has passed."""
    if _reported(s):
        return s.stage_at  # type: ignore[no-any-return]
    return s.arrives_at if s.arrives_at is not None and s.arrives_at <= at else None


def _reported(s: Any) -> bool:
    """Whether the hour of the stage is what somebody reported, not merely when a file was read."""
    return s.stage_source in STAGE_SOURCES


def _kept(s: Any) -> list[Words]:
    """Why the goods are not handed over; the reasons of finance are nobody else's business."""
    owner = s.customer if s.freed_at is None else None
    stopped = owner is not None and (owner.stopped_at is not None or owner.documents_held)
    found = [Words(ON_ORDER)] if s.hold_shipper else []
    return found + ([Words(KEPT)] if s.hold_service or s.hold_finance or stopped else [])


def _handing(s: Any, at: datetime, says: dict[str, str], phase: str, known: Known) -> list[Words]:
    """Pick-up and delivery: of air freight they follow from the landing, of others nobody knows them (SHP-16)."""
    if s.mode != "air":
        return [Words(says["handing"])]
    landing = _came_at(s, at) if phase == THERE else s.arrives_at
    unsure = phase != THERE and (landing is None or landing <= at)
    if landing is None or unsure:
        return [Words(PICK_UP_AFTER, time=_long(known.pickup_minutes))]
    ready = landing + timedelta(minutes=known.pickup_minutes)
    pick_up = Words(PICK_UP_NOW) if ready <= at else Words(PICK_UP, at=ready)
    return [pick_up, _delivery(max(ready, at), known)]


def _long(minutes: int) -> Words:
    hours, odd = divmod(minutes, 60)
    return telling.took(minutes) if odd else Words(telling.TOOK["h"], h=hours)


def _delivery(ready: datetime, known: Known) -> Words:
    found = window(ready, known)
    return Words(DELIVERY, at=found[0], until=found[1]) if found else Words(DELIVERY_HOURS, window=known.window)


# ------------------------------------------------------------------------------------------ the times alone


def landed_or_due(s: Any, at: datetime) -> datetime | None:
    """When goods by air landed, or will land as far as anybody has said; None where a plan has passed unconfirmed or nobody
    knows (SHP-16)."""
    if s.mode != "air" or s.standing != "active":
        return None
    if PHASES[s.stage] == THERE:
        return _came_at(s, at)
    return s.arrives_at if s.arrives_at is not None and s.arrives_at > at else None


def window(ready: datetime, known: Known) -> tuple[datetime, str] | None:
    """The first delivery window that begins when the goods are ready or later: its begin, and the hour of its end ("19:00");
    None where the office's figure is no pair of hours."""
    found = _WINDOW.fullmatch(known.window.strip())
    if found is None:
        return None
    local = ready.astimezone(ZoneInfo(known.zone))
    begins = local.replace(hour=int(found[1]), minute=int(found[2]), second=0, microsecond=0)
    return begins if begins >= local else begins + timedelta(days=1), found[3]
