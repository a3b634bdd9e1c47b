"""``bole user`` and ``bole token``."""

from __future__ import annotations

import secrets
from datetime import timedelta

import click
from sqlalchemy import select

from bole.cli.deployment import Deployment
from bole.errors import NotFound
from bole.models import Employee, User
from bole.services.identity import create_token, create_user


@click.group()
def user() -> None:
    """Create users."""


@user.command("create")
@click.argument("email")
@click.option("--role", "roles", multiple=True, default=["employee"], show_default=True, help="A role; may be given again.")
@click.option("--employee", metavar="NUMBER", help="Number of the employee that the user is.")
@click.option("--no-password", is_flag=True, help="A user that only has tokens.")
@click.pass_obj
def create_one(deployment: Deployment, email: str, roles: tuple[str, ...], employee: str | None, no_password: bool) -> None:
    """Create a user and print the generated password, which is kept nowhere."""
    password = None if no_password else secrets.token_urlsafe(12)
    with deployment.work() as work:
        employee_id = None
        if employee is not None:
            employee_id = work.session.scalar(select(Employee.id).where(Employee.number == employee))
            if employee_id is None:
                raise NotFound("core.unknown_employee", f"there is no employee with the number {employee!r}.", "Import employees first.")
        create_user(work, email, password, roles=roles, employee_id=employee_id)
    click.echo(f"user      {email}" + (f"\npassword  {password}" if password else ""))


@click.group()
def token() -> None:
    """Create tokens for programs."""


@token.command("create")
@click.argument("name")
@click.option("--user", "email", metavar="EMAIL", required=True, help="The user as whom the program acts.")
@click.option("--days", type=click.IntRange(1, 3650), default=90, show_default=True, help="Days until it expires.")
@click.pass_obj
def create_one_token(deployment: Deployment, name: str, email: str, days: int) -> None:
    """Create a token and print it; only its hash is kept."""
    with deployment.work() as work:
        user_id = work.session.scalar(select(User.id).where(User.email == email.strip().lower()))
        if user_id is None:
            raise NotFound("core.unknown_user", f"there is no user {email!r}.", "Create one with `bole user create`.")
        click.echo(create_token(work, user_id, name, valid_for=timedelta(days=days)))
