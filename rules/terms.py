"""What a thing is found by, and what a person asked for, in the same normal forms (freight 6).

Numbers, phones and initials are compared from their front or end; words by tokens. Latin words and digits are one
token each; a run of Chinese gives every character and every pair: 刘玲玲 → 刘 刘玲 玲 玲玲 玲. The tokens of a word
stand in a row wherever the word does, so it is found as a phrase and no dictionary can cut it wrongly.

A body ends with its places: what it is and whose, `@message @2`. No word holds an @, so nobody can type one; a search
among the messages of an office reads nothing else, however common the word is elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sqlalchemy import ColumnElement, Text, inspect, or_, select

from models import Case, Contact, Customer, Document, DocumentVersion, Message, SearchRef, Shipment
from rules import fields, identifiers, phones
from rules.pinyin import initials
from rules.words import Refused

CUSTOMER, SHIPMENT, CASE, DOCUMENT, MESSAGE = WHATS = ("customer", "shipment", "case", "document", "message")
NUMBERS = frozenset({"number", "master", "container", "booking", "phone", "code", "ref"})
CARRIED = ("number", "master", "container")
LONGEST, WIDTH, MOST_WORDS = 200, 80, 8
ROOM = 16  # ids of `search_texts` per thing, one for each kind
SHORTEST_END = 4  # the last four digits of a number

_CJK = r"\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
LATIN = rf"[^\W_{_CJK}]"  # one character of a word that is not Chinese, for a pattern
_RUN = re.compile(rf"[{_CJK}]+|{LATIN}+")
_IS_CJK = re.compile(rf"[{_CJK}]")
_SEVERAL = re.compile(r"[,;/、，；]")
_WORDS = re.compile(r"[\s()\[\]（）【】,，、;；/]+")
_PERHAPS_PHONE = re.compile(r"(?=(?:\D*\d){7})[+(\d][^,，;；/]{6,39}")

Ref = tuple[str, str]  # field, normal form


@dataclass(frozen=True, slots=True)
class Entry:
    """All that one thing is found by. Texts of the whole company have no office."""

    office_id: int | None
    what: str
    object_id: int
    refs: frozenset[Ref]
    body: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed: `needles` are compared with numbers, every phrase of tokens must stand in the text."""

    needles: tuple[str, ...]
    phrases: tuple[tuple[str, ...], ...]


def tokens(text: str) -> list[str]:
    """The tokens of `text` in order, for the index."""
    return [token for run in runs(text) for token in _of_run(run)]


def runs(text: str) -> list[str]:
    """The words and numbers of `text`, and its runs of Chinese, folded."""
    return _RUN.findall((fields.clean(text) or "").casefold())


def is_chinese(run: str) -> bool:
    """Whether a run is Chinese, of which every character is a word."""
    return _IS_CJK.match(run) is not None


def asked(typed: str) -> Asked:
    """What `typed` asks for; any text is allowed, what lies beyond 200 characters is not looked at."""
    text = fields.clean(typed[:LONGEST]) or ""
    needles = dict.fromkeys([norm(text), *_as_phone(text)])
    phrases = dict.fromkeys(_inner(tokens(word)) for word in text.split()[:MOST_WORDS])
    return Asked(
        tuple(needle for needle in needles if 0 < len(needle) <= WIDTH),
        tuple(phrase for phrase in phrases if phrase),
    )


def _inner(phrase: list[str]) -> tuple[str, ...]:
    """A phrase without the single characters at its ends that the pair beside them says already: 客户 is one token."""
    first = len(phrase) > 1 and _is_pair(phrase[1]) and phrase[1][0] == phrase[0]
    last = len(phrase) > 1 and _is_pair(phrase[-2]) and phrase[-2][1] == phrase[-1]
    return tuple(phrase[first : len(phrase) - last])


def _is_pair(token: str) -> bool:
    return len(token) == 2 and is_chinese(token)


def row_id(what: str, object_id: int) -> int:
    """The id of a thing's row in `search_texts`: within a kind, newer things have higher ones, whenever they are indexed."""
    return object_id * ROOM + WHATS.index(what)


def places(what: str, office_id: int | None = None) -> list[str]:
    """The tokens that say where a thing belongs; without an office, those of every office's."""
    return [f"@{what}"] + ([f"@{office_id}"] if office_id is not None else [])


def norm(text: str) -> str:
    """`text` as compared from front or end: no blanks, hyphens, dots; full width folded; upper case."""
    return identifiers.normal(fields.clean(text) or "")


def carries(typed: str) -> ColumnElement[bool]:
    """Whether a shipment carries `typed` as its waybill, master or container number, however it is written: 784-12345675
    and 78412345675 are one number."""
    wanted = norm(typed)
    same = SearchRef.norm == wanted, SearchRef.what == SHIPMENT, SearchRef.field.in_(CARRIED)
    plain = (getattr(Shipment, field) == wanted for field in CARRIED)
    return or_(Shipment.id.in_(select(SearchRef.object_id).where(*same)), *plain)


def ends(digits: str) -> ColumnElement[bool]:
    """Whether a shipment's waybill, master or container number ends in `digits`."""
    low = digits[::-1]
    turned = SearchRef.reversed >= low, SearchRef.reversed < low + "\U0010ffff"
    same = SearchRef.what == SHIPMENT, SearchRef.field.in_(CARRIED)
    return Shipment.id.in_(select(SearchRef.object_id).where(*turned, *same))


