"""From a table to records: which columns an office's file has, and what stands in each row.

A kind of record is data: its fields with the header names under which offices know them, how a cell is read, and
what must hold between cells. A row that breaks a rule is refused as a whole and says where and why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from rules.cells import Cell
from rules.words import N_, Words

NOTE_COLUMN = N_("Line and reason")  # the column that refused rows are given; ignored when they come back
Values = dict[str, Any]


@dataclass(frozen=True)
class Field:
    """One field. `aliases`: header names, blank between (compared without brackets and case); `longest` in characters.

    A `required` field needs its column and a value in every row. `units`: unit word → factor, for numbers.
    `column`, `part`, `read`, `write`, `blank` say where the value lives (rules/merging.py). A `secret` one is read, but stands
    in no file that goes out again.
    """

    name: str
    label: str
    aliases: str
    parse: Callable[..., Any]
    required: bool = False
    longest: int = 120
    units: Mapping[str, int | Decimal] | None = None
    column: str | None = None
    part: str = ""
    blank: Any = None
    read: Callable[[Any], Any] | None = None
    write: Callable[[Any, Any, Any], None] | None = None
    secret: bool = False

    @property
    def header(self) -> str:
        """The header that offices use most."""
        return self.aliases.split()[0]


@dataclass(frozen=True)
class Problem:
    """What is wrong (or doubtful) with a row: `field` is the header as it stands in the file, `label` its name."""

    line: int
    field: str
    why: Words
    label: str = ""


@dataclass
class Record:
    """A row that was read. `cells` are kept as they stood, for the file of refused rows."""

    line: int
    cells: list[Cell]
    values: Values
    key: str = ""
    problems: list[Problem] = field(default_factory=list)
    doubts: list[Problem] = field(default_factory=list)


Finding = tuple[str, Words]  # field name, sentence


@dataclass(frozen=True)
class Kind:
    """A kind of file: `key` names the field that recognises a record again, `check` what must hold within a row."""

    name: str
    label: str
    fields: tuple[Field, ...]
    key: str
    check: Callable[[Values], Iterable[Finding]] = lambda values: ()
    doubt: Callable[[Values], Iterable[Finding]] = lambda values: ()
    key_of: Callable[[Values], str] | None = None

    @cached_property
    def named(self) -> dict[str, Field]:
        """The fields by name."""
        return {each.name: each for each in self.fields}
