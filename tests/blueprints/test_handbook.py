"""The handbook's pages: found by kind of work, drafted, reviewed and approved by several people, out and in as a file (SYS-03)."""

from __future__ import annotations

import io
import re

import pytest
from sqlalchemy import select

from blueprints._handbook_view import kind_names
from models import DocumentVersion, Idea, Notice, db
from rules import documents, library
from rules.policy import unseen
from tests.blueprints.world import log
from tests.databases import on_sqlite

ARTICLE = {"what": "article", "grouped": "INQ", "kinds": ["inquiry.cargo"], "title_zh": "查货怎么查", "title_en": "How goods are traced",
           "body_zh": "先看单号。\n\n- 再看航班\n- 见 [[A-001]]", "body_en": "Number first.\n\n- then the flight\n- see [[A-001]]"}  # fmt: skip


@pytest.fixture
def written(enter):
    """An article drafted by the supervisor on the page; its draft's address."""
    return new_text(enter("supervisor"))


def new_text(who, **other):
    form = who.form("/handbook/new?what=article", "/handbook/new")
    answer = who.send(form, **(ARTICLE | other))
    assert answer.status_code == 303, answer.text[:2000]
    return answer.headers["Location"]


def press(who, at, move, **data):
    """Send one of the small forms of a draft's page."""
    return who.send(who.form(at, f"/{move}"), **data)


def through(enter, at):
    """Sent on, reviewed and approved by three people."""
    sent = enter("supervisor").send(enter("supervisor").form(at, at), send="1")
    assert sent.status_code == 303
    assert press(enter("supervisor2"), at, "review").status_code == 303
    assert press(enter("admin"), at, "approve").status_code == 303


@pytest.mark.rule("SYS-03", "KNO-07")
def test_an_article_is_written_reviewed_approved_and_then_found_by_its_kind_of_work(enter, written):
    agent, number = enter("agent"), "A-001"
    assert agent.get(f"/handbook/{number}").status_code == 404
    assert agent.get(written).status_code == 403
    assert number not in agent.get("/handbook?what=article").text
    through(enter, written)
    for address in (
        "/handbook?what=article&kind=inquiry.cargo",
        "/handbook?what=article&kind=inquiry",
        "/handbook?what=article&q=航班",
    ):
        assert "查货怎么查" in agent.get(address).text, address
    for address in ("/handbook?what=article&kind=complaint", "/handbook?what=article&q=没有这个", "/handbook"):
        assert "查货怎么查" not in agent.get(address).text, address
    page = agent.get(f"/handbook/{number}").text
    assert "先看单号。" in page and "Number first." in page and f'href="/handbook/{number}"' in page
    for name in ("同事supervisor supervisor", "同事supervisor2 supervisor2", "同事admin admin"):
        assert name in page  # drafter, reviewer, approver


@pytest.mark.rule("SYS-03")
def test_auditors_read_every_version_that_ever_was_and_agents_only_the_one_in_force(enter, written):
    through(enter, written)
    supervisor = enter("supervisor")
    again = supervisor.send(supervisor.form("/handbook/A-001", "/renew")).headers["Location"]
    agent, auditor = enter("agent"), enter("auditor")
    changed = supervisor.form(again, again)
    assert supervisor.send(changed, body_zh="改过了。", reason="补充").status_code == 303
    assert "改过了。" not in agent.get("/handbook/A-001?version=2").text
    through(enter, again)
    assert "改过了。" in agent.get("/handbook/A-001").text
    assert "先看单号。" not in agent.get("/handbook/A-001?version=1").text
    assert "先看单号。" in auditor.get("/handbook/A-001?version=1").text
    assert "补充" in auditor.get("/handbook/A-001").text
    compared = auditor.get("/handbook/A-001/changes?new=2").text
    assert "<del>先看单号。</del>" in compared and "<ins>改过了。</ins>" in compared
    assert agent.get("/handbook/A-001/changes?new=2").status_code == 404
    assert "改过了。" in auditor.get("/handbook/A-001/print").text


def test_a_refused_form_keeps_what_was_typed_and_says_where(enter, written):
    supervisor = enter("supervisor")
    form = supervisor.form(written, written)
    answer = supervisor.send(form, body_zh="写好的新话", body_en="", send="1")
    assert answer.status_code == 422 and "写好的新话" in answer.text and 'aria-invalid="true"' in answer.text
    assert supervisor.send(supervisor.form("/handbook/new", "/handbook/new"), title_zh="").status_code == 422
    tried = supervisor.send(form, body_zh="只是看看", **{"try": "1"})
    assert tried.status_code == 200 and "只是看看" in tried.text
    assert press(supervisor, written, "drop", why="").status_code == 422
    db.session.rollback()
    assert db.session.scalar(select(DocumentVersion.body_zh)) == ARTICLE["body_zh"].strip()


