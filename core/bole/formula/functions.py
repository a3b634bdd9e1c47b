"""What a function of the formula language is, and the register of all that a formula may use."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, NoReturn

from bole.formula.errors import refusal
from bole.formula.tokens import RESERVED
from bole.formula.tree import Node, Table, adapt, unify
from bole.formula.types import QUANTITIES, Kind, Type

if TYPE_CHECKING:
    from bole.formula.columns import Column, Columns


@dataclass(frozen=True, slots=True)
class FormulaFunction:
    """
    A function that formulas may use, built in or from a plugin (hook ``bole_formula_functions``).

    Args:
        name: saved name, capitals, ASCII.
        chinese_name: the name an HR person may type instead.
        usage: an example call with the arguments' names.
        explanation: one sentence on what comes out, for the docs and for `Formula.explain`.
        check: refuses a wrong call through `Call` and returns the result's type, places included.
        compile: returns the column for a checked call, from the columns of its arguments; calls `Columns`, row by row nothing.
        copies: how often ``compile`` uses each argument's column; the last figure holds for all further ones, 0 for as many as there are arguments.
        parts: the summands of the result with the first and last argument they stand for, when an explanation should list them.
    """

    name: str
    chinese_name: str
    usage: str
    explanation: str
    check: Callable[[Call], Type]
    compile: Callable[[Columns, Node, Sequence[Column]], Column]
    copies: tuple[int, ...] = (1,)
    parts: Callable[[Columns, Node, Sequence[Column]], Sequence[tuple[Node, Node, Column]]] | None = None

    def size(self, arguments: Sequence[Node], table: Table | None) -> int:
        """Return how many steps a call takes when every use of an argument is worked out anew."""
        if table is not None:
            return 1 + arguments[0].size * len(table.rows)
        copies = [self.copies[min(index, len(self.copies) - 1)] or len(arguments) for index in range(len(arguments))]
        return 1 + sum(count * node.size for count, node in zip(copies, arguments, strict=True))


class Functions:
    """
    The functions a formula may use: ``by_name``, and ``spellings``, the saved name by every name in small letters.

    Raises:
        FormulaError: a name is taken, reserved or no word.
    """

    def __init__(self, functions: Iterable[FormulaFunction]) -> None:
        by_name: dict[str, FormulaFunction] = {}
        spellings: dict[str, str] = {}
        for function in functions:
            by_name[function.name] = function
            for spelling in {function.name.casefold(), function.chinese_name.casefold()}:
                reserved = spelling in RESERVED and function.name not in ("AND", "OR", "NOT")
                if spelling in spellings or reserved or not spelling.isidentifier():
                    raise refusal("formula.bad_function", shown=spelling)
                spellings[spelling] = function.name
        self.by_name: Mapping[str, FormulaFunction] = MappingProxyType(by_name)
        self.spellings: Mapping[str, str] = MappingProxyType(spellings)

    def extended(self, functions: Iterable[FormulaFunction]) -> Functions:
        """
        Return a register that holds further functions as well.

        Raises:
            FormulaError: a name is taken, reserved or no word.
        """
        return Functions([*self.by_name.values(), *functions])


class Call:
    """
    One call while its signature is checked; refuses with the place of the argument at fault.

    Args:
        function: the function called.
        nodes: its arguments; checks replace them where a written figure takes a unit.
        tables: the tables declared for the formula, by name.
        place: where the call stands in the text as typed.
    """

    def __init__(self, function: FormulaFunction, nodes: Sequence[Node], *, tables: Mapping[str, Table], place: tuple[int, int]) -> None:
        self.function = function
        self.nodes = list(nodes)
        self.tables = tables
        self.place = place
        self.table: Table | None = None

    def refuse(self, code: str, index: int | None = None, **values: object) -> NoReturn:
        """Raise a `FormulaError` at one argument, or at the whole call."""
        place = self.place if index is None else self.nodes[index].place
        raise refusal(code, place, function=self.function.name, usage=self.function.usage, number=(index or 0) + 1, **values)

    def count(self, least: int, most: int | None = None, *, odd: bool = False) -> None:
        """Refuse another number of arguments than `least` to `most` (no limit: None)."""
        given = len(self.nodes)
        if given < least or (most is not None and given > most) or (odd and given % 2 == 0):
            wanted = f"{least}" if most == least else f"≥ {least}" if most is None else f"{least}-{most}"
            self.refuse("formula.wrong_count", wanted=wanted, given=given)

    def want(self, index: int, wanted: Type) -> None:
        """Refuse an argument of another type."""
        node = adapt(self.nodes[index], wanted)
        if node is None:
            self.refuse("formula.wrong_type", index, wanted=wanted, given=self.nodes[index].type)
        self.nodes[index] = node

    def want_kind(self, index: int, kinds: frozenset[Kind] = QUANTITIES) -> Type:
        """Return the type of an argument; refuse it if its kind is not among `kinds`."""
        given = self.nodes[index].type
        if given.kind not in kinds:
            self.refuse("formula.wrong_type", index, wanted=", ".join(sorted(kinds)), given=given)
        return given

    def unify(self, indices: Sequence[int]) -> Type:
        """Return the one type that these arguments have; refuse them if they have not."""
        nodes, type_ = unify([self.nodes[index] for index in indices], self.function.name)
        for index, node in zip(indices, nodes, strict=True):
            self.nodes[index] = node
        return type_

    def want_ascending(self, indices: Sequence[int]) -> None:
        """Refuse bounds that are written out and do not rise."""
        for lower, upper in itertools.pairwise(indices):
            low, high = (self.nodes[index] for index in (lower, upper))
            if low.operation == high.operation == "literal" and not low.value < high.value:  # type: ignore[operator]  # unified before: one type
                self.refuse("formula.not_ascending", upper, shown=high.value)
