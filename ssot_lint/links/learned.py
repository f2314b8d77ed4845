"""Links → the names by which further files can speak of a symbol. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from fnmatch import translate
from functools import partial
from typing import cast

from ssot_lint.facts.parse import EXHAUSTED
from ssot_lint.links.carried import carried
from ssot_lint.links.counted import add
from ssot_lint.links.emitters import wrappers
from ssot_lint.links.index import Index
from ssot_lint.links.link import Link
from ssot_lint.links.module import Module, absolute, parts_of
from ssot_lint.links.names import GETATTR
from ssot_lint.links.needed import Names
from ssot_lint.links.reached import Reached, reached
from ssot_lint.links.resolve import Links
from ssot_lint.links.told import BINDERS, LEARNED, SPOKEN, WORDS
from ssot_lint.model.asked import ANYWHERE, FieldAsked, is_name
from ssot_lint.model.contracts import ClassContract, GatewayContract
from ssot_lint.model.facts import Binding


def learned(index: Index, words: Collection[str], *, carrying: bool = True) -> tuple[Names, Names]:
    """The names of the symbols besides ``words``: by name the last parts of the modules that bind it or hand it on, and
    by file the names that it binds. ``carrying``: also of what hands out objects of the symbols."""
    learning = _Learning(index, words, carrying)
    _of_each(index.links, learning.learn)
    return learning.found, learning.binders


class _Learning:
    """Collects what the links of each contract tell. ``found`` and ``binders`` are what ``learned`` returns."""

    def __init__(self, index: Index, words: Collection[str], carrying: bool = True) -> None:
        self.index = index
        self.words = words
        self.carrying = carrying
        self.found: dict[str, frozenset[str]] = {}
        self.binders: dict[str, frozenset[str]] = {}
        self._own = index.own
        # What hands on whatever it is asked for need not hold the name.
        self._handing = [
            (module, at)
            for module in self._own.values()
            if module.hands_on
            for at in filter(index.project.is_module, dict.fromkeys(_sources(module)))
        ]

    def learn(self, links: Links) -> None:
        self._of_statements(links)
        told = {*links.roles.words, *wrappers(links), *_fields(self.index, links)}
        for word in told.difference(self.words):
            if not is_name(word):
                add(self.found, {word: frozenset([ANYWHERE])})
        reach = _reached(self.index, links)
        given = {path: names for path, names in reach.names.items() if path in self._own}
        own = links.own_words(self.words)
        links.told.learned.follow(given, partial(self._told_by, links, own), links.told.stale[LEARNED])
        add(self.binders, links.told.learned.table(BINDERS))
        add(self.found, links.told.learned.table(WORDS))
        for module, at in self._handing:
            for name in sorted(reach.of(module.file.path, _of_source(links, at, self.found))):
                if links.path(f"{at}.{name}"):
                    self._take(module, name, _told(links, name, module, None, carrying=self.carrying))

    def _told_by(
        self, links: Links, own: frozenset[str], path: str, names: Collection[str]
    ) -> frozenset[tuple[str, str, str]]:
        """What a file tells of some names, see ``Told``: each that it binds, and each further word."""
        # What other contracts ask for may bring something of this symbol, as every name may.
        others = frozenset(names).difference(own)
        told = links.told.of_file(LEARNED, path, others, partial(self._of_file, links, path, others))
        binds = {(BINDERS, path, name) for name, words in told.items() if words and name not in self.words}
        words = frozenset[str]().union(*told.values()).difference(self.words)
        return frozenset(binds | {(WORDS, word, part) for word in words for part in self._own[path].parts})

    def _of_file(self, links: Links, path: str, names: Collection[str]) -> Mapping[str, frozenset[str]]:
        """By each of some names of a file the names that it tells."""
        module, bound = self._own[path], self.index.routes.bound.get(path, {})
        found: dict[str, frozenset[str]] = {}
        for name in names:
            for target in bound.get(name, ()):
                link = links.resolve(target, module) if target else None
                is_so = not target or link is not None
                if is_so:
                    told = _told(links, name, module, link, carrying=self.carrying)
                else:
                    told = _brought(links, name, module) if self.carrying else frozenset()
                found[name] = found.get(name, frozenset()) | told
        return found

    def _take(self, module: Module, name: str, words: Collection[str]) -> None:
        """A name of a module tells some words."""
        if words:
            add(self.binders, {module.file.path: frozenset([name])})
        add(self.found, dict.fromkeys(words, frozenset(module.parts)))

    def _of_statements(self, links: Links) -> None:
        """Adds the name at the statement, where the contract names a facade."""
        for path in links.roles.entities:
            name = path.rpartition(".")[2]
            file, _, rest = links.project.split(path)
            if name not in self.words and file is not None and len(rest) == 1:
                add(self.found, {name: frozenset(parts_of(file))})
                add(self.binders, {file.path: frozenset([name])})


def _told(
    links: Links, name: str, module: Module, bound: Link | None, *, carrying: bool = True
) -> frozenset[str]:
    """The names that a name of a module tells."""
    # A name that is bound twice may be given away between.
    if _is_name(links, bound) or _is_name(links, links.path(f"{module.name}.{name}")):
        return frozenset([name])
    return _brought(links, name, module) if carrying else frozenset()


def _brought(links: Links, name: str, module: Module) -> frozenset[str]:
    """What comes with a name, also where the name itself leads to no symbol, as that of another module's class."""
    brought = carried(links, module, name, str)
    return frozenset([name, *brought.words]) if brought is not None else frozenset()


