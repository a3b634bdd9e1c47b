"""Statements: legal entities, departments, plans and rules written out in TOML, all of a file or nothing of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from marshmallow import ValidationError
from sqlalchemy import select

from bole import (
    FOREVER,
    MILLION,
    UNTIL_REVISED,
    FieldType,
    ImportOutcome,
    ImportRow,
    ImportTarget,
    Item,
    Problem,
    Work,
    tables,
    unit_of_work,
    write_plan_version,
    write_rule,
)
from bole_connectors.problems import problems_of, shown, suggestion
from bole_connectors.reading import read_toml, refused
from bole_connectors.statement_schema import StatementsSchema

_OWN = ("connector", "about", "plans", "rules")
_PYTHON: Mapping[FieldType, tuple[type, ...]] = {
    FieldType.TEXT: (str,),
    FieldType.INTEGER: (int,),
    FieldType.DECIMAL: (int, Decimal),
    FieldType.MONEY: (int, Decimal),
    FieldType.DATE: (date,),
    FieldType.MOMENT: (datetime,),
    FieldType.FLAG: (bool,),
}


def state(work: Work, path: Path, files: Sequence[str]) -> ImportOutcome:
    """
    Record what a file states, in the order of the file, and what `files` state after it; a repetition changes nothing.

    Args:
        files: further files of statements; folders, and the file itself, count for nothing.

    Raises:
        NotFound: there is no such file.
        ProblemsFound: anything in it is wrong (all that can be told together is); nothing of it was recorded.
    """
    outcome = ImportOutcome()
    further = [Path(file) for file in files if not Path(file).is_dir() and Path(file).resolve() != path.resolve()]
    with unit_of_work(work.session):
        for each in (path, *further):
            outcome += _state(work, each)
    return outcome


def read_statements(work: Work, path: Path) -> dict[str, Any]:
    """
    Return the statements of a file, checked as far as that can be done without writing: tables in the order of the file.

    Raises:
        NotFound, ProblemsFound: as for `state`.
    """
    document = read_toml(path)
    try:
        loaded: dict[str, Any] = dict(StatementsSchema().load(document))
    except ValidationError as error:
        raise refused(path, problems_of(path, error.messages, StatementsSchema(), document)) from error
    targets = work.host.registry.import_targets
    problems = [problem for name in document if name not in _OWN for problem in _check(path, targets, name, document[name])]
    if problems:
        raise refused(path, problems)
    return {name: loaded[name] for name in document if name not in ("connector", "about")}


def _check(path: Path, targets: Mapping[str, ImportTarget], name: str, entries: Any) -> Iterator[Problem]:
    if name not in targets:
        yield Problem(str(path), 0, name, "", "is no import target.", suggestion(name, [*targets, "plans", "rules"], "There are"))
        return
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        yield Problem(str(path), 0, name, "", "is no list of tables.", f"Write each entry under [[{name}]].")
        return
    known = {field.name: field for field in targets[name].fields}
    for number, entry in enumerate(entries, 1):
        for key, value in entry.items():
            at, field = f"{name}.{number}.{key}", known.get(key)
            if field is None:
                yield Problem(str(path), 0, at, shown(value), f"{name} has no such field.", suggestion(key, known))
            elif not _fits(field.type, value):
                yield Problem(str(path), 0, at, shown(value), f"must be a {field.type}.", "See docs/connectors.md for how TOML writes it.")
        missing = [field.name for field in targets[name].fields if field.required and field.name not in entry]
        for key in missing:
            yield Problem(str(path), 0, f"{name}.{number}.{key}", "", "is missing.")


def _fits(type: FieldType, value: object) -> bool:
    if isinstance(value, bool | datetime):
        return type is (FieldType.FLAG if isinstance(value, bool) else FieldType.MOMENT)
    return isinstance(value, _PYTHON[type])


def _state(work: Work, path: Path) -> ImportOutcome:
    outcome = ImportOutcome()
    for name, entries in read_statements(work, path).items():
        if name in ("plans", "rules"):
            said = [(_plan if name == "plans" else _rule)(work, entry) for entry in entries]
            outcome += ImportOutcome(recorded=said.count(True), unchanged=said.count(False))
            continue
        rows = [ImportRow(f"{path} [{name}]", number, _exact(entry)) for number, entry in enumerate(entries, 1)]
        done = work.host.registry.import_targets[name].load(work, [rows], {})
        if done.problems:
            raise refused(path, list(done.problems))
        outcome += done
    return outcome


def _exact(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {key: Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value for key, value in entry.items()}


def _plan(work: Work, given: Mapping[str, Any]) -> bool:
    """Write a plan version and return true; return false where the same one stands already."""
    version, plan = tables.PlanVersion, tables.Plan
    query = select(version).join(plan).where(plan.code == given["code"], version.known_to == UNTIL_REVISED, version.valid_from == given["valid_from"])
    wanted = (given["audience"], given["priority"], sorted(_figures(item.indicator, item) for item in given["items"]))
    for held in work.session.scalars(query):
        # A later version may have ended this one; saying again what it said must not bring it back.
        ends = given["valid_to"] in (held.valid_to, FOREVER)
        if ends and wanted == (held.audience, held.priority, sorted(_stored(item) for item in held.items)):
            return False
    write_plan_version(work, **{name: value for name, value in given.items() if name != "code"}, code=given["code"])
    return True


def _figures(indicator: str, item: Item) -> tuple[str, ...]:
    figures = (item.weight, item.target, item.cap, item.gate_below, item.gate_factor)
    return (indicator, *("" if figure is None else str(int(figure * MILLION)) for figure in figures))


def _stored(item: tables.PlanItem) -> tuple[str, ...]:
    figures = (item.weight, item.target, item.cap, item.gate_below, item.gate_factor)
    return (item.indicator.code, *("" if figure is None else str(figure) for figure in figures))


def _rule(work: Work, given: Mapping[str, Any]) -> bool:
    """Write a rule and return true; return false where the same one stands already."""
    rule = tables.IncentiveRule
    query = select(rule).where(rule.code == given["code"], rule.valid_from == given["valid_from"]).order_by(rule.number.desc()).limit(1)
    held = work.session.scalar(query)
    parameters = json.loads(json.dumps(given["parameters"], default=str))
    if (
        held is not None
        and given["valid_to"] in (held.valid_to, FOREVER)
        and (given["type_code"], given["period_kind"].value, given["audience"], given["label"].zh, given["label"].en, parameters)
        == (held.type_code, held.period_kind, held.audience, held.label_zh, held.label_en, held.parameters)
    ):
        return False
    write_rule(
        work, **{name: value for name, value in given.items() if name not in ("code", "parameters")}, code=given["code"], parameters=parameters
    )
    return True
