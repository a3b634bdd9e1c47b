"""Chance that is the same on every machine and in every version of Python."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """
    A source of chance for one thing, independent of all others.

    Only `random.Random.random` is used, whose sequence Python promises to keep.

    Args:
        name: what it is for; the same name gives the same throws.
    """

    def __init__(self, *name: object) -> None:
        self._random = random.Random(":".join(map(str, name)))

    def share(self) -> float:
        """Return a number from 0 up to but not including 1."""
        return self._random.random()

    def happens(self, chance: float) -> bool:
        """Tell whether something of that chance happens."""
        return self.share() < chance

    def whole(self, least: int, most: int) -> int:
        """Return a whole number, both ends included."""
        return least + int(self.share() * (most - least + 1))

    def one_of(self, things: Sequence[T]) -> T:
        """Return one of several things."""
        return things[int(self.share() * len(things))]

    def normal(self) -> float:
        """Return a standard normal number (Box and Muller's transform)."""
        return math.sqrt(-2 * math.log(1 - self.share())) * math.cos(2 * math.pi * self.share())

    def around(self, middle: float, spread: float) -> float:
        """Return a lognormal number: `middle` is its median, `spread` the deviation of its logarithm."""
        return middle * math.exp(spread * self.normal())

    def how_many(self, expected: float) -> int:
        """Return a Poisson number (Knuth's method), for expectations below some hundred."""
        limit, product, count = math.exp(-expected), self.share(), 0
        while product > limit:
            product *= self.share()
            count += 1
        return count
