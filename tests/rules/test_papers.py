"""What the desk takes as a paper, and how it lies on disk (E-20, security 5)."""

from __future__ import annotations

import hashlib
import io
import os
import zipfile
from pathlib import Path

import openpyxl
import pillow_heif
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from rules import paper_kinds, papers
from rules.store import Busy
from rules.words import Refused

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
MACRO_WORD = "application/vnd.ms-word.document.macroEnabled.main+xml"


def picture(form="JPEG", size=(1200, 600), mode="RGB", **options) -> bytes:
    data = io.BytesIO()
    Image.new(mode, size, "red").save(data, form, **options)
    return data.getvalue()


def archive(content_type=WORD, **parts: bytes) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", f'<Types><Override ContentType="{content_type}"/></Types>')
        for name, content in parts.items():
            packed.writestr(name, content)
    return data.getvalue()


def sheet() -> bytes:
    data = io.BytesIO()
    openpyxl.Workbook().save(data)
    return data.getvalue()


def heic() -> bytes:
    data = io.BytesIO()
    pillow_heif.from_pillow(Image.new("RGB", (640, 320), "blue")).save(data)
    return data.getvalue()


def old_office(*parts: str) -> bytes:
    return OLE + b"\0" * 504 + b"".join(f"{part}\0".encode("utf-16-le") for part in parts)


GOOD = {
    "回单.jpg": picture(),
    "回单.JPEG": picture(),
    "货损.png": picture("PNG"),
    "照片.heic": heic(),
    "改单保函.pdf": b"%PDF-1.7\n...",
    "保函.doc": old_office("WordDocument"),
    "保函.docx": archive(),
    "对账.xls": old_office("Workbook"),
    "对账.xlsx": sheet(),
    "明细.csv": "运单号,件数\n10000005,42\n".encode("gbk"),
    "明细.txt": "王伟来电".encode(),
    "utf16.csv": "运单号,件数\n".encode("utf-16"),
    "现场.mp4": b"\0\0\0\x20ftypisom\0\0\0\0",
}


def keep(name: str, data: bytes, folder: Path) -> papers.Paper:
    return papers.keep(io.BytesIO(data), name, folder)


def why(name: str, data: bytes, folder: Path) -> str:
    with pytest.raises(Refused) as refused:
        keep(name, data, folder)
    assert refused.value.code == 422
    assert [path for path in folder.rglob("*") if path.is_file()] == []
    return str(refused.value)


@pytest.mark.parametrize("name", GOOD)
def test_every_accepted_kind_is_kept_under_its_hash(name, tmp_path):
    paper = keep(name, GOOD[name], tmp_path / "attachments")
    sha256 = hashlib.sha256(GOOD[name]).hexdigest()
    assert (paper.sha256, paper.name, paper.size) == (sha256, name, len(GOOD[name]))
    path = papers.path_of(tmp_path / "attachments", paper.sha256)
    assert path == tmp_path / "attachments" / sha256[:2] / sha256
    assert path.read_bytes() == GOOD[name]
    assert not list((tmp_path / "attachments").glob(".incoming-*"))


@pytest.mark.parametrize(
    ("name", "media"),
    [("回单.JPEG", "image/jpeg"), ("对账.xls", "application/vnd.ms-excel"), ("明细.csv", "text/csv")],
)
def test_the_media_type_follows_the_kind_and_not_the_sender(name, media, tmp_path):
    assert keep(name, GOOD[name], tmp_path).media == media


@pytest.mark.parametrize("name", GOOD)
def test_one_kind_under_the_name_of_another_is_refused(name, tmp_path):
    same = {"jpg": "jpeg", "txt": "csv", "jpeg": "jpg", "csv": "txt"}
    own = name.rpartition(".")[2].lower()
    for ending in set(paper_kinds.KINDS) - {own, same.get(own)}:
        if own in ("pdf", "csv", "txt") and ending in ("csv", "txt"):
            continue  # plain text it is
        sentence = why(f"x.{ending}", GOOD[name], tmp_path)
        assert "is not what its name says" in sentence, ending
        assert paper_kinds.ACCEPTED in sentence