@on_sqlite
def test_a_script_with_a_slot_nobody_fills_is_refused_at_its_field(enter):
    supervisor = enter("supervisor")
    script = {"what": "script", "grouped": "EXC", "kinds": ["inquiry.cargo"], "audience": "customer", "title_zh": "拉货", "title_en": "Bumped",
              "body_zh": "您好，{contact}，{nonsense}", "body_en": "Hello {contact}"}  # fmt: skip
    at = supervisor.send(supervisor.form("/handbook/new", "/handbook/new"), **script).headers["Location"]
    answer = supervisor.send(supervisor.form(at, at), send="1")
    assert answer.status_code == 422 and "{nonsense}" in answer.text and 'id="body_zh-e"' in answer.text
    preview = supervisor.send(supervisor.form(at, at), **{"try": "1"}).text
    assert "您好，赵敏，" in preview and "Hello Zhao Min" in preview


@pytest.mark.rule("SYS-03")
def test_a_spreadsheet_goes_out_without_formulas_and_comes_in_as_drafts_only(enter, written):
    through(enter, written)
    supervisor = enter("supervisor")
    page = "/handbook?what=article"
    sent = supervisor.send(supervisor.form(page, "/texts.csv"))
    rows = sent.data.decode("utf-8-sig")
    assert "A-001" in rows and sent.mimetype == "text/csv"
    assert take(supervisor, rows).status_code == 303  # the same words: nothing to draft
    assert not documents.open_versions(db.session())
    changed = (
        rows.replace("先看单号。", "'=先看单号").replace("A-001,", "A-001,", 1)
        + "\n,知识,CMP,,complaint,新的,New,正文,Body,否,\n"
    )
    assert take(supervisor, changed).status_code == 303
    db.session.rollback()
    drafts = documents.open_versions(db.session())
    assert [(v.document.number, v.state) for v in drafts] == [("A-001", "draft"), ("A-002", "draft")]
    assert drafts[0].body_zh.startswith("=先看单号")
    assert documents.current(db.session(), "A-001").body_zh.startswith("先看单号。")
    bad = take(supervisor, rows.replace("A-001", "A-777").replace("INQ", "XXX"))
    assert bad.status_code == 422 and re.search(r'<th scope="row">2</th>', bad.text)


def take(who, rows):
    form = who.form("/handbook/drafts", "/handbook/file")
    return who.post(
        form.action,
        form.data() | {"file": (io.BytesIO(rows.encode()), "texts.csv")},
        content_type="multipart/form-data",
    )


@pytest.mark.rule("ORG-10")
def test_a_suggestion_from_a_text_or_a_matter_is_answered_and_the_writer_is_told(enter, world, written):
    through(enter, written)
    ref = log(world, "inquiry")
    agent, supervisor = enter("agent"), enter("supervisor")
    for about in ("number=A-001", f"case={ref}"):
        assert agent.send(agent.form(f"/ideas/new?{about}", "/ideas/new"), words="应该先打电话").status_code == 303
    assert agent.send(agent.form("/ideas/new", "/ideas/new"), words="").status_code == 422
    assert enter("guest").post("/ideas/new", {"words": "x", "case": ref}).status_code == 404
    assert "应该先打电话" not in enter("guest").get("/ideas").text
    first, second = db.session.scalars(unseen(select(Idea).order_by(Idea.id))).all()
    shown = supervisor.form("/ideas", f"/ideas/{first.id}")
    assert supervisor.send(shown, do="take", answer="").status_code == 422
    assert supervisor.send(shown, do="take", answer="有道理").headers["Location"].endswith("/handbook/drafts")
    assert (
        supervisor.send(supervisor.form("/ideas", f"/ideas/{second.id}"), do="decline", answer="先不改").status_code
        == 303
    )
    db.session.rollback()
    assert [v.reason for v in documents.open_versions(db.session())] == ["有道理"]
    assert (
        len(
            list(
                db.session.scalars(select(Notice).where(Notice.kind == "idea", Notice.user_id == world.users["agent"]))
            )
        )
        == 2
    )
    assert "有道理" in agent.get("/ideas").text and 'href="/ideas"' in agent.get("/notices").text


def test_every_situation_that_a_text_of_the_library_is_for_has_a_name():
    assert {kind for entry in library.entries() for kind in entry.get("kinds", ())} <= set(dict(kind_names()))


@on_sqlite
def test_the_work_leads_to_its_articles(enter, world):
    ref = log(world, "inquiry")
    page = enter("agent").get(f"/cases/{ref}").text
    assert re.search(r'href="/handbook\?what=article&amp;kind=inquiry\.\w+"', page) and f"/ideas/new?case={ref}" in page
    assert 'href="/handbook?what=article&amp;kind=inquiry"' in enter("agent").get("/queue?kind=inquiry").text
