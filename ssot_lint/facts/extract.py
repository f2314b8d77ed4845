"""A file's bytes and the names asked for → ``Facts``. Standard library ``ast``, pure; it always returns."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import TypeVar

from ssot_lint.facts import comments
from ssot_lint.facts.definitions.annotations import annotation_facts
from ssot_lint.facts.definitions.classes import class_facts
from ssot_lint.facts.definitions.exports import exported
from ssot_lint.facts.definitions.functions import function_facts
from ssot_lint.facts.definitions.getters import served
from ssot_lint.facts.definitions.named import named_in
from ssot_lint.facts.definitions.slots import slot_facts
from ssot_lint.facts.definitions.writes import write_facts
from ssot_lint.facts.following import followed, taken_from
from ssot_lint.facts.lines import Lines
from ssot_lint.facts.outline import outlined
from ssot_lint.facts.parse import parse
from ssot_lint.facts.reading import Reading
from ssot_lint.facts.references.bindings import binding_facts, import_facts
from ssot_lint.facts.references.calls import call_facts, typed
from ssot_lint.facts.references.keys import key_facts
from ssot_lint.facts.references.literals import literal_facts
from ssot_lint.facts.references.methods import method_facts
from ssot_lint.facts.references.uses import text_facts, use_facts
from ssot_lint.facts.sharing.sharing import sharing_of
from ssot_lint.facts.syntax import NAMES
from ssot_lint.facts.walk import walk
from ssot_lint.model.asked import MEMBERS, behind, names_of, of_literals
from ssot_lint.model.errors import Unparsable
from ssot_lint.model.facts import Binding, Call, Facts, Import, Use, Write

VERSION = 57
"""Grows whenever the same bytes and names may have other facts than before."""


def extract(data: bytes, asked: frozenset[str], *, sharing: bool = False) -> Facts:
    """What the file says about the names. ``sharing``: and what it shares, under any name."""
    spoken = comments.read(data)
    try:
        tree = parse(data)
    except Unparsable as problem:
        return Facts(
            comments=spoken,
            problem=problem.message,
            problem_line=problem.line,
            problem_column=problem.column,
        )
    lines = Lines(data)
    names = names_of(asked)
    told = of_literals(asked) if len(names) < len(asked) else names

    @cache
    def whole() -> Reading:
        """The whole tree, walked once: a constant, an annotation or a key may stand anywhere."""
        return Reading(walk(tree), {}, frozenset(), lines)

    literals = literal_facts(whole, lines, told) if len(names) < len(told) else None
    methods = method_facts(whole, lines, asked) if len(told) < len(asked) else None
    keys = key_facts(whole, lines, asked) if len(told) < len(asked) else ()
    if whole.cache_info().currsize:
        whole().walked.release()
    taken = taken_from(tree, behind(MEMBERS, asked), lines) if len(told) < len(asked) else frozenset[str]()
    reading = Reading(*followed(tree, lines, names, taken), lines)
    writes = _sorted(write_facts(reading))
    exports, exports_line = exported(tree) if "__all__" in lines.search else (None, 0)
    facts = Facts(
        imports=tuple(import_facts(reading)),
        bindings=tuple(_sorted(binding_facts(reading))),
        uses=tuple(_sorted(use_facts(reading))),
        calls=tuple(call_facts(reading)),
        texts=tuple(text_facts(reading)),
        functions=tuple(typed(reading, function_facts(reading))),
        classes=tuple(class_facts(reading, writes)),
        slots=tuple(slot_facts(reading)),
        writes=tuple(writes),
        exports=exports,
        exports_line=exports_line,
        forwards=tuple(served(reading)),
        sharing=sharing_of(tree, lines) if sharing else None,
        comments=spoken,
        derived=tuple(sorted(reading.asked - names)),
        annotations=tuple(annotation_facts(reading)),
        literals=literals,
        methods=methods,
        keys=keys,
        named=named_in(tree) if NAMES in names else (),
    )
    reading.walked.release()
    return outlined(facts, reading.asked)


Placed = TypeVar("Placed", Import, Binding, Use, Call, Write)


def _sorted(found: Iterable[Placed]) -> list[Placed]:
    return sorted(found, key=lambda one: one.ref.span if isinstance(one, Use) else one.span)
