"""Reading mapping files: TOML held against a schema, with every problem named by its key."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

from marshmallow import ValidationError

from bole import NotFound, Problem, ProblemsFound
from bole_connectors.mapping import FileMapping
from bole_connectors.mapping_schema import MappingSchema
from bole_connectors.problems import problems_of


def read_mapping(path: Path) -> FileMapping:
    """
    Return the mapping in a file.

    Raises:
        NotFound: there is no such file.
        ProblemsFound: it is not TOML, or has missing, wrong or unknown keys (all of them named).
    """
    document = read_toml(path)
    try:
        return MappingSchema().built(path, document)
    except ValidationError as error:
        raise refused(path, problems_of(path, error.messages, MappingSchema(), document)) from error


def read_toml(path: Path) -> dict[str, Any]:
    """
    Return the document in a TOML file; its decimal numbers stay exact.

    Raises:
        NotFound: there is no such file.
        ProblemsFound: it is not TOML.
    """
    try:
        return tomllib.loads(path.read_text("utf-8-sig"), parse_float=Decimal)
    except (FileNotFoundError, IsADirectoryError):
        raise NotFound("connectors.mapping_missing", f"there is no mapping file at {path}.", "Give the path of a .toml file.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise refused(path, [Problem(str(path), 0, "", "", f"is not TOML: {error}.", "Mend the file.")]) from error


def refused(path: Path, problems: list[Problem]) -> ProblemsFound:
    """Return the error that names everything wrong with a mapping file."""
    return ProblemsFound(
        "connectors.mapping_invalid",
        f"{path} cannot be used: {len(problems)} problem(s); nothing was imported.",
        problems,
        "See docs/connectors.md for the keys.",
    )
