"""The suite says itself where a run takes place: a CI service around it must not choose formats for it. And no test
depends on how busy the machine is."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

LONG = frozenset(
    "baseline benchmarks ci cluster copies_in_runs examples exhausted fix_disk fix_laws flake8_plugin front_ends init"
    " members memory pre_commit prefilter pylint_plugin pytest_plugin screen since store suppress".split()
)
"""Files of tests that start many processes or try very much. ``make test-fast`` leaves them out; nothing else does."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.stem.removeprefix("test_") in LONG:
            item.add_marker("long")
        if item.name.startswith("test_derived"):
            # They take long, and reach what the plain cases reach.
            item.add_marker("no_cover")


settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("fast", settings.get_profile("patient"), max_examples=10)
settings.register_profile("thorough", settings.get_profile("patient"), max_examples=1000)
settings.load_profile("patient")

for _name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "TF_BUILD", "SSOT_LINT_FORMAT"):
    os.environ.pop(_name, None)
