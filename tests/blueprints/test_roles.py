"""The role matrix: every address and every move × every role. A new route or move that stands in no table fails here.

Letters: a agent, s supervisor, f finance, u auditor, d admin. Everybody not named gets 403, strangers the sign-in page.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select

from models import Attachment, Event, db
from rules.policy import unseen
from rules.workflow import ANY, KINDS
from tests.blueprints.desk import Person
from tests.blueprints.world import World, acting, every_state, load, log, move
from tests.databases import on_sqlite

PEOPLE = {"a": "agent", "s": "supervisor", "f": "finance", "u": "auditor", "d": "admin"}
ALL, WRITE, READ = "asfud", "asf", "asfu"
OPEN = {"people.sign_in", "people.sign_in_post", "people.language", "setup.first", "setup.make", "static", "health.health",
        "health.favicon", "public.look", "public.answer"}  # fmt: skip
ROUTES: dict[str, str] = {
    # own matters
    "queue.home": ALL, "people.settings": ALL, "people.save_settings": ALL, "people.password": ALL, "people.sign_out": ALL,
    # work
    "queue.queue": READ, "queue.queue_page": READ, "queue.fresh": READ, "find.find": READ,
    "cases.case": READ, "clocks.clocks": READ, "cases.row": READ, "cases.paper": READ, "cases.preview": READ,
    "pictures.picture": READ,
    "cases.move": WRITE, "cases.draft": WRITE, "cases.keep": WRITE, "scripts.fitting": WRITE,
    "register.register": WRITE, "register.recognised": WRITE, "register.create": WRITE,
    # customers and goods
    "customers.listing": READ, "customers.customer": READ, "customers.new": WRITE, "customers.create": WRITE,
    "customers.edit": WRITE, "customers.save": WRITE, "customers.log": WRITE, "customers.set_class": "as", "customers.stop": "f",
    "customers.documents": "f", "customers.paid": WRITE,
    # finance
    "finance.finance": "sfu", "finance.payment": "sfu", "finance.row": "sfu", "finance.fresh": "sfu", "finance.answer": "f", "finance.slip": READ,
    "finance.slip_preview": READ, "finance.confirm": "f", "finance.drop": "sf", "finance.override": "s", "finance.lift": "f",
    "finance.free": "f",
    "contacts.new": WRITE, "contacts.create": WRITE, "contacts.contact": WRITE, "contacts.save": WRITE, "contacts.left": WRITE,
    "shipments.listing": READ, "shipments.shipment": READ, "shipments.new": WRITE, "shipments.create": WRITE,
    "shipments.edit": WRITE, "shipments.save": WRITE, "shipments.stage": WRITE, "shipments.hold": WRITE,
    # flights, ships and trucks
    "transport.listing": READ, "transport.event": READ, "transport.new": "as", "transport.create": "as", "transport.following": "as",
    "transport.follow": "as", "transport.sent": "as",
    "tracing.search": "as", "tracing.result": "as", "tracing.call_back": "as", "tracing.spot_answer": WRITE, "tracing.progress": WRITE,
    # responsible parties, measures after complaints
    "complaints.waiting": "s", "complaints.confirm": "s",
    "preventives.listing": READ, "preventives.finish": WRITE,
    # forbidden phrases that were written
    "quality.listing": "su", "quality.allow": "s",
    # outgoing mail
    "outbox.listing": READ, "outbox.letter": READ, "outbox.again": "as", "outbox.by_hand": "as", "outbox.drop": "as",
    # reminders and notices
    "reminders.listing": WRITE, "reminders.reminder": WRITE, "reminders.row": WRITE, "reminders.move": WRITE,
    "reminders.tick_off": WRITE, "customers.remind": WRITE,
    # questions to others, promises
    "questions.listing": READ, "promises.listing": READ,
    "notices.listing": ALL, "notices.all_seen": ALL, "notices.seen": ALL, "ticks.listing": "d",
    # tariffs
    "tariffs.listing": READ, "tariffs.touched": READ, "tariffs.tariff": READ, "tariffs.new": "s", "tariffs.add": "s",
    "tariffs.change": "s", "tariffs.withdraw": "s",
    # handbook, suggestions
    "handbook.listing": ALL, "handbook.text": ALL, "handbook.paper": ALL, "handbook.changes": ALL, "handbook.place": "sd",
    "handbook.put": "sd", "drafting.drafts": "sd", "drafting.new": "sd", "drafting.add": "sd", "drafting.renew": "sd",
    "drafting.draft": "sd", "drafting.keep": "sd", "drafting.move": "sd", "drafting.export": "sd", "drafting.take": "sd",
    "ideas.listing": ALL, "ideas.new": WRITE, "ideas.add": WRITE, "ideas.answer": "sd",
    # fee table, printed forms
    "phrases.listing": ALL, "phrases.phrase": ALL, "phrases.file": ALL, "phrases.new": "d", "phrases.add": "d", "phrases.edit": "d",
    "phrases.take": "d",
    "fees.listing": READ, "fees.fee": READ, "fees.new": "f", "fees.add": "f", "fees.change": "f", "fees.end": "f",
    "prints.form": READ,
    # words for the customer of an inquiry, quotations, newcomers
    "inquiries.words": "as",
    "quotations.send": "as", "quotations.paper": READ, "newcomers.listing": "s", "newcomers.release": "s",
    # customers' links
    "links.listing": READ, "links.make": "as", "links.of_contact": "as", "links.make_ask": "as", "links.revoke": "as",
    # history, lists for auditors and supervisors
    "history.listing": "us", "history.event": "us", "audit.decisions": "us", "audit.high_risk": "us",
    "looking.day": "s", "looking.look": "s", "looking.waiting": "s", "looking.approve": "s",
    # calendar, absence, hand-over, board
    "calendars.year": "sd", "calendars.day": "d", "calendars.save_day": "d", "calendars.notice": "d", "calendars.save_notice": "d",
    "calendars.closure": "sd", "calendars.save_closure": "sd",
    "absence.listing": WRITE, "absence.enter": WRITE, "absence.revoke": WRITE,
    "handover.sheets": WRITE, "handover.offer": WRITE, "handover.sheet": WRITE, "handover.accept": WRITE, "handover.decline": WRITE,
    "board.board": "s", "board.board_page": "s", "board.reassign": "s",
    # administration
    "imports.upload": "asd", "imports.receive": "asd", "imports.preview": "asd", "imports.confirm": "asd",
    "imports.forget": "asd", "imports.refused": "asd",
    "admin.home": "d", "admin.new": "d", "admin.add": "d", "admin.account": "d", "admin.edit": "d", "admin.disable": "d",
    "admin.enable": "d", "admin.password": "d", "admin.sessions": "d",
    "reference.listing": "d", "reference.row": "d", "reference.edit": "d", "reference.new": "d", "reference.add": "d",
    "reference.start": "d",
    "offices.listing": "d", "offices.office": "d", "offices.edit": "d", "offices.new": "d", "offices.add": "d",
    "figures.listing": "d", "figures.figure": "d", "figures.save": "d", "figures.waiting": "s", "figures.agree": "s",
    "grants.waiting": "sd", "grants.agree": "sd", "grants.refuse": "sd",
}  # fmt: skip
DESK = "as"
COMMON = {
    "message": WRITE, "note": WRITE, "chase": WRITE, "attach": WRITE, "remind": WRITE, "reminded": WRITE, "hand_over": WRITE,
    "accept_hand_over": WRITE, "decline_hand_over": WRITE, "assign": WRITE, "return_to_pool": WRITE, "claim": DESK, "promote": WRITE, "void": WRITE,
}  # fmt: skip
AROUND = {  # questions to others, promises, other matters
    "ask_party": DESK, "party_answered": DESK, "nudge_party": DESK, "drop_question": DESK, "promise": DESK, "promise_kept": DESK,
    "promise_dropped": DESK, "relate": DESK, "unrelate": DESK, "merge": DESK, "unmerge": DESK,
}  # fmt: skip
MOVES: dict[str, dict[str, str]] = {
    "inquiry": COMMON | AROUND | {"ask_beside": DESK, "watch_number": DESK, "tell_number": DESK, "step": DESK, "answer": DESK, "ask_info": DESK, "info_came": DESK,
                         "facts": DESK, "price_pending": DESK, "followed_up": DESK, "plan_visit": DESK, "booking_came": DESK, "tell_operations": DESK,
                         "add_source": DESK, "approve_source": "s", "decline": DESK, "serve_anyway": "s", "quote_draft": DESK, "quote_edit": DESK, "quote_drop": DESK, "submit_quote": DESK,
                         "finish_quote": DESK, "take_back_quote": DESK, "approve_quote": "s", "return_quote": "s", "send_quote": DESK,
                         "quote_faulty": DESK,
                         "acknowledge": DESK, "consult": DESK, "advise": "s", "close": DESK, "reopen": DESK},
    "complaint": COMMON | AROUND | {"joint_review": DESK, "accept": DESK, "answer": DESK, "investigate": DESK, "acknowledge": DESK, "consult": DESK, "advise": "s",
                           "close": DESK, "reopen": DESK, "restate": DESK, "plan": DESK, "agree_plan": DESK, "hand_up": DESK, "find": DESK,
                           "confirm_party": "s", "return_party": "s", "feedback": DESK, "not_reached": DESK, "return_call": DESK, "step": DESK, "demand": DESK, "grant": "s", "refuse_demand": "s", "call_me": DESK,
                           "called_back": "s", "crisis": WRITE, "spokesperson": "s", "crisis_over": "s", "holding": WRITE,
                           "measure": WRITE},
    "change": COMMON | {
        "carry_out": DESK, "submit": DESK, "turn_down": DESK, "add_proof": DESK, "add_charge": DESK, "agree_charge": DESK, "strike_charge": DESK,
        "waive_charge": "s", "edit": DESK, "ask_confirmation": DESK, "confirmation": DESK, "chase_confirmation": DESK,
        "ask_finance": DESK, "lift_stop": "f", "free_waybill": "f", "keep_stop": "f", "ask_leader": "f", "leader_frees": "s",
        "leader_keeps": "s", "approve": "asf", "send_back": "asf", "refuse": "asf", "unsign": "asf", "withdraw": DESK, "execute": DESK,
        "customer_confirmed": "", "customer_declined": "",  # by the customer's link alone
    },
}  # fmt: skip


def rules(app: Flask) -> list[tuple[str, str, str]]:
    """(method, endpoint, address) of every route."""
    return [
        (method, rule.endpoint, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


def values(world: World, ref: str, paper: int, seq: int) -> dict[str, str]:
    """What stands for the holes of an address."""
    return {
        "ref": ref, "paper_id": str(paper), "customer_id": str(world.customers["good"]), "contact_id": str(world.contacts["good"]),
        "shipment_id": str(world.shipments["A5"]), "seq": str(seq), "user_id": str(world.users["agent2"]), "row_id": "1",
        "office_id": str(world.offices["SZ"]), "key": "change.decision", "setting_id": "1", "turn_id": "1", "notice_id": "1", "token": "0" * 32, "which": "service",
        "absence_id": "1", "sheet_id": "1", "payment_id": "1", "hold_id": "1", "fee_id": "1", "phrase_id": "1", "tariff_id": "1", "grant_id": "1", "link_id": "1", "hit_id": "1", "preventive_id": "1", "event_id": "1", "number": "1", "form": "notice", "version_id": "1", "idea_id": "1", "move": "submit",
        "filename": "firsthand.css",
    }  # fmt: skip


def address(rule: str, known: dict[str, str], endpoint: str) -> str:
    """The rule with its holes filled."""

    def fill(hole: re.Match[str]) -> str:
        choice = re.match(r"any\((\w+)", hole[1])
        if choice:
            return choice[1]
        if endpoint == "cases.move" and hole[1] == "name":
            return "note"
        return known[hole[1].split(":")[-1]]

    return re.sub(r"<([^>]+)>", fill, rule)


@pytest.fixture
def filled(world: World) -> World:
    """A case with a paper, so that every address leads somewhere."""
    world.cases["one"] = log(world, "inquiry")
    with_paper = {"sha256": "0" * 64, "preview": "0" * 64, "name": "单.pdf", "media": "application/pdf", "size": 3}
    move(world, world.cases["one"], "note", "agent", text="记")
    db.session.rollback()
    world.cases["paper"] = str(_paper(world, with_paper))
    return world


def _paper(world: World, columns: dict[str, Any]) -> int:
    with acting(world, "agent") as tx:
        case = load(world.cases["one"])
        made = Attachment(case_id=case.id, office_id=case.office_id, at=tx.at, by_id=world.users["agent"], **columns)
        return int(tx.add(made).id)


def test_every_route_stands_in_the_table(app: Flask):
    routes = {endpoint for _, endpoint, _ in rules(app)}
    assert routes == set(ROUTES) | OPEN & routes, routes ^ (set(ROUTES) | OPEN & routes)


def test_every_route_says_its_permission(app: Flask):
    bare = {e for e in ROUTES if not hasattr(app.view_functions[e], "permission")}
    assert bare <= {"people.sign_out"}, bare


@on_sqlite
@pytest.mark.parametrize("letter", PEOPLE)
@pytest.mark.rule("ORG-09")
def test_each_role_reaches_what_the_table_says_and_nothing_else(app, enter, filled: World, letter):
    name = PEOPLE[letter]
    seq = db.session.scalars(unseen(select(Event.seq).order_by(Event.seq.desc()))).first() or 1
    known = values(filled, filled.cases["one"], int(filled.cases["paper"]), seq)
    person, wrong = enter(name), []
    known["which"] = "finance" if letter == "f" else "service"  # each hold is set by its own desk
    order = sorted(rules(app), key=lambda r: r[1] == "people.sign_out")
    for method, endpoint, rule in order:
        if endpoint in OPEN:
            continue
        url = address(rule, known, endpoint)
        if endpoint in (
            "cases.paper",
            "cases.preview",
            "pictures.picture",
        ):  # its bytes do not exist here: the right is asked first
            url = url.replace(known["paper_id"], "999999")
        answer = person.get(url) if method == "GET" else person.post(url)
        allowed = letter in ROUTES[endpoint]
        if (answer.status_code == 403) is allowed or answer.status_code in (400, 401):
            wrong.append((method, endpoint, answer.status_code))
        if answer.status_code == 302 and "/login" in (answer.location or ""):
            wrong.append((method, endpoint, "signed out"))
    assert not wrong, wrong


@on_sqlite
@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.rule("SYS-01")
def test_a_stranger_is_asked_to_sign_in_everywhere(app, enter, filled: World, htmx):
    known = values(filled, filled.cases["one"], int(filled.cases["paper"]), 1)
    stranger: Person = enter(None)
    for method, endpoint, rule in rules(app):
        if endpoint in OPEN:
            continue
        url = address(rule, known, endpoint)
        answer = stranger.get(url, htmx) if method == "GET" else stranger.post(url, None, htmx)
        if htmx:
            assert answer.status_code == 401 and answer.headers["HX-Retarget"] == "#alert", endpoint
        else:
            assert answer.status_code == 302 and answer.location.startswith("/login"), endpoint


def test_another_office_finds_nothing_anywhere(app, enter, filled: World):
    known = values(filled, filled.cases["one"], int(filled.cases["paper"]), 1)
    for name in ("guest", "guest_lead"):
        person, wrong = enter(name), []
        for method, endpoint, rule in rules(app):
            if not {"ref", "paper_id", "customer_id", "shipment_id"} & set(re.findall(r"(\w+)>", rule)):
                continue
            url = address(rule, known, endpoint)
            for htmx in (False, True):
                answer = person.get(url, htmx) if method == "GET" else person.post(url, None, htmx)
                denied = answer.status_code == 403 and not set("asf") & set(ROUTES[endpoint])
                partly = answer.status_code == 403 and ROUTES[endpoint] in ("f", "as", "s")
                if answer.status_code != 404 and not denied and not partly:
                    wrong.append((method, endpoint, answer.status_code))
        assert not wrong, (name, wrong)


def test_what_was_set_up_is_not_set_up_again(enter, world):
    stranger = enter(None)
    for answer in (stranger.get("/setup"), stranger.post("/setup", {"code": "XX", "name": "x"})):
        assert answer.status_code in (302, 303, 400, 403, 404), answer.status_code
    stranger.get("/login")


# ------------------------------------------------------------------ moves


def test_every_move_stands_in_the_table_with_its_roles():
    letters = {name: letter for letter, name in PEOPLE.items()}
    for kind, table in MOVES.items():
        said = {move.name: "".join(sorted(letters[r] for r in move.who)) for move in KINDS[kind].moves}
        assert said == {name: "".join(sorted(roles)) for name, roles in table.items()}, kind
    assert set(MOVES) <= set(KINDS)


@on_sqlite
@pytest.mark.parametrize("kind", MOVES)
def test_a_move_is_refused_to_every_role_that_is_not_named(enter, world: World, kind):
    refs = every_state(world)
    db.session.rollback()
    before = db.session.scalars(select(Event.seq).order_by(Event.seq.desc())).first()
    flow = KINDS[kind]
    for name, letters in MOVES[kind].items():
        found = flow.move(name)
        source = next(s.name for s in flow.states if found.leaves(flow, s.name) and f"{kind}.{s.name}" in refs)
        for letter, person in PEOPLE.items():
            if letter not in letters:
                forged = enter(person).post(f"/cases/{refs[f'{kind}.{source}']}/{name}", FULL)
                assert forged.status_code == 403, (name, person, forged.status_code)
    db.session.rollback()
    assert db.session.scalars(select(Event.seq).order_by(Event.seq.desc())).first() == before


FULL = {
    "reason": "核对过了", "text": "已告知", "said": "客户说", "to": "shipper", "channel": "phone", "person": "1", "at": "2026-11-18T15:00",
    "weight": "simple", "finding": "查明", "party": "fleet", "responsible_reason": "话单", "plan": "重送", "plan_agreed_with": "刘玲", "satisfied": "yes", "read_back": "刘玲 10:00", "own_system": "y", "proof_note": "传真",
    "charge_minor": "12.00", "payer": "shipper", "charge_agreed": "刘玲 10:00", "line": "1", "what": "partner", "answer": "yes",
    "answered_by": "刘玲", "told": "刘玲 10:20",
    "whom": "车队", "question": "何时到", "purpose": "今天送到", "question_id": "1", "promised": "回电", "by_at": "2026-11-18T15:00",
    "amount": "12.00", "result": "reached", "crisis": "media", "spokesperson_id": "1", "cause": "漏看", "action": "核对", "owner_id": "1",
    "due_on": "2026-12-01",
    "kind": "own", "name": "航线部", "source": "1", "lines-0-item": "fuel", "lines-0-amount": "1.00",
    "promise_id": "1", "into": "INQ-1", "other_id": "1", "visit_at": "2026-11-18T16:00",
}  # fmt: skip


def stays(flow: Any, found: Any, state: Any) -> bool:
    return not found.leaves(flow, state.name) and not (found.sources == ANY and state.open)


@on_sqlite
@pytest.mark.parametrize("kind", MOVES)
def test_a_move_from_a_state_it_does_not_leave_is_refused_and_changes_nothing(enter, world: World, kind):
    refs = every_state(world)
    flow, both = KINDS[kind], enter("both")
    db.session.rollback()
    before = db.session.scalars(select(Event.seq).order_by(Event.seq.desc())).first()
    for found in flow.moves:
        wrong = [
            ref for state in flow.states if (ref := refs.get(f"{kind}.{state.name}")) and stays(flow, found, state)
        ]
        for ref in {*wrong[:1], *wrong[-1:]}:  # the tables of tests/workflows try every state
            answer = both.post(f"/cases/{ref}/{found.name}", FULL)
            wanted = (
                422 if found.name == "attach" else 409 if found.who else 403
            )  # no file was sent: that is said first
            assert answer.status_code == wanted, (found.name, ref, answer.status_code)
    db.session.rollback()
    assert db.session.scalars(select(Event.seq).order_by(Event.seq.desc())).first() == before


# ------------------------------------------------------------------ reading writes nothing

WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE)\b\s+(?:INTO|OR \w+ INTO|FROM)?\s*\"?(\w+)", re.IGNORECASE)
EXEMPT = {"seen", "user_sessions", "sign_ins"}


@pytest.mark.parametrize("letter", "sfd")  # between them they may read every page
def test_no_get_writes(app, enter, filled: World, letter, clock):
    every_state(filled)
    person, written = enter(PEOPLE[letter]), []

    def watch(_c: Any, _cur: Any, statement: str, *_: Any) -> None:
        found = WRITES.match(statement)
        if found and found[2] not in EXEMPT:
            written.append((url, statement[:80]))

    event.listen(db.engine, "before_cursor_execute", watch)
    try:
        known = values(filled, filled.cases["one"], 999_999, 1)
        clock.forward(20)
        for method, endpoint, rule in rules(app):
            if method == "GET" and endpoint not in ("static",):
                url = address(rule, known, endpoint)
                if url.startswith(("/health", "/favicon")):
                    continue
                person.get(url)
                url += "?open=1&view=office&q=6621912&kind=change&after=x&since=2026-11-18T01:00:00%2B00:00"
                person.get(url, htmx=True)
        for ref in filled.cases.values():
            if "-" in ref:
                url = f"/cases/{ref}"
                person.get(url)
                person.get(f"{url}/row?open=1", htmx=True)
    finally:
        event.remove(db.engine, "before_cursor_execute", watch)
    assert not written, written
