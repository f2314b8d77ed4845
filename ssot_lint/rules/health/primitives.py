"""The primitives of a gateway → those that are nowhere, and those that nobody touches. Pure."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterable, Iterator, Sequence

from ssot_lint.links.project import absolute
from ssot_lint.links.resolve import Links
from ssot_lint.model.packs import PREFIX

_KNOWN = frozenset({*sys.stdlib_module_names, "builtins"})


def faults(links: Links, everywhere: Sequence[Links]) -> Iterator[tuple[int, str, str]]:
    """What is wrong with each entry: its place, the code, and a sentence. Of a pack it is enough that one is used."""
    used = {path for view in everywhere for path in _used(view)}
    modules = {path for view in everywhere for path in _imported(view)}
    imported = {path.partition(".")[0] for path in modules}
    for number, entry in enumerate(getattr(links.contract, "primitives", ())):
        if entry.startswith(PREFIX):
            if used.isdisjoint(links.contract.named("primitive")):
                yield number, "SOT903", f"nothing in the project touches what `{entry}` names"
            continue
        top = entry.partition(".")[0]
        if entry in used or top == "builtins" or not modules.isdisjoint(_above(entry)):
            continue
        if top in _KNOWN or top in imported or any(view.project.is_module(top) for view in everywhere):
            yield number, "SOT903", f"nothing in the project touches `{entry}`"
        else:
            yield number, "SOT901", f"`{entry}` is nowhere: {_nearest(top, imported)}"


def _nearest(top: str, imported: Iterable[str]) -> str:
    near = difflib.get_close_matches(top, sorted({*imported, *_KNOWN}), 1)
    return (
        f"did you mean `{near[0]}`?"
        if near
        else f"neither the project nor anything that it imports is called `{top}`"
    )


def _used(links: Links) -> Iterator[str]:
    """The primitives that some file imports, reaches or names in a string."""
    named = frozenset(links.contract.named("primitive"))
    for module in links.project.every():
        for one in module.facts.imports:
            path = absolute(one.target, module) if one.name != "*" else ""
            yield from _of(links, path)
            if one.name == "*":
                source = absolute(one.module, module)
                yield from (path for path in named if path.rpartition(".")[0] == source)
        for use in module.facts.uses:
            link = links.ref(use.ref, module)
            if link is not None:
                yield link.origin
            for target in use.ref.targets:
                if target.startswith("?"):
                    yield f"builtins.{target[1:]}"
        for text in module.facts.texts:
            yield from _of(links, text.value)
            for target in text.subject.targets if text.subject is not None else ():
                yield from _of(links, f"{absolute(target, module)}.{text.value}")


def _of(links: Links, path: str) -> Iterator[str]:
    link = links.path(path) if path else None
    if link is not None:
        yield link.origin


def _imported(links: Links) -> Iterator[str]:
    """All that is imported, as far as facts tell, with what that is in."""
    for module in links.project.every():
        for one in module.facts.imports:
            path = absolute(one.target, module)
            yield path
            yield from _above(path)


def _above(path: str) -> Iterator[str]:
    parts = path.split(".")
    yield from (".".join(parts[:end]) for end in range(1, len(parts)))
