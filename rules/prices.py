"""What a price is made of: the charges of a quotation or a tariff, and the unit that each is reckoned by. Data only."""

from __future__ import annotations

from rules.words import N_

ITEMS = {
    "ocean_freight": N_("Ocean freight"),
    "air_freight": N_("Air freight"),
    "road_freight": N_("Road freight"),
    "all_in": N_("ALL IN"),
    "fuel": N_("Fuel surcharge"),
    "security": N_("Security surcharge"),
    "peak": N_("Peak season surcharge"),
    "surcharge": N_("Surcharge"),
    "terminal": N_("Terminal charge"),
    "documents": N_("Documentation charge"),
    "customs": N_("Customs clearance charge"),
    "haulage": N_("Haulage"),
    "warehouse": N_("Warehouse-in charge"),
    "stuffing": N_("Stuffing charge"),
    "insurance": N_("Insurance premium"),
    "other": N_("Other charge"),
}
FREIGHT = {"sea": "ocean_freight", "air": "air_freight", "road": "road_freight"}  # mode → its freight
UNITS = {
    "20GP": N_("20GP box"),
    "40GP": N_("40GP box"),
    "40HQ": N_("40HQ box"),
    "45HQ": N_("45HQ box"),
    "kg": N_("kg"),
    "t": N_("tonne"),
    "cbm": N_("CBM"),
    "wm": N_("revenue ton"),
    "bill": N_("bill"),
    "truck": N_("truck"),
    "piece": N_("piece"),
}
