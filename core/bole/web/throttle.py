"""Counting failures, so that passwords cannot be guessed by trying."""

from __future__ import annotations

from collections import OrderedDict, deque
from datetime import datetime, timedelta
from threading import Lock

WINDOW = timedelta(minutes=15)
"""How long a failed login counts."""


class Throttle:
    """
    Remembers recent failures by key, and says how long a key must wait.

    It forgets the keys used longest ago when there are too many, so its size is bounded.
    Each server process counts for itself.

    Args:
        window: how long a failure counts.
        size: how many keys it remembers.
    """

    def __init__(self, window: timedelta, size: int = 10_000) -> None:
        self._window = window
        self._size = size
        self._failures: OrderedDict[str, deque[datetime]] = OrderedDict()
        self._lock = Lock()

    def wait(self, key: str, limit: int, now: datetime) -> timedelta:
        """Return how long to wait until `key` has fewer than `limit` failures in the window; zero when it has."""
        with self._lock:
            failures = self._recent(key, now)
            return failures[-limit] + self._window - now if len(failures) >= limit else timedelta(0)

    def fail(self, key: str, now: datetime) -> None:
        """Remember one more failure of `key`."""
        with self._lock:
            failures = self._recent(key, now)
            failures.append(now)
            self._failures[key] = failures
            self._failures.move_to_end(key)
            while len(self._failures) > self._size:
                self._failures.popitem(last=False)

    def forget(self, key: str) -> None:
        """Forget the failures of `key`, which has just succeeded."""
        with self._lock:
            self._failures.pop(key, None)

    def _recent(self, key: str, now: datetime) -> deque[datetime]:
        failures = self._failures.get(key) or deque(maxlen=1000)
        while failures and failures[0] + self._window <= now:
            failures.popleft()
        return failures
