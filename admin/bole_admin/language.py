"""The language of whoever reads a page: for labels, and for the back office's own sentences."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from flask import has_request_context
from flask_babel import LazyString, get_locale

from bole.contracts.label import Label
from bole.web.language import Catalogs

LANGUAGES = ("zh", "en")
SOURCE = "en"
"""The language of the message ids."""
FOLDER, DOMAIN = Path(__file__).resolve().parent / "locale", "bole_admin"


class Wording(Catalogs):
    """
    The back office's own sentences in every language, and those of plugins' pages.

    Args:
        catalogs: folder and domain of each plugin's catalogs; of a sentence that both have, the back office's translation counts.
    """

    def __init__(self, catalogs: Iterable[tuple[Path, str]] = ()) -> None:
        super().__init__([*catalogs, (FOLDER, DOMAIN)])

    def gettext(self, message: str, **values: object) -> str:
        """Return a sentence in the reader's language, its ``%(name)s`` places filled."""
        return str(super().gettext(message, **values))

    def ngettext(self, one: str, many: str, number: int, **values: object) -> str:
        """Return the form of a sentence that fits a number."""
        return str(super().ngettext(one, many, number, **values))


def reader_language() -> str:
    """Return the language of whoever reads the page: ``zh`` or ``en`` (outside a request, English)."""
    locale = get_locale() if has_request_context() else None
    return "zh" if locale is not None and locale.language == "zh" else SOURCE


def spoken(label: Label) -> LazyString:
    """Return a label that reads in the language of whoever looks at it, each time anew."""
    return LazyString(lambda: label.of(reader_language()))
