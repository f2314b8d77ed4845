"""The declarations of a contract of kind base → those that lead nowhere, or to what no class can derive from. Pure."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from ssot_lint.links.module import absolute
from ssot_lint.links.names import exists
from ssot_lint.links.parameters import taker_of
from ssot_lint.links.resolve import Links
from ssot_lint.model.contracts import BaseContract, Role
from ssot_lint.rules.health.module_patterns import uncovered
from ssot_lint.rules.health.nearest import hint

_NO_CLASSES = {"module": "a module", "def": "a function"}


def faults(links: Links, everywhere: Sequence[Links]) -> Iterator[tuple[str, int, str, str]]:
    """What is wrong with each entry: its key and place, the code, and a sentence."""
    roles: tuple[tuple[str, Role], ...] = (("canonical", "canonical"), ("instead-of", "instead"))
    for key, role in roles:
        for number, path in enumerate(links.contract.named(role)):
            goal = links.roles.goals[path]
            if goal.kind in _NO_CLASSES:
                what = _NO_CLASSES[goal.kind]
                yield (
                    key,
                    number,
                    "SOT907",
                    f"`{path}` is {what}: no class can derive from it; name the class",
                )
            elif not any(_is_there(view, path) for view in everywhere):
                yield key, number, "SOT901", f"`{path}` does not exist"


def patterns(links: Links, everywhere: Sequence[Links]) -> Iterator[tuple[str, int, str]]:
    """The patterns that cover no module: the key, the place there, and a sentence."""
    contract = links.contract
    assert isinstance(contract, BaseContract)
    for number, message in uncovered("within", contract.within, everywhere):
        yield "within", number, message


def missing(everywhere: Sequence[Links]) -> Iterator[tuple[int, str]]:
    """The parameters that do not exist, by their places, each with what is wrong."""
    for number, path in enumerate(everywhere[0].contract.named("parameter") if everywhere else ()):
        takers = [taker_of(view.project, path) for view in everywhere]
        known = [one for one in takers if one is not None]
        above, _, name = path.rpartition(".")
        if not known and not any(_is_there(view, above) for view in everywhere):
            yield number, f"`{path}` does not exist{hint(everywhere[0], above, f'.{name}')}"
        elif known and all(one.is_known and not one.found for one in known):
            near = get_close_matches(name, sorted({own for one in known for own in one.others}), 1)
            meant = f"; did you mean `{above}.{near[0]}`?" if near else ""
            yield number, f"nothing at `{above}` takes `{name}`{meant}"


def _is_there(links: Links, path: str) -> bool:
    """Whether the project has something at a path, or a library that it may use."""
    project, top = links.project, path.partition(".")[0]
    if project.split(path)[0] is not None or project.is_module(top):
        return exists(project, path)
    return top in sys.stdlib_module_names or top == "builtins" or top in _imported(links)


def _imported(links: Links) -> set[str]:
    """The first parts of all that is imported, as far as facts tell."""
    paths = (absolute(one.target, module) for module in links.project.every() for one in module.facts.imports)
    return {path.partition(".")[0] for path in paths}
