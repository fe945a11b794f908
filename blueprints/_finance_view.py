"""Finance's page as its template wants it: money to confirm, decisions that wait, holds, and the rail with its counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import request, url_for

from blueprints import _byhand, _case_view, _holds_view, _rows
from blueprints._case_facts import File
from blueprints._words import shown_text, zone
from models import Hold, Payment, db
from rules import conditions, finance_forms, finance_lists, holding, holds, payments, telling
from rules.policy import can
from rules.store import Actor, now
from rules.words import N_, Words

TO_DO = ("payments", "decisions", "proposed")


@dataclass
class Tried:
    """A form of the page that was refused: what it was about (p12, h7, c3), which action, and the form."""

    about: str
    name: str
    form: Any


@dataclass
class Paid:
    """The inside of a payment's row; see finance/_payment.html."""

    facts: list[Any]
    slip: list[File]
    held: Any
    form: Any
    url: str | None
    why: Any
    lifts: Any


def midnight() -> Any:
    """When this day began where the reader works, in UTC."""
    at = now()
    return at.astimezone(zone()).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(at.tzinfo)


def page_values(who: Actor, tried: Tried | None = None) -> dict[str, Any]:
    """Everything finance/finance.html wants."""
    session, state, before = db.session(), _state(), _byhand.number("before", request.args)
    known = finance_lists.counts(session, who, now(), midnight())
    found = finance_lists.page(session, who, state, before, midnight())
    shown = found[: finance_lists.PAGE]
    last = shown[-1].id if len(found) > finance_lists.PAGE and state else None
    waiting = [] if state else finance_lists.decisions(session, who)
    owners = [h.customer_id for h in shown if h.customer_id] + [r.customer_id for r in waiting if r.customer_id]
    says = {key: conditions.condition(s)[0] for key, s in conditions.standings(session, owners, now()).items()}
    listed = _lines(who, shown, says, tried)
    money = [] if state else [payment_row(p, who, tried=tried) for p in payments.waiting(session, who)]
    turns = [decision_row(r, who, says.get(r.customer_id)) for r in waiting]
    _open_one([*money, *turns], who)
    return {
        "money": money, "turns": turns, "lines": listed, "counts": known, "rail": rail(known, state), "state": state,
        "fresh": fresh_line(now(), 0, known["soon"]), "total": sum(known[name] for name in TO_DO), "tried": tried,
        "failed": tried is not None, "law": holding.LAW, "capped": len(found) > finance_lists.PAGE and not state,
        "next_url": url_for("finance.finance", state=state, before=last) if last else None,
    }  # fmt: skip


def moment(typed: str | None) -> datetime:
    """The moment that a poll names; this one when it names none."""
    try:
        found = datetime.fromisoformat((typed or "").replace(" ", "+"))
    except ValueError:
        return now()
    return found if found.tzinfo else now()


def fresh_line(since: datetime, new: int, soon: int) -> dict[str, Any]:
    """The line of new work, and what the page's title says of it."""
    poll, shown = url_for("finance.fresh", since=since.isoformat(), soon=soon), url_for("finance.finance")
    return {"url": poll, "new": new, "soon": soon, "now": now().isoformat(), "show_url": shown}


def _state() -> str | None:
    state = request.args.get("state")
    return state if state in finance_lists.STATES else None


def rail(known: dict[str, int], state: str | None) -> list[Any]:
    """Lists with their counts: heading, and (key, label, address, count, current)."""
    home = url_for("finance.finance")
    here = [("f-payments", N_("Payment check"), f"{home}#payments", known["payments"], False),
            ("f-decisions", N_("To decide"), f"{home}#decisions", known["decisions"], False),
            ("f-proposed", N_("Holds proposed"), f"{home}#holds", known["proposed"], False)]  # fmt: skip
    total = sum(known[name] for name in TO_DO)
    named = [(f"h-{name}", label, url_for("finance.finance", state=name), known.get(name), state == name)
             for name, label in finance_lists.STATES.items()]  # fmt: skip
    return [
        (N_("For me to handle"), [("f-all", N_("All"), home, total, state is None), *here]),
        (N_("Stops and document holds"), named),
        (N_("Fee table"), [("f-fees", N_("Fees of changes"), url_for("fees.listing"), None, False)]),
    ]


def _open_one(rows: list[_rows.Row], who: Actor) -> None:
    wanted = request.args.get("open", "")
    for row in rows:
        if wanted == str(row.id) and row.ref:
            _case_view.open_row(row, who)
        elif wanted == str(row.id):
            row.open = True


# ------------------------------------------------------------------------------------------ money


