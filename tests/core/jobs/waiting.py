"""Waiting for another thread or process, with an end."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event
from typing import TypeVar

T = TypeVar("T")


def until(question: Callable[[], T], *, seconds: float = 60) -> T:
    """Return the first answer that is true; fail when there is none in time."""
    pause = Event()
    for _ in range(int(seconds / 0.05)):
        answer = question()
        if answer:
            return answer
        pause.wait(0.05)
    raise AssertionError(f"nothing came within {seconds} s")
