"""In which language a page speaks, and the words for it."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path
from typing import cast
from urllib.parse import urlencode

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, Response, request
from flask_babel import Babel, Domain, get_locale
from flask_security import current_user

from bole.host import Host
from bole.host.discovery import package_folder

LANGUAGES = {"zh": "中文", "en": "English"}
SOURCE = "en"
"""The language of the message ids, which needs no catalog."""
COOKIE = "bole_language"
_YEAR = 365 * 24 * 3600


class Catalogs(Domain):
    """
    The words of the core and of every plugin, read from their ``.po`` files when a language is first spoken.

    Args:
        folders: (folder, domain) of each owner; a catalog is ``folder/<language>/LC_MESSAGES/<domain>.po``.
    """

    def __init__(self, folders: Iterable[tuple[Path, str]]) -> None:
        super().__init__(domain="bole")
        self._folders = tuple(folders)
        self._spoken: dict[str, NullTranslations] = {}

    def get_translations(self) -> NullTranslations:
        """Return the words of the reader's language; the message ids themselves where there are none."""
        locale = get_locale()
        language = locale.language if locale else SOURCE
        if language not in self._spoken:
            self._spoken[language] = self._read(language)
        return self._spoken[language]

    def _read(self, language: str) -> NullTranslations:
        merged: Translations | None = None
        for folder, domain in self._folders:
            path = folder / language / "LC_MESSAGES" / f"{domain}.po"
            if path.is_file():
                compiled = io.BytesIO()
                with path.open("rb") as file:
                    write_mo(compiled, read_po(file, locale=language))
                compiled.seek(0)
                words = Translations(compiled, domain="bole")
                merged = words if merged is None else cast(Translations, merged.merge(words))
        return merged or NullTranslations()


def choose_language() -> str | None:
    """Return the reader's language: as asked for, chosen before, set in the account, or wished by the browser; nothing means the company's."""
    account = getattr(current_user, "locale", None)
    for wish in (request.args.get("lang"), request.cookies.get(COOKIE), account, request.accept_languages.best_match(LANGUAGES)):
        if wish in LANGUAGES:
            return wish
    return None


def language_tag() -> str:
    """Return the reader's language as a page's ``lang`` attribute names it."""
    locale = get_locale()
    return "zh-Hans" if locale is not None and locale.language == "zh" else "en"


def language_query(language: str) -> str:
    """Return the query of the same page in another language."""
    return "?" + urlencode({**request.args.to_dict(), "lang": language})


def speak(app: Flask, host: Host) -> None:
    """Let an application answer in Chinese and English, and remember a choice made with ``?lang=``."""
    folders = [(Path(__file__).parent / "locale", "core")]
    folders += [(package_folder(manifest.package) / "locale", manifest.name) for manifest in host.manifests.values()]
    babel = Babel(app, default_locale=host.config.locale, locale_selector=choose_language)
    # The library's own domain reads compiled catalogs only.
    babel.domain_instance = Catalogs(folders)
    app.jinja_env.globals.update(language_tag=language_tag, language_query=language_query, languages=LANGUAGES)

    def remember(response: Response) -> Response:
        if (wish := request.args.get("lang")) in LANGUAGES:
            secure = app.config["SESSION_COOKIE_SECURE"]
            response.set_cookie(COOKIE, str(wish), max_age=_YEAR, httponly=True, samesite="Lax", secure=secure)
        return response

    app.after_request(remember)
