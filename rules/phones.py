"""Phone numbers as people write them: mobiles, landlines with extension, service numbers, numbers abroad."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from rules.words import N_, Refused, Words

_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_SERVICE = re.compile(r"9[56][0-9]{3,6}")  # 95xxx and 96xxx: banks, carriers; unknown to the library
_NAMED_EXTENSION = re.compile(r"(?:转接|转|分机|ext(?:ension)?\.?|x|#)[\s:]*([0-9]{1,6})$", re.IGNORECASE)
_DASHED_EXTENSION = re.compile(r"-\s*([0-9]{1,6})$")
_SHAPE = re.compile(r"\+?[0-9()\s.\-/]+")
_DASHES = re.compile(r"[\u2010-\u2015\u2212\u30fc]")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060\ufeff]")


@dataclass(frozen=True)
class Phone:
    """A phone number: `norm` digits only (country code only if abroad), `display` as shown, `extension` or ''.

    `kind` is mobile, landline, service or abroad.
    """

    norm: str
    display: str
    extension: str
    kind: str


def phone(typed: str) -> Phone:
    """Any number that can be called. Raises Refused (422)."""
    text = _tidy(typed)
    named = _NAMED_EXTENSION.search(text)
    number, extension = (text[: named.start()], named.group(1)) if named else (text, "")
    found = _number(number, extension)
    if found is None and not extension and (dashed := _DASHED_EXTENSION.search(number)):
        found = _number(number[: dashed.start()], dashed.group(1))
    if found is None:
        raise Refused(_what_is_wrong(typed.strip(), re.sub(r"[^0-9+]", "", number)), code=422)
    return found


def mobile(typed: str) -> Phone:
    """A mobile number, or one abroad with its country code. Raises Refused (422)."""
    found = phone(typed)
    if found.kind not in ("mobile", "abroad"):
        raise Refused(
            Words(N_("“%(number)s” is no mobile number; a landline has its own column"), number=typed.strip()),
            code=422,
        )
    return found


def _tidy(typed: str) -> str:
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", typed)).strip()
    return _DASHES.sub("-", text)


def _number(text: str, extension: str) -> Phone | None:
    """The number in `text`, or None if it cannot be called."""
    text = text.strip(" -,;")
    if not _SHAPE.fullmatch(text):
        return None
    digits = re.sub(r"[^0-9+]", "", text)
    digits = re.sub(r"^(?:\+|00)86", "", digits)
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    if _MOBILE.fullmatch(digits):
        return Phone(digits, _shown(digits, extension), extension, "mobile")
    if _SERVICE.fullmatch(digits):
        return Phone(digits, _shown(digits, extension), extension, "service")
    return _looked_up(digits, extension)


_KINDS = {
    PhoneNumberType.MOBILE: "mobile",
    PhoneNumberType.SHARED_COST: "service",
    PhoneNumberType.TOLL_FREE: "service",
}


def _looked_up(digits: str, extension: str) -> Phone | None:
    """The number as the library of numbering plans knows it."""
    try:
        parsed = phonenumbers.parse(digits, None if digits.startswith("+") else "CN")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(parsed):
        return None
    if parsed.country_code != 86:
        shown = phonenumbers.format_number(parsed, PhoneNumberFormat.INTERNATIONAL)
        return Phone(f"{parsed.country_code}{parsed.national_number}", _shown(shown, extension), extension, "abroad")
    kind = _KINDS.get(phonenumbers.number_type(parsed), "landline")
    national = phonenumbers.format_number(parsed, PhoneNumberFormat.NATIONAL)
    norm = re.sub(r"[^0-9]", "", national)
    if kind == "mobile" and not _MOBILE.fullmatch(norm):
        return None
    area, _, rest = national.partition(" ")
    shown = f"{area}-{rest.replace(' ', '')}" if kind == "landline" and rest else norm
    return Phone(norm, _shown(shown, extension), extension, kind)


def _shown(number: str, extension: str) -> str:
    return f"{number}-{extension}" if extension else number


def _what_is_wrong(typed: str, digits: str) -> Words:
    """The sentence for a number that cannot be called, as precise as its digits allow."""
    if re.fullmatch(r"1[3-9][0-9]{,12}", digits) and len(digits) != 11:
        return Words(N_("“%(number)s” has %(count)s digits; a mobile number has 11"), number=typed, count=len(digits))
    if re.fullmatch(r"[2-8][0-9]{6,7}", digits):
        return Words(N_("“%(number)s” lacks the area code, for example 0755-%(number)s"), number=typed)
    if re.fullmatch(r"0[0-9]{9,11}", digits):
        return Words(N_("“%(number)s” is no landline of that area: the count of digits is wrong"), number=typed)
    return Words(
        N_("“%(number)s” cannot be called: write one number, with area code, or + and country code if abroad"),
        number=typed,
    )
