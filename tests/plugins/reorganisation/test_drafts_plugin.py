"""What the plugin declares about drafts, its settings, and the news of a draft in force."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bole.access import Work
from bole.db import Database
from bole.errors import StartRefused
from bole.services.outbox import deliver
from bole_reorganisation.drafts import activate_draft
from bole_reorganisation.settings import Rules, rules_of
from tests.plugins.reorganisation.reorganising import department, drafted, reorganising_host


def test_the_plugin_is_loaded(company: Work):
    """With its tables, its permissions and what it tells of a change."""
    registry = company.host.registry

    assert {code for code in registry.org_impacts if registry.owner("org_impacts", code) == "reorganisation"} == {
        "reorganisation.people",
        "reorganisation.managers",
        "reorganisation.along",
        "reorganisation.scopes",
    }
    assert {"reorganisation.draft.write", "reorganisation.draft.activate"} <= registry.permissions.keys()
    assert all(impact.label.zh and impact.label.en for impact in registry.org_impacts.values())


def test_nothing_need_be_said(company: Work):
    """Requests have three working days, and their owner is reminded twice."""
    assert rules_of(company) == Rules(72, frozenset({1, 2, 3, 4, 5}), (Decimal("0.5"), Decimal("0.8")))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"request_hours": 0}, "request_hours"),
        ({"working_days": [8]}, "working_days"),
        ({"working_days": []}, "working_days"),
        ({"remind_after": [0.8, 0.5]}, "must rise"),
        ({"remind_after": [1.5]}, "remind_after"),
        ({"colour": "red"}, "colour"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_wrong_settings_stop_the_start(tmp_path: Path, given: dict[str, Any], said: str):
    """The setting is named."""
    with pytest.raises(StartRefused, match=said):
        reorganising_host(tmp_path, **given)


def test_plugins_are_told_of_a_draft_in_force(company: Work, database: Database):
    """Once for each version, after the commit."""
    deliver(database, company.host, company.clock)
    drafted(company, "plan", department("EAST", parent="HQ"))

    activate_draft(company, "plan")

    assert (deliver(database, company.host, company.clock), deliver(database, company.host, company.clock)) == (1, 0)
