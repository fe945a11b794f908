"""A call is no paper (CF-23), and a note may name both."""

from __future__ import annotations

import pytest

from rules import proofs


@pytest.mark.parametrize(
    "note", ["电话", "来电，赵敏 10:05", "电话指令", "口头通知", "Phone call from Zhao Min", "电话通知改单"]
)
def test_words_spoken_are_no_paper(note):
    assert proofs.only_a_call(note)


@pytest.mark.parametrize(
    "note", [None, "", "传真，赵敏签字", "微信截图，电话核对过", "更改证明", "Fax, confirmed by phone", "赵敏"]
)
def test_a_paper_that_is_named_counts_whatever_was_said_besides(note):
    assert not proofs.only_a_call(note)


def test_what_was_noted_of_a_call_stays_as_what_the_customer_said():
    heard = proofs.heard({"proof_note": "电话，赵敏", "proof_items": ["number"], "said": "改收货人", "papers": []})
    assert (heard["proof_note"], heard["proof_items"], heard["said"]) == (None, [], "改收货人\n电话，赵敏")
    with_paper = {"proof_note": "电话，赵敏", "proof_items": ["number"], "said": "改收货人", "papers": ["证明.pdf"]}
    assert proofs.heard(with_paper) == with_paper
