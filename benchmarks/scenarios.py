"""The situations that are measured, and the rounds of each: every tool in turn, again and again."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks.measure import Failed, Measured, measure
from benchmarks.monorepo import TWENTY
from benchmarks.project import Project, naming, not_naming, thinned
from benchmarks.tools import FLAKE8, FLAKE8_WITH, PEERS, RUFF, SSOT_LINT, Task, Tool, peer

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
    given: Callable[[Project], Sequence[str]] = lambda project: ()
    """The files to judge; none: all."""
    changed: Callable[[Project], Sequence[str]] = lambda project: ()
    """The files that get one more line before each round."""
    takes_long: bool = False


def _three(project: Project) -> tuple[str, ...]:
    """Files of a commit: one that names the symbol, one that does not, and one from the end."""
    first, second = naming(project), not_naming(project)
    return (first, second, next(path for path in reversed(project.files) if path not in (first, second)))


def _some(project: Project) -> tuple[str, ...]:
    return thinned(project.files, FLAKE8_FILES)


SCENARIOS: Final = (
    Scenario("cold", "Cold: no cache"),
    Scenario("cold-20", "Cold, 20 contracts at once", settings=TWENTY),
    Scenario("warm", "Warm: nothing changed", warm=True),
    Scenario(
        "warm-1",
        "Warm: one file changed, which names the class",
        warm=True,
        changed=lambda project: (naming(project),),
    ),
    Scenario(
        "warm-1-other",
        "Warm: one file changed, which does not name the class",
        warm=True,
        changed=lambda project: (not_naming(project),),
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
    Scenario("size", "Cold, by size", takes_long=True),
    Scenario(
        "peers",
        "Cold: other tools, each with the part of the question that it can be asked",
        (RUFF, *(each.name for each in PEERS if each.name not in (RUFF, FLAKE8, FLAKE8_WITH))),
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
    for number in range(rounds + 1):
        say(f"{scenario.name}: " + (f"round {number} of {rounds}" if number else "warming up"))
        _change(task.project, changed, number)
        for name in list(samples):
            try:
                measured = _once(tools[name], task)
            except Failed as failure:
                del samples[name]
                notes.append(f"{name} is left out: {failure}")
                continue
            if number:
                samples[name].append(measured)
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


def _once(tool: Tool, task: Task) -> Measured:
    of = peer(tool.name)
    command = (*tool.program, *of.command(tool, task))
    threads = {"RAYON_NUM_THREADS": str(task.workers)} if task.workers else {}
    environment = {**_COMMON, **threads, **tool.environment}
    return measure(command, task.project.root, environment, of.accepted)


def _notes(scenario: Scenario, tools: Mapping[str, Tool]) -> Iterator[str]:
    ours = tools.get(SSOT_LINT)
    if scenario.warm and ours and not ours.keeps_store:
        yield "this version of ssot-lint keeps no store: each of its runs is cold"
    if len(scenario.tools) > 2:
        # Who asks less of a tool than of another must say so beside the figures.
        yield from (f"{name} sees {peer(name).does}" for name in scenario.tools if name in tools)


def _change(project: Project, paths: Sequence[str], number: int) -> None:
    for path in paths:
        with open(project.root / path, "a", encoding="utf-8") as stream:
            stream.write(f"# changed before round {number}\n")
