"""Texts that come from outside: whether every database and every export can hold them."""

from __future__ import annotations

import re

from bole import InvalidValue

_UNPLAIN = re.compile("[\0\ud800-\udfff]")
"""NUL, which PostgreSQL cannot hold, and halves of characters, which no encoding can."""


def text_flaw(text: str) -> str:
    """Return why a text cannot be stored; nothing where it can."""
    if "\0" in text:
        return "holds a NUL character."
    return "holds half of a character." if _UNPLAIN.search(text) else ""


def cleaned(text: str) -> str:
    """Return a text without what cannot be stored, to be named in an error."""
    return _UNPLAIN.sub("", text)


def plain(text: str, what: str) -> str:
    """
    Return a text that can be stored, and looked for.

    Args:
        what: what it is, with an article, for the error.

    Raises:
        InvalidValue: it holds a NUL character or half of a character.
    """
    flaw = text_flaw(text)
    if flaw:
        raise InvalidValue("reorganisation.unplain_text", f"{what} {text[:80]!r} {flaw}", "Leave it out.")
    return text
