"""SOT204: an instance is made without the constructor: ``__new__``, a copy, a pickle."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.model.facts import Call, Ref
from ssot_lint.rules.evidence import Evidence, Flagged, Match, chains, meaning, trail
from ssot_lint.rules.evidence.meaning import Meaning

LIBRARIES = frozenset("copy dataclasses attr attrs pickle cloudpickle dill".split())
COPIES = frozenset("copy deepcopy replace evolve dumps dump".split())
"""Modules, and their functions that make a copy of their argument, now or later."""

COPIED = frozenset(["0", "x", "obj", "instance"])
"""How that argument is passed."""


def check(evidence: Evidence) -> Iterator[Match]:
    if not evidence.builds:
        return
    for call in evidence.facts.calls:
        if evidence.in_factory(call.where):
            continue
        if call.method == "__new__":
            made = _bare(evidence, call)
            what = f"{evidence.canonical} without its constructor"
        elif _is_copy(evidence, call):
            copied = (meaning.instance(evidence, one.value) for one in call.arguments if one.slot in COPIED)
            made = next((one for one in copied if one is not None), None)
            what = f"a second {evidence.canonical} {evidence.outside}"
        else:
            continue
        if made is None:
            continue
        spelled = call.callee.ref.spelled if call.callee.ref is not None else call.method
        message = f"`{spelled}` {'makes' if made.sure else 'may make'} {what}"
        name = trail.name(evidence, made.value, call.where) if made.value is not None else ""
        flagged = Flagged(call.span, name, call.where)
        yield chains.match(evidence, flagged, message, evidence.remedy, made, may=not made.sure)


def _bare(evidence: Evidence, call: Call) -> Meaning | None:
    """The class of which ``C.__new__(…)`` makes an instance: the argument, or the class that has the method."""
    if call.arguments:
        return meaning.klass(evidence, call.arguments[0].value)
    link = evidence.links.ref(call.callee.ref, evidence.module) if call.callee.ref is not None else None
    of_class = link is not None and link.kind in ("symbol", "subclass") and link.rest == "__new__"
    if not of_class or link is None or link.outside:
        return None
    return Meaning("symbol", link, link.sure, value=call.callee)


def _is_copy(evidence: Evidence, call: Call) -> bool:
    """Whether a call is one of the functions that copy, or ``Pickler(…).dump``."""
    callee = call.callee
    if callee.ref is None and call.method == "dump" and callee.parts and callee.parts[0].ref is not None:
        return _library(evidence, callee.parts[0].ref, frozenset(["Pickler"]))
    return callee.ref is not None and _library(evidence, callee.ref, COPIES)


def _library(evidence: Evidence, ref: Ref, names: frozenset[str]) -> bool:
    """Whether a reference leads to a function of the libraries that has one of the names."""
    for target in ref.targets:
        module, _, name = evidence.absolute(target).rpartition(".")
        if target.startswith("?"):
            # Nothing in the file binds it: a star import may.
            module, _, name = target[1:].rpartition(".")
        elif evidence.links.project.split(module)[0] is not None:
            return False
        if name in names and (module.partition(".")[0] in LIBRARIES or (not module and name == "deepcopy")):
            return True
    return False
