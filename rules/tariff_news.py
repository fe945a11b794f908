"""Open quotations whose lane a new tariff touches, so that their customers are told quickly (INQ-19)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from models import Inquiry, Quotation, QuotationLine, Tariff
from rules import notices, tariffs
from rules.policy import unseen, visible
from rules.store import Actor, Tx, system
from rules.words import N_, Words

GIVEN = ("approved", "sent")
MOST = 200  # tariffs, and inquiries, that are looked at together


@dataclass(frozen=True, slots=True)
class Touched:
    """One charge of an open quotation and the tariff that is new for it. `before`: the tariff that held until then; `old` and
    `new` are minor units of their currencies; `old` is what the charge says when no tariff was known before."""

    case: Inquiry
    quotation: Quotation
    line: QuotationLine
    tariff: Tariff
    before: Tariff | None

    @property
    def old(self) -> tuple[int, str]:
        """The price until now: of the tariff before, else as quoted."""
        known = None if self.line.tariff_id == self.tariff.id else self.before
        return (known.selling_minor, known.currency) if known else (self.line.amount_minor, self.line.currency)

    @property
    def new(self) -> tuple[int, str]:
        """The new price."""
        return self.tariff.selling_minor, self.tariff.currency

    @property
    def difference(self) -> int | None:
        """New less old in minor units; None between two currencies."""
        return self.new[0] - self.old[0] if self.new[1] == self.old[1] else None


def touched(session: Session, who: Actor, since: datetime | None = None, tariff: Tariff | None = None) -> list[Touched]:
    """What one tariff, or those that are new since a moment, change for open quotations that `who` may see.

    A quotation is open when it was approved or sent before the tariff came and its inquiry is not closed. A charge is touched
    when it was taken from a tariff of the same series, or is the same item in the same unit on the same lane. A price that
    stays is no news.
    """
    fresh = [tariff] if tariff is not None else _new(session, who, since)
    if not fresh:
        return []
    lines = tariffs.line_of(session, fresh)
    givens = _open(session, who, {t.office_id for t in fresh})
    taken = _taken(session, givens)
    found: list[Touched] = []
    for each in tariffs.holding(fresh):
        earlier = tariffs.before(each, lines[tariffs.series(each)])
        for case, quotation in givens:
            for line in quotation.lines:
                hit = Touched(case, quotation, line, each, earlier)
                if line.struck_at is None and _touches(hit, taken.get(line.tariff_id or 0)) and hit.difference != 0:
                    found.append(hit)
    return sorted(found, key=lambda hit: (hit.case.id, hit.quotation.number, hit.line.id))


def _new(session: Session, who: Actor, since: datetime | None) -> list[Tariff]:
    wanted = select(Tariff).where(Tariff.withdrawn_at.is_(None)).order_by(Tariff.id.desc()).limit(MOST)
    if since is not None:
        wanted = wanted.where(Tariff.made_at >= since)
    return list(session.scalars(visible(who, wanted, Tariff)))


def _open(session: Session, who: Actor, offices: set[int]) -> list[tuple[Inquiry, Quotation]]:
    """The newest given version of each open price inquiry of the offices."""
    wanted = (
        select(Inquiry, Quotation)
        .join(Quotation, Quotation.case_id == Inquiry.id)
        .where(Inquiry.office_id.in_(offices), Inquiry.closed_at.is_(None), Quotation.status.in_(GIVEN))
        .options(joinedload(Inquiry.customer), joinedload(Inquiry.owner), joinedload(Inquiry.assignee),
                 joinedload(Inquiry.office), selectinload(Quotation.lines))
        .order_by(Inquiry.id.desc(), Quotation.number.desc())
        .limit(MOST)
    )  # fmt: skip
    newest: dict[int, tuple[Inquiry, Quotation]] = {}
    for case, quotation in session.execute(visible(who, wanted, Inquiry)):
        newest.setdefault(case.id, (case, quotation))
    return list(newest.values())


def _taken(session: Session, givens: Iterable[tuple[Inquiry, Quotation]]) -> dict[int, Tariff]:
    """The tariffs that charges were taken from, by id."""
    ids = {line.tariff_id for _, quotation in givens for line in quotation.lines if line.tariff_id}
    return {t.id: t for t in session.scalars(unseen(select(Tariff).where(Tariff.id.in_(ids))))} if ids else {}


def _touches(hit: Touched, source: Tariff | None) -> bool:
    case, line, tariff = hit.case, hit.line, hit.tariff
    if hit.quotation.made_at >= tariff.made_at:
        return False
    if source is not None:
        return tariffs.series(source) == tariffs.series(tariff)
    if (line.item, line.unit, case.office_id) != (tariff.item, tariff.unit, tariff.office_id):
        return False
    origins, destinations = tariffs.ends(case.lane)
    return tariffs.names_place(tariff.destination, destinations) and (
        not origins or tariffs.names_place(tariff.origin, origins)
    )


def tell_owners(tx: Tx, since: datetime) -> None:
    """One line for each person whose open quotations the tariffs made since a moment touch. An import in several writes tells
    once: `since` names it."""
    theirs: dict[int, list[Touched]] = {}
    for hit in touched(tx.session, system("tariffs"), since):
        theirs.setdefault(hit.case.assignee_id, []).append(hit)
    for person, hits in theirs.items():
        text = Words(N_("New tariffs touch %(n)s of your open quotations"), n=len({hit.quotation.id for hit in hits}))
        notices.tell(
            tx, person, "tariff", text, f"tariff:{since.isoformat()}:{person}",
            office_id=hits[0].case.office_id, case_id=hits[0].case.id,
        )  # fmt: skip
