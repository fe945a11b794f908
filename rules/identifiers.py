"""The numbers of the trade and their checks (freight 1.1 to 1.6).

Every function takes what a person typed, returns the normal form and raises `Refused` (422) naming what is wrong
and, where it can be computed, what would be right. Numbers without a standard are never refused, only doubted.
"""

from __future__ import annotations

import re
import unicodedata

from stdnum import imo as stdnum_imo
from stdnum import iso6346
from stdnum.cn import uscc as stdnum_uscc
from stdnum.exceptions import ValidationError

from rules.words import N_, Refused, Words

# Blanks, hyphens and dots of every width, and the invisible marks that come with copied text.
_NOISE = re.compile(r"[\s\-\u2010-\u2015\u2212\u00b7\u2022\u2027\u30fb\u200b-\u200f\u2060\ufeff]+")

_AWB = re.compile(r"[0-9]{11}")
_CONTAINER = re.compile(r"[A-Z]{3}[UJZ][0-9]{7}")
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_PLATE = re.compile(
    rf"[{_PROVINCES}][A-HJ-NP-Z]"
    r"(?:[A-HJ-NP-Z0-9]{4}[A-HJ-NP-Z0-9挂学警港澳]"  # blue, yellow, trailer, cross-border
    r"|[A-HJK][A-HJ-NP-Z0-9][0-9]{4}|[0-9]{5}[A-HJK])"  # new energy, small and large
)
_USCC = re.compile(r"[0-9]{8}[0-9A-HJ-NPQRTUWXY]{10}")
_BILL = re.compile(r"[A-Z0-9]{4,20}")


def normal(typed: str) -> str:
    """`typed` in the form in which numbers are compared: NFKC, no blanks, hyphens or dots, upper case."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", typed)).upper()


def awb(typed: str) -> str:
    """An air waybill number as eleven digits: airline prefix, serial, check digit = serial mod 7.

    Raises Refused with the digit that would be right.
    """
    number = normal(typed)
    if not _AWB.fullmatch(number):
        raise _refused(Words(N_("“%(number)s” is no air waybill number: it has 3 + 8 digits"), number=typed.strip()))
    digit = int(number[3:10]) % 7
    if int(number[10]) != digit:
        raise _refused(Words(N_("Air waybill %(number)s: the check digit should be %(digit)s; compare with the paper"),
                                 number=awb_shown(number), digit=digit))  # fmt: skip
    return number


def awb_shown(number: str) -> str:
    """Eleven digits the way airlines print them: 784-12345675."""
    return f"{number[:3]}-{number[3:]}"


def container(typed: str) -> str:
    """A container number of ISO 6346: owner, U, J or Z, six digits, check digit. Raises Refused.

    The pattern is tested first because the library lets digits into the owner code and fails on Chinese text.
    """
    number = normal(typed)
    if not _CONTAINER.fullmatch(number):
        raise _refused(Words(N_("“%(number)s” is no container number: 4 letters ending in U, J or Z, then 7 digits"),
                             number=typed.strip()))  # fmt: skip
    digit = iso6346.calc_check_digit(number[:10])
    if number[10] != digit:
        raise _refused(Words(N_("Container %(number)s: the check digit should be %(digit)s; compare with the door"),
                                 number=number, digit=digit))  # fmt: skip
    return number


def plate(typed: str) -> str:
    """A Chinese number plate, new-energy, trailer and cross-border ones included. Raises Refused."""
    number = normal(typed)
    if not _PLATE.fullmatch(number):
        raise _refused(Words(N_("“%(number)s” is no number plate; an example is 粤B12345"), number=typed.strip()))
    return number


def imo(typed: str) -> str:
    """A ship's IMO number as seven digits. Raises Refused."""
    number = normal(typed).removeprefix("IMO")
    if not re.fullmatch(r"[0-9]{7}", number):
        raise _refused(Words(N_("“%(number)s” is no IMO number: it has 7 digits"), number=typed.strip()))
    digit = stdnum_imo.calc_check_digit(number[:6])
    if number[6] != digit:
        raise _refused(Words(N_("IMO %(number)s: the check digit should be %(digit)s; compare with the paper"),
                                 number=number, digit=digit))  # fmt: skip
    return number


def uscc(typed: str) -> str:
    """A company's unified social credit code (统一社会信用代码), 18 characters. Raises Refused."""
    number = normal(typed)
    if not _USCC.fullmatch(number):
        raise _refused(Words(N_("“%(number)s” is no unified social credit code: 18 characters, without I, O, S, V, Z"),
                             number=typed.strip()))  # fmt: skip
    try:
        return stdnum_uscc.validate(number)
    except ValidationError:
        raise _refused(Words(N_("Credit code %(number)s: the last character should be %(digit)s"),
                                 number=number, digit=stdnum_uscc.calc_check_digit(number[:17]))) from None  # fmt: skip


def bill_of_lading(typed: str) -> tuple[str, Words | None]:
    """A bill of lading number and a doubt, if any. Carriers number as they like: never refused (freight 1.6)."""
    number = normal(typed)
    if _BILL.fullmatch(number):
        return number, None
    return number, Words(N_("“%(number)s” does not look like a bill of lading number"), number=typed.strip())


def _refused(why: Words) -> Refused:
    return Refused(why, code=422)
