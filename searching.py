"""`flask search rebuild`: puts into the search what it does not have yet, while the desk serves."""

from __future__ import annotations

import click
from flask.cli import AppGroup

import serving
from models import db
from rules import reindexing
from rules.store import system, write_tx
from rules.terms import CASE, CUSTOMER, DOCUMENT, MESSAGE, SHIPMENT
from rules.words import N_, Words
from terminal import say, sentence, tell

NAMES = {
    CUSTOMER: N_("Customers"), SHIPMENT: N_("Shipments"), CASE: N_("Matters"), DOCUMENT: N_("Handbook"),
    MESSAGE: N_("Contacts and notes"),
}  # fmt: skip
search = AppGroup("search", help="What the find box looks in.")


@search.command("rebuild")
@click.option("--all", "everything", is_flag=True, help="Compare everything, not only what is missing.")
@sentence
def rebuild(everything: bool) -> None:
    """Index customers, shipments, matters, texts and messages; broken off, it goes on where it stopped."""
    serving.need_tables(db.engine)
    done: dict[str, int] = {}
    for what, count in reindexing.rebuild(
        db.session(), lambda: write_tx(system("flask search"), "search.rebuild"), everything
    ):
        done[what] = count
        if count % (reindexing.AT_ONCE * 50) == 0:
            tell(N_("%(what)s: %(n)s so far."), what=say(Words(NAMES[what])), n=count)
    tell(N_("The search is complete: %(n)s entries looked at."), n=sum(done.values()))


COMMANDS = (search,)
