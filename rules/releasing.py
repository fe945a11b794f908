"""A release that finance blocks: what finance, and the company leader, answer on the change (FIN-06, FIN-19, CF-24).

Finance lifts for the customer, for this waybill alone, keeps, or hands to the leader; the leader then lifts for this
waybill or keeps. Needs and effects of these moves stand together here.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from rules import conditions, holding
from rules.catalogue import BY_CODE
from rules.needs import personal
from rules.words import N_, Words
from rules.workflow import Act


def finance_has_it(act: Act) -> Words | None:
    """Finance answers what it was asked, until it hands the question to the leader."""
    if act.case.leader_asked_at:
        return Words(N_("The company leader has it now."))
    return None if act.case.finance_asked_at else Words(N_("Finance has not been asked."))


def leader_has_it(act: Act) -> Words | None:
    """The leader answers only what was handed to him."""
    return None if act.case.leader_asked_at else Words(N_("The company leader has not been asked."))


@personal
def another_person(act: Act) -> Words | None:
    """Whoever asked for the change, or edited it last, lets nothing go for it and waives nothing (D-01, D-13, CHG-19)."""
    if act.who.user_id in (act.case.requested_by_id, act.case.last_editor_id):
        return Words(N_("You asked for this change yourself; another person decides."))
    return None


@personal
def leads(act: Act) -> Words | None:
    """The company leader is a supervisor of grade 4."""
    if act.who.grade >= conditions.LEADER_GRADE:
        return None
    return Words(N_("This needs grade %(grade)s or higher."), grade=conditions.LEADER_GRADE)


def finance_decides(act: Act) -> Words | None:
    """Where the release conditions name the leader, finance keeps or hands over, but lets nothing go by itself (FIN-06)."""
    said, decider = condition(act)
    return None if conditions.finance_alone(decider) else said


def explain(session: Session, case: Any, at: datetime) -> Words | None:
    """The sentence for the page of a release that finance blocks: on what condition these goods go, and who decides; None
    when finance holds nothing there."""
    owner = case.shipment.customer or case.customer
    if owner is None or not BY_CODE[case.code].clears_hold or not holding.held(case.shipment):
        return None
    return conditions.condition(conditions.standing(session, owner, at, case.code))[0]


def condition(act: Act) -> tuple[Words, str]:
    """On what condition these goods go, and who decides, as a sentence (FIN table)."""
    owner = act.case.shipment.customer or act.case.customer
    if owner is None:
        return conditions.condition(conditions.Standing())
    return conditions.condition(conditions.standing(act.facts.session, owner, act.at, act.case.code))


# ------------------------------------------------------------------------------------------ effects


def ask_finance(act: Act) -> None:
    """Put the blocked release before finance."""
    act.case.finance_asked_at = act.at


def ask_leader(act: Act) -> None:
    """Finance hands the question to the company leader."""
    act.case.leader_asked_at = act.at


def answered(act: Act) -> None:
    """Finance or the leader has answered: the matter goes back to the desk."""
    act.case.finance_asked_at = act.case.leader_asked_at = None


def lift_stop(act: Act) -> None:
    """All goods of the customer go again: stop, held documents and the hold on this waybill are lifted (FIN-19)."""
    shipment = act.case.shipment
    for customer in filter(None, (act.case.customer, shipment.customer)):
        holding.lift_customer(customer)
    shipment.hold_finance = None


def free_waybill(act: Act) -> None:
    """This waybill alone goes; what finance holds of the customer else stays held."""
    holding.let_go(act.write, act.case.shipment, act.data["reason"])
