"""Counting failures."""

from __future__ import annotations

from datetime import timedelta

from bole.web.throttle import Throttle
from tests.conftest import NOW

MINUTE = timedelta(minutes=1)


def test_failures_count_within_the_window() -> None:
    """Under the limit nobody waits; at it, until the oldest of the last failures has left the window."""
    throttle = Throttle(15 * MINUTE)
    throttle.fail("a", NOW)
    throttle.fail("a", NOW + 5 * MINUTE)

    assert throttle.wait("a", 3, NOW + 5 * MINUTE) == timedelta(0)
    assert throttle.wait("a", 2, NOW + 5 * MINUTE) == 10 * MINUTE
    assert throttle.wait("a", 2, NOW + 15 * MINUTE) == timedelta(0)
    assert throttle.wait("b", 1, NOW) == timedelta(0)


def test_a_key_is_forgotten_on_request() -> None:
    """After forgetting a key it has no failures."""
    throttle = Throttle(15 * MINUTE)
    throttle.fail("a", NOW)

    throttle.forget("a")

    assert throttle.wait("a", 1, NOW) == timedelta(0)


def test_its_size_is_bounded() -> None:
    """It remembers so many keys and no more, those that failed last."""
    throttle = Throttle(15 * MINUTE, size=2)
    for key in "abc":
        throttle.fail(key, NOW)

    assert [throttle.wait(key, 1, NOW) > timedelta(0) for key in "abc"] == [False, True, True]


def test_asking_leaves_no_trace() -> None:
    """Asking about keys that never failed does not make it grow."""
    throttle = Throttle(15 * MINUTE, size=2)
    throttle.fail("a", NOW)
    for number in range(10):
        throttle.wait(f"k{number}", 1, NOW)

    assert throttle.wait("a", 1, NOW) > timedelta(0)
