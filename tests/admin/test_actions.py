"""What can be done to rows: asked first, done by the service, all or none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bole.models import Award, Payout
from tests.admin.conftest import TOKEN, log_in

PROPOSED = (30, 31)
APPROVED = (21, 22)


def act(client: FlaskClient, action: str, rows: Sequence[int], path: str = "/admin/core/award/", **more: str) -> tuple[int, str]:
    """Send a form of the back office as its page would, and return status and page."""
    page = client.get("/admin/").get_data(as_text=True)
    token = TOKEN.search(page)
    assert token
    form = {"csrf_token": token[1], "action": action, "row": [str(row) for row in rows], **more}
    answer = client.post(f"{path}action/", data=form, follow_redirects=True)
    return answer.status_code, answer.get_data(as_text=True)


def states(session: Session, keys: Sequence[int]) -> list[str]:
    """The states of some awards."""
    return list(session.scalars(select(Award.status).where(Award.id.in_(keys)).order_by(Award.id)))


def test_an_action_is_asked_for_first(site: Flask, fresh: Session) -> None:
    """Choosing an action shows what it would do to which rows, and changes nothing."""
    status, page = act(log_in(site, "admin@example.com"), "approve", PROPOSED)

    assert status == 200
    assert "Approve these awards?" in page
    assert "2 entries" in page
    assert re.search(r"<span>[\d,]+\.\d\d CNY</span>", page)
    assert states(fresh, PROPOSED) == ["proposed", "proposed"]


def test_awards_are_approved(site: Flask, fresh: Session) -> None:
    """The confirmed action is done by the service on the reader's behalf, and the page says so."""
    status, page = act(log_in(site, "admin@example.com"), "approve", PROPOSED, confirmed="1", back="status=proposed")

    assert status == 200
    assert "Approved (2)" in page
    assert "13 entries" in page
    assert states(fresh, PROPOSED) == ["approved", "approved"]
    assert fresh.scalar(select(Award.decided_by).where(Award.id == 30)) == "admin@example.com"


def test_awards_are_voided(site: Flask, fresh: Session) -> None:
    """Voiding leaves the other awards as they are."""
    act(log_in(site, "admin@example.com"), "void", [30], confirmed="1")

    assert states(fresh, PROPOSED) == ["void", "proposed"]


def test_rows_in_another_state_are_left_out(site: Flask, fresh: Session) -> None:
    """Of chosen rows, those that the action does not fit are left out, and the page says how many."""
    client = log_in(site, "admin@example.com")

    _, asked = act(client, "approve", (1, 30))
    act(client, "approve", (1, 30), confirmed="1")

    assert "1 chosen entry is left out" in asked
    assert states(fresh, (1, 30, 31)) == ["approved", "approved", "proposed"]


def test_an_action_that_fits_no_row_does_nothing(site: Flask, fresh: Session) -> None:
    """Approving what is approved already only says that it does not fit."""
    status, page = act(log_in(site, "admin@example.com"), "approve", [1], confirmed="1")

    assert status == 200
    assert "None of the chosen rows can be treated so any more." in page


def test_no_row_is_no_action(site: Flask) -> None:
    """Without a chosen row the list only asks for one."""
    assert "Choose at least one row first." in act(log_in(site, "admin@example.com"), "approve", [])[1]


def test_approving_needs_the_permission(site: Flask, fresh: Session) -> None:
    """A clerk who may see awards is not offered to approve them, and is refused when asking all the same."""
    client = log_in(site, "clerk@example.com")
    offered = client.get("/admin/core/award/30/").get_data(as_text=True)

    status, _ = act(client, "approve", PROPOSED, confirmed="1")

    assert 'value="approve"' not in offered
    assert status == 403
    assert states(fresh, PROPOSED) == ["proposed", "proposed"]


def test_an_unknown_action_is_refused(site: Flask) -> None:
    """An action that the view does not have is refused by name."""
    status, page = act(log_in(site, "admin@example.com"), "burn", PROPOSED)

    assert status == 400
    assert "&#39;burn&#39;" in page


def test_a_forged_form_is_refused(site: Flask, fresh: Session) -> None:
    """A form without the session's token changes nothing."""
    client = log_in(site, "admin@example.com")

    answer = client.post("/admin/core/award/action/", data={"action": "approve", "row": "30", "confirmed": "1"})

    assert answer.status_code == 400
    assert states(fresh, [30]) == ["proposed"]


def test_releasing_asks_for_the_month(site: Flask, fresh: Session) -> None:
    """Releasing shows the present month; without a month nothing is released, with one the payouts are there."""
    client = log_in(site, "admin@example.com")

    _, asked = act(client, "release", APPROVED)
    empty, _ = act(client, "release", APPROVED, confirmed="1")
    before = fresh.scalar(select(func.count()).select_from(Payout))
    fresh.rollback()
    done, page = act(client, "release", APPROVED, confirmed="1", **{"field-due": "2026-11"})

    assert 'name="field-due"' in asked
    assert 'value="2026-10"' in asked
    assert (empty, before) == (400, 20)
    assert done == 200
    assert "Released (2)" in page
    assert fresh.scalar(select(func.count()).select_from(Payout)) == 22


def test_a_refusal_of_the_service_is_shown(site: Flask, fresh: Session) -> None:
    """What the service refuses comes as a page with its words, and nothing is changed."""
    status, page = act(log_in(site, "admin@example.com"), "release", [1], confirmed="1", **{"field-due": "2026-11"})

    assert status == 409
    assert "is not an approved, unreleased award" in page
    assert fresh.scalar(select(func.count()).select_from(Payout)) == 20


def test_a_payout_is_reversed_once(site: Flask, fresh: Session) -> None:
    """A reversal is a row of its own; neither the payout nor its reversal is offered for it again."""
    client = log_in(site, "admin@example.com")

    status, page = act(client, "reverse", [1], "/admin/core/payout/", confirmed="1", **{"field-due": "2026-11"})

    assert status == 200
    assert "Reversed (1)" in page
    amounts = fresh.execute(select(Payout.amount).where((Payout.id == 1) | (Payout.reverses_id == 1))).scalars().all()
    assert sum(amounts) == 0
    assert len(amounts) == 2
    assert 'value="reverse"' not in client.get("/admin/core/payout/1/").get_data(as_text=True)
    assert 'value="reverse"' not in client.get("/admin/core/payout/21/").get_data(as_text=True)


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "x\r\nSet-Cookie: a=b"])
def test_the_way_back_stays_here(site: Flask, back: str) -> None:
    """Whatever a form names as the way back, it leads to the list."""
    client = log_in(site, "admin@example.com")
    token = TOKEN.search(client.get("/admin/").get_data(as_text=True))
    assert token

    answer = client.post("/admin/core/award/action/", data={"csrf_token": token[1], "action": "approve", "back": back})

    assert answer.status_code == 302
    target = urlsplit(answer.headers["Location"])
    assert (target.scheme, target.netloc, target.path) == ("", "", "/admin/core/award/")
    assert "Set-Cookie: a=b" not in str(answer.headers)
