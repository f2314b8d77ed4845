"""SOT701: a class derives from a class that the contract wants replaced, and from no canonical class."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.model.facts import Call
from ssot_lint.rules.evidence import Evidence, Flagged, Match, classes, shapes
from ssot_lint.rules.evidence.shapes import BaseClass


def check(evidence: Evidence) -> Iterator[Match]:
    if not shapes.contract_of(evidence).instead_of:
        return
    for klass in shapes.classes(evidence):
        wrong = _wrong(shapes.bases(evidence, klass, evidence.module))
        if wrong is None:
            continue
        found = shapes.descent(evidence, klass, evidence.module)
        if found.derives != "yes":
            may = not wrong.sure or any(_leaves_open(evidence, one) for one in found.bases)
            message = _message(evidence, klass.name, wrong, may)
            chain = wrong.link.chain if wrong.link is not None else ()
            flagged = Flagged(klass.span, klass.name, klass.where)
            yield shapes.match(evidence, flagged, message, chain, may)
    if evidence.judged:
        for call in evidence.facts.calls:
            yield from _by_call(evidence, call)


def _by_call(evidence: Evidence, call: Call) -> Iterator[Match]:
    """``type("X", (TestCase,), {})``."""
    name = call.arguments[0].text if call.arguments else ""
    if not classes.makes_class(call) or evidence.links.roles.is_double(name):
        return
    parts = call.arguments[1].value.parts
    found = [one for part in parts for one in shapes.of(evidence, part, evidence.module, call.where.scope)]
    wrong = _wrong(found)
    if wrong is not None and not any(one.ground == "canonical" and one.sure for one in found):
        may = not wrong.sure or any(_leaves_open(evidence, one) for one in found)
        message = _message(evidence, name, wrong, may)
        chain = wrong.link.chain if wrong.link is not None else ()
        yield shapes.match(evidence, Flagged(call.span, name, call.where), message, chain, may)


def _wrong(bases: Iterator[BaseClass] | list[BaseClass]) -> BaseClass | None:
    found = [one for one in bases if one.ground == "instead"]
    return next((one for one in found if one.sure), found[0] if found else None)


def _leaves_open(evidence: Evidence, base: BaseClass) -> bool:
    """Whether a base may be a canonical class. Another library does not know the project's own classes."""
    if base.ground == "foreign":
        return not shapes.is_of_project(evidence)
    return base.ground == "unknown" or (base.ground == "canonical" and not base.sure)


def _message(evidence: Evidence, name: str, wrong: BaseClass, may: bool) -> str:
    verb = "may derive" if may else "derives"
    of = f"`{name}` {verb} from {wrong.path}" if name else f"a class {verb} from {wrong.path}"
    return f"{of} and not from {shapes.either(shapes.canonicals(evidence))}"
