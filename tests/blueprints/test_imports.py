"""Import as a page: upload, preview with every refused row, confirm, mend; and what can go wrong on the way (CUS-12, E-19)."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from blueprints import _import_work
from models import Carrier, Customer, Shipment, db
from rules import importing, uploads
from rules.policy import unseen
from tests import factories
from tests.blueprints.conftest import Enter
from tests.blueprints.desk import Person
from tests.blueprints.reading import Reader, read
from tests.blueprints.world import World
from tests.conftest import StandingClock

HEADER = "客户编号,客户名称,等级,联系人,手机\n"
TWO_GOOD = (
    f"2026 年客户表,,,,\n{HEADER}C001,启明通讯,A,赵敏,136 2215 0418\nC002,恒昌贸易,B,王五,13622150419\n合计,2,,,\n"
)
ONE_BAD = f"{HEADER}C001,启明通讯,A,赵敏,13622150418\nC002,,B,王五,13622150419\nC003,丰达,A,李四,12345\n"


@pytest.fixture(autouse=True)
def _quiet(app: Flask) -> Iterator[None]:
    """No test leaves the import's thread at work on a database that the next test replaces."""
    yield
    _import_work.wait()


def sent(
    person: Person, text: str | bytes, kind: str = "customers", name: str = "客户.csv", **other: str
) -> TestResponse:
    """Upload a file with the form of the page, the person's office chosen."""
    form = person.form("/import", "/import")
    data: dict[str, Any] = form.data() | {"kind": kind} | other
    data["file"] = (io.BytesIO(text.encode() if isinstance(text, str) else text), name)
    return person.post("/import", data, content_type="multipart/form-data")


def settled(person: Person, url: str) -> Reader:
    """The page of an upload once the desk no longer works on it."""
    for _ in range(200):
        answer = person.get(url)
        assert answer.status_code == 200
        if "every 2s" not in answer.text:
            return read(answer.text)
        time.sleep(0.05)
    raise AssertionError("the import never ends")


def previewed(person: Person, text: str | bytes, **other: str) -> tuple[str, Reader]:
    answer = sent(person, text, **other)
    assert answer.status_code == 303, read(answer.text).text()
    return answer.location, settled(person, answer.location)


def confirmed(person: Person, url: str) -> Reader:
    answer = person.send(person.form(url, url))
    assert answer.status_code == 303
    return settled(person, url)


def count(model: Any) -> int:
    db.session.rollback()
    return db.session.scalar(unseen(select(func.count()).select_from(model))) or 0


def refused_rows(text: str) -> list[list[str]]:
    table = text.split('id="refused"')[1].split("<tbody>")[1].split("</tbody>")[0]
    return [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in table.split("</tr>")[:-1]]


# ------------------------------------------------------------------------------------------ the usual way


def test_a_file_is_previewed_and_imported_only_when_confirmed(enter: Enter, world: World) -> None:
    boss, before = enter("supervisor"), count(Customer)
    url, page = previewed(boss, TWO_GOOD)
    assert count(Customer) == before and not page.text().count("C001")
    done = confirmed(boss, url)
    assert count(Customer) == before + 2 and "/customers" in done.links
    customer = db.session.scalars(unseen(select(Customer).where(Customer.code == "C001"))).one()
    assert customer.office_id == world.offices["SZ"]
    written = factories.events(object_type="customers", object_id=customer.id)
    assert [(e.action, e.actor_id) for e in written] == [("import.customers", world.users["supervisor"])]


def test_refused_rows_stand_with_line_field_value_and_reason_in_the_readers_language(enter: Enter) -> None:
    boss = enter("supervisor")
    url, _ = previewed(boss, ONE_BAD)
    rows = refused_rows(boss.get(url).text)
    assert [(line, field, value) for line, field, value, _ in rows] == [("3", "客户名称", "–"), ("4", "手机", "12345")]
    assert all(re.search("[\u4e00-\u9fff]", why) for *_, why in rows)
    boss.post("/language", {"language": "en", "back": url})
    assert not re.search("[\u4e00-\u9fff]", refused_rows(boss.get(url).text)[0][3])


def test_refused_rows_are_mended_and_uploaded_again(enter: Enter) -> None:
    boss, before = enter("supervisor"), count(Customer)
    url, _ = previewed(boss, ONE_BAD)
    confirmed(boss, url)
    assert count(Customer) == before + 1
    answer = boss.get(f"{url}/refused.csv")
    assert "attachment" in answer.headers["Content-Disposition"]
    text = answer.data.decode("utf-8-sig")
    assert len(text.splitlines()) == 3
    mended = text.replace("C002,,", "C002,恒昌贸易,").replace(",12345,", ",13622150420,")
    confirmed(boss, previewed(boss, mended)[0])
    assert count(Customer) == before + 3


