"""Form fields shared by all kinds of work: text cleaned by NFKC, strict money, phones, local times (E-22).

A field raises `wtforms.ValidationError` with a `Words`, so that the message is said in the reader's language, and
keeps what was typed. Choices arrive as arguments.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from wtforms import BooleanField, Field, SelectField, SelectMultipleField, StringField, TextAreaField, ValidationError
from wtforms.validators import Optional
from wtforms.widgets import HiddenInput

from rules import phones
from rules.words import N_, Refused, Words

EXPONENTS = {"CNY": 2, "USD": 2, "EUR": 2, "HKD": 2, "JPY": 0}
MOST_MINOR = 100_000_000_000  # as the database has it, in every table with money
_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
_AMOUNT = re.compile(r"\d{1,12}(\.\d{1,2})?", re.ASCII)
_GROUPED = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?", re.ASCII)  # a comma that groups thousands; any other is left to fail


def clean(text: str | None) -> str | None:
    """NFKC, without control and direction characters, trimmed; None when nothing is left."""
    if text is None:
        return None
    text = text.encode("utf-8", "ignore").decode("utf-8")
    return _CONTROL.sub("", unicodedata.normalize("NFKC", text)).replace("\r\n", "\n").strip() or None


def prose(text: str | None) -> str | None:
    """As `clean`, but keeps width and punctuation as written (NFC): for what people said or wrote."""
    if text is None:
        return None
    text = text.encode("utf-8", "ignore").decode("utf-8")
    return _CONTROL.sub("", unicodedata.normalize("NFC", text)).replace("\r\n", "\n").strip() or None


def fail(msgid: str, **params: Any) -> ValidationError:
    """A field error to raise, in words."""
    return ValidationError(Words(msgid, **params))


class Limit:
    """At most `longest` characters."""

    def __init__(self, longest: int) -> None:
        self.longest = longest
        self.field_flags = {"maxlength": longest}

    def __call__(self, _form: Any, field: Field) -> None:
        if field.data and len(field.data) > self.longest:
            raise fail(
                N_("At most %(longest)s characters; this has %(count)s."), longest=self.longest, count=len(field.data)
            )


class Filled:
    """Something must be written, a box ticked; `ask` is the sentence that says what."""

    field_flags = {"required": True}

    def __init__(self, ask: str = N_("Fill this in.")) -> None:
        self.ask = ask

    def __call__(self, _form: Any, field: Field) -> None:
        if field.data is False or field.data in (None, "", []):  # 0 is an answer
            field.errors[:] = []
            raise fail(self.ask)


def text(label: str, *checks: Any, longest: int = 120, **options: Any) -> StringField:
    """One line of cleaned text, None when empty."""
    return StringField(label, [*checks, Limit(longest)], filters=[clean], **options)


def sentence(label: str, *checks: Any, longest: int = 200, **options: Any) -> StringField:
    """One line that people read, with width and punctuation as written; None when empty."""
    return StringField(label, [*checks, Limit(longest)], filters=[prose], **options)


def area(label: str, *checks: Any, longest: int = 4000, **options: Any) -> TextAreaField:
    """Several lines, kept as written."""
    return TextAreaField(label, [*checks, Limit(longest)], filters=[prose], **options)


def pick(label: str, choices: Sequence[tuple[str, str]], *checks: Any, **options: Any) -> SelectField:
    """One of `choices` (code, message id); an unknown code is refused in words."""
    return Choice(
        label, list(checks), choices=[(code, Words(name) if name else "") for code, name in choices], **options
    )


def _ungrouped(typed: str) -> str:
    """1,234.5 → 1234.5; “1,5” stays as it is, because it may mean one and a half."""
    return typed.replace(",", "") if _GROUPED.fullmatch(typed) else typed


class Choice(SelectField):
    """A select whose refusal is in the reader's language and whose empty choice is None."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """The code that was sent; an empty one is None."""
        if valuelist:
            self.data = valuelist[0] or None

    def pre_validate(self, form: Any) -> None:
        """Refuse a code that is not offered."""
        known = {code for code, *_ in self.iter_choices()}
        if self.data is not None and self.data not in known:
            raise fail(N_("Choose one of the offered values."))


class Offered(SelectField):
    """One of the rows that the page offers; what was sent is checked against them where it is used."""

    def __init__(self, label: str, *checks: Any, **options: Any) -> None:
        super().__init__(label, list(checks), choices=[], coerce=str, validate_choice=False, **options)

    def process_data(self, value: Any) -> None:
        """The row's code, None where there is none."""
        self.data = None if value is None else str(value)

    def process_formdata(self, valuelist: list[str]) -> None:
        """The code that was sent; an empty one is None."""
        if valuelist:
            self.data = valuelist[0] or None


class Row(Offered):
    """The number of one of the rows that the page offers."""

    data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        """The number, or None when nothing was chosen."""
        typed = valuelist[0] if valuelist else ""
        self.data = None
        if typed:
            if not re.fullmatch(r"\d{1,12}", typed, re.ASCII):
                raise ValueError(Words(N_("Choose one of the offered values.")))
            self.data = int(typed)


