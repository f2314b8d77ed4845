"""The leads of all modules and the roles of a contract → the names that links must be asked for, in all of the project.

A worklist: it begins with the contract's own names, and whatever a lead makes of a name is a name to look for as well.
Names that nobody reaches so lead nowhere, nor do they bring anything. Pure.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from ssot_lint.links.leads import Lead, leads
from ssot_lint.links.project import Module, Project, absolute
from ssot_lint.links.roles import Roles
from ssot_lint.model.facts import Facts


@dataclass(slots=True)
class Reached:
    """By file the names that may lead to a symbol, or bring something of it. ``words`` are such names of any file, as
    the last of a path; of the files in ``whole`` each name may do so."""

    names: dict[str, set[str]] = field(default_factory=dict)
    words: set[str] = field(default_factory=set)
    whole: set[str] = field(default_factory=set)

    def of(self, path: str, names: Collection[str]) -> Collection[str]:
        """Those of some names that a file may have."""
        if path in self.whole:
            return names
        return [name for name in names if name in self.words or name in self.names.get(path, ())]


class Leads:
    """The leads of all modules by the words of their paths. It grows from round to round: what a file no longer says
    leads to too many questions, and to no other answers."""

    def __init__(self) -> None:
        self._hidden: set[str] = set()
        self._clear()

    def _clear(self) -> None:
        self.by_word: dict[str, list[Lead]] = {}
        self.bound: dict[str, dict[str, list[str]]] = {}
        """By file and name the targets in the outline (see ``Facts.bound``)."""
        self.binders: dict[str, list[str]] = {}
        """By name the files that bind it."""
        self._of: dict[str, frozenset[Lead]] = {}
        self._seen: dict[str, Facts] = {}
        self._words: dict[str, tuple[str, ...]] = {}

    def take(self, project: Project) -> None:
        """Takes in the facts that are new."""
        self._known = project.known
        new = [module for path, module in project.by_path.items() if self._seen.get(path) is not module.facts]
        hidden = self._hidden.union(*map(_hides, new))
        if hidden != self._hidden:
            # What was a module's name is a name of the package above it now: all paths are looked at again.
            self._clear()
            self._hidden, new = hidden, list(project.by_path.values())
        for module in new:
            self._add(module, project)

    def _add(self, module: Module, project: Project) -> None:
        path = module.file.path
        # Until all is there, the file counts as not seen.
        self._seen.pop(path, None)
        before = self._of.get(path, frozenset())
        mine = frozenset(leads(module, project, self.words))
        for one in sorted(mine - before):
            for word in {*one.words}:
                self.by_word.setdefault(word, []).append(one)
        bound: dict[str, list[str]] = {}
        for name, target in module.facts.bound:
            bound.setdefault(name, []).append(target)
        for name in bound.keys() - self.bound.get(path, {}).keys():
            self.binders.setdefault(name, []).append(path)
        self._of[path], self.bound[path] = mine, bound
        self._seen[path] = module.facts

    def words(self, path: str) -> tuple[str, ...]:
        """The names in an absolute path that stand behind its module, or may be taken for such."""
        found = self._words.get(path)
        if found is None:
            found = self._words[path] = self._split(path)
        return found

    def _split(self, path: str) -> tuple[str, ...]:
        if path.startswith("<"):
            return tuple(path.partition(">.")[2].split("."))
        end = len(path)
        while end > 0:
            prefix = path[:end]
            if prefix in self._known:
                start = prefix.rfind(".") + 1 if prefix in self._hidden else end + 1
                return tuple(path[start:].split(".")) if start < len(path) else ()
            end = path.rfind(".", 0, end)
        return tuple(path.split("."))

    def every(self) -> Iterable[Lead]:
        return (one for own in self._of.values() for one in own)


def _hides(module: Module) -> Iterable[str]:
    """The modules that a package takes a name out of by their own names, see ``Project.hiding``."""
    if not module.file.package:
        return
    for one in module.facts.imports:
        if one.name and not one.where.scope:
            target = absolute(one.target, module)
            for above in (*module.file.names, *module.file.above):
                if target.startswith(f"{above}.{one.bound}."):
                    yield f"{above}.{one.bound}"


def reached(leads: Leads, roles: Roles, project: Project) -> Reached:
    """What may lead to the symbol of a contract, or bring something of it."""
    walk = _Walk(leads, project)
    walk.begin(roles.entities)
    walk.go_on()
    return walk.found


@dataclass(slots=True)
class _Walk:
    """One worklist. ``members`` are names behind which others may lead to the symbol, with these; ``carriers`` are names
    of what holds something of it."""

    leads: Leads
    project: Project
    found: Reached = field(default_factory=Reached)
    members: dict[str, set[str]] = field(default_factory=dict)
    carriers: set[str] = field(default_factory=set)
    modules: set[str] = field(default_factory=set)
    todo: list[tuple[str, str]] = field(default_factory=list)

    def begin(self, entities: Iterable[str]) -> None:
        for path in entities:
            words = self.leads.words(path)
            if len(words) == 1:
                self.word(words[0])
            elif words:
                self.member(words[0], words[1])
            if self.project.is_module(path):
                self.module(path)
                for name, file in self.project.known.items():
                    if f"{file.module}.".startswith(f"{path}."):
                        self.module(name)

    def word(self, word: str) -> None:
        if word not in self.found.words:
            self.found.words.add(word)
            self.todo.append(("word", word))

    def member(self, name: str, member: str) -> None:
        own = self.members.setdefault(name, set())
        if member not in own:
            own.add(member)
            self.todo.append(("members", name))

    def carrier(self, name: str) -> None:
        if name not in self.carriers:
            self.carriers.add(name)
            self.todo.append(("carrier", name))

    def module(self, path: str) -> None:
        """All that begins with a path may lead to the symbol."""
        if path not in self.modules:
            self.modules.add(path)
            self.word(path.rpartition(".")[2])
            self.todo.append(("module", path))

    def go_on(self) -> None:
        while self.todo:
            kind, what = self.todo.pop()
            if kind == "module":
                self._of_module(what)
                continue
            for lead in self.leads.by_word.get(what, ()):
                if kind == "word":
                    self._leads(lead)
                elif kind == "members":
                    self._of_members(lead, what)
                elif lead.words[-1] == what and lead.how in ("path", "held"):
                    self._note(lead)
                    self.carrier(lead.name)
        for word in self.found.words:
            for path in self.leads.binders.get(word, ()):
                self.found.names.setdefault(path, set()).add(word)

    def _note(self, lead: Lead) -> None:
        self.found.names.setdefault(lead.file, set()).add(lead.name)

    def _leads(self, lead: Lead) -> None:
        """A path may lead to the symbol."""
        if lead.how == "all":
            self._everything(lead)
            return
        self._note(lead)
        if lead.how == "held":
            self.carrier(lead.name)
        elif lead.member:
            self.member(lead.name, lead.member)
        else:
            self.word(lead.name)

    def _of_members(self, lead: Lead, name: str) -> None:
        members, last = self.members[name], len(lead.words) - 1
        for place, word in enumerate(lead.words):
            if word == name and place < last and lead.words[place + 1] in members:
                self._leads(lead)
            elif word == name and place == last and lead.how == "all":
                self._everything(lead)
            elif word == name and place == last and lead.how != "given":
                self._note(lead)
                self.carrier(lead.name)
                for member in members if lead.how == "path" and not lead.member else ():
                    self.member(lead.name, member)

    def _everything(self, lead: Lead) -> None:
        """Any name of a module may lead to the symbol."""
        module = self.project.by_path.get(lead.file)
        if module is not None:
            for name in (*module.file.names, *module.file.above) or (module.name,):
                self.module(name)

    def _of_module(self, path: str) -> None:
        for lead in self.leads.every():
            if f"{lead.path}.".startswith(f"{path}."):
                self._leads(lead)
        for file, module in self.project.by_path.items():
            if any(f"{name}.".startswith(f"{path}.") for name in (module.name, *module.file.names)):
                self.found.whole.add(file)
                self.found.names.setdefault(file, set()).update(self.leads.bound.get(file, ()))
