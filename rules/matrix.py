"""The stage × change matrix (rulebook 2.3) as one table: at which stage a kind of change goes which way.

Air A0–A6 and sea S0–S5 have a column each; road goes as air A1, A5 and A6 (D-12). Where the rulebook's matrix and its
catalogue differ, the matrix stands: a commission may still be amended after sailing, as an amendment of the bill of lading.
"""

from __future__ import annotations

from dataclasses import dataclass

from rules.words import N_

STAGES = ("A0", "A1", "A2", "A3", "A4", "A5", "A6", "S0", "S1", "S2", "S3", "S4", "S5")
UNNUMBERED = ("A0", "A1", "S0", "S1", "R0", "R1")  # the paper need not show a number that does not exist yet
ROAD = {"R0": "A1", "R1": "A1", "R2": "A5", "R3": "A5", "R4": "A6"}


@dataclass(frozen=True, slots=True)
class Confirm:
    """An answer that is needed from `what` (a code of CONFIRMERS) before the decision, the effect or the close."""

    what: str
    before: str = "effect"


@dataclass(frozen=True, slots=True)
class Way:
    """What a stage asks of a change, in words; `open` False: it is impossible, and `instead` names the kinds that are not.

    `grade`: the signer's grade where the stage asks a higher one; `charged`: only against a charge; `proof`: what the paper
    must show where the stage asks for other elements than the kind does.
    """

    words: str
    open: bool = True
    instead: tuple[str, ...] = ()
    confirms: tuple[Confirm, ...] = ()
    grade: int = 0
    charged: bool = False
    proof: tuple[str, ...] = ()


def _shut(words: str, *instead: str) -> Way:
    return Way(words, open=False, instead=instead)


CONFIRMERS = {
    "clerks": N_("Clerks group: loading sheet voided"),
    "warehouse": N_("Warehouse: goods back in stock"),
    "billing": N_("Billing clerk: number voided"),
    "dispatcher": N_("Dispatcher: the goods can still come back"),
    "partner": N_("Destination partner: has seen it"),
    "route": N_("Route desk: rate for the new shipper"),
    "original": N_("Original clerk: has reviewed it"),
    "carrier": N_("Carrier: consents"),
    "terminal": N_("Terminal: has been told"),
    "pickup": N_("Warehouse at pick-up: checked with the consignor"),
}
NOTE_ITEMS = ("destination", "consignee", "model", "quantity")  # of a note that has no number yet (CHG-02)
SEEN = (Confirm("partner", "close"),)
STOCK = (Confirm("billing"), Confirm("warehouse"))

WAYS: dict[str, Way] = {
    # open
    "note": Way(N_("Written proof without number; changed at once."), proof=NOTE_ITEMS),
    "web": Way(N_("Online or with written proof; no charge may arise.")),
    "seen": Way(N_("Online or with written proof; the destination partner confirms that it has seen it."), confirms=SEEN),
    "paper": Way(N_("Written proof; charges are agreed first.")),
    "note+": Way(N_("Written proof; charges are agreed first."), proof=NOTE_ITEMS),
    "hold": Way(N_("Written proof; the goods wait until the shipper decides.")),
    "void": Way(N_("New note that says it replaces the former one, with time and signature.")),
    "void+": Way(N_("As before the loading sheet; the clerks group voids the sheet and the warehouse takes the goods back."),
                 confirms=(Confirm("clerks"), Confirm("warehouse"))),
    "stock": Way(N_("Proof with the waybill number and the order to return to stock; then a new note."), confirms=STOCK),
    "back": Way(N_("The dispatcher says whether the goods can still come back; freight is not refunded, and the customer "
                   "confirms in writing."), confirms=(Confirm("dispatcher", "decision"),)),
    "turn": Way(N_("Written order of the shipper; carried out from the destination, with a charge unless it is our mistake.")),
    "again": Way(N_("Already delivered: only as a new transport, in writing and against a charge."), charged=True),
    "commission": Way(N_("Change notice HC-27; the original clerk reviews it."), confirms=(Confirm("original", "decision"),)),
    "commission+": Way(N_("Change notice HC-27; original clerk, carrier's consent, charges."),
                       confirms=(Confirm("original", "decision"), Confirm("carrier"))),
    "terminal": Way(N_("Change notice HC-27; original clerk, charges, terminal data."),
                    confirms=(Confirm("original", "decision"), Confirm("terminal"))),
    "bill": Way(N_("After sailing: new declaration or amendment of the bill of lading, with the carrier's consent."),
                confirms=(Confirm("original", "decision"), Confirm("carrier"))),
    "rate": Way(N_("The route desk applies for the rate anew; it may change."), confirms=(Confirm("route", "decision"),)),
    "rate4": Way(N_("The route desk applies for the rate anew; a company leader decides."),
                 confirms=(Confirm("route", "decision"),), grade=4),
    "apply": Way(N_("Application with the salesperson's entry in the ledger; grade 3 or 4, then the release officer.")),
    "leader": Way(N_("Entry in the ledger; a company leader decides.")),
    "agent": Way(N_("Entry in the ledger; grade 3 or 4, off the published list grade 4.")),
    "ask": Way(N_("In writing to the carrier; its approval counts."), confirms=(Confirm("carrier", "close"),)),
    "watch": Way(N_("The fee is quoted and accepted first; then the terminal is told."),
                 confirms=(Confirm("terminal", "close"),), charged=True),
    "short": Way(N_("The customer accepts the fee, or the not-loaded certificate is there.")),
    "pickup": Way(N_("The consignor's written proof; the warehouse checks it with him."), confirms=(Confirm("pickup"),)),
    # shut
    "signed": _shut(N_("Already delivered: only a return or redirection as a new transport is possible."),
                    "K10-return", "K10"),
    "delivered": _shut(N_("Already delivered: nothing can be changed.")),
    "secured": _shut(N_("Past security: the goods cannot come back. Return or redirect from the destination instead."),
                     "K10-return", "K10"),
    "gone": _shut(N_("The goods have left: they cannot come back. Return or redirect from the destination instead."),
                  "K10-return", "K10"),
    "number": _shut(N_("The waybill number exists: change the consignee, phone or address alone, or in writing."),
                    "K07", "K08", "K09", "K11", "K10"),
    "early": _shut(N_("There is no waybill number yet: lift the hold on the note."), "K02"),
    "late": _shut(N_("The waybill number exists: ask for the release instead."), "K06"),
    "amend": _shut(N_("The goods have not left yet: amend the note instead."), "K01"),
    "revoke": _shut(N_("The goods have not left yet: void and replace the note instead."), "K03"),
    "cancel": _shut(N_("The split waybill exists: cancel it with return to stock."), "K04"),
    "recall": _shut(N_("The master waybill exists: only a withdrawal is possible, and freight is not refunded."), "K05"),
    "notyet": _shut(N_("There is no such waybill yet: void and replace the note instead."), "K03"),
    "split": _shut(N_("The goods are not handed to the airline yet: cancel the split waybill."), "K04"),
    "sea": _shut(N_("At sea this is a change of the commission."), "K12"),
    "nosea": _shut(N_("Only for sea shipments.")),
    "nobill": _shut(N_("Before the booking is confirmed there is no bill of lading.")),
    "sailed": _shut(N_("Too late: the ship has sailed.")),
    "flown": _shut(N_("Only for goods that wait at the destination.")),
}  # fmt: skip

