"""A name in the two languages that every screen and statement speaks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Label:
    """A text in Chinese and in English."""

    zh: str
    en: str

    def of(self, locale: str) -> str:
        """Return the text for a locale such as ``zh``, ``zh_CN`` or ``en``."""
        return self.zh if locale.lower().startswith("zh") else self.en
