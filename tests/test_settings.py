"""What the desk insists on before it starts (security 3.3, 6.1; E-13, E-21, E-31)."""

from __future__ import annotations

import os
import stat
import types

import pytest

import settings
from settings import Misconfigured, check_serving, key_file, read

GOOD = "3f" * 32


def config(folder, **env):
    return read({"FIRSTHAND_DATA": str(folder), **env})


def test_a_bare_start_keeps_its_own_keys_for_its_owner_only(tmp_path):
    folder = tmp_path / "desk"
    first, second = config(folder), config(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for name in ("secret.key", "history.key"):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600
    assert first["SECRET_KEY"] == second["SECRET_KEY"] != first["HISTORY_KEY"].decode()
    assert first["HISTORY_KEY"] == second["HISTORY_KEY"]
    assert len(first["SECRET_KEY"]) == 64


@pytest.mark.parametrize("name", ["secret.key", "history.key"])
@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o666])
def test_a_key_that_others_can_read_stops_the_start(tmp_path, name, mode):
    config(tmp_path)
    os.chmod(tmp_path / name, mode)
    with pytest.raises(Misconfigured, match=r"can be read by others: set its mode to 0600"):
        config(tmp_path)


@pytest.mark.parametrize("weak", ["x", "dev", "changeme", "secret", "short but not that short", "a" * 31])
def test_a_weak_secret_stops_the_start(tmp_path, weak):
    with pytest.raises(Misconfigured, match="at least 32 random characters"):
        config(tmp_path, FIRSTHAND_SECRET_KEY=weak)


@pytest.mark.parametrize("dull", ["a" * 64, "01" * 40, "changeme" * 8, " " * 40])
def test_a_long_but_dull_secret_stops_the_start_too(tmp_path, dull):
    with pytest.raises(Misconfigured, match="at least 32 random characters"):
        config(tmp_path, FIRSTHAND_SECRET_KEY=dull)


def test_serving_asks_for_a_secret_of_ones_own(tmp_path):
    with pytest.raises(Misconfigured, match="Set FIRSTHAND_SECRET_KEY"):
        check_serving(config(tmp_path))
    assert check_serving(config(tmp_path, FIRSTHAND_SECRET_KEY=os.urandom(32).hex())) is None


def test_several_processes_may_share_the_key_of_the_history(tmp_path):
    found = config(tmp_path, FIRSTHAND_HISTORY_KEY=GOOD)
    assert found["HISTORY_KEY"] == GOOD.encode()
    assert not (tmp_path / "history.key").exists()


@pytest.mark.parametrize(("version", "fine"), [
    ((3, 51, 3), True), ((3, 52, 0), True), ((3, 50, 7), True), ((3, 44, 6), True), ((3, 44, 9), True),
    ((3, 51, 2), False), ((3, 50, 6), False), ((3, 44, 5), False), ((3, 45, 1), False), ((3, 40, 1), False),
])  # fmt: skip
def test_an_sqlite_that_may_damage_the_database_is_refused(monkeypatch, version, fine):
    monkeypatch.setattr(settings, "sqlite", types.SimpleNamespace(
        sqlite_version_info=version, sqlite_version=".".join(map(str, version))))  # fmt: skip
    if fine:
        assert settings.sqlite_module().sqlite_version_info == version
        return
    with pytest.raises(Misconfigured, match="may damage a database"):
        settings.sqlite_module()


def test_the_cookie_is_for_https_unless_plain_http_was_asked_for(tmp_path):
    plain, safe = config(tmp_path, FIRSTHAND_INSECURE_HTTP="1"), config(tmp_path)
    assert (safe["SESSION_COOKIE_NAME"], safe["SESSION_COOKIE_SECURE"]) == ("__Host-desk", True)
    assert (plain["SESSION_COOKIE_NAME"], plain["SESSION_COOKIE_SECURE"]) == ("desk", False)
    assert safe["SESSION_COOKIE_HTTPONLY"] is plain["SESSION_COOKIE_HTTPONLY"] is True


