"""Answering GraphQL requests: by a compiled plan where the document allows it, else by the executor on the same schema."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, cast

import orjson
from graphql import (
    FieldNode,
    GraphQLError,
    GraphQLResolveInfo,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    execute_sync,
    lexicographic_sort_schema,
)
from graphql import print_schema as print_graphql_schema
from graphql.execution.values import get_variable_values
from sqlalchemy.orm import Session
from structlog import get_logger

from bole.access import Work
from bole.contracts.schema import Connection, Lookup
from bole.db import Database, is_postgresql
from bole.errors import BoleError, InvalidValue
from bole.graphql.assembling import TYPE_KEY, assemble
from bole.graphql.compiling import Compiler
from bole.graphql.documents import Document, InvalidDocument, Recent, read_document
from bole.graphql.fields import NodePlan, Plan, compile_field
from bole.graphql.merging import merge, parts_of
from bole.graphql.plan import Run
from bole.graphql.selections import Selection, Variables, shape_of
from bole.host import Host
from bole.services.visibility import company_day
from bole.values import AS_KNOWN_NOW


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, ready to be sent; `valid` is false where the document itself was refused."""

    body: bytes
    valid: bool = True


@dataclass
class RequestTime:
    """The day of one request, read when first asked for, and what is known by then."""

    work: Work
    _day: date | None = None

    def day(self) -> date:
        """Return today's date where the company is."""
        self._day = self._day or company_day(self.work)
        return self._day

    def now(self) -> datetime:
        """Return the moment at which everything recorded is known."""
        return AS_KNOWN_NOW


@dataclass(frozen=True)
class Question:
    """
    One operation to be answered for one actor; what resolvers find as their context.

    Args:
        run: reads rows, as many as one request may.
    """

    work: Work
    document: Document
    operation: OperationDefinitionNode
    run: Run

    def form(self, variables: Variables) -> tuple[Any, ...]:
        """Return what decides the form of the statements: operation, shape of the variables, and what the actor may see."""
        actor, name = self.work.actor, self.operation.name
        return name and name.value, shape_of(variables), actor.everything, frozenset(actor.grants.items())


