"""Which test holds which rule: `python tools/rules.py` writes docs/rules.md, `--check` says whether it is current.

A test names the rules it would fail without, by its mark: `@pytest.mark.rule("CHG-12")`. The marks are read from the
source, nothing is run. The rules themselves stand in tests/rules_list.txt.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GROUP = re.compile(r"# ([A-Z]{3})  (.+)")
RULE = re.compile(r"([A-Z]{3}-\d\d) (MUST|SHOULD|KNOW) +([^|]+?)(?: \| (.+))?")
SHOWN = 4  # tests named per rule; of the others the count
HEAD = """# Rules and their tests

Made by `python tools/rules.py` from the marks of the tests (`@pytest.mark.rule("CHG-12")`) and
`tests/rules_list.txt`; do not edit. A test bears the mark of a rule when it would fail without it. Paths are below
`tests/`; of more than four tests the first four stand here. MUST is logic, SHOULD a prompt, field or report, KNOW is
advice for the knowledge base.
"""


@dataclass
class Rule:
    """One rule; `missing` says what no test holds yet of a rule that tests hold in part."""

    id: str
    level: str
    name: str
    missing: str = ""
    tests: list[str] = field(default_factory=list)


Groups = dict[str, list[Rule]]  # title of a group → its rules


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Write the page, or with `--check` say what is wrong; 0 when all is well."""
    parser = argparse.ArgumentParser(prog="tools/rules.py", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="only say whether docs/rules.md is current")
    options = parser.parse_args(arguments)
    groups = read((root / "tests/rules_list.txt").read_text(encoding="utf-8"))
    wrong = give(groups, marks(root / "tests"))
    page, path = markdown(groups), root / "docs/rules.md"
    if not options.check and not wrong:
        path.write_text(page, encoding="utf-8")
    elif not wrong and (not path.exists() or path.read_text(encoding="utf-8") != page):
        wrong = ["docs/rules.md is not current: run python tools/rules.py"]
    print("\n".join(wrong), end="\n" if wrong else "")
    return 1 if wrong else 0


def read(text: str) -> Groups:
    """The list of rules by group. Raises ValueError for a line that is neither group, rule nor comment."""
    groups: Groups = {}
    for line in text.splitlines():
        if found := GROUP.fullmatch(line):
            groups[f"{found[1]}: {found[2]}"] = []
        elif found := RULE.fullmatch(line):
            [*groups.values()][-1].append(Rule(found[1], found[2], found[3], found[4] or ""))
        elif line.strip() and not line.startswith("# "):
            raise ValueError(line)
    return groups


def marks(folder: Path) -> Iterator[tuple[str, str]]:
    """(test, rule) for every mark in the test files below `folder`, in the order of files and lines."""
    for path in sorted(folder.rglob("test_*.py")):
        for name, rule in in_source(path.read_text(encoding="utf-8")):
            yield f"{path.relative_to(folder).as_posix()}::{name}", rule


def in_source(text: str) -> Iterator[tuple[str, str]]:
    """(test function, rule) for every mark in a source; a mark that is no plain text counts as written."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            for mark in node.decorator_list:
                if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.rule":
                    yield from ((node.name, ast.unparse(rule).strip("'")) for rule in mark.args)


def give(groups: Groups, found: Iterator[tuple[str, str]]) -> list[str]:
    """Give each rule its tests; returns what is wrong with the marks and the list."""
    rules = {rule.id: rule for group in groups.values() for rule in group}
    wrong = []
    for test, rule in found:
        if rule in rules:
            rules[rule].tests.append(test)
        else:
            wrong.append(f"{test}: there is no rule {rule}")
    wrong += [
        f"{r.id}: no test holds it, so nothing can be missing in part"
        for r in rules.values()
        if r.missing and not r.tests
    ]
    return wrong


def markdown(groups: Groups) -> str:
    """The page: counts by group, then a table per group."""
    lines = [
        HEAD,
        "| Group | MUST covered | of these in part | MUST not yet | SHOULD, KNOW covered | not yet |",
        "|---|" + "---:|" * 5,
    ]
    sums = [counts(rules) for rules in groups.values()]
    rows = [*zip(groups, sums, strict=True), ("**All**", [sum(column) for column in zip(*sums, strict=True)])]
    lines += [f"| {title} | " + " | ".join(str(n) for n in numbers) + " |" for title, numbers in rows]
    for title, rules in groups.items():
        lines += ["", f"## {title}", "", "| Rule | Level | Name | Tests |", "|---|---|---|---|"]
        lines += [f"| {rule.id} | {rule.level} | {rule.name} | {tests_of(rule)} |" for rule in rules]
    return "\n".join(lines) + "\n"


def counts(rules: Sequence[Rule]) -> list[int]:
    """MUST covered, of these in part, MUST not yet; the other levels covered, not yet."""
    must = [rule for rule in rules if rule.level == "MUST"]
    other = [rule for rule in rules if rule.level != "MUST"]
    held = [rule for rule in must if rule.tests]
    also = sum(bool(rule.tests) for rule in other)
    return [len(held), sum(bool(rule.missing) for rule in held), len(must) - len(held), also, len(other) - also]


def tests_of(rule: Rule) -> str:
    """The tests of a rule as a cell."""
    if not rule.tests:
        return "not yet"
    more = f"<br>+{len(rule.tests) - SHOWN} more" if len(rule.tests) > SHOWN else ""
    part = f"<br>not yet: {rule.missing}" if rule.missing else ""
    return "<br>".join(f"`{test}`" for test in rule.tests[:SHOWN]) + more + part


if __name__ == "__main__":
    sys.exit(main())
