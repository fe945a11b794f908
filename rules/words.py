"""Sentences for people, kept as message ids and parameters until a language is known (E-23)."""

from __future__ import annotations

from typing import Any


def N_(msgid: str) -> str:  # noqa: N802 - the name gettext tools look for
    """Mark `msgid` for translation and return it unchanged."""
    return msgid


class Words:
    """A sentence to be said later: an English message id and its parameters.

    Parameters may themselves be `Words`. Two `Words` are equal when id and parameters are.
    `str()` gives the English text, for logs and the command line.
    """

    __slots__ = ("msgid", "params")

    def __init__(self, msgid: str, **params: Any) -> None:
        self.msgid = msgid
        self.params = params

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Words) and (self.msgid, self.params) == (other.msgid, other.params)

    def __hash__(self) -> int:
        return hash(self.msgid)

    def __str__(self) -> str:
        return self.msgid % {key: str(value) for key, value in self.params.items()} if self.params else self.msgid

    def __repr__(self) -> str:
        return f"Words({self.msgid!r}, {self.params!r})"

    def store(self) -> dict[str, Any]:
        """As plain data for a JSON column: {"m": msgid, "p": params}; nested Words likewise."""
        return {"m": self.msgid, "p": {k: v.store() if isinstance(v, Words) else v for k, v in self.params.items()}}

    @classmethod
    def load(cls, data: dict[str, Any]) -> Words:
        """The Words stored by `store()`."""
        params = {k: cls.load(v) if isinstance(v, dict) and "m" in v else v for k, v in data.get("p", {}).items()}
        return cls(data["m"], **params)


class Refused(Exception):
    """A rule says no. `why` is the reason for the person, `code` the HTTP status (E-27), `field` where it belongs."""

    def __init__(self, why: Words, code: int = 409, field: str | None = None) -> None:
        super().__init__(str(why))
        self.why = why
        self.code = code
        self.field = field