#             A0      A1      A2       A3       A4        A5        A6        | S0    S1    S2          S3       S4      S5
TABLE = """
K01           note    note    number   number   number    number    delivered | sea   sea   sea         sea      sea     sea
K02           note    note    late     late     late      late      delivered | note  note  late        late     late    late
K03           void    void+   cancel   recall   secured   secured   signed    | void  void+ cancel      recall   gone    gone
K04           notyet  notyet  stock    recall   secured   secured   signed    | notyet notyet stock     recall   gone    gone
K05           notyet  notyet  split    back     secured   secured   signed    | notyet notyet split     back     gone    gone
K06           early   early   web      web      web       seen      delivered | early early web         web      web     web
K07           note    note    web      web      web       web       delivered | sea   sea   sea         sea      sea     sea
K08           note    note    web      web      web       web       delivered | sea   sea   sea         sea      sea     sea
K09           note    note    web      web      web       web       delivered | sea   sea   sea         sea      sea     sea
K10           amend   amend   paper    paper    turn      turn      again     | sea   sea   sea         sea      turn    turn
K10-hold      hold    hold    hold     hold     hold      hold      delivered | hold  hold  hold        hold     hold    hold
K10-return    revoke  revoke  cancel   recall   turn      turn      again     | revoke revoke cancel    recall   turn    turn
K11           note+   note+   paper    paper    paper     paper     delivered | sea   sea   sea         sea      sea     sea
K12           nosea   nosea   nosea    nosea    nosea     nosea     nosea   | commission commission commission+ terminal bill bill
K13           nosea   nosea   nosea    nosea    nosea     nosea     nosea     | rate  rate  rate        rate4    rate4   rate4
K14           nosea   nosea   nosea    nosea    nosea     nosea     nosea     | nobill nobill apply     apply    apply   apply
K15           nosea   nosea   nosea    nosea    nosea     nosea     nosea     | nobill nobill apply     apply    apply   apply
K16           leader  leader  leader   leader   leader    leader    leader    | leader leader leader    leader   leader  leader
K17           nosea   nosea   nosea    nosea    nosea     nosea     nosea     | agent agent agent       agent    agent   sailed
K18           nosea   nosea   nosea    nosea    nosea     nosea     nosea     | ask   ask   ask         ask      ask     ask
K19           nosea   nosea   nosea    nosea    nosea     nosea     nosea     | watch watch watch       watch    sailed  sailed
K20           nosea   nosea   nosea    nosea    nosea     nosea     nosea     | nobill nobill short     short    short   sailed
K21           flown   flown   flown    flown    flown     pickup    delivered | flown flown flown       flown    pickup  pickup
"""


def _read(table: str) -> dict[str, dict[str, str]]:
    rows = (line.replace("|", " ").split() for line in table.strip().splitlines())
    return {code: dict(zip(STAGES, names, strict=True)) for code, *names in rows}


MATRIX = _read(TABLE)


def way(code: str, stage: str) -> Way:
    """What `stage` asks of a change of kind `code`. Goods on the road at or near the destination (R2, R3) are the
    partner's, who confirms whatever is changed there (D-12). KeyError for an unknown kind or stage."""
    found = WAYS[MATRIX[code][ROAD.get(stage, stage)]]
    if stage in ROAD and found is WAYS["secured"]:  # nothing is searched on the road
        return WAYS["gone"]
    if stage in ("R2", "R3") and found.open and code != "K16":
        known = {c.what for c in found.confirms}
        more = tuple(c for c in SEEN if c.what not in known)
        return Way(found.words, True, (), found.confirms + more, found.grade, found.charged, found.proof)
    return found
