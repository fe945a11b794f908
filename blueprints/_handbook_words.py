"""What the history calls the things of the handbook: scripts, articles, their versions, suggestions. Data only."""

from __future__ import annotations

from rules import document_forms, documents, ideas
from rules.words import N_

ACTIONS = {
    "library.install": N_("Texts that come with the desk put in"),
    "document.begin": N_("Text drafted"),
    "document.renew": N_("Next version drafted"),
    "document.edit": N_("Draft changed"),
    "document.submit": N_("Sent to the reviewer"),
    "document.review": N_("Text reviewed"),
    "document.approve": N_("Text approved"),
    "document.back": N_("Text sent back"),
    "document.drop": N_("Draft given up"),
    "document.withdraw": N_("Text withdrawn"),
    "document.start": N_("Text in force from its day"),
    "document.place": N_("Where a text is used changed"),
    "document.import": N_("Texts drafted from a file"),
    "idea.write": N_("Suggestion written"),
    "idea.answer": N_("Suggestion answered"),
}
_VERSION = {
    "document_id": N_("Text"),
    "number": N_("Version"),
    "state": N_("State"),
    "title_zh": N_("Title in Chinese"),
    "title_en": N_("Title in English"),
    "body_zh": N_("Text in Chinese"),
    "body_en": N_("Text in English"),
    "to_write": N_("Still to be written"),
    "reason": N_("What was changed and why"),
    "starts_on": N_("In force from"),
    "drafted_by_id": N_("Drafted by"),
    "drafted_at": N_("Drafted at"),
    "reviewed_by_id": N_("Reviewed by"),
    "reviewed_at": N_("Reviewed at"),
    "approved_by_id": N_("Approved by"),
    "approved_at": N_("Approved at"),
    "ended_at": N_("Ended at"),
    "ended_by_id": N_("Ended by"),
    "end_reason": N_("Why it ended"),
}
_DOCUMENT = {
    "what": N_("Kind of text"),
    "number": N_("Number"),
    "grouped": N_("Group"),
    "kinds": N_("Kinds of work"),
    "audience": N_("Said to"),
    "channels": N_("By which ways"),
    "variant": N_("Only"),
    "active": N_("In use"),
}
_IDEA = {
    "office_id": N_("Office"),
    "document_id": N_("Text"),
    "case_id": N_("Matter"),
    "rule": N_("Rule"),
    "words": N_("Suggestion"),
    "at": N_("Written at"),
    "by_id": N_("Written by"),
    "status": N_("State"),
    "answer": N_("Answer"),
    "answered_at": N_("Answered at"),
    "answered_by_id": N_("Answered by"),
}
_PHRASE = {
    "phrase_zh": N_("Phrase in Chinese"),
    "phrase_en": N_("Phrase in English"),
    "matches_zh": N_("Looked for in Chinese"),
    "matches_en": N_("Looked for in English"),
    "instead_zh": N_("Say instead in Chinese"),
    "instead_en": N_("Say instead in English"),
}
_HIT = {
    "phrase_id": N_("Forbidden phrase"),
    "words": N_("What was written"),
    "digest": N_("Fingerprint of the words"),
    "allowed_by_id": N_("Let go by"),
    "allowed_at": N_("Let go at"),
}
_TABLES = {
    "document_versions": _VERSION,
    "documents": _DOCUMENT,
    "ideas": _IDEA,
    "messages": {"script": N_("Script used")},
    "phrases": _PHRASE,
    "phrase_hits": _HIT,
}
COLUMNS_OF = {(table, column): label for table, columns in _TABLES.items() for column, label in columns.items()}
CODES_OF = {
    ("document_versions", "state"): documents.STATES,
    ("documents", "grouped"): documents.GROUPS,
    ("documents", "what"): {"script": N_("Script"), "article": N_("Article")},
    ("documents", "audience"): document_forms.AUDIENCES,
    ("documents", "variant"): document_forms.VARIANTS,
    ("ideas", "status"): ideas.STATUSES,
}
