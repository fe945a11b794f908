"""The pick-up log of a customer: how late the fleet was in the last days, and the table that he is sent (CMP-14)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Office, Pickup
from rules import figures
from rules.policy import visible
from rules.store import Actor
from rules.words import N_, Words

LOOKBACK = "complaint.pickup_lookback"
MOST = 100
CONFIRMED = N_(
    "We are sorry: on %(when)s our vehicle came %(minutes)s min after the time agreed. The cause: … From now on the fleet: …"
)


@dataclass(frozen=True, slots=True)
class Line:
    """One pick-up. `late`: minutes after the time agreed, 0 for in time, None while no arrival is noted."""

    pickup: Pickup
    late: int | None


@dataclass(frozen=True, slots=True)
class Log:
    """The pick-ups of the last `days`, newest first, with the `zone` on whose clock they are told."""

    lines: list[Line]
    days: int
    since: datetime
    until: datetime
    zone: str

    @property
    def known(self) -> list[Line]:
        """Those whose arrival is noted: only they say whether the fleet was late."""
        return [line for line in self.lines if line.late is not None]

    @property
    def late(self) -> list[Line]:
        """Those that came late."""
        return [line for line in self.known if line.late]

    @property
    def share(self) -> int | None:
        """Late ones in per cent of those with a noted arrival, rounded; None without any."""
        return round(100 * len(self.late) / len(self.known)) if self.known else None

    @property
    def worst(self) -> Line | None:
        """The one that came latest, None when none was late."""
        return max(self.late, key=lambda line: line.late or 0, default=None)


def log(session: Session, who: Actor, customer_id: int, office_id: int, came: datetime, until: datetime) -> Log:
    """The pick-ups of a customer from so many days before he complained (`came`) as the figure names until a moment, as
    `who` may see them."""
    days = int(figures.figure(session, LOOKBACK, office_id))
    since = came - timedelta(days=days)
    mine = Pickup.customer_id == customer_id
    wanted = select(Pickup).where(mine, Pickup.planned_at >= since, Pickup.planned_at <= until)
    newest = wanted.order_by(Pickup.planned_at.desc(), Pickup.id.desc()).limit(MOST)
    rows = session.scalars(visible(who, newest, Pickup))
    zone = session.get_one(Office, office_id).zone
    return Log([Line(row, lateness(row)) for row in rows], days, since, until, zone)


def lateness(pickup: Pickup) -> int | None:
    """Whole minutes after the time agreed, 0 for in time or early, None while no arrival is noted."""
    if pickup.came_at is None:
        return None
    return max(0, int((pickup.came_at - pickup.planned_at).total_seconds() // 60))


def verdict(found: Log) -> Words:
    """What the log says in one sentence."""
    if not found.known:
        return Words(N_("The log of the last %(days)s days knows no arrival for this customer."), days=found.days)
    worst = found.worst
    if worst is None:
        return Words(
            N_("All %(n)s pick-ups of the last %(days)s days were in time."), n=len(found.known), days=found.days
        )
    return Words(
        N_("%(late)s of %(n)s pick-ups of the last %(days)s days were late (%(share)s %%), the worst by %(minutes)s min."),
        late=len(found.late), n=len(found.known), days=found.days, share=found.share, minutes=worst.late,
    )  # fmt: skip


def table_text(found: Log) -> list[Words]:
    """The table as the customer is sent it when the log does not confirm what he says: one line for each pick-up."""
    first, last = (at.astimezone(ZoneInfo(found.zone)).date() for at in (found.since, found.until))
    lines = [Words(N_("Pick-ups from %(first)s to %(last)s"), first=first.isoformat(), last=last.isoformat())]
    for line in reversed(found.lines):
        params = {"planned": _moment(line.pickup.planned_at, found.zone), "place": line.pickup.place or "–"}
        if line.late is None or line.pickup.came_at is None:
            lines.append(Words(N_("%(planned)s %(place)s: arrival not noted"), **params))
            continue
        params |= {"came": _moment(line.pickup.came_at, found.zone)}
        if line.late:
            lines.append(Words(N_("%(planned)s %(place)s: came %(came)s, %(n)s min late"), **params, n=line.late))
        else:
            lines.append(Words(N_("%(planned)s %(place)s: came %(came)s, in time"), **params))
    return lines


def apology(found: Log) -> Words | None:
    """What the customer is told when the log confirms his complaint; cause and improvement are filled in (CMP-14)."""
    worst = found.worst
    if worst is None:
        return None
    return Words(CONFIRMED, when=_moment(worst.pickup.planned_at, found.zone), minutes=worst.late)


def _moment(at: datetime, zone: str) -> str:
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"
