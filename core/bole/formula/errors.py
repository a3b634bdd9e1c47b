"""What can be wrong with a formula: a code, a place, and the data for a sentence in any language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bole.errors import BoleError

MESSAGES: Mapping[str, tuple[str, str]] = {
    "formula.empty": ("the formula is empty.", "Write for example: sales * 10%"),
    "formula.too_long": ("the formula has {count} {what}; at most {limit} are allowed.", "Split it into several named indicators."),
    "formula.too_deep": ("the formula nests deeper than {limit} levels.", "Split it into several named indicators."),
    "formula.too_large": (
        "worked out in full, the formula takes {count} steps; at most {limit} are allowed.",
        "Give an inner part of a nested IF, MIN, ROUND or TIER a name of its own.",
    ),
    "formula.bad_character": ("the character {shown} cannot stand in a formula.", "Remove it; invisible characters often come from copying."),
    "formula.bad_text": ("text begins with {shown} and does not end.", "Close it with the same quotation mark, on the same line."),
    "formula.bad_number": (
        "{shown!r} is not a number as formulas write it.",
        "Write 100000 or 0.15 or 15% or 500 CNY, without separators or leading zeros, with up to 15 + 10 digits.",
    ),
    "formula.syntax": ("cannot read on at {shown!r}.", "Look for a missing operator, comma or closing parenthesis."),
    "formula.not_allowed": ("{shown!r} is not allowed in a formula.", "Only figures, names, functions, + - * / ^ and comparisons are."),
    "formula.bad_exponent": ("{shown!r} is not allowed as an exponent.", "Write a whole number from 1 to {limit}, as in (1 + growth) ^ 3."),
    "formula.unknown_name": ("unknown name {shown!r}.", "Known names: {known}."),
    "formula.unknown_function": ("unknown function {shown!r}.", "Known functions: {known}."),
    "formula.unknown_table": ("unknown table {shown!r}.", "Declared tables: {known}."),
    "formula.bad_variable": (
        "{shown!r} cannot be the name of a variable.",
        "Use letters, digits and _, begin with a letter, and take no function's name.",
    ),
    "formula.bad_function": ("{shown!r} cannot be the name of a function: it is taken, reserved or no word.", "Rename the function."),
    "formula.type_mismatch": (
        "{operation} does not go with {left} and {right}.",
        "Both must be of one kind; a written figure takes the other's unit, a column never does.",
    ),
    "formula.currency_mixed": ("{operation} mixes {left} and {right}.", "Convert one of them first."),
    "formula.wrong_type": ("{function} wants {wanted} as argument {number}, not {given}.", ""),
    "formula.wrong_count": ("{function} takes {wanted} arguments, not {given}.", "{usage}"),
    "formula.not_written": ("{function} wants argument {number} written out as {wanted}, not computed.", ""),
    "formula.bad_rounding": ("{shown!r} is no rounding rule.", "Use one of: {known}."),
    "formula.bad_places": ("cannot round {given} to {shown} places.", "Use a whole number from {least} to {most}."),
    "formula.not_ascending": ("{function} wants its bounds in ascending order; {shown} does not rise.", "Sort the steps from the lowest bound up."),
    "formula.bad_date": ("{shown!r} is not a date.", "Write it as 2026-07-01."),
    "formula.wrong_result": ("the formula gives {given}, but {wanted} is wanted here.", ""),
    "formula.missing_column": ("the rows have no column {shown!r}, which the formula uses.", "Add the column, or remove the name from the formula."),
    "formula.out_of_range": (
        "a value is too large to calculate with, or a column holds something else than its type says: {reason}.",
        "Look for a mistyped figure.",
    ),
}
"""English sentences by code. A catalogue of another language replaces them and formats them with the same data."""


@dataclass(frozen=True, slots=True)
class FormulaProblem:
    """
    One thing wrong, at the characters from `start` up to but not including `end` of the text as typed (from 0).

    ``values`` fill the placeholders of the message and the hint.
    """

    code: str
    start: int
    end: int
    values: Mapping[str, str]

    @property
    def message(self) -> str:
        """The fault in English, with its place if it has one; columns count from 1, both included."""
        sentence = MESSAGES[self.code][0].format_map(self.values)
        if self.end <= self.start:
            return sentence
        return f"column {self.end}: {sentence}" if self.end - self.start == 1 else f"columns {self.start + 1} to {self.end}: {sentence}"

    @property
    def hint(self) -> str:
        """The next step in English; may be empty."""
        return MESSAGES[self.code][1].format_map(self.values)


class FormulaError(BoleError):
    """
    A formula, or what it was to be computed on, is refused.

    Args:
        text: the formula as typed.
        problems: every problem found, at least one; the first one's code is the error's code.
    """

    def __init__(self, text: str, problems: Sequence[FormulaProblem]) -> None:
        self.text = text
        self.problems = tuple(problems)
        hints = dict.fromkeys(problem.hint for problem in problems if problem.hint)
        super().__init__(problems[0].code, "; ".join(problem.message for problem in problems), " ".join(hints))

    def __reduce__(self) -> tuple[type, tuple[str, Sequence[FormulaProblem]]]:  # type: ignore[override]  # other arguments than BoleError
        return (type(self), (self.text, self.problems))


def refusal(code: str, place: tuple[int, int] = (0, 0), text: str = "", /, **values: object) -> FormulaError:
    """Return the error for one problem at a place of `text`."""
    return FormulaError(text, [FormulaProblem(code, *place, {name: str(value) for name, value in values.items()})])
