"""Settings from the environment, checked at start: one place that knows the FIRSTHAND_* variables.

FIRSTHAND_DATA            data directory (database, attachments, keys); default instance/
DATABASE_URL              another database, e.g. postgresql+psycopg://…; default SQLite in the data directory
FIRSTHAND_SECRET_KEY      signs cookies; at least 32 characters. Without it the key file of the data directory is used
FIRSTHAND_HISTORY_KEY     chain key of the history shared by several processes; default the file history.key
FIRSTHAND_HOSTS           host names the desk answers to, separated by commas
FIRSTHAND_INSECURE_HTTP   1 = plain http on this machine or a private network (other cookie name, banner)
FIRSTHAND_PROXY           1 = behind one TLS proxy that sets X-Forwarded-For and X-Forwarded-Proto
FIRSTHAND_SMTP_URL        mail server, e.g. smtps://user:password@mail.example.cn; empty: mail is copied by hand; log: only logged
FIRSTHAND_MAIL_FROM       the address that mail of the desk comes from
FIRSTHAND_PUBLIC_URL      address under which customers reach links, e.g. https://desk.example.cn; empty: no links
"""

from __future__ import annotations

import os
import re
import secrets
import stat
import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

try:
    import pysqlite3 as sqlite  # has wheels on some platforms only
except ImportError:
    import sqlite3 as sqlite

ROOT = Path(__file__).parent
SQLITE_FLOOR = (3, 51, 3)
BACKPORTS = ((3, 50, 7), (3, 44, 6))
MAIL_ADDRESS = re.compile(r"[A-Za-z0-9_+-]+(\.[A-Za-z0-9_+-]+)*@([A-Za-z0-9-]+\.)+[A-Za-z0-9-]+")
MAIL_URL = (
    "FIRSTHAND_SMTP_URL must be like smtps://user:password@mail.example.cn or smtp://user:password@mail.example.cn:587"
    " (write @ : / in user or password as %40 %3A %2F)."
)


class Misconfigured(Exception):
    """The desk will not start like this; the message says what to set."""


def data_folder(env: Mapping[str, str]) -> Path:
    """The data directory, made on first use and readable by its owner only."""
    folder = Path(env.get("FIRSTHAND_DATA") or ROOT / "instance").absolute()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def key_file(folder: Path, name: str) -> bytes:
    """A key of 32 random bytes kept in a 0600 file of the data directory; made when it is missing."""
    path = folder / name
    if not path.exists():
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(32))
            file.flush()
            os.fsync(file.fileno())
    elif os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise Misconfigured(f"{path} can be read by others: set its mode to 0600.")
    return path.read_text().strip().encode()


def sqlite_module() -> Any:
    """The newest SQLite at hand: pysqlite3 where installed, else the standard library's if it is safe with WAL (E-21)."""
    version = sqlite.sqlite_version_info
    if version < SQLITE_FLOOR and not any(version[:2] == b[:2] and version >= b for b in BACKPORTS):
        raise Misconfigured(
            f"SQLite {sqlite.sqlite_version} may damage a database in WAL mode; install pysqlite3 or Python with SQLite 3.51.3."
        )
    return sqlite


def database(url: str) -> dict[str, Any]:
    """Engine options for a database address."""
    if url.startswith("sqlite"):
        return {
            "module": sqlite_module(),
            "connect_args": {"timeout": 15},
            "pool_size": 16,
            "max_overflow": 0,
            "pool_timeout": 10,
        }
    return {"pool_size": 8, "max_overflow": 0, "pool_timeout": 10, "pool_pre_ping": True}


def public_url(url: str, insecure: bool) -> str:
    """The address under which customers reach links, without a slash at its end; "" turns links off. Raises Misconfigured
    for one that would lead nowhere, or over plain http where that is not allowed."""
    url = url.strip().rstrip("/")
    parts = urlsplit(url)
    if url and (
        parts.scheme not in ("http", "https") or not parts.hostname or url != f"{parts.scheme}://{parts.netloc}"
    ):
        raise Misconfigured("FIRSTHAND_PUBLIC_URL must be scheme and host alone, for example https://desk.example.cn")
    if parts.scheme == "http" and not insecure:
        raise Misconfigured(
            "FIRSTHAND_PUBLIC_URL must begin with https:// (plain http only with FIRSTHAND_INSECURE_HTTP=1)."
        )
    return url


