"""The money of a change as lines: what the customer owes us (receivable) and what we owe others (payable), CHG-15, FIN.

Amounts are minor units of the line's currency. A line stays when it is waived, with who waived it and why (CHG-19). Who may
waive is said by the move that calls this; the lines themselves only know what is owed, by whom and whether he agreed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import inspect, select

from models import ChargeLine, Fee, Shipment
from rules import fees, telling
from rules.fields import EXPONENTS
from rules.store import Tx
from rules.words import N_, Refused, Words

RECEIVABLE, PAYABLE = "receivable", "payable"
MOST = 100_000_000_000  # as the database has it
SIDES = {RECEIVABLE: N_("Receivable"), PAYABLE: N_("Payable")}
PAYERS = {"shipper": N_("Shipper"), "consignee": N_("Consignee"), "company": N_("Our company")}
ITEMS = {
    "change": N_("Change fee"),
    "redelivery": N_("Re-delivery"),
    "redirect": N_("Redirection"),
    "return": N_("Return carriage"),
    "storage": N_("Storage"),
    "document": N_("Document fee"),
    "telex": N_("Telex-release fee"),
    "short_shipment": N_("Paid short shipment"),
    "watching": N_("Watching on board"),
    "carrier": N_("Carrier's fee"),
    "other": N_("Other charge"),
}
LEADERS_ITEMS = ("document", "telex")  # CHG-19
TOTALS = {RECEIVABLE: N_("Receivable in total %(amount)s"), PAYABLE: N_("Payable in total %(amount)s")}


# ------------------------------------------------------------------------------------------ writing


def add(
    tx: Tx, case: Any, *, side: str, amount_minor: int, currency: str, item: str, payer: str | None = None,
    party: str | None = None, agreed: str | None = None, fee: Fee | None = None,
) -> ChargeLine:  # fmt: skip
    """A new line of `case`, in minor units of `currency`; `party` is whom we pay or who pays, `agreed` with whom and when
    the customer's word was had. Raises Refused (422) for an amount, currency, item or payer that cannot be."""
    _check(side, amount_minor, currency, item, payer)
    line = ChargeLine(
        case_id=case.id, side=side, item=item, payer=payer, party=party, amount_minor=amount_minor, currency=currency,
        agreed=agreed, fee_id=fee.id if fee else None, by_id=tx.actor.user_id, at=tx.at,
    )  # fmt: skip
    if "charges" not in inspect(case).unloaded:  # the lines in hand stay the lines of the case
        case.charges.append(line)
    return tx.add(line)  # type: ignore[no-any-return]


def _check(side: str, amount_minor: int, currency: str, item: str, payer: str | None) -> None:
    if not 1 <= amount_minor <= MOST:
        raise Refused(Words(N_("Write the charge, for example 120.00.")), 422, "amount_minor")
    if side not in SIDES or item not in ITEMS or currency not in EXPONENTS:
        raise Refused(Words(N_("Choose one of the offered values.")), 422, "item")
    if side == RECEIVABLE and payer not in PAYERS:
        raise Refused(Words(N_("Say who pays: shipper, consignee, or our company for our own mistake.")), 422, "payer")


def propose(tx: Tx, case: Any, shipment: Shipment, on_day: Any) -> list[ChargeLine]:
    """Lines from the fee table as it stands `on_day` for this kind, carrier and stage, not agreed yet; what was proposed
    before is not proposed again. The shipper pays unless somebody writes otherwise."""
    found = fees.fees_for(tx.session, case.office_id, case.code, shipment.carrier, shipment.stage, on_day)
    known = set(tx.session.scalars(select(ChargeLine.fee_id).where(ChargeLine.case_id == case.id)))
    made = []
    for fee in (each for each in found if each.id not in known):
        for side, minor in ((RECEIVABLE, fee.receivable_minor), (PAYABLE, fee.payable_minor)):
            if minor:
                payer = "shipper" if side == RECEIVABLE else None
                party = (shipment.carrier or None) if side == PAYABLE else None
                made.append(add(tx, case, side=side, amount_minor=minor, currency=fee.currency, item=fee.item,
                                payer=payer, party=party, fee=fee))  # fmt: skip
    return made


