"""Forms of the handbook: a text in both languages, where it is used, a reason, the day it starts (SYS-03, E-22)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wtforms import Form

from rules import fields
from rules.byhand import Day
from rules.documents import GROUPS
from rules.words import N_, Words

AUDIENCES = {
    "customer": N_("Customer"), "consignee": N_("Consignee"), "partner": N_("Partner"), "colleague": N_("Colleague"),
}  # fmt: skip
CHANNELS = {
    "phone": N_("Phone"), "wechat": N_("WeChat"), "qq": N_("QQ"), "mail": N_("E-mail"), "fax": N_("Fax"), "sms": N_("SMS"),
    "visit": N_("In person"),
}  # fmt: skip
VARIANTS = {
    "named": N_("to somebody known by name"), "festival": N_("on a festival"), "outgoing": N_("when we call"),
    "newcomer": N_("from a newcomer"),
}  # fmt: skip
LONGEST = 20_000


class TextForm(Form):
    """A text in both languages. What is missing is asked for when it goes to the reviewer; a draft may be half done."""

    title_zh = fields.sentence(N_("Title in Chinese"), fields.Filled(N_("Write the title.")), longest=120)
    title_en = fields.sentence(N_("Title in English"), fields.Filled(N_("Write the title.")), longest=120)
    body_zh = fields.area(N_("Text in Chinese"), longest=LONGEST)
    body_en = fields.area(N_("Text in English"), longest=LONGEST)
    to_write = fields.Tick(N_("Only the title is there; the text is still to be written"))
    reason = fields.sentence(N_("What was changed and why"), longest=300)


class PlaceForm(Form):
    """Where a text is used. The names of the kinds of work are given by `with_kinds`."""

    grouped = fields.pick(N_("Group"), tuple(GROUPS.items()), fields.Filled(N_("Choose the group.")))
    audience = fields.pick(N_("Said to"), (("", ""), *AUDIENCES.items()))
    variant = fields.pick(N_("Only"), (("", N_("always")), *VARIANTS.items()))
    channels = fields.Many(N_("By which ways (none ticked: all)"), choices=[(k, Words(v)) for k, v in CHANNELS.items()])
    kinds = fields.Many(N_("Kinds of work and situations in which it is found first"), choices=[])

    def values(self) -> dict[str, Any]:
        """As columns of the document."""
        said = {name: self[name].data if name in self else None for name in ("audience", "variant", "channels")}
        return {
            "grouped": self.grouped.data, "kinds": self.kinds.data or [], "audience": said["audience"],
            "variant": said["variant"] or "", "channels": said["channels"] or [],
        }  # fmt: skip


class NewForm(TextForm, PlaceForm):
    """A new script or article."""


class ReasonForm(Form):
    """Why a text goes back or out of use."""

    why = fields.sentence(N_("Reason"), fields.Filled(N_("Give the reason; others will read it.")), longest=300)


class ApproveForm(Form):
    """The day from which a text is in force."""

    starts_on = Day(N_("In force from"), render_kw={"type": "date"})


def with_kinds(form: Any, names: Iterable[tuple[str, Any]], article: bool) -> Any:
    """The form with the kinds of work to choose from; a script must be said to somebody, an article to nobody."""
    form.kinds.choices = list(names)
    if article:
        for name in ("audience", "variant", "channels"):
            del form[name]
    else:
        form.audience.validators = [fields.Filled(N_("Say to whom it is said."))]
    return form