class GraphQLService:
    """
    The GraphQL API of one application.

    Args:
        host: whose plugins declare the schema.
        database: where the answers come from.

    Raises:
        StartRefused: the plugins' parts do not fit together.
    """

    def __init__(self, host: Host, database: Database) -> None:
        self.database = database
        self.merged = merge(parts_of(host))
        self.schema: GraphQLSchema = assemble(self.merged, self._resolve)
        self._dialect = database.engine.dialect
        # PostgreSQL shows each statement what is committed, either way; without a transaction around them two round trips are saved.
        self._reading = database.engine.execution_options(isolation_level="AUTOCOMMIT") if is_postgresql(database.engine) else database.engine
        self._documents: Recent[str, Document] = Recent(256)
        self._failures = (BoleError, GraphQLError, ArithmeticError, LookupError, ValueError, cast(Any, self._dialect.dbapi).Error)

    def session(self) -> Session:
        """Return a session to read by; whoever asks for it closes it."""
        return Session(self._reading, expire_on_commit=False)

    def answer(
        self, work: Work, text: str, variables: Mapping[str, Any] | None = None, operation_name: str | None = None, *, read_only: bool = False
    ) -> Answer:
        """
        Return the answer to a document, on behalf of the work's actor; errors are in it.

        Args:
            work: in a session of `session`; what the executor answers gets one of its own.
            read_only: refuse mutations.
        """
        try:
            document = self._documents.get(text, lambda: read_document(self.schema, text))
            operation = document.operation(operation_name)
            if operation is None or operation.operation is OperationType.SUBSCRIPTION:
                raise InvalidValue(
                    "core.graphql_operation", f"the document has no single query or mutation {operation_name or ''!r}.", "Name it in operationName."
                )
            if operation.operation is OperationType.MUTATION and read_only:
                raise InvalidValue("core.graphql_method", "a mutation cannot be sent with GET.", "Send it with POST.")
        except (GraphQLError, BoleError, InvalidDocument) as error:
            return Answer(
                orjson.dumps({"errors": [shown(each) for each in (error.errors if isinstance(error, InvalidDocument) else [error])]}), False
            )
        if operation.operation is OperationType.QUERY:
            answer = self._compiled(self._question(work, document, operation), variables or {})
            if answer is not None:
                return answer
        return self._execute(work, document, operation, variables)

    def execute(self, work: Work, text: str, variables: Mapping[str, Any] | None = None) -> Answer:
        """Return the executor's answer to a query, without a compiled plan for the whole of it."""
        document = read_document(self.schema, text)
        return self._execute(work, document, document.operations[0], variables)

    def _question(self, work: Work, document: Document, operation: OperationDefinitionNode) -> Question:
        cursor = work.session.connection().connection.cursor()
        return Question(work, document, operation, Run(cursor, self._dialect.name == "postgresql", work.actor.employee_id, RequestTime(work)))

    def _compiled(self, question: Question, given: Mapping[str, Any]) -> Answer | None:
        """Return the answer by compiled plans; nothing where there are none, or one of them fails and the executor has to tell."""
        definitions = question.operation.variable_definitions
        variables = get_variable_values(self.schema, definitions, dict(given)) if definitions else {}
        if isinstance(variables, list):
            return None
        try:
            plans = question.document.plans.get(question.form(variables), lambda: self._plans(question, variables))
            if plans is None:
                return None
            question.run.variables = variables
            return Answer(orjson.dumps({"data": {key: question.run.bounded(plan(question.run)) for key, plan in plans}}))
        except self._failures:
            return None

    def _plans(self, question: Question, variables: Variables) -> list[tuple[str, Callable[[Run], Any]]] | None:
        selection = Selection(self.schema, question.document.fragments, variables)
        plans: list[tuple[str, Callable[[Run], Any]]] = []
        for key, nodes in selection.root("Query", question.operation.selection_set).items():
            name = nodes[0].name.value
            if name == "__typename":
                plans.append((key, lambda run: "Query"))
            elif name == "node" or isinstance(self.merged.query.get(name), Connection | Lookup):
                plans.append((key, self._plan(question, selection, nodes)))
            else:
                return None
        return plans

    def _plan(self, question: Question, selection: Selection, nodes: list[FieldNode]) -> Plan:
        declared = self.merged.query.get(nodes[0].name.value)
        compiler = Compiler(self.merged, selection, question.work.actor, self._dialect)
        return compile_field(compiler, declared if isinstance(declared, Connection | Lookup) else None, nodes)

    def _resolve(self, _root: Any, info: GraphQLResolveInfo, **_arguments: Any) -> Any:
        question: Question = info.context
        variables = info.variable_values
        selection = Selection(self.schema, question.document.fragments, variables)
        form = (info.path.key, *question.form(variables))
        plan = question.document.plans.get(form, lambda: self._plan(question, selection, info.field_nodes))
        question.run.variables = variables
        if not isinstance(plan, NodePlan):
            return question.run.bounded(plan(question.run))
        name, found = plan.typed(question.run)
        question.run.bounded(found)
        return found and {**found, TYPE_KEY: name}

    def _execute(self, work: Work, document: Document, operation: OperationDefinitionNode, given: Mapping[str, Any] | None) -> Answer:
        # A function may call a service that writes, which needs a transaction; its connection is given back before another is taken.
        work.session.close()
        with self.database.session() as session:
            result = execute_sync(
                self.schema,
                document.node,
                context_value=self._question(replace(work, session=session), document, operation),
                variable_values=dict(given or {}),
                operation_name=operation.name.value if operation.name else None,
            )
        answer: dict[str, Any] = {"data": result.data}
        if result.errors:
            answer["errors"] = [shown(error) for error in result.errors]
        return Answer(orjson.dumps(answer))


def shown(error: GraphQLError | BoleError) -> dict[str, Any]:
    """Return an error as it stands in an answer; what nobody expected is logged and not told."""
    if isinstance(error, BoleError):
        return {"message": error.message, "extensions": {"code": error.code, "hint": error.hint}}
    told: dict[str, Any] = {"message": error.message, "extensions": {"code": "core.graphql_invalid", "hint": ""}}
    cause = error.original_error
    while isinstance(cause, GraphQLError):
        cause = cause.original_error
    if isinstance(cause, BoleError):
        told |= {"message": cause.message, "extensions": {"code": cause.code, "hint": cause.hint}}
    elif cause is not None:
        get_logger("bole.graphql").error("query failed", path=error.path, exc_info=cause)
        told |= {
            "message": "Something went wrong on the server.",
            "extensions": {"code": "core.internal", "hint": "The server's log has the reason."},
        }
    if error.locations:
        told["locations"] = [{"line": place.line, "column": place.column} for place in error.locations]
    if error.path is not None:
        told["path"] = error.path
    return told


def print_schema(host: Host) -> str:
    """Return the schema of a host's plugins as text, in a stable order."""
    return print_graphql_schema(lexicographic_sort_schema(assemble(merge(parts_of(host)), lambda *_: None))) + "\n"
