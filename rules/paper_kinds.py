"""The kinds of papers that are accepted, told by extension and content together (E-20, security 5.2.2).

Nothing is unpacked but the list of contents of a modern office file, of which at most a megabyte is read.
"""

from __future__ import annotations

import codecs
import mmap
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import IO

from rules.words import Refused, Words

CONTENTS_LIMIT, PARTS_LIMIT = 1 << 20, 10_000

File = IO[bytes]
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_OTHER_BRANDS = _HEIC_BRANDS | {b"avif", b"avis", b"qt  "}
_MACRO_ENDINGS = {"docm", "dotm", "xlsm", "xltm", "xlsb", "xlam"}


@dataclass(frozen=True, slots=True)
class Kind:
    """An accepted kind of file: media type, test of the content, picture format, whether it may carry macros."""

    media: str
    fits: Callable[[File], bool]
    picture: str | None = None
    office: bool = False


def kind_of(name: str) -> Kind:
    """The kind that the extension of `name` promises. Raises Refused (422) for any other and for those with macros."""
    ending = name.rpartition(".")[2].lower()
    if ending in _MACRO_ENDINGS:
        raise _macros(name)
    if "." not in name or ending not in KINDS:
        raise refused(Words("“%(name)s” is of no accepted kind; accepted are %(kinds)s", name=name, kinds=ACCEPTED))
    return KINDS[ending]


def check(file: File, kind: Kind, name: str) -> None:
    """Raise Refused (422) unless the content is of `kind` and without macros."""
    if kind.office and _has_macros(file):
        raise _macros(name)
    if not kind.fits(file):
        raise refused(Words("The content of “%(name)s” is not what its name says; accepted are %(kinds)s",
                             name=name, kinds=ACCEPTED))  # fmt: skip


def _head(file: File, count: int = 12) -> bytes:
    file.seek(0)
    return file.read(count)


def _holds(file: File, *parts: bytes) -> bool:
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return any(content.find(part) >= 0 for part in parts)


def _starts(magic: bytes) -> Callable[[File], bool]:
    return lambda file: _head(file).startswith(magic)


def _is_heic(file: File) -> bool:
    head = _head(file)
    return head[4:8] == b"ftyp" and head[8:] in _HEIC_BRANDS


def _is_mp4(file: File) -> bool:
    head = _head(file)
    return head[4:8] == b"ftyp" and head[8:] not in _OTHER_BRANDS


def _is_pdf(file: File) -> bool:
    return b"%PDF-" in _head(file, 1024)


def _is_text(file: File) -> bool:
    """No zero bytes, unless a mark at the start says UTF-16, as spreadsheets write it."""
    return _head(file, 2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) or not _holds(file, b"\0")


def _is_old_office(*parts: str) -> Callable[[File], bool]:
    """The directory of an old office file names its parts in UTF-16."""
    return lambda file: _head(file).startswith(_OLE) and _holds(file, *map(_listed, parts))


def _is_office(content_type: bytes) -> Callable[[File], bool]:
    return lambda file: content_type in _contents(file)


def _has_macros(file: File) -> bool:
    if _head(file).startswith(_OLE):
        return _holds(file, _listed("_VBA_PROJECT"))
    listed = _contents(file).lower()
    return b"macroenabled" in listed or b"vbaproject" in listed


def _listed(part: str) -> bytes:
    return f"{part}\0".encode("utf-16-le")


def _contents(file: File) -> bytes:
    """The list of content types of a modern office file; empty if it is none, or has more parts than any paper."""
    if not _head(file).startswith(b"PK\x03\x04"):
        return b""
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        parts = sum(1 for _ in islice(re.finditer(b"PK\x01\x02", content), PARTS_LIMIT + 1))
    if parts > PARTS_LIMIT:
        return b""
    try:
        with zipfile.ZipFile(file) as archive, archive.open("[Content_Types].xml") as listed:
            return listed.read(CONTENTS_LIMIT)
    except Exception:  # a broken archive fails in many ways, and in none of them it is an office file
        return b""


KINDS = {
    "jpg": Kind("image/jpeg", _starts(b"\xff\xd8\xff"), "JPEG"),
    "jpeg": Kind("image/jpeg", _starts(b"\xff\xd8\xff"), "JPEG"),
    "png": Kind("image/png", _starts(b"\x89PNG\r\n\x1a\n"), "PNG"),
    "heic": Kind("image/heic", _is_heic, "HEIF"),
    "pdf": Kind("application/pdf", _is_pdf),
    "doc": Kind("application/msword", _is_old_office("WordDocument"), office=True),
    "docx": Kind("application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                 _is_office(b"wordprocessingml.document.main+xml"), office=True),
    "xls": Kind("application/vnd.ms-excel", _is_old_office("Workbook", "Book"), office=True),
    "xlsx": Kind("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                 _is_office(b"spreadsheetml.sheet.main+xml"), office=True),
    "csv": Kind("text/csv", _is_text),
    "txt": Kind("text/plain", _is_text),
    "mp4": Kind("video/mp4", _is_mp4),
}  # fmt: skip
ACCEPTED = ", ".join(ending for ending in KINDS if ending != "jpeg")


def _macros(name: str) -> Refused:
    return refused(Words("“%(name)s” may contain macros; save it as docx, xlsx or PDF", name=name))


def refused(why: Words) -> Refused:
    """A file that is not taken."""
    return Refused(why, 422, "file")