class Hidden(str):
    """A text that stands in no other text by mistake."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'…'"


def mail_server(url: str, sender: str) -> dict[str, Any] | str | None:
    """The mail server of FIRSTHAND_SMTP_URL (host, port, secure, sender, user, password), "log", or None for none. Raises
    Misconfigured, never repeating the address, for one that cannot be used; nothing but ASCII passes a sign-in."""
    url, sender = url.strip(), sender.strip()
    if url in ("", "log"):
        return url or None
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise Misconfigured(MAIL_URL) from None
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    plain = not parts.path.strip("/") and not parts.query and not parts.fragment
    if parts.scheme not in ("smtp", "smtps") or not host or not plain or bool(user) != bool(password):
        raise Misconfigured(MAIL_URL)
    if not (user + password).isascii() or not (user + password + host).isprintable():
        raise Misconfigured("User and password of FIRSTHAND_SMTP_URL must be plain letters, digits and signs.")
    if not MAIL_ADDRESS.fullmatch(sender):
        raise Misconfigured("Set FIRSTHAND_MAIL_FROM to the address that mail comes from, for example desk@example.cn.")
    secure = parts.scheme == "smtps"
    return {
        "host": host, "port": port or (465 if secure else 587), "secure": secure, "sender": sender, "user": user,
        "password": Hidden(password),
    }  # fmt: skip


def read(env: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Flask configuration from the environment. Raises Misconfigured with a sentence that says what to set."""
    env = os.environ if env is None else env
    folder = data_folder(env)
    url = env.get("DATABASE_URL") or f"sqlite:///{folder / 'desk.db'}"
    insecure = env.get("FIRSTHAND_INSECURE_HTTP") == "1"
    hosts = [h.strip() for h in env.get("FIRSTHAND_HOSTS", "").split(",") if h.strip()]
    public = public_url(env.get("FIRSTHAND_PUBLIC_URL", ""), insecure)
    if public:  # customers come under this name: the desk answers to it
        hosts.append(urlsplit(public).hostname or "")
    secret = env.get("FIRSTHAND_SECRET_KEY", "")
    if secret and (len(secret) < 32 or len(set(secret)) < 10):
        raise Misconfigured("FIRSTHAND_SECRET_KEY must be at least 32 random characters.")
    history_key = env.get("FIRSTHAND_HISTORY_KEY", "")
    return {
        "DATA": folder,
        "SECRET_KEY": secret or key_file(folder, "secret.key").decode(),
        "SECRET_GIVEN": bool(secret),
        "HISTORY_KEY": history_key.encode() or key_file(folder, "history.key"),
        "SQLALCHEMY_DATABASE_URI": url,
        "SQLALCHEMY_ENGINE_OPTIONS": database(url),
        "INSECURE_HTTP": insecure,
        "PROXY": env.get("FIRSTHAND_PROXY") == "1",
        "DEMO": env.get("FIRSTHAND_DEMO") == "1",
        "MAIL": mail_server(env.get("FIRSTHAND_SMTP_URL", ""), env.get("FIRSTHAND_MAIL_FROM", "")),
        "PUBLIC_URL": public,
        "HOSTS": hosts,
        "TRUSTED_HOSTS": None if insecure else [*hosts, "127.0.0.1", "localhost"],
        "SESSION_COOKIE_NAME": "desk" if insecure else "__Host-desk",
        "SESSION_COOKIE_SECURE": not insecure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_PATH": "/",
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=10),
        "MAX_CONTENT_LENGTH": 1_000_000,
        "MAX_FORM_MEMORY_SIZE": 500_000,
        "MAX_FORM_PARTS": 200,
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": not insecure,
        "PREFERRED_URL_SCHEME": "http" if insecure else "https",
        "TEMPLATES_AUTO_RELOAD": False,
        "BABEL_DEFAULT_LOCALE": "zh_Hans_CN",
        "BABEL_TRANSLATION_DIRECTORIES": str(ROOT / "translations"),
        "SEND_FILE_MAX_AGE_DEFAULT": timedelta(days=365),
        "COMPRESS_ALGORITHM": ["zstd", "br", "gzip"],
        "COMPRESS_MIN_SIZE": 500,
        "COMPRESS_BR_LEVEL": 4,
        "COMPRESS_ZSTD_LEVEL": 3,
    }


def is_variable(name: str) -> bool:
    """Whether a name is one of the environment variables above."""
    return name.startswith("FIRSTHAND_") or name == "DATABASE_URL"


def merged(overrides: Mapping[str, Any]) -> dict[str, str]:
    """The environment with `overrides` on top."""
    return dict(os.environ) | {k: str(v) for k, v in overrides.items() if is_variable(k)}


def check_serving(config: Mapping[str, Any]) -> None:
    """What `serve` insists on beyond a bare start: a secret key, and hosts unless it is plain http on this network."""
    if not config["SECRET_GIVEN"]:
        raise Misconfigured(
            "Set FIRSTHAND_SECRET_KEY (32 random characters or more), e.g. the output of: openssl rand -hex 32"
        )


def stop(error: Misconfigured) -> None:
    """Say what is missing and leave."""
    sys.exit(f"Firsthand does not start: {error}")
