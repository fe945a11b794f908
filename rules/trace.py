"""What explains a deadline: the stretches that were counted, kept beside the result (architecture 3, Clock)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

MINUTES, DAYS = "minutes", "days"


def in_minutes(seconds: int) -> float:
    """Seconds as minutes: an int when whole, so that ordinary figures stay integers."""
    return seconds // 60 if seconds % 60 == 0 else seconds / 60


@dataclass(frozen=True)
class Segment:
    """A stretch that was counted, in UTC; `day` is the date its shift belongs to, `why` the source of its hours."""

    day: date
    begins: datetime
    ends: datetime
    why: str
    name: str = ""
    provisional: bool = False

    @property
    def seconds(self) -> int:
        """Its length in seconds."""
        return int((self.ends - self.begins).total_seconds())

    @property
    def minutes(self) -> float:
        """Its length in minutes: an int unless it holds odd seconds."""
        return in_minutes(self.seconds)

    def store(self) -> dict[str, object]:
        """As plain data: moments are ISO texts in UTC, `minutes` is there for readers."""
        return {
            "day": self.day.isoformat(), "from": self.begins.isoformat(), "to": self.ends.isoformat(),
            "minutes": self.minutes, "why": self.why, "name": self.name, "provisional": self.provisional,
        }  # fmt: skip

    @classmethod
    def load(cls, data: Mapping[str, object]) -> Segment:
        """The segment stored by `store()`."""
        begins, ends = (datetime.fromisoformat(str(data[key])) for key in ("from", "to"))
        return cls(date.fromisoformat(str(data["day"])), begins, ends, str(data["why"]), str(data["name"]),
                   bool(data["provisional"]))  # fmt: skip


@dataclass(frozen=True)
class Trace:
    """How a deadline was reckoned: the figure (minutes or days), each counted segment, each closed day passed."""

    unit: str
    figure: float
    zone: str
    version: int
    segments: tuple[Segment, ...] = ()
    closed: tuple[Segment, ...] = ()
    provisional: bool = False

    @property
    def minutes(self) -> float:
        """Counted minutes: an int unless odd seconds are among them."""
        return in_minutes(sum(segment.seconds for segment in self.segments))

    @property
    def total(self) -> float:
        """The sum of the segments in the trace's own unit; equals `figure` when the reckoning is sound."""
        return len(self.segments) if self.unit == DAYS else self.minutes

    def store(self) -> dict[str, object]:
        """As plain data for a JSON column."""
        return {
            "unit": self.unit, "figure": self.figure, "zone": self.zone, "version": self.version,
            "segments": [segment.store() for segment in self.segments],
            "closed": [day.store() for day in self.closed], "provisional": self.provisional,
        }  # fmt: skip

    @classmethod
    def load(cls, data: Mapping[str, object]) -> Trace:
        """The trace stored by `store()`."""
        parts = {key: tuple(Segment.load(item) for item in data[key]) for key in ("segments", "closed")}  # type: ignore[attr-defined]
        return cls(**{**data, **parts})  # type: ignore[arg-type]


@dataclass(frozen=True)
class Reckoned:
    """A moment something falls due (UTC) and the trace that explains it."""

    due: datetime
    trace: Trace

    @property
    def provisional(self) -> bool:
        """Whether a day that is not announced yet had a part in it."""
        return self.trace.provisional