def test_hosts_and_database_are_taken_from_the_environment(tmp_path):
    found = config(tmp_path, FIRSTHAND_HOSTS=" desk.example.com , ", DATABASE_URL="postgresql+psycopg://x/desk")
    assert found["HOSTS"] == ["desk.example.com"]
    assert "desk.example.com" in found["TRUSTED_HOSTS"]
    assert found["SQLALCHEMY_DATABASE_URI"] == "postgresql+psycopg://x/desk"
    assert config(tmp_path)["SQLALCHEMY_DATABASE_URI"] == f"sqlite:///{tmp_path / 'desk.db'}"


def test_a_key_file_is_made_once(tmp_path):
    assert key_file(tmp_path, "a.key") == key_file(tmp_path, "a.key") != key_file(tmp_path, "b.key")


@pytest.mark.parametrize(("url", "kept"), [
    ("", ""), ("https://desk.example.cn", "https://desk.example.cn"), ("https://desk.example.cn/", "https://desk.example.cn"),
    ("https://desk.example.cn:8443", "https://desk.example.cn:8443"),
])  # fmt: skip
def test_the_desk_answers_to_the_name_under_which_customers_come(tmp_path, url, kept):
    found = config(tmp_path, FIRSTHAND_PUBLIC_URL=url, FIRSTHAND_HOSTS="inside.example")
    assert found["PUBLIC_URL"] == kept and ("desk.example.cn" in found["TRUSTED_HOSTS"]) is bool(url)
    assert "inside.example" in found["TRUSTED_HOSTS"]


@pytest.mark.parametrize("url", [
    "desk.example.cn", "ftp://desk.example.cn", "https://desk.example.cn/links", "https://", "https://desk.example.cn?x=1",
    "http://desk.example.cn",
])  # fmt: skip
def test_a_public_address_that_would_lead_nowhere_or_unencrypted_stops_the_start(tmp_path, url):
    with pytest.raises(Misconfigured, match="FIRSTHAND_PUBLIC_URL"):
        config(tmp_path, FIRSTHAND_PUBLIC_URL=url)


def test_plain_http_is_taken_for_customers_only_where_it_is_taken_at_all(tmp_path):
    found = config(tmp_path, FIRSTHAND_PUBLIC_URL="http://192.168.1.20:5000", FIRSTHAND_INSECURE_HTTP="1")
    assert found["PUBLIC_URL"] == "http://192.168.1.20:5000" and "192.168.1.20" in found["HOSTS"]


def test_the_mail_server_is_read_from_its_address(tmp_path):
    def mail(url, sender="desk@example.cn"):
        return config(tmp_path, FIRSTHAND_SMTP_URL=url, FIRSTHAND_MAIL_FROM=sender)["MAIL"]

    assert mail("") is None and mail("log", "") == "log"
    found = mail("smtps://desk%40example.cn:a%3Ab%2Fc@mail.example.cn")
    assert (found["host"], found["port"], found["secure"]) == ("mail.example.cn", 465, True)
    assert (found["user"], found["password"], found["sender"]) == ("desk@example.cn", "a:b/c", "desk@example.cn")
    assert "a:b/c" not in repr(found)
    assert [mail(f"smtp://{host}")["port"] for host in ("mail.example.cn", "localhost:25")] == [587, 25]


def test_a_mail_server_that_cannot_be_used_stops_the_start_without_telling_its_password(tmp_path):
    wrong = (
        "mail.example.cn", "http://mail.example.cn", "smtp://", "smtp://u:geheim@mail.example.cn/x", "smtp://mail:port",
        "smtp://geheim@mail.example.cn", "smtps://u:geheim%0D%0A@mail.example.cn", "smtps://u:geheim密@mail.example.cn",
        "smtp://u:geheim@[mail",
    )  # fmt: skip
    for url in wrong:
        with pytest.raises(Misconfigured, match="FIRSTHAND_SMTP_URL") as no:
            config(tmp_path, FIRSTHAND_SMTP_URL=url, FIRSTHAND_MAIL_FROM="desk@example.cn")
        assert "geheim" not in str(no.value), url
    for sender in ("", "desk", "a@b.cn, c@d.cn", "a@b.cn\r\nBcc: c@d.cn"):
        with pytest.raises(Misconfigured, match="FIRSTHAND_MAIL_FROM"):
            config(tmp_path, FIRSTHAND_SMTP_URL="smtp://mail.example.cn", FIRSTHAND_MAIL_FROM=sender)