def of_copies(index: Index, words: Collection[str]) -> tuple[Names, Names]:
    """The further names that modules give to copies of the symbols, as ``learned`` tells those of the symbols."""
    found: dict[str, set[str]] = {}
    binders: dict[str, set[str]] = {}

    def look(links: Links) -> None:
        for path, names in _handed_on(index, links).items():
            binders.setdefault(path, set()).update(names)
            for name in names.difference(words):
                found.setdefault(name, set()).update(index.own[path].parts)

    _of_each(index.links, look)
    return (
        {name: frozenset(parts) for name, parts in found.items()},
        {path: frozenset(names) for path, names in binders.items()},
    )


def spoken_of_copies(index: Index) -> Names:
    """By contract these names."""
    found: dict[str, frozenset[str]] = {}

    def look(links: Links) -> None:
        found[links.contract.name] = frozenset[str]().union(*_handed_on(index, links).values())

    _of_each(index.links, look)
    return found


def _handed_on(index: Index, links: Links) -> Mapping[str, set[str]]:
    """By file the further names that it gives to copies of the symbol."""
    known = links.whole.get("handed on")
    if known is None:
        known = links.whole["handed on"] = _of_copies(index, links)
    return cast(Mapping[str, set[str]], known)


def _of_copies(index: Index, links: Links) -> dict[str, set[str]]:
    contract, found = links.contract, dict[str, set[str]]()
    if not isinstance(contract, ClassContract) or contract.duplicates == "off":
        return found
    index.routes.take(index.project)
    by_word, own = index.routes.by_word, index.own
    paths = (contract.symbol, links.roles.implementation)
    names = {path.rpartition(".")[2] for path in paths if path}
    patterns = [pattern.rpartition(".")[2] for pattern in contract.rivals]
    exact = {one for one in patterns if "*" not in one}
    names |= exact
    stars = "|".join(translate(one) for one in patterns if "*" in one and one.strip("*"))
    if stars:
        names.update(filter(re.compile(stars).match, by_word))
    todo = [(word, "") for word in sorted(names)]
    while todo:
        word, path = todo.pop()
        for route in by_word.get(word, ()):
            lead = route.lead
            is_it = route.path == path if path else route.words[-1] == word
            if not is_it or lead.how != "path" or lead.member or lead.name in names or route.file not in own:
                continue
            known = found.setdefault(route.file, set())
            # Nearly all routes lead to the symbol itself.
            if lead.name in known or (not path and links.path(route.path) is not None):
                continue
            if any(isinstance(one, Binding) and one.how in _MADE for one in own[route.file].live(lead.name)):
                continue
            known.add(lead.name)
            todo.append((lead.name, f"{own[route.file].name}.{lead.name}"))
    return {path: some for path, some in found.items() if some}


_MADE = frozenset(["class", "def"])
"""Bindings that make something new of what they speak of."""


