"""The tariff table: what lanes cost with whom while it is valid, and which open quotations a new price touches (INQ-19)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask import Blueprint, g, request, url_for

from blueprints import _byhand, _tariff_view
from blueprints._admin import save, sent_version
from blueprints._shared import Answer, done, me, not_found, page, require
from models import Tariff, db
from rules import byhand, stages, tariff_news, tariff_writing, tariffs
from rules.policy import can
from rules.store import now
from rules.tariff_forms import PricesForm, TariffForm, WithdrawForm
from rules.words import N_, Refused

bp = Blueprint("tariffs", __name__, url_prefix="/tariffs")
NEWS = timedelta(days=7)  # what the list of touched quotations looks back to when nobody says otherwise


@bp.get("")
@require("tariff.read")
def listing() -> Answer:
    """The lines that match the filters, by destination; those of today unless another day is asked for."""
    who, wanted, errors = me(), *_wanted()
    found = list(db.session.scalars(
        tariffs.listed(who, wanted, _byhand.number("after", request.args)).limit(_byhand.PAGE + 1)))  # fmt: skip
    shown = found[: _byhand.PAGE]
    more = (
        url_for("tariffs.listing", **(request.args.to_dict() | {"after": shown[-1].id}))
        if len(found) > len(shown)
        else None
    )
    return page(
        "tariffs/list.html", part="list", rows=_tariff_view.rows(shown, who), wanted=wanted, typed=request.args, errors=errors,
        modes=stages.MODES, next_url=more, later="after" in request.args, floors=tariffs.sees_floor(who),
        writes=can(who, "tariff.write"), filtered=bool(wanted.lane or wanted.carrier or wanted.mode),
    )  # fmt: skip


def _wanted() -> tuple[tariffs.Wanted, list[Any]]:
    """The filters that were sent; a day that is none is said so, and today counts."""
    args, errors = request.args, []
    day: date | None = tariffs.today(me().zone)
    try:
        if "on" in args:
            day = byhand.day_typed(args["on"])
    except Refused as no:
        errors.append(no.why)
    mode = args.get("mode") if args.get("mode") in stages.MODES else None
    return tariffs.Wanted(args.get("lane", "").strip()[:120], args.get("carrier", "").strip()[:40], mode, day), errors


@bp.get("/touched")
@require("tariff.read")
def touched() -> Answer:
    """Open quotations that new tariffs touch: those of the last week, since a moment, or of one line."""
    one = _byhand.number("tariff", request.args)
    tariff = _visible(one) if one else None
    since = _since(request.args.get("since")) or now() - NEWS
    found = tariff_news.touched(db.session(), me(), None if tariff else since, tariff)
    return page("tariffs/touched.html", rows=[_tariff_view.hit(each) for each in found], since=since,
                tariff=_tariff_view.name(tariff) if tariff else None, zone=me().zone)  # fmt: skip


def _since(sent: str | None) -> datetime | None:
    try:
        found = datetime.fromisoformat(sent or "")
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else None


@bp.get("/new")
@require("tariff.write")
def new() -> Answer:
    """The form of a new line; begun from another one when its price goes on with a new day."""
    like = _byhand.number("like", request.args)
    return _form_page(
        _form(TariffForm(data=_tariff_view.start(_visible(like) if like else None, tariffs.today(me().zone))))
    )


@bp.post("")
@require("tariff.write")
def add() -> Answer:
    """Add a line."""
    form = _form(TariffForm(request.form))

    def work(tx: Any) -> None:
        made = tariff_writing.add(tx, form.values())
        tx.session.flush()
        g.result = url_for("tariffs.tariff", tariff_id=made.id)

    if code := save(form, "tariff.add", work):
        return _form_page(form, code)
    return done(g.result, N_("Saved."))


@bp.get("/<int:tariff_id>")
@require("tariff.read")
def tariff(tariff_id: int) -> Answer:
    """A line with the price before, all prices of its lane, and what may be done with it."""
    return _page(_visible(tariff_id))


@bp.post("/<int:tariff_id>")
@require("tariff.write")
def change(tariff_id: int) -> Answer:
    """Correct the prices, the last day, the remark."""
    form = PricesForm(request.form)
    if code := save(
        form, "tariff.change", lambda tx: tariff_writing.change(tx, tariff_id, form.values(), sent_version())
    ):
        return _page(_visible(tariff_id), code, form=form)
    return done(url_for("tariffs.tariff", tariff_id=tariff_id), N_("Saved."))


@bp.post("/<int:tariff_id>/withdraw")
@require("tariff.write")
def withdraw(tariff_id: int) -> Answer:
    """Take a line out of use."""
    form = WithdrawForm(request.form)
    if code := save(form, "tariff.withdraw", lambda tx: tariff_writing.withdraw(
            tx, tariff_id, form.reason.data, sent_version())):  # fmt: skip
        return _page(_visible(tariff_id), code, out=form)
    return done(url_for("tariffs.tariff", tariff_id=tariff_id), N_("Withdrawn; it is offered no more."))


def _visible(tariff_id: int) -> Tariff:
    found = tariffs.of(db.session(), me(), tariff_id)
    if found is None:
        raise not_found()
    return found


def _page(found: Tariff, code: int = 200, form: Any = None, out: Any = None) -> Answer:
    writes = can(me(), "tariff.write") and found.withdrawn_at is None
    form = form or PricesForm(data=_tariff_view.amounts(found))
    return page(
        "tariffs/tariff.html", code=code, failed=code >= 400, writes=writes, form=form, out=out or WithdrawForm(),
        **_tariff_view.whole(found, me()),
    )  # fmt: skip


def _form(form: TariffForm) -> TariffForm:
    if me().office_id is not None:
        del form.office_id
    else:
        form.office_id.choices = [("", N_("Choose")), *byhand.offices(db.session(), me())]
    return form


def _form_page(form: TariffForm, code: int = 200) -> Answer:
    return page("tariffs/new.html", code=code, failed=code >= 400, form=form)
