"""The words of the tree page: complete in Chinese, and all that its scripts ask for is there."""

from __future__ import annotations

import re
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import bole_admin
import bole_reorganisation

FOLDER = Path(bole_reorganisation.__file__).parent
SCRIPTS = "\n".join(path.read_text("utf-8") for path in sorted((FOLDER / "static" / "tree").glob("*.js")))
TEMPLATES = "\n".join(path.read_text("utf-8") for path in sorted((FOLDER / "templates" / "bole_reorganisation").glob("tree*.html")))
WORDS = (FOLDER / "templates" / "bole_reorganisation" / "tree_words.html").read_text("utf-8")
PLACE = re.compile(r"\{(\w+)\}")


def chinese() -> dict[str, str]:
    """The plugin's catalog: sentence to text."""
    with (FOLDER / "locale" / "zh" / "LC_MESSAGES" / "reorganisation.po").open("rb") as file:
        return {message.id: message.string for message in read_po(file, locale="zh", abort_invalid=True) if message.id}


def test_every_sentence_is_there_in_chinese() -> None:
    """No sentence of a template lacks its translation, none is left over, and the places to fill are the same."""
    methods = [("**.html", "jinja2.ext:babel_extract")]
    sentences = {message for _, _, message, _, _ in extract_from_dir(FOLDER / "templates", methods, keywords={"_": None})}

    assert sentences == {message for message, text in chinese().items() if text}
    assert {message for message, text in chinese().items() if set(PLACE.findall(message)) != set(PLACE.findall(text))} == set()


def test_every_word_that_a_script_says_is_there() -> None:
    """A key that a script names is one of the page's words."""
    keys = set(re.findall(r'^  "(\w+)": _\(', WORDS, re.MULTILINE))

    asked = set(re.findall(r'\bword\(\s*"(\w+)"', SCRIPTS))

    assert asked - keys == set()
    assert {key for key in keys if not re.search(rf'"{key}"|`{key.split("_")[0]}_\$', SCRIPTS)} == set()


def test_every_icon_is_drawn() -> None:
    """What pages and scripts show as an icon is in the back office's sheet of icons."""
    drawn = set(re.findall(r'symbol id="([\w-]+)"', (Path(bole_admin.__file__).parent / "static" / "icons.svg").read_text("utf-8")))

    asked = set(re.findall(r'\bicon\("([\w-]+)"', SCRIPTS + TEMPLATES))
    asked |= set(re.findall(r'\w+: "(\w+)"', " ".join(re.findall(r"^const (?:MARKS|SIGNS) = .*$", SCRIPTS, re.MULTILINE))))

    assert asked - drawn == set()


def test_every_address_that_a_script_asks_is_one_of_the_page() -> None:
    """Each place that a script asks or tells is among those that the page comes with."""
    from bole_reorganisation.admin.tree import OF_DRAFT, PLACES  # only here, so that the other tests need no Flask-Admin

    asked = set(re.findall(r'\b(?:ask|tell|address)\("(\w+)"', SCRIPTS))

    assert asked - {*PLACES, *OF_DRAFT} == set()
