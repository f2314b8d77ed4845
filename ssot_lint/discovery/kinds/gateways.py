"""Sketches → drafts of gateways: primitives that one module wraps for many, and that others touch all the same. Pure.

There has to be a home already: a module that touches the primitives, and from which others take what stands for them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Final

from ssot_lint.discovery.kinds.drafts import Draft, assigned, listed
from ssot_lint.discovery.primitives import GROUPS
from ssot_lint.discovery.project import LookedFile
from ssot_lint.discovery.shortlist import absolute

FEWEST_USERS: Final = 2
"""What fewer files of production import stands for nothing."""
FEWEST_OTHERS: Final = 2
"""Where fewer other files touch a primitive there is nothing to gather."""


def drafts(looked: Sequence[LookedFile]) -> Iterator[Draft]:
    ours = [one for one in looked if one.is_ours]
    users, known = _users(looked), _imported(looked)
    for name, group in GROUPS.items():
        touching = [one for one in ours if name in one.sketch.touched]
        homes = sorted(
            (-number, one.file.module, use, one)
            for one in touching
            for use, number in _wrappers(name, one, users, touching)
        )
        primitives = [one for one in group.primitives if one.startswith("pack:") or _is_known(one, known)]
        if homes and primitives and len(touching) - 1 >= FEWEST_OTHERS:
            number, _, use, home = homes[0]
            yield replace(_draft(name, primitives, home, use, -number), apart=len(touching) - 1)


def _wrappers(
    group: str, one: LookedFile, users: Mapping[str, AbstractSet[str]], touching: Sequence[LookedFile]
) -> Iterator[tuple[str, int]]:
    """What a module hands out in the place of primitives, with the number of files that take it: it does not only
    stand beside what touches them. Where most who touch them are outside of its folder some there must know it."""
    wraps = GROUPS[group].wraps
    folder = f"{one.file.path.rpartition('/')[0]}/".lstrip("/")
    outside = sum(not each.file.path.startswith(folder) for each in touching)
    is_for_all = 2 * outside > len(touching)
    stands_for_it = wraps.fullmatch(one.file.module.rpartition(".")[2])
    for touched, name in one.sketch.wrapping:
        takers = users.get(f"{one.file.module}.{name}", frozenset()) if touched == group else frozenset()
        far = [path for path in takers if not is_for_all or not path.startswith(folder)]
        if len(far) >= FEWEST_USERS and (stands_for_it or wraps.fullmatch(name)):
            yield name, len(takers)


def _draft(name: str, primitives: Sequence[str], home: LookedFile, use: str, number: int) -> Draft:
    module = home.file.module
    lines = [
        assigned("kind", "gateway"),
        *listed("primitives", [(one, "") for one in primitives]),
        f"# {home.file.path}: touches them for others",
        assigned("home", [module]),
        f"# {number} files import it",
        assigned("use", f"{module}.{use}"),
        '# reason = "…"  # why it matters: shown with each finding',
    ]
    return Draft(
        "gateway",
        primitives[0],
        name,
        tuple(lines),
        users=number,
        ways=len(primitives),
        evidence={
            "home": module,
            "use": {"symbol": f"{module}.{use}", "importers": number},
            "primitives": list(primitives),
        },
        least=FEWEST_OTHERS,
    )


def _users(looked: Sequence[LookedFile]) -> dict[str, set[str]]:
    """By dotted path the files of production that import it."""
    users: dict[str, set[str]] = defaultdict(set)
    for one in looked:
        if one.is_ours:
            for written, name, _ in one.sketch.imported:
                users[f"{absolute(written, one.file)}.{name}"].add(one.file.path)
    return users


def _imported(looked: Sequence[LookedFile]) -> frozenset[str]:
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
