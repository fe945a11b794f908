"""The forbidden phrases as pages and as a command: reading, keeping, trying, a file, and who sees which messages (KNO-03)."""

from __future__ import annotations

import io
import json

import pytest
from flask import Flask
from sqlalchemy import event, select

from models import Message, Office, Phrase, db
from rules import library
from rules.store import now
from tests import factories
from tests.blueprints.conftest import Enter
from tests.blueprints.world import World
from tests.databases import on_sqlite

NEW = {"audience": "customer", "phrase_zh": "随便你", "phrase_en": "Suit yourself", "matches_zh": "随便你好了\n！随便你好了吗", "matches_en": "suit yourself",
       "instead_zh": "您看哪种方式更方便？", "instead_en": "Which way suits you better?", "active": "y"}  # fmt: skip
SENT = "这个嘛，隨便您好了，我们不管"


@pytest.fixture
def kept(world: World) -> None:
    """A desk with the phrases that come with it, and a message of each office that a new phrase would have stopped."""
    with factories.writing() as tx:
        tx.session.add_all(Phrase(**entry) for entry in library.phrases())
        for code in ("SZ", "GZ"):
            tx.add(Message(customer_id=_customer(tx, world, code), office_id=world.offices[code], direction="out", at=now(),
                           audience="customer", channel="phone", text=f"{code}：{SENT}"))  # fmt: skip


def _customer(tx, world: World, code: str) -> int:
    return factories.make_customer(tx, tx.session.get(Office, world.offices[code])).id


def stored(number: str) -> Phrase | None:
    db.session.rollback()
    wanted = select(Phrase).where(Phrase.number == number)
    return db.session.scalar(wanted.execution_options(populate_existing=True))


def test_the_administrator_adds_a_phrase_tries_it_first_and_sees_a_number_only(enter: Enter, kept):
    admin = enter("admin")
    form = admin.form("/phrases/new", "/phrases/new")
    tried = admin.send(form, do="1", **NEW)
    assert tried.status_code == 200 and "会命中 2 条" in tried.text and "隨便您好了" not in tried.text
    assert stored("FP-26") is None
    assert admin.send(form, **NEW).status_code == 303, "trying has not used the form up"
    made = stored("FP-26")
    assert made and (made.matches_zh, made.matches_en) == (["随便你好了", "！随便你好了吗"], ["suit yourself"])
    assert "FP-26" in admin.get("/phrases").text and "FP-26" not in admin.get("/phrases?audience=partner").text


@on_sqlite
def test_who_reads_a_phrase_sees_of_last_months_messages_his_own_offices(enter: Enter, kept):
    with factories.writing() as tx:
        number = tx.add(
            Phrase(**{**NEW, "matches_zh": ["随便你好了"], "matches_en": [], "active": True, "number": "FP-26"})
        ).id
    shown = enter("supervisor").get(f"/phrases/{number}").text
    assert "SZ：这个嘛" in shown and "GZ：" not in shown
    assert "SZ：" not in enter("agent").get(f"/phrases/{number}").text
    assert "SZ：" not in enter("admin").get(f"/phrases/{number}").text


@on_sqlite
@pytest.mark.rule("KNO-03")
def test_a_wording_that_would_stop_good_words_is_refused_at_its_field_with_what_it_would_stop(enter: Enter, kept):
    admin = enter("admin")
    for field, wording, said in (
        ("matches_zh", "随便", "至少 3 个汉字"), ("matches_zh", "随便OK的", "不含字母"), ("matches_en", "whatever", "两个单词"),
        ("matches_zh", "到达货站", "14:30 到达货站"), ("matches_en", "let you know", "We will let you know"), ("matches_zh", "", "填"),
    ):  # fmt: skip
        answer = admin.send(admin.form("/phrases/new", "/phrases/new"), **{**NEW, field: wording})
        assert answer.status_code == 422 and said in answer.text and f'id="{field}-e"' in answer.text, wording
        assert "随便你" in answer.text, "what was typed stays"
    assert stored("FP-26") is None


@on_sqlite
def test_a_phrase_is_put_out_of_use_and_two_who_change_it_at_once_are_told(enter: Enter, kept):
    admin, row = enter("admin"), stored("FP-08")
    first, late = (admin.form(f"/phrases/{row.id}", f"/phrases/{row.id}") for _ in range(2))
    data = first.data()
    data.pop("active")
    assert admin.post(first.action, data).status_code == 303 and stored("FP-08").active is False
    answer = admin.send(late, instead_zh="我来为您处理")
    assert answer.status_code == 409 and "我来为您处理" in answer.text


@on_sqlite
def test_the_phrases_go_out_as_a_file_and_come_back_changed_all_or_none(enter: Enter, kept):
    admin = enter("admin")
    sent = admin.get("/phrases/phrases.csv")
    text = sent.data.decode("utf-8-sig")
    assert sent.headers["Content-Disposition"].startswith("attachment") and text.count("FP-") == 25

    def take(content: str):
        data = admin.form("/phrases", "/file").data()
        data["file"] = (io.BytesIO(content.encode()), "phrases.csv")
        return admin.post("/phrases/file", data, content_type="multipart/form-data")

    assert take(text).status_code == 303 and stored("FP-08").version == 1, "the same file changes nothing"
    changed = text.replace("不关我的事 | ", "不关我的事儿 | ")
    wrong = take(changed.replace("到底查了没有", "查了"))
    assert wrong.status_code == 422 and "第 18 行" in wrong.text and stored("FP-08").matches_zh[0] == "不关我的事"
    assert take(changed).status_code == 303 and stored("FP-08").matches_zh[0] == "不关我的事儿"
    assert take("no table at all").status_code == 422


@pytest.mark.rule("KNO-03")
def test_the_command_line_answers_what_the_pages_answer_with_one_select(app: Flask, kept):
    runner, seen = app.test_cli_runner(), []
    event.listen(
        db.engine, "before_cursor_execute", look := lambda *a: seen.append(a[2]) if "FROM phrases" in a[2] else None
    )
    try:
        bad = runner.invoke(args=["check", "這不關我的事", "--audience", "customer", "--json"])
    finally:
        event.remove(db.engine, "before_cursor_execute", look)
    hit = json.loads(bad.stdout)["hits"][0]
    assert (bad.exit_code, hit["phrase"], hit["start"], hit["end"]) == (1, "FP-08", 1, 6) and len(seen) == 1
    said = runner.invoke(args=["check", "-", "--audience", "partner", "--language", "en"], input="快点啊\n")
    assert said.exit_code == 1 and said.stdout.startswith("FP-14 “快点啊”. Say instead: The customer")
    good = runner.invoke(args=["check", "这不关我的事", "--audience", "partner", "--language", "zh"])
    assert (good.exit_code, good.stdout) == (0, "没有禁用语。\n")
