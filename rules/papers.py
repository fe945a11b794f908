"""Papers and pictures: checked, stored under the hash of their bytes, safe on disk before a row names them (E-20).

`rules/paper_kinds.py` says what is accepted. Nothing is executed; a picture is decoded once, for its preview.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from threading import BoundedSemaphore

from PIL import Image, ImageOps

from rules.paper_kinds import File, check, kind_of, refused
from rules.store import Busy
from rules.words import Words

with suppress(ImportError):  # no wheel for this machine: photos of that kind get an icon
    from pillow_heif import register_heif_opener

    register_heif_opener()

LARGEST = 50 * 1024 * 1024
LONGEST_NAME, LONGEST_ENDING = 150, 10
PREVIEW_SIDE, LARGE_SIDE, PREVIEW_PIXELS = 480, 1600, 40_000_000
PREVIEW_MEDIA = "image/jpeg"
CHUNK = 1 << 16
_decoding = BoundedSemaphore(2)  # a large picture takes much memory for a moment
DECODE_SECONDS = 5

_HASH = re.compile(r"[0-9a-f]{64}")
_UNSHOWN = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # control, format (direction), surrogates, line ends


@dataclass(frozen=True, slots=True)
class Paper:
    """A stored file: hash, name as shown, media type, size in bytes, and the hash of its JPEG preview if it has one."""

    sha256: str
    name: str
    media: str
    size: int
    preview: str | None


def keep(stream: File, name: str, folder: Path) -> Paper:
    """Store what `stream` holds below `folder`; when it returns, the bytes have reached the disk.

    Call it before the write that adds the row. Raises Refused (422) for an empty or too large file, one of no accepted
    kind, one whose content is not what its name says, and one with macros; nothing is left behind then.
    """
    name = clean_name(name)
    kind = kind_of(name)
    with _incoming(folder) as file:
        sha256, size = _copy(stream, file, name)
        check(file, kind, name)
        small = _preview(file, kind.picture) if kind.picture else None
        _settle(file, path_of(folder, sha256))
    return Paper(sha256, name, kind.media, size, _keep_preview(small, folder) if small else None)


def path_of(folder: Path, sha256: str) -> Path:
    """Where the bytes with this hash lie; ValueError for what is no hash."""
    if not _HASH.fullmatch(sha256):
        raise ValueError("no SHA-256 hash")
    return folder / sha256[:2] / sha256


def enlarged(folder: Path, sha256: str, name: str) -> bytes | None:
    """A stored picture large enough to be read, made anew as a JPEG of at most 1600 pixels; None when it cannot be.

    Raises Busy when others are being made for long.
    """
    form = kind_of(name).picture
    if form is None:
        return None
    if not _decoding.acquire(timeout=DECODE_SECONDS):
        raise Busy
    try:
        with path_of(folder, sha256).open("rb") as file:
            return _preview(file, form, LARGE_SIDE)
    finally:
        _decoding.release()


def clean_name(name: str) -> str:
    """`name` without folders, control and direction characters, at most 150 characters; the extension stays."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    shown = "".join(letter for letter in last if unicodedata.category(letter) not in _UNSHOWN).strip(" .")
    stem, dot, ending = shown.rpartition(".")
    ending = dot + ending[:LONGEST_ENDING] if dot else ""
    return ((stem if dot else shown).strip(" .")[: LONGEST_NAME - len(ending)] or "paper") + ending


@contextmanager
def _incoming(folder: Path) -> Iterator[File]:
    """A file of its own below `folder`, gone at the end unless it was settled."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".incoming-", delete=False) as file:
        try:
            yield file
        finally:
            file.close()
            Path(file.name).unlink(missing_ok=True)


def _copy(stream: File, file: File, name: str) -> tuple[str, int]:
    """Copy and hash; returns hash and size in bytes. Raises Refused for nothing and for too much."""
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(CHUNK):
        size += len(chunk)
        if size > LARGEST:
            raise refused(Words("“%(name)s” is larger than %(most)s MB", name=name, most=LARGEST >> 20))
        digest.update(chunk)
        file.write(chunk)
    if not size:
        raise refused(Words("“%(name)s” is empty", name=name))
    file.flush()
    return digest.hexdigest(), size


def _settle(file: File, target: Path) -> None:
    """Move a complete file to its place; file and folders reach the disk before this returns."""
    os.fsync(file.fileno())
    file.close()
    target.parent.mkdir(exist_ok=True)
    if not target.exists():  # the same bytes are there already, and may be open
        os.replace(file.name, target)
    for folder in (target.parent, target.parent.parent):
        _sync(folder)


def _sync(folder: Path) -> None:
    if os.name == "nt":  # knows no such thing
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _preview(file: File, form: str, side: int = PREVIEW_SIDE) -> bytes | None:
    """A JPEG of at most `side` pixels, upright and without the camera's data; None for huge and broken pictures."""
    file.seek(0)
    small = BytesIO()
    try:
        with Image.open(file, formats=(form,)) as picture:
            if picture.width * picture.height > PREVIEW_PIXELS:
                return None
            picture.thumbnail((side, side))
            _flat(ImageOps.exif_transpose(picture)).save(small, "JPEG", quality=82)
    except Exception:  # a preview is a convenience: whatever is wrong with the picture, the paper is kept
        return None
    return small.getvalue()


def _flat(picture: Image.Image) -> Image.Image:
    """What is transparent becomes white, because JPEG knows no transparency."""
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    layer = picture.convert("RGBA")
    flat = Image.new("RGB", layer.size, "white")
    flat.paste(layer, mask=layer)
    return flat


def _keep_preview(small: bytes, folder: Path) -> str:
    with _incoming(folder) as file:
        sha256, _ = _copy(BytesIO(small), file, "preview")
        _settle(file, path_of(folder, sha256))
    return sha256