def _fields(index: Index, links: Links) -> Iterator[str]:
    """The questions about fields that constants may be given to."""
    fields = links.contract.named("field")
    spelled = {*links.contract.named("value", "retired-value")}
    if links.roles.listed is not None:
        spelled.update(one.text for one in links.roles.listed.words.entries if one.known)
    for module in index.own.values() if fields else ():
        for words in module.facts.literals.lists if module.facts.literals is not None else ():
            names = (one.name for one in words.entries if one.text in spelled and one.name.isupper())
            yield from (FieldAsked(field, constant=name).word for name in names for field in fields)


def spoken(index: Index, *, carrying: bool = True) -> Names:
    """By contract the names that may lead to its symbol: its own, and all names that modules bind to it; of
    ``carrying`` see ``learned``."""
    own = index.own
    anything = frozenset[str]().union(*(module.unknown for module in own.values()))
    found: dict[str, frozenset[str]] = {}

    def tell(links: Links, path: str, names: Collection[str]) -> frozenset[str]:
        given = frozenset(names)
        work = partial(_spoken_in, index, links, path, given, carrying=carrying)
        return links.told.of_file(SPOKEN, path, given, work)

    def look(one: Links) -> None:
        names = {*anything, *one.roles.words, *_fields(index, one)}
        reach = _reached(index, one).names
        one.told.spoken.follow(
            {path: own_names for path, own_names in reach.items() if path in own},
            partial(tell, one),
            one.told.stale[SPOKEN],
        )
        found[one.contract.name] = frozenset(names.union(one.told.spoken.told))

    _of_each(index.links, look)
    return found


def _spoken_in(
    index: Index, links: Links, path: str, names: Iterable[str], *, carrying: bool
) -> frozenset[str]:
    """The names by which some names of a file lead to a contract's symbol."""
    module, bound = index.own[path], index.routes.bound[path]
    each = (_spoken(links, module, name, bound.get(name, ()), carrying=carrying) for name in names)
    return frozenset[str]().union(*each)


def _spoken(links: Links, module: Module, name: str, targets: Collection[str], *, carrying: bool) -> set[str]:
    """The names by which a name of a module leads to a contract's symbol, or brings something of it."""
    paths = (absolute(target or f":{name}", module) for target in targets if target[:1] != "?")
    own = {name for path in paths if path and _is_name(links, links.path(path))}
    brought = carried(links, module, name, str) if targets and carrying else None
    return own if brought is None else {name, *brought.words}


def _of_each(links: Iterable[Links], work: Callable[[Links], None]) -> None:
    """Calls ``work`` for each contract, and counts in its links where that exhausts the stack or the memory."""
    for one in links:
        try:
            work(one)
        except EXHAUSTED:
            one.lost += 1


def _reached(index: Index, links: Links) -> Reached:
    index.routes.take(index.project)
    return reached(index.routes, links.roles, index.project)


def _is_name(links: Links, link: Link | None) -> bool:
    """Whether a link leads to the symbol; of a gateway, also to a part of that."""
    if link is None or link.kind not in _NAMED:
        return False
    return not link.rest or links.contract.kind == GatewayContract.kind


_NAMED = frozenset(["symbol", "instead", "subclass", "maker", "factory"])


def _sources(module: Module) -> Iterator[str]:
    """The modules whose names a module hands on, all of them."""
    for one in module.facts.imports:
        if one.name == "*" and not one.where.scope:
            yield absolute(one.module, module)
    for served, target, _ in module.facts.forwards:
        if served == "*":
            yield absolute(target, module)
        elif served == GETATTR:
            yield absolute(target, module).rpartition(".")[0]


def _of_source(links: Links, at: str, names: Mapping[str, object]) -> Collection[str]:
    """The names among ``names`` that a module may have: those that it binds; all, if it gets or serves names in another
    way."""
    module = links.project.module(at)
    if module is not None and (
        module.facts.forwards
        or any(one.name == "*" for one in module.facts.imports)
        or links.project.hiding(at) is not None
    ):
        return names.keys()
    bound = module.bound_names if module is not None else frozenset[str]()
    named = {path.rpartition(".")[2] for path in links.roles.entities if path.rpartition(".")[0] == at}
    return names.keys() & {*bound, *named}
