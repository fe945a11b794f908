"""The form by which a supervisor says until when somebody is a newcomer (ORG-04)."""

from __future__ import annotations

from wtforms import Form

from rules.admin_forms import day
from rules.words import N_


class NewcomerForm(Form):
    """The last day; empty: no newcomer."""

    newcomer_until = day(N_("Newcomer until"))
