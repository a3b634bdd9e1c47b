"""The formula language: what administrators and consultants write, and nothing that Python would run.

A formula is cut into tokens, read by Python's parser as placeholders and operators only, held against an
allow-list, typed, and compiled to one Polars expression. Nothing is evaluated before all of that has passed, and
nothing is ever given to ``eval``. Importing this package does not import Polars; compiling does.

**How values stand in columns.** Signed integers, because they are what rollups store and what adds, compares and
travels exactly: money counts minor units; number, ratio and hours count millionths (six places); a date is its day
number or a Polars ``Date``; a moment is microseconds since 1970 UTC or ``Datetime("us")``. `Type.places` says
otherwise where a column is finer, and `Formula.result_type` does so for the result of another formula.

**How it is calculated.** In integers of 128 bits, each part at the decimal places its type has: a sum has as many as
its finest part, a product as many as its factors together, at most twelve; a quotient has twelve. What lies beyond
the twelfth is cut off towards minus infinity (`Rounding.FLOOR`): one division does it, and a half-up of what is earned
is then no second rounding. In a row of × and ÷ everything is multiplied first and divided once, at the end: actual ÷
target × bonus is exact to the twelfth place of a cent. A product of Polars' Decimals takes twenty times as long as one
of integers, so they are used, for their checks, only where 38 digits could be left. Such a value stops the calculation
and never wraps.

**What is missing** (null) makes the result missing, except the branch of IF and the step of LOOKUP that was not
taken, and AND and OR where the other conditions decide. A quotient by zero is missing.

**Money** is rounded to minor units only where the formula says ROUND or the caller of `Formula.expression` gives places.
"""

from bole.formula.errors import MESSAGES, FormulaError, FormulaProblem
from bole.formula.formula import Formula, normalise
from bole.formula.functions import Call, FormulaFunction, Functions
from bole.formula.library import BUILT_IN
from bole.formula.tree import Node, Step, Table
from bole.formula.types import DATE, HOURS, MOMENT, NUMBER, RATIO, TEXT, TRUTH, Kind, Plain, Stored, Type, money

__all__ = [
    "BUILT_IN",
    "DATE",
    "HOURS",
    "MESSAGES",
    "MOMENT",
    "NUMBER",
    "RATIO",
    "TEXT",
    "TRUTH",
    "Call",
    "Formula",
    "FormulaError",
    "FormulaFunction",
    "FormulaProblem",
    "Functions",
    "Kind",
    "Node",
    "Plain",
    "Step",
    "Stored",
    "Table",
    "Type",
    "money",
    "normalise",
]
