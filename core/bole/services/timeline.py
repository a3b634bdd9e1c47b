"""
A line of half-open spans, and the line that a new fact leaves. Pure: knows no database.

A line holds at most one span at any day. Laying a fact over it cuts the spans it
touches, and touches only those days on which something becomes different.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Any

from bole.errors import InvalidValue
from bole.values import FOREVER

Values = tuple[Any, ...]
Line = Sequence["Span"]


@dataclass(frozen=True, slots=True)
class Span:
    """
    Values that hold from `start` up to but not including `end`.

    Args:
        values: in the order of the table's value columns.
        version: the org version that brought them; nothing for a fact just laid.
        row: id of the stored row; nothing for a span that is not stored in this form.
    """

    start: date
    end: date
    values: Values
    version: int | None = None
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """Days with what held on them and what holds on them now; nothing where nothing holds."""

    start: date
    end: date
    before: Span | None
    after: Values | None


def lay(line: Line, start: date, end: date | None, given: Mapping[int, Any] | None, fresh: Values | None) -> Line:
    """
    Return the line after a fact; the very same object where the fact says nothing new.

    Args:
        line: spans in order of time.
        start: first day of the fact.
        end: first day after it. Where it is not given, each value holds until the next day from
            which something else is known of it, or until nothing is known to hold any more.
        given: place of the value to value; nothing at all ends what holds.
        fresh: all values, for days on which nothing held; nothing where `given` does not suffice for that.

    Raises:
        InvalidValue: values are missing for days on which nothing held.
    """
    pieces = _exact(line, start, end, given, fresh) if end is not None else _open(line, start, given, fresh)
    changed = [piece for piece in pieces if piece.after != (piece.before.values if piece.before else None)]
    if not changed:
        return line
    kept = [rest for span in line for rest in _remove(span, changed)]
    return sorted([*kept, *_merge(changed)], key=lambda span: span.start)


def restore(line: Line, stored: Line) -> Line:
    """Return the line with a stored span in place of unstored ones that together say the same."""
    kept = {span.row for span in line}
    result = list(line)
    for span in stored:
        parts = [part for part in result if part.start < span.end and span.start < part.end]
        same = all(part.row is None and part.values == span.values for part in parts)
        if span.row in kept or not parts or not same or (parts[0].start, parts[-1].end) != (span.start, span.end):
            continue
        if all(left.end == right.start for left, right in pairwise(parts)):
            place = result.index(parts[0])
            result[place : place + len(parts)] = [span]
    return result


def at(line: Line, day: date) -> Span | None:
    """Return the span that holds on a day."""
    return next((span for span in line if span.start <= day < span.end), None)


def _exact(line: Line, start: date, end: date, given: Mapping[int, Any] | None, fresh: Values | None) -> Iterator[Piece]:
    day = start
    for span in line:
        if span.end <= start or span.start >= end:
            continue
        if day < span.start:
            yield Piece(day, span.start, None, _new(day, given, fresh))
        yield Piece(max(start, span.start), min(end, span.end), span, _replaced(span.values, given))
        day = span.end
    if day < end:
        yield Piece(day, end, None, _new(day, given, fresh))


def _open(line: Line, start: date, given: Mapping[int, Any] | None, fresh: Values | None) -> Iterator[Piece]:
    first = at(line, start)
    if first is None:
        end = next((span.start for span in line if span.start > start), FOREVER)
        yield Piece(start, end, None, _new(start, given, fresh))
        return
    live, day = given, first.start
    for span in line:
        if span.start < first.start:
            continue
        if span.start != day:
            return
        if live is not None:
            live = {place: value for place, value in live.items() if span.values[place] == first.values[place]}
            if not live:
                return
        yield Piece(max(start, span.start), span.end, span, _replaced(span.values, live))
        day = span.end


def _replaced(values: Values, given: Mapping[int, Any] | None) -> Values | None:
    return None if given is None else tuple(given.get(place, value) for place, value in enumerate(values))


def _new(day: date, given: Mapping[int, Any] | None, fresh: Values | None) -> Values | None:
    if given is not None and fresh is None:
        reason = f"nothing is known to hold on {day} that could be changed in part."
        raise InvalidValue("core.nothing_held", reason, "Give all values, or another day.")
    return fresh if given is not None else None


def _remove(span: Span, changed: Sequence[Piece]) -> Iterator[Span]:
    cuts = [piece for piece in changed if piece.before is span]
    if not cuts:
        yield span
        return
    day = span.start
    for cut in cuts:
        if day < cut.start:
            yield replace(span, start=day, end=cut.start, row=None)
        day = cut.end
    if day < span.end:
        yield replace(span, start=day, row=None)


def _merge(changed: Sequence[Piece]) -> Iterator[Span]:
    open_span: Span | None = None
    for piece in changed:
        if open_span and (open_span.end, open_span.values) == (piece.start, piece.after):
            open_span = replace(open_span, end=piece.end)
            continue
        if open_span:
            yield open_span
        open_span = Span(piece.start, piece.end, piece.after) if piece.after is not None else None
    if open_span:
        yield open_span


def first_gap(line: Line, start: date, end: date) -> date | None:
    """Return the first day from `start` up to but not including `end` on which nothing holds; nothing where there is none."""
    day = start
    for span in line:
        if span.end <= day:
            continue
        if span.start > day:
            break
        day = span.end
    return day if day < end else None
