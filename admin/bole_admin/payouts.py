"""A payout's page: the whole chain from the money down to the facts, as a picture to open step by step."""

from __future__ import annotations

from typing import Any

from flask import jsonify
from flask.typing import ResponseReturnValue
from flask_admin import expose

from bole.access import Work
from bole.models import Payout
from bole.services.explain import explain_payout
from bole.services.explanation import Step
from bole_admin.formats import money_shown
from bole_admin.language import reader_language
from bole_admin.views import SecureModelView

STAGES = ("payout", "award", "rule", "score", "measurement", "observation", "ledger")
"""The kinds of steps in the order in which money comes about, backwards."""


class PayoutView(SecureModelView):
    """A payout with its chain."""

    row_template = "bole_admin/payout.html"

    def title_of(self, row: Any) -> str:
        """Return the payout's number as a name."""
        return str(self.office.wording.gettext("Payout %(number)s", number=row.id))

    def details(self, work: Work, row: Payout) -> dict[str, Any]:
        """Return the chain, and how many steps of each kind it has."""
        chain = explain_payout(work, row.id)
        return {
            "amount": money_shown(row.amount, row.currency),
            "chain": chain,
            "own": reader_language(),
            "stages": [(kind, count) for kind in STAGES if (count := steps_of(chain, kind))],
        }

    @expose("/<int:key>/chain.json")
    def chain(self, key: int) -> ResponseReturnValue:
        """Send the chain as JSON, in the reader's language."""
        return jsonify(explain_payout(self.work, key).document(reader_language()))


def steps_of(step: Step, kind: str) -> int:
    """Return how many steps of a kind a chain holds, those counted but not listed included."""
    own = 1 if step.kind == kind else 0
    unlisted = step.more if kind == "observation" else 0
    return own + unlisted + sum(steps_of(child, kind) for child in step.children)
