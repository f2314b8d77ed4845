"""A Python text and a place in it → the names of contracts that may stand there, with the imports that they need. Pure,
but for what it is given to ask.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ssot_lint.engine.completions.bindings import visible
from ssot_lint.engine.completions.import_place import import_edits
from ssot_lint.engine.completions.place import ImportedName, ModulePath, UsedName, place
from ssot_lint.engine.completions.proposal import Proposal
from ssot_lint.engine.completions.tokens import begin_of, statements_of, tokens_of
from ssot_lint.fixes.imports import spelled
from ssot_lint.links.module import Module, absolute
from ssot_lint.model.contracts import Contract, Role
from ssot_lint.model.facts import Facts
from ssot_lint.model.finding import Edit, File, Span

_STAR = re.compile(r"\bimport[ \t(]*\*")
_PATTERN = re.compile(r"[*?\[\].]")


@dataclass(frozen=True, slots=True)
class NamesKnown:
    """What is known of a project. ``modules`` are the names of its modules. ``file`` is the one in which something is
    typed. ``members`` gives the names of a module that are members of a vocabulary, which the module is; ``handed_on``
    those that lead to symbols by other paths than they shall; both with the contracts. ``leads`` says whether a path
    leads to the symbol of a contract at all."""

    contracts: Sequence[Contract]
    modules: Collection[str]
    file: File
    members: Callable[[str], Iterable[tuple[str, Contract]]] = lambda module: ()
    handed_on: Callable[[str], Iterable[tuple[str, Contract]]] = lambda module: ()
    leads: Callable[[Contract, str], bool] = lambda contract, path: False

    def absolute(self, path: str) -> str:
        """A path of the file's imports, which may be relative; empty where that leads nowhere."""
        return absolute(path, Module(self.file, Facts()))

    @property
    def package(self) -> list[str]:
        """The parts of the package at which the file's relative imports begin."""
        parts = self.file.module.split(".")
        return parts if self.file.package else parts[:-1]


class Canonical(NamedTuple):
    """A path by which everyone shall use a symbol: the module that has the name, which is empty where the path is that
    of a module at the top, and the name, which has dots where it is in a class."""

    contract: Contract
    path: str
    module: str
    name: str

    @property
    def first(self) -> str:
        """The name that an import binds."""
        return self.name.partition(".")[0]


def in_python(known: NamesKnown, lines: Sequence[str], row: int, column: int) -> list[Proposal]:
    """What may stand in a line, which counts from 0, behind a column. No line has an end or a byte order mark."""
    above = "\n".join((*lines[:row], lines[row][:column]))
    canonical = [*_canonical(known, "canonical")]
    match place(above):
        case ModulePath() as at:
            return [*_modules(known, canonical, at)]
        case ImportedName() as at:
            return [*_names(known, canonical, lines, above, at)]
        case UsedName() as at:
            return [*_used(known, canonical, lines, above, at)]
        case _:
            return []


def _canonical(known: NamesKnown, *roles: Role) -> Iterator[Canonical]:
    for contract in known.contracts:
        for path in contract.named(*roles):
            parts = path.split(".")
            heads = (".".join(parts[:end]) for end in range(len(parts) - 1, 0, -1))
            above = path.rpartition(".")[0]
            module = next((head for head in heads if head in known.modules), above)
            yield Canonical(contract, path, module, path[len(module) + 1 :] if module else path)


# -- from MODULE, import MODULE


def _modules(known: NamesKnown, canonical: Iterable[Canonical], at: ModulePath) -> Iterator[Proposal]:
    dots = at.typed[: len(at.typed) - len(at.typed.lstrip("."))]
    base = known.absolute(dots) if dots else ""
    if dots and not base:
        return
    found: dict[str, list[str]] = {}
    for one in canonical:
        # What is a module itself is imported as it is called.
        path = one.path if one.path in known.modules else one.module
        if path and path not in known.file.names and (not dots or path.startswith(f"{base}.")):
            shown = f"{dots}{path[len(base) + 1 :]}" if dots else path
            found.setdefault(shown, []).append(one.contract.name)
    for path, names in sorted(found.items()):
        if path.lower().startswith(at.typed.lower()):
            about = f"has what is canonical for {', '.join(dict.fromkeys(names))}"
            yield Proposal(path, path, len(at.typed), about, "path")


# -- from MODULE import NAME


def _names(
    known: NamesKnown, canonical: Sequence[Canonical], lines: Sequence[str], above: str, at: ImportedName
) -> Iterator[Proposal]:
    module = known.absolute(at.module)
    others = {*at.others, *_behind(lines, above)}
    done = set(others)
    for label, one, about, is_retired in _in_module(known, canonical, module):
        is_there = one.module == module
        # Names that are imported besides would be taken from the other module, too.
        is_possible = one.first not in others if is_there else one.module and not others
        if not label.lower().startswith(at.typed.lower()) or label in done or not is_possible:
            continue
        done.add(label)
        path = spelled(one.module, at.module, known.package)
        edits = () if is_there else (Edit(known.file.path, _span(above, at), path),)
        yield Proposal(label, one.first, len(at.typed), about, "class", is_retired, edits)


