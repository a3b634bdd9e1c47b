"""Reading values off rows: paths through relationships, and names in the reader's language."""

from __future__ import annotations

from typing import Any

from bole_admin.language import LANGUAGES, reader_language


def is_bilingual(model: type[Any], code: str) -> bool:
    """Tell whether a model has the attribute in both languages (``name_zh`` and ``name_en``) instead of once."""
    return not hasattr(model, code) and all(hasattr(model, f"{code}_{language}") for language in LANGUAGES)


def read_value(row: Any, path: str) -> Any:
    """
    Return what stands at a path (``award.currency``); nothing where the way ends early.

    A bilingual attribute gives the reader's language, or the other where that is empty.
    """
    *way, last = path.split(".")
    for step in way:
        row = getattr(row, step)
        if row is None:
            return None
    if not is_bilingual(type(row), last):
        return getattr(row, last)
    own = reader_language()
    return getattr(row, f"{last}_{own}") or next((text for other in LANGUAGES if (text := getattr(row, f"{last}_{other}"))), "")


def attributes_of(model: type[Any], code: str) -> tuple[str, ...]:
    """Return the names of the stored columns behind a code: one, or the two of a bilingual one, the reader's first."""
    if not is_bilingual(model, code):
        return (code,)
    own = reader_language()
    return tuple(f"{code}_{language}" for language in sorted(LANGUAGES, key=lambda language: language != own))