def entry(thing: Any, related: Iterable[Any] = ()) -> Entry:
    """What `thing` is found by; `related` are the contacts of a customer, the versions of a document that are in force.
    TypeError for what is not searched."""
    for model, (what, refs_of, texts_of) in _KINDS.items():
        if isinstance(thing, model):
            those, office_id = list(related), getattr(thing, "office_id", None)
            refs = frozenset((field, form) for field, form in refs_of(thing, those) if form)
            body = _body(texts_of(thing, those))
            return Entry(office_id, what, thing.id, refs, " ".join([body, *places(what, office_id)]) if body else "")
    raise TypeError(f"{type(thing).__name__} is not searched")


def _body(texts: Iterable[str | None]) -> str:
    return " ".join(token for text in texts if text for token in tokens(text))


def _of_run(run: str) -> Iterator[str]:
    if not is_chinese(run):
        yield run
        return
    for one, two in pairwise(run):
        yield one
        yield one + two
    yield run[-1]


# ---------------------------------------------------------------------------------------------- refs and texts


def parted(text: str) -> list[str]:
    """What is written as several numbers, apart: vessel/voyage is found by either."""
    return _SEVERAL.split(text)


def _numbers(field: str, value: str | None) -> Iterator[Ref]:
    return ((field, norm(part)) for part in parted(value or ""))


def _phones(*values: str | None) -> Iterator[Ref]:
    for value in values:
        for part in _SEVERAL.split(value or ""):
            yield from (("phone", form) for form in _as_phone(part) or [re.sub(r"\D", "", norm(part))])


def _as_phone(text: str) -> list[str]:
    """The digits of a phone number without country code 86 and extension, if `text` is one."""
    if not _PERHAPS_PHONE.fullmatch(text.strip()):
        return []
    try:
        return [phones.phone(text).norm]
    except Refused:
        return []


def _names(field: str, name: str | None) -> Iterator[Ref]:
    """A name whole, by its words and by its initials."""
    if not name:
        return
    yield from ((field, norm(part)) for part in {name, *_WORDS.split(name)} if len(part) > 1)
    yield from (("initials", form) for form in initials(name))


def _customer_refs(customer: Customer, people: Sequence[Contact]) -> Iterator[Ref]:
    yield from _numbers("code", customer.code)
    yield from _names("name", customer.name)
    yield "mail", norm(customer.note_mailbox or "")
    for contact in people:
        yield from _names("contact", contact.name)
        yield from _phones(contact.phone, contact.landline, contact.fax)
        yield from (("mail", norm(value)) for value in (contact.mail, contact.wechat, contact.qq) if value)


def _customer_texts(customer: Customer, people: Sequence[Contact]) -> list[str | None]:
    return [customer.name, *(contact.name for contact in people), customer.remark]


def _shipment_refs(shipment: Shipment, _people: Sequence[Contact]) -> Iterator[Ref]:
    for field in ("number", "master", "container", "booking", "vehicle"):
        yield from _numbers(field, getattr(shipment, field))
    yield from _phones(shipment.consignee_phone)
    consignee, destination = shipment.consignee or "", shipment.destination or ""
    yield "consignee", norm(consignee + destination)
    yield "destination", norm(destination + consignee)


def _shipment_texts(shipment: Shipment, _people: Sequence[Contact]) -> list[str | None]:
    """Without the origin: “北京 刘玲” asks for goods to Beijing."""
    told = ("consignee", "destination", "shipper", "cargo", "address", "remark")
    return [getattr(shipment, name) for name in told]


def _case_refs(case: Case, _people: Sequence[Contact]) -> Iterator[Ref]:
    yield from (("ref", norm(part)) for part in {case.ref, case.ref.rpartition("-")[2]})
    yield from _phones(case.caller_phone)


def _case_texts(case: Case, _people: Sequence[Contact]) -> list[str | None]:
    """Title, caller and whatever the kind of work keeps as prose."""
    prose = [column.key for column in inspect(type(case)).column_attrs if isinstance(column.columns[0].type, Text)]
    return [case.title, case.caller_name, *(getattr(case, key) for key in sorted(prose))]


def _message_refs(_message: Message, _none: Sequence[Any]) -> Iterator[Ref]:
    """None: a phone leads to people and goods, not to the thousand calls from it."""
    return iter(())


def _message_texts(message: Message, _none: Sequence[Any]) -> list[str | None]:
    return [message.said, message.text, message.party]


def _document_refs(document: Document, in_force: Sequence[DocumentVersion]) -> Iterator[Ref]:
    for version in in_force:
        yield from _numbers("number", document.number)
        yield from (("initials", form) for form in initials(version.title_zh))


def _document_texts(document: Document, in_force: Sequence[DocumentVersion]) -> list[str | None]:
    return [
        text
        for version in in_force
        for text in (document.number, version.title_zh, version.title_en, version.body_zh, version.body_en)
    ]


_KINDS: dict[Any, Any] = {
    Customer: (CUSTOMER, _customer_refs, _customer_texts),
    Shipment: (SHIPMENT, _shipment_refs, _shipment_texts),
    Case: (CASE, _case_refs, _case_texts),
    Document: (DOCUMENT, _document_refs, _document_texts),
    Message: (MESSAGE, _message_refs, _message_texts),
}
