"""The sentences of the program and their catalogues: `python tools/words.py` (E-23).

Message ids are English. Without an option, every sentence in .py files and templates is gathered into both
catalogues, translations kept and unused ones dropped. `--check` names what is wrong and changes nothing, `--merge`
takes {msgid: 中文} from JSON files into the Chinese catalogue, `--compile` writes the .mo files that the program reads.
"""

from __future__ import annotations

import argparse
import ast
import io
import json
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from jinja2 import Environment
from jinja2.ext import extract_from_ast

ROOT = Path(__file__).resolve().parent.parent
CHINESE, ENGLISH = "zh_Hans_CN", "en"
PLURAL = frozenset({"ngettext", "lazy_ngettext", "_n"})
KEYWORDS = frozenset({"_", "N_", "Words", "gettext", "lazy_gettext", "_l"}) | PLURAL
SOURCES = ("*.py", "rules/**/*.py", "workflows/**/*.py", "blueprints/**/*.py")
TEMPLATES = ("templates/**/*.html", "templates/**/*.txt")
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
DATED = re.compile(r'"(Project-Id|Report|POT|PO-Rev|Last-Tr|Language-Team|Generated)|#$')
UNWANTED = ("!", "！", "操作成功")
Message = str | tuple[str, ...]


def main(arguments: Sequence[str] | None = None) -> int:
    """Gather, check, merge or compile; 0 when all is well, 1 when `--check` or `--merge` found something."""
    parser = argparse.ArgumentParser(prog="tools/words.py", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="name what is missing, fuzzy, unused or odd")
    parser.add_argument("--merge", nargs="+", type=Path, metavar="FILE.json", help="take in {msgid: 中文}")
    parser.add_argument("--compile", action="store_true", help="write the .mo files")
    parser.add_argument("--missing", action="store_true", help="print untranslated sentences as JSON")
    options = parser.parse_args(arguments)
    if options.compile:
        return compile_catalogues()
    if options.check:
        return report(problems())
    if options.missing:
        print(json.dumps(dict.fromkeys(untranslated(), ""), ensure_ascii=False, indent=1))
        return 0
    remarks = update(merged(options.merge or []))
    return report(remarks)


def in_python(text: str) -> Iterator[Message]:
    """Sentences in Python source: literal first arguments of the marking functions."""
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        wanted = 2 if name in PLURAL else 1
        said = [literal(part) for part in node.args[:wanted]]
        if name in KEYWORDS and said and all(said):
            yield said[0] if wanted == 1 else tuple(said)


