"""Sketches → drafts of base contracts: a class of the project that stands for a foreign one, which others derive from
all the same. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from ssot_lint.discovery.kinds.drafts import Draft, assigned, listed
from ssot_lint.discovery.project import LookedFile
from ssot_lint.discovery.shortlist import absolute
from ssot_lint.model.name_words import name_words

FEWEST: Final = 2
"""A class from which fewer derive is no base that the project has agreed on."""
FEWEST_OTHERS: Final = 2

_PLAIN = re.compile(
    r"(builtins\.)?(object|dict|list|tuple|set|frozenset|str|int|float|bytes|type|property|\w*(Error|Exception|Warning|Exit|Interrupt))"
    r"|(typing|typing_extensions|abc|enum|collections|collections\.abc|dataclasses|contextlib|types|io|ast|string)\..*"
    r"|.*\.(\w*Enum|Generic|Protocol|ABC|\w*Error|\w*Exception|\w*Warning|NodeVisitor|NodeTransformer|\w*Mixin|Handler"
    r"|Formatter|Filter|Action|Thread|local|JSONEncoder|HTMLParser|Directive|Extension|AppConfig|Migration|Model)"
)
"""Bases that everybody derives from, also beside one of the project's own."""

_NAMED = re.compile(
    r"\w*Base\w*|\w*TestCase|\w*Model|\w*Schema|\w*Serializer|\w*View\w*|Abstract\w*|Custom\w*|App\w*"
)

_OF_ANY_BASE = frozenset(("base", "abstract", "async"))
_FOR_ALL = _OF_ANY_BASE | frozenset(
    ("custom", "common", "core", "app", "application", "project", "default", "our", "my")
)
"""A class that adds only these to a foreign name, or the project's own, is meant for all of the project."""


def drafts(looked: Sequence[LookedFile]) -> Iterator[Draft]:
    direct, homes = _derived(looked)
    tops = {home.partition(".")[0] for home in homes}
    by_foreign: dict[str, list[str]] = defaultdict(list)
    for own, bases in sorted(direct.items()):
        for base in bases:
            is_foreign = "." in base and base.partition(".")[0] not in tops
            if is_foreign and not _PLAIN.fullmatch(base):
                by_foreign[base].append(own)
    below = _below(direct)
    for foreign, classes in sorted(by_foreign.items()):
        others = sum(not below[one] for one in classes)
        ranked = sorted(
            (one for one in classes if _is_base(one, foreign, len(below[one]), others)),
            key=lambda one: (-len(below[one]), one),
        )
        if ranked and others >= FEWEST_OTHERS:
            yield _draft(foreign, ranked[0], len(below[ranked[0]]), homes[ranked[0]], others)


def _is_base(path: str, foreign: str, below: int, others: int) -> bool:
    """Whether a class stands for a foreign one: more derive from it, or its name says so. One that adds a word of its
    own is meant for what the word says."""
    name = path.rpartition(".")[2]
    if below < FEWEST or not _NAMED.fullmatch(name):
        return False
    if below > others:
        return True
    ours, said = {*name_words(name)}, {*name_words(foreign.rpartition(".")[2])} - _OF_ANY_BASE
    own = {*name_words(path.partition(".")[0])}
    return bool(said) and said <= ours and ours - said <= _FOR_ALL | own and below >= others / 10


def _draft(foreign: str, canonical: str, below: int, home: LookedFile, others: int) -> Draft:
    lines = [
        assigned("kind", "base"),
        f"# {home.file.path}: {below} classes derive from it",
        assigned("canonical", canonical),
        *listed("instead-of", [(foreign, "named as a base elsewhere")]),
        '# reason = "…"  # why it matters: shown with each finding',
    ]
    return Draft(
        "base",
        canonical,
        canonical.rpartition(".")[2],
        tuple(lines),
        users=below,
        ways=2,
        evidence={"derived": below, "instead_of": [foreign]},
        claims=(canonical,),
        at=home.file.path,
        least=FEWEST_OTHERS,
        apart=others,
    )


def _derived(looked: Sequence[LookedFile]) -> tuple[dict[str, tuple[str, ...]], dict[str, LookedFile]]:
    """The bases of each class at module level, as absolute paths as far as its file knows them; and where it is."""
    direct: dict[str, list[str]] = defaultdict(list)
    homes: dict[str, LookedFile] = {}
    for one in looked:
        if one.set_aside or not one.file.has_name:
            continue
        names = {bound: f"{absolute(module, one.file)}.{name}" for module, name, bound in one.sketch.imported}
        for own in one.sketch.classes:
            homes.setdefault(f"{one.file.module}.{own}", one)
        own_classes = {*one.sketch.classes}
        for own, written in one.sketch.bases:
            first, dot, rest = written.partition(".")
            if not dot and first in own_classes:
                path = f"{one.file.module}.{first}"
            elif first in names:
                path = f"{names[first]}{dot}{rest}"
            else:
                path = written
            direct[f"{one.file.module}.{own}"].append(path)
    return {own: tuple(bases) for own, bases in direct.items()}, homes


def _below(direct: dict[str, tuple[str, ...]]) -> dict[str, set[str]]:
    """By class all that derive from it, directly or not."""
    children: dict[str, set[str]] = defaultdict(set)
    for own, bases in direct.items():
        for base in bases:
            children[base].add(own)
    found: dict[str, set[str]] = defaultdict(set)
    for own in list(direct):
        todo = [*children[own]]
        while todo:
            one = todo.pop()
            if one not in found[own]:
                found[own].add(one)
                todo += children[one]
    return found
