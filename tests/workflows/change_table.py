"""The truth about waybill changes, written by hand from the rulebook (2.3, its matrices, D-01, D-02, D-06, D-12).

A cell says what comes of a request that is in order (proof complete, read back, nothing to pay unless the kind costs):

    a          any agent carries it out at once (D-01)
    2 3 4      waits for a supervisor of that grade or a higher one
    F R        then for finance (money), then for the release officer, another person (D-06)
    x>         x has to answer before it is decided
    +x         x has to answer before it is written on the shipment
    ~x         x has to answer before it is closed
    else       refused: a key of REASONS
"""

from __future__ import annotations

AIR = """
            A0     A1               A2               A3            A4        A5          A6
K01         2      2                number           number        number    number      delivered
K02         a      a                late             late          late      late        delivered
K03         2      2+clerks+stock   split            master        security  security    signed
K04         note   note             2+billing+stock  master        security  security    signed
K05         note   note             airline          dispatcher>2  security  security    signed
K06         early  early            a                a             a         a~partner   delivered
K07         a      a                a                a             a         a           delivered
K08         a      a                a                a             a         a           delivered
K09         a      a                a                a             a         a           delivered
K10         amend  amend            2                2             2         2           2F
K10-hold    2      2                2                2             2         2           delivered
K10-return  revoke revoke           split            master        2         2           2F
K11         2      2                2                2             2         2           delivered
K12         seas   seas             seas             seas          seas      seas        seas
K13         seas   seas             seas             seas          seas      seas        seas
K14         seas   seas             seas             seas          seas      seas        seas
K15         seas   seas             seas             seas          seas      seas        seas
K16         4F     4F               4F               4F            4F        4F          4F
K17         seas   seas             seas             seas          seas      seas        seas
K18         seas   seas             seas             seas          seas      seas        seas
K19         seas   seas             seas             seas          seas      seas        seas
K20         seas   seas             seas             seas          seas      seas        seas
K21         flown  flown            flown            flown         flown     2+pickup    delivered
"""
SEA = """
            S0          S1              S2                  S3                   S4                  S5
K01         sea         sea             sea                 sea                  sea                 sea
K02         a           a               late                late                 late                late
K03         2           2+clerks+stock  split               master               gone                gone
K04         note        note            2+billing+stock     master               gone                gone
K05         note        note            airline             dispatcher>2         gone                gone
K06         early       early           a                   a                    a                   a
K07         sea         sea             sea                 sea                  sea                 sea
K08         sea         sea             sea                 sea                  sea                 sea
K09         sea         sea             sea                 sea                  sea                 sea
K10         sea         sea             sea                 sea                  2                   2
K10-hold    2           2               2                   2                    2                   2
K10-return  revoke      revoke          split               master               2                   2
K11         sea         sea             sea                 sea                  sea                 sea
K12         original>2  original>2      original>2+carrier  original>2+terminal  original>2+carrier  original>2+carrier
K13         rate>2      rate>2          rate>2              rate>4               rate>4              rate>4
K14         nobill      nobill          3R                  3R                   3R                  3R
K15         nobill      nobill          3R                  3R                   3R                  3R
K16         4F          4F              4F                  4F                   4F                  4F
K17         3           3               3                   3                    3                   sailed
K18         2~carrier   2~carrier       2~carrier           2~carrier            2~carrier           2~carrier
K19         2F~terminal 2F~terminal     2F~terminal         2F~terminal          sailed              sailed
K20         nobill      nobill          2                   2                    2                   sailed
K21         flown       flown           flown               flown                2+pickup            2+pickup
"""
# D-12: R0 and R1 as A1; R2 and R3 as A5, and the partner confirms; R4 as A6.
ROAD = """
            R0              R1              R2                R3                R4
K01         2               2               number            number            delivered
K02         a               a               late              late              delivered
K03         2+clerks+stock  2+clerks+stock  gone              gone              signed
K04         note            note            gone              gone              signed
K05         note            note            gone              gone              signed
K06         early           early           a~partner         a~partner         delivered
K07         a               a               a~partner         a~partner         delivered
K08         a               a               a~partner         a~partner         delivered
K09         a               a               a~partner         a~partner         delivered
K10         amend           amend           2~partner         2~partner         2F
K10-hold    2               2               2~partner         2~partner         delivered
K10-return  revoke          revoke          2~partner         2~partner         2F
K11         2               2               2~partner         2~partner         delivered
K12         seas            seas            seas              seas              seas
K13         seas            seas            seas              seas              seas
K14         seas            seas            seas              seas              seas
K15         seas            seas            seas              seas              seas
K16         4F              4F              4F                4F                4F
K17         seas            seas            seas              seas              seas
K18         seas            seas            seas              seas              seas
K19         seas            seas            seas              seas              seas
K20         seas            seas            seas              seas              seas
K21         flown           flown           2+pickup+partner  2+pickup+partner  delivered
"""
# What the paper must show (CHG-02, CHG-05, CHG-07, CHG-09); before the number exists, no number (CF-05).
PROOF = """
K01         A0  destination consignee model quantity
K02         A1  destination consignee model quantity
K03         A0  replaces time signature
K03         A1  replaces time signature
K04         A2  number destination consignee return_to_stock
K05         A3  number destination consignee return_to_stock no_refund
K06         A2  number destination consignee content
K07         A1  destination consignee model quantity
K07         A2  number destination consignee content
K08         R0  destination consignee model quantity
K08         A3  number destination consignee content
K09         A0  destination consignee model quantity
K09         A5  number destination consignee content
K10         A5  number destination consignee content
K10-hold    A0  destination consignee content
K10-hold    A5  number destination consignee content
K10-return  A4  number destination consignee content
K11         A1  destination consignee model quantity
K11         A3  number destination consignee content
K12         S0  destination consignee content
K12         S2  number destination consignee content
K13         S1  destination consignee content
K13         S2  number destination consignee content
K14         S3  number content
K15         S4  number content
K16         S5  number content
K17         S3  number content
K18         S4  number content
K19         S2  number content
K20         S3  number content
K21         A5  number destination consignee content
"""
# Money (CHG-03, CHG-13, CHG-15, CHG-22, CHG-23): nothing to pay / our company pays for its own mistake / a charge that
# nobody agreed to / a charge that the customer agreed to / a charge that our company pays.
CHARGE = """
                 none      ours      open    agreed       company
K01         A0   2         2         agree   2F           2F
K02         A1   a         a         agree   2F           2F
K03         A0   2         2         agree   2F           2F
K04         A2   2+billing+stock 2+billing+stock agree 2F+billing+stock 2F+billing+stock
K05         A3   dispatcher>2 dispatcher>2 agree dispatcher>2F dispatcher>2F
K06         A3   a         a         agree   2F           2F
K06         A5   a~partner a~partner agree   2F~partner   2F~partner
K07         A2   a         a         agree   2F           2F
K08         A4   a         a         agree   2F           2F
K09         A5   a         a         agree   2F           2F
K10         A2   name      2         agree   2F           2F
K10         A5   name      2         agree   2F           2F
K10         A6   name      name      agree   2F           2F
K10         R3   name      2~partner agree   2F~partner   2F~partner
K10-hold    A3   2         2         agree   2F           2F
K10-return  A4   name      2         agree   2F           2F
K10-return  A6   name      name      agree   2F           2F
K11         A1   2         2         agree   2F           2F
K11         A5   2         2         agree   2F           2F
K12         S3   original>2+terminal original>2+terminal agree original>2F+terminal original>2F+terminal
K13         S1   rate>2    rate>2    agree   rate>2F      rate>2F
K13         S4   rate>4    rate>4    agree   rate>4F      rate>4F
K14         S4   3R        3R        agree   3FR          3FR
K15         S5   3R        3R        agree   3FR          3FR
K16         S2   4F        4F        agree   4F           4F
K17         S0   3         3         agree   3F           3F
K18         S4   2~carrier 2~carrier agree   2F~carrier   2F~carrier
K19         S3   name      name      agree   2F~terminal  2F~terminal
K20         S3   2         2         agree   2F           2F
K20-paid    S3   name      name      agree   2F           2F
K21         A5   2+pickup  2+pickup  agree   2F+pickup    2F+pickup
"""
# Finance has a part only when the customer is stopped or his documents are held (D-02): hold and release are not handled
# for a stopped customer (FIN-19), nothing is released and no bill of lading handed out early while documents or this waybill
# are held (FIN-02, CF-24). The last column: the customer is stopped, and finance has let this waybill go alone (FIN-06).
CUSTOMER = """
                 stopped          documents        waybill          let_go
K01         A0   2                2                2                2
K02         A0   stop             papers           held             a
K03         A1   2+clerks+stock   2+clerks+stock   2+clerks+stock   2+clerks+stock
K04         A2   2+billing+stock  2+billing+stock  2+billing+stock  2+billing+stock
K05         A3   dispatcher>2     dispatcher>2     dispatcher>2     dispatcher>2
K06         A2   stop             papers           held             a
K06         A5   stop             papers           held             a~partner
K06         S4   stop             papers           held             a
K06         R2   stop             papers           held             a~partner
K07         A5   a                a                a                a
K08         A2   a                a                a                a
K09         A1   a                a                a                a
K10         A5   2                2                2                2
K10-hold    A1   nohold           2                2                2
K10-hold    A5   nohold           2                2                2
K10-return  A4   2                2                2                2
K11         A3   2                2                2                2
K12         S2   original>2+carrier original>2+carrier original>2+carrier original>2+carrier
K13         S2   rate>2           rate>2           rate>2           rate>2
K14         S3   3R               3R               3R               3R
K15         S4   nobl             blpapers         blheld           3R
K16         S5   4F               4F               4F               4F
K17         S3   3                3                3                3
K18         S4   2~carrier        2~carrier        2~carrier        2~carrier
K19         S2   2F~terminal      2F~terminal      2F~terminal      2F~terminal
K20         S3   2                2                2                2
K21         A5   2+pickup         2+pickup         2+pickup         2+pickup
"""
# The goods move on between asking and deciding: what the one who decides is told. `look`: he has to say that he has seen
# it, and may then decide; `anew`: another one decides now, it is asked anew; else it is not possible any more.
MOVED = """
K01         A0 A1  look
K01         A1 A2  number
K03         A0 A1  look
K03         A1 A2  split
K03         A0 A3  master
K03         A1 A4  security
K04         A2 A3  master
K04         A2 A4  security
K05         A3 A4  security
K05         A3 A6  signed
K10         A2 A5  look
K10         A5 A6  name
K10-hold    A3 A5  look
K10-hold    A5 A6  delivered
K10-return  A4 A5  look
K11         A1 A2  look
K11         A4 A6  delivered
K12         S1 S2  look
K12         S3 S4  look
K13         S1 S2  look
K13         S2 S3  anew
K14         S2 S4  look
K17         S4 S5  sailed
K18         S3 S5  look
K19         S3 S4  sailed
K20         S4 S5  sailed
K21         A5 A6  delivered
"""