def test_the_same_file_again_changes_nothing(enter: Enter) -> None:
    boss = enter("supervisor")
    confirmed(boss, previewed(boss, TWO_GOOD)[0])
    events, customers = len(factories.events()), count(Customer)
    url, page = previewed(boss, TWO_GOOD)
    assert "2" in page.text()
    confirmed(boss, url)
    assert (len(factories.events()), count(Customer)) == (events, customers)


def test_confirming_twice_imports_once(enter: Enter, monkeypatch: pytest.MonkeyPatch) -> None:
    boss, applied = enter("supervisor"), []
    apply = importing.apply
    monkeypatch.setattr(importing, "apply", lambda *given: applied.append(1) or apply(*given))
    url, _ = previewed(boss, TWO_GOOD)
    form = boss.form(url, url)
    answers = [boss.send(form) for _ in range(3)]
    assert {a.status_code for a in answers} == {303} and {a.location for a in answers} == {url}
    settled(boss, url)
    boss.post(url)
    settled(boss, url)
    assert applied == [1]


def test_carriers_need_no_office_and_waybills_name_their_customer(enter: Enter, world: World) -> None:
    admin = enter("admin")
    confirmed(admin, previewed(admin, "代码,航空公司,运输方式,前缀\nZH,深圳航空,空运,479\n", kind="carriers")[0])
    assert db.session.scalars(select(Carrier.prefix)).all() == ["479"]
    boss, before = enter("supervisor"), count(Shipment)
    confirmed(boss, previewed(boss, TWO_GOOD)[0])
    waybill = "运单号,运输方式,客户编号,收货人,目的站\n10000001,陆运,C001,刘玲,北京\n10000002,陆运,C-none,刘玲,北京\n"
    url, _ = previewed(boss, waybill, kind="waybills", name="运单.csv")
    assert [row[:3] for row in refused_rows(boss.get(url).text)] == [["3", "客户编号", "C-none"]]
    confirmed(boss, url)
    assert count(Shipment) == before + 1


def test_many_refused_rows_come_in_pages(enter: Enter) -> None:
    boss = enter("supervisor")
    url, page = previewed(boss, HEADER + "".join(f"C{n},,A,赵敏,13622150418\n" for n in range(150)))
    assert len(refused_rows(boss.get(url).text)) == 100 and f"{url}?refused=100#refused" in page.links
    assert len(refused_rows(boss.get(f"{url}?refused=100").text)) == 50
    assert boss.get(f"{url}?refused=x&warned=-1").status_code == 200
    assert not [f for f in page.forms if f.action == url]  # nothing good, nothing to confirm


def test_the_page_asks_again_by_itself_and_by_a_plain_link(enter: Enter, monkeypatch: pytest.MonkeyPatch) -> None:
    boss = enter("supervisor")
    monkeypatch.setattr(_import_work, "check", lambda *_: time.sleep(0.4))
    url = sent(boss, TWO_GOOD).location
    page = boss.get(url).text
    assert f'data-hx-get="{url}"' in page and f'<a class="btn" href="{url}">' in page
    part = boss.get(url, htmx=True).text
    assert part.lstrip().startswith('<div id="state"') and "<html" not in part
    time.sleep(0.5)


# ------------------------------------------------------------------------------------------ what is refused


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"kind": ""}, "kind"),
        ({"kind": "cases"}, "kind"),
        ({"kind": "carriers"}, "kind"),
        ({"office": ""}, "office"),
        ({"office": "99"}, "office"),
    ],
)
def test_an_upload_says_what_it_is_and_whose(other: dict[str, str], field: str, enter: Enter) -> None:
    answer = sent(enter("supervisor"), TWO_GOOD, **{"kind": "customers"} | other)
    assert answer.status_code == 422 and f'id="{field}-e"' in answer.text


def test_a_form_without_a_file_is_refused(enter: Enter) -> None:
    boss = enter("supervisor")
    answer = boss.send(boss.form("/import", "/import"), kind="customers")
    assert answer.status_code == 422 and 'id="file-e"' in answer.text


