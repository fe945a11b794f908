"""Tables that leave the desk as a file: CSV in UTF-8 with its mark, which every spreadsheet opens, and no cell that it could
read as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any


def written(rows: Iterable[Iterable[Any]]) -> bytes:
    """These rows, the header first, as a file."""
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def cell(value: Any) -> str:
    """A value as it stands in a cell: yes and no in Chinese, everything else as text that is no formula."""
    return ("是" if value else "否") if isinstance(value, bool) else guarded(str(value))


def guarded(text: str) -> str:
    """Text with an apostrophe before what a spreadsheet would read as a formula; reading the file drops it again."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