def _in_module(
    known: NamesKnown, canonical: Sequence[Canonical], module: str
) -> Iterator[tuple[str, Canonical, str, bool]]:
    """The names that may be taken from a module, and those that lead from there to what is to be used instead; the
    latter are retired."""
    if not module:
        return
    allowed = [one for one in _canonical(known, "canonical", "also") if one.module == module]
    yield from ((one.first, one, _about(one), False) for one in allowed)
    for name, contract in known.members(module):
        member = Canonical(contract, f"{module}.{name}", module, name)
        yield name, member, f"{member.path}: member of contract {contract.name}", False
    by_contract = {one.contract.name: one for one in reversed(canonical)}
    for name, contract in known.handed_on(module):
        if contract.name in by_contract:
            one = by_contract[contract.name]
            is_retired = name in contract.named("retired")
            yield name, one, _retired_for(one) if is_retired else f"{one.path} by another path", True


def _behind(lines: Sequence[str], above: str) -> Iterator[str]:
    """The names that an import goes on with behind a place in its list of names."""
    begin = begin_of(above, len(above)) or 0
    text, at = "\n".join(lines)[begin:], len(above) - begin
    for one in statements_of(text, tokens_of(text)):
        if one.end >= at:
            words = [token.text for token in one.tokens if token.start >= at]
            yield from (word for word in words if word.isidentifier())
            return


def _span(above: str, at: ImportedName) -> Span:
    line, before = above.count("\n", 0, at.start), above.rfind("\n", 0, at.start) + 1
    last, left = above.count("\n", 0, at.end), above.rfind("\n", 0, at.end) + 1
    return Span(line + 1, at.start - before, last + 1, at.end - left)


# -- a name in an expression


def _used(
    known: NamesKnown, canonical: Iterable[Canonical], lines: Sequence[str], above: str, at: UsedName
) -> Iterator[Proposal]:
    typed = at.typed.lower()
    wanted = [
        (one, label)
        for one in canonical
        for label in (one.name, *_retired(one.contract))
        if label.lower().startswith(typed)
    ]
    if not wanted:
        return
    bound: dict[str, list[str]] = {}
    text, spelled_out = "\n".join(lines), {one.first for one, _ in wanted}
    # To read the whole text takes a while, and mostly it does not have the name at all.
    if _STAR.search(text) or any(re.search(rf"\b{name}\b", text) for name in spelled_out):
        statements = [*statements_of(text, tokens_of(text))]
        for binding in visible(statements, len(above), is_type=at.is_type):
            bound.setdefault(binding.name, []).append(binding.target)
    for one, label in wanted:
        edits = _import(known, one, bound, lines[: above.count("\n")])
        if edits is not None:
            is_retired = label != one.name
            about = _retired_for(one) if is_retired else _about(one)
            yield Proposal(label, one.name, len(at.typed), about, "class", is_retired, edits)


def _import(
    known: NamesKnown, one: Canonical, bound: dict[str, list[str]], above: Sequence[str]
) -> tuple[Edit, ...] | None:
    """What has to be changed so that the name can be used; None where it cannot, as it is something else there."""
    is_own = one.module in known.file.names
    targets = bound.get(one.first, [])
    if targets or is_own:
        # The module itself binds its names, whatever it takes them from.
        return () if targets and (is_own or any(_is_meant(known, one, path) for path in targets)) else None
    stars = [known.absolute(path[:-2] or ".") for path in bound.get("*", ())]
    if one.module in stars and not one.first.startswith("_"):
        return ()
    module, name = (one.module, one.first) if one.module else (one.path, "")
    return tuple(import_edits(known.file.path, above, module, name, known.package))


def _is_meant(known: NamesKnown, one: Canonical, target: str) -> bool:
    """Whether a name that is bound to a path is the symbol, by whatever path. What is no import is what the module's
    name of that kind led to when it was last judged."""
    path = known.absolute(target) if target else f"{known.file.module}.{one.first}"
    own = f"{one.module}.{one.first}" if one.module else one.path
    return path in (own, *one.contract.named("also")) or known.leads(one.contract, path)


def _retired(contract: Contract) -> Iterator[str]:
    return (name for name in contract.named("retired") if not _PATTERN.search(name))


def _about(one: Canonical) -> str:
    return f"{one.path}: canonical of contract {one.contract.name}"


def _retired_for(one: Canonical) -> str:
    return f"retired for {one.path}"


__all__ = ["NamesKnown", "in_python"]
