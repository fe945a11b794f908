"""The texts that come with the desk: whole, in both languages, put in once, and the office's own ones left alone."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select

from models import Document, DocumentVersion, Phrase, db
from rules import documents, library, phrases, slots
from rules.store import write_tx
from tests import factories as make
from tests.databases import on_sqlite

LINK = re.compile(r"\[\[(.+?)\]\]")


@pytest.mark.rule("KNO-04")
def test_every_situation_has_its_script_in_both_languages():
    scripts = [e for e in library.entries() if e["what"] == "script"]
    bases = {re.match(r"SCR-\d{2}", e["number"])[0] for e in scripts}
    assert {f"SCR-{n:02d}" for n in range(1, 68)} <= bases
    for e in scripts:
        assert all(e[name].strip() for name in ("title_zh", "title_en", "body_zh", "body_en")), e["number"]
        assert e["audience"] in ("customer", "consignee", "partner", "colleague"), e["number"]
        assert not slots.strange(e["body_zh"] + e["body_en"]), e["number"]


@pytest.mark.rule("KNO-07", "KNO-08", "KNO-09")
def test_every_topic_has_its_article_and_a_missing_text_is_marked():
    articles = {e["number"]: e for e in library.entries() if e["what"] == "article"}
    assert {f"E-{n:03d}" for n in range(1, 101)} | {f"F-{n:02d}" for n in range(1, 81)} <= set(articles)
    for e in articles.values():
        assert e["title_zh"].strip() and e["title_en"].strip(), e["number"]
        for name in ("body_zh", "body_en"):
            assert e.get("to_write") or e[name].strip(), e["number"]
    assert any(e.get("to_write") for e in articles.values())


def test_numbers_are_there_once_and_links_lead_somewhere():
    numbers = [e["number"] for e in library.entries()]
    assert len(numbers) == len(set(numbers))
    for e in library.entries():
        assert e["group"] in documents.GROUPS, e["number"]
        for part in (e.get("body_zh", ""), e.get("body_en", "")):
            assert set(LINK.findall(part)) <= set(numbers), e["number"]


def test_no_text_of_the_library_has_a_forbidden_phrase():
    forbidden = [Phrase(active=True, **entry) for entry in library.phrases()]
    for e in library.entries():
        for name in ("title_zh", "title_en", "body_zh", "body_en"):
            found = phrases.find(forbidden, e.get(name, ""), e.get("audience"))
            assert not found, (e["number"], name, [f.wording for f in found])


@on_sqlite
def test_installing_twice_changes_nothing_and_what_the_office_has_stays(desk, handbook):
    assert handbook == len(library.entries()) + len(library.phrases())
    counted = [db.session.scalar(select(func.count(model.id))) for model in (Document, DocumentVersion, Phrase)]
    assert len(documents.in_force(db.session())) == counted[0]
    with make.writing() as tx:
        assert library.install(tx) == 0
    assert [db.session.scalar(select(func.count(model.id))) for model in (Document, DocumentVersion, Phrase)] == counted
    with write_tx(desk.admin, "test") as tx:
        one = tx.session.scalars(select(DocumentVersion).order_by(DocumentVersion.id)).first()
        one.state, one.ended_at, one.end_reason = "withdrawn", tx.at, "不用"
    with make.writing() as tx:
        assert library.install(tx) == 0