def payment_row(p: Payment, who: Actor, list_url: str | None = None, tried: Tried | None = None) -> _rows.Row:
    """A payment as a slip; its inside is built with it, because nothing more has to be read."""
    row = _rows.Row(
        id=f"p{p.id}", ref="", href=url_for("finance.payment", payment_id=p.id), list_url=list_url or url_for("finance.finance"),
        stamp=N_("Payment check"), title=_title(p), tone="calm", clock="", meta=_meta(p), customer=p.customer.name,
        customer_href=url_for("customers.customer", customer_id=p.customer_id), grade=p.customer.grade,
        group=_rows.GROUPS.get(p.customer.grouping), primary=(N_("Confirm"), None), version=p.version,
        inside="finance/_payment.html",
    )  # fmt: skip
    if p.status == payments.WAITING:
        _rows.running(row, p.due_at, "payment", p.stated_at)
    else:
        took = telling.took_exactly((p.decided_at - p.stated_at).total_seconds()) if p.decided_at else ""
        row.tone, row.clock = (
            "done",
            Words(N_("%(state)s · took %(time)s"), state=Words(payments.STATUSES[p.status]), time=took),
        )
        row.primary = None
    why = payments.barred(who, p)
    if why is not None and row.primary:
        row.primary = (N_("View"), None)
    mine = tried is not None and tried.about == row.id
    row.case = _inside(p, why, tried.form if tried is not None and mine else None)
    row.open = mine
    return row


def _title(p: Payment) -> Words:
    return Words(N_("%(customer)s paid %(amount)s: %(purpose)s"), customer=p.customer.name, purpose=shown_text(p.purpose),
                 amount=telling.money(p.amount_minor, p.currency))  # fmt: skip


def _meta(p: Payment) -> list[Any]:
    by = Words(N_("stated by %(name)s, %(hour)s"), name=f"{p.stated_by.display} {p.stated_by.name}", hour=p.stated_at)
    slip = N_("slip attached") if p.slip_sha256 else N_("no slip")
    found = [by, slip]
    return [p.shipment.number, *found] if p.shipment is not None and p.shipment.number else found


def _inside(p: Payment, why: Any, form: Any) -> Paid:
    pairs = [
        (N_("Amount paid"), telling.money(p.amount_minor, p.currency)), (N_("Paid on"), p.paid_on.isoformat()),
        (N_("Payer"), shown_text(p.payer) or p.customer.name), (N_("For what"), shown_text(p.purpose)),
        (N_("Waybill"), p.shipment.number if p.shipment else None, "no"),
        (N_("Slip: what was seen"), shown_text(p.slip)),
    ]  # fmt: skip
    answered = p.status != payments.WAITING
    if answered:
        got = telling.money(p.confirmed_minor or 0, p.currency)
        pairs += [
            (N_("Status"), payments.STATUSES[p.status]),
            (N_("Amount received"), got),
            (N_("Reason"), shown_text(p.reason)),
        ]
    open_here = None if why is not None or answered else url_for("finance.answer", payment_id=p.id)
    return Paid(pairs, slip(p), None if answered else _held(p), form or finance_forms.FoundForm(), open_here,
                None if answered else why, _lifts(p))  # fmt: skip


def _held(p: Payment) -> Any:
    """What confirming may lift, in words; None when finance holds nothing for it."""
    if not payments.held(p):
        return None
    if p.shipment is not None:
        return Words(N_("Confirmed, this waybill may go; what else is held stays."))
    return Words(N_("Confirmed, everything that finance holds of %(customer)s is lifted."), customer=p.customer.name)


def _lifts(p: Payment) -> Any:
    return N_("Received, release this waybill") if p.shipment is not None else N_("Received, lift the hold")


def slip(p: Payment) -> list[File]:
    """The slip for ui.attachments."""
    if not p.slip_sha256:
        return []
    preview = url_for("finance.slip_preview", payment_id=p.id) if p.slip_preview else None
    when = p.stated_at.astimezone(zone())
    return [File(p.slip or "", "", f"{when:%m-%d %H:%M}", url_for("finance.slip", payment_id=p.id), preview, preview)]


# ------------------------------------------------------------------------------------------ decisions and holds


def decision_row(r: Any, who: Actor, said: Words | None = None) -> _rows.Row:
    """A change that waits for finance or, handed on, for the leader; a release tells on what condition (`said`)."""
    row = _rows.build(r, who, url_for("finance.finance"))
    if r.what == "lift" and said is not None:
        row.meta.append(said)
    if r.role not in who.roles:
        row.primary = (N_("View"), None)
    return row


def _lines(who: Actor, found: Sequence[Hold], says: dict[int, Words], tried: Tried | None) -> list[_holds_view.Line]:
    """Holds with the sentence that explains who may release, the customer's waybills, and what may be done."""
    held = {h.customer_id for h in found if h.customer_id and h.status == holds.ACTIVE}
    goods = finance_lists.waybills(db.session(), who, held) if can(who, "customer.stop") else {}
    lines = []
    for hold in found:
        line = _holds_view.line(hold)
        if hold.customer_id is not None and hold.status in holds.OPEN:
            line.said = says.get(hold.customer_id)
        line.actions = _holds_view.actions(who, hold, _tried(tried, f"h{hold.id}"))
        if hold.status == holds.ACTIVE and hold.customer_id in goods:
            forms = _tried(tried, f"c{hold.customer_id}")
            line.actions.append(_holds_view.freeing(hold.customer_id, goods.pop(hold.customer_id), forms.get("free")))
        lines.append(line)
    return lines


def _tried(tried: Tried | None, about: str) -> dict[str, Any]:
    return {tried.name: tried.form} if tried is not None and tried.about == about else {}
