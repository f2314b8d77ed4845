"""A touch of a primitive → the literals by which something is asked of it. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.links.link import Link
from ssot_lint.model.facts import INSIDE, ITEM, Call
from ssot_lint.model.finding import Span
from ssot_lint.rules.evidence import Evidence

GETTERS = frozenset("getenv getenvb putenv unsetenv".split())
"""Functions that are asked by their first argument."""


def _is_getter(path: str) -> bool:
    """Whether a primitive is asked by its first argument: ``os.environ.get`` is, and ``requests.get`` is not."""
    owner, _, name = path.rpartition(".")
    return name in GETTERS or (name == "get" and "." in owner)


def asked(evidence: Evidence, span: Span, call: Call | None, link: Link) -> tuple[str, ...]:
    """The literals that say what is asked of what stands at a place: of an item, in what is added in place, in a
    call."""
    found = [one.text for one in evidence.facts.keys if one.span == span and one.slot in (ITEM, INSIDE)]
    return tuple(found) if call is None else (*found, *_given(evidence, call, link))


def asked_of(evidence: Evidence, span: Span, link: Link) -> tuple[str, ...]:
    """The literals by which something is asked of what an expression gives, also by a method of that."""
    for call in evidence.facts.calls:
        by_method = span._replace(end_column=span.end_column + len(f".{call.method}"))
        if call.callee.span == span:
            return asked(evidence, span, call, link)
        if call.callee.span == by_method:
            return asked(evidence, span, call, link._replace(rest=call.method))
    return asked(evidence, span, None, link)


def _given(evidence: Evidence, call: Call, link: Link) -> Iterator[str]:
    """The first argument of a mapping's method, and what ``update`` is given; all arguments of other calls."""
    method = link.rest.rpartition(".")[2]
    for slot, text in _arguments(evidence, call):
        if method == "update":
            if slot == INSIDE:
                yield text
        elif slot != INSIDE and (slot in ("0", "key") or not (method or _is_getter(link.path))):
            yield text
    if method == "update":
        yield from (one.slot for one in call.arguments if not one.slot.isdigit())


def _arguments(evidence: Evidence, call: Call) -> Iterator[tuple[str, str]]:
    """The literals that a call is given, with their slots."""
    return ((one.slot, one.text) for one in evidence.facts.keys if one.span == call.span)


def put(evidence: Evidence, call: Call, spelled: str) -> Iterator[str]:
    """The items that ``patch.dict``, ``setitem`` and ``delitem`` change."""
    of_dict = spelled.endswith("patch.dict")
    yield from (
        text
        for slot, text in _arguments(evidence, call)
        if (slot == INSIDE if of_dict else slot in ("1", "name"))
    )
    if of_dict:
        yield from (one.slot for one in call.arguments if not one.slot.isdigit() and one.slot not in _OF_DICT)


_OF_DICT = frozenset(["in_dict", "values", "clear"])
"""The parameters of ``patch.dict`` that are no keys."""
