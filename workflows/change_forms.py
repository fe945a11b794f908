"""What the moves of a waybill change ask: new values, proof, charges, confirmations, decisions (CHG-01 to CHG-24)."""

from __future__ import annotations

from typing import Any

from wtforms import Form

from rules import catalogue, charges, confirming, fields, stages
from rules.customer_columns import SETTLEMENT_NAMES
from rules.matrix import CONFIRMERS
from rules.words import N_, Words
from workflows.common import CHANNELS, Opening

PAYERS = (("", ""), *charges.PAYERS.items())
CURRENCIES = tuple((code, code) for code in fields.EXPONENTS)
CODES = tuple((kind.code, kind.name) for kind in catalogue.KINDS)
PROOF_ITEMS = tuple(catalogue.PROOF_NAMES.items())
CONFIRMED = tuple(CONFIRMERS.items())


class ProofFields(Form):
    """The written proof: which paper it is and what it shows (CHG-01, CHG-02)."""

    proof_note = fields.sentence(N_("Written proof: which paper, from whom"), longest=200)
    proof_items = fields.Many(N_("The proof shows"), choices=[(code, Words(name)) for code, name in PROOF_ITEMS])


class ChargeFields(Form):
    """Money that arises, agreed with the customer first (CHG-15)."""

    charge_minor = fields.Money(N_("Charge"), filters=[lambda minor: minor or 0])  # empty: no charge
    currency = fields.pick(N_("Currency"), CURRENCIES, default="CNY")
    payer = fields.pick(N_("Paid by"), PAYERS)
    charge_agreed = fields.sentence(N_("Charge agreed with, when"), longest=200)


class Values(Form):
    """New values of the shipment's columns; what stays empty does not change."""

    consignee = fields.text(N_("New consignee"))
    consignee_phone = fields.Telephone(N_("New phone"))
    address = fields.text(N_("New delivery address"), longest=300)
    destination = fields.text(N_("New destination"))
    cargo = fields.text(N_("New cargo name"))
    model = fields.text(N_("New model"))
    pieces = fields.Number(N_("New pieces"), most=1_000_000)
    weight_g = fields.Number(N_("New weight (kg)"), scale=1000)
    volume_l = fields.Number(N_("New volume (m³)"), scale=1000)
    payment = fields.pick(N_("New payment"), (("", ""), *SETTLEMENT_NAMES.items()))
    container = fields.text(N_("New container"), longest=40)
    shipper = fields.text(N_("New shipper"))
    partner_id = fields.Whole(N_("New destination agent"))
    hold_shipper = fields.sentence(N_("Reason of the hold"), longest=200)


class Extra(Form):
    """What bills of lading, free time, late boxes and short shipments ask beyond the shipment's columns."""

    bl_number = fields.text(N_("Bill of lading"), longest=40)
    bl_date = fields.text(N_("Date on the bill of lading"), longest=10)
    fee_kind = fields.pick(N_("Fee that is waived"), (("", ""), *catalogue.EXTRA_CHOICES["fee_kind"].items()))
    free_days = fields.Number(N_("Free days asked for"), most=365)
    box = fields.text(N_("Container number"), longest=40)
    customs_number = fields.text(N_("Customs paper number"), longest=40)
    vessel = fields.text(N_("Vessel and voyage"), longest=80)
    path = fields.pick(N_("Which way"), (("", ""), *catalogue.EXTRA_CHOICES["path"].items()))


class NoteFields(Form):
    """A consignment note that has no number yet: by what its shipment is found or made (D-12, CHG-02)."""

    note_id = fields.Whole(N_("Shipment without number"))
    note_destination = fields.text(N_("Destination on the note"))
    note_consignee = fields.text(N_("Consignee on the note"))
    note_model = fields.text(N_("Model on the note"))
    note_pieces = fields.Number(N_("Pieces on the note"), most=1_000_000)
    note_mode = fields.pick(N_("How the goods travel"), tuple(stages.MODES.items()), default="air")


class ChangeForm(Opening, NoteFields, Values, Extra, ProofFields, ChargeFields):
    """A new change: kind, new values per field, proof and charge."""

    code = fields.pick(N_("What shall change"), CODES, fields.Filled(N_("Say what shall change.")))
    reason = fields.sentence(N_("Reason"), longest=300)
    read_back = fields.sentence(N_("Read back to, when (zero-cost changes are then carried out at once)"), longest=200)
    own_system = fields.Tick(N_("Our own waybill system has been changed too"))
    log_refused = fields.Tick(N_("Log the request as refused, with this reason"))


class Proof(ProofFields):
    """A proof that came later."""


