"""What people type into forms: cleaned, strict about money, kept as typed when it is refused (E-22)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import Form

from rules import fields
from rules.words import Words

COLOURS = (("red", "Red"), ("blue", "Blue"))


class Sample(Form):
    """One field of each sort."""

    line = fields.text("Line", longest=10)
    needed = fields.text("Needed", fields.Filled("Say it."))
    story = fields.area("Story", longest=20)
    colour = fields.pick("Colour", (("", ""), *COLOURS))
    colours = fields.Many("Colours", choices=list(COLOURS))
    pieces = fields.Number("Pieces", most=1_000_000)
    weight = fields.Number("Weight", scale=1000)
    charge = fields.Money("Charge")
    phone = fields.Telephone("Phone")
    at = fields.Moment("At")
    row = fields.Whole("Row")
    yes = fields.Tick("Yes")


def filled(**typed):
    """The form as sent, checked."""
    form = Sample(MultiDict({"needed": "x", **typed}))
    form.validate()
    return form


def said(form, name):
    """Message ids of a field's errors."""
    assert all(isinstance(error, Words) for error in form[name].errors), form[name].errors
    return [error.msgid for error in form[name].errors]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  ＡＢＣ１２３ ", "ABC123"),
        ("a\u200bb\u202ec\x00d\ufeff", "abcd"),
        ("\u2066x\u2069", "x"),
        ("   ", None),
        ("", None),
        (None, None),
        ("刘玲（北京）", "刘玲(北京)"),
        ("a\ud800b", "ab"),
        ("一\r\n二", "一\n二"),
    ],
)
def test_a_line_is_cleaned(typed, kept):
    assert fields.clean(typed) == kept


def test_what_people_said_keeps_its_width_and_punctuation():
    assert fields.prose(" “１２箱”（急）！\u202e ") == "“１２箱”（急）！"
    assert fields.prose("e\u0301") == "é"
    assert filled(story="１２箱，急").story.data == "１２箱，急"


def test_too_long_a_text_is_refused_and_kept():
    form = filled(line="x" * 11)
    assert said(form, "line") == ["At most %(longest)s characters; this has %(count)s."]
    assert form.line.data == "x" * 11


@pytest.mark.parametrize("typed", ["", "  ", "\u200b"])
def test_a_field_that_must_be_filled_says_what_is_wanted(typed):
    assert said(filled(needed=typed), "needed") == ["Say it."]


@pytest.mark.parametrize(("typed", "minor"), [
    ("120", 12_000), ("120.5", 12_050), ("0.01", 1), ("1,234.50", 123_450), ("1，234", 123_400), ("￥１２０．００", 12_000),
    ("¥ 88", 8_800), ("1000000000", 100_000_000_000), ("0", 0), ("", None),
])  # fmt: skip
def test_an_amount_is_read_in_minor_units(typed, minor):
    form = filled(charge=typed)
    assert (form.charge.data, form.charge.errors) == (minor, [])


@pytest.mark.parametrize("typed", ["1000000000.01", "999999999999.99"])
def test_an_amount_that_no_table_could_keep_is_refused(typed):
    form = filled(charge=typed)
    assert (said(form, "charge"), form.charge.data) == (["“%(typed)s” has too many digits."], None)


@pytest.mark.parametrize("typed", [
    "-1", "+1", "1e3", "12.345", "12,50", "1,5", "12,3456", "1.234,50", "一百", "½", "٣", "1 000", "0x10", "NaN", "inf", "1.2.3", "120元",
    "9999999999999",
])  # fmt: skip
def test_what_is_no_plain_amount_is_refused_and_kept(typed):
    form = filled(charge=typed)
    assert said(form, "charge") == ["“%(typed)s” is no amount. Write it like 120.00."]
    assert form.charge.data is None
    assert form.charge._value() == typed


@pytest.mark.parametrize(
    ("typed", "grams"), [("1.5", 1500), ("1,234.5", 1_234_500), ("０.００１", 1), ("7", 7000), ("", None)]
)
def test_a_weight_is_kept_in_grams(typed, grams):
    form = filled(weight=typed)
    assert (form.weight.data, form.weight.errors) == (grams, [])


@pytest.mark.parametrize("typed", ["-3", "1,5", "1.2345", "三", "1e2", "٣"])
def test_a_number_that_cannot_be_is_refused(typed):
    form = filled(weight=typed)
    assert said(form, "weight")[0] in ("“%(typed)s” is no number from 0 on.", "“%(typed)s” has too many digits.")
    assert form.weight._value() == typed


def test_pieces_are_whole_and_not_more_than_there_can_be():
    assert filled(pieces="12").pieces.data == 12
    assert said(filled(pieces="1.5"), "pieces") == ["“%(typed)s” has too many digits."]
    assert said(filled(pieces="1000001"), "pieces") == ["“%(typed)s” has too many digits."]


@pytest.mark.parametrize(
    ("typed", "utc"),
    [
        ("2026-11-18T14:06", datetime(2026, 11, 18, 6, 6, tzinfo=UTC)),
        ("2026-11-18 14:06", datetime(2026, 11, 18, 6, 6, tzinfo=UTC)),
        ("2026/11/18 14:06", datetime(2026, 11, 18, 6, 6, tzinfo=UTC)),
        ("2026-11-18T14:06+00:00", datetime(2026, 11, 18, 14, 6, tzinfo=UTC)),
        ("", None),
    ],
)
def test_a_moment_is_read_in_the_offices_zone_and_kept_in_utc(typed, utc):
    form = filled(at=typed)
    assert (form.at.data, form.at.errors) == (utc, [])


@pytest.mark.parametrize(
    "typed", ["morgen", "2026-13-01", "2026-02-30T10:00", "25:00", "1999-01-01T10:00", "9999-01-01T10:00", "0001-01-01"]
)
def test_what_is_no_moment_is_refused_and_kept(typed):
    form = filled(at=typed)
    assert said(form, "at")[0] in (
        "“%(typed)s” is no date and time. Write it like 2026-11-18 14:06.", "The year must lie between 2000 and 2100.",
    )  # fmt: skip
    assert form.at._value() == typed


def test_a_choice_that_is_not_offered_is_refused():
    assert filled(colour="red").colour.data == "red"
    assert filled(colour="").colour.data is None
    assert said(filled(colour="green"), "colour") == ["Choose one of the offered values."]
    assert said(filled(colours=["red", "green"]), "colours") == ["Choose from the offered values."]
    assert filled(colours=["red", "blue"]).colours.data == ["red", "blue"]


@pytest.mark.parametrize("typed", ["1; DROP", "-1", "1.0", "٣", "1" * 13])
def test_a_hidden_row_number_is_a_row_number(typed):
    assert said(filled(row=typed), "row") == ["Choose one of the offered values."]
    assert filled(row=" 12 ").row.data == 12


def test_a_phone_is_shown_in_one_form_or_refused_in_words():
    assert filled(phone="138 1234 5678").phone.data == filled(phone="１３８１２３４５６７８").phone.data
    form = filled(phone="12")
    assert form.phone.data is None
    assert said(form, "phone")
    assert form.phone._value() == "12"


def test_a_form_that_is_right_has_no_errors():
    assert Sample(MultiDict({"needed": "x"})).validate()