def literal(node: ast.expr) -> str:
    """The text of a literal string, or the empty one."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def in_template(text: str) -> Iterator[Message]:
    """Sentences in a Jinja template, `{% trans %}` included."""
    environment = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"])
    for _line, function, said in extract_from_ast(environment.parse(text), sorted(KEYWORDS)):
        parts = (said,) if isinstance(said, str) else tuple(part for part in said or () if part)
        if parts:
            yield parts[:2] if function in PLURAL else parts[0]


def gathered() -> dict[str, Message]:
    """Every sentence of the program, by its (singular) id."""
    found: dict[str, Message] = {}
    for patterns, reader in ((SOURCES, in_python), (TEMPLATES, in_template)):
        for path in sorted(path for pattern in patterns for path in ROOT.glob(pattern)):
            for message in reader(path.read_text(encoding="utf-8")):
                key = message if isinstance(message, str) else message[0]
                if key not in found or isinstance(message, tuple):
                    found[key] = message
    return found


def path_of(language: str) -> Path:
    """Where the catalogue of `language` stands."""
    return ROOT / "translations" / language / "LC_MESSAGES" / "messages.po"


def read(language: str) -> Catalog:
    """The catalogue of `language`; an empty one when there is none yet."""
    path = path_of(language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def write(language: str, translations: dict[Message, str | tuple[str, ...]]) -> None:
    """Write a catalogue in alphabetical order without places and dates, so that two branches merge."""
    catalogue = Catalog(locale=language, header_comment="", fuzzy=False)
    for message, said in translations.items():
        catalogue.add(message, said)
    out = io.BytesIO()
    write_po(out, catalogue, width=110, sort_output=True, no_location=True)
    lines = [line for line in out.getvalue().decode().splitlines() if not DATED.match(line)]
    path_of(language).parent.mkdir(parents=True, exist_ok=True)
    path_of(language).write_text("\n".join(lines).strip() + "\n", encoding="utf-8")


def update(extra: dict[str, str]) -> list[str]:
    """Bring both catalogues up to the program, with `extra` Chinese; says what of `extra` is not used."""
    old = translated(read(CHINESE))
    messages = gathered()
    plain = {key: extra.get(key) or old.get(key) or "" for key in messages}
    write(CHINESE, {message: spread(message, plain[key]) for key, message in messages.items()})
    write(ENGLISH, {message: spread(message, "") for message in messages.values()})
    empty = sum(not said for said in plain.values())
    print(f"{len(messages)} sentences, {empty} of them without Chinese")
    return [f"not in the program: {key}" for key in extra if key not in messages]


def spread(message: Message, said: str) -> str | tuple[str, ...]:
    """A plural has one form in Chinese and two in English, where both stay empty."""
    return said if isinstance(message, str) else (said,) if said else ("", "")


def translated(catalogue: Catalog) -> dict[str, str]:
    """The translations of a catalogue by (singular) id; fuzzy ones count as none."""
    pairs = ((first(message.id), first(message.string)) for message in catalogue if message.id and not message.fuzzy)
    return dict(pairs)


def first(said: str | Sequence[str] | None) -> str:
    """The only or first form."""
    return said or "" if isinstance(said, str) or said is None else said[0]


def merged(files: Sequence[Path]) -> dict[str, str]:
    """All {msgid: 中文} of the JSON files; where two differ, the later file stands and the difference is printed."""
    result: dict[str, str] = {}
    for path in files:
        for key, said in json.loads(path.read_text(encoding="utf-8")).items():
            if result.get(key, said) != said:
                print(f"{path.name} says {said} where another file says {result[key]}: {key}")
            result[key] = said
    return result


def untranslated() -> list[str]:
    """Sentences of the program that have no Chinese."""
    known = translated(read(CHINESE))
    return [key for key in gathered() if not known.get(key)]


def problems() -> list[str]:
    """All that is wrong with the catalogues, one line each."""
    program = gathered()
    found = [f"{CHINESE}: no translation: {key}" for key in untranslated()]
    for language in (CHINESE, ENGLISH):
        catalogue = read(language)
        known = {first(message.id) for message in catalogue if message.id}
        found += [f"{language}: fuzzy: {first(message.id)}" for message in catalogue if message.id and message.fuzzy]
        found += [f"{language}: missing: {key}" for key in program if key not in known]
        found += [f"{language}: not in the program: {key}" for key in sorted(known - program.keys())]
    for key, said in translated(read(CHINESE)).items():
        found += oddities(key, said)
    return found


def oddities(key: str, said: str) -> list[str]:
    """What a translation must not do: lose a placeholder, shout, or say nothing."""
    found = []
    if said and set(PLACEHOLDER.findall(key)) ^ set(PLACEHOLDER.findall(said)) - {"num"}:
        found.append(f"{CHINESE}: other placeholders: {key} → {said}")
    found += [f"{CHINESE}: unwanted {word} in: {said}" for word in UNWANTED if word in said]
    return found


def compile_catalogues() -> int:
    """Write the .mo file beside each catalogue."""
    for path in sorted(ROOT.glob("translations/*/LC_MESSAGES/messages.po")):
        with path.open("rb") as source, path.with_suffix(".mo").open("wb") as target:
            write_mo(target, read_po(source, locale=path.parent.parent.name))
    return 0


def report(lines: list[str]) -> int:
    """Print each line; 1 when there was one."""
    for line in lines:
        print(line)
    return int(bool(lines))


if __name__ == "__main__":
    sys.exit(main())
