"""The leads of all modules and the roles of a contract → the names that links must be asked for, in all of the project.

A worklist: it begins with the contract's own names, and whatever a lead makes of a name is a name to look for as well.
Names that nobody reaches so lead nowhere, nor do they bring anything. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from ssot_lint.links.module import Module, absolute
from ssot_lint.links.names import GETATTR, forwards
from ssot_lint.links.project import Project
from ssot_lint.links.roles import Roles
from ssot_lint.model.facts import Facts, Lead


class Route(NamedTuple):
    """A lead of the file ``file``, with its target as a path. ``words`` are the names in that behind its module."""

    file: str
    lead: Lead
    path: str
    words: tuple[str, ...]


@dataclass(slots=True)
class Reached:
    """By file the names that may lead to a symbol, or bring something of it, also those that it has by a star. Of the
    files in ``whole`` each name may do so. ``words`` are all such names. The names of a file stay the same object until
    there are more of them."""

    names: dict[str, frozenset[str]] = field(default_factory=dict)
    words: set[str] = field(default_factory=set)
    whole: set[str] = field(default_factory=set)

    def of(self, path: str, names: Collection[str]) -> Collection[str]:
        """Those of some names that a file may have."""
        if path in self.whole:
            return names
        return [name for name in self.names.get(path, ()) if name in names]


class Routes:
    """The leads of all modules by the words of their paths. It goes with the facts: of a module that hides another one
    it takes note for good, which leads to too many questions, and to no other answers."""

    def __init__(self) -> None:
        self._hidden: set[str] = set()
        self._taken: Mapping[str, Module] | None = None
        self._clear()

    def _clear(self) -> None:
        self.by_word: dict[str, list[Route]] = {}
        self.stars: list[tuple[str, str]] = []
        """Files, with the paths of what they hand on all names of."""
        self.bound: dict[str, dict[str, list[str]]] = {}
        """By file and name the targets in the outline (see ``FileOutline.bound``)."""
        self.binders: dict[str, list[str]] = {}
        """By name the files that bind it."""
        self._of: dict[str, frozenset[Route]] = {}
        self._seen: dict[str, Facts] = {}
        self._serving: set[str] = set()
        """Files that serve what other modules serve: what those say is theirs, too."""
        self._words: dict[str, tuple[str, ...]] = {}
        self.walks: dict[tuple[str, ...], _Walk] = {}
        """By the paths that have a role what they have led to so far."""

    def take(self, project: Project) -> None:
        """Takes in the facts that are new."""
        if self._taken is project.by_path:
            return
        self._known = project.known
        for path in self._seen.keys() - project.by_path.keys():
            self._drop(path)
        new = [module for path, module in project.by_path.items() if self._seen.get(path) is not module.facts]
        hidden = self._hidden.union(*map(_hides, new))
        if hidden != self._hidden:
            # What was a module's name is a name of the package above it now: all paths are looked at again.
            self._clear()
            self._hidden, new = hidden, list(project.by_path.values())
        if new:
            new += [module for path, module in project.by_path.items() if path in self._serving]
        for module in new:
            self._add(module, project)
        self._taken = project.by_path

    def _add(self, module: Module, project: Project) -> None:
        path = module.file.path
        # Until all is there, the file counts as not seen.
        self._seen.pop(path, None)
        before = self._of.get(path, frozenset())
        mine = frozenset(self._routes(module, project))
        self._without(path, before - mine)
        for route in sorted(mine - before):
            for word in {*route.words}:
                self.by_word.setdefault(word, []).append(route)
            if route.lead.how == "all":
                self.stars.append((path, route.path))
        bound: dict[str, list[str]] = {}
        for name, target in module.facts.outline.bound:
            bound.setdefault(name, []).append(target)
        if mine != before or bound != self.bound.get(path):
            for walk in self.walks.values():
                walk.hear(path, mine - before)
        for name in self.bound.get(path, {}).keys() - bound.keys():
            self.binders[name].remove(path)
        for name in bound.keys() - self.bound.get(path, {}).keys():
            self.binders.setdefault(name, []).append(path)
        self._of[path], self.bound[path] = mine, bound
        self._seen[path] = module.facts

    def _without(self, path: str, gone: Iterable[Route]) -> None:
        """Takes out what a file no longer says."""
        for route in gone:
            for word in {*route.words}:
                self.by_word[word].remove(route)
            if route.lead.how == "all":
                self.stars.remove((path, route.path))

    def _drop(self, path: str) -> None:
        """Takes out a file that does not matter any more."""
        self._without(path, self._of.pop(path, frozenset()))
        for name in self.bound.pop(path, {}):
            self.binders[name].remove(path)
        self._seen.pop(path, None)
        self._serving.discard(path)

    def _routes(self, module: Module, project: Project) -> Iterator[Route]:
        for lead in module.facts.outline.leads:
            if lead.name == GETATTR and lead.how == "path":
                self._serving.add(module.file.path)
                for served, path, _ in forwards(project, module):
                    own = Lead(served, "", "path", path) if served != "*" else Lead("", "", "all", path)
                    yield Route(module.file.path, own, path, self.words(path))
            path = absolute(lead.target, module)
            if path:
                is_own = lead.target[:1] in ":?"
                words = tuple(lead.target[1:].split(".")) if is_own else self.words(path)
                yield Route(module.file.path, lead, path, words)

    def words(self, path: str) -> tuple[str, ...]:
        """The names in an absolute path that stand behind its module, or may be taken for such."""
        found = self._words.get(path)
        if found is None:
            found = self._words[path] = self._split(path, self._hidden)
        return found

    def own_words(self, path: str) -> tuple[str, ...]:
        """The same, where nobody takes its module for a name."""
        return self._split(path, frozenset())

    def _split(self, path: str, hidden: Collection[str]) -> tuple[str, ...]:
        if path.startswith("<"):
            return tuple(path.partition(">.")[2].split("."))
        end = len(path)
        while end > 0:
            prefix = path[:end]
            if prefix in self._known:
                start = prefix.rfind(".") + 1 if prefix in hidden else end + 1
                return tuple(path[start:].split(".")) if start < len(path) else ()
            end = path.rfind(".", 0, end)
        return tuple(path.split("."))

    def every(self) -> Iterator[Route]:
        return (one for own in self._of.values() for one in own)


def _hides(module: Module) -> Iterator[str]:
    """The modules that a package takes a name out of by their own names, see ``Project.hiding``."""
    if not module.file.package:
        return
    for one in module.facts.imports:
        if one.name and not one.where.scope:
            target = absolute(one.target, module)
            for above in (*module.file.names, *module.file.above):
                if target.startswith(f"{above}.{one.bound}."):
                    yield f"{above}.{one.bound}"


def reached(routes: Routes, roles: Roles, project: Project) -> Reached:
    """What may lead to the symbol of a contract, or bring something of it. What led there once is still among it: links
    say in the end what does."""
    key = tuple(sorted(roles.entities))
    walk = routes.walks.get(key)
    if walk is None:
        walk = routes.walks[key] = _Walk(routes, project)
        walk.begin(roles.entities)
    walk.project = project
    return walk.end()


@dataclass(slots=True)
class _Walk:
    """One worklist, of names and of paths. ``members`` are names behind which others may lead to the symbol, with
    these; ``carriers`` are names of what holds something of it; all that begins with one of ``modules`` may lead
    there."""

    routes: Routes
    project: Project
    found: Reached = field(default_factory=Reached)
    members: dict[str, set[str]] = field(default_factory=dict)
    carriers: set[str] = field(default_factory=set)
    modules: set[str] = field(default_factory=set)
    todo: list[tuple[Callable[[Route, str], None] | None, str]] = field(default_factory=list)
    fresh: list[Route] = field(default_factory=list)
    """Routes that were added meanwhile."""
    changed: set[str] = field(default_factory=set)
    """Files that say something else by now."""
    further: dict[str, set[str]] = field(default_factory=dict)
    """By file the names that are found, and that ``found`` does not have yet."""
    is_ended: bool = False
    """Whether nothing has changed since all was found."""

    def hear(self, path: str, routes: Iterable[Route]) -> None:
        """A file has changed, and has further routes."""
        self.changed.add(path)
        self.fresh += routes
        self.is_ended = False

    def _catch_up(self) -> None:
        """Looks at what has changed meanwhile as if it had been there."""
        fresh, self.fresh = self.fresh, []
        for route in fresh:
            for word in {*route.words}:
                if word in self.found.words:
                    self._of_word(route)
                if word in self.members:
                    self._of_members(route, word)
                if word in self.carriers:
                    self._of_carrier(route, word)
            if any(f"{route.path}.".startswith(f"{path}.") for path in self.modules):
                self._of_word(route)
        for file in self.changed & self.project.by_path.keys():
            for path in self.modules:
                self._of_inside(path, file)
            self._names(file, self.found.words.intersection(self.routes.bound.get(file, ())))

    def begin(self, entities: Iterable[str]) -> None:
        """Begins with the paths that have a role."""
        for path in entities:
            self._place(path)
            # Its own file says of what a hidden module has just the name.
            for words in {self.routes.words(path), self.routes.own_words(path)}:
                if len(words) == 1:
                    self._word(words[0])
                elif words:
                    self._member(words[0], words[1])
            if self.project.is_module(path):
                self._module(path)
                for name, file in self.project.known.items():
                    if f"{file.module}.".startswith(f"{path}."):
                        self._module(name)

    def go_on(self) -> None:
        while self.todo:
            look, what = self.todo.pop()
            if look is None:
                self._of_module(what)
                continue
            for route in self.routes.by_word.get(what, ()):
                look(route, what)

    def end(self) -> Reached:
        """A name that is bound to nothing may be that of a star; and what is there is in whatever hands all on."""
        if not self.is_ended:
            self._catch_up()
            self.go_on()
            self._hand_on()
            self.changed.clear()
            self.is_ended = True
        return self.found

    def _hand_on(self) -> None:
        """Files that take all names of others have those that are found there, too."""
        takers: dict[str, list[str]] = {}
        for file, path in self.routes.stars:
            if path in self.project.known:
                takers.setdefault(self.project.known[path].path, []).append(file)
        names, none = self.found.names, frozenset[str]()
        todo = {
            *self.further,
            *(source for source, own in takers.items() if not self.changed.isdisjoint(own)),
        }
        while todo:
            source = todo.pop()
            if source in self.further:
                names[source] = names.get(source, none) | self.further.pop(source)
            for file in takers.get(source, ()):
                self._names(file, names.get(source, none))
                todo |= {file} if file in self.further else none

    def _names(self, file: str, some: Collection[str]) -> None:
        """Some names of a file are found."""
        new = [name for name in some if name not in self.found.names.get(file, ())]
        if new:
            self.further.setdefault(file, set()).update(new)

    def _word(self, word: str) -> None:
        if word not in self.found.words:
            self.found.words.add(word)
            self.todo.append((self._of_word, word))
            for file in self.routes.binders.get(word, ()):
                self._names(file, (word,))

    def _member(self, name: str, member: str) -> None:
        own = self.members.setdefault(name, set())
        if member not in own:
            own.add(member)
            self.todo.append((self._of_members, name))

    def _carrier(self, name: str) -> None:
        if name not in self.carriers:
            self.carriers.add(name)
            self.todo.append((self._of_carrier, name))

    def _module(self, path: str) -> None:
        if path not in self.modules:
            self.modules.add(path)
            self._place(path)
            self._word(path.rpartition(".")[2])
            self.todo.append((None, path))

    def _of_word(self, route: Route, word: str = "") -> None:
        """What a path makes of a name that may lead to the symbol."""
        lead = route.lead
        if lead.how == "all":
            self._everything(route)
            return
        self._note(route)
        if lead.how == "held":
            self._carrier(lead.name)
        elif lead.member:
            self._member(lead.name, lead.member)
        else:
            self._word(lead.name)

    def _of_members(self, route: Route, name: str) -> None:
        members, last, lead = self.members[name], len(route.words) - 1, route.lead
        if any(one == name and route.words[at + 1] in members for at, one in enumerate(route.words[:-1])):
            self._of_word(route)
        elif route.words[last] == name and lead.how == "all":
            self._everything(route)
        elif route.words[last] == name and lead.how != "given":
            self._note(route)
            self._carrier(lead.name)
            for member in members if lead.how == "path" and not lead.member else ():
                self._member(lead.name, member)

    def _of_carrier(self, route: Route, name: str) -> None:
        if route.words[-1] == name and route.lead.how in ("path", "held"):
            self._note(route)
            self._carrier(route.lead.name)

    def _of_module(self, path: str) -> None:
        for route in self.routes.every():
            if f"{route.path}.".startswith(f"{path}."):
                self._of_word(route)
        for file in self.project.by_path:
            self._of_inside(path, file)

    def _of_inside(self, path: str, file: str) -> None:
        """All names of a file matter whose module is one, or lies in it."""
        module = self.project.by_path[file]
        if any(f"{name}.".startswith(f"{path}.") for name in (module.name, *module.file.names)):
            self.found.whole.add(file)
            self._names(file, self.routes.bound.get(file, {}))

    def _everything(self, route: Route) -> None:
        """Any name of a module may lead to the symbol."""
        module = self.project.by_path.get(route.file)
        for name in (*module.file.names, *module.file.above) or (module.name,) if module is not None else ():
            self._module(name)

    def _place(self, path: str) -> None:
        """Whatever stands at a path is a name of what is around it, also where no statement says so."""
        above, _, name = path.rpartition(".")
        if above in self.project.known:
            self._names(self.project.known[above].path, (name,))

    def _note(self, route: Route) -> None:
        self._names(route.file, (route.lead.name,))
