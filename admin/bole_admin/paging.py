"""Pages of a long list: which rows, and the way to the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

AROUND = 2
"""How many pages are offered on each side of the present one."""


@dataclass(frozen=True)
class Pages:
    """
    The pages of a list.

    Args:
        count: rows on all pages.
        number: the present page, counted from 0.
        address: gives the address of a page.
    """

    count: int
    size: int
    number: int
    address: Callable[[int], str]

    @property
    def total(self) -> int:
        """How many pages there are."""
        return -(-self.count // self.size)

    @property
    def first(self) -> int:
        """Number of the first row on the page, counted from 1; 0 where there is none."""
        return self.number * self.size + 1 if self.number * self.size < self.count else 0

    @property
    def last(self) -> int:
        """Number of the last row on the page."""
        return min((self.number + 1) * self.size, self.count) if self.first else 0

    @property
    def previous(self) -> str:
        """Address of the page before; empty on the first."""
        return self.address(self.number - 1) if self.number > 0 else ""

    @property
    def next(self) -> str:
        """Address of the page after; empty on the last."""
        return self.address(self.number + 1) if self.number + 1 < self.total else ""

    def offered(self) -> Iterator[tuple[int, str]]:
        """Yield number and address of the pages to choose from; 0 and nothing for a gap."""
        shown = sorted({0, self.total - 1, *range(max(self.number - AROUND, 0), min(self.number + AROUND + 1, self.total))})
        before = -1
        for page in shown:
            if page - before > 1:
                yield 0, ""
            yield page + 1, self.address(page)
            before = page
