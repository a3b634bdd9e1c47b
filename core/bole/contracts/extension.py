"""The other things a plugin may bring: commands, jobs, import targets, connectors, org sources, pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from bole.contracts.label import Label

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Blueprint

    from bole.access.work import Work
    from bole.errors import Problem
    from bole.org import OrgSnapshot


@dataclass(frozen=True, slots=True)
class Command:
    """
    A command of the ``bole`` program, loaded only when it is called.

    Args:
        load: ``package.module:attribute`` of a click command.
    """

    name: str
    summary: str
    load: str


class Progress(Protocol):
    """Tells whoever waits how far a job is."""

    def __call__(self, done: int, total: int) -> None:
        """Report `done` of `total` steps."""


@dataclass(frozen=True, slots=True)
class Job:
    """
    Work done apart from the request.

    Args:
        run: takes the unit of work, the job's arguments (plain JSON) and a progress callback; returns plain JSON.
            It may be run again after a crash, and must then end as if it had run once.
        permission: what the actor who asks for it must hold, for the whole company.
        split: cuts the job's arguments into those of its chunks (of a hundred employees each, say), which run
            side by side wherever there is room; a job without is one chunk.
    """

    code: str
    label: Label
    permission: str
    run: Callable[[Work, Mapping[str, Any], Progress], dict[str, Any]]
    split: Callable[[Work, Mapping[str, Any]], Sequence[Mapping[str, Any]]] | None = None


class FieldType(StrEnum):
    """What a column of an import holds."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    MONEY = "money"
    DATE = "date"
    MOMENT = "moment"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class ImportField:
    """One column that an import target takes."""

    name: str
    type: FieldType
    required: bool = False


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One converted row: values by field name, and where it stood."""

    where: str
    row: int
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """
    What an import did: rows by outcome, and every row it could not take.

    Args:
        problems: told one by one.
        untold: how many further problems were only counted, so that a wrong file of a million rows stays readable.
        left_out: reason and number of the rows that were not meant to be imported.
    """

    recorded: int = 0
    corrected: int = 0
    unchanged: int = 0
    problems: tuple[Problem, ...] = ()
    untold: int = 0
    left_out: tuple[tuple[str, int], ...] = ()

    def __add__(self, other: ImportOutcome) -> ImportOutcome:
        left_out = dict(self.left_out)
        for reason, rows in other.left_out:
            left_out[reason] = left_out.get(reason, 0) + rows
        return ImportOutcome(
            self.recorded + other.recorded,
            self.corrected + other.corrected,
            self.unchanged + other.unchanged,
            self.problems + other.problems,
            self.untold + other.untold,
            tuple(left_out.items()),
        )


@dataclass(frozen=True, slots=True)
class ImportTarget:
    """
    Something rows can be imported as: observations, employees, terms.

    Args:
        fields: the columns it takes; ``extra`` true means that further columns become attributes.
        load: takes the unit of work, rows in chunks and the mapping's options; good rows are written, bad ones reported.
    """

    code: str
    label: Label
    fields: tuple[ImportField, ...]
    load: Callable[[Work, Iterable[Sequence[ImportRow]], Mapping[str, Any]], ImportOutcome]
    extra: bool = False


@dataclass(frozen=True, slots=True)
class Connector:
    """
    A way to bring data in from another system.

    Args:
        code: as a mapping file names it.
        run: takes the unit of work, the mapping file's path and the files or addresses to read; returns what it did.
    """

    code: str
    label: Label
    run: Callable[[Work, Path, Sequence[str]], ImportOutcome]


@dataclass(frozen=True, slots=True)
class OrgSource:
    """
    A supplier of org structures from elsewhere.

    Args:
        read: takes the unit of work and an address (a path, a URL); returns what the organisation is there, and writes nothing.
        addresses: takes the same and returns the address of every snapshot that the given one stands for (a folder of
            dated files), the oldest first; where it is not given, an address stands for itself.
    """

    code: str
    label: Label
    read: Callable[[Work, str], OrgSnapshot]
    addresses: Callable[[Work, str], Sequence[str]] | None = None


@dataclass(frozen=True, slots=True)
class Site:
    """Pages a plugin adds to the web application, under ``/<plugin>/``."""

    blueprint: Blueprint
    exempt_from_csrf: bool = False


@dataclass(frozen=True, slots=True)
class PluginNote:
    """What `bole plugins list` and the back office show of one plugin."""

    name: str
    version: str
    enabled: bool
    summary: Label
    permissions: tuple[str, ...] = field(default=())
