"""What keeps the platform honest: users and grants, the ledger, jobs, the outbox, idempotency keys."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, Integer, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bole.models.base import Model
from bole.models.people import Employee
from bole.models.types import PERSONAL, Document, Moment, Serial


class Role(Model, owner="core"):
    """A named set of grants."""

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    description: Mapped[str] = mapped_column(String(255), default="")

    grants: Mapped[list[Grant]] = relationship(cascade="all, delete-orphan")

    def __str__(self) -> str:
        return self.name


class Grant(Model, owner="core"):
    """A permission that a role gives, and how far it reaches: self, reports, unit or company."""

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    role_id: Mapped[int] = mapped_column(ForeignKey("core_role.id"))
    permission: Mapped[str] = mapped_column(String(80))
    scope: Mapped[str] = mapped_column(String(10))

    __table_args__ = (UniqueConstraint("role_id", "permission"),)


class User(Model, owner="core"):
    """Somebody, or some program, that can log in."""

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    email: Mapped[str] = mapped_column(String(255), unique=True, info=PERSONAL)
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    locale: Mapped[str | None] = mapped_column(String(10))
    employee_id: Mapped[int | None] = mapped_column(ForeignKey("core_employee.id"), unique=True)

    employee: Mapped[Employee | None] = relationship()
    roles: Mapped[list[Role]] = relationship(secondary="core_user_role")

    def __str__(self) -> str:
        return self.email


class UserRole(Model, owner="core"):
    """Which user has which role."""

    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id"), primary_key=True)
    role_id: Mapped[int] = mapped_column(ForeignKey("core_role.id"), primary_key=True)


class ApiToken(Model, owner="core"):
    """A machine's key to the API; only its hash is kept."""

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id"))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime | None] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)

    user: Mapped[User] = relationship()


class LedgerHead(Model, owner="core"):
    """The log's size and frontier: one row, locked by whoever appends."""

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    size: Mapped[int] = mapped_column(BigInteger)
    frontier: Mapped[bytes] = mapped_column(LargeBinary)


class LedgerLeaf(Model, owner="core"):
    """One leaf of the Merkle log: of what kind and how many rows it speaks, and its hash."""

    index: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(20))
    rows: Mapped[int] = mapped_column(Integer)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class LedgerNode(Model, owner="core"):
    """A finished inner node of the log, so that a proof reads O(log n) rows."""

    level: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    index: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class LedgerCheckpoint(Model, owner="core"):
    """A signed statement of the log's size and root at a moment."""

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    signed_at: Mapped[datetime] = mapped_column(Moment)
    note: Mapped[str] = mapped_column(Text)


class Job(Model, owner="core"):
    """A piece of work done apart from the request: in a thread, or by Celery workers."""

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    code: Mapped[str] = mapped_column(String(80))
    arguments: Mapped[dict[str, Any]] = mapped_column(Document)
    idempotency_key: Mapped[str | None] = mapped_column(String(200), unique=True)
    status: Mapped[str] = mapped_column(String(10), index=True)
    done: Mapped[int] = mapped_column(Integer, default=0)
    total: Mapped[int] = mapped_column(Integer, default=0)
    result: Mapped[dict[str, Any] | None] = mapped_column(Document)
    error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment)
    created_by: Mapped[str] = mapped_column(String(120))
    started_at: Mapped[datetime | None] = mapped_column(Moment)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)


class JobChunk(Model, owner="core"):
    """
    A part of a job that can be run, and run again, by itself.

    ``lease_until`` says until when whoever took it may be taken to be alive; a chunk whose
    lease has passed is anybody's.
    """

    job_id: Mapped[int] = mapped_column(ForeignKey("core_job.id"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    arguments: Mapped[dict[str, Any]] = mapped_column(Document)
    status: Mapped[str] = mapped_column(String(10))
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    lease_until: Mapped[datetime | None] = mapped_column(Moment)
    result: Mapped[dict[str, Any] | None] = mapped_column(Document)
    error: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (Index(None, "status", "lease_until"),)


class Outbox(Model, owner="core"):
    """A notification written in the transaction that caused it, delivered after commit."""

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    hook: Mapped[str] = mapped_column(String(80))
    body: Mapped[dict[str, Any]] = mapped_column(Document)
    created_at: Mapped[datetime] = mapped_column(Moment)
    done: Mapped[bool] = mapped_column(Boolean, default=False, index=True)


class OutboxDelivery(Model, owner="core"):
    """How delivery of a notification to one plugin stands."""

    outbox_id: Mapped[int] = mapped_column(ForeignKey("core_outbox.id"), primary_key=True)
    plugin: Mapped[str] = mapped_column(String(40), primary_key=True)
    done: Mapped[bool] = mapped_column(Boolean, default=False)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    error: Mapped[str | None] = mapped_column(Text)
    retry_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (Index(None, "done", "retry_at"),)


class IdempotencyKey(Model, owner="core"):
    """An answer already given to a request, kept so that the repeat gets the same."""

    actor: Mapped[str] = mapped_column(String(120), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    body_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    answer: Mapped[dict[str, Any]] = mapped_column(Document)
    expires_at: Mapped[datetime] = mapped_column(Moment, index=True)
