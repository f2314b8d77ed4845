"""Sketches → drafts of gateways: primitives that one module wraps for many, and that others touch all the same. Pure.

There has to be a home already: a module with a fitting name that touches the primitives itself, and that others import.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from ssot_lint.discovery.kinds.drafts import Draft, assigned, listed
from ssot_lint.discovery.primitives import GROUPS, Group
from ssot_lint.discovery.project import Looked
from ssot_lint.discovery.shortlist import absolute

FEWEST_USERS: Final = 2
"""A home that fewer files of production import wraps nothing."""
FEWEST_OTHERS: Final = 2
"""Where fewer other files touch a primitive there is nothing to gather."""
_MOST_HOMES: Final = 3


def drafts(looked: Sequence[Looked]) -> Iterator[Draft]:
    ours = [one for one in looked if one.is_ours]
    users, taken = _taken(looked)
    known = _imported(looked)
    for name, group in GROUPS.items():
        touching = [one for one in ours if name in one.sketch.touched]
        homes = sorted(
            (one for one in touching if _is_home(one, group, users)),
            key=lambda one: (-len(users[one.file.module]), one.file.module.count("."), one.file.module),
        )
        primitives = [one for one in group.primitives if one.startswith("pack:") or _is_known(one, known)]
        if not homes or not primitives or len(touching) - 1 < FEWEST_OTHERS:
            continue
        yield _draft(name, primitives, homes[0], users, taken)


def _is_home(one: Looked, group: Group, users: dict[str, set[str]]) -> bool:
    return (
        bool(group.words.search(one.file.module))
        and len(users[one.file.module]) >= FEWEST_USERS
        and bool(one.sketch.functions or one.sketch.classes)
    )


def _draft(
    name: str,
    primitives: Sequence[str],
    home: Looked,
    users: dict[str, set[str]],
    taken: dict[str, Counter[str]],
) -> Draft:
    module = home.file.module
    defined = {*home.sketch.functions, *home.sketch.classes}
    use = next(
        (
            one
            for one, _ in sorted(taken[module].items(), key=lambda item: (-item[1], item[0]))
            if one in defined
        ),
        "",
    )
    number = len(users[module])
    lines = [
        assigned("kind", "gateway"),
        *listed("primitives", [(one, "") for one in primitives]),
        f"# {home.file.path}: touches them, and {number} files import it",
        assigned("home", [module]),
    ]
    if use:
        lines.append(assigned("use", f"{module}.{use}"))
    lines.append('# reason = "…"  # why it matters: shown with each finding')
    return Draft(
        "gateway",
        GROUPS[name].primitives[0] if not primitives[0].startswith("pack:") else primitives[0],
        name,
        tuple(lines),
        users=number,
        ways=len(primitives),
        evidence={"home": {"module": module, "importers": number}, "primitives": list(primitives)},
        at="",
        least=FEWEST_OTHERS,
    )


def _taken(looked: Sequence[Looked]) -> tuple[dict[str, set[str]], dict[str, Counter[str]]]:
    """By module the files of production that import it, and how often each of its names is imported."""
    users: dict[str, set[str]] = defaultdict(set)
    taken: dict[str, Counter[str]] = defaultdict(Counter)
    for one in looked:
        if one.is_ours:
            for written, name, _ in one.sketch.imported:
                module = absolute(written, one.file)
                for path in (module, f"{module}.{name}"):
                    if path != one.file.module:
                        users[path].add(one.file.path)
                taken[module][name] += 1
            for module in one.sketch.modules:
                users[module].add(one.file.path)
    return users, taken


def _imported(looked: Sequence[Looked]) -> frozenset[str]:
    """All modules that anybody imports, with the packages that they are in, and what is taken from them."""
    found: set[str] = set()
    for one in looked:
        for module in one.sketch.modules:
            found.add(module)
        for written, name, _ in one.sketch.imported:
            if not written.startswith("."):
                found |= {written, f"{written}.{name}"}
    return frozenset(found)


def _is_known(primitive: str, known: frozenset[str]) -> bool:
    """Whether anybody imports the module of a primitive."""
    module = primitive.rpartition(".")[0]
    return not known.isdisjoint({primitive, module} - {""})
