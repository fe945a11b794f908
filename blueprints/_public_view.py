"""What a customer sees by his link, and the texts with which the desk sends it: nothing of the matter but what is asked."""

from __future__ import annotations

from typing import Any

from blueprints._change_view import value_words
from blueprints._words import speaking, words
from models import CustomerLink, Partner, db
from rules import catalogue, charges, links, telling
from rules.answering import CLAUSES
from rules.catalogue import BY_CODE
from rules.store import now
from rules.words import N_, Words

HELD = {True: N_("on hold"), False: N_("not on hold")}


def values(link: CustomerLink) -> dict[str, Any]:
    """For links/confirm.html and links/ask.html: who asks, until when, and of a change exactly what was kept as shown."""
    office, shown = links.office_of(db.session(), link), link.shown
    found: dict[str, Any] = {"office": office.name, "until": telling.hour(link.expires_at, office.zone, now())}
    if not shown:
        return found
    owed: dict[str, int] = {}
    for _item, _payer, minor, currency in shown["charges"]:
        owed[currency] = owed.get(currency, 0) + minor
    return found | {
        "kind": BY_CODE[shown["code"]].name, "number": shown["number"],
        "facts": [(catalogue.PROOF_NAMES[item], str(value)) for item, value in shown["facts"]],
        "rows": [(catalogue.FIELD_NAMES[path], *(_value(path, v) for v in pair), None) for path, *pair in shown["rows"]],
        "extra": [(catalogue.EXTRA_NAMES[name], _extra(name, value)) for name, value in shown["extra"]],
        "charges": [
            (charges.ITEMS[item], charges.PAYERS[payer or "shipper"], telling.money(minor, currency))
            for item, payer, minor, currency in shown["charges"]
        ],
        "totals": [telling.money(owed[currency], currency) for currency in sorted(owed)],
        "clauses": [CLAUSES[name] for name in shown["clauses"]],
    }  # fmt: skip


def _value(path: str, value: Any) -> Any:
    if path == "hold_shipper":
        return HELD[value]
    if path == "partner_id" and value is not None:
        partner = db.session.get(Partner, value)
        return partner.name if partner else str(value)
    return value_words(path, value)


def _extra(name: str, value: Any) -> Any:
    return catalogue.EXTRA_CHOICES.get(name, {}).get(value, value)


def asked(note: str, form: Any) -> str:
    """What a contact wrote into the form, for the desk's record, in his language."""
    what = words(BY_CODE[form.code.data].name)
    lines = [note, f"{words(form.number.label.text)}: {form.number.data}", f"{words(form.code.label.text)}: {what}"]
    if form.value.data:
        lines.append(f"→ {form.value.data}")
    rest = (form.destination, form.consignee)
    return "\n".join([*lines, *(f"{words(field.label.text)}: {field.data}" for field in rest)])


def texts(link: CustomerLink, address: str) -> list[tuple[str, str, str]]:
    """Texts to copy, in the customer's language: (id, what for, text)."""
    seen = values(link)
    with speaking(link.language):
        said = ASKING if link.purpose == links.ASK else CONFIRMING
        body = words(
            Words(said, number=seen.get("number") or "–", address=address, until=seen["until"], office=seen["office"])
        )
        subject = words(Words(SUBJECTS[link.purpose], number=seen.get("number") or "–"))
    return [("wechat", N_("For WeChat"), body), ("mail", N_("For mail"), f"{subject}\n\n{body}")]


CONFIRMING = N_(
    "Please look at the change of waybill %(number)s and confirm or decline it here: %(address)s\n"
    "The page needs no sign-in, can be answered once and is open until %(until)s. %(office)s"
)
ASKING = N_(
    "Here you can ask for a release or for another consignee, phone or address on your own waybill: %(address)s\n"
    "The page needs no sign-in, can be used once and is open until %(until)s. %(office)s"
)
SUBJECTS = {
    links.CONFIRM: N_("Waybill %(number)s: please confirm the change"),
    links.ASK: N_("Ask for a change of your waybill online"),
}
