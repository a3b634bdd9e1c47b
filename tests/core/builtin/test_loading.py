"""Functions that are named before they are imported."""

from __future__ import annotations

import importlib

import pytest

from bole.builtin.impacts import IMPACTS as CORE
from bole.contracts.impact import OrgImpact
from bole.contracts.loading import loaded_when_called
from bole_reorganisation.impacts import IMPACTS as REORGANISATION


def test_it_is_imported_when_it_is_called() -> None:
    """With all arguments; a place that does not exist shows then."""
    assert loaded_when_called("builtins:sorted")([2, 1], reverse=True) == [2, 1]
    with pytest.raises(ModuleNotFoundError):
        loaded_when_called("bole.nowhere:nothing")()


@pytest.mark.parametrize("impact", [*CORE, *REORGANISATION], ids=lambda impact: impact.code)
def test_every_impact_names_a_function_that_is_there(impact: OrgImpact) -> None:
    """A misspelt place would show only when somebody looks at a draft."""
    cells = dict(zip(impact.assess.__code__.co_freevars, impact.assess.__closure__ or (), strict=True))

    assert callable(getattr(importlib.import_module(cells["module"].cell_contents), cells["name"].cell_contents))
