"""One contract and one file: what its references and values are, for the rules to judge. Asks inference last."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ssot_lint.facts.reading import NESTS
from ssot_lint.inference.ask import Ask
from ssot_lint.links.carried import carried
from ssot_lint.links.follow import PLAIN_BASES
from ssot_lint.links.hops import hop_of, hops_of, nearest, seen
from ssot_lint.links.link import Link
from ssot_lint.links.project import Module, absolute
from ssot_lint.links.resolve import Links
from ssot_lint.links.users import normal, users_of
from ssot_lint.model.contracts import ClassContract
from ssot_lint.model.facts import (
    Binding,
    Call,
    Class,
    Facts,
    Function,
    Import,
    Ref,
    Slot,
    Use,
    Value,
    Where,
    Write,
)
from ssot_lint.model.finding import Hop, Span


class Outcome(NamedTuple):
    """One thing that a value may be. ``kind`` as in ``Link``; ``fresh``: an instance just made by the class."""

    kind: str
    link: Link | None = None
    sure: bool = True
    fresh: bool = False
    asynchronous: bool = False
    at: Span | None = None
    """Where the class stands in the container that it is ``taken`` from."""
    value: Value | None = None
    """The expression of this file that is it."""


class Match(NamedTuple):
    """A place that fails a rule. The engine makes a finding of it."""

    span: Span
    message: str
    spelled: str
    where: Where
    chain: tuple[Hop, ...] = ()
    may: bool = False
    advice: str = ""


NAMING = ("assign", "alias", "key", "attribute", "global", "nonlocal")
"""Bindings that give what is there already a name."""

CONFIGURATIONS = ("Meta", "Config")
"""Classes in another one that say things about it."""


@dataclass(slots=True)
class Evidence:
    """``module`` is the file that is judged, ``ask`` its inference."""

    links: Links
    module: Module
    ask: Ask

    @property
    def contract(self) -> ClassContract:
        """What a contract of the kind ``class`` says."""
        contract = self.links.contract
        assert isinstance(contract, ClassContract)
        return contract

    @property
    def facts(self) -> Facts:
        return self.module.facts

    @property
    def canonical(self) -> str:
        return self.contract.canonical

    @property
    def home(self) -> bool:
        return self.links.roles.is_home(self.module)

    @property
    def builds(self) -> bool:
        """Whether SOT201 to SOT206 are on: somebody is named who may build, and this file is not exempt."""
        return self.constructs and not self.links.roles.may_build(self.module)

    @property
    def constructs(self) -> bool:
        """Whether the contract says who may build, of something that can be built."""
        return bool(self.contract.factories or self.contract.build_in) and self.links.roles.is_class

    @property
    def remedy(self) -> str:
        """What to do instead of building one."""
        if self.links.usable:
            return f"call {self.links.usable[0]}"
        builders = ", ".join(self.contract.build_in)
        return f"build it in {builders}" if builders else "correct the contract's `factories`, and call one"

    @property
    def isolated(self) -> bool:
        return self.contract.instances == "isolated" and self.links.roles.is_class

    def is_key(self, parameter: str) -> bool:
        """Whether a parameter keeps users apart. Where no factory has what the contract says it may be any."""
        return parameter in self.contract.isolated_by or (
            self.links.roles.is_keyless and parameter not in ("self", "cls")
        )

    def in_factory(self, where: Where) -> bool:
        return self.links.roles.in_factory(self.module, where.scope)

    def absolute(self, target: str) -> str:
        return absolute(target, self.module)

    def symbol(self, ref: Ref) -> Link | None:
        """The link of a reference to the symbol itself."""
        link = self.links.ref(ref, self.module)
        return link if link is not None and is_symbol(link) else None

    def imported(self) -> Iterator[tuple[Import, Link]]:
        """The imports that bind the symbol."""
        for one in self.facts.imports:
            if one.name == "*":
                continue
            path = self.absolute(one.target)
            link = self.links.path(path) if path else None
            if link is not None and is_symbol(link) and not link.rest and (one.name or one.renamed):
                yield one, link

    def reached(self) -> Iterator[tuple[Use, Link]]:
        """The attribute paths (``mod.N``) that lead to the symbol; a name bound by a from-import is judged there."""
        for use in self.facts.uses:
            if "." not in use.ref.spelled:
                continue
            link = self.symbol(use.ref)
            if link is None or self._is_bound_as_symbol(use.ref):
                continue
            yield use, link

    def _is_bound_as_symbol(self, ref: Ref) -> bool:
        """Whether the first name of a path already is the symbol, so that its binding is what is judged."""
        if ref.spelled.startswith(("<", ".")):
            return False
        extra = ref.spelled.count(".")
        for target in ref.targets:
            parts = target.split(".")
            root = ".".join(parts[: len(parts) - extra]) if len(parts) > extra else target
            if root and root != target:
                link = self.links.resolve(root, self.module)
                if link is not None:
                    return True
        return False

    def excused(self, where: Where) -> bool:
        """Identity is not judged at home and in the factories' bodies, but for retired and alias names."""
        return self.home or self.in_factory(where)

    def bound_by(self, name: str, scope: str) -> list[Binding]:
        return [one for one in self.facts.bindings if one.name == name and one.where.scope == scope]

    # -- values

    def gives_a_name(self, binding: Binding) -> bool:
        """Whether a binding can give the symbol another name: no parametrised one, for that is another type, none in
        the configuration of a class, for there it is handed over, and no attribute of anything but a module."""
        if binding.how not in NAMING or (
            binding.how == "attribute" and not self._is_of_module(binding.owner)
        ):
            return False
        around, _, inner = binding.where.scope.rpartition(".")
        is_nested = bool(around) and binding.where.kind == "class" and inner in CONFIGURATIONS
        return not is_nested and (binding.value is None or binding.value.form != "generic")

    def is_another_name(self, binding: Binding) -> bool:
        """Whether it is an alias that a binding makes of the symbol, if its value is that."""
        own = (self.links.roles.name, (self.links.roles.implementation or "").rpartition(".")[2])
        inside = (self.home and binding.where.kind == "function") or self.in_factory(binding.where)
        return binding.name not in own and self.gives_a_name(binding) and not inside

    def _is_of_module(self, owner: Ref | None) -> bool:
        targets = owner.targets if owner is not None else ()
        return any(self.links.project.is_module(self.absolute(target)) for target in targets)

    def of(self, value: Value | None) -> tuple[Outcome, ...]:
        """What a value may be, as far as this contract is concerned."""
        if value is None or value.form in ("none", "string", "empty", "lambda"):
            return ()
        if value.form in ("same", "await"):
            inner = self.of(value.parts[0])
            if value.form == "await":
                return tuple(one._replace(asynchronous=False) for one in inner)
            return inner
        if value.form == "typed" and value.ref is not None:
            link = self.symbol(value.ref)
            told = link is not None and not link.rest
            return (Outcome("instance", link, link.sure, value=value),) if link is not None and told else ()
        if value.form == "either":
            each = [self.of(part) for part in value.parts]
            found = [one for outcomes in each for one in outcomes]
            if all(each) and len({one.kind for one in found}) == 1 and all(one.sure for one in found):
                return tuple(found)
            return tuple(one._replace(sure=False) for one in found)
        if value.form in ("path", "generic") and value.ref is not None:
            link = self.links.ref(value.ref, self.module)
            if link is not None:
                found_kind = _kind(link)
                sure = link.sure and value.ref.sure
                found_one = Outcome(found_kind, link, sure, asynchronous=link.asynchronous, value=value)
                return (found_one,) if found_kind else ()
        if value.form == "call":
            made = [self._called(one) for one in self.of(value.parts[0])]
            results = tuple(one for one in made if one is not None)
            if results:
                return results
        if value.suspect and value.form not in NESTS:
            return self._asked(value)
        return ()

    def _called(self, callee: Outcome) -> Outcome | None:
        if callee.kind == "taken":
            # Only a run can tell whether it is the class that was taken.
            return callee._replace(kind="instance", sure=False, fresh=True, at=None)
        fresh = callee.kind in ("symbol", "subclass", "constructor")
        if fresh or callee.kind in ("outside", "factory", "maker"):
            return callee._replace(kind="instance", fresh=fresh)
        return None

    def _asked(self, value: Value) -> tuple[Outcome, ...]:
        return tuple(
            Outcome(
                told.kind,
                self.links.path(told.path) if told.path else None,
                told.sure,
                at=told.at,
                value=value,
            )
            for told in self.ask(value.span)
        )

    def callee(self, call: Call) -> tuple[Outcome, ...]:
        """What a call calls: an alternate constructor also by the name of the method alone."""
        found = self.of(call.callee)
        if not found and not call.callee.suspect and call.method in self.links.roles.makers:
            return self._asked(call.callee)
        return found

    def instance(self, value: Value | None) -> Outcome | None:
        """The instance that a value is, or may be."""
        return next((one for one in self.of(value) if one.kind == "instance"), None)

    def klass(self, value: Value | None) -> Outcome | None:
        """The class that a value is, or may be."""
        return next((one for one in self.of(value) if one.kind in ("symbol", "subclass")), None)

    def factory(self, value: Value | None) -> Outcome | None:
        return next((one for one in self.of(value) if one.kind == "factory"), None)

    def name_of(self, outcome: Outcome, spelled: str) -> str:
        """What an outcome is called in a message: the symbol by its path, a subclass of the home by its name."""
        if outcome.kind != "subclass":
            return self.canonical
        path = outcome.link.path if outcome.link is not None and outcome.link.path else spelled
        name = path.rpartition(".")[2]
        return f"`{name}`, a subclass of {self.canonical}," if name else f"a subclass of {self.canonical}"

    def advice(self, outcome: Outcome, verb: str) -> str:
        """What to do instead of making what is made: ``verb`` is what to do with the factory."""
        usual = f"{verb} {self.links.usable[0]}" if self.links.usable else self.remedy
        if outcome.kind == "subclass":
            return f"{usual}, or name the subclass in `doubles` or `factories`"
        return usual

    def own_classes(self) -> Iterator[tuple[Class, Outcome | None]]:
        """The managed class where it is defined in this file, and its subclasses here, with the base that tells."""
        managed = [
            klass for module, klass in self.links.roles.managed if module.file.path == self.module.file.path
        ]
        for klass in self.facts.classes:
            if klass in managed:
                yield klass, None
                continue
            if self.links.roles.is_double(klass.name):
                continue
            for base in klass.bases:
                found = [one for one in self.of(base) if one.kind in ("symbol", "subclass", "outside")]
                if found:
                    yield klass, found[0]
                    break

    # -- sharing

    def statement(self, ref: Ref, module: Module) -> tuple[Module, Class] | None:
        """The class statement that a reference in a file leads to, through imports and plain assignments."""
        todo = [absolute(target, module) for target in ref.targets]
        for path in todo:
            found, rest = self.links.project.find(path)
            if path.startswith(f"{module.name}."):
                found, rest = module, path[len(module.name) + 1 :].split(".")
            if found is None or not rest or len(todo) > 20:
                continue
            name = ".".join(rest)
            own = next((one for one in found.facts.classes if one.qualname == name), None)
            if own is not None:
                return found, own
            for bound in found.live(rest[0]):
                if isinstance(bound, Import):
                    targets: Sequence[str] = (bound.target,)
                else:
                    plain = bound.value is not None and bound.value.form == "path"
                    targets = bound.value.ref.targets if plain and bound.value and bound.value.ref else ()
                todo += [".".join([absolute(one, found), *rest[1:]]) for one in targets if one[:1] != "?"]
        return None

    def function(self, ref: Ref, module: Module) -> Function | None:
        """The function statement that a reference in a file leads to."""
        paths = [absolute(target, module) for target in ref.targets if target[:1] != "?"]
        return next((one for one in map(self.links.roles.function, paths) if one is not None), None)

    def goal(self, target: str, module: Module) -> str:
        """A target in a file as the path of the module that binds its last name, through plain imports."""
        path = absolute(target, module)
        for _ in range(20):
            found, rest = self.links.project.find(path)
            if found is None or len(rest) != 1:
                break
            bound = [one for one in found.live(rest[0]) if isinstance(one, Import)]
            if not bound:
                break
            path = absolute(bound[-1].target, found)
        return normal(self.links.project, path) if path else ""

    def users(self, path: str) -> tuple[Hop, ...]:
        """Who imports or reaches a path, besides this file."""
        return tuple(hop for hop in users_of(self.links.project, path) if hop.path != self.module.file.path)

    def lineage(self, module: Module, klass: Class) -> list[tuple[Module, Class]]:
        """A class statement and all of its bases in the project, the nearest first."""
        found = [(module, klass)]
        for where, one in found:
            for base in one.bases:
                above = self.statement(base.ref, where) if base.ref is not None else None
                if above is not None and above not in found and len(found) < 100:
                    found.append(above)
        return found

    def family(self) -> dict[str, Class]:
        """The classes of this file that make up instances: the managed one, its subclasses and its bases."""
        found = {klass.qualname: klass for klass, _ in self.own_classes()}
        if self.facts.classes:
            for where, klass in self.links.roles.managed:
                for module, one in self.lineage(where, klass):
                    if module.file.path == self.module.file.path:
                        found[one.qualname] = one
        return found

    def stored(self, write: Write) -> Outcome | None:
        """The instance that a write puts somewhere: also its own, in a method of the class."""
        if write.value is not None and write.value.form == "own":
            scope = f"{write.where.scope}."
            inside = [name for name in self.family() if scope.startswith(f"{name}.")]
            if not inside:
                return None
            link = Link("instance", "", chain=self.descent(max(inside, key=len)))
            return Outcome("instance", link, fresh=True)
        return self.instance(write.value)

    def in_singleton(self, where: Where) -> bool:
        """Whether a place is in a class of the contract that keeps its one instance, which SOT303 tells."""
        scope = f"{where.scope}."
        return any(
            klass.shape not in ("", "call") and scope.startswith(f"{name}.")
            for name, klass in self.family().items()
        )

    def slot(self, target: str) -> Slot | None:
        """The module-level name that a path starts at, where that is known to keep something."""
        module, rest = self.links.project.find(self.absolute(target))
        if target.startswith(":"):
            module, rest = self.module, target[1:].split(".")
        if module is None or not rest:
            return None
        return next((one for one in module.facts.slots if not one.owner and one.name == rest[0]), None)

    def copied(self, slot: Slot, lines: Sequence[tuple[Module, Class]]) -> bool:
        """Whether a class attribute may be a field that a base from elsewhere copies for each instance."""
        return slot.declared and any(
            base.ref is None
            or (
                base.ref.spelled.rpartition(".")[2] not in PLAIN_BASES
                and self.statement(base.ref, module) is None
            )
            for module, klass in lines
            for base in klass.bases
        )

    def outlives(self, write: Write) -> bool:
        """Whether all who come later certainly find what is written, and not only one thread, task or object."""
        if write.owner in ("default", "kept"):
            return True
        if write.owner in ("self", "class"):
            klass = next((one for one in self.facts.classes if one.qualname == write.klass), None)
            if klass is None or klass.where.deferred:
                return False
            lines = self.lineage(self.module, klass)
            if write.owner == "class" and write.how == "rebind":
                return True
            slots = [
                slot
                for module, one in lines
                for slot in module.facts.slots
                if (slot.owner, slot.name) == (one.qualname, write.name)
            ]
            if write.owner == "class":
                return all(slot.form != "context" for slot in slots)
            own = slots and slots[0].form in ("container", "weak") and not self.copied(slots[0], lines)
            if own and not any(write.name in one.fresh for _, one in lines):
                return True
            itself = f"{write.where.scope}.".startswith(f"{write.klass}.")
            return itself and write.how != "rebind" and self._is_of_kept_object(klass)
        return write.target is not None and self.lasts(write.target)

    def _is_of_kept_object(self, klass: Class) -> bool:
        """Whether the module has an object of a class, or of a subclass of it, from import on."""
        found = [one for one in self.facts.classes if one.kept and not one.where.deferred]
        return any((self.module, klass) in self.lineage(self.module, one) for one in found)

    def lasts(self, ref: Ref) -> bool:
        """Whether a path certainly leads to something of the project that all users of the process share."""
        found = False
        for target in ref.targets:
            path = self.absolute(target) if target[:1] != "?" else ""
            project = target[:1] == ":" or self.links.project.split(path)[0] is not None
            slot = self.slot(target) if project else None
            if slot is not None and slot.form == "context":
                return False
            found = found or project or path.startswith("builtins.")
        return found

    # -- chains

    def match(
        self,
        span: Span,
        message: str,
        spelled: str,
        where: Where,
        proof: Outcome | Link | None = None,
        *,
        may: bool = False,
        advice: str = "",
        chain: tuple[Hop, ...] = (),
        is_text: bool = False,
    ) -> Match:
        """``proof``: what the flagged thing is. ``chain``: what shows that besides. ``is_text``: what is spelled
        stands in a string, in which the names of this file mean nothing."""
        hops = (*chain, *self.chain(proof, where, None if is_text or chain else Ref(span, spelled)))
        if not hops or hops[-1].text != self._end():
            hops = (*hops, *self._definition())
        link = proof.link if isinstance(proof, Outcome) else proof
        unsure = link is not None and not link.sure
        return Match(span, message, spelled, where, tuple(dict.fromkeys(hops)), may or unsure, advice)

    def chain(self, proof: Outcome | Link | None, where: Where, place: Ref | None = None) -> tuple[Hop, ...]:
        """From a place to where it leads. ``place``: the path that is written there, if it is one."""
        if isinstance(proof, Outcome):
            if proof.value is not None and self._is_bound_here(proof.value, where.scope):
                return proof.link.chain if proof.link is not None else ()
            found = self.trail(proof.value, where.scope) if proof.value is not None else ()
            if found:
                return found
            brought = self._brought(proof.value, where.scope) if proof.value is not None else ()
            return (*brought, *(proof.link.chain if proof.link is not None else ()))
        hops = proof.chain if proof is not None else ()
        if place is None or any(one.span == place.span for one in self.facts.imports):
            # What an import speaks of goes by no name of this file.
            return hops
        bound = nearest(self.facts, place, where.scope)
        return (hop_of(bound, self.module), *hops) if bound is not None else hops

    def _is_bound_here(self, value: Value, scope: str) -> bool:
        """Whether a value is, or is made by, what this file itself defines: then no name leads to it."""
        if value.ref is None or value.form not in ("path", "generic", "typed", "call"):
            return False
        link = self.links.shown(value.ref, self.module, scope)
        if link is None or link.kind not in ("symbol", "factory") or link.rest or link.chain:
            return False
        return self.links.project.split(link.path)[0] == self.module.file

    def bound(self, one: Import | Binding, *, is_place: bool = False) -> tuple[Hop, ...]:
        """From a binding of this file to what it binds. ``is_place``: it is what is flagged, and no hop itself."""
        hops = () if is_place else (hop_of(one, self.module),)
        if isinstance(one, Binding):
            return (*hops, *(self.trail(one.value, one.where.scope) if one.value is not None else ()))
        path = self.absolute(one.target)
        link = self.links.path(path) if path else None
        return (*hops, *(link.chain if link is not None else ()))

    def descent(self, qualname: str) -> tuple[Hop, ...]:
        """From a subclass of this file to the symbol; nothing for other classes."""
        for klass, base in self.own_classes():
            if klass.qualname == qualname and base is not None:
                return (self._at(klass, "class"), *self.chain(base, klass.where))
        return ()

    def _at(self, statement: Class | Function, what: str) -> Hop:
        return Hop(self.module.file.path, statement.span.line, f"{what} {statement.name}")

    def trail(self, value: Value, scope: str) -> tuple[Hop, ...]:
        """By which names of this file a value in a scope is what it is."""
        return self._way(value, scope)[1]

    def name(self, value: Value, where: Where) -> str:
        """The name in an expression by which that is what it is: ``Hub`` in ``partial(Hub, 1)``."""
        ref = self._way(value, where.scope)[0]
        if ref is None and value.form in ("path", "generic"):
            ref = value.ref
        return ref.spelled if ref is not None else ""

    def _way(self, value: Value, scope: str) -> tuple[Ref | None, tuple[Hop, ...]]:
        """The shortest way from a value in a scope to a name that links know, with the reference it begins at."""
        return (
            self._search(Step(value, scope), every=False)
            or self._search(Step(value, scope), every=True)
            or (None, self._by_import(scope))
        )

    def _search(self, start: Step, *, every: bool) -> tuple[Ref | None, tuple[Hop, ...]] | None:
        """``every``: by all bindings of a name, wherever they stand, and not by the one alone that is in force."""
        todo = deque([start])
        done: set[Span] = set()
        while todo and len(done) < MOST_STEPS:
            step = todo.popleft()
            refs = self._refs(step.value)
            for ref in refs:
                known = self._known(ref, step.scope)
                if known:
                    return step.first or ref, (*step.hops, *known)
            for further in (one for ref in refs for one in self._behind(ref, step, every=every)):
                if further.value.span not in done:
                    done.add(further.value.span)
                    todo.append(further)
        return None

    def _refs(self, value: Value) -> list[Ref]:
        """The references in an expression: what it is or calls, what it is made from, and what else it speaks of."""
        found: list[Ref] = []
        todo = deque([value])
        while todo:
            one = todo.popleft()
            found += [one.ref] if one.ref is not None else []
            todo += one.parts
            for call in self.facts.calls if one.form == "call" else ():
                if call.span == one.span:
                    found += _attribute(call)
                    todo += [given.value for given in call.arguments]
        found += [use.ref for use in self.facts.uses if _is_within(use.ref.span, value.span)]
        return list(dict.fromkeys(found))

    def _known(self, ref: Ref, scope: str) -> tuple[Hop, ...]:
        """The chain of a reference that links know, or that a path of the contract begins with."""
        link = self.links.shown(ref, self.module, scope)
        if link is not None:
            return link.chain if link.kind != "double" else ()
        for target in ref.targets:
            if self._is_above(target):
                return hops_of(ref, target, self.module, scope)
        return ()

    def _is_above(self, target: str) -> bool:
        """Whether a target is the module or the class of something that the contract names."""
        path = self.absolute(target)
        return bool(path) and any(one.startswith(f"{path}.") for one in self.links.roles.entities)

    def _behind(self, ref: Ref, step: Step, *, every: bool) -> Iterator[Step]:
        for value, scope, hop in self._given(ref, step.scope, every=every):
            yield Step(value, scope, (*step.hops, hop), step.first or ref)

    def _given(self, ref: Ref, scope: str, *, every: bool) -> Iterator[tuple[Value, str, Hop]]:
        """What gives a path its value: the binding of its first name or of an attribute, or what a function returns."""
        names = ref.spelled.split(".")
        bound = (
            seen(self.facts, ref._replace(span=LAST), scope) if every else seen(self.facts, ref, scope)[:1]
        )
        found = [one for one in bound if isinstance(one, Binding)]
        found += [
            one
            for one in self.facts.bindings
            if one.name in names[1:] and (one.how == "attribute" or one.where.kind == "class")
        ]
        for one in found:
            if one.value is not None:
                yield one.value, one.where.scope, hop_of(one, self.module)
        for klass in self.facts.classes:
            hop = self._at(klass, "class")
            for base in klass.bases if klass.name == names[0] else ():
                yield base, klass.where.scope, hop
        for function in self.facts.functions:
            hop = self._at(function, "def")
            for value in function.returns if function.name == names[-1] else ():
                yield value, function.qualname, hop

    def _brought(self, value: Value, scope: str) -> tuple[Hop, ...]:
        """The import of something that is no name of the symbol, and by which other files get at it."""
        roots = {ref.spelled.partition(".")[0] for ref in self._refs(value)}
        found: list[Import] = []
        for one in self.facts.imports:
            if one.where.scope and not f"{scope}.".startswith(f"{one.where.scope}."):
                continue
            module, rest = self.links.project.find(self.absolute(one.target))
            if module is not None and (not rest or carried(self.links, module, rest[0], str) is not None):
                found.append(one)
        best = [one for one in found if one.bound in roots] or [one for one in found if one.name]
        return (hop_of(best[0], self.module),) if best else ()

    def is_declared(self, outcome: Outcome) -> bool:
        """Whether the contract names a subclass of the home among its factories: everybody may build that."""
        return outcome.link is not None and outcome.link.path in self.links.roles.factories

    def _by_import(self, scope: str) -> tuple[Hop, ...]:
        """The one import by which this file knows the symbol, or anything of the contract: no other can be behind
        what inference has told of a parameter, or of an object from elsewhere."""
        found: list[tuple[int, tuple[Hop, ...]]] = []
        for one in self.facts.imports:
            path = self.absolute(one.target) if one.name != "*" else ""
            if not path or (one.where.scope and not f"{scope}.".startswith(f"{one.where.scope}.")):
                continue
            link = self.links.path(path)
            if link is not None:
                chain = (hop_of(one, self.module), *link.chain)
                found.append((0 if is_symbol(link) else 1, chain))
            elif self._is_above(one.target):
                found.append((2, (hop_of(one, self.module),)))
        best = [chain for rank, chain in found if rank == min(found)[0]]
        return best[0] if len(best) == 1 else ()

    def _end(self) -> str:
        return f"{self.canonical} is canonical"

    def _definition(self) -> tuple[Hop, ...]:
        file, _, rest = self.links.project.split(self.canonical)
        if file is None:
            return ()
        module = self.links.project.at(file.path) if rest else None
        spans: list[Span] = []
        if module is not None:
            name = ".".join(rest)
            statements: list[Class | Function] = [*module.facts.classes, *module.facts.functions]
            spans += [one.span for one in statements if one.qualname == name and len(rest) > 1]
            spans += [one.span for one in module.live(rest[0])]
        return (Hop(file.path, spans[0].line if spans else 1, self._end()),)


