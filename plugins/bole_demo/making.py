"""Making a demo: a deployment in a folder, the company in it, and those who can log in."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from bole import Clock, Config, Database, FixedClock, Host, Work, bring_up_to_date, ledger_signer, read_config, sign_checkpoint
from bole_demo.board import read_board
from bole_demo.building import Builder, Say
from bole_demo.folder import Folder, Logins
from bole_demo.setting import ZONE, Setting
from bole_demo.users import create_others, pick_seller


def make(folder: Folder, setting: Setting, *, locale: str, clock: Clock, say: Say) -> tuple[Config, Logins]:
    """
    Build a demo company in a folder, in place of an earlier one, and return its configuration and logins.

    Args:
        clock: tells until when the token is good; what happens in the company happens when the setting says.

    Raises:
        Conflict: the folder holds something that is no demo.
    """
    folder.clear()
    folder.begin(setting, locale)
    config = read_config(folder.config)
    host, database = Host(config), Database(config.database)
    beginning = FixedClock(datetime.combine(setting.months[0].start - timedelta(days=15), time(9), ZONE).astimezone(UTC))
    bring_up_to_date(database, host, beginning)
    with database.session() as session:
        work = Work(session, host, clock=clock)
        ledger_signer(work)
        builder = Builder(setting, host, database, work, say)
        builder.build()
        ranked = [line.employee for line in read_board(work, setting.last.code)]
        logins = create_others(work, builder.company, builder.approval, pick_seller(work, builder.company, ranked))
        sign_checkpoint(work)
    database.engine.dispose()
    folder.complete(setting, config, logins)
    return config, logins
