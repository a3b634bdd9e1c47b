"""Every error that Bole raises on purpose.

An error names the thing and the value in its message, and the next step in
its hint, so that whoever reads it (a person, a log, an API client) can act.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


class BoleError(Exception):
    """
    An expected failure, with a stable code for programs and words for people.

    Args:
        code: stable identifier, lower case, ``owner.thing`` (``core.unknown_employee``).
        message: names the thing and the value.
        hint: the next step; may be empty where none helps.
    """

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()

    def __reduce__(self) -> tuple[type, tuple[str, str, str]]:
        return (type(self), (self.code, self.message, self.hint))


class InvalidValue(BoleError):
    """A value that cannot be what it was given as."""


class NotFound(BoleError):
    """Something named does not exist, or the actor may not see it."""


class Conflict(BoleError):
    """The state changed, or the same key came with another body."""


class Forbidden(BoleError):
    """The actor lacks the permission, or the subject is outside its scope."""


class StartRefused(BoleError):
    """Configuration, plugin or database stop the start."""


@dataclass(frozen=True, slots=True)
class Problem:
    """
    One thing wrong in an input, precise enough to find and mend it.

    ``row`` counts as the user's program does (a CSV's header is row 1); 0 means the whole file.
    """

    where: str
    row: int
    column: str
    value: str
    reason: str
    hint: str = ""

    def __str__(self) -> str:
        place = self.where + (f", row {self.row}" if self.row else "") + (f", column {self.column!r}" if self.column else "")
        shown = f": {self.value!r}" if self.value else ""
        return f"{place}{shown}: {self.reason}" + (f" {self.hint}" if self.hint else "")


class ProblemsFound(BoleError):
    """
    All problems of one input, reported together; nothing of it was written.

    Args:
        problems: every problem found, in the order of the input.
    """

    def __init__(self, code: str, message: str, problems: Sequence[Problem], hint: str = "") -> None:
        super().__init__(code, message, hint)
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return "\n".join([super().__str__(), *(f"  {problem}" for problem in self.problems)])

    def __reduce__(self) -> tuple[type, tuple[str, str, Sequence[Problem], str]]:  # type: ignore[override]  # one argument more than BoleError
        return (type(self), (self.code, self.message, self.problems, self.hint))


class ConflictsFound(ProblemsFound, Conflict):
    """Several people changed the same, in all the places that are named; nothing was written."""


def refuse_if_any(problems: Iterable[Problem], *, code: str, message: str, hint: str = "") -> None:
    """
    Raise `ProblemsFound` when there is at least one problem.

    Raises:
        ProblemsFound: with every problem, in the order given.
    """
    found = tuple(problems)
    if found:
        raise ProblemsFound(code, message, found, hint)
