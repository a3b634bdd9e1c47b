"""Requests and the drafts that carry them out: linked, taken away, put away."""

from __future__ import annotations

import pytest

from bole.access import Work
from bole.errors import Conflict, InvalidValue, NotFound
from bole_reorganisation.drafts import activate_draft, archive_draft
from bole_reorganisation.requests import (
    link_draft,
    request_note,
)
from bole_reorganisation.requests.following import on_version_activated
from tests.core.services.organisation import later
from tests.plugins.reorganisation.reorganising import department, drafted
from tests.plugins.reorganisation.requesting import asked, handler, said


def test_a_link_is_taken_away(company: Work):
    """An unknown or archived draft is no link; without one, no version makes the request done."""
    key = asked(company).id
    drafted(company, "two-regions", department("WEST", parent="SALES", name_en="West"))
    drafted(company, "old")
    archive_draft(company, "old")

    with pytest.raises(NotFound, match="'none'"):
        link_draft(handler(company), key, "none")
    with pytest.raises(Conflict, match="archived"):
        link_draft(handler(company), key, "old")
    link_draft(handler(company), key, "two-regions")
    for _ in range(2):
        assert link_draft(handler(company), key, None).draft is None

    version = activate_draft(later(company, hours=1), "two-regions").version_id
    on_version_activated(later(company, hours=2), version)
    assert [each[0] for each in said(company, key)] == ["asked", "taken", "linked", "unlinked"]
    assert request_note(company, key).state == "in_progress"


def test_who_links_a_draft_takes_the_request(company: Work):
    """A request that becomes done was somebody's; who is no employee takes none, and nothing is linked."""
    key = asked(company).id
    drafted(company, "two-regions")

    with pytest.raises(InvalidValue, match="system is no employee"):
        link_draft(company, key, "two-regions")
    assert (request_note(company, key).state, request_note(company, key).draft) == ("open", None)

    note = link_draft(handler(company), key, "two-regions", seen=0)
    assert (note.state, note.draft) == ("in_progress", "two-regions")
    assert note.owner is not None


def test_a_request_is_told_that_its_draft_was_put_away(company: Work):
    """In its log; the request stays in progress and linked."""
    key = asked(company).id
    drafted(company, "two-regions")
    link_draft(handler(company), key, "two-regions")

    archive_draft(company, "two-regions")

    assert said(company, key)[-1] == ("shelved", None, None, "two-regions")
    assert (request_note(company, key).state, request_note(company, key).draft) == ("in_progress", "two-regions")
