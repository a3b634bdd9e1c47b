"""The tables of the dummy plugin."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from bole import Model


class Note(Model, owner="dummy"):
    """Something the dummy was told, about an employee where it concerns one."""

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(String(200))
    employee_id: Mapped[int | None] = mapped_column(ForeignKey("core_employee.id"))

    def __str__(self) -> str:
        return self.text
