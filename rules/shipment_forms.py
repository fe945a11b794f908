"""The forms of a shipment and the words of their codes; numbers are checked at their field (freight 1, D-12)."""

from __future__ import annotations

from typing import Any

from wtforms import Form

from rules import cells, fields, identifiers, stages
from rules.customer_columns import SETTLEMENT_NAMES
from rules.words import N_, Refused

CURRENCIES = ("CNY", "USD", "HKD", "EUR")
STAGE_SOURCES = {
    "carrier": N_("Carrier"), "partner": N_("Partner"), "warehouse": N_("Warehouse"), "dispatch": N_("Dispatcher"),
    "customer": N_("Customer"), "web": N_("Carrier's web page"),
}  # fmt: skip
HOLDS = {"service": N_("Service hold"), "finance": N_("Finance hold")}
LOCAL = {"render_kw": {"type": "datetime-local"}}


class Timed(Form):
    """A form whose times are typed by the clock of `zone`."""

    def __init__(self, *args: Any, zone: str = "Asia/Shanghai", **options: Any) -> None:
        super().__init__(*args, meta={"zone": zone}, **options)


class ShipmentForm(Timed):
    """A shipment; stage and holds have forms of their own."""

    mode = fields.pick(
        N_("Mode"), tuple(stages.MODES.items()), fields.Filled(N_("Say how the goods travel.")), default="air"
    )
    customer = fields.text(N_("Customer (number or name)"))
    office_id = fields.pick(N_("Office"), ())
    number = fields.text(N_("Waybill number"), longest=40)
    carrier = fields.text(N_("Carrier"), longest=40)
    master = fields.text(N_("Master number"), longest=40)
    container = fields.text(N_("Container"), longest=40)
    booking = fields.text(N_("Booking number"), longest=40)
    vehicle = fields.text(N_("Flight, vessel or truck"))
    shipper = fields.text(N_("Shipper"))
    origin = fields.text(N_("Origin"))
    destination = fields.text(N_("Destination"))
    consignee = fields.text(N_("Consignee"))
    consignee_phone = fields.Telephone(N_("Consignee's phone"))
    address = fields.text(N_("Delivery address"), longest=300)
    partner_id = fields.pick(N_("Partner"), ())
    cargo = fields.text(N_("Goods"))
    model = fields.text(N_("Model"))
    pieces = fields.Number(N_("Pieces"), most=1_000_000)
    weight_g = fields.Number(N_("Weight (kg)"), scale=1000)
    volume_l = fields.Number(N_("Volume (m³)"), scale=1000)
    departs_at = fields.Moment(N_("Departure"), **LOCAL)
    arrives_at = fields.Moment(N_("Expected arrival"), **LOCAL)
    cut_off_at = fields.Moment(N_("Cut-off"), **LOCAL)
    transfers = fields.Number(N_("Transfers"), most=9)
    receipt = fields.text(N_("Return receipt"))
    payment = fields.pick(N_("Payment"), (("", N_("not agreed")), *SETTLEMENT_NAMES.items()))
    freight_minor = fields.Money(N_("Freight"))
    currency = fields.pick(N_("Currency"), tuple((code, code) for code in CURRENCIES), fields.Filled(), default="CNY")
    remark = fields.area(N_("Remark"))
    reason = fields.sentence(N_("Reason of the correction"), longest=300)

    def validate_master(self, field: Any) -> None:
        """The check digit of an air waybill."""
        _at_field("master", self.mode.data, field)

    def validate_container(self, field: Any) -> None:
        """The check digit of a container."""
        _at_field("container", self.mode.data, field)

    def validate_arrives_at(self, field: Any) -> None:
        """Goods do not arrive before they leave."""
        if field.data and self.departs_at.data and field.data < self.departs_at.data:
            raise fields.fail(BACKWARDS)


class StageForm(Timed):
    """A step of the shipment, as somebody reported it."""

    stage = fields.pick(N_("New stage"), (), fields.Filled(N_("Choose the stage.")))
    at = fields.Moment(N_("Reached at"), [fields.Filled(N_("Say when."))], **LOCAL)
    source = fields.pick(
        N_("According to"), (("", N_("Choose")), *STAGE_SOURCES.items()), fields.Filled(N_("Say who reported it."))
    )
    reason = fields.sentence(N_("Reason, needed when it goes back"), longest=300)


class HoldForm(Form):
    """Why goods are held, or let go."""

    reason = fields.sentence(N_("Reason"), longest=300)


BACKWARDS = N_("The arrival lies before the departure.")


def _at_field(name: str, mode: str | None, field: Any) -> None:
    try:
        field.data = identifier(name, mode or "air", field.data)
    except Refused as no:
        raise fields.fail(no.why.msgid, **no.why.params) from no


def identifier(name: str, mode: str, typed: str | None) -> str | None:
    """A number of a shipment in its stored form, as the import stores it (freight 1). Raises Refused (422)."""
    if not typed:
        return None
    if name == "container":
        return identifiers.container(typed)
    if name == "master" and mode == "air":
        return identifiers.awb_shown(identifiers.awb(typed))
    return identifiers.bill_of_lading(typed)[0] if name == "master" and mode == "sea" else cells.code(typed)
