"""What a shipment's stage allows before anything is asked: each kind of change with its way, fees and signers (CHG-06, 11)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from models import Fee, Shipment
from rules import catalogue, fees, figures, stages
from rules.catalogue import KINDS, Kind
from rules.matrix import Way
from rules.words import N_, Words

ON_NOTE = N_("Held by the consignment note")


@dataclass(frozen=True, slots=True)
class Offer:
    """One kind of change at one stage. `why` says why it is impossible, and is None when it is not; `signers` are (role,
    least grade) in order, () where the desk carries it out itself; `proof` the elements that the paper shows; `instead` the
    kinds that are possible in its place."""

    kind: Kind
    way: Way
    why: Words | None
    proof: tuple[str, ...] = ()
    fees: tuple[Fee, ...] = ()
    signers: tuple[tuple[str, int], ...] = ()
    instead: tuple[Kind, ...] = ()

    @property
    def money(self) -> bool:
        """Whether it costs something whatever is agreed: the fee table or the stage says so."""
        return bool(self.fees) or self.way.charged


def offers(session: Session, office_id: int | None, shipment: Shipment, day: date) -> list[Offer]:
    """Every kind of change for `shipment` as it stands, in the catalogue's order; fees as they hold on `day`."""
    known = [(kind, catalogue.impossible(kind, shipment)) for kind in KINDS]
    possible = {kind.code for kind, why in known if why is None}
    table = fees.fees_by_kind(session, office_id, possible, shipment.carrier, shipment.stage, day)
    second = figures.second_look(session, office_id)
    return [_offer(kind, shipment, why, possible, tuple(table.get(kind.code, ())), second) for kind, why in known]


def _offer(
    kind: Kind, shipment: Shipment, why: Words | None, possible: set[str], costs: tuple[Fee, ...], second: bool
) -> Offer:
    way = catalogue.way(kind, shipment)
    if why is not None:
        return Offer(kind, way, why, instead=tuple(catalogue.BY_CODE[code] for code in way.instead if code in possible))
    money = bool(costs) or way.charged
    shows = catalogue.proof(kind, shipment.stage)
    return Offer(kind, way, None, shows, costs, catalogue.signers(kind, shipment.stage, money, second))


def unwritten(mode: str, held: bool = False) -> Shipment:
    """The shipment that a note without a number would become, to be looked at only: it is in no session (D-12)."""
    return Shipment(mode=mode, stage=stages.first(mode), carrier="", hold_shipper=ON_NOTE if held else None)
