"""Questions a move may ask before it is made. Each answers None, or the reason in the reader's words.

A need is asked twice: when the page is drawn (so that the reason stands where the button would) and inside the write.
"""

from __future__ import annotations

from rules import approvals, catalogue, charges, confirming, deputies, proofs, turns
from rules.catalogue import BY_CODE
from rules.words import N_, Words
from rules.workflow import Act, Need


def personal(need: Need) -> Need:
    """Mark a need that is about the person, not the case: unmet, the answer is 403 (E-27)."""
    need.code = 403  # type: ignore[attr-defined]
    return need


@personal
def owner_or_leader(act: Act) -> Words | None:
    """Only the owner, the one who works on it, or a supervisor may do this (ORG-01)."""
    if act.who.user_id in (act.case.owner_id, act.case.assignee_id) or "supervisor" in act.who.roles:
        return None
    return Words(N_("Only the owner or a supervisor can do this."))


def not_yet_offered(act: Act) -> Words | None:
    """A hand-over is offered to one person at a time."""
    return Words(N_("A hand-over is already waiting for an answer.")) if act.case.offered_to_id else None


@personal
def offered_to_me(act: Act) -> Words | None:
    """Only the person to whom the matter was offered accepts or declines it (ORG-01)."""
    return (
        None if act.case.offered_to_id == act.who.user_id else Words(N_("The hand-over was offered to somebody else."))
    )


def pooled(act: Act) -> Words | None:
    """Only work in the pool can be claimed; the first one gets it (E-10)."""
    return None if act.case.pooled else Words(N_("Somebody has already claimed this."))


def not_pooled(act: Act) -> Words | None:
    """Work that lies in the pool already cannot be put there again."""
    return Words(N_("This lies in the pool already.")) if act.case.pooled else None


def has_reminder(act: Act) -> Words | None:
    """There is something to tick off."""
    known = act.facts.reminded if act.tx is None else None
    found = turns.reminders(act.facts.session, act.case, act.who) if known is None else known
    return None if found else Words(N_("You have no reminder on this matter."))


def no_customer(act: Act) -> Words | None:
    """Only a caller who is no customer yet can become a prospect (E-09)."""
    return Words(N_("This matter has a customer already.")) if act.case.customer_id else None


def to_the_customer(act: Act) -> Words | None:
    """Only words to the customer stop or pause his clock; what a partner or colleague is told is a contact (D-03)."""
    if act.data.get("to") in ("partner", "colleague"):
        return Words(N_("Only words to the customer are an answer; log this as a contact."))
    return None


def answered(act: Act) -> Words | None:
    """A matter may be closed only when the customer has been given an answer (CMP-22, INQ-23)."""
    return None if act.facts.answered else Words(N_("The customer has not been answered yet."))


def finding_known(act: Act) -> Words | None:
    """A complaint is closed with a responsible party (CMP-23)."""
    if act.case.responsible or act.data.get("responsible") or act.tx is None:
        return None
    return Words(N_("The responsible party has not been named yet."))


def ready_to_accept(act: Act) -> Words | None:
    """To accept a complaint content, caller and phone are required (D-04)."""
    phone = act.case.caller_phone or (act.case.contact and (act.case.contact.phone or act.case.contact.landline))
    return (
        None if act.case.content and phone else Words(N_("Content, caller and phone are needed to accept a complaint."))
    )


# ------------------------------------------------------------------------------------------ changes


def has_proof(act: Act) -> Words | None:
    """No written proof, no change (CHG-01); it must show the elements its kind names (CHG-02, 07, 09)."""
    if (not act.case.proof_note or proofs.only_a_call(act.case.proof_note)) and not act.facts.papers:
        return Words(N_("The written proof is missing."))
    missing = [item for item in catalogue.proof_of(act.case) if item not in (act.case.proof_items or [])]
    if missing:
        return Words(N_("The proof does not show: %(item)s."), item=Words(catalogue.PROOF_NAMES[missing[0]]))
    return None


def read_back_given(act: Act) -> Words | None:
    """While logging: the read-back has been noted already (CHG-05)."""
    return (
        None
        if act.data.get("read_back")
        else Words(N_("Read the change back to the customer first, and note with whom."))
    )


def stage_allows(act: Act) -> Words | None:
    """The stage decides what is possible, when asked, when decided and when carried out."""
    return catalogue.impossible(BY_CODE[act.case.code], act.case.shipment)


def carried_out_by_agent(act: Act) -> Words | None:
    """Only zero-cost kinds without a second look are carried out without a decision (D-01, E-06)."""
    money = charges.has_money(act.case.lines) or bool(act.data.get("charge_minor"))
    if catalogue.zero_cost(BY_CODE[act.case.code], money) and not act.case.gist.get("second_look"):
        return None
    return Words(N_("This kind of change needs a decision first."))


def needs_decision(act: Act) -> Words | None:
    """A zero-cost change is carried out, not sent for a decision."""
    return (
        None
        if carried_out_by_agent(act)
        else Words(N_("No decision is needed: carry it out with proof and read-back."))
    )


def charge_agreed(act: Act) -> Words | None:
    """Charges are agreed with the customer first (CHG-15)."""
    if charges.unagreed(act.case.lines):
        return Words(N_("Agree the charge with the customer first, and note with whom."))
    return None