@pytest.mark.parametrize("name", ["a.exe", "a.svg", "a.html", "a.zip", "a.jpg.js", "jpg", "a", "", "a.mov", "a.pptx"])
def test_any_other_kind_is_refused_and_the_accepted_ones_are_named(name, tmp_path):
    assert paper_kinds.ACCEPTED in why(name, b"MZ", tmp_path)


def test_a_program_named_like_a_text_is_refused(tmp_path):
    assert "is not what its name says" in why("a.txt", b"MZ\x90\0\x03\0", tmp_path)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.docm", archive(MACRO_WORD)),
        ("a.xlsm", sheet()),
        ("a.docx", archive(MACRO_WORD)),
        ("a.docx", archive(f'{WORD}"/><Default ContentType="application/vnd.ms-office.vbaProject')),
        ("a.doc", old_office("WordDocument", "_VBA_PROJECT")),
        ("a.xls", old_office("Workbook", "_VBA_PROJECT_CUR", "_VBA_PROJECT")),
    ],
)
def test_macros_are_refused_by_name_and_by_content(name, data, tmp_path):
    assert "may contain macros" in why(name, data, tmp_path)


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04" + b"\0" * 100,
        archive("text/xml"),
        archive()[:-30],
        archive() + b"PK\x01\x02" * (paper_kinds.PARTS_LIMIT + 1) + archive(),
    ],
    ids=["broken", "another archive", "cut off", "ten thousand parts"],
)
def test_an_archive_that_is_no_document_is_refused(data, tmp_path):
    assert "is not what its name says" in why("a.docx", data, tmp_path)


def test_a_list_of_contents_that_unpacks_to_a_gigabyte_is_read_no_further_than_a_megabyte(tmp_path):
    data = io.BytesIO()
    with (
        zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as packed,
        packed.open("[Content_Types].xml", "w") as part,
    ):
        for _ in range(64):
            part.write(b" " * (1 << 20))
        part.write(WORD.encode())
    assert "is not what its name says" in why("a.docx", data.getvalue(), tmp_path)


def test_an_empty_file_is_refused(tmp_path):
    assert why("a.txt", b"", tmp_path) == "“a.txt” is empty"


def test_a_file_beyond_50_mb_is_refused_before_it_is_read_to_the_end(tmp_path):
    class Endless(io.RawIOBase):
        given = 0

        def read(self, count: int = -1) -> bytes:
            self.given += count
            return b"x" * count

    stream = Endless()
    with pytest.raises(Refused, match="larger than 50 MB"):
        papers.keep(stream, "a.txt", tmp_path)
    assert stream.given <= papers.LARGEST + papers.CHUNK
    assert list(tmp_path.iterdir()) == []


def test_a_file_of_exactly_50_mb_is_kept(tmp_path):
    assert keep("a.txt", b"x" * papers.LARGEST, tmp_path).size == 52_428_800


def test_an_upload_that_breaks_off_leaves_nothing(tmp_path):
    class Broken(io.RawIOBase):
        def read(self, _count: int = -1) -> bytes:
            raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        papers.keep(Broken(), "a.txt", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_same_bytes_under_two_names_lie_there_once(tmp_path):
    one, two = keep("一.txt", b"same", tmp_path), keep("二.txt", b"same", tmp_path)
    assert one.sha256 == two.sha256
    assert (one.name, two.name) == ("一.txt", "二.txt")
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_file_and_folders_are_on_disk_before_keep_returns(tmp_path, monkeypatch):
    synced = []
    monkeypatch.setattr(os, "fsync", lambda handle: synced.append(os.readlink(f"/proc/self/fd/{handle}")))
    paper = keep("a.txt", b"paper", tmp_path)
    assert Path(synced[0]).name.startswith(".incoming-")
    assert synced[1:] == [str(tmp_path / paper.sha256[:2]), str(tmp_path)]


# ------------------------------------------------------------------------------------------ names


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\王\\回单.txt", "回单.txt"),
        ("invoice\u202etxt.exe.txt", "invoicetxt.exe.txt"),
        ("a\r\nSet-Cookie: x.txt", "aSet-Cookie: x.txt"),
        ("a\x00.txt", "a.txt"),
        (".txt", "txt"),
        ("  .. 回单 . txt.txt. ", "回单 . txt.txt"),
        ("\ud800b.txt", "b.txt"),
        ("x" * 300 + ".txt", "x" * 146 + ".txt"),
    ],
)
def test_a_name_is_shown_without_paths_and_tricks(sent, shown):
    assert papers.clean_name(sent) == shown


