"""The kinds that the six indicators count."""

from bole.contracts.label import Label
from bole.contracts.observation import Attribute, AttributeType, ObservationKind
from bole.hookspecs import hookimpl


@hookimpl
def bole_observation_kinds() -> list[ObservationKind]:
    """Return the five kinds."""
    new = Attribute("new", Label("new", "new"), AttributeType.FLAG, dimension=True)
    return [
        ObservationKind("visit", Label("visit", "visit")),
        ObservationKind("lead", Label("lead", "lead")),
        ObservationKind("followup", Label("followup", "followup"), answers=True),
        ObservationKind("order", Label("order", "order"), has_amount=True, attributes=(new,)),
        ObservationKind("rating", Label("rating", "rating"), quantity="stars"),
    ]
