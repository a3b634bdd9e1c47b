"""What the tree page refuses: as JSON, with a code and a hint, before anything is written. All of it on one site, for nothing changes it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from bole.access import Work
from bole.db import Database
from bole.models import Model
from bole.services.history import org_versions
from bole_reorganisation.drafts import draft_notes
from tests.conftest import postgresql_database
from tests.plugins.reorganisation.reorganising import department, drafted
from tests.plugins.reorganisation.tree_site import AT, Send, beside, logged_in, sender, site_over


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The site, with a draft of one edit."""
    folder = tmp_path_factory.mktemp("refusals")
    if request.param == "sqlite":
        yield from _filled(f"sqlite:///{folder / 'bole.db'}", folder)
        return
    with postgresql_database(request.getfixturevalue("postgresql_server")) as url:
        yield from _filled(url, folder)


def _filled(url: str, folder: Any) -> Iterator[Flask]:
    database = Database(url)
    Model.metadata.create_all(database.engine)
    site = site_over(database, folder / "instance")
    with database.session() as session:
        drafted(beside(site, session), "plan", department("EAST", name_en="Far east"))
    yield site
    database.engine.dispose()


@pytest.fixture(scope="module")
def client(site: Flask) -> FlaskClient:
    """The administrator's browser."""
    return logged_in(site)


@pytest.fixture(scope="module")
def send(client: FlaskClient) -> Send:
    """Posts JSON as the page's script does; returns status and answer."""
    return sender(client)


@pytest.fixture
def work(site: Flask) -> Iterator[Work]:
    """A unit of work beside the requests."""
    with site.extensions["bole"].database.session() as session:
        yield beside(site, session)


EAST = {"part": "department", "code": "EAST"}


@pytest.mark.parametrize(
    ("place", "said", "code"),
    [
        ("edit/plan", {"edits": ["x"]}, "reorganisation.no_object"),
        ("edit/plan", {"edits": [None]}, "reorganisation.no_object"),
        ("edit/plan", {"edits": [EAST]}, "reorganisation.no_values"),
        ("edit/plan", {"edits": [{**EAST, "values": [1]}]}, "reorganisation.no_values"),
        ("edit/plan", {"edits": [{**EAST, "values": "abc"}]}, "reorganisation.no_values"),
        ("edit/plan", {"edits": [{**EAST, "values": 0}]}, "reorganisation.no_values"),
        ("edit/plan", {"edits": [{**EAST, "code": "X\ud800", "values": {}}]}, "reorganisation.unplain_text"),
        ("edit/plan", {"edits": [{**EAST, "values": {"name_en": "a\ud800"}}]}, "reorganisation.edits_refused"),
        ("edit/plan", {"edits": [], "seen": True}, "reorganisation.no_number"),
        ("edit/plan", {"edits": [], "seen": 10**30}, "reorganisation.no_number"),
        ("undo/plan", {"keys": [1]}, "reorganisation.no_key"),
        ("undo/plan", {"keys": ["ab"]}, "reorganisation.no_key"),
        ("undo/plan", {"keys": [["department", "EAST", "x"]]}, "reorganisation.no_key"),
        ("resolve/plan", {"choices": ["x"]}, "reorganisation.no_object"),
        ("resolve/plan", {"choices": [{**EAST, "field": "parent", "keep": [1]}]}, "reorganisation.no_text"),
        ("start", {"code": "new", "base": {}}, "reorganisation.no_text"),
        ("start", {"code": {}}, "reorganisation.no_text"),
        ("start", {"code": "x\ud800"}, "reorganisation.unplain_text"),
        ("start", {"code": "new", "on": 5}, "reorganisation.no_day"),
        ("activate/plan", {"live": {"a": 1}}, "reorganisation.no_text"),
        ("rollback", {"code": "\ud800"}, "reorganisation.unplain_text"),
        ("rollback", {"code": "change-1", "restore": "true"}, "reorganisation.no_flag"),
    ],
)
def test_what_is_of_another_kind_is_refused(send: Send, work: Work, place: str, said: dict[str, Any], code: str) -> None:
    """As JSON with a code; nothing is guessed, closed or written."""
    versions = len(org_versions(work))

    status, answer = send(place, **({"seen": 1} | said))

    assert (status, answer["error"]["code"]) == (400, code)
    assert answer["error"]["hint"] or answer["error"]["problems"]
    assert [(note.code, note.revision) for note in draft_notes(work)] == [("plan", 1)]
    assert len(org_versions(work)) == versions


@pytest.mark.parametrize(
    ("place", "said", "code"),
    [
        ("edit/none", {"edits": [], "seen": 0}, "reorganisation.unknown_draft"),
        ("start", {"code": ""}, "reorganisation.draft_refused"),
        ("edit/plan", {"edits": "EAST", "seen": 0}, "reorganisation.no_list"),
        ("edit/plan", {"edits": [{"part": "planet", "code": "EAST"}], "seen": 0}, "reorganisation.no_part"),
        ("edit/plan", {"edits": []}, "reorganisation.no_number"),
        ("activate/plan", {"seen": 0, "on": "yesterday"}, "reorganisation.no_day"),
    ],
)
def test_what_cannot_be_is_said_as_json(send: Send, work: Work, place: str, said: dict[str, Any], code: str) -> None:
    """With a code and a hint; nothing is a page of HTML."""
    status, answer = send(place, **said)

    assert status in (400, 404)
    assert answer["error"]["code"] == code
    assert answer["error"]["hint"] or answer["error"]["problems"]


@pytest.mark.parametrize(
    "place",
    [
        "children.json?version=%00",
        "children.json?draft=%00",
        "children.json?against=%00",
        "children.json?on=%00",
        "people.json?q=%00",
        "search.json?q=%00",
        "diff.json?draft=%00",
        "diff.json?version=%00",
        "diff.json?from=%00&to=%00",
        "preview/%00.json",
        "radius/%00.json",
        "export.csv?version=%00",
        "export.svg?draft=%00",
    ],
)
def test_an_address_with_nul_is_refused(client: FlaskClient, place: str) -> None:
    """It is the reader's mistake on both databases."""
    assert client.get(f"{AT}/{place}").status_code in (400, 404)
