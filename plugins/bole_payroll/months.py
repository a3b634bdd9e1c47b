"""Months as payslips name them, in statements."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Date
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class EndOfMonth(FunctionElement[date]):
    """The first day after a month that is written ``2026-07``."""

    name = "end_of_month"
    type = Date()
    inherit_cache = True


@compiles(EndOfMonth, "sqlite")
def _for_sqlite(element: EndOfMonth, compiler: SQLCompiler, **keywords: Any) -> str:
    return f"date({compiler.process(element.clauses, **keywords)} || '-01', '+1 month')"


@compiles(EndOfMonth, "postgresql")
def _for_postgresql(element: EndOfMonth, compiler: SQLCompiler, **keywords: Any) -> str:
    return f"CAST(CAST({compiler.process(element.clauses, **keywords)} || '-01' AS DATE) + INTERVAL '1 month' AS DATE)"
