"""Document control of scripts and articles: who may do what with which version, and what never changes again (SYS-03)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError

from models import DocumentVersion, Notice, User, db
from rules import document_moves, documents, library, ticking
from rules.store import write_tx
from rules.words import Refused
from tests import factories as make

TEXT = {
    "title_zh": "拉货通知",
    "title_en": "Bumped",
    "body_zh": "您好，{contact}。",
    "body_en": "Hello {contact}.",
    "to_write": False,
}
PLACE = {"grouped": "EXC", "kinds": ["inquiry.cargo"], "audience": "customer", "channels": [], "variant": ""}
MOVES = ("save", "submit", "review", "approve", "back", "drop", "withdraw")
# state: what a supervisor may do with his own text, with another's, and an agent or auditor with any. Written by hand.
TABLE = {
    "draft": ({"save", "submit", "drop"}, {"drop"}),
    "review": ({"back", "drop"}, {"review", "back", "drop"}),
    "reviewed": ({"back", "drop"}, {"approve", "back", "drop"}),
    "approved": ({"withdraw"}, {"withdraw"}),
    "replaced": (set(), set()),
    "withdrawn": (set(), set()),
}


@pytest.fixture
def people(desk):
    """Drafter, reviewer and approver: two supervisors and the administrator."""
    return {
        "drafter": desk.supervisor,
        "reviewer": make.person(desk, "supervisor"),
        "approver": desk.admin,
        "desk": desk,
    }


def act(who, what, *args, **more):
    """One step in a write of its own."""
    with write_tx(who, "test") as tx:
        done = getattr(document_moves, what)(tx, *args, **more)
        return done.id if isinstance(done, DocumentVersion) else done


def drafted(who, **text):
    return act(who, "begin", "script", PLACE, TEXT | text)


def approved(people, **more):
    """A text through all hands; its id."""
    key = drafted(people["drafter"])
    return carried(people, key, **more)


def carried(people, key, **more):
    act(people["drafter"], "submit", key, None)
    act(people["reviewer"], "review", key, None)
    act(people["approver"], "approve", key, None, **more)
    return key


def version(key):
    db.session.rollback()
    return documents.version(db.session(), key)


def number(key):
    return version(key).document.number


def refused(who, what, *args, **more):
    with pytest.raises(Refused) as no:
        act(who, what, *args, **more)
    return no.value


@pytest.mark.rule("SYS-03")
def test_who_may_do_what_with_a_text_in_each_state(people):
    own, other = people["drafter"], people["reviewer"]
    row = DocumentVersion(drafted_by_id=own.user_id)
    for state, (his, others) in TABLE.items():
        row.state = state
        for who, wanted in ((own, his), (other, others), (people["desk"].admin, others), (people["desk"].agent, set()),
                            (people["desk"].auditor, set()), (people["desk"].finance, set())):  # fmt: skip
            may = {move for move in MOVES if document_moves.why_not(db.session(), who, move, row) is None}
            assert may == wanted, (state, who.roles)


@pytest.mark.rule("SYS-03")
def test_the_drafter_neither_reviews_nor_approves_and_the_reviewer_approves_only_where_nobody_else_may(people):
    key = drafted(people["drafter"])
    act(people["drafter"], "submit", key, None)
    assert refused(people["drafter"], "review", key, None).code == 409
    act(people["reviewer"], "review", key, None)
    assert refused(people["drafter"], "approve", key, None).code == 409
    assert refused(people["reviewer"], "approve", key, None).why.msgid == document_moves.SECOND
    with make.writing() as tx:  # the third leaves: the two who are left may finish
        tx.session.get_one(User, people["approver"].user_id).disabled_at = tx.at
    act(people["reviewer"], "approve", key, None)
    assert version(key).state == "approved"


@pytest.mark.rule("SYS-03")
def test_only_approved_words_are_in_force_and_the_next_version_replaces_them(people):
    first = drafted(people["drafter"])
    code = number(first)
    for step, who in (("submit", "drafter"), ("review", "reviewer")):
        assert documents.current(db.session(), code) is None
        act(people[who], step, first, None)
    act(people["approver"], "approve", first, None)
    second = act(people["drafter"], "renew", code)
    assert version(second).body_zh == TEXT["body_zh"]
    assert refused(people["drafter"], "submit", second, None).field == "reason"
    act(people["drafter"], "save", second, TEXT | {"body_zh": "您好。", "reason": "更短"}, None)
    assert documents.current(db.session(), code).body_zh == TEXT["body_zh"]
    carried(people, second)
    assert documents.current(db.session(), code).body_zh == "您好。"
    assert version(first).state == "replaced"
    assert [v.number for v in documents.versions(db.session(), people["desk"].auditor, code)] == [2, 1]
    assert [v.number for v in documents.versions(db.session(), people["desk"].agent, code)] == [2]


@pytest.mark.rule("SYS-03")
def test_a_text_approved_for_a_later_day_waits_for_it_and_the_old_one_stays_until_then(people, clock):
    first = approved(people)
    code = number(first)
    second = act(people["drafter"], "renew", code, {"reason": "新流程", "body_zh": "新。"})
    day = clock().date() + timedelta(days=2)
    assert refused_late(people, second, clock().date() - timedelta(days=1)) == "starts_on"
    act(people["approver"], "approve", second, None, starts_on=day)
    clock.forward(days=1)
    ticking.run()
    assert documents.current(db.session(), code).number == 1
    clock.forward(days=1)
    ticking.run()
    assert documents.current(db.session(), code).number == 2
    assert version(first).state == "replaced"


def refused_late(people, key, day):
    act(people["drafter"], "submit", key, None)
    act(people["reviewer"], "review", key, None)
    return refused(people["approver"], "approve", key, None, starts_on=day).field


@pytest.mark.rule("SYS-03")
def test_the_database_keeps_approved_words_and_their_signatures(people):
    key, draft = approved(people), drafted(people["drafter"])
    forged = (
        f"UPDATE document_versions SET body_zh = '别的' WHERE id = {key}",
        f"UPDATE document_versions SET approved_by_id = {people['reviewer'].user_id} WHERE id = {key}",
        f"UPDATE document_versions SET drafted_by_id = NULL WHERE id = {key}",
        f"UPDATE document_versions SET state = 'draft' WHERE id = {key}",
        f"UPDATE document_versions SET state = 'approved' WHERE id = {draft}",
        f"DELETE FROM document_versions WHERE id = {key}",
    )
    for statement in forged:
        db.session.rollback()
        with pytest.raises(DatabaseError, match=r"a text stays as it was approved|is never deleted"):
            execute(statement)
    execute(f"UPDATE document_versions SET body_zh = '草稿' WHERE id = {draft}")  # a draft may change
    assert version(key).body_zh == TEXT["body_zh"]


def execute(statement):
    with db.engine.connect().execution_options(w=True) as connection:
        connection.exec_driver_sql(statement)
        connection.commit()


def test_withdrawn_words_are_gone_for_agents_and_stay_for_auditors(people):
    key = approved(people)
    code = number(key)
    act(people["approver"], "withdraw", key, None, "不再使用")
    assert documents.current(db.session(), code) is None
    assert not documents.versions(db.session(), people["desk"].agent, code)
    assert documents.versions(db.session(), people["desk"].auditor, code)[0].end_reason == "不再使用"
    assert [row.number for row in documents.ended(db.session())] == [code]


def test_what_waits_comes_to_those_who_may_sign_and_what_comes_back_to_the_drafter(people):
    key = drafted(people["drafter"])
    act(people["drafter"], "submit", key, None)
    assert told() == {people["reviewer"].user_id, people["approver"].user_id}
    act(people["reviewer"], "send_back", key, None, "太长")
    assert people["drafter"].user_id in told()
    assert version(key).state == "draft"


def told():
    db.session.rollback()
    return set(db.session.scalars(select(Notice.user_id).where(Notice.kind == "handbook")))


def test_a_slot_nobody_can_fill_or_a_missing_language_does_not_go_to_the_reviewer(people):
    for text, field in (({"body_zh": "您好，{favourite_colour}。"}, "body_zh"), ({"body_en": ""}, "body_en")):
        key = drafted(people["drafter"], **text)
        assert refused(people["drafter"], "submit", key, None).field == field


@pytest.mark.rule("KNO-03")
def test_a_forbidden_phrase_does_not_go_to_the_reviewer(people):
    with make.writing() as tx:
        library.install(tx)
    key = drafted(people["drafter"], body_zh="我也没办法。")
    assert refused(people["drafter"], "submit", key, None).field == "body_zh"
    act(people["drafter"], "save", key, TEXT, None)
    act(people["drafter"], "submit", key, None)


def test_two_drafts_of_one_text_are_not_open_at_once_and_an_old_form_changes_nothing(people):
    key = approved(people)
    second = act(people["drafter"], "renew", number(key))
    assert refused(people["reviewer"], "renew", number(key)).code == 409
    seen = version(second).version
    act(people["drafter"], "save", second, TEXT | {"reason": "甲"}, seen)
    assert refused(people["drafter"], "save", second, TEXT | {"reason": "乙"}, seen).code == 409