def test_a_person_without_an_office_chooses_one_and_one_with_an_office_has_only_his(enter: Enter, world: World) -> None:
    assert set(enter("admin").form("/import", "/import").choices["office"]) == {"", *map(str, world.offices.values())}
    assert set(enter("supervisor").form("/import", "/import").choices["office"]) == {"", str(world.offices["SZ"])}
    answer = sent(enter("supervisor"), TWO_GOOD, office=str(world.offices["GZ"]))
    assert answer.status_code == 422 and 'id="office-e"' in answer.text


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "empty.csv"), (b"\x89PNG\r\n\x1a\n" + b"0" * 200, "picture.xlsx"), (b"PK\x03\x04" + b"0" * 500, "cut.xlsx"),
        (b"%PDF-1.7", "a.csv"), (b"\xd0\xcf\x11\xe0" + b"0" * 600, "old.xls"), ("随便写写\n没有表头\n".encode(), "a.csv"),
    ],
    ids=("empty", "picture", "cut", "pdf", "old", "prose"),
)  # fmt: skip
def test_a_file_that_is_no_table_gets_a_clear_sentence(content: bytes, name: str, enter: Enter) -> None:
    boss, before = enter("supervisor"), count(Customer)
    url, page = previewed(boss, content, name=name)
    assert 'class="note late"' in boss.get(url).text and not [f for f in page.forms if f.action == url]
    assert boss.get(f"{url}/refused.csv").status_code == 404
    boss.post(url)
    assert settled(boss, url) and count(Customer) == before


def test_a_file_beyond_the_limit_is_refused_before_it_is_read(enter: Enter, app: Flask) -> None:
    answer = sent(enter("supervisor"), b"x" * (21 * 1024 * 1024), name="big.csv")
    assert answer.status_code == 413 and "20 MB" in answer.text


@pytest.mark.parametrize("name", ["auditor", "finance"])
def test_auditors_and_finance_import_nothing(name: str, enter: Enter) -> None:
    person = enter(name)
    assert person.get("/import").status_code == 403 and person.post("/import").status_code == 403
    assert "/import" not in person.page("/history" if name == "auditor" else "/queue").links


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("agent", ["waybills", "pickups"]),
        ("supervisor", ["customers", "waybills", "tariffs", "pickups"]),
        ("admin", ["customers", "waybills", "partners", "carriers", "tariffs", "pickups"]),
    ],
)
def test_kinds_stand_by_permission(name: str, kinds: list[str], enter: Enter) -> None:
    assert enter(name).form("/import", "/import").choices["kind"] == ["", *kinds]


def test_an_upload_is_seen_by_its_owner_only(enter: Enter) -> None:
    boss = enter("supervisor")
    url, _ = previewed(boss, ONE_BAD)
    for name in ("supervisor2", "admin", "both", "guest_lead"):
        other = enter(name)
        asked = [other.get(url), other.get(f"{url}/refused.csv"), other.post(url), other.post(f"{url}/forget")]
        assert [answer.status_code for answer in asked] == [404] * 4 and url not in other.page("/import").links
    assert url in boss.page("/import").links
    assert boss.get("/import/..%2fsecret.key").status_code == 404 and boss.get("/import/x").status_code == 404


def uploads_folder(person: Person) -> Any:
    return person.app.config["DATA"] / "uploads"


def test_an_upload_can_be_removed(enter: Enter) -> None:
    boss = enter("supervisor")
    url, _ = previewed(boss, TWO_GOOD)
    token = url.rsplit("/", 1)[1]
    assert boss.send(boss.form(url, "/forget")).status_code == 303
    assert boss.get(url).status_code == 404 and not list(uploads_folder(boss).glob(f"{token}.*"))


def test_an_import_that_breaks_off_says_so_and_goes_on_from_where_it_was(
    enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    boss, before = enter("supervisor"), count(Customer)
    url, _ = previewed(boss, TWO_GOOD)

    def broken(*_: Any) -> None:
        raise RuntimeError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(importing, "apply", broken)
        page = confirmed(boss, url)
    assert count(Customer) == before and [f for f in page.forms if f.action == url]
    boss.send(boss.form(url, url))  # checks it anew
    settled(boss, url)
    confirmed(boss, url)
    assert count(Customer) == before + 2


def test_an_import_whose_process_has_died_is_not_shown_as_running_for_ever(
    enter: Enter, world: World, clock: StandingClock
) -> None:
    boss = enter("supervisor")
    url, _ = previewed(boss, TWO_GOOD)
    folder, token = uploads_folder(boss), url.rsplit("/", 1)[1]
    found = uploads.load(folder, token, world.users["supervisor"])
    assert found is not None
    found.state = "importing"
    uploads.save(folder, found)
    assert "every 2s" in boss.get(url).text
    clock.forward(11)
    assert "every 2s" not in boss.get(url).text
