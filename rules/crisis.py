"""A complaint that threatens more than itself: court, media, authority, a scene, the net (CMP-25). One person speaks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rules import accounts, notices, speaking
from rules.needs import personal
from rules.policy import SUPERVISOR
from rules.words import N_, Refused, Words
from rules.workflow import Act

CUSTOMERS = (None, "", "customer", "shipper", "consignee")  # who words go to when nobody else is named
HOLDING = N_(
    "Thank you for telling us. Your matter is with the person in charge, who will contact you; I cannot say more now."
)
KINDS = (
    ("court", N_("Court or lawyer")), ("media", N_("Media")), ("authority", N_("Authority or consumer body")),
    ("management", N_("Wants the top management")), ("scene", N_("Scene on site")), ("online", N_("Complains online")),
    ("indirect", N_("Claims indirect loss")),
)  # fmt: skip
ONE_VOICE, LEADERS_ONLY = ("court", "media", "authority"), ("management",)
LEAST_GRADE = {"court": 4, "media": 4, "authority": 4, "management": 4, "scene": 3, "online": 3, "indirect": 3}
NAMES_FROM = 3  # the grade that names the spokesperson and ends a crisis


def in_crisis(act: Act) -> Words | None:
    """The matter is marked as a crisis."""
    return None if act.case.crisis else Words(N_("This is no crisis."))


@personal
def high_enough(act: Act) -> Words | None:
    """Naming the spokesperson and ending the crisis needs grade 3 (CMP-25)."""
    return None if act.who.grade >= NAMES_FROM else Words(N_("This needs grade %(grade)s or higher."), grade=NAMES_FROM)


def speaks(case: Any, who: Any) -> bool:
    """Whether this person may speak to the customer about the matter (CMP-25)."""
    if case.crisis in LEADERS_ONLY and case.spokesperson_id is None:
        return SUPERVISOR in who.roles
    locked = case.crisis in ONE_VOICE or case.spokesperson_id is not None
    return not (case.crisis and locked) or case.spokesperson_id == who.user_id


def one_voice(*names: str) -> Callable[[Act], Words | None]:
    """Words to the customer (the fields `names`) come from the spokesperson alone (CMP-25)."""

    @personal
    def voice(act: Act) -> Words | None:
        """In a crisis only the spokesperson speaks to the customer (CMP-25)."""
        to_customer = act.tx is None or any(act.data.get(name) for name in names)
        loose = act.tx is None and act.move.name in ("message", "ask_party")  # still there for partners and colleagues
        if not to_customer or loose or act.data.get("to") not in CUSTOMERS or speaks(act.case, act.who):
            return None
        return Words(
            N_("Only the spokesperson speaks to the customer on this matter. Say: “%(line)s”"), line=Words(HOLDING)
        )

    return voice


def crisis(act: Act) -> None:
    """Mark the matter and alert the leaders at once, outside desk hours too. Raises Refused (422) for an online complaint
    without its address."""
    case, kind = act.case, act.data["crisis"]
    url = act.data.get("crisis_url")
    if kind == "online" and not url:
        raise Refused(Words(N_("Give the address where it was published.")), 422, "crisis_url")
    case.crisis, case.crisis_at, case.crisis_url, case.spokesperson_id = kind, act.at, url, None
    text = Words(
        N_("Crisis: %(kind)s. %(ref)s %(title)s"), kind=Words(dict(KINDS)[kind]), ref=case.ref, title=case.title
    )
    for user_id in _leaders(act, LEAST_GRADE[kind]):
        notices.tell(
            act.write, user_id, "crisis", text, f"crisis:{case.id}:{act.at:%Y%m%d%H%M%S}:{user_id}", office_id=case.office_id,
            case_id=case.id, urgent=True,
        )  # fmt: skip


def _leaders(act: Act, grade: int) -> list[int]:
    """Supervisors of the office from `grade` on; where there is none, those of the highest grade there is."""
    found = [(p.id, p.grade) for p in accounts.supervisors(act.write.session, act.case.office_id)]
    least = min(grade, max((g for _, g in found), default=grade))
    return [user_id for user_id, has in found if has >= least]


def name_spokesperson(act: Act) -> None:
    """From now on one person speaks. Raises Refused (422) for anybody but a supervisor of the office."""
    wanted = act.data["spokesperson_id"]
    if str(wanted) not in {str(p.id) for p in accounts.supervisors(act.write.session, act.case.office_id)}:
        raise Refused(Words(N_("Choose a supervisor of this office.")), 422, "spokesperson_id")
    act.case.spokesperson_id = int(wanted)


def end_crisis(act: Act) -> None:
    """The mark is taken off; everybody may speak again."""
    act.case.crisis = act.case.crisis_at = act.case.crisis_url = act.case.spokesperson_id = None


def say_holding(act: Act) -> None:
    """Record that the holding sentence was said, and nothing else."""
    speaking.said(act.write, case=act.case, office_id=act.case.office_id, audience=None, channel="phone", text=HOLDING)
