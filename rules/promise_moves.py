"""What the moves about promises ask for and do; see `workflows.promising`."""

from __future__ import annotations

from rules import promises, speaking
from rules.phrases import CUSTOMER
from rules.proofreading import Way
from rules.words import N_, Words
from rules.workflow import Act


def some_open(act: Act) -> Words | None:
    """Something was promised and is neither kept nor dropped."""
    asked = act.tx is not None or act.facts.has("promises")  # a page asks for nothing where there is nothing
    found = promises.waiting(act.facts.promises) if asked else []
    return None if found else Words(N_("Nothing is promised here."))


def none_open(act: Act) -> Words | None:
    """Every promise is kept, or dropped with a reason, before the matter is closed (CUS-15)."""
    if some_open(act) is not None:
        return None
    first = promises.waiting(act.facts.promises)[0]
    what = Words(N_("the answer")) if first.what == promises.ANSWER else first.what
    return Words(N_("A promise is open: %(what)s. Note that it was kept, or drop it."), what=what)


def make(act: Act) -> None:
    """Something is promised, and its time runs. The customer is told these words, so they are held against what holds for
    words in writing (KNO-03)."""
    data = act.data
    speaking.check(act.write, data["promised"], Way(CUSTOMER, None, act.case.office_id, act.case, "promised"))
    promises.make(act.write, act.case, data["promised"], data.get("to_whom") or promises.whom(act.case), data["by_at"])


def keep(act: Act) -> None:
    """The promise was kept."""
    promises.keep(act.write, promises.one(act.facts.promises, act.data.get("promise_id")), act.data.get("text"))


def drop(act: Act) -> None:
    """The promise does not hold any more."""
    promises.drop(act.write, promises.one(act.facts.promises, act.data.get("promise_id")), act.data["reason"])