class Many(SelectMultipleField):
    """Several of the offered codes."""

    def pre_validate(self, form: Any) -> None:
        """Refuse a code that is not offered."""
        known = {code for code, *_ in self.iter_choices()}
        if self.data and not set(self.data) <= known:
            raise fail(N_("Choose from the offered values."))


class Tick(BooleanField):
    """A box; ticked or not."""


class Number(StringField):
    """A whole number in a range; `scale` multiplies decimals (weight 1.5 kg → 1500 g)."""

    def __init__(
        self, label: str, checks: Sequence[Any] = (), scale: int = 1, most: int = 10**12, **options: Any
    ) -> None:
        super().__init__(label, [Optional(), *checks], **options)
        self.scale, self.most = scale, most

    def process_formdata(self, valuelist: list[str]) -> None:
        """The scaled integer; raises ValidationError for anything else."""
        typed = (clean(valuelist[0]) if valuelist else None) or ""
        self.data = None
        if not typed:
            return
        plain = _ungrouped(typed)
        if not re.fullmatch(r"\d{1,12}(\.\d{1,6})?", plain, re.ASCII):
            raise ValueError(Words(N_("“%(typed)s” is no number from 0 on."), typed=typed[:40]))
        number = Decimal(plain) * self.scale
        if number != int(number) or number > self.most:
            raise ValueError(Words(N_("“%(typed)s” has too many digits."), typed=typed[:40]))
        self.data = int(number)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{Decimal(self.data) / self.scale:f}"


class Money(StringField):
    """An amount in minor units of the currency beside it; strict: no signs, no exponents, no odd digits."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Minor units as int; raises ValidationError when the text is no amount."""
        typed = (clean(valuelist[0]) if valuelist else None) or ""
        plain = _ungrouped(typed.lstrip("¥$ "))
        self.data = None
        if typed and not _AMOUNT.fullmatch(plain):
            raise ValueError(Words(N_("“%(typed)s” is no amount. Write it like 120.00."), typed=typed[:40]))
        minor = int(Decimal(plain) * 100) if typed else 0
        if minor > MOST_MINOR:
            raise ValueError(Words(N_("“%(typed)s” has too many digits."), typed=typed[:40]))
        if typed:
            self.data = minor

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return f"{Decimal(self.data) / 100:.2f}" if self.data else ""


def minor_units(hundredths: int, currency: str) -> int:
    """What a `Money` field holds, in minor units of `currency` (ISO exponents): of yen there are no hundredths.
    Raises Refused (422) for a fraction that the currency does not have."""
    whole: int = 10 ** (2 - EXPONENTS[currency])
    if hundredths % whole:
        raise Refused(Words(N_("%(currency)s has no such fraction."), currency=currency), 422, "currency")
    return hundredths // whole


class Telephone(StringField):
    """A number that can be called; the data is the display form."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """The number as shown; raises ValidationError saying what is wrong with it."""
        typed = clean(valuelist[0]) if valuelist else None
        self.data = None
        if typed:
            try:
                self.data = phones.phone(typed).display
            except Refused as no:
                raise ValueError(no.why) from no

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.raw_data else (self.data or "")


class Moment(StringField):
    """A date and time in the office's zone (the form's `meta.zone`), as the browser's datetime-local writes it; the data
    is UTC."""

    @property
    def zone(self) -> str:
        """The zone that was typed in."""
        return str(getattr(self.meta, "zone", "Asia/Shanghai"))

    def process_formdata(self, valuelist: list[str]) -> None:
        """Aware UTC; raises ValidationError for what is no time."""
        typed = (clean(valuelist[0]) if valuelist else None) or ""
        self.data = None
        if not typed:
            return
        try:
            local = datetime.fromisoformat(typed.replace("/", "-"))
            self.data = local.replace(tzinfo=local.tzinfo or ZoneInfo(self.zone)).astimezone(UTC)
        except (ValueError, OverflowError) as no:
            raise ValueError(
                Words(N_("“%(typed)s” is no date and time. Write it like 2026-11-18 14:06."), typed=typed[:40])
            ) from no
        if not 2000 <= self.data.year <= 2100:
            raise ValueError(Words(N_("The year must lie between 2000 and 2100.")))

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.data.astimezone(ZoneInfo(self.zone)).strftime("%Y-%m-%dT%H:%M") if self.data else ""


class Whole(StringField):
    """A hidden row number; anything else is refused."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """The number, or None when nothing was sent."""
        typed = valuelist[0].strip() if valuelist and valuelist[0] else ""
        self.data = None
        if typed:
            if not re.fullmatch(r"\d{1,12}", typed, re.ASCII):
                raise ValueError(Words(N_("Choose one of the offered values.")))
            self.data = int(typed)


class Key(Whole):
    """The number of the row that a form is about, sent along unseen."""

    widget = HiddenInput()
