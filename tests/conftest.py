"""The suite says itself where a run takes place: a CI service around it must not choose formats for it. And no test
depends on how busy the machine is."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Generator

import pytest
from hypothesis import HealthCheck, settings

LONG = frozenset(
    "baseline benchmarks ci cluster copies_in_runs examples exhausted fix_disk fix_laws flake8_plugin front_ends init"
    " members memory pre_commit prefilter pylint_plugin pytest_plugin screen since store suppress".split()
)
"""Files of tests that start many processes or try very much. ``make test-fast`` leaves them out; nothing else does."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        file = item.path.stem.removeprefix("test_")
        if file in LONG:
            item.add_marker("long")
        is_law = hasattr(getattr(item, "obj", None), "hypothesis")
        # Both take long, and reach what the plain cases reach.
        is_further = file == "server_pages" or item.name.startswith("test_derived")
        if is_law or is_further:
            item.add_marker("unmeasured")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """Lets go of what traces lines, which takes more time than the tests themselves. In the workers of pytest-xdist the
    marker of pytest-cov has no effect."""
    if item.get_closest_marker("unmeasured") is None:
        return (yield)
    here, elsewhere = sys.gettrace(), threading.gettrace()
    sys.settrace(None)
    threading.settrace(None)
    try:
        return (yield)
    finally:
        sys.settrace(here)
        threading.settrace(elsewhere)


settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("fast", settings.get_profile("patient"), max_examples=10)
settings.register_profile("thorough", settings.get_profile("patient"), max_examples=1000)
settings.load_profile("patient")

for _name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "TF_BUILD", "SSOT_LINT_FORMAT"):
    os.environ.pop(_name, None)
