"""What stands ready for a cargo query: the answer in words, who may be told, what was told before (SHP-16, SHP-19)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from blueprints._outbox_view import standing
from blueprints._shared import asked_id
from blueprints._words import shown_text, words
from models import Message, Shipment, db
from rules import figures, outbox, tracing, tracing_words
from rules.policy import can, visible
from rules.store import Actor, now
from rules.words import N_, Words
from workflows.common import AUDIENCES, CHANNELS
from workflows.tracing import CallBackForm, ProgressForm, SpotForm


def answer_text(s: Any, who: Actor) -> str:
    """The computed answer about goods, in the reader's language."""
    known = tracing.known(db.session(), s.office_id, who.zone)
    return words(tracing_words.text(tracing_words.answer(s, now(), known)))


def ready(look: Any) -> str:
    """What stands in the untouched composer of a cargo query; nothing for any other matter."""
    case = look.case
    if case.kind != "inquiry" or case.topic != "cargo" or case.shipment is None:
        return ""
    waits = any(move.name == "answer" and why is None for move, why in look.offered)
    return answer_text(case.shipment, look.who) if waits else ""


# ------------------------------------------------------------------------------------------ the shipment's page


def spot(who: Actor, s: Shipment, forms: dict[str, Any]) -> dict[str, Any] | None:
    """What shipments/_spot.html wants; None for those who answer nobody."""
    if not can(who, "case.register"):
        return None
    form = forms.get("spot") or SpotForm(data={"text": answer_text(s, who)})
    limit_audience(form, s, who)
    waits = s.number is None
    return {
        "form": form, "url": url_for("tracing.spot_answer", shipment_id=s.id), "strict": len(form.to.choices) == 1,
        "watch": waits and s.customer_id is not None and can(who, "tracing.read"),
        "progress": forms.get("progress") or ProgressForm(data={"progress": s.progress}) if waits else None,
        "progress_said": tracing_words.PROGRESS.get(s.progress or "") if waits else None,
        "progress_url": url_for("tracing.progress", shipment_id=s.id),
    }  # fmt: skip


def limit_audience(form: SpotForm, s: Any, who: Actor) -> None:
    """Only those who may be told about these goods can be chosen (CF-13)."""
    allowed = tracing.audiences(db.session(), s, now().astimezone(ZoneInfo(who.zone)).date())
    form.to.choices = [(code, Words(label)) for code, label in AUDIENCES if code in allowed]


def told(who: Actor, s: Shipment) -> list[dict[str, Any]]:
    """Who asked after the goods without a matter and what he was told, newest first, for `ui.timeline`; `?upto=` goes back to a
    message that was found."""
    found = visible(who, select(Message).where(Message.shipment_id == s.id, Message.case_id.is_(None)), Message)
    found = found.options(joinedload(Message.by)).order_by(Message.at.desc(), Message.id.desc()).limit(20)
    if upto := asked_id("upto"):
        found = found.where(Message.id <= upto)
    rows = db.session.scalars(found).all()
    mail = outbox.of_messages(db.session(), rows)
    return [
        {"id": f"m-{m.id}", "mail": standing(m, mail.get(m.id)), "tone": "done",
         "title": dict(CHANNELS).get(m.channel or "", N_("Contact")),
         "who": f"{m.by.display} {m.by.name}" if m.by else "", "at": m.at.isoformat(timespec="seconds"), "when": words(m.at),
         "via": shown_text(m.party) or None, "said": shown_text(m.said), "text": shown_text(m.text)}
        for m in rows
    ]  # fmt: skip


# ------------------------------------------------------------------------------------------ without a number


def result(who: Actor, form: Any) -> dict[str, Any]:
    """What the search without a number led to. For a caller whom nobody knows no goods are looked up (SHP-17)."""
    session = db.session()
    people = tracing.callers(session, who, form.phone.data, form.company.data, form.name.data)
    if not people:
        return {"known": False}
    keys = {name: form[name].data for name in tracing.KEYS}
    found = tracing.goods(session, who, {customer.id for _, customer in people}, keys)
    contact, customer = people[0]
    return {
        "known": True, "customers": list(dict.fromkeys(c.name for _, c in people)),
        "hits": [_hit(who, s, form) for s in found], "later": None if found else later(who, form, contact, customer),
    }  # fmt: skip


def _hit(who: Actor, s: Shipment, form: Any) -> dict[str, Any]:
    """Goods found for a known caller, with the answer ready to log under his name."""
    party = " ".join(part for part in (form.name.data, form.phone.data) if part)
    answers = SpotForm(data={"text": answer_text(s, who), "party": party})
    return {"s": s, "called": s.number or s.booking or s.master or s.container or N_("Without number"),
            "form": answers, "url": url_for("tracing.spot_answer", shipment_id=s.id)}  # fmt: skip


def later(who: Actor, form: Any, contact: Any, customer: Any) -> CallBackForm:
    """Nothing found at once: logged with phone and name, a time promised (SHP-18)."""
    asked = " ".join(str(form[name].data) for name in tracing.KEYS if form[name].data)
    minutes = figures.figure(db.session(), "inquiry.cargo.answer", customer.office_id)
    data = {
        "caller_name": form.name.data, "caller_phone": form.phone.data or contact.phone or contact.landline,
        "customer": customer.id, "contact": contact.id, "promised_at": now() + timedelta(minutes=minutes),
        "asked": words(Words(N_("Cargo query without number: %(keys)s"), keys=asked)),
    }  # fmt: skip
    return CallBackForm(data=data, meta={"zone": who.zone})
