"""Fixtures for the tests of the core."""

from tests.installing import install, make_plugin

__all__ = ["install", "make_plugin"]