REASONS = {
    "delivered": "Already delivered: nothing can be changed.",
    "signed": "Already delivered: only a return or redirection as a new transport is possible.",
    "security": "Past security: the goods cannot come back. Return or redirect from the destination instead.",
    "gone": "The goods have left: they cannot come back. Return or redirect from the destination instead.",
    "number": "The waybill number exists: change the consignee, phone or address alone, or in writing.",
    "early": "There is no waybill number yet: lift the hold on the note.",
    "late": "The waybill number exists: ask for the release instead.",
    "amend": "The goods have not left yet: amend the note instead.",
    "revoke": "The goods have not left yet: void and replace the note instead.",
    "note": "There is no such waybill yet: void and replace the note instead.",
    "split": "The split waybill exists: cancel it with return to stock.",
    "airline": "The goods are not handed to the airline yet: cancel the split waybill.",
    "master": "The master waybill exists: only a withdrawal is possible, and freight is not refunded.",
    "sea": "At sea this is a change of the commission.",
    "seas": "Only for sea shipments.",
    "nobill": "Before the booking is confirmed there is no bill of lading.",
    "sailed": "Too late: the ship has sailed.",
    "flown": "Only for goods that wait at the destination.",
    "agree": "Agree the charge with the customer first, and note with whom.",
    "name": "Name the charge, or that our company pays for its own mistake.",
    "stop": "No release: finance has stopped this customer. %(reason)s",
    "papers": "No release: finance holds this customer's documents. %(reason)s",
    "held": "No release: finance holds this shipment. %(reason)s",
    "nobl": "No bill of lading: finance has stopped this customer. %(reason)s",
    "blpapers": "No bill of lading: finance holds this customer's documents. %(reason)s",
    "blheld": "No bill of lading: finance holds this shipment. %(reason)s",
    "nohold": "No hold: finance has stopped this customer. %(reason)s",
    "look": "The goods have moved on to “%(stage)s” meanwhile: confirm that you have seen it.",
    "anew": "The stage has moved on, and with it who decides: return it to be asked anew.",
}
# Where a refusal names what is possible instead (CHG-11), these kinds are offered.
INSTEAD = {
    "delivered": "", "signed": "K10-return K10", "security": "K10-return K10", "gone": "K10-return K10", "number": "K07 K08 K09 K11 K10", "early": "K02",
    "late": "K06", "amend": "K01", "revoke": "K03", "note": "K03", "split": "K04", "airline": "K04", "master": "K05",
    "sea": "K12", "seas": "", "nobill": "", "sailed": "", "flown": "",
}  # fmt: skip
ITEMS = {
    "number": "Waybill number", "destination": "Destination", "consignee": "Consignee", "model": "Model", "quantity": "Quantity",
    "content": "What is changed", "replaces": "Replaces the former note", "time": "Time", "signature": "Signature",
    "return_to_stock": "Cancel shipping, return to stock", "no_refund": "Customer confirms: freight is not refunded",
}  # fmt: skip
ASKED = {
    "clerks": "Clerks group: loading sheet voided", "stock": "Warehouse: goods back in stock",
    "billing": "Billing clerk: number voided", "dispatcher": "Dispatcher: the goods can still come back",
    "partner": "Destination partner: has seen it", "rate": "Route desk: rate for the new shipper",
    "original": "Original clerk: has reviewed it", "carrier": "Carrier: consents", "terminal": "Terminal: has been told",
    "pickup": "Warehouse at pick-up: checked with the consignor",
}  # fmt: skip


