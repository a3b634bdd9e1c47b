"""A plugin with jobs, and a host that has it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bole.host import Config, Host

JOBS = """
import os

LABEL = Label("测试", "test")


def add(work, arguments, progress):
    with unit_of_work(work.session):
        work.session.add(tables.Source(code=f"{arguments['name']} by {work.actor.name}"))
    progress(3, 4)
    return {"name": arguments["name"], "process": os.getpid()}


def add_each(work, arguments, progress):
    return add(work, arguments, progress)


def split(work, arguments):
    return [{"name": name} for name in arguments["names"]]


def refuse(work, arguments, progress):
    raise InvalidValue("jobber.no", "no such thing.", "Ask for another.")


def fail(work, arguments, progress):
    with unit_of_work(work.session):
        work.session.add(tables.Source(code="half"))
        work.session.flush()
        raise RuntimeError("no paper")


def fail_one(work, arguments, progress):
    return refuse(work, arguments, progress) if arguments["name"] == "b" else add(work, arguments, progress)


@hookimpl
def bole_jobs():
    return [
        Job("jobber.add", LABEL, "jobber.start", add),
        Job("jobber.each", LABEL, "jobber.start", add_each, split),
        Job("jobber.refuse", LABEL, "jobber.start", refuse),
        Job("jobber.fail", LABEL, "jobber.start", fail),
        Job("jobber.fail_one", LABEL, "jobber.start", fail_one, split),
    ]
"""
MANIFEST = """
[permissions]
"jobber.start" = { zh = "测试", en = "test" }
"""


@pytest.fixture
def jobber(make_plugin: Callable[..., str]) -> str:
    """The package of a plugin with jobs, installed."""
    return make_plugin("jobber", JOBS, MANIFEST)


@pytest.fixture
def host(jobber: str) -> Host:
    """A host with the plugin that has jobs."""
    return Host(Config(plugins=("jobber",)), packages={"jobber": jobber})
