"""What the commands print: lists in columns, differences marked and coloured."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol

import click

from bole import Clock, Database, Explained, Host, Verb, Work, count_lines, deliver

Day = click.DateTime(["%Y-%m-%d"])

_ADDED, _CLOSED, _ALTERED = ("+", "green"), ("-", "red"), ("~", "yellow")
_MARKS = {Verb.ADDED: _ADDED, Verb.JOINED: _ADDED, Verb.CLOSED: _CLOSED, Verb.LEFT: _CLOSED}


class Deployment(Protocol):
    """What the program hands its commands."""

    @property
    def lang(self) -> str:
        """The language to answer in."""

    @property
    def database(self) -> Database:
        """Where news of what was done waits to be delivered."""

    @property
    def host(self) -> Host:
        """The enabled plugins."""

    @property
    def clock(self) -> Clock:
        """Tells the time."""

    def work(self) -> AbstractContextManager[Work]:
        """Lend a unit of work on the system's behalf."""


def tell_lines(lines: Sequence[Explained], lang: str, *, indent: str = "") -> None:
    """Print what is different, one line each: + for what begins, - for what ends, ~ for what becomes otherwise."""
    if not lines:
        click.echo(f"{indent}nothing is different")
    for each in lines:
        mark, colour = _MARKS.get(each.line.verb, _ALTERED)
        deeper = "  " if each.line.follows else ""
        click.echo(indent + deeper + click.style(f"{mark} {each.sentence.of(lang)}", fg=colour))


def tell_counts(lines: Sequence[Explained], *, indent: str = "") -> None:
    """Print how many lines of each kind there are, one line for each part of the organisation."""
    for part, verbs in count_lines(each.line for each in lines).items():
        said = ", ".join(f"{number} {verb.replace('_', ' ')}" for verb, number in verbs.items())
        click.echo(f"{indent}{part}s: {said}")


def documents(lines: Sequence[Explained]) -> list[dict[str, Any]]:
    """Return what is different as plain JSON."""
    return [
        {
            "verb": each.line.verb,
            "part": each.line.part,
            "code": each.line.code,
            "zh": each.sentence.zh,
            "en": each.sentence.en,
            "others": list(each.line.others),
            "fields": [{"field": name, "before": _plain(before), "after": _plain(after)} for name, before, after in each.line.fields],
            "size": each.line.size,
            "follows": each.line.follows,
        }
        for each in lines
    ]


def tell_table(rows: Iterable[Sequence[str]]) -> None:
    """Print rows in columns as wide as they need."""
    listed = [tuple(row) for row in rows]
    widths = [max(len(cell) for cell in column) for column in zip(*listed, strict=True)]
    for row in listed:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def moment(value: datetime) -> str:
    """Return a moment to the minute, in UTC."""
    return f"{value:%Y-%m-%d %H:%M}"


def notify(deployment: Deployment) -> None:
    """Deliver the news of what was just done, so that nobody waits for a server to be started."""
    told = deliver(deployment.database, deployment.host, deployment.clock)
    if told:
        click.echo(f"{told} notification(s) delivered", err=True)


def _plain(value: Any) -> str | None:
    return None if value is None else str(value)
