"""What is asked about the goods of an inquiry, by kind of goods, and what calls for a further question: data only.

INQ-02 to INQ-06, INQ-20, D-09, D-10; of the booking checks those that a price rests on already (BKG-07 to BKG-09, BKG-19,
BKG-21).
"""

from __future__ import annotations

from dataclasses import dataclass

from rules.words import N_

# Before which step a field has to be known; the later ones ask for it too.
QUOTE, DESK, BOOKING, NEVER = "quote", "desk", "booking", "never"

GOODS = (
    ("general", N_("General cargo")),
    ("fcl", N_("Full container")),
    ("lcl", N_("Less than a container")),
    ("special", N_("Special cargo")),
    ("break_bulk", N_("Break-bulk")),
    ("chemical", N_("Road, chemicals")),
    ("trade_term", N_("Trade term")),
)
ANALYSED = ("special", "break_bulk", "chemical")  # acknowledged at once, answered within the day (CF-01)
OVERSIZED = ("special", "break_bulk")  # the desk that prices it gets the whole set, and is asked again for a booking

BOXES = (
    ("20", "20GP"), ("40", "40GP"), ("40HQ", "40HQ"), ("20RF", "20RF"), ("40RF", "40RF"), ("20OT", "20OT"), ("40OT", "40OT"),
    ("20FR", "20FR"), ("40FR", "40FR"), ("20TK", "20TK"), ("other", N_("another container")),
)  # fmt: skip
REEFERS = ("20RF", "40RF")
SPECIAL_BOXES = ("20OT", "40OT", "20FR", "40FR", "20TK", "other")
TERMS = (("EXW", "EXW"), ("DDU", "DDU"), ("DDP", "DDP"))
CLASSES = (
    ("none", N_("not dangerous")), ("1", "1"), ("2", "2"), ("3", "3"), ("4", "4"), ("5", "5"), ("6", "6"), ("7", "7"),
    ("8", "8"), ("9", "9"),
)  # fmt: skip
CLASSED = tuple(code for code, _ in CLASSES if code != "none")
SHEETS = (("received", N_("received")), ("asked", N_("asked for")))
MARKS = (
    ("upright", N_("not to be turned over")), ("dry", N_("keep dry")), ("fragile", N_("fragile")),
    ("look", N_("mind the outer look")),
)  # fmt: skip
STUFFING = (
    ("own", N_("by the customer himself")),
    ("haulage", N_("haulage to the factory")),
    ("in_house", N_("in our warehouse")),
)
FACTORIES = (("one", N_("one factory")), ("several", N_("several factories")))
YES_NO = (("yes", N_("yes")), ("no", N_("no")))


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing to ask. `kind`: line, area, count, weight (g), volume (l), pick, many, tick. `untold`: the customer may
    leave it open. `only`: another field and its values in which alone it is asked. `ours`: the desk finds it out itself, the
    customer is not asked for it."""

    code: str
    label: str
    kind: str = "line"
    before: str = QUOTE
    untold: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    only: tuple[str, tuple[str, ...]] | None = None
    ours: bool = False


NAME = Ask("cargo_name", N_("Cargo name"))
WEIGHT = Ask("weight_g", N_("Gross weight (kg)"), "weight")
VOLUME = Ask("volume_l", N_("Volume (m³)"), "volume")
PIECES = Ask("pieces", N_("Pieces"), "count")
BOX = Ask("container", N_("Container type"), "pick", choices=BOXES)
BOX_COUNT = Ask("containers", N_("Number of containers"), "count")
# What follows from the container, the stuffing and the name, whichever kind of goods it is.
FURTHER = (
    Ask("temperature", N_("Temperature"), before=BOOKING, only=("container", REEFERS)),
    Ask("vent", N_("Vent setting"), before=BOOKING, only=("container", REEFERS)),
    Ask("stuffing", N_("Stuffing"), "pick", NEVER, choices=STUFFING),
    Ask("factories", N_("Factories"), "pick", choices=FACTORIES, only=("stuffing", ("haulage",))),
    Ask("fleet_price", N_("Price the fleet confirmed"), only=("stuffing", ("haulage",)), ours=True),
    Ask("warehouse_fee", N_("Warehouse-in fee told to the customer"), only=("stuffing", ("in_house",)), ours=True),
    Ask("overweight", N_("Overweight container wanted"), "pick", BOOKING, choices=YES_NO, only=("flags", ("overweight",))),
    Ask("terminal", N_("Terminal"), before=BOOKING, only=("flags", ("terminal",))),
    Ask("charges_confirmed", N_("All charges confirmed with"), before=BOOKING, only=("flags", ("dangerous",)), ours=True),
)  # fmt: skip

BY_GOODS: dict[str, tuple[Ask, ...]] = {
    "general": (NAME, WEIGHT, Ask("pieces", N_("Pieces"), "count", NEVER), Ask("volume_l", N_("Volume (m³)"), "volume", NEVER)),
    "fcl": (BOX, Ask("containers", N_("Number of containers"), "count", NEVER), WEIGHT, NAME,
            Ask("volume_l", N_("Volume (m³)"), "volume", NEVER), *FURTHER),
    "lcl": (PIECES, WEIGHT, VOLUME, NAME, *FURTHER),
    "special": (
        NAME, WEIGHT, Ask("volume_l", N_("Volume (m³)"), "volume", NEVER), BOX, BOX_COUNT,
        Ask("dimensions", N_("Dimensions"), only=("container", SPECIAL_BOXES)),
        Ask("shipper", N_("Shipper"), before=DESK), Ask("ship_on", N_("Shipping date"), before=DESK),
        Ask("carrier", N_("Carrier wished for"), before=DESK, untold=True),
        Ask("target_price", N_("Target price"), before=DESK, untold=True), *FURTHER,
    ),
    "break_bulk": (
        Ask("cargo_list", N_("Cargo list"), "area"), Ask("ship_on", N_("Shipping date")),
        Ask("handling", N_("Loading and unloading needs"), "area"), Ask("cargo_name", N_("Cargo name"), before=NEVER), *FURTHER,
    ),
    "chemical": (
        Ask("cargo_name", N_("Cargo name")), Ask("danger_class", N_("Dangerous goods class"), "pick", choices=CLASSES),
        PIECES, WEIGHT, VOLUME, Ask("origin", N_("Origin")), Ask("destination", N_("Destination")),
        Ask("per_run", N_("Volume per run")), Ask("ship_on", N_("Shipping date")),
        Ask("requests", N_("Special requests"), untold=True), Ask("marks", N_("Handling marks"), "many", NEVER, choices=MARKS),
        Ask("arrive_by", N_("To arrive at the consignee by")),
        Ask("msds", N_("Safety data sheet (MSDS)"), "pick", BOOKING, choices=SHEETS, only=("danger_class", CLASSED)), *FURTHER,
    ),
    "trade_term": (
        Ask("term", N_("Trade term"), "pick", choices=TERMS), NAME, PIECES, WEIGHT, VOLUME,
        Ask("pickup_address", N_("Pick-up address"), only=("term", ("EXW",))),
        Ask("ready_on", N_("Goods ready on"), only=("term", ("EXW",))),
        Ask("export_papers", N_("Who declares the export"), only=("term", ("EXW",))),
        Ask("address", N_("Delivery address with postcode"), only=("term", ("DDU", "DDP"))),
        Ask("hs_code", N_("Customs code (HS)"), only=("term", ("DDU", "DDP"))),
        Ask("value", N_("Value of the goods"), only=("term", ("DDU", "DDP"))),
        Ask("importer", N_("Importer and tax number"), only=("term", ("DDP",))), *FURTHER,
    ),
}  # fmt: skip
ASKS = {ask.code: ask for asks in reversed(BY_GOODS.values()) for ask in asks}  # every field once, for the form

# Ports with several terminals (BKG-19): how they are written, and which there are.
PORTS = (
    (("马尼拉", "manila"), N_("Manila"), N_("north or south")),
    (("巴生", "klang"), N_("Port Klang"), N_("north or west")),
    (("雅加达", "jakarta"), N_("Jakarta"), "UTC1, UTC2, UTC3"),
    (("胡志明", "ho chi minh", "saigon", "西贡"), N_("Ho Chi Minh City"), N_("new or old")),
    (("伊斯坦布尔", "istanbul"), N_("Istanbul"), "Kumport, Haydarpasa"),
    (("迪拜", "dubai"), N_("Dubai"), "Port Rashid, Jebel Ali"),
)

NOTES = {  # code: what the desk is told, and whether it keeps a booking back
    "box_volume": (N_("%(volume)s m³ do not fit into %(boxes)s (%(most)s m³): ask which figure is wrong."), True),
    "box_weight": (N_("%(weight)s t are more than %(boxes)s may carry (%(most)s t): ask which figure is wrong."), True),
    "overweight": (N_("Heavy for a 20-foot container: ask whether an overweight one is wanted; the price differs."), False),
    "dangerous": (N_("“%(word)s” may be dangerous: ask for class and MSDS, and confirm all charges before booking."), False),
    "terminal": (N_("%(port)s has several terminals (%(which)s): ask which one."), False),
    "carrier_terminal": (N_("%(carrier)s calls at %(which)s: name the terminal with the price."), False),
}  # fmt: skip
