"""Codes made of words: what stays, what goes, and that long ones stay apart."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies

from bole_connectors.codes import LONGEST, code_of


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("HTA: Strategy & Quality Directorate", "hta-strategy-and-quality-directorate"),
        ("HTA Strategy and quality directorate", "hta-strategy-and-quality-directorate"),
        ("Chief Executive's Office", "chief-executives-office"),
        ("  Advisor/Team Leader_PA. ", "advisor-team-leader-pa"),
        ("销售部（华东）", "销售部-华东"),
        ("Straße 7", "strasse-7"),
        ("– ! –", ""),
        ("a" * 60, "a" * 60),
        ("a" * 61, "a" * 51 + "-35d5fc17"),
    ],
    ids=["punctuation", "case", "apostrophe", "marks", "chinese", "folded", "nothing", "longest", "cut"],
)
def test_a_text_makes_a_code(text: str, code: str) -> None:
    """Letters and digits stay in lower case; what is between them becomes a hyphen; a long one ends in a checksum."""
    assert code_of(text) == code


@given(strategies.text(max_size=200))
def test_a_code_is_short_and_makes_itself(text: str) -> None:
    """No code is longer than a code may be, and a code that was not cut stays what it is."""
    code = code_of(text)

    assert len(code) <= LONGEST
    assert code_of(code) == code or len(code) > LONGEST - 9


def test_long_texts_that_begin_alike_stay_apart() -> None:
    """Two texts that differ only beyond the cut make different codes."""
    assert code_of("x" * 100 + "a") != code_of("x" * 100 + "b")
