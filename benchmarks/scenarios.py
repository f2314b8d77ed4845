"""The situations that are measured, and the rounds of each: every tool in turn, again and again."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Final

from benchmarks.measure import Failed, Measured, measure
from benchmarks.monorepo import FIVE, FOUR, POPULAR, TWENTY
from benchmarks.project import Project, naming, not_naming, thinned
from benchmarks.tools import (
    COLD,
    FLAKE8,
    FLAKE8_WITH,
    ONE_WORKER,
    PEERS,
    RUFF,
    SSOT_LINT,
    TWO_WORKERS,
    Task,
    Tool,
    peer,
)

_STORE: Final = ".ssot_lint_cache"

FLAKE8_FILES: Final = 500
"""flake8 takes minutes for more."""

_COMMON: Final = {
    "NO_COLOR": "1",
    # Modules are compiled once, as anywhere. What a file has after the first run is no part of the question.
    "PYTHONDONTWRITEBYTECODE": "",
}


@dataclass(frozen=True, slots=True)
class Scenario:
    name: str
    title: str
    tools: tuple[str, ...] = (RUFF, SSOT_LINT)
    """The first is the one that others are compared with."""
    warm: bool = False
    settings: str = ""
    before: str = ""
    """The settings with which ssot-lint has filled its store before each round, if not with the same."""
    given: Callable[[Project], Sequence[str]] = lambda project: ()
    """The files to judge; none: all."""
    changed: Callable[[Project], Sequence[str]] = lambda project: ()
    """The files that get one more line before each round."""
    typed: bytes | None = None
    """Text that is added to the end of the one given file and not saved: an editor hands the whole over. Each tool has
    seen the file without it before the rounds begin."""
    takes_long: bool = False


def _three(project: Project) -> tuple[str, ...]:
    """Files of a commit: one that names the symbol, one that does not, and one from the end."""
    first, second = naming(project), not_naming(project)
    return (first, second, next(path for path in reversed(project.files) if path not in (first, second)))


def _some(project: Project) -> tuple[str, ...]:
    return thinned(project.files, FLAKE8_FILES)


def _naming(project: Project) -> tuple[str, ...]:
    return (naming(project),)


def _not_naming(project: Project) -> tuple[str, ...]:
    return (not_naming(project),)


_OLD: Final = 3.0
"""Seconds after which a file is no longer young."""

_REMARK: Final = b"\n# typed\n"


SCENARIOS: Final = (
    Scenario("cold", "Cold: no cache"),
    Scenario("workers", "Cold: what a further worker saves", (ONE_WORKER, TWO_WORKERS)),
    Scenario("popular", "Cold, one contract, on the most popular class", settings=POPULAR),
    Scenario("five", "Cold, contracts on the five most used classes", settings=FIVE),
    Scenario("twenty", "Cold, contracts on the twenty most used classes", settings=TWENTY),
    Scenario(
        "contract-added",
        "Warm for four contracts: a fifth is added",
        (COLD, SSOT_LINT),
        warm=True,
        settings=FIVE,
        before=FOUR,
    ),
    Scenario("warm", "Warm: nothing changed", warm=True),
    Scenario(
        "warm-1",
        "Warm: one file changed, which names the class",
        warm=True,
        changed=_naming,
    ),
    Scenario(
        "warm-1-other",
        "Warm: one file changed, which does not name the class",
        warm=True,
        changed=_not_naming,
    ),
    Scenario(
        "staged",
        "Pre-commit hook: three changed files, the rest warm",
        warm=True,
        given=_three,
        changed=_three,
    ),
    Scenario(
        "flake8",
        f"flake8 on {FLAKE8_FILES} files at most, without and with the plugin",
        (FLAKE8, FLAKE8_WITH),
        given=_some,
    ),
    *(
        Scenario(
            name,
            f"Editor: flake8 on the text of one file, {what}, without and with the plugin, warm",
            (FLAKE8, FLAKE8_WITH),
            warm=True,
            given=given,
            typed=typed,
        )
        for name, what, given, typed in (
            ("typed-0", "as it is on the disk", _naming, b""),
            ("typed-1", "which names the class, and has one more line", _naming, _REMARK),
            ("typed-1-other", "which does not name it, and has one more line", _not_naming, _REMARK),
        )
    ),
    Scenario("size", "Cold, by size", takes_long=True),
    Scenario("chain", "Cold: a chain of re-exports, by length", takes_long=True),
    Scenario("aliases", "Cold: aliases in one file, by number", takes_long=True),
    Scenario(
        "peers",
        "Cold: other tools, each with the part of the question that it can be asked",
        (RUFF, *(one.name for one in PEERS if one.name not in (RUFF, FLAKE8) and not one.variant_of)),
        takes_long=True,
    ),
)


@dataclass(frozen=True, slots=True)
class Result:
    """What the rounds of one scenario gave. ``samples`` has one measurement for each round, by tool."""

    scenario: str
    title: str
    baseline: str
    files: Mapping[str, int]
    """How many files each tool was given."""
    samples: Mapping[str, tuple[Measured, ...]]
    notes: tuple[str, ...]


def run(
    scenario: Scenario, task: Task, tools: Mapping[str, Tool], rounds: int, say: Callable[[str], None]
) -> Result:
    """One round for warming up, which is forgotten, then ``rounds``. A tool that fails is left out, with a note."""
    taking_part = [name for name in scenario.tools if name in tools]
    for name in taking_part:
        peer(name).prepare(task)
    changed = tuple(scenario.changed(task.project))
    samples: dict[str, list[Measured]] = {name: [] for name in taking_part}
    notes = list(_notes(scenario, tools))
    restore = None
    try:
        restore = _filled(scenario, task, tools) if scenario.before and SSOT_LINT in tools else None
    except Failed as failure:
        samples.clear()
        notes.append(f"all are left out: {failure}")
    if scenario.typed is not None:
        # What is hardly older than a run is not remembered by it.
        time.sleep(_OLD)
        for name in taking_part:
            _once(tools[name], task)
        task = replace(task, typed=_text(task) + scenario.typed)
    for number in range(rounds + 1):
        say(f"{scenario.name}: " + (f"round {number} of {rounds}" if number else "warming up"))
        _change(task.project, changed, number)
        if restore is not None:
            restore()
        for name in list(samples):
            try:
                measured = _once(tools[name], task)
            except Failed as failure:
                del samples[name]
                notes.append(f"{name} is left out: {failure}")
                continue
            if number:
                samples[name].append(measured)
    if scenario.typed is not None:
        notes += _more(samples)
    return Result(
        scenario.name,
        scenario.title,
        scenario.tools[0],
        {name: peer(name).covers(task) for name in samples},
        {name: tuple(measured) for name, measured in samples.items()},
        tuple(notes),
    )


def chosen(names: Collection[str]) -> tuple[Scenario, ...]:
    """The scenarios of these names; without names those that do not take long; ``all`` is all."""
    if not names:
        return tuple(scenario for scenario in SCENARIOS if not scenario.takes_long)
    return tuple(scenario for scenario in SCENARIOS if scenario.name in names or "all" in names)


def _filled(scenario: Scenario, task: Task, tools: Mapping[str, Tool]) -> Callable[[], None]:
    """Fills the store with other settings; what puts it back as it then was."""
    store, filled = task.project.root / _STORE, task.scratch / "filled"
    shutil.rmtree(store, ignore_errors=True)
    _once(tools[SSOT_LINT], replace(task, project=replace(task.project, settings=scenario.before)))
    shutil.rmtree(filled, ignore_errors=True)
    shutil.move(store, filled)

    def restore() -> None:
        shutil.rmtree(store, ignore_errors=True)
        shutil.copytree(filled, store)

    return restore


def _once(tool: Tool, task: Task) -> Measured:
    of = peer(tool.name)
    command = (*tool.program, *of.command(tool, task))
    threads = {"RAYON_NUM_THREADS": str(task.workers)} if task.workers else {}
    environment = {**_COMMON, **threads, **tool.environment}
    return measure(command, task.project.root, environment, of.accepted, task.typed or b"")


def _text(task: Task) -> bytes:
    """The bytes of the one file that is given."""
    (path,) = task.paths
    return (task.project.root / path).read_bytes()


def _notes(scenario: Scenario, tools: Mapping[str, Tool]) -> Iterator[str]:
    ours = tools.get(SSOT_LINT)
    if scenario.warm and ours and not ours.keeps_store:
        yield "this version of ssot-lint keeps no store: each of its runs is cold"
    if len(scenario.tools) > 2:
        # Who asks less of a tool than of another must say so beside the figures.
        yield from (f"{name} sees {peer(name).does}" for name in scenario.tools if name in tools)


def _more(samples: Mapping[str, Sequence[Measured]]) -> Iterator[str]:
    """How much more each tool takes than the first one, in the middle of the rounds."""
    (first, base), *others = samples.items()
    for name, own in others:
        seconds = median(one.seconds - other.seconds for one, other in zip(own, base, strict=True))
        busy = median(
            (one.processor or 0) - (other.processor or 0) for one, other in zip(own, base, strict=True)
        )
        yield f"{name} takes {seconds:.2f} s more than {first}, and {busy:.2f} s more of processor time"


def _change(project: Project, paths: Sequence[str], number: int) -> None:
    for path in paths:
        with open(project.root / path, "a", encoding="utf-8") as stream:
            stream.write(f"# changed before round {number}\n")
