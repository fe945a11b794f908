"""The gathering of sentences (tools/words.py)."""

from __future__ import annotations

from tools import words


def test_sentences_are_found_in_python_wherever_they_are_marked():
    source = """
LABEL = N_("Waybill")
WHY = Words("Only %(role)s "
            "may decide", role=Words("finance"))
COUNT = ngettext("%(num)d case", "%(num)d cases", count)
SAID = _(variable) + other("not marked")
"""
    assert set(words.in_python(source)) == {
        "Waybill",
        "Only %(role)s may decide",
        "finance",
        ("%(num)d case", "%(num)d cases"),
    }


def test_sentences_are_found_in_templates_in_attributes_calls_and_blocks():
    source = """<p title="{{ _('Title') }}">{{ field(N_("Number"), _("Hint %(n)s", n=1)) }}</p>
{% trans %}Whole block{% endtrans %}{{ ngettext("%(num)d late", "%(num)d late ones", n) }}{{ "plain" }}"""
    assert set(words.in_template(source)) == {
        "Title",
        "Number",
        "Hint %(n)s",
        "Whole block",
        ("%(num)d late", "%(num)d late ones"),
    }


def test_a_translation_may_not_lose_a_placeholder_or_shout():
    assert words.oddities("Only %(role)s may", "只有 %(role)s 可以") == []
    assert len(words.oddities("Only %(role)s may", "只有主管可以")) == 1
    assert len(words.oddities("Saved", "操作成功！")) == 2


def test_a_plural_has_one_form_in_chinese_and_stays_empty_in_english():
    message = ("%(num)d case", "%(num)d cases")
    assert words.spread(message, "%(num)d 件") == ("%(num)d 件",)
    assert words.spread(message, "") == ("", "")
    assert words.spread("Saved", "已保存") == "已保存"


def test_a_catalogue_read_back_says_what_was_written(tmp_path, monkeypatch):
    monkeypatch.setattr(words, "ROOT", tmp_path)
    written = {"Saved": "已保存", ("%(num)d case", "%(num)d cases"): ("%(num)d 件",), "New": ""}
    words.write(words.CHINESE, written)
    assert words.translated(words.read(words.CHINESE)) == {"Saved": "已保存", "%(num)d case": "%(num)d 件", "New": ""}
    once = words.path_of(words.CHINESE).read_text(encoding="utf-8")
    words.write(words.CHINESE, written)
    assert words.path_of(words.CHINESE).read_text(encoding="utf-8") == once
    assert "Date" not in once


def test_the_check_names_what_is_missing_unused_and_fuzzy(tmp_path, monkeypatch):
    monkeypatch.setattr(words, "ROOT", tmp_path)
    (tmp_path / "app.py").write_text('A = N_("Saved")\nB = N_("Sent")\n', encoding="utf-8")
    words.write(words.CHINESE, {"Saved": "已保存", "Gone": "没有了"})
    words.write(words.ENGLISH, {"Saved": "", "Sent": ""})
    assert words.problems() == [
        "zh_Hans_CN: no translation: Sent",
        "zh_Hans_CN: missing: Sent",
        "zh_Hans_CN: not in the program: Gone",
    ]
    path = words.path_of(words.CHINESE)
    path.write_text(
        path.read_text(encoding="utf-8").replace('msgid "Saved"', '#, fuzzy\nmsgid "Saved"'), encoding="utf-8"
    )
    assert "zh_Hans_CN: fuzzy: Saved" in words.problems()


def test_updating_keeps_what_is_translated_and_takes_in_what_is_new(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(words, "ROOT", tmp_path)
    (tmp_path / "app.py").write_text('A = N_("Saved")\nB = N_("Sent")\n', encoding="utf-8")
    words.write(words.CHINESE, {"Saved": "已保存", "Gone": "没有了"})
    assert words.update({"Sent": "已发送", "Other": "别的"}) == ["not in the program: Other"]
    assert words.translated(words.read(words.CHINESE)) == {"Saved": "已保存", "Sent": "已发送"}
    assert words.problems() == []
    assert capsys.readouterr().out == "2 sentences, 0 of them without Chinese\n"
