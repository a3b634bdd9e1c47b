"""Asking for jobs: who may, once for each key, and how far they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select

from bole.access import Actor, Scope, Work
from bole.errors import Conflict, Forbidden, InvalidValue, NotFound
from bole.host import Config, Host
from bole.models import Job, JobChunk
from bole.services.jobs import JobStatus, job_status, start_job
from tests.conftest import NOW
from tests.core.jobs.conftest import JOBS, MANIFEST


@pytest.fixture
def host(make_plugin: Callable[..., str]) -> Host:
    """A host with the plugin that has jobs."""
    return Host(Config(plugins=("jobber",)), packages={"jobber": make_plugin("jobber", JOBS, MANIFEST)})


def actor(name: str = "li", **grants: Scope) -> Actor:
    """Return an actor; ``core_job_start=Scope.COMPANY`` grants ``core.job.start``."""
    return Actor(name, grants={code.replace("_", "."): scope for code, scope in grants.items()})


def jobs(work: Work) -> int | None:
    """Return how many jobs there are."""
    return work.session.scalar(select(func.count()).select_from(Job))


def test_a_started_job_waits(work: Work) -> None:
    """A new job waits, with one chunk that has its arguments."""
    number = start_job(work, "jobber.add", {"name": "a"})

    assert job_status(work, number) == JobStatus(number, "jobber.add", "waiting", 0, 0, None, None, "system", NOW, None, None)
    assert work.session.execute(select(JobChunk.number, JobChunk.arguments, JobChunk.status)).all() == [(0, {"name": "a"}, "waiting")]


def test_a_job_that_splits_has_a_chunk_for_each_part(work: Work) -> None:
    """The chunks carry what the job's own function cut, and the total is their number."""
    number = start_job(work, "jobber.each", {"names": ["a", "b", "c"]})

    assert job_status(work, number).total == 3
    assert work.session.scalars(select(JobChunk.arguments).order_by(JobChunk.number)).all() == [{"name": "a"}, {"name": "b"}, {"name": "c"}]


def test_a_job_over_nothing_is_done(work: Work) -> None:
    """A job that splits into no chunk is done at once."""
    status = job_status(work, start_job(work, "jobber.each", {"names": []}))

    assert (status.status, status.result, status.finished_at) == ("done", {"chunks": []}, NOW)


def test_an_unknown_job_is_refused(work: Work) -> None:
    """A code that nobody declares is refused, naming those there are."""
    with pytest.raises(NotFound, match=r"no enabled plugin declares the job 'jobber.none'\. Known: .*jobber.add, jobber.each"):
        start_job(work, "jobber.none", {})

    assert jobs(work) == 0


@pytest.mark.parametrize(
    ("grants", "said"),
    [
        pytest.param({}, "li lacks the permission 'core.job.start'", id="nothing"),
        pytest.param({"core_job_start": Scope.COMPANY}, "li lacks the permission 'jobber.start'", id="not the job's own"),
        pytest.param(
            {"core_job_start": Scope.COMPANY, "jobber_start": Scope.UNIT},
            "li holds 'jobber.start' for less than the whole company",
            id="the unit only",
        ),
    ],
)
def test_a_job_needs_its_permission_for_the_company(work: Work, grants: dict[str, Scope], said: str) -> None:
    """Whoever asks must hold the right to start jobs and the job's own permission for the whole company; else nothing starts."""
    with pytest.raises(Forbidden, match=said):
        start_job(work.acting_as(actor(**grants)), "jobber.add", {"name": "a"})

    assert jobs(work) == 0


def test_arguments_must_be_plain_json(work: Work) -> None:
    """Arguments that JSON cannot hold are refused."""
    with pytest.raises(InvalidValue, match=r"the arguments of the job 'jobber.add' are not plain JSON"):
        start_job(work, "jobber.add", {"name": object()})


def test_the_same_key_stands_for_the_same_job(work: Work) -> None:
    """A repeated request gets the first one's job."""
    first = start_job(work, "jobber.add", {"name": "a"}, "k")

    assert start_job(work, "jobber.add", {"name": "a"}, "k") == first
    assert jobs(work) == 1


@pytest.mark.parametrize(("code", "arguments"), [("jobber.add", {"name": "b"}), ("jobber.fail", {"name": "a"})], ids=["other arguments", "other job"])
def test_the_same_key_for_another_job_is_refused(work: Work, code: str, arguments: dict[str, Any]) -> None:
    """A key that stands for a job already is refused for another."""
    first = start_job(work, "jobber.add", {"name": "a"}, "k")

    with pytest.raises(Conflict, match=rf"the key 'k' stands for job {first} already\."):
        start_job(work, code, arguments, "k")

    assert jobs(work) == 1


def test_keys_of_two_actors_do_not_meet(work: Work) -> None:
    """The same key from two actors stands for two jobs."""
    rights = {"core_job_start": Scope.COMPANY, "jobber_start": Scope.COMPANY}
    first = start_job(work.acting_as(actor("li", **rights)), "jobber.add", {"name": "a"}, "k")

    assert start_job(work.acting_as(actor("wang", **rights)), "jobber.add", {"name": "a"}, "k") != first


def test_a_narrow_reader_sees_only_own_jobs(work: Work) -> None:
    """Who may read jobs for less than the company sees those that he or she started."""
    number = start_job(work, "jobber.add", {"name": "a"})
    reader = actor("li", core_job_read=Scope.SELF)

    with pytest.raises(NotFound, match=f"there is no job {number} that li may see"):
        job_status(work.acting_as(reader), number)
    assert job_status(work.acting_as(replace(reader, name="system")), number).id == number
