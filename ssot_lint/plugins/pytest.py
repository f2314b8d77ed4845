"""What pytest loads in each of its runs: options, and two fixtures. All else is imported where it is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from ssot_lint.plugins.events import Events
    from ssot_lint.plugins.isolation import Isolation


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("ssot-lint")
    group.addoption(
        "--ssot",
        action="store_true",
        help="test the contracts of ssot-lint, too: each is an item, `pyproject.toml::NAME`",
    )
    group.addoption(
        "--ssot-since",
        metavar="REF",
        help="as --ssot, and only what was added since a commit of git (its common ancestor with HEAD) fails",
    )


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("ssot") or config.getoption("ssot_since") is not None:
        from ssot_lint.plugins.contract_items import Contracts

        config.pluginmanager.register(Contracts(config), "ssot-lint contracts")


@pytest.fixture
def ssot_isolation(request: pytest.FixtureRequest) -> Iterator[Isolation]:
    """Builds an object for each of two keys by a factory, and fails where both lead to the same mutable object.

    ``ssot_isolation(get_manager, ("ann", "bob"), shared=["*.pool"])``. The key goes to the parameter that the contract
    of the factory names under ``isolated-by``, or is the first argument. Where a loop runs, await it.
    """
    from functools import partial

    from ssot_lint.plugins.declared import contracts_for
    from ssot_lint.plugins.isolation import Isolation

    isolation = Isolation(partial(contracts_for, request.path.parent))
    yield isolation
    isolation.finish()


@pytest.fixture
def ssot_events(request: pytest.FixtureRequest) -> Iterator[Events]:
    """Makes recorders: who received which events, and whether these are all, in order, and each user's own.

    ``recorder = ssot_events(AgentEvent)``, or the names in their order; ``recorder.user("ann")`` is handed to the
    sender in place of the user's connection; ``recorder.check()`` comes by itself at the end of the test.
    """
    from ssot_lint.plugins.events import Events

    failed = request.session.testsfailed
    events = Events()
    yield events
    # What a test that has failed did not send is no second failure.
    if request.session.testsfailed == failed:
        events.finish()
