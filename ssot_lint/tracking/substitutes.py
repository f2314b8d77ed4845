"""The path that a contract recommends in place of primitives → how often the project goes by it."""

from __future__ import annotations

from collections.abc import Callable

from ssot_lint.facts.extract import extract
from ssot_lint.links.index import Index
from ssot_lint.links.module import Module, absolute
from ssot_lint.links.users import normal


def substitutes(built: Index, use: str, read: Callable[[str], bytes | None]) -> int:
    """The imports that bind it, and the dotted paths to it at each use, outside of its own module."""
    module, _, name = use.rpartition(".")
    if not module:
        return 0
    words = name.encode(), module.rpartition(".")[2].encode()
    number = 0
    for file in built.listing.files:
        data = read(file.path) if module not in file.names else None
        if data is None or not all(word in data for word in words):
            continue
        one = Module(file, extract(data, frozenset([name])))
        targets = [bound.target for bound in one.facts.imports if bound.name == name]
        targets += [
            target
            for ref in (used.ref for used in one.facts.uses)
            if "." in ref.spelled
            for target in ref.targets[:1]
            if target[:1] not in (":", "?")
        ]
        paths = [normal(built.project, absolute(target, one)) for target in targets]
        number += sum(f"{path}." == f"{use}." or path.startswith(f"{use}.") for path in paths)
    return number
