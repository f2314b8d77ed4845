"""The state of all files and the links of all contracts → what is shared, file by file. Asks inference last."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TypeVar

from ssot_lint.facts.flow import MUTATORS
from ssot_lint.facts.parse import EXHAUSTED
from ssot_lint.inference.ask import Ask
from ssot_lint.links.module import Module, absolute
from ssot_lint.links.project import Project
from ssot_lint.links.resolve import Links
from ssot_lint.rules.every_class import caches, containers, instances, singletons, slots
from ssot_lint.rules.every_class.changes import Changes
from ssot_lint.rules.every_class.classes import Classes
from ssot_lint.rules.every_class.doings import Doings
from ssot_lint.rules.every_class.survey import Shared, Survey
from ssot_lint.rules.every_class.timing import Timing
from ssot_lint.rules.evidence import Evidence, meaning

T = TypeVar("T")


def judged(
    project: Project, contracts: Sequence[Links], inference: Callable[[Module], Callable[[int], Ask]]
) -> Mapping[str, tuple[Shared, ...] | None]:
    """What every file shares, by its path; None where that cannot be told, for the file asks too much.

    ``inference`` gives that of a file, for the contract of a number. A contract says itself what may share its class,
    and what may keep its instances: neither is judged here."""
    kept: set[str] = set()

    def spoken_for(path: str) -> bool:
        return path in kept or any(links.path(path) is not None for links in contracts)

    lost: set[str] = set()

    def attempt(module: Module, work: Callable[[], Iterable[T]]) -> tuple[T, ...]:
        try:
            return tuple(work())
        except EXHAUSTED:
            lost.add(module.file.path)
            return ()

    for module in project.by_path.values():
        kept.update(attempt(module, partial(_kept, module, contracts, inference(module))))
    classes = Classes(project)
    doings = Doings(classes)
    timing = Timing(doings)
    survey = Survey(classes, doings, timing, Changes(timing), spoken_for)
    for module, state in classes.states:
        attempt(module, partial(doings.add, module, state))
    found = {
        path: attempt(module, partial(_shared, survey, module))
        for path, module in sorted(project.by_path.items())
    }
    return {path: None if path in lost else some for path, some in found.items()}


def _kept(module: Module, contracts: Sequence[Links], ask: Callable[[int], Ask]) -> Iterator[str]:
    """The dotted paths of containers in which a file keeps instances of contracts."""
    for number, links in enumerate(contracts):
        evidence = Evidence(links, module, ask(number))
        for write in module.facts.writes:
            if write.target is None or (write.how != "item" and write.how not in MUTATORS):
                continue
            if meaning.instance(evidence, write.value) is not None:
                for target in write.target.targets:
                    yield absolute(target, module)


def _shared(survey: Survey, module: Module) -> Iterator[Shared]:
    """What one file shares."""
    state = module.facts.sharing
    if state is None:
        return
    yield from singletons.found(survey, module, state)
    yield from caches.found(survey, module, state)
    yield from slots.found(survey, module, state)
    seen: set[str] = set()
    for held in state.slots:
        name = f"{held.owner}.{held.name}" if held.owner else held.name
        if name in seen or (held.name.startswith("__") and held.name.endswith("__")):
            continue
        seen.add(name)
        one = containers.found(survey, module, name) or instances.found(survey, module, name)
        if one is not None:
            yield one
