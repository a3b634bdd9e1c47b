"""Laying facts over a line of spans."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bole.errors import InvalidValue
from bole.services.timeline import Line, Span, at, first_gap, lay, restore
from bole.values import FOREVER

START = date(2026, 1, 1)
DAYS = 14


def day(number: int) -> date:
    """A day of January 2026; 0 is the first."""
    return START + timedelta(days=number)


def span(start: int, end: int | None, *values: object, row: int | None = None) -> Span:
    """A span of days of January; without end it is open."""
    return Span(day(start), FOREVER if end is None else day(end), values, row=row)


def plain(line: Line) -> list[tuple[object, ...]]:
    """Return start, end and values of every span, days as numbers."""
    return [((each.start - START).days, None if each.end == FOREVER else (each.end - START).days, *each.values) for each in line]


def test_a_fact_over_nothing_makes_one_span():
    """The first fact of a line holds from its first day on."""
    assert plain(lay([], day(3), None, {0: "a"}, ("a",))) == [(3, None, "a")]


def test_a_change_shortens_what_held():
    """What held before a change ends on the day on which the change begins."""
    line = [span(0, None, "a", row=1)]

    assert plain(lay(line, day(5), None, {0: "b"}, ("b",))) == [(0, 5, "a"), (5, None, "b")]


def test_an_open_change_ends_where_something_else_is_known():
    """A change entered late leaves the change that is planned after it."""
    line = [span(0, 10, "a", row=1), span(10, None, "c", row=2)]

    assert plain(lay(line, day(5), None, {0: "b"}, ("b",))) == [(0, 5, "a"), (5, 10, "b"), (10, None, "c")]


def test_a_change_of_one_value_goes_on_through_a_change_of_another():
    """A move from day 5 is still in force after the rename of day 10, which was entered with the old parent."""
    line = [
        span(0, 10, "name", "old parent", row=1),
        span(10, 20, "new name", "old parent", row=2),
        span(20, None, "new name", "third parent", row=3),
    ]

    changed = lay(line, day(5), None, {1: "new parent"}, None)

    assert plain(changed) == [
        (0, 5, "name", "old parent"),
        (5, 10, "name", "new parent"),
        (10, 20, "new name", "new parent"),
        (20, None, "new name", "third parent"),
    ]


def test_an_open_change_keeps_a_known_end():
    """Who leaves on day 10 still leaves on day 10 after a change of department on day 5."""
    assert plain(lay([span(0, 10, "a", row=1)], day(5), None, {0: "b"}, ("b",))) == [(0, 5, "a"), (5, 10, "b")]


def test_an_open_change_in_a_gap_ends_where_the_next_begins():
    """Nothing that is known to begin later is touched."""
    assert plain(lay([span(10, None, "b", row=1)], day(3), None, {0: "a"}, ("a",))) == [(3, 10, "a"), (10, None, "b")]


def test_a_fact_with_an_end_returns_to_what_held():
    """After a stand-in of five days the old value holds again."""
    line = [span(0, None, "a", row=1)]

    assert plain(lay(line, day(5), day(10), {0: "b"}, ("b",))) == [(0, 5, "a"), (5, 10, "b"), (10, None, "a")]


def test_a_fact_with_an_end_covers_everything_within():
    """Several spans and gaps within its days become one span."""
    line = [span(0, 4, "a", row=1), span(6, 8, "c", row=2), span(8, None, "d", row=3)]

    assert plain(lay(line, day(2), day(9), {0: "b"}, ("b",))) == [(0, 2, "a"), (2, 9, "b"), (9, None, "d")]


def test_a_partial_fact_with_an_end_keeps_the_other_values():
    """Each part of the interval keeps the value that the fact does not speak of."""
    line = [span(0, 5, "a", 1, row=1), span(5, None, "b", 1, row=2)]

    assert plain(lay(line, day(3), day(7), {1: 2}, None)) == [(0, 3, "a", 1), (3, 5, "a", 2), (5, 7, "b", 2), (7, None, "b", 1)]


def test_nothing_ends_what_holds():
    """A fact without values takes away what holds without a gap from its first day on, and no more."""
    line = [span(0, 5, "a", row=1), span(5, 8, "b", row=2), span(10, None, "c", row=3)]

    assert plain(lay(line, day(3), None, None, None)) == [(0, 3, "a"), (10, None, "c")]


def test_a_fact_that_says_nothing_new_leaves_the_very_line():
    """The same line comes back, so that nothing is written."""
    line = [span(0, 5, "a", row=1), span(5, None, "b", row=2)]

    assert lay(line, day(0), None, {0: "a"}, ("a",)) is line
    assert lay(line, day(2), day(4), {0: "a"}, ("a",)) is line
    assert lay(line, day(7), None, {0: "b"}, ("b",)) is line


def test_untouched_spans_stay_the_stored_ones():
    """Only what is cut or replaced loses its row."""
    line = [span(0, 5, "a", row=1), span(5, 8, "b", row=2), span(8, None, "c", row=3)]

    assert [each.row for each in lay(line, day(6), None, {0: "x"}, ("x",))] == [1, None, None, 3]


@pytest.mark.parametrize(("start", "end"), [(day(2), None), (day(2), day(12))], ids=["open", "with an end"])
def test_a_partial_fact_needs_something_to_change(start, end):
    """Where nothing holds, a fact must give all values."""
    with pytest.raises(InvalidValue, match="nothing is known to hold on 2026-01-03") as caught:
        lay([span(5, None, "a", 1, row=1)], start, end, {1: 2}, None)

    assert caught.value.code == "core.nothing_held"


def test_a_stored_span_comes_back_for_its_parts():
    """Unstored parts that together say what a stored span says are that span."""
    stored = [span(0, 5, "a", row=1), span(5, None, "b", row=2)]
    line = [span(0, 5, "x"), span(5, 8, "b"), span(8, None, "b")]

    assert restore(line, stored) == [span(0, 5, "x"), stored[1]]


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        pytest.param(0, 8, 5, id="between two spans"),
        pytest.param(0, 5, None, id="covered"),
        pytest.param(7, 9, None, id="covered by the second"),
        pytest.param(6, 7, 6, id="nothing at all"),
        pytest.param(8, 12, 10, id="after the last"),
    ],
)
def test_first_gap(start, end, expected):
    """The first day on which nothing holds is found, or that there is none."""
    line = [span(0, 5, "a"), span(7, 10, "b")]

    assert first_gap(line, day(start), day(end)) == (None if expected is None else day(expected))


VALUES = st.tuples(st.sampled_from("abc"), st.sampled_from("xyz"))
FACTS = st.tuples(
    st.integers(0, DAYS - 1),
    st.none() | st.integers(1, DAYS),
    st.none()
    | VALUES.map(lambda pair: dict(enumerate(pair)))
    | st.sampled_from("abc").map(lambda value: {0: value})
    | st.sampled_from("xyz").map(lambda value: {1: value}),
)
Board = dict[int, tuple[object, ...]]


def by_the_day(board: Board, start: int, end: int | None, given: dict[int, object] | None) -> Board | None:
    """The same rules told day by day; nothing where values are missing."""
    after, fresh = dict(board), tuple(given.values()) if given and len(given) == 2 else None
    if end is not None:
        days = range(start, end)
    elif start in board:
        days = range(start, next((number for number in range(start, DAYS) if number not in board), DAYS))
    else:
        days = range(start, next((number for number in range(start, DAYS) if number in board), DAYS))
    live = set(given or ())
    for number in days:
        old = board.get(number)
        if given is None:
            after.pop(number, None)
        elif old is None:
            if fresh is None:
                return None
            after[number] = fresh
        else:
            if end is None:
                live = {place for place in live if old[place] == board[start][place]}
            after[number] = tuple(given[place] if place in live else value for place, value in enumerate(old))
    return after


def as_board(line: Line) -> Board:
    """What holds on each day."""
    return {number: held.values for number in range(DAYS) if (held := at(line, day(number)))}


@given(st.lists(FACTS, max_size=8))
def test_any_sequence_of_facts_gives_what_a_day_by_day_account_gives(facts):
    """However facts follow each other, spans never overlap and every day holds what the rules say."""
    line: Line = []
    board: Board = {}
    for start, end, values in facts:
        if end is not None and end <= start:
            continue
        told = by_the_day(board, start, end, values)
        fresh = tuple(values.values()) if values and len(values) == 2 else None
        if told is None:
            with pytest.raises(InvalidValue):
                lay(line, day(start), day(end) if end is not None else None, values, fresh)
            continue
        line, board = lay(line, day(start), day(end) if end is not None else None, values, fresh), told

        assert as_board(line) == board
        assert all(left.end <= right.start for left, right in pairwise(line))
        assert all(each.start < each.end for each in line)
