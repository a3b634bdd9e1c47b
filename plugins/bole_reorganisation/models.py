"""The tables of drafts: what is proposed of the organisation, line by line."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bole import Document, Model, Moment, Serial, tables

OPEN, MERGED, ARCHIVED = "open", "merged", "archived"


class Draft(Model, owner="reorganisation"):
    """
    A proposed organisation: an org version, and what is to become different of it.

    ``base_day`` and ``base_known_at`` say which structure it was made from. ``revision`` counts the edits; whoever edits
    says which revision he or she has seen. ``version_id`` is the org version that carried it out.
    """

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    code: Mapped[str] = mapped_column(String(60), unique=True)
    title: Mapped[str] = mapped_column(String(120), default="")
    reason: Mapped[str] = mapped_column(String(400), default="")
    status: Mapped[str] = mapped_column(String(10), default=OPEN, index=True)
    base_version_id: Mapped[int | None] = mapped_column(ForeignKey(tables.OrgVersion.table.c.id))
    base_day: Mapped[date] = mapped_column(Date)
    base_known_at: Mapped[datetime] = mapped_column(Moment)
    revision: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[datetime] = mapped_column(Moment)
    created_by: Mapped[str] = mapped_column(String(120))
    edited_at: Mapped[datetime] = mapped_column(Moment)
    edited_by: Mapped[str] = mapped_column(String(120))
    version_id: Mapped[int | None] = mapped_column(ForeignKey(tables.OrgVersion.table.c.id))

    def __str__(self) -> str:
        return self.title or self.code


class DraftLine(Model, owner="reorganisation"):
    """
    What a draft says of one department, post or person: all fields as they were when it was first touched, and as they shall be.

    A line whose two sides say the same was taken back; it stays, so that its revision is known. ``revision`` is that of the draft
    at the last edit.
    """

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("reorganisation_draft.id"))
    part: Mapped[str] = mapped_column(String(12))
    code: Mapped[str] = mapped_column(String(130))
    before: Mapped[dict[str, Any] | None] = mapped_column(Document)
    after: Mapped[dict[str, Any] | None] = mapped_column(Document)
    revision: Mapped[int] = mapped_column(Integer)
    edited_at: Mapped[datetime] = mapped_column(Moment)
    edited_by: Mapped[str] = mapped_column(String(120))

    __table_args__ = (UniqueConstraint("draft_id", "part", "code"),)
