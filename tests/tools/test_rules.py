"""The table of rules and their tests (tools/rules.py)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import rules

LIST = """# A remark is no rule.

# CHG  Changes
CHG-01 MUST   Written proof
CHG-02 MUST   Paper before the number | the quantity

# ORG  People
ORG-12 KNOW   Attitude
"""
SOURCE = """
@pytest.mark.parametrize("stage", ["A0", "A1"])
@pytest.mark.rule("CHG-01", "CHG-02")
def test_one(stage): ...

@pytest.mark.skip
def test_two(): "CHG-01 in words is no mark."

@pytest.mark.rule("CHG-01")
def test_three(): ...
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for folder in ("tests/rules", "docs"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "tests/rules_list.txt").write_text(LIST)
    (tmp_path / "tests/rules/test_it.py").write_text(SOURCE)
    return tmp_path


def test_marks_are_read_from_the_source_and_words_are_none():
    assert list(rules.in_source(SOURCE)) == [("test_one", "CHG-01"), ("test_one", "CHG-02"), ("test_three", "CHG-01")]


def test_the_page_names_tests_says_not_yet_and_counts(tree):
    assert rules.main([], tree) == 0
    page = (tree / "docs/rules.md").read_text()
    assert "| CHG: Changes | 2 | 1 | 0 | 0 | 0 |" in page and "| **All** | 2 | 1 | 0 | 0 | 1 |" in page
    assert "| CHG-01 | MUST | Written proof | `rules/test_it.py::test_one`<br>`rules/test_it.py::test_three` |" in page
    assert "| CHG-02 | MUST | Paper before the number | `rules/test_it.py::test_one`<br>not yet: the quantity |" in page
    assert "| ORG-12 | KNOW | Attitude | not yet |" in page


def test_of_many_tests_four_are_named_and_the_others_counted():
    assert rules.tests_of(rules.Rule("CHG-01", "MUST", "x", tests=[*"abcdef"])).endswith("<br>`d`<br>+2 more")


def test_the_check_says_when_the_page_is_old_and_writes_nothing(tree, capsys):
    assert rules.main(["--check"], tree) == 1 and not (tree / "docs/rules.md").exists()
    rules.main([], tree)
    assert rules.main(["--check"], tree) == 0
    (tree / "tests/rules/test_it.py").write_text(SOURCE.replace("test_three", "test_tree"))
    capsys.readouterr()
    assert rules.main(["--check"], tree) == 1
    assert capsys.readouterr().out == "docs/rules.md is not current: run python tools/rules.py\n"


def test_a_mark_without_a_rule_and_a_part_without_a_test_are_named(tree, capsys):
    (tree / "tests/rules/test_it.py").write_text('@pytest.mark.rule("CHG-99")\ndef test_one(): ...\n')
    assert rules.main([], tree) == 1 and not (tree / "docs/rules.md").exists()
    assert capsys.readouterr().out == (
        "rules/test_it.py::test_one: there is no rule CHG-99\n"
        "CHG-02: no test holds it, so nothing can be missing in part\n"
    )


@pytest.mark.parametrize("line", ["CHG-3 MUST Short", "CHG-03 OFTEN Level", "CHG-03 MUST"])
def test_a_line_that_is_no_rule_is_a_mistake(line):
    with pytest.raises(ValueError, match=line):
        rules.read("# CHG  Changes\n" + line)
