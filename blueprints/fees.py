"""The fee table: what changes cost with a carrier at a stage; new lines, other amounts from a day on, a last day."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for

from blueprints._admin import save, sent_version, show
from blueprints._shared import Answer, done, me, not_found, require
from models import Fee, Office, db
from rules import byhand, catalogue, charges, fees, stages, telling
from rules.fee_forms import AMOUNTS, ChangeForm, EndForm, FeeForm, no_office, with_offices
from rules.fields import EXPONENTS
from rules.policy import can
from rules.store import now
from rules.words import N_, Words

bp = Blueprint("fees", __name__, url_prefix="/fees")
PAGE = 100
TONES = {fees.NOW: "done", fees.COMING: "soon", fees.ENDED: "hold"}


@bp.get("")
@require("fee.read")
def listing() -> Answer:
    """The lines of one standing: in force, to come, ended; all kinds or one."""
    who, day = me(), fees.today(me(), now())
    wanted = request.args.get("standing") if request.args.get("standing") in fees.STANDINGS else fees.NOW
    code = request.args.get("code") if request.args.get("code") in catalogue.BY_CODE else None
    found = fees.listed(who, str(wanted), day, code, _after(request.args.get("after")))
    rows = list(db.session.scalars(found.limit(PAGE + 1)))
    more = url_for("fees.listing", standing=wanted, code=code, after=f"{rows[PAGE - 1].code}~{rows[PAGE - 1].id}") \
        if len(rows) > PAGE else None  # fmt: skip
    kinds = [("", N_("all kinds"), not code), *((k.code, k.name, k.code == code) for k in catalogue.KINDS)]
    return show("fees/list.html", rows=[_row(fee) for fee in rows[:PAGE]], standing=wanted, standings=fees.STANDINGS, chosen=code,
                kinds=kinds, more=more, writes=can(who, "fee.write"))  # fmt: skip


@bp.get("/new")
@require("fee.write")
def new() -> Answer:
    """The form of a new line."""
    start = {
        "code": request.args.get("code"),
        "valid_from": fees.today(me(), now()),
        "currency": "CNY",
        "item": "change",
    }
    return show("fees/new.html", form=_form(FeeForm(data=start)))


@bp.post("/new")
@require("fee.write")
def add() -> Answer:
    """Add a line."""
    form = _form(FeeForm(request.form))
    if code := save(form, "fee.add", lambda tx: fees.add(tx, form.values())):
        return show("fees/new.html", code, form=form)
    return done(_where(form.valid_from.data, form.valid_until.data), N_("Saved."))


@bp.get("/<int:fee_id>")
@require("fee.read")
def fee(fee_id: int) -> Answer:
    """A line with who made it, and what may be done with it."""
    found = _fee(fee_id)
    return _page(
        found, ChangeForm(data=_amounts(found) | {"from_day": _next(found)}), EndForm(data={"last": found.valid_until})
    )


@bp.post("/<int:fee_id>/change")
@require("fee.write")
def change(fee_id: int) -> Answer:
    """Other amounts from a day on."""
    form, found = ChangeForm(request.form), _fee(fee_id)
    if code := save(form, "fee.change", lambda tx: fees.change(
            tx, fee_id, form.amounts(), form.data["from_day"], sent_version())):  # fmt: skip
        found = _fee(fee_id)
        return _page(found, form, EndForm(data={"last": found.valid_until}), code)
    return done(_where(form.from_day.data, None), N_("Saved."))


@bp.post("/<int:fee_id>/end")
@require("fee.write")
def end(fee_id: int) -> Answer:
    """The last day of a line."""
    form, found = EndForm(request.form), _fee(fee_id)
    if code := save(form, "fee.end", lambda tx: fees.end(tx, fee_id, form.last.data, sent_version())):
        found = _fee(fee_id)
        amounts = ChangeForm(data=_amounts(found) | {"from_day": _next(found)})
        return _page(found, amounts, form, code)
    return done(url_for("fees.fee", fee_id=fee_id), N_("Saved."))


# ------------------------------------------------------------------------------------------ reading and showing


def _fee(fee_id: int) -> Fee:
    found = db.session.scalar(db.select(Fee).where(Fee.id == fee_id, fees.seen_by(me())))
    if found is None:
        raise not_found()
    return found  # type: ignore[no-any-return]


def _after(sent: str | None) -> tuple[str, int] | None:
    code, _, number = (sent or "").partition("~")
    return (code, int(number)) if number.isascii() and number.isdigit() and len(number) < 12 else None


def _form(form: FeeForm) -> FeeForm:
    if me().office_id is not None:
        return no_office(form)
    return with_offices(form, byhand.offices(db.session(), me()))


def _where(first: Any, last: Any) -> str:
    """Where the list shows a line with these days."""
    return url_for(
        "fees.listing", standing=fees.standing(Fee(valid_from=first, valid_until=last), fees.today(me(), now()))
    )


def _amounts(fee: Fee) -> dict[str, Any]:
    """What a form of amounts shows: `Money` fields think in hundredths."""
    whole = 10 ** (2 - EXPONENTS[fee.currency])
    return {name: getattr(fee, name) * whole for name in AMOUNTS} | {"currency": fee.currency}


def _next(fee: Fee) -> Any:
    """The first day that another amount may hold from."""
    return max(fees.today(me(), now()), fee.valid_from)


def _row(fee: Fee) -> dict[str, Any]:
    """A line as people read it."""
    return {
        "id": fee.id, "kind": catalogue.BY_CODE[fee.code].name, "code": fee.code, "item": charges.ITEMS[fee.item],
        "carrier": fee.carrier or N_("any carrier"), "stage": stages.NAMES[fee.stage] if fee.stage else N_("any stage"),
        "stage_code": fee.stage, "pays": _told(fee.receivable_minor, fee), "costs": _told(fee.payable_minor, fee),
        "first": fee.valid_from, "last": fee.valid_until, "common": fee.office_id is None,
    }  # fmt: skip


def _told(minor: int, fee: Fee) -> str:
    return telling.money(minor, fee.currency) if minor else ""


def _page(found: Fee, amounts: Any, last: Any, code: int = 200) -> Answer:
    standing = fees.standing(found, fees.today(me(), now()))
    writes = can(me(), "fee.write") and fees.may_write(me(), found) and standing != fees.ENDED
    row = _row(found)
    return show("fees/fee.html", code, fee=found, row=row, pairs=_pairs(found, row, standing), amounts=amounts, last=last,
                writes=writes, coming=standing == fees.COMING)  # fmt: skip


def _pairs(fee: Fee, row: dict[str, Any], standing: str) -> list[Any]:
    office = db.session.scalar(db.select(Office.name).where(Office.id == fee.office_id)) or N_("all offices")
    status = (N_("Status"), fees.STANDINGS[standing], TONES[standing])
    stage = Words(N_("%(code)s %(name)s"), code=fee.stage, name=Words(row["stage"])) if fee.stage else row["stage"]
    return [
        (N_("Kind of change"), row["kind"]), (N_("Charged as"), row["item"]), (N_("Carrier"), row["carrier"]),
        (N_("Stage"), stage), (N_("Office"), office), (N_("The customer pays"), row["pays"]), (N_("We pay"), row["costs"]),
        (N_("Valid from"), row["first"]), (N_("Valid until"), row["last"]), status,
    ]  # fmt: skip
