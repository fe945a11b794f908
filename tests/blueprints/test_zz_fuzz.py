import threading, re
import pytest
from models import *
from sqlalchemy import select
from rules.policy import unseen
from tests.blueprints.desk import HERE, Person
from tests.blueprints.world import *
from tests.blueprints.test_security import ODD
from rules.workflow import KINDS
BIG = ["9"*12, "9"*18, "-1", "0", "1e9", "９９", "1.005", "²"]
VALUES = list(ODD.values()) + BIG

def test_moves(enter, world):
    refs = {"asked": log(world, "change", code="K07", consignee="赵敏", charge_minor=0, proof_note=None, proof_items=[]),
            "waiting": log(world, "change")}
    who = {"agent": enter("agent"), "both": enter("both"), "supervisor": enter("supervisor"), "finance": enter("finance")}
    bad = []
    for m in KINDS["change"].moves:
        names = [n for n in (m.form() if m.form else [])]
        fields = [f.name for f in (m.form() if m.form else [])]
        for v in VALUES:
            for ref in refs.values():
                for p in ("agent", "both"):
                    try:
                        who[p].post(f"/cases/{ref}/{m.name}", {f: v for f in fields} | {"version": v})
                    except AssertionError as e:
                        bad.append((m.name, v[:20] if isinstance(v, str) else v, str(e)[:200]))
                    except Exception as e:
                        bad.append((m.name, v, repr(e)[:200]))
    assert bad == []

def test_register(enter, world):
    agent = enter("agent"); bad = []
    from workflows.change_forms import ChangeForm
    names = [f.name for f in ChangeForm()]
    base = {"kind": "change", "code": "K12", "channel": "phone", "number": NUMBERS["A5"], "proof_note": "传真", "proof_items": ["number", "content", "destination", "consignee"]}
    for code in ("K10", "K12", "K17", "K14", "K02"):
        for n in names:
            for v in VALUES:
                try: agent.post("/cases", base | {"code": code, n: v})
                except AssertionError as e: bad.append((code, n, str(v)[:20], str(e)[:160]))
                except Exception as e: bad.append((code, n, str(v)[:20], repr(e)[:160]))
    assert bad == []

def test_others(enter, world):
    bad = []
    log(world, "change")
    fin, lead, aud = enter("finance"), enter("supervisor"), enter("auditor")
    c, s = world.customers["good"], world.shipments["stopped"]
    posts = [(fin, "/fees/new", ["receivable_minor", "payable_minor", "currency", "code", "item", "carrier", "stage", "valid_from", "valid_until", "office"]),
      (fin, f"/finance/customers/{world.customers['stopped']}/free", ["shipment", "reason"]),
      (fin, f"/customers/{c}/documents", ["pay_first", "reason"]),
      (fin, f"/customers/{c}/payments", ["amount_minor", "currency", "paid_on", "payer", "purpose", "number", "slip"]),
      (lead, "/changes/look", ["change", "shown", "all", "day"]), (lead, "/changes/approve", ["change"]), ]
    for p, url, names in posts:
        for n in names:
            for v in VALUES:
                base = {"receivable_minor": "5", "payable_minor": "5", "currency": "CNY", "code": "K10", "item": "change", "valid_from": "2026-11-20", "reason": "x", "amount_minor": "5", "paid_on": "2026-11-18", "purpose": "x", "pay_first": "yes"}
                try: p.post(url, {k: x for k, x in base.items()} | {n: v})
                except AssertionError as e: bad.append((url, n, str(v)[:20], str(e)[:200]))
                except Exception as e: bad.append((url, n, str(v)[:20], repr(e)[:200]))
    for p, url, names in [(fin, "/fees", ["after", "code", "standing"]), (fin, "/fees/new", ["code"]), (fin, "/finance", ["open", "holds", "before", "state", "view", "after"]),
        (aud, "/audit/decisions", ["after", "from", "to"]), (aud, "/audit/high-risk", ["before"]), (lead, "/changes/day", ["day"])]:
        for n in names:
            for v in VALUES + ["K10~99999999999", "2026-11-18T00:00:00|5", "9999-12-31", "0001-01-01", "2026-11-18T00:00:00+00:00|99999999999999999999"]:
                try: p.get(url, query_string={n: v})
                except AssertionError as e: bad.append((url, n, str(v)[:20], str(e)[:200]))
                except Exception as e: bad.append((url, n, str(v)[:20], repr(e)[:200]))
    assert bad == []

def test_link_race(enter, world, app, monkeypatch):
    monkeypatch.setitem(app.config, "PUBLIC_URL", HERE)
    ref = log(world, "change", charge_agreed=None, proof_note=None, proof_items=[])
    t = enter("agent").post(f"/cases/{ref}/links", {"language": "zh"}).text
    url = re.search(rf'id="address"[^>]*value="{HERE}(/c/[^"]+)"', t)[1]
    codes = []
    def go(i):
        codes.append(Person(app).post(url, {"csrf_token": "", "name": f"n{i}", "do": "confirm" if i % 2 else "decline"}).status_code)
    ts = [threading.Thread(target=go, args=(i,)) for i in range(8)]
    [x.start() for x in ts]; [x.join() for x in ts]
    assert sorted(codes) == [200] + [410]*7
