"""The base of every table, core's and plugins' alike."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from sqlalchemy import MetaData, Table
from sqlalchemy.orm import DeclarativeBase

from bole.errors import StartRefused

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Model(DeclarativeBase):
    """
    Base class of all tables.

    ``class Payslip(Model, owner="payroll")`` makes the table ``payroll_payslip`` and
    writes ``info["owner"] = "payroll"``, by which migrations find what is theirs.

    Raises:
        StartRefused: a subclass names no owner.
    """

    metadata = MetaData(naming_convention=NAMING)
    table: ClassVar[Table]

    def __init_subclass__(cls, owner: str = "", **keywords: Any) -> None:
        if not owner:
            raise StartRefused("core.model_without_owner", f"the model {cls.__name__} names no owner.", 'Write class X(Model, owner="your_plugin").')
        cls.__tablename__ = f"{owner}_{re.sub(r'(?<!^)(?=[A-Z])', '_', cls.__name__).lower()}"
        super().__init_subclass__(**keywords)
        cls.table = cls.__table__  # type: ignore[assignment]  # declarative gives a Table for every mapped class
        cls.table.info["owner"] = owner


def tables_of(owner: str) -> list[Table]:
    """Return the tables of one owner, parents before children."""
    return [table for table in Model.metadata.sorted_tables if table.info.get("owner") == owner]