def waive(tx: Tx, line: ChargeLine, reason: str | None) -> ChargeLine:
    """Waive what the customer owes; the line stays and says who waived it and why (CHG-19). Raises Refused: 422 without a
    reason, 409 when it was waived already or is what we owe others."""
    if line.side != RECEIVABLE:
        raise Refused(Words(N_("What we owe others cannot be waived here.")), 409)
    if line.waived_at is not None:
        raise Refused(Words(N_("This charge has been waived already.")), 409)
    if not reason:
        raise Refused(Words(N_("Give the reason; others will read it.")), 422, "reason")
    line.waived_at, line.waived_by_id, line.waived_reason = tx.at, tx.actor.user_id, reason[:300]
    tx.session.flush()
    return line


def strike(tx: Tx, line: ChargeLine, reason: str | None) -> None:
    """Take out a charge that was entered by mistake, or that the fee table proposed and does not arise: it counts no more,
    and the signers see it with the reason. Raises Refused: 422 without a reason, 409 for a document or telex-release fee of
    the table, which only a leader waives (CHG-19)."""
    if line.fee_id is not None and line.item in LEADERS_ITEMS:
        raise Refused(Words(N_("A document or telex-release fee is waived by a company leader only.")), 409)
    if not reason:
        raise Refused(Words(N_("Give the reason; others will read it.")), 422, "reason")
    line.struck_at, line.struck_reason = tx.at, reason[:300]
    tx.session.flush()


def strikable(lines: Iterable[ChargeLine]) -> list[ChargeLine]:
    """Charges that nobody has waived, but for the table's fees that only a leader waives (CHG-19)."""
    return [line for line in lines if line.waived_at is None and not (line.fee_id and line.item in LEADERS_ITEMS)]


# ------------------------------------------------------------------------------------------ asking


def has_money(lines: Iterable[ChargeLine]) -> bool:
    """Whether money arises at all, waived or not: then finance signs (CHG-15, D-01)."""
    return any(True for _ in lines)


def unagreed(lines: Iterable[ChargeLine]) -> list[ChargeLine]:
    """Receivable lines that the one who pays has not agreed to. Our own mistake needs nobody's word (CHG-15)."""
    return [
        line for line in lines
        if line.side == RECEIVABLE and line.payer != "company" and not line.agreed and line.waived_at is None
    ]  # fmt: skip


def totals(lines: Iterable[ChargeLine]) -> list[tuple[str, str, int]]:
    """(side, currency, minor units) without what was waived: receivable first, currencies never added up together."""
    sums: dict[tuple[str, str], int] = {}
    for line in lines:
        if line.waived_at is None:
            sums[line.side, line.currency] = sums.get((line.side, line.currency), 0) + line.amount_minor
    ordered = sorted(sums, key=lambda key: (key[0] != RECEIVABLE, key[1] != "CNY", key[1]))
    return [(side, currency, sums[side, currency]) for side, currency in ordered]


# ------------------------------------------------------------------------------------------ telling


def line_words(line: ChargeLine) -> Words:
    """One line as people read it: "Re-delivery ¥80.00, paid by Shipper; agreed: 赵敏 10:05"."""
    item, amount = Words(ITEMS.get(line.item, line.item)), telling.money(line.amount_minor, line.currency)
    if line.struck_at is not None:
        return Words(
            N_("%(item)s %(amount)s, taken out: %(reason)s"), item=item, amount=amount, reason=line.struck_reason
        )
    if line.side == PAYABLE:
        if line.party:
            return Words(N_("%(item)s %(amount)s, payable to %(party)s"), item=item, amount=amount, party=line.party)
        return Words(N_("%(item)s %(amount)s, payable"), item=item, amount=amount)
    payer = Words(PAYERS[line.payer or "shipper"])
    return Words(N_("%(item)s %(amount)s, paid by %(payer)s; %(standing)s"), item=item, amount=amount, payer=payer,
                 standing=standing_words(line))  # fmt: skip


def standing_words(line: ChargeLine) -> Words:
    """Whether a receivable line is agreed, waived, or our own."""
    if line.waived_at is not None:
        return Words(N_("waived: %(reason)s"), reason=line.waived_reason or "")
    if line.agreed:
        return Words(N_("agreed: %(whom)s"), whom=line.agreed)
    return Words(N_("our own mistake")) if line.payer == "company" else Words(N_("not agreed yet"))


def total_words(lines: Sequence[ChargeLine]) -> list[Words]:
    """The totals as people read them, one sentence per side and currency; none without money."""
    return [Words(TOTALS[side], amount=telling.money(minor, currency)) for side, currency, minor in totals(lines)]


def waivable(lines: Iterable[ChargeLine]) -> list[ChargeLine]:
    """What the customer owes and nobody has waived yet."""
    return [line for line in lines if line.side == RECEIVABLE and line.waived_at is None]