@given(st.text(st.characters(), max_size=400))
def test_any_name_becomes_one_that_can_be_shown(sent):
    name = papers.clean_name(sent)
    assert 1 <= len(name) <= papers.LONGEST_NAME
    assert not set(name) & set("/\\\0\r\n\u202e\u2066")
    name.encode()


@pytest.mark.parametrize("sha256", ["", "../../etc/passwd", "A" * 64, "a" * 63, "a" * 64 + "\n"])
def test_only_a_hash_leads_to_a_file(sha256, tmp_path):
    with pytest.raises(ValueError, match="hash"):
        papers.path_of(tmp_path, sha256)


# ------------------------------------------------------------------------------------------ previews


def preview(paper: papers.Paper, folder: Path) -> Image.Image:
    return Image.open(papers.path_of(folder, paper.preview))


@pytest.mark.parametrize("name", ["回单.jpg", "货损.png", "照片.heic"])
def test_a_picture_gets_a_small_jpeg(name, tmp_path):
    small = preview(keep(name, GOOD[name], tmp_path), tmp_path)
    assert (small.format, small.size) == ("JPEG", (480, 240))


def test_a_preview_stands_upright_and_tells_nothing_of_the_camera(tmp_path):
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Camera"
    small = preview(keep("a.jpg", picture(exif=exif), tmp_path), tmp_path)
    assert small.size == (240, 480)
    assert not small.getexif()


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "LA", "1"])
def test_pictures_of_every_colour_mode_get_a_preview(mode, tmp_path):
    data = io.BytesIO()
    Image.new("RGB", (900, 900), "red").convert(mode).save(data, "PNG")
    assert preview(keep("a.png", data.getvalue(), tmp_path), tmp_path).size == (480, 480)


def test_what_is_transparent_becomes_white(tmp_path):
    data = io.BytesIO()
    Image.new("RGBA", (100, 100), (0, 0, 0, 0)).save(data, "PNG")
    assert preview(keep("a.png", data.getvalue(), tmp_path), tmp_path).getpixel((50, 50)) == (255, 255, 255)


@pytest.mark.parametrize("side", [6400, 20_000], ids=["41 million pixels", "400 million pixels"])
def test_a_picture_of_too_many_pixels_is_kept_without_a_preview(side, tmp_path):
    assert keep("a.png", picture("PNG", (side, side), "1"), tmp_path).preview is None


def test_a_broken_picture_is_kept_without_a_preview(tmp_path):
    assert keep("a.jpg", picture()[:400], tmp_path).preview is None


@pytest.mark.parametrize(("size", "large"), [((3200, 1600), (1600, 800)), ((600, 300), (600, 300))])
def test_a_picture_is_made_large_enough_to_read_and_no_larger_than_it_is(tmp_path, size, large):
    paper = keep("a.png", picture("PNG", size), tmp_path)
    made = Image.open(io.BytesIO(papers.enlarged(tmp_path, paper.sha256, paper.name)))
    assert (made.format, made.size) == ("JPEG", large)


def test_other_papers_and_broken_pictures_are_not_made_large(tmp_path):
    for name, content in (("a.pdf", GOOD["改单保函.pdf"]), ("a.jpg", picture()[:400])):
        paper = keep(name, content, tmp_path)
        assert papers.enlarged(tmp_path, paper.sha256, paper.name) is None


def test_only_two_large_pictures_are_made_at_once(tmp_path, monkeypatch):
    paper = keep("a.png", picture("PNG", (600, 300)), tmp_path)
    monkeypatch.setattr(papers, "DECODE_SECONDS", 0.01)
    with papers._decoding, papers._decoding, pytest.raises(Busy):
        papers.enlarged(tmp_path, paper.sha256, paper.name)
    assert papers.enlarged(tmp_path, paper.sha256, paper.name)


def test_other_papers_have_no_preview(tmp_path):
    assert keep("a.pdf", GOOD["改单保函.pdf"], tmp_path).preview is None
