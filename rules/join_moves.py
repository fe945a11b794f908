"""What the moves about linked and merged matters ask for and do; see `workflows.joining`."""

from __future__ import annotations

from rules import joining
from rules.words import N_, Words
from rules.workflow import Act


def linked(act: Act) -> Words | None:
    """Another matter is linked to this one."""
    asked = act.tx is not None or act.facts.has("case_links")  # a page asks for nothing where there is nothing
    found = joining.near(act.facts.links, act.case) if asked else []
    return None if found else Words(N_("No other matter is linked to this one."))


def relate(act: Act) -> None:
    """The two matters are linked; each shows the other."""
    beside = joining.other(act.write.session, act.who, act.case, act.data.get("into"))
    joining.relate(act.write, act.case, beside, act.data.get("reason"))


def unrelate(act: Act) -> None:
    """The two matters are not linked any more."""
    joining.unrelate(act.write, act.case, act.data.get("other_id"))


def merge(act: Act) -> None:
    """It goes on as part of the other matter, whose earlier time holds; both histories are kept."""
    stays = joining.other(act.write.session, act.who, act.case, act.data.get("into"))
    joining.merge(act.write, act.case, stays, act.data["reason"])


def unmerge(act: Act) -> None:
    """It stands by itself again, with the time that it had left."""
    joining.unmerge(act.write, act.case)