class Charge(ChargeFields):
    """Money that turns up after the change was asked: it then needs a decision (CHG-15)."""

    charge_minor = fields.Money(N_("Charge"), [fields.Filled(N_("Write the charge, for example 120.00."))])
    side = fields.pick(N_("Which side"), tuple(charges.SIDES.items()), default=charges.RECEIVABLE)
    item = fields.pick(N_("What for"), tuple(charges.ITEMS.items()), default="change")
    party = fields.text(N_("Payable to"), longest=120)


class Agreed(Form):
    """The customer's word on a charge."""

    charge_agreed = fields.sentence(
        N_("Charge agreed with, when"), fields.Filled(N_("Note with whom, and when.")), longest=200
    )


class Waiver(Form):
    """A charge that a company leader waives (CHG-19)."""

    line = fields.Row(N_("Which charge"), fields.Filled(N_("Choose one of the offered values.")))
    reason = fields.sentence(N_("Reason"), fields.Filled(N_("Give the reason; others will read it.")), longest=300)


class Mistake(Waiver):
    """A charge that was entered by mistake, or that does not arise."""


class Ask(Form):
    """Who is asked for a confirmation."""

    what = fields.pick(N_("Confirmation"), CONFIRMED, fields.Filled(N_("Say what shall be confirmed.")))
    whom = fields.sentence(N_("Who was asked, how"), longest=200)


class Answered(Form):
    """What somebody inside the house, or a partner, has answered."""

    what = fields.pick(N_("Confirmation"), CONFIRMED, fields.Filled(N_("Say what was confirmed.")))
    answer = fields.pick(
        N_("Answer"), (("yes", N_("Yes")), ("no", N_("No"))), fields.Filled(N_("Yes or no?")), default="yes"
    )
    answered_by = fields.text(N_("Name of who answered"), fields.Filled(N_("Write who answered.")), longest=60)
    text = fields.sentence(N_("What was said"), longest=200)


class AskAgain(Form):
    """Whom to chase."""

    what = fields.pick(N_("Confirmation"), CONFIRMED, fields.Filled(N_("Say whom you chased.")))


class Clash(Form):
    """Fields of the shipment that moved meanwhile and that ours shall overwrite (E-07)."""

    keep = fields.Many(
        N_("Overwrite with ours"), choices=[(code, Words(n)) for code, n in catalogue.FIELD_NAMES.items()]
    )


class CarryOut(ProofFields, Clash):
    """Proof and read-back in one form (D-01, CHG-05)."""

    read_back = fields.sentence(
        N_("Read back to, when"), fields.Filled(N_("Read the change back to the customer first, and note with whom."))
    )
    own_system = fields.Tick(N_("Our own waybill system has been changed too"))


class Correction(ProofFields, ChargeFields):
    """A change that came back for papers or corrections."""


class Edit(Values, Extra):
    """Other new values; whoever writes them does not decide (E-15)."""


class Decision(Clash):
    """Signing; a word is optional. `stage_seen`: the stage that the goods have come to meanwhile, seen by the signer."""

    reason = fields.sentence(N_("Reason"), longest=300)
    stage_seen = fields.text(N_("Stage seen"), longest=2)


class Executed(Form):
    """The last step: the office's own system is changed and the customer told."""

    own_system = fields.Tick(
        N_("Our own waybill system has been changed too"),
        [fields.Filled(N_("Tick it when the own system has been changed."))],
    )
    channel = fields.pick(N_("Channel"), CHANNELS, default="phone")
    told = fields.sentence(N_("What the customer was told"), longest=300)


def offer(form: Any, case: Any, facts: Any) -> None:
    """Leave a form only those choices that its case has: what can be asked, who has not answered, which charges stand."""
    if "what" in form:
        found = facts.confirmations
        waits = [line.what for line in confirming.waiting(found)]
        known = confirming.askable(case, found) if "whom" in form else waits
        form.what.choices = [(what, Words(CONFIRMERS[what])) for what in known]
    if "line" in form:
        offered = charges.strikable if isinstance(form, Mistake) else charges.waivable
        form.line.choices = [(str(line.id), charges.line_words(line)) for line in offered(case.lines)]
    if "proof_items" in form:  # only what the paper of this kind must show at this stage
        form.proof_items.choices = [(item, Words(catalogue.PROOF_NAMES[item])) for item in catalogue.proof_of(case)]
    if "told" in form:  # ticked when it was carried out: no second time
        form.own_system.data = form.own_system.data or case.own_system_at is not None
    if "bl_number" in form and "said" not in form:  # the short form of a correction: only what this kind has
        kind = catalogue.BY_CODE[case.code]
        for name in [f.name for f in form if f.name not in (*catalogue.writable(kind), *kind.extra)]:
            del form[name]
