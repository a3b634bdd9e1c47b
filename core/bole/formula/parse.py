"""From tokens to the typed tree: Python's parser, an allow-list of nodes, then the types."""

from __future__ import annotations

import ast
import dataclasses
import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal

from bole.formula.errors import FormulaError, FormulaProblem, refusal
from bole.formula.functions import Call, Functions
from bole.formula.tokens import RESERVED, Token, join, python_source
from bole.formula.tree import Node, Table, Value, adapt, difference_type, mismatch, product_type, quotient_type, unify
from bole.formula.types import MAX_PLACES, NUMBER, QUANTITIES, RATIO, TEXT, TRUTH, Kind, Type, money
from bole.values import Money

MAX_DEPTH = 40
MAX_SIZE = 4_000
MAX_EXPONENT = 10
_OPERATORS: Mapping[type, str] = {ast.Add: "add", ast.Sub: "subtract", ast.Mult: "multiply", ast.Div: "divide", ast.Pow: "power"}
_SIGNS = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/"}
_COMPARISONS: Mapping[type, str] = {ast.Eq: "=", ast.NotEq: "<>", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}


class Parser:
    """
    Builds the typed tree of one formula and collects every problem on the way.

    Args:
        text: the formula as typed.
        tokens: its tokens.
        variables: type by name.
        functions: what may be called.
        tables: tables by name, for LOOKUP.
    """

    def __init__(
        self, text: str, tokens: Sequence[Token], *, variables: Mapping[str, Type], functions: Functions, tables: Mapping[str, Table]
    ) -> None:
        self._text, self._tokens = text, tokens
        self._variables, self._functions, self._tables = variables, functions, tables
        self._spans = join(tokens)[1]
        self._source, self._starts, self._ends = python_source(tokens)
        self._problems: list[FormulaProblem] = []

    def parse(self, result: Type | None) -> Node:
        """
        Return the typed tree.

        Raises:
            FormulaError: with every problem found.
        """
        self._refuse_bad_variables()
        root = self._build(self._syntax())
        if root is not None and result is not None:
            fitting = adapt(root, result)
            if fitting is None:
                self._note("formula.wrong_result", root.place, given=root.type, wanted=result)
            root = fitting
        if root is not None and root.size > MAX_SIZE:
            self._note("formula.too_large", (0, 0), count=root.size, limit=MAX_SIZE)
        if self._problems or root is None:
            raise FormulaError(self._text, sorted(self._problems, key=lambda problem: problem.start))
        return root

    def _refuse_bad_variables(self) -> None:
        for name in self._variables:
            taken = name.casefold() in RESERVED or name.casefold() in self._functions.spellings
            if taken or not name.isidentifier() or name[0] == "_" or unicodedata.normalize("NFKC", name) != name:
                self._note("formula.bad_variable", (0, 0), shown=name)

    def _note(self, code: str, place: tuple[int, int], **values: object) -> None:
        self._problems.append(FormulaProblem(code, *place, {name: str(value) for name, value in values.items()}))

    def _syntax(self) -> ast.expr:
        try:
            body = ast.parse(self._source, mode="eval").body
        except SyntaxError as error:
            column = (error.offset or len(self._source)) - 1  # without an offset the end is what is wrong
            place = self._tokens[max(token for start, token in self._starts.items() if start <= column)].place
            raise refusal("formula.syntax", place, shown=self._text[slice(*place)]) from error
        except (RecursionError, MemoryError, ValueError, OverflowError) as error:
            raise refusal("formula.too_deep", limit=MAX_DEPTH) from error
        level: list[ast.AST] = [body]
        for _ in range(MAX_DEPTH):
            level = [child for node in level for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)]
            if not level:
                return body
        raise refusal("formula.too_deep", limit=MAX_DEPTH)

    def _build(self, node: ast.expr) -> Node | None:
        """Return the typed node, or nothing when it, or a part of it, was refused and noted."""
        try:
            match node:
                case ast.Name():
                    return self._atom(node)
                case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
                    return self._call(self._tokens[int(name[1:])], node, arguments)
                case ast.BinOp(op=ast.Pow()):
                    return self._power(node)
                case ast.BinOp(op=ast.Add() | ast.Sub() | ast.Mult() | ast.Div()):
                    return self._binary(node)
                case ast.UnaryOp(op=ast.USub() | ast.UAdd()):
                    return self._signed(node)
                case ast.UnaryOp(op=ast.Not(), operand=operand):
                    return self._called("NOT", node, [self._build(operand)])
                case ast.BoolOp(op=ast.And() | ast.Or(), values=values):
                    return self._called("AND" if isinstance(node.op, ast.And) else "OR", node, [self._build(value) for value in values])
                case ast.Compare(ops=signs) if all(type(sign) in _COMPARISONS for sign in signs):
                    return self._comparison(node)
            place = self._place(node)
            raise refusal("formula.not_allowed", place, shown=self._text[slice(*place)])
        except FormulaError as error:
            self._problems += error.problems
            return None

    def _place(self, node: ast.expr) -> tuple[int, int]:
        first, last = self._starts[node.col_offset], self._ends[node.end_col_offset or 0]
        return self._tokens[first].place[0], self._tokens[last].place[1]

    def _node(self, operation: str, type_: Type, at: ast.expr, arguments: Sequence[Node] = (), value: Value = None) -> Node:
        first, last = self._starts[at.col_offset], self._ends[at.end_col_offset or 0]
        span = (self._spans[first][0], self._spans[last][1])
        return Node(operation, type_, self._place(at), span, tuple(arguments), value, size=1 + sum(part.size for part in arguments))

    def _atom(self, node: ast.Name) -> Node:
        token = self._tokens[int(node.id[1:])]
        if token.kind == "name":
            type_ = self._variables.get(token.text)
            if type_ is None:
                raise refusal("formula.unknown_name", token.place, shown=token.text, known=", ".join(self._variables) or "none")
            return self._node("name", dataclasses.replace(type_, written=False), node, value=token.text)
        if isinstance(token.value, Decimal):
            return self._figure(token, node)
        return self._node("literal", TRUTH if token.kind == "truth" else TEXT, node, value=token.value)

    def _figure(self, token: Token, node: ast.Name) -> Node:
        assert isinstance(token.value, Decimal)
        exponent = token.value.normalize().as_tuple().exponent
        places = max(0, -int(exponent))
        if token.kind == "money":
            unit = money(token.currency)
            return self._node("literal", unit.at(max(0, places - unit.shift)), node, value=Money(token.value, token.currency))
        if token.kind == "percent":
            return self._node("literal", RATIO.at(places), node, value=token.value)
        return self._node("literal", dataclasses.replace(NUMBER, places=places, written=True), node, value=token.value)

    def _call(self, token: Token, node: ast.Call, arguments: Sequence[ast.expr]) -> Node | None:
        if token.kind != "function":
            raise refusal("formula.syntax", token.place, shown=token.text)
        return self._called(token.text, node, [self._build(argument) for argument in arguments])

    def _called(self, name: str, at: ast.expr, arguments: Sequence[Node | None]) -> Node | None:
        function = self._functions.by_name.get(name)
        if function is None:
            token = self._tokens[self._starts[at.col_offset]]
            raise refusal("formula.unknown_function", token.place, shown=name, known=", ".join(self._functions.by_name))
        nodes = [argument for argument in arguments if argument is not None]
        if len(nodes) < len(arguments):
            return None
        call = Call(function, nodes, tables=self._tables, place=self._place(at))
        node = self._node("call", function.check(call), at, call.nodes, call.table)
        return dataclasses.replace(node, function=function, size=function.size(call.nodes, call.table))

    def _binary(self, node: ast.BinOp) -> Node | None:
        operation = _OPERATORS[type(node.op)]
        if operation == "divide" and isinstance(node.left, ast.BinOp) and isinstance(node.left.op, ast.Mult):
            return self._share(node, node.left)
        return self._combined(operation, node, self._build(node.left), self._build(node.right))

    def _share(self, node: ast.BinOp, product: ast.BinOp) -> Node | None:
        """Return ``bonus * actual / target`` as ``bonus * (actual / target)``: money × money is nothing, the quotient is a ratio."""
        left, middle, right = self._build(product.left), self._build(product.right), self._build(node.right)
        if left is None or middle is None or right is None:
            return None
        if left.type.kind is middle.type.kind is right.type.kind is Kind.MONEY:
            share = self._combined("divide", node, middle, right)
            if share is not None:
                share = dataclasses.replace(share, place=(middle.place[0], right.place[1]), span=(middle.span[0], right.span[1]))
            return self._combined("multiply", node, left, share)
        return self._combined("divide", node, self._combined("multiply", product, left, middle), right)

    def _combined(self, operation: str, at: ast.expr, left: Node | None, right: Node | None) -> Node | None:
        if left is None or right is None:
            return None
        type_: Type | None
        if operation in ("multiply", "divide"):
            type_ = (product_type if operation == "multiply" else quotient_type)(left.type, right.type)
        else:
            type_ = difference_type(left.type, right.type) if operation == "subtract" else None
            if type_ is None:
                (left, right), type_ = unify([left, right], _SIGNS[operation])
                type_ = type_ if type_.kind in QUANTITIES else None
        if type_ is None:
            raise mismatch(_SIGNS[operation], (left.place[0], right.place[1]), left.type, right.type)
        return self._node(operation, type_, at, (left, right))

    def _power(self, node: ast.BinOp) -> Node | None:
        base, exponent = self._build(node.left), self._build(node.right)
        if base is None or exponent is None:
            return None
        if exponent.operation != "literal" or not exponent.type.written or exponent.value not in range(1, MAX_EXPONENT + 1):
            raise refusal("formula.bad_exponent", exponent.place, shown=self._text[slice(*exponent.place)], limit=MAX_EXPONENT)
        if base.type.kind not in (Kind.NUMBER, Kind.RATIO):
            raise mismatch("^", (base.place[0], exponent.place[1]), base.type, exponent.type)
        assert isinstance(exponent.value, Decimal)
        times = int(exponent.value)
        type_ = dataclasses.replace(base.type, places=min(MAX_PLACES, base.type.places * times))
        return dataclasses.replace(self._node("power", type_, node, (base,), times), size=1 + base.size * times)

    def _signed(self, node: ast.UnaryOp) -> Node | None:
        operand = self._build(node.operand)
        if operand is None:
            return None
        if operand.type.kind not in QUANTITIES:
            raise refusal("formula.type_mismatch", operand.place, operation="-", left=operand.type, right=operand.type)
        negative = isinstance(node.op, ast.USub)
        if operand.operation == "literal":
            value = -operand.value if negative else operand.value  # type: ignore[operator]  # quantities are Decimal or Money
            return self._node("literal", operand.type, node, value=value)
        return self._node("negate", operand.type, node, (operand,)) if negative else operand

    def _comparison(self, node: ast.Compare) -> Node | None:
        """Return ``a < b``, and ``a < b < c`` as both comparisons together."""
        operands = [self._build(operand) for operand in (node.left, *node.comparators)]
        nodes = [operand for operand in operands if operand is not None]
        if len(nodes) < len(operands):
            return None
        links = []
        for op, left, right in zip(node.ops, nodes, nodes[1:], strict=False):
            sign = _COMPARISONS[type(op)]
            pair, type_ = unify([left, right], sign)
            if type_.kind in (Kind.TEXT, Kind.TRUTH) and sign not in ("=", "<>"):
                raise mismatch(sign, (left.place[0], right.place[1]), left.type, right.type)
            links.append(self._node("compare", TRUTH, node, pair, sign))
        return links[0] if len(links) == 1 else self._called("AND", node, links)
