"""Finance's page: money to confirm, decisions that wait, holds proposed and in force, single waybills (FIN-02 to FIN-19)."""

from __future__ import annotations

from collections.abc import Callable
from mimetypes import guess_extension
from typing import Any

from flask import Blueprint, current_app, g, redirect, request, send_file, url_for

from blueprints import _byhand, _finance_view, _holds_view
from blueprints._finance_view import Tried
from blueprints._shared import Answer, acted, done, me, not_found, page, require, safe_back, wants_part, writing
from blueprints._words import words
from models import db
from rules import finance_forms, finance_lists, holding, papers, payments, seen
from rules.once import Repeated
from rules.store import Tx, now
from rules.words import N_, Refused, Words

bp = Blueprint("finance", __name__)
DONE = {
    "confirm": N_("Received: noted."), "lift": N_("Received: finance's hold is lifted."), "part": N_("Received in part: noted."),
    "missing": N_("Not received: the desk is told."),
}  # fmt: skip


@bp.get("/finance")
@require("finance.read")
def finance() -> Answer:
    """The page, or the holds of one state."""
    return _page()


@bp.get("/finance/fresh")
@require("finance.read")
def fresh() -> Answer:
    """New work since a moment: a part when there is some, 204 when nothing is new."""
    since = _finance_view.moment(request.args.get("since"))
    if not wants_part():
        return redirect(url_for("finance.finance"))
    new, soon = finance_lists.fresh(db.session(), me(), since, now())
    if not new and request.args.get("soon") == str(soon):
        return "", 204
    return page("finance/finance.html", "fresh", fresh=_finance_view.fresh_line(since, new, soon))


def _page(tried: Tried | None = None, code: int = 200) -> Answer:
    values = _finance_view.page_values(me(), tried)
    opened = [row.id for row in values["turns"] if row.open]
    answer = page("finance/finance.html", code=code, **values)
    for case_id in opened:
        seen.opening(db.session(), me(), case_id)
    return answer


# ------------------------------------------------------------------------------------------ money received


@bp.get("/finance/payments/<int:payment_id>")
@require("finance.read")
def payment(payment_id: int) -> Answer:
    """Where a payment's link leads: its row, opened."""
    found = payments.one(db.session(), me(), payment_id)
    if found.status != payments.WAITING:
        return redirect(url_for("customers.customer", customer_id=found.customer_id) + "#money")
    return redirect(url_for("finance.finance", open=f"p{payment_id}") + f"#w-p{payment_id}")


@bp.get("/finance/payments/<int:payment_id>/row")
@require("finance.read")
def row(payment_id: int) -> Answer:
    """A payment's row, opened or closed in place."""
    payments.one(db.session(), me(), payment_id)
    if not wants_part():
        return redirect(url_for("finance.payment", payment_id=payment_id))
    return _row_part(payment_id, opened=request.args.get("open") == "1")


@bp.post("/finance/payments/<int:payment_id>")
@require("payment.confirm")
def answer(payment_id: int) -> Answer:
    """Finance has looked at the account: all, a part, or nothing has arrived."""
    payments.one(db.session(), me(), payment_id)
    form, do = finance_forms.FoundForm(request.form), request.form.get("do", "confirm")
    code = 0 if form.validate() else 422
    if not code:
        try:
            with writing("payment.confirm") as tx:
                g.result = url_for("finance.finance")
                _answered(tx, payment_id, do, form)
        except Repeated:
            pass  # the same form again: the same answer, nothing changed
        except Refused as no:
            form, code = _byhand.refused(form, no), no.code
    if code:
        return _again(payment_id, Tried(f"p{payment_id}", do, form), code)
    said = Words(DONE.get(do, DONE["confirm"]))
    return _row_part(payment_id, said=said) if _in_row() else done(_back(), said)


def _answered(tx: Tx, payment_id: int, do: str, form: Any) -> None:
    found = payments.one(tx.session, me(), payment_id)
    if do == "part":
        payments.confirm_part(tx, found, form.amount_minor.data, form.reason.data)
    elif do == "missing":
        payments.missing(tx, found, form.reason.data)
    else:
        payments.confirm(tx, found, lifts=do == "lift")


def _in_row() -> bool:
    return wants_part() and request.form.get("view") == "row"


def _back() -> str:
    return safe_back(request.values.get("back"), url_for("finance.finance"))


def _again(payment_id: int, tried: Tried, code: int) -> Answer:
    """The row once more with what is wrong; somebody was faster: in its newest state."""
    db.session.rollback()
    if _in_row():
        return _row_part(payment_id, tried=tried, code=code)
    return _page(tried, code)


