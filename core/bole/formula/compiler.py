"""The typed tree as one Polars expression, and as one for each of its parts."""

from __future__ import annotations

import functools
from collections.abc import Mapping

import polars as pl

from bole.formula.columns import Column, Columns
from bole.formula.errors import refusal
from bole.formula.tree import Node, Step
from bole.formula.types import Kind, Plain, Stored

COLUMNS = Columns()


def column(node: Node) -> Column:
    """Return the column of a node."""
    if node.operation in ("multiply", "divide"):
        return _chain(node)
    parts = [column(argument) for argument in node.arguments]
    if node.function is not None:
        return node.function.compile(COLUMNS, node, parts)
    match node.operation:
        case "literal":
            stored = node.type.store(node.value)  # type: ignore[arg-type]  # a literal's value is plain
            assert stored is not None
            return COLUMNS.literal(stored, node.type.places)
        case "name":
            return COLUMNS.name(str(node.value), node.type)
        case "as":
            return COLUMNS.convert(parts[0], node.type)
        case "negate":
            return COLUMNS.negate(parts[0])
        case "add":
            return COLUMNS.add(*parts)
        case "subtract":
            difference = COLUMNS.subtract(*parts)
            return COLUMNS.hours(difference) if node.arguments[0].type.kind is Kind.MOMENT else difference
        case "power":
            return functools.reduce(COLUMNS.multiply, parts * int(str(node.value)))
        case _:
            return COLUMNS.compare(str(node.value), *parts)


def _chain(node: Node) -> Column:
    """Return a row of multiplications and divisions: everything is multiplied first and divided once, at the end."""
    numerators, denominators = _factors(node)
    product = functools.reduce(COLUMNS.multiply, numerators)
    return COLUMNS.divide(product, functools.reduce(COLUMNS.multiply, denominators)) if denominators else product


def _factors(node: Node) -> tuple[list[Column], list[Column]]:
    if node.operation == "multiply":
        (left, left_divisors), (right, right_divisors) = (_factors(argument) for argument in node.arguments)
        return left + right, left_divisors + right_divisors
    if node.operation == "divide":
        numerators, denominators = _factors(node.arguments[0])
        return numerators, [*denominators, column(node.arguments[1])]
    return [column(node)], []


def run(root: Node, text: str, frame: pl.DataFrame, expressions: Mapping[str, pl.Expr]) -> pl.DataFrame:
    """
    Return a frame of the expressions of a formula over `frame`, one row for each of its rows.

    Raises:
        FormulaError: a column that the formula uses is missing, or Polars refuses a value or a column.
    """
    for name in sorted(root.names.keys() - set(frame.columns)):
        raise refusal("formula.missing_column", (0, 0), text, shown=name)
    try:
        return frame.with_columns(**expressions).select(*expressions)
    except pl.exceptions.PolarsError as error:
        raise refusal("formula.out_of_range", (0, 0), text, reason=str(error).partition("\n")[0]) from error


def explain(root: Node, text: str, row: Mapping[str, Stored | Plain]) -> Step:
    """Return the result for one row with every step that led to it; see `Formula.explain`."""
    cells = [COLUMNS.cell(name, type_, row[name]) for name, type_ in root.names.items() if name in row]
    expressions: dict[str, pl.Expr] = {}
    shares: dict[int, dict[str, str]] = {}
    for node in root.walk():
        expressions[f"{id(node)}"] = column(node).expr
        shares[id(node)] = {}
        if node.function is not None and node.function.parts is not None:
            parts = node.function.parts(COLUMNS, node, [column(argument) for argument in node.arguments])
            for number, (first, last, part) in enumerate(parts):
                expressions[f"{id(node)} {number}"] = COLUMNS.rescale(part, node.type.places).expr
                shares[id(node)][f"{id(node)} {number}"] = text[first.span[0] : last.span[1]]
    values = run(root, text, pl.DataFrame([pl.Series("", [0]), *cells]), expressions).row(0, named=True)

    def step(node: Node) -> Step:
        inner = node.arguments[0] if node.operation == "as" else node
        steps = [step(argument) for argument in inner.arguments if argument.operation != "literal"]
        steps += [Step(share, node.type.read(values[key]), node.type) for key, share in shares[id(inner)].items()]
        explanation = inner.function.explanation if inner.function else ""
        return Step(text[slice(*inner.span)], node.type.read(values[f"{id(node)}"]), node.type, tuple(steps), explanation)

    return step(root)
