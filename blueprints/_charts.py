"""Small charts drawn by the server: where each bar stands, for the SVG of a template (interface guide 4, Charts)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

WIDTH, HEIGHT, LEFT, BASE, TOP = 560, 190, 40, 168, 14


@dataclass
class Bar:
    """One bar: place and size in the drawing, its class, the number on it (or None) and where that stands."""

    x: float
    y: float
    width: float
    height: float
    tone: str


@dataclass
class Stack:
    """The columns of a chart: bars, labels below (x, text), late numbers above (x, y, n), lines (y, n), a viewBox."""

    bars: list[Bar]
    labels: list[tuple[float, str]]
    tops: list[tuple[float, float, int]]
    lines: list[tuple[float, int]]
    box: str = f"0 0 {WIDTH} {HEIGHT}"
    left: int = LEFT
    width: int = WIDTH


def stacked(hours: Mapping[int, tuple[int, int]], first: int = 9, last: int = 17) -> Stack:
    """Two numbers per hour, one on the other, from the first to the last hour that is worked or has a number."""
    shown = range(min([first, *hours]), max([last, *hours]) + 1)
    most = max((sum(pair) for pair in hours.values()), default=0)
    step = next(s for s in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000) if s * 4 >= most)
    scale, slot = (BASE - TOP) / max(most, step), (WIDTH - LEFT) / len(shown)
    made = Stack([], [], [], [(round(BASE - n * scale, 1), n) for n in range(0, max(most, step) + 1, step)])
    for place, hour in enumerate(shown):
        within, late = hours.get(hour, (0, 0))
        x, width = LEFT + slot * (place + 0.22), slot * 0.56
        top = BASE - within * scale
        if within:
            made.bars.append(Bar(round(x, 1), round(top, 1), round(width, 1), round(within * scale, 1), "f1"))
        if late:
            made.bars.append(
                Bar(round(x, 1), round(top - late * scale, 1), round(width, 1), round(late * scale, 1), "f2")
            )
            made.tops.append((round(x + width / 2, 1), round(top - late * scale - 3, 1), late))
        made.labels.append((round(x + width / 2, 1), str(hour)))
    return made


def shares(numbers: Sequence[int], width: int = 60) -> list[int]:
    """Lengths of bars that stand beside numbers in a table, the longest `width`."""
    most: Any = max(numbers, default=0) or 1
    return [round(n / most * width) for n in numbers]
