"""What the history calls the things of outgoing mail. Data only."""

from __future__ import annotations

from blueprints import _complaint_words
from rules import outbox
from rules.words import N_

ACTIONS = {
    "outbox.send": N_("Mail: sending begun"),
    "outbox.hand": N_("Mail: handed to the server"),
    "outbox.note": N_("Mail: what became of it"),
    "outbox.cut_off": N_("Mail: an attempt was cut off"),
    "outbox.again": N_("Mail to be sent again"),
    "outbox.by_hand": N_("Mail sent otherwise"),
    "outbox.drop": N_("Mail given up"),
}
RESULTS = {"waiting": N_("waits to be sent"), "sent": N_("sent"), "failed": N_("not delivered")}  # of a message
COLUMNS_OF = {
    ("outbox", "message_id"): N_("Message"),
    ("outbox", "subject"): N_("Subject"),
    ("outbox", "body"): N_("Words of the mail"),
    ("outbox", "address"): N_("E-mail"),
    ("outbox", "ident"): N_("Number of the mail"),
    ("outbox", "tries"): N_("Tries"),
    ("outbox", "next_at"): N_("Next try at"),
    ("outbox", "begun_at"): N_("Sending begun at"),
    ("outbox", "handed_at"): N_("Handed to the server at"),
    ("outbox", "error"): N_("Why not delivered"),
    ("outbox", "turn_id"): N_("Came back as"),
}
CODES_OF: dict[tuple[str, str], dict[str, str]] = {
    ("outbox", "state"): outbox.STATES,
    ("outbox", "channel"): {"mail": N_("E-mail")},
    ("messages", "result"): {**_complaint_words.CODES_OF["messages", "result"], **RESULTS},
}
