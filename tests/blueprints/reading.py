"""A strict reader of the desk's HTML: what every answer must keep to, whole page or part.

It knows no forgiveness: each element that opens is closed in order, ids are unique, nothing runs or is styled inline,
headings follow each other, and a form that writes carries its tokens.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
DRAWN = {"path", "circle", "rect", "g", "text", "svg"}  # inside svg an element may close itself
BLOCKS = {"div", "ul", "ol", "dl", "table", "form", "section", "fieldset", "p", "h1", "h2", "h3", "h4", "details", "li"}
POINTING = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "list", "form")
PUBLIC = "/c/"  # a customer's link: its address is the credential, and the phone that sends it keeps no cookie
ALONE = {"form", "a", "button", "label"}  # never inside one of its own kind
TOKENLESS = ("/login", "/language")  # they consume no token: a second sending does no harm


@dataclass
class Form:
    """A form as a browser would send it: address, method, and every field with its value."""

    action: str
    method: str
    multipart: bool = False
    fields: list[tuple[str, str]] = field(default_factory=list)
    choices: dict[str, list[str]] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)  # name, value, own address

    @property
    def names(self) -> list[str]:
        """Names of everything it sends, buttons and files left out."""
        return list(dict.fromkeys(name for name, _ in self.fields))

    def data(self, **other: str) -> dict[str, list[str]]:
        """What is sent: the values as they stand, `other` instead of or besides them."""
        found: dict[str, list[str]] = {}
        for name, value in self.fields:
            found.setdefault(name, []).append(value)
        return found | {name: [value] for name, value in other.items()}


class Reader(HTMLParser):
    """Reads one answer and collects what is wrong with it, its forms, links, headings and words."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.wrong: list[str] = []
        self.ids: list[str] = []
        self.pointers: list[str] = []
        self.headings: list[int] = []
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.title, self.words, self.lang = "", [], ""
        self._open: list[str] = []
        self._select: tuple[str, list[tuple[str, bool]]] | None = None
        self._area: tuple[str, list[str]] | None = None
        self._outside: list[tuple[str, str]] = []
        self.whole = "<html" in html[:2000]
        self.feed(html)
        self.close()
        if self._open:
            self.wrong.append(f"not closed: {self._open}")
        self._judge()

    def text(self) -> str:
        """The words of the page."""
        return " ".join("".join(self.words).split())

    # ------------------------------------------------------------------ reading

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if len(found) != len(attrs):
            self.wrong.append(f"an attribute twice in <{tag} {attrs}>")
        self._watch(tag, found)
        if "id" in found:
            self.ids.append(found["id"])
        for name in POINTING:
            self.pointers += (found.get(name) or "").split()
        if tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            self.headings.append(int(tag[1]))
        if tag == "html":
            self.lang = found.get("lang", "")
        if tag == "a" and found.get("href"):
            self.links.append(found["href"])
        self._form(tag, found)
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag, attrs):
        if tag not in DRAWN:
            self.wrong.append(f"<{tag}/> closes itself")
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._open.pop()

    def handle_endtag(self, tag):
        if not self._open or self._open[-1] != tag:
            self.wrong.append(f"</{tag}> closes {self._open[-3:]} at {self.getpos()}")
        if tag in self._open:
            while self._open.pop() != tag:
                pass
        if tag == "select" and self._select:
            self._end_select()
        if tag == "textarea" and self._area:
            self._add(self._area[0], "".join(self._area[1]).removeprefix("\n"))
            self._area = None

    def handle_data(self, data):
        inside = self._open[-1] if self._open else ""
        if inside == "script" and data.strip():
            self.wrong.append(f"inline script: {data[:60]}")
        if inside == "title":
            self.title += data
        if self._area:
            self._area[1].append(data)
        elif inside not in ("script", "style"):
            self.words.append(data)

    # ------------------------------------------------------------------ judging

    def _watch(self, tag: str, found: dict[str, str | None]) -> None:
        if tag in ALONE and tag in self._open:
            self.wrong.append(f"<{tag}> inside <{tag}>: {found}")
        if tag in BLOCKS and "p" in self._open:
            self.wrong.append(f"<{tag}> inside <p> at {self.getpos()}")
        if tag in ("style", "iframe", "object", "embed", "base") or (tag == "script" and not found.get("src")):
            self.wrong.append(f"<{tag}> is not ours")
        for name, value in found.items():
            if name == "style" or name.startswith(("on", "hx-on", "data-hx-on")):
                self.wrong.append(f"inline {name} on <{tag}>")
            if name in ("href", "src", "action", "formaction") and (value or "").strip().lower().startswith(
                ("javascript:", "data:", "http:", "https:", "//")
            ):
                self.wrong.append(f"{name}={value} leaves the desk")

    def _judge(self) -> None:
        twice = {i for i in self.ids if self.ids.count(i) > 1}
        if twice:
            self.wrong.append(f"ids used twice: {sorted(twice)[:5]}")
        for form in self.forms:
            self.wrong += self._tokens(form)
        steps = zip(self.headings, self.headings[1:], strict=False)
        self.wrong += [f"heading {b} after {a}" for a, b in steps if b > a + 1]
        if not self.whole:
            return
        lost = {i for i in self.pointers if i not in self.ids}
        if lost:
            self.wrong.append(f"nothing has the id {sorted(lost)[:5]}")
        if self.headings.count(1) != 1 or self.headings[0] > 2:
            self.wrong.append(f"one h1 is wanted: {self.headings}")
        if not self.title.strip() or not self.lang:
            self.wrong.append("no title or no language")

    @staticmethod
    def _tokens(form: Form) -> list[str]:
        if form.method == "get":
            return [f"{form.action} sends a token by GET" for n in form.names if n in ("csrf_token", "once")]
        names = [name for name, _ in form.fields]
        if form.action.startswith(PUBLIC):
            return [f"{form.action} sends {n}" for n in ("csrf_token", "once") if n in names]
        wanted = ["csrf_token"] + ([] if form.action.split("?")[0] in TOKENLESS else ["once"])
        return [f"{form.action} sends {names.count(n)} {n}" for n in wanted if names.count(n) != 1]

    # ------------------------------------------------------------------ forms

    def _form(self, tag: str, found: dict[str, str | None]) -> None:
        if tag == "form":
            method = (found.get("method") or "get").lower()
            self.forms.append(Form(found.get("action") or "", method, found.get("enctype") == "multipart/form-data"))
        if tag == "option" and self._select:
            self._select[1].append((found.get("value") or "", "selected" in found))
        name = found.get("name") or ""
        if tag == "button" and self.forms:
            own = found.get("formaction") or ""
            self.forms[-1].buttons.append((name, found.get("value") or "", own))
        if not name or tag not in ("input", "select", "textarea") or not self.forms:
            return
        kind = (found.get("type") or "text").lower()
        if tag == "select":
            self._select = (name, [])
        elif tag == "textarea":
            self._area = (name, [])
        elif kind == "file":
            self.forms[-1].files.append(name)
        elif kind in ("checkbox", "radio"):
            self.forms[-1].choices.setdefault(name, []).append(found.get("value") or "on")
            if "checked" in found:
                self._add(name, found.get("value") or "on")
        elif kind not in ("submit", "reset", "button"):
            self._add(name, found.get("value") or "")

    def _end_select(self) -> None:
        assert self._select
        name, options = self._select
        self.forms[-1].choices.setdefault(name, []).extend(value for value, _ in options)
        picked = [value for value, chosen in options if chosen] or [value for value, _ in options[:1]]
        for value in picked[:1]:
            self._add(name, value)
        self._select = None

    def _add(self, name: str, value: str) -> None:
        self.forms[-1].fields.append((name, value))


@lru_cache(maxsize=256)
def read(html: str) -> Reader:
    """The answer, read; raises AssertionError with everything that is wrong with it."""
    found = Reader(html)
    assert not found.wrong, (found.title, found.wrong)
    return found
