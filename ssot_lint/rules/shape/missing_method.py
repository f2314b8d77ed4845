"""SOT704: a class that derives directly from a canonical class lacks a method that the contract declares."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.links.definitions import lineage
from ssot_lint.links.module import Module
from ssot_lint.model.facts import Class
from ssot_lint.rules.evidence import Evidence, Flagged, Match, shapes
from ssot_lint.rules.evidence.shapes import BaseClass

ABSTRACT = ("abc.ABC", "typing.Protocol", "typing_extensions.Protocol")
"""Bases by which a class is meant to be derived from."""

PLAIN = frozenset("dataclass final total_ordering runtime_checkable skip skipIf skipUnless patch".split())
"""Last names of decorators that give a class no methods of the project."""


def check(evidence: Evidence) -> Iterator[Match]:
    declared = shapes.contract_of(evidence).methods
    for klass in shapes.classes(evidence) if declared else ():
        bases = list(shapes.bases(evidence, klass, evidence.module))
        base = next((one for one in bases if _is_direct(one)), None)
        if base is None or _is_abstract(klass, bases):
            continue
        had = _had(evidence, klass, bases)
        missing = [f"`{name}`" for name in declared if name not in had]
        if not missing:
            continue
        symbol, may = shapes.named(evidence, base), _is_open(evidence, klass)
        message = f"`{klass.name}` {'may have' if may else 'has'} no {shapes.listed(missing)}, "
        message += f"declared for whatever derives from {symbol}"
        flagged = Flagged(klass.span, klass.name, klass.where)
        chain = base.link.chain if base.link is not None else ()
        yield shapes.match(evidence, flagged, message, chain, may, symbol)._replace(
            advice=f"define {shapes.listed(missing)}"
        )


def _is_direct(base: BaseClass) -> bool:
    return base.ground == "canonical" and base.sure and base.link is not None and base.link.kind == "symbol"


def _is_abstract(klass: Class, bases: list[BaseClass]) -> bool:
    metaclass = klass.metaclass.spelled.rpartition(".")[2] if klass.metaclass is not None else ""
    return (
        metaclass == "ABCMeta"
        or any(one.path in ABSTRACT for one in bases)
        or any(name.startswith("abstract") for method in klass.methods for name in method.decorators)
    )


def _had(evidence: Evidence, klass: Class, bases: list[BaseClass]) -> set[str]:
    """The names that a class defines, or inherits from classes of the project."""
    found = lineage(evidence.links.project, evidence.module, klass)
    for base in bases:
        found += shapes.canonical_lineage(evidence, shapes.named(evidence, base)) if _is_direct(base) else []
    names: set[str] = set()
    for module, one in found:
        names.update(method.name for method in one.methods)
        names.update(one.names, one.fresh)
        # What is put there from without, or by its methods.
        names.update(write.name for write in module.facts.writes if write.klass == one.qualname)
    return names


def _is_open(evidence: Evidence, klass: Class) -> bool:
    """Whether something else may add a method: a base that is known only at run time, a decorator of the class, or its
    ``__getattr__``."""
    decorators = (one.spelled.rpartition(".")[2] for one in klass.decorators if ".mark." not in one.spelled)
    if any(name not in PLAIN for name in decorators) or not shapes.is_of_project(evidence):
        return True
    todo = [(evidence.module, klass)]
    todo += [
        above for path in shapes.canonicals(evidence) for above in shapes.canonical_lineage(evidence, path)
    ]
    if any(_answers_all(one) for one in todo):
        return True
    return any(
        base.ground == "unknown" or not base.sure or (base.klass is not None and _answers_all(base.klass))
        for module, one in todo
        for base in shapes.descent(evidence, one, module).bases
    )


def _answers_all(found: tuple[Module, Class]) -> bool:
    """Whether a class says itself what a name means that it does not define."""
    return any(one.name in ("__getattr__", "__getattribute__") for one in found[1].methods)