def charge_named(act: Act) -> Words | None:
    """Redirection, return, a paid short shipment and a watched box cost something: the charge is named, or the company
    pays for its own mistake (CHG-13, CHG-22, CHG-23)."""
    case, kind = act.case, BY_CODE[act.case.code]
    paid = kind.charge == "path" and case.extra.get("path") == "paid"
    must = paid or catalogue.way(kind, case.shipment).charged
    named = any(line.side == charges.RECEIVABLE for line in case.lines)  # what we owe others is nobody's charge
    if named or not (must or kind.charge == "who") or (case.extra.get("own_mistake") and not must):
        return None
    return Words(N_("Name the charge, or that our company pays for its own mistake."))


def some_unagreed(act: Act) -> Words | None:
    """There is a charge that nobody has agreed to yet."""
    return None if charges.unagreed(act.case.lines) else Words(N_("No charge waits for the customer's word."))


def some_charge(act: Act) -> Words | None:
    """There is a charge that can be waived."""
    return None if charges.waivable(act.case.lines) else Words(N_("There is no charge to waive."))


def some_mistake(act: Act) -> Words | None:
    """There is a charge that somebody wrote and may have mistyped."""
    return None if charges.strikable(act.case.lines) else Words(N_("There is no charge to take out."))


def confirmed_to_decide(act: Act) -> Words | None:
    """Answers that the decision rests on are there: dispatcher, route desk, original clerk (CHG-10, CHG-14, CHG-16)."""
    return confirming.why_not(act.case, act.facts.confirmations, ("decision",))


def confirmed_to_finish(act: Act) -> Words | None:
    """Everybody who has to confirm has done so (CHG-08, CHG-09, CHG-12)."""
    return confirming.why_not(act.case, act.facts.confirmations, confirming.PHASES)


def can_ask(act: Act) -> Words | None:
    """There is somebody to ask."""
    found = confirming.askable(act.case, act.facts.confirmations)
    return None if found else Words(N_("Nobody has to be asked."))


def somebody_asked(act: Act) -> Words | None:
    """Somebody was asked and has not answered yet."""
    return None if confirming.waiting(act.facts.confirmations) else Words(N_("Nobody was asked for this."))


def not_executed(act: Act) -> Words | None:
    """What has been written to the shipment is not taken back by withdrawing."""
    return Words(N_("The shipment has been changed already.")) if act.case.executed_at else None


def asked_online(act: Act) -> Words | None:
    """A zero-cost change that waits for the desk may be turned down with a reason (CHG-04)."""
    return carried_out_by_agent(act)


HELD_BACK = {  # what finance keeps back: because the customer is stopped, his documents or this shipment are held
    "release": (
        N_("No release: finance has stopped this customer. %(reason)s"),
        N_("No release: finance holds this customer's documents. %(reason)s"),
        N_("No release: finance holds this shipment. %(reason)s"),
    ),
    "bill": (
        N_("No bill of lading: finance has stopped this customer. %(reason)s"),
        N_("No bill of lading: finance holds this customer's documents. %(reason)s"),
        N_("No bill of lading: finance holds this shipment. %(reason)s"),
    ),
    "hold": (N_("No hold: finance has stopped this customer. %(reason)s"), "", ""),
}


def finance_allows(act: Act) -> Words | None:
    """Goods and bills of lading of a customer who is stopped or whose documents are held are not let go, nor are others held
    for one who is stopped; finance has a part only then (D-02, FIN-02, FIN-19, CF-24)."""
    kept, shipment = BY_CODE[act.case.code].keeps_back, act.case.shipment
    if not kept:
        return None
    stopped, documents, goods = HELD_BACK[kept]
    owners = (act.case.customer, shipment.customer) if shipment.freed_at is None else ()  # let go alone (FIN-06)
    for customer in filter(None, owners):  # whoever calls, the goods' owner counts
        if customer.stopped_at is not None:
            return Words(stopped, reason=customer.stopped_reason or "")
        if customer.documents_held and documents:
            return Words(documents, reason=customer.documents_held)
    return Words(goods, reason=shipment.hold_finance) if shipment.hold_finance and goods else None


def finance_blocks(act: Act) -> Words | None:
    """Finance is asked only when finance blocks, and once."""
    if act.case.finance_asked_at:
        return Words(N_("Finance has been asked already."))
    return None if finance_allows(act) else Words(N_("Finance does not hold anything here."))


@personal
def may_decide(act: Act) -> Words | None:
    """The one who asked or last edited never decides (D-01, D-13); role and grade of the step are needed."""
    return approvals.barred(act.facts.session, act.who, act.case, act.facts.approvals)


@personal
def decider(act: Act) -> Words | None:
    """Supervisors, finance and release officers decide; anybody else only as the office's second decider (D-13)."""
    if {"supervisor", "finance"} & act.who.roles:
        return None
    found = deputies.stands_in(act.facts.session, act.case, act.facts.approvals, act.who.user_id)[0]
    return None if found else Words(N_("Your role does not allow this."))


@personal
def asker_or_editor(act: Act) -> Words | None:
    """Only the one who asked may take a change back; a supervisor refuses it instead."""
    if act.who.user_id in (act.case.requested_by_id, act.case.owner_id):
        return None
    return Words(N_("Only the one who asked can take this back."))


@personal
def may_undo(act: Act) -> Words | None:
    """A signature may be taken back by its signer until the next one signs or the effect has left the desk."""
    case = act.case
    last = next((a for a in reversed(act.facts.approvals) if a.round == case.round and a.status == "approved"), None)
    if last is None or last.decided_by_id != act.who.user_id:
        return Words(N_("Only the one who signed last can take it back."))
    signed_at = last.decided_at or act.at
    asked = any(c.asked_at > signed_at for c in act.facts.confirmations)
    told = any(m.direction == "out" and m.at > signed_at for m in act.facts.messages)
    if case.own_system_at or asked or told:
        return Words(N_("Others have acted on it already; ask for a new change."))
    return None