def _row_part(
    payment_id: int, opened: bool = False, said: Any = None, tried: Tried | None = None, code: int = 200
) -> Answer:
    found = payments.one(db.session(), me(), payment_id)
    shown = _finance_view.payment_row(found, me(), _back(), tried)
    shown.open, shown.focus = shown.open or opened, bool(said) or request.args.get("focus") == "1"
    known = finance_lists.counts(db.session(), me(), now(), _finance_view.midnight()) if said else {}
    counts = (
        [(key, n) for _, items in _finance_view.rail(known, None) for key, _, _, n, _ in items if n is not None]
        if known
        else []
    )
    answer = page("cases/row.html", code=code, row=shown, said=words(said), counts=counts, oob=True)
    return acted(answer) if said else answer


@bp.get("/finance/payments/<int:payment_id>/slip")
@require("customer.read")
def slip(payment_id: int) -> Answer:
    """Download a payment's slip; never shown inside the desk's own origin."""
    found = payments.one(db.session(), me(), payment_id)
    if not found.slip_sha256:
        raise not_found()
    file = papers.path_of(current_app.config["DATA"] / "attachments", found.slip_sha256)
    name = f"slip-{found.id}{guess_extension(found.slip_media or '') or ''}"
    answer = send_file(file, as_attachment=True, download_name=name, mimetype=found.slip_media)
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


@bp.get("/finance/payments/<int:payment_id>/slip/preview")
@require("customer.read")
def slip_preview(payment_id: int) -> Answer:
    """The picture made on the server of a slip."""
    found = payments.one(db.session(), me(), payment_id)
    if not found.slip_preview:
        raise not_found()
    return send_file(
        papers.path_of(current_app.config["DATA"] / "attachments", found.slip_preview), mimetype="image/jpeg"
    )


# ------------------------------------------------------------------------------------------ holds


@bp.post("/finance/holds/<int:hold_id>/confirm")
@require("customer.stop")
def confirm(hold_id: int) -> Answer:
    """Put a proposed hold in force; without the pay-first clause it waits for a supervisor."""
    form = finance_forms.DocumentsForm(request.form)
    return _on_hold(hold_id, "hold.confirm", form, N_("Put in force, or before a supervisor where the contract has no clause."),
                    lambda tx, h: holding.confirm(tx, h, form.reason.data, form.clause))  # fmt: skip


@bp.post("/finance/holds/<int:hold_id>/drop")
@require("hold.drop")
def drop(hold_id: int) -> Answer:
    """A proposal is not followed."""
    form = finance_forms.ReasonForm(request.form)
    return _on_hold(
        hold_id, "hold.drop", form, N_("Nothing is held."), lambda tx, h: holding.drop(tx, h, form.reason.data)
    )


@bp.post("/finance/holds/<int:hold_id>/override")
@require("hold.override")
def override(hold_id: int) -> Answer:
    """A supervisor of grade 3 lets documents be held without the clause."""
    form = finance_forms.ReasonForm(request.form)
    return _on_hold(
        hold_id,
        "hold.override",
        form,
        N_("The documents are held."),
        lambda tx, h: holding.override(tx, h, form.reason.data),
    )


@bp.post("/finance/holds/<int:hold_id>/lift")
@require("customer.stop")
def lift(hold_id: int) -> Answer:
    """Finance lifts one of its holds."""
    form = finance_forms.ReasonForm(request.form)
    return _on_hold(hold_id, "hold.lift", form, N_("Lifted."), lambda tx, h: holding.lift(tx, h, form.reason.data))


def _on_hold(hold_id: int, action: str, form: Any, said: str, rule: Callable[[Tx, Any], Any]) -> Answer:
    finance_lists.hold(db.session(), me(), hold_id)
    return _made(f"h{hold_id}", action, form, said, lambda tx: rule(tx, finance_lists.hold(tx.session, me(), hold_id)))


@bp.post("/finance/customers/<int:customer_id>/free")
@require("customer.stop")
def free(customer_id: int) -> Answer:
    """Let single waybills of a held customer go."""
    finance_lists.customer(db.session(), me(), customer_id)
    form = finance_forms.FreeForm(request.form)
    rows = finance_lists.waybills(db.session(), me(), [customer_id]).get(customer_id, [])
    _holds_view.freeing(customer_id, rows, form)

    def let_go(tx: Tx) -> None:
        chosen = [int(key) for key in form.shipment.data or ()]
        holding.free(tx, finance_lists.goods(tx.session, me(), customer_id, chosen), form.reason.data)

    return _made(f"c{customer_id}", "hold.free", form, N_("These waybills may go."), let_go)


def _made(about: str, action: str, form: Any, said: str, work: Callable[[Tx], Any]) -> Answer:
    """Check one of the page's small forms and carry it out; refused, it stands open with what was typed."""
    code = 422
    if form.validate():
        try:
            with writing(action) as tx:
                g.result = _back()
                work(tx)
            return done(g.result, said)
        except Refused as no:
            form, code = _byhand.refused(form, no), no.code
    db.session.rollback()
    return _page(Tried(about, action.removeprefix("hold."), form), code)