def cells(table: str) -> dict[tuple[str, str], str]:
    """A table as (kind, column) → cell."""
    head, *lines = (line.split() for line in table.strip().splitlines())
    return {(code, column): cell for code, *found in lines for column, cell in zip(head, found, strict=True)}


def by_condition(table: str) -> list[tuple[str, str, str, str]]:
    """A table with a stage per line as (kind, stage, column, cell)."""
    head, *lines = (line.split() for line in table.strip().splitlines())
    return [
        (code, stage, column, cell) for code, stage, *found in lines for column, cell in zip(head, found, strict=True)
    ]


MATRIX = cells(AIR) | cells(SEA) | cells(ROAD)
CODES = tuple(dict.fromkeys(code for code, _ in MATRIX))
STAGES = tuple(dict.fromkeys(stage for _, stage in MATRIX))

# What the desk is told over HTTP and in the browser, at a part of these cells: kind and stage | refused, or the state that the
# request comes to at once | the sentence that stands there.
OVER = "Past security: the goods cannot come back. Return or redirect from the destination instead."
LEFT = "The goods have left: they cannot come back. Return or redirect from the destination instead."
GONE = "Already delivered: nothing can be changed."
SAMPLE = f"""
K01 A0        | waiting  | Written proof without number; changed at once.
K01 A2        | refused  | The waybill number exists: change the consignee, phone or address alone, or in writing.
K02 A1        | executed | Written proof without number; changed at once.
K02 A3        | refused  | The waybill number exists: ask for the release instead.
K03 A0        | waiting  | New note that says it replaces the former one, with time and signature.
K03 A1        | waiting  | As before the loading sheet; the clerks group voids the sheet and the warehouse takes the goods back.
K03 A2        | refused  | The split waybill exists: cancel it with return to stock.
K04 A1        | refused  | There is no such waybill yet: void and replace the note instead.
K04 A2        | waiting  | Proof with the waybill number and the order to return to stock; then a new note.
K04 R3        | refused  | {LEFT}
K05 A2        | refused  | The goods are not handed to the airline yet: cancel the split waybill.
K05 A3        | asked    | The dispatcher says whether the goods can still come back; freight is not refunded, and the customer confirms in writing.
K05 A4        | refused  | {OVER}
K05 S4        | refused  | {LEFT}
K06 A0        | refused  | There is no waybill number yet: lift the hold on the note.
K06 A3        | executed | Online or with written proof; no charge may arise.
K06 A5        | approved | Online or with written proof; the destination partner confirms that it has seen it.
K07 A1        | executed | Written proof without number; changed at once.
K07 A6        | refused  | {GONE}
K07 R2        | approved | Online or with written proof; no charge may arise.
K08 A4        | executed | Online or with written proof; no charge may arise.
K08 S3        | refused  | At sea this is a change of the commission.
K09 A5        | executed | Online or with written proof; no charge may arise.
K10 A0        | refused  | The goods have not left yet: amend the note instead.
K10 A4        | waiting  | Written order of the shipper; carried out from the destination, with a charge unless it is our mistake.
K10 A6        | waiting  | Already delivered: only as a new transport, in writing and against a charge.
K10-hold A2   | waiting  | Written proof; the goods wait until the shipper decides.
K10-hold A6   | refused  | {GONE}
K10-return A3 | refused  | The master waybill exists: only a withdrawal is possible, and freight is not refunded.
K10-return A4 | waiting  | Written order of the shipper; carried out from the destination, with a charge unless it is our mistake.
K11 A2        | waiting  | Written proof; charges are agreed first.
K12 A2        | refused  | Only for sea shipments.
K12 S2        | asked    | Change notice HC-27; original clerk, carrier's consent, charges.
K13 S4        | asked    | The route desk applies for the rate anew; a company leader decides.
K14 S1        | refused  | Before the booking is confirmed there is no bill of lading.
K14 S3        | waiting  | Application with the salesperson's entry in the ledger; grade 3 or 4, then the release officer.
K15 S5        | waiting  | Application with the salesperson's entry in the ledger; grade 3 or 4, then the release officer.
K16 A5        | waiting  | Entry in the ledger; a company leader decides.
K17 S5        | refused  | Too late: the ship has sailed.
K18 S5        | waiting  | In writing to the carrier; its approval counts.
K19 S2        | waiting  | The fee is quoted and accepted first; then the terminal is told.
K20 S4        | waiting  | The customer accepts the fee, or the not-loaded certificate is there.
K21 A4        | refused  | Only for goods that wait at the destination.
K21 A5        | waiting  | The consignor's written proof; the warehouse checks it with him.
"""
SAMPLED = [[part.strip() for part in line.split("|")] for line in SAMPLE.strip().splitlines()]
