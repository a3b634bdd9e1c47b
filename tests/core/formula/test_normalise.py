"""The one spelling in which a formula is saved."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bole.formula import FormulaError, normalise

SPELLINGS = [
    ("a leading equals sign goes", "=sales*10%", "sales * 10%"),
    ("function names become English capitals", "if(a>1,Max(b,c),四舍五入(d,2))", "IF(a > 1, MAX(b, c), ROUND(d, 2))"),
    ("full-width figures and punctuation", "如果（销售额＞１００，８％，５％）", "IF(销售额 > 100, 8%, 5%)"),
    ("signs of mathematics", "a×b÷c≥d−e", "a * b / c >= d - e"),
    ("not equal has one sign", "a!=b", "a <> b"),
    ("not equal as mathematicians write it", "a≠b", "a <> b"),
    ("equality has one sign", "a==b", "a = b"),
    ("powers have one sign", "(1+g)**3", "(1 + g) ^ 3"),
    ("words between conditions", "a>1 且 not b or (c)", "a > 1 AND NOT b OR (c)"),
    ("words as functions", "且(a, 或(b, 非(c)))", "AND(a, OR(b, NOT(c)))"),
    ("truth values", "如果(真, false, True)", "IF(TRUE, FALSE, TRUE)"),
    ("Chinese quotation marks", "客户＝“新客户”", '客户 = "新客户"'),
    ("a quotation mark inside a text", "客户='12\" 屏'", "客户 = '12\" 屏'"),
    ("a text keeps its letters", "a＝＂Ｎｏ．１＂", 'a = "Ｎｏ．１"'),
    ("ten thousands and hundred millions", "1.5万+2 亿", "15000 + 200000000"),
    ("money", "100元 + 5 USD", "100 CNY + 5 USD"),
    ("a figure before AND is no money", "a>5 AND b", "a > 5 AND b"),
    ("figures without a leading or with a trailing point", ".5+5.", "0.5 + 5"),
    ("signs before a value stick to it", "- a - -b+(-c)", "-a - -b + (-c)"),
    ("lines and tabs become spaces", "SUM(a,\n\tb)\r\n", "SUM(a, b)"),
    ("an ideographic comma separates", "合计(a、b)", "SUM(a, b)"),
    ("names of variables stay as they are", "Sales_Q3 + ﾊﾞﾝ", "Sales_Q3 + バン"),
    ("an unknown function keeps its name", "foo(a)", "foo(a)"),
]


@pytest.mark.parametrize(("typed", "saved"), [case[1:] for case in SPELLINGS], ids=[case[0] for case in SPELLINGS])
def test_spelling(typed: str, saved: str) -> None:
    """What is typed is saved in one spelling, and that spelling stays as it is."""
    assert normalise(typed) == saved
    assert normalise(saved) == saved


@settings(max_examples=400, database=None)
@given(
    st.lists(
        st.sampled_from(
            [*"ab1.0,()+-*/^=<>%\"' ", "如果", "IF", "（", "，", "％", "≥", "×", "且", "not ", "万", " CNY", "真", "“", "”", "é", "e\u0301"]
        )
    ).map("".join)
)
def test_saved_spelling_is_stable(text: str) -> None:
    """Saving what was saved changes nothing, whatever was typed."""
    try:
        saved = normalise(text)
    except FormulaError:
        return

    assert normalise(saved) == saved
