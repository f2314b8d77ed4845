"""What asks too much, of a stack or of the memory: it has no answer and that is said; all others have theirs."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FunctionType, ModuleType

import pytest

from ssot_lint.engine import run
from ssot_lint.gather import answers
from ssot_lint.gather.questions import Question
from ssot_lint.links import resolve, roles
from ssot_lint.model.finding import Finding
from ssot_lint.model.options import RunOptions
from ssot_lint.model.rules import CODES
from ssot_lint.rules.construction import direct_construction
from ssot_lint.rules.every_class import changes, classes, containers, doings, instances, judge, timing
from ssot_lint.rules.evidence import chains, meaning, names
from ssot_lint.rules.health import contract_health
from ssot_lint.rules.identity import alias_import, re_export
from ssot_lint.rules.sharing import module_instance
from ssot_lint.settings import loading

SETTINGS = """\
singletons = "all"

[contracts.hub]
canonical = "app.hub.Hub"
factories = ["app.hub.make_hub"]

[contracts.room]
canonical = "app.room.Room"
factories = ["app.room.open_room"]
"""
FILES = {
    "ssot-lint.toml": SETTINGS,
    "app/__init__.py": "",
    "app/hub.py": "class Hub:\n    pass\n\n\ndef make_hub():\n    return Hub()\n",
    "app/room.py": "class Room:\n    pass\n\n\ndef open_room():\n    return Room()\n",
    "app/shim.py": "from app.hub import Hub as Old\n",
    "app/a.py": "from app.shim import Old\n\nHUB = Old()\n",
    "app/b.py": "from app.room import Room as Hall\n\n\ndef enter(kind=Hall):\n    return kind()\n",
    "app/c.py": "SEEN = {}\n\n\ndef note(key):\n    SEEN[key] = 1\n",
    "app/d.py": "from app.hub import make_hub\n\nTABLE = {}\nTABLE['x'] = make_hub()\n",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def check(root: Path, *, cache: bool) -> tuple[Finding, ...]:
    settings = loading.load(root / "ssot-lint.toml", codes=CODES)
    return run.check(settings, how=RunOptions(1, cache=cache)).findings


def about(found: tuple[Finding, ...]) -> set[str]:
    """The files and contracts of which it is said that they ask too much."""
    return {one.contract or one.path for one in found if one.code == "SOT900"}


def functions(module: ModuleType) -> Iterator[tuple[object, str, Callable[..., object]]]:
    """All functions and methods that a module defines, with what they are attributes of."""
    for holder in (module, *(one for one in vars(module).values() if inspect.isclass(one))):
        if holder is not module and holder.__module__ != module.__name__:
            continue
        for name, one in list(vars(holder).items()):
            is_own = isinstance(one, FunctionType) and one.__module__ == module.__name__
            if is_own and not name.startswith("__") and (module.__name__, name) not in OUTSIDE:
                yield holder, name, one


OUTSIDE = {
    *(
        ("ssot_lint.rules.health.contract_health", name)
        for name in ("findings", "_told", "_declared", "_finding")
    ),
    *(
        ("ssot_lint.links.roles", name)
        for name in ("words_of", "patterns_of", "_signed", "_last_parts", "_module_of")
    ),
}
"""What orders the work, says what has happened, or takes a contract alone to pieces."""

PLACES = [
    resolve,
    roles,
    names,
    meaning,
    chains,
    classes,
    doings,
    timing,
    changes,
    containers,
    instances,
    judge,
    contract_health,
    alias_import,
    direct_construction,
    module_instance,
    re_export,
]


@pytest.mark.slow
@pytest.mark.parametrize("error", [MemoryError, RecursionError])
@pytest.mark.parametrize("module", PLACES, ids=lambda module: module.__name__.rpartition(".")[2])
def test_wherever_it_happens_the_run_goes_on_and_nothing_is_lost_in_silence(
    module: ModuleType, error: type[Exception], root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = check(root, cache=False)
    assert len(whole) >= 8
    for holder, name, function in functions(module):
        # Once, as when there is no room for a moment.
        calls = [0]

        def failing(*args: object, **kwargs: object) -> object:
            calls[0] += 1  # noqa: B023
            if calls[0] == 2:  # noqa: B023
                raise error
            return function(*args, **kwargs)  # noqa: B023

        with monkeypatch.context() as patch:
            patch.setattr(holder, name, failing)
            found = check(root, cache=True)
        said = about(found)
        gone = [one for one in whole if one not in found and not {one.path, one.contract} & said]
        assert not gone, (name, said)
        # Nothing of it is remembered.
        assert check(root, cache=True) == whole, name
        (root / "app/c.py").write_text(FILES["app/c.py"] + f"# {name}\n")


@pytest.mark.parametrize("error", [MemoryError, RecursionError])
def test_what_one_contract_asks_is_no_matter_of_others(
    error: type[Exception], root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def of_hub(self: resolve.Links, path: str) -> object:
        if self.contract.name == "hub":
            raise error
        return usual(self, path)

    whole, usual = check(root, cache=False), resolve.Links._path
    monkeypatch.setattr(resolve.Links, "_path", of_hub)
    found = check(root, cache=False)
    assert [
        one for one in found if one.contract == "room" or (not one.contract and one.code != "SOT900")
    ] == [one for one in whole if one.contract != "hub"]
    assert "hub" in about(found)
    assert "room" not in about(found)


@pytest.mark.parametrize("error", [MemoryError, RecursionError])
@pytest.mark.parametrize("workers", [1, 2])
def test_what_one_file_asks_is_no_matter_of_others(
    workers: int, error: type[Exception], root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where files are read and judged by processes of our own."""

    def held(question: Question, data: bytes) -> object:
        if b"HUB = Old()" in data:
            raise error
        return usual(question, data)

    whole, usual = check(root, cache=False), answers.held
    monkeypatch.setattr(answers, "held", held)
    settings = loading.load(root / "ssot-lint.toml", codes=CODES)
    found = run.check(settings, how=RunOptions(workers)).findings
    assert about(found) == {"app/a.py"}
    left = [one for one in whole if one.path not in ("app/a.py", "app/shim.py")]
    assert [one for one in found if one.path not in ("app/a.py", "app/shim.py")] == left


def test_what_cannot_be_kept_is_found_all_the_same(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ssot_lint.cache import memory, store

    whole = check(root, cache=False)
    for holder, name in ((memory, "encode"), (store, "_written")):
        with monkeypatch.context() as patch:
            patch.setattr(holder, name, exhausted)
            assert check(root, cache=True) == whole
    assert check(root, cache=True) == whole


def exhausted(*_: object) -> object:
    raise MemoryError


def test_a_file_that_is_too_deep_is_said_and_the_others_are_judged(root: Path) -> None:
    whole = check(root, cache=False)
    deep = "+".join(["a"] * 200_000) if sys.version_info >= (3, 12) else "(" * 300 + ")" * 300
    (root / "app/deep.py").write_text(f"from app.hub import Hub as Deep\nx = {deep}\n")
    found = check(root, cache=False)
    assert set(whole) <= set(found)
