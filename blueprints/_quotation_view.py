"""Quotations on the page of an inquiry, and on paper for the customer (INQ-13, INQ-16, INQ-17, INQ-22)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import url_for

from blueprints._look import Look, Shown
from blueprints._quotation_paper import customer_text, told
from blueprints._words import TAGS, shown_text, words
from models import PriceSource, Quotation, db
from rules import quoting, quoting_lines, quoting_margin, quoting_sources, tariffs, telling
from rules.prices import ITEMS, UNITS
from rules.words import N_, Words

MOVES = ("submit_quote", "finish_quote", "approve_quote", "return_quote", "take_back_quote", "quote_drop")
EXPLAINED = ("submit_quote", "finish_quote", "approve_quote", "return_quote", "send_quote", "approve_source")
TONES = {"draft": "", "review": "soon", "approved": "hold", "sent": "done", "faulty": "late", "dropped": ""}

SPOKEN = (("zh", N_("Chinese")), ("en", N_("English")))


@dataclass
class Version:
    """One version; `rows` are (name, rate, quantity, sum, what ALL IN includes), `inside` what no customer sees."""

    number: int
    status: str
    tone: str
    marks: list[Any]
    rows: list[Any]
    totals: list[str]
    inside: list[tuple[str, Any]]
    text: str
    print_url: str | None
    apology: str = ""
    open: bool = False


@dataclass
class Sources:
    """What others ask, side by side: (words, valid until, remark, who approved or None, number to approve or None)."""

    rows: list[Any] = field(default_factory=list)
    add: Shown | None = None
    approve: Shown | None = None


@dataclass
class Part:
    """See inquiry/_quotation.html. `tariffs` are (id, words); `row` is what ui.post and ui.hidden want."""

    row: Any
    versions: list[Version]
    sources: Sources
    draft: Shown | None
    moves: list[Shown]
    send: Shown | None
    fault: Shown | None
    sent_words: list[tuple[str, str, str]]
    tariffs: list[tuple[int, Any]]
    blocked: list[tuple[Any, Any]]
    opened: bool = False
    empty: bool = False


@dataclass
class Row:
    """What the macros for forms want to know of the page."""

    id: int
    version: int
    view: str = "case"
    list_url: str | None = None


def part(look: Look) -> Part | None:
    """The quotations of a price inquiry; nothing where there is none and none may be made."""
    if look.case.topic != "price":
        return None
    versions = look.facts.quotations if look.facts.has("quotations") else []
    sources = look.facts.sources if look.facts.has("price_sources") else []
    draft = next(iter(look.able("quote_draft", "quote_edit")), None)
    add = next(iter(look.able("add_source")), None)
    if not (versions or sources or draft or add):
        return None
    return _part(look, versions, sources, draft, add)


def _part(
    look: Look, versions: list[Quotation], sources: list[PriceSource], draft: Shown | None, add: Shown | None
) -> Part:
    case = look.case
    if draft is not None:
        _ready(look, draft, versions, sources)
    send = next(iter(look.able("send_quote")), None)
    fault = next(iter(look.able("quote_faulty")), None)
    if send is not None:
        send.url = url_for("quotations.send", ref=case.ref)
    if fault is not None:
        sent = [(str(q.number), str(q.number)) for q in reversed(versions) if q.status == "sent"]
        fault.form.number.choices = sent
    tried = look.tried.name if look.tried else ""
    shown = Sources(
        [_source(s, look) for s in sources], add, next(iter(look.able("approve_source")), None)
    )  # fmt: skip
    hand = next((q for q in reversed(versions) if q.status == "approved"), None)
    return Part(
        Row(case.id, case.version), [_version(q, case) for q in reversed(versions)], shown, draft, look.able(*MOVES), send, fault,
        _both(hand, case) if hand and send and told(hand, case) else [], _tariffs(case) if draft else [],
        [(m.label, (why,)) for m, why in look.offered if why is not None and m.name in EXPLAINED],
        opened=tried in ("quote_draft", "quote_edit") or any(q.status == "draft" for q in versions), empty=not versions,
    )  # fmt: skip


def _both(hand: Quotation, case: Any) -> list[tuple[str, str, str]]:
    """What goes out, in each language that can be chosen: its tag, its name, the text."""
    return [(TAGS[spoken], name, customer_text(hand, case, spoken)) for spoken, name in SPOKEN]


def _ready(look: Look, shown: Shown, versions: list[Quotation], sources: list[PriceSource]) -> None:
    """The form of a draft with its choices, filled with the version in hand unless it was just refused."""
    hand = next((q for q in reversed(versions) if q.status in ("draft", "approved")), None)
    if shown.name == "quote_edit" and hand is not None and shown.form.lines.raw_data is None:
        shown.form.process(None, data=_values(hand))
    form = shown.form
    if form.lines.raw_data is None and hand is None and _coloader(look.case):
        form.basis.data = "selling"
    usable = [s for s in sources if s.amount_minor and not quoting_sources.waits(s)]
    form.source_id.choices = [("", "–"), *((str(s.id), quoting_sources.words(s)) for s in usable)]


def _coloader(case: Any) -> bool:
    return case.customer is not None and case.customer.grouping == "coloader"


def _values(hand: Quotation) -> dict[str, Any]:
    """A version as the form has it: amounts in hundredths, quantities in thousandths."""

    def hundredths(minor: int | None, currency: str) -> int | None:
        return None if minor is None else int(minor * 10 ** (2 - telling.EXPONENTS.get(currency, 2)))

    lines = [
        {"item": q.item, "text": q.text, "amount": hundredths(q.amount_minor, q.currency), "currency": q.currency,
         "unit": q.unit, "quantity": q.quantity_m, "includes": q.includes, "tariff_id": q.tariff_id}
        for q in quoting_lines.counting(hand.lines)
    ]  # fmt: skip
    return {
        "lines": lines, "basis": hand.basis, "source_id": hand.source_id, "cost_currency": hand.currency,
        "cost": hundredths(hand.cost_minor, hand.currency), "valid_until": hand.valid_until, "remark": hand.remark,
        "indicative": hand.indicative, "competitor": hand.competitor, "reduction": hand.reduction,
        "competitor_price": hundredths(hand.competitor_minor, hand.currency),
    }  # fmt: skip


def _tariffs(case: Any) -> list[tuple[int, Any]]:
    told = N_("%(item)s %(carrier)s %(amount)s per %(unit)s")
    return [
        (t.id, Words(told, item=Words(ITEMS.get(t.item, t.item)), carrier=t.carrier or "",
                     amount=telling.money(t.selling_minor, t.currency), unit=Words(UNITS.get(t.unit, t.unit))))
        for t in tariffs.matching(db.session(), case)
    ]  # fmt: skip


def _source(source: PriceSource, look: Look) -> Any:
    mine = source.by_id == look.who.user_id
    waits = quoting_sources.waits(source)
    standing: Any = ""
    if source.kind == "outside":
        standing = N_("not approved yet") if waits else N_("approved")
    return (quoting_sources.words(source), source.valid_until, shown_text(source.remark), standing,
            source.id if waits and not mine else None)  # fmt: skip


def _version(q: Quotation, case: Any) -> Version:
    marks = [Words(quoting_margin.REASONS[name]) for name in q.reasons if name in quoting_margin.REASONS]
    marks += [Words(N_("Supplementary"))] if q.supplementary else []
    marks += [Words(N_("Indicative"))] if q.indicative else []
    written = q.status in ("approved", "sent") and q.basis != "floor" and quoting.unchanged(q, case)
    return Version(
        q.number, quoting.STATUSES[q.status], TONES[q.status], marks,
        [(quoting_lines.name(each), quoting_lines.rate(each), quoting_lines.quantity(each),
          telling.money(quoting_lines.amount(each), each.currency), each.includes)
         for each in quoting_lines.counting(q.lines)],
        [telling.money(minor, code) for code, minor in quoting_lines.totals(q.lines).items()], _inside(q, case),
        "\n".join(words(each) for each in told(q, case)) if written else "",
        url_for("quotations.paper", ref=case.ref, number=q.number) if written else None,
        words(quoting.apology(q, case.ref)) if q.status == "faulty" else "", q.status == "review",
    )  # fmt: skip


def _inside(q: Quotation, case: Any) -> list[tuple[str, Any]]:
    """What the desk alone sees: basis, cost, margin and band, competitor, who made and reviewed it."""
    known, chosen, gap = quoting_margin.band(case.customer), quoting_margin.margin(q), quoting_margin.gap(q)
    band = Words(N_("%(low)s–%(high)s %%"), low=known[0], high="" if known[1] is None else known[1]) if known else None
    rival = None
    if q.competitor_minor is not None:
        price, less = telling.money(q.competitor_minor, q.currency), telling.money(gap or 0, q.currency)
        said = N_("%(name)s %(amount)s, %(gap)s below us: %(reason)s")
        rival = Words(said, name=q.competitor or "–", amount=price, gap=less, reason=q.reduction or "")
    pairs: list[tuple[str, Any]] = [
        (N_("Reckoned from"), quoting_lines.BASES[q.basis]),
        (N_("Price source"), quoting_sources.words(q.source) if q.source else None),
        (N_("It costs us in total"), None if q.cost_minor is None else telling.money(q.cost_minor, q.currency)),
        (N_("Margin"), None if chosen is None else Words(N_("%(n)s %%"), n=chosen)), (N_("Customer's margin band"), band),
        (N_("Competitor"), rival), (N_("Valid until"), q.valid_until), (N_("Remark for the customer"), shown_text(q.remark)),
        (N_("Made by"), f"{q.made_by.display} {q.made_by.name}"),
        (N_("Reviewed by"), f"{q.reviewed_by.display} {q.reviewed_by.name}" if q.reviewed_by else None),
        (N_("Returned because"), shown_text(q.review_note)), (N_("What was wrong"), shown_text(q.fault)),
        (N_("Sent at"), q.sent_at),
    ]  # fmt: skip
    return [(label, value) for label, value in pairs if value not in (None, "")]
