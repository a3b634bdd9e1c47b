"""Several imports in order, of which all that can be checked is checked before the first one writes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from bole import ImportOutcome, InvalidValue, NotFound, Work
from bole_connectors.importing import OPENERS, prepare
from bole_connectors.problems import MOST, problems_of, suggestion
from bole_connectors.reading import read_toml, refused
from bole_connectors.statements import read_statements, state


class StepsSchema(Schema):
    """A file of steps: mappings and files of statements, each by its path from the folder of this file."""

    class Meta:
        """Refuse what is not declared."""

        unknown = RAISE

    connector = fields.String(required=True)
    about = fields.String()
    steps = fields.List(fields.String(validate=validate.Length(min=1)), required=True, validate=validate.Length(min=1))


def run_steps(work: Work, path: Path, files: Sequence[str]) -> ImportOutcome:
    """
    Run the imports that a file lists, one after another, and return the sum of what they did.

    Args:
        files: one folder, in which each mapping finds the file that it names.

    Raises:
        NotFound, InvalidValue, ProblemsFound: something is wrong with a step or its file; none of the steps was begun.
    """
    if len(files) != 1 or not Path(files[0]).is_dir():
        hint = "Name the folder in which the files of all steps are."
        raise InvalidValue("connectors.no_folder", f"{path} lists steps, and {', '.join(files) or 'nothing'} is not one folder.", hint)
    runs = [_prepared(work, path.parent / step, files[0]) for step in _steps(path)]
    outcome = ImportOutcome()
    for run in runs:
        outcome += run(work)
    untold = outcome.untold + max(0, len(outcome.problems) - MOST)
    return replace(outcome, problems=outcome.problems[:MOST], untold=untold)


def _steps(path: Path) -> list[str]:
    document = read_toml(path)
    try:
        loaded: Mapping[str, Any] = StepsSchema().load(document)
    except ValidationError as error:
        raise refused(path, problems_of(path, error.messages, StepsSchema(), document)) from error
    return list(loaded["steps"])


def _prepared(work: Work, step: Path, folder: str) -> Callable[[Work], ImportOutcome]:
    code = str(read_toml(step).get("connector", ""))
    if code in OPENERS:
        return prepare(work, step, [folder]).run
    if code == "statements":
        read_statements(work, step)
        return lambda work: state(work, step, [])
    connectors = work.host.registry.connectors
    if code == "steps" or code not in connectors:
        hint = suggestion(code, [name for name in connectors if name != "steps"], "There are")
        raise NotFound("connectors.unknown_connector", f"{step} names the connector {code!r}, which cannot be a step.", hint)
    return lambda work: connectors[code].run(work, step, [folder])
