"""What a file of rows is to the rest of the house: tables of rows of cells, or the reason why it is none."""

from __future__ import annotations

from dataclasses import dataclass, field

from rules.cells import Cell
from rules.words import Words

MAX_BYTES = 20 * 1024 * 1024
MAX_UNPACKED = 150 * 1024 * 1024
MAX_ROWS = 100_000
MAX_COLUMNS = 256


class Unreadable(Exception):
    """The file as a whole cannot be read; `why` says so and what to do."""

    def __init__(self, why: Words) -> None:
        super().__init__(str(why))
        self.why = why


@dataclass(frozen=True)
class Row:
    """One row: `line` is its number in a spreadsheet, `cells` what stands in it (None for blank)."""

    line: int
    cells: list[Cell]

    @property
    def filled(self) -> list[Cell]:
        """The cells that are not blank."""
        return [cell for cell in self.cells if cell is not None]


@dataclass
class Table:
    """A sheet, or a text file. `cut`: it ends inside a cell; `unended`: its last row has no line end."""

    name: str
    rows: list[Row] = field(default_factory=list)
    cut: bool = False
    unended: bool = False


def filled(cell: Cell) -> bool:
    """Whether something stands in a cell."""
    return cell is not None and (not isinstance(cell, str) or bool(cell.strip()))
