"""The first page: how this period stands, what waits for a decision, whether the platform is well."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask.typing import ResponseReturnValue
from flask_admin import expose

from bole.contracts.label import Label
from bole.contracts.pages import AdminPage
from bole.models import Job
from bole.services.visibility import company_day
from bole_admin import figures, scoreboard
from bole_admin.formats import Names, Shown, show
from bole_admin.secure import SecurePage

LISTED = 8
START = AdminPage("core.start", Label("总览", "Overview"), Label("", ""), permission="", load="bole_admin.dashboard:Dashboard", icon="home")
STATIC = Path(__file__).resolve().parent / "static"


class Dashboard(SecurePage):
    """What everybody sees first; each part only for whoever may see what it shows."""

    def __init__(self) -> None:
        super().__init__(START)
        # Flask-Admin takes its own address and that of its files from the first page.
        self.endpoint, self.url, self.static_folder = "admin", "/admin", str(STATIC)

    def job_state(self, job: Job) -> Shown:
        """Return a job's state as its own view shows it."""
        return show(self.office.views["core.job"].column("status"), job, Names({}, {}), self.office.wording)

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """Show the dashboard."""
        work = self.work
        board: dict[str, Any] = {}
        if self.may_open(scoreboard.PERMISSION):
            period = scoreboard.current_period(scoreboard.computed_periods(work), company_day(work))
            board = {"period": period}
            if period is not None and period.run_id is not None:
                board |= {
                    "cards": scoreboard.read_cards(work, period.run_id, size=LISTED),
                    "summary": scoreboard.summary(work, period.run_id),
                    "indicators": scoreboard.indicators_of(work, period.run_id),
                }
        return self.render(
            "bole_admin/dashboard.html",
            board=board,
            people=figures.employed(work) if self.may_open("core.employee.read") else None,
            awaiting=figures.awaiting(work) if self.may_open("core.award.read") else None,
            may_pay=self.may_open("core.payout.read"),
            paid=figures.paid(work) if self.may_open("core.payout.read") else None,
            ledger=figures.ledger_state(work) if self.may_open("core.ledger.read") else None,
            jobs=figures.latest_jobs(work) if self.may_open("core.job.read") else None,
        )
