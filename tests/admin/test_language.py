"""Chinese is complete: every sentence of templates and code is translated, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from flask import Flask

import bole_admin
from bole.contracts.label import Label
from bole_admin.language import Wording, reader_language, spoken
from tests.admin.conftest import Login

FOLDER = Path(bole_admin.__file__).parent
PLACE = re.compile(r"%\((\w+)\)s")


def sentences() -> Iterator[str]:
    """Every message id in the templates and the code."""
    methods = [("**.py", "python"), ("**.html", "jinja2.ext:babel_extract")]
    for _, _, message, _, _ in extract_from_dir(FOLDER, methods, keywords={"_": None, "gettext": None, "told": None, "ngettext": (1, 2)}):
        yield message if isinstance(message, str) else message[0]


def chinese() -> dict[str, str]:
    """The catalog: message id to text."""
    with (FOLDER / "locale" / "zh" / "LC_MESSAGES" / "bole_admin.po").open("rb") as file:
        catalog = read_po(file, locale="zh", abort_invalid=True)
    found = {}
    for message in catalog:
        if message.id:
            assert not message.fuzzy, message.id
            found[message.id if isinstance(message.id, str) else message.id[0]] = (
                message.string if isinstance(message.string, str) else message.string[0]
            )
    return found


def test_every_sentence_is_there_in_chinese() -> None:
    """No sentence lacks a translation, and no translation lacks its sentence."""
    assert set(sentences()) == {message for message, text in chinese().items() if text}
    assert len(chinese()) > 150


def test_translations_keep_the_places() -> None:
    """A translation has exactly the places to fill that its sentence has."""
    for message, text in chinese().items():
        assert set(PLACE.findall(text)) == set(PLACE.findall(message)), message


def test_no_template_holds_bare_words() -> None:
    """What a template says goes through the catalog: no letters stand between tags outside of expressions."""
    for path in sorted((FOLDER / "templates").rglob("*.html")):
        text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", path.read_text("utf-8"), flags=re.DOTALL)
        words = [word.strip() for word in re.findall(r">([^<>]*)<", text) if re.search(r"[A-Za-z]{2,}", word) and not word.strip().startswith("&#")]
        assert words == [], path.name


def test_labels_follow_the_reader(sqlite_site: Flask) -> None:
    """A label that is built once reads in the language of each request; outside of a request in English."""
    label = spoken(Label("员工", "Employees"))
    outer = sqlite_site.wsgi_app.outer

    with outer.test_request_context("/admin/?lang=zh"):
        assert (reader_language(), str(label)) == ("zh", "员工")
    with outer.test_request_context("/admin/?lang=en"):
        assert (reader_language(), str(label)) == ("en", "Employees")
    assert str(label) == "Employees"


def test_numbers_choose_the_form(sqlite_site: Flask) -> None:
    """English has a form for one and a form for more; Chinese has one."""
    wording = Wording()
    outer = sqlite_site.wsgi_app.outer

    found = {}
    for language in ("en", "zh"):
        with outer.test_request_context(f"/?lang={language}"):
            found[language] = [wording.ngettext("%(count)s entry", "%(count)s entries", number, count=number) for number in (0, 1, 2)]

    assert found == {"en": ["0 entries", "1 entry", "2 entries"], "zh": ["0 条", "1 条", "2 条"]}


def test_names_follow_the_reader(reader: Login) -> None:
    """People, departments and periods are named in the reader's language."""
    assert "方静" not in reader().get("/admin/core/employee/3/").get_data(as_text=True)
    assert "Fang Liu" in reader().get("/admin/core/employee/3/").get_data(as_text=True)
    assert "刘芳" in reader(language="zh").get("/admin/core/employee/3/").get_data(as_text=True)
    assert "华东大区" in reader(language="zh").get("/admin/core/department/").get_data(as_text=True)
    assert "East region" in reader().get("/admin/core/department/").get_data(as_text=True)