class Step(NamedTuple):
    """A value on the way from a place to what it is: where it stands, the hops to it, and the name they begin at."""

    value: Value
    scope: str
    hops: tuple[Hop, ...] = ()
    first: Ref | None = None


LAST = Span(10**9, 0, 10**9, 0)
"""A place from which all of a file is seen."""

MOST_STEPS = 200
"""So many values of a file are looked at for one chain."""


def _attribute(call: Call) -> Iterator[Ref]:
    """The path that ``getattr(module, "N")`` is."""
    if len(call.arguments) > 1 and call.arguments[1].text.isidentifier():
        ref, name = call.arguments[0].value.ref, call.arguments[1].text
        if ref is not None:
            yield Ref(
                ref.span, f"{ref.spelled}.{name}", tuple(f"{one}.{name}" for one in ref.targets), ref.sure
            )


def _is_within(inner: Span, outer: Span) -> bool:
    return outer[:2] <= inner[:2] and inner[2:] <= outer[2:]


def is_symbol(link: Link) -> bool:
    """Whether a link leads to what the contract names, and not to something made by it."""
    return link.kind == "symbol" or (link.kind == "maker" and bool(link.rest))


def _kind(link: Link) -> str:
    """What a linked path is as a value: ``constructor`` for an alternate one, nothing for other attributes."""
    if link.kind == "maker" and link.rest:
        return "constructor"
    if link.rest:
        return ""
    if link.kind == "subclass" and link.outside:
        return "outside"
    return "" if link.kind == "double" else link.kind
