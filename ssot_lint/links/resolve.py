"""All facts and one contract → links: the paths by which its symbol can be reached, each with its chain. Pure.

A path is linked when a chain of bindings leads from it to the symbol.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cached_property

from ssot_lint.links.attributes import attribute
from ssot_lint.links.conclusions import EVERYTHING
from ssot_lint.links.fluent import of_made
from ssot_lint.links.follow import STATEMENTS, Goal, follow, may_be_called
from ssot_lint.links.hops import hop_of, hops_of, refs_of
from ssot_lint.links.link import At, Kind, Link, joined
from ssot_lint.links.module import Bound, Module, absolute
from ssot_lint.links.names import (
    MOST_PARTS,
    PARTS,
    forwards,
    is_conditional,
    is_exported,
    is_late,
    is_placeholder,
    name_of,
    targets_of,
)
from ssot_lint.links.project import Project
from ssot_lint.links.roles import Roles
from ssot_lint.links.settled import Settled
from ssot_lint.links.told import Told
from ssot_lint.model.contracts import Contract
from ssot_lint.model.dotted import beginnings
from ssot_lint.model.facts import Binding, Class, Function, Import, Ref, Value
from ssot_lint.model.finding import Hop

_HELD = "="
"""Before a path: the question what the class attribute at that path holds."""


class Links:
    """The links of one contract in one project."""

    def __init__(self, contract: Contract, project: Project) -> None:
        self.contract = contract
        self.project = project
        self.roles, declared = project.traced(lambda: Roles(contract, project))
        self.lost = 0
        """How many questions have asked too much, and have no answer."""
        self._answers: Settled[Link] = Settled(project, self._path)
        self.generic = not contract.named("primitive")
        """Whether a subscript of the symbol can be the symbol: what stands in a mapping is not the mapping."""
        self.told = Told(project)
        self.spoken: frozenset[str] | None = None
        """The names by which files can speak of the symbol; None where that is not known."""
        self.whole: dict[str, object] = {}
        """What was found in all files; whoever looks at it depends on all of them."""
        # What is looked up once, for all answers.
        roles = self.roles
        _, basis = project.traced(lambda: (roles.makers, roles.is_class, roles.is_keyless, self.usable))
        self.basis = declared | basis

    def forget(self, changed: Collection[str]) -> bool:
        """Forgets what depends on some files, unless that is nearly everything: then these links are of no more use."""
        if EVERYTHING in self.basis or not self.basis.isdisjoint(changed):
            return False
        self._answers.forget(changed)
        self.told.forget(changed)
        self.whole.clear()
        self.lost = 0
        return True

    def own_words(self, words: Collection[str]) -> frozenset[str]:
        """Those of some words that are this contract's."""
        return frozenset(self.roles.words.intersection(words))

    @cached_property
    def usable(self) -> tuple[str, ...]:
        """The factories that are worth a recommendation: no module, plain data, or instance of the symbol."""
        return tuple(
            path for path in self.contract.named("factory") if self._is_usable(self.roles.goals[path])
        )

    def _is_usable(self, goal: Goal) -> bool:
        value = goal.binding.value if goal.binding is not None else None
        made = value is not None and goal.module is not None and self.is_instance(value, goal.module)
        return may_be_called(goal) and not made

    # -- what paths lead to

    def resolve(self, target: str, module: Module) -> Link | None:
        """What a target in a file leads to."""
        if target.startswith("?"):
            parts = target[1:].split(".")
            link, later = self._by_star(module, parts, ())
            return self._unless(later, link, module, parts[0]) if link is not None else None
        path = absolute(target, module)
        return self.path(path) if path else None

    def ref(self, ref: Ref, module: Module) -> Link | None:
        """What a reference leads to; unsure where it may be something else."""
        found = [
            link for link in (self.resolve(target, module) for target in ref.targets) if link is not None
        ]
        if not found:
            return None
        best = found[0]
        return best if ref.sure or len(found) == len(ref.targets) > 1 else best._replace(sure=False)

    def shown(self, ref: Ref, module: Module, scope: str) -> Link | None:
        """What a reference leads to, with the bindings of its own file in the chain. ``scope`` is where it stands."""
        link = self.ref(ref, module)
        if link is None:
            return None
        target = next(one for one in ref.targets if self.resolve(one, module) is not None)
        return link._replace(chain=joined(*hops_of(ref, target, module, scope), chain=link.chain))

    def path(self, path: str) -> Link | None:
        """What an absolute path leads to."""
        if path.count(".") > MOST_PARTS:
            # A name that is bound to a part of itself grows for ever.
            return None
        try:
            return self._answers.of(path)
        except RecursionError:
            # A chain of thousands of names is no evidence that anybody reads.
            self.project.touched.add(EVERYTHING)
            self.lost += 1
            return None
        except MemoryError:
            # Nothing is concluded, nor remembered, from what may have an answer when there is more room.
            if self._answers.is_busy:
                raise
            self.lost += 1
            return None

    def _path(self, path: str) -> Link | None:
        if path.startswith(_HELD):
            return self._by_attribute(path.removeprefix(_HELD))
        file, prefix, rest = self.project.split(path)
        if file is not None and file.module and prefix != file.module and path not in self.roles.entities:
            link = self.path(".".join([file.module, *rest]))
            if link is None:
                return None
            hop = Hop(file.path, 1, f"{prefix} is {file.module} by another root")
            return link._replace(path=path, at="", chain=joined(hop, chain=link.chain))
        for known in beginnings(path, self.roles.most_parts):
            entity = self.roles.entities.get(known)
            if entity is not None:
                kind, at = entity
                tail = path[len(known) + 1 :]
                if kind == "factory" and tail:
                    continue
                return self._entity(kind, at, known, tail)
        if file is None and path.startswith("<"):
            prefix, _, tail = path.partition(">.")
            module = self.project.at(prefix[1:])
            rest = tail.split(".") if tail else []
        else:
            module = self.project.at(file.path) if file is not None else None
        if module is None or not rest or (len(rest) > 2 and self._answers.is_enough()):
            return None
        link = self.member(module, rest)
        hiding = self.project.hiding(prefix) if link is None and file is not None else None
        if hiding is not None:
            link = self.member(hiding, [prefix.rpartition(".")[2], *rest])
        return link._replace(path=path, at="") if link is not None else None

    def _entity(self, kind: str, at: At, path: str, rest: str) -> Link:
        if kind == "factory":
            function = self.roles.function(path)
            return Link(
                "factory", path, at, asynchronous=bool(function and function.asynchronous), origin=path
            )
        if rest and rest in self.roles.factory_methods:
            return self._entity("factory", "factory", self.roles.factory_methods[rest], "")
        if rest and rest in self.roles.makers:
            return Link("maker", path, at, rest)
        return Link("instead" if kind == "instead" else "symbol", path, at, rest, origin=path)

    def member(self, module: Module, rest: Sequence[str]) -> Link | None:
        """What a name of a module (and the attributes behind it) leads to."""
        name, tail = rest[0], rest[1:]
        bindings = module.live(name)
        link, later = self._by_star(module, rest, bindings)
        bound = self._of_bindings(bindings, module, tail)
        if bound is not None and (link is None or link.kind == bound.kind):
            link = bound
        if link is not None:
            return self._unless(later, link, module, name)
        if bindings:
            return None
        for served, path, line in forwards(self.project, module):
            if served in (name, "*"):
                if path and path != f"{module.name}.{name}":
                    whole = ".".join([path, *([name] if served == "*" else []), *tail])
                    link = self.path(whole)
                    if link is not None:
                        hop = Hop(module.file.path, line, f"__getattr__ serves {name} from {path}")
                        # It is asked for what no star brings.
                        asked = link._replace(chain=joined(hop, chain=link.chain))
                        return self._unless(later, asked, module, name)
        # A class nested in another, or in a function.
        own = next(iter(module.classes.get(".".join(rest), ())), None)
        return self._of_class(own, module) if own is not None and "." in own.qualname else None

    def _of_bindings(self, bindings: Sequence[Bound], module: Module, tail: Sequence[str]) -> Link | None:
        """What the bindings of one name lead to; unsure where only some of them do."""
        links = [self._of_binding(binding, module, tail) for binding in bindings]
        best = next((link for link in links if link is not None), None)
        if best is None:
            return None
        others = [binding for link, binding in zip(links, bindings, strict=True) if link is None]
        # What fills a slot with an object later on is mostly such an object, too.
        is_same = all(is_placeholder(one) or (best.kind == "instance" and is_late(one)) for one in others)
        return best._replace(sure=best.sure and is_same)

    def _by_star(
        self, module: Module, rest: Sequence[str], bindings: Sequence[Bound]
    ) -> tuple[Link | None, Sequence[Import]]:
        """What the last star that leads anywhere brings in the place of some bindings, and the stars behind it."""
        later: list[Import] = []
        for star in module.stars:
            if bindings and star.span < bindings[-1].span:
                break
            link = self._through_star(star, module, rest)
            if link is not None:
                return link._replace(sure=link.sure and not (bindings and is_conditional(star))), later
            later.append(star)
        return None, later

    def _unless(self, later: Sequence[Import], link: Link, module: Module, name: str) -> Link | None:
        """A link of a name, unless a later star puts something else in its place."""
        for star in later:
            path = absolute(star.module, module)
            if path and path != module.name and is_exported(self.project, path, name):
                goal = follow(self.project, f"{path}.{name}")
                if goal.kind in STATEMENTS and goal.path not in self.roles.entities:
                    if not is_conditional(star):
                        return None
                    link = link._replace(sure=False)
                elif goal.kind == "unknown" and self._is_given(path, name):
                    link = link._replace(sure=False)
        return link

    def _is_given(self, path: str, name: str) -> bool:
        """Whether a statement of a module gives a name a value, whatever that is."""
        module = self.project.module(path)
        bound = module.live(name) if module is not None else ()
        return any(isinstance(one, Binding) and not is_placeholder(one) for one in bound)

    def _through_star(self, star: Import, module: Module, rest: Sequence[str]) -> Link | None:
        path = absolute(star.module, module)
        if not path or path == module.name or not is_exported(self.project, path, rest[0]):
            return None
        link = self.path(".".join([path, *rest]))
        if link is None:
            return None
        hop = Hop(module.file.path, star.span.line, f"from {star.module} import *")
        return link._replace(chain=joined(hop, chain=link.chain))

    def _of_binding(self, binding: Bound, module: Module, tail: Sequence[str]) -> Link | None:
        if isinstance(binding, Binding) and binding.how in ("class", "def"):
            return self._of_statement(binding, module, tail)
        if isinstance(binding, Binding) and binding.how in PARTS:
            return None
        if isinstance(binding, Binding) and binding.value is not None and not tail:
            made = self._made(binding.value, module, binding.where.scope)
            if made is not None:
                return made._replace(chain=joined(hop_of(binding, module), chain=made.chain))
        for target, sure in targets_of(binding, items=self.generic):
            path = absolute(target, module)
            if target.startswith("?"):
                link = self.resolve(".".join([target, *tail]), module)
            elif not path or path == f"{module.name}.{name_of(binding)}":
                continue
            else:
                whole = ".".join([path, *tail])
                link = self.path(whole)
                if link is None and isinstance(binding, Binding) and not tail:
                    link = self.path(f"{_HELD}{whole}")
            if link is not None:
                hops = (hop_of(binding, module), *_given_by(binding, target, module))
                part = link.part or _without(link.rest, tail)
                return link._replace(
                    chain=joined(*hops, chain=link.chain), sure=link.sure and sure, part=part
                )
        return None

    def _by_attribute(self, path: str) -> Link | None:
        """What a class attribute holds, for a name that is bound to it: by its own path it is no name of the symbol."""
        owner, _, name = path.rpartition(".")
        _, _, rest = self.project.split(owner)
        goal = follow(self.project, owner) if rest else None
        if goal is None or goal.module is None or goal.kind != "class":
            return None
        qualname = goal.path.removeprefix(f"{goal.module.name}.")
        found = attribute(self.project, goal.module, qualname, name)
        link = self._of_binding(found.binding, found.module, ()) if found is not None else None
        return (
            link._replace(sure=link.sure and found.sure) if link is not None and found is not None else None
        )

    def _made(self, value: Value, module: Module, scope: str) -> Link | None:
        """An instance, or a class made by a call, that a plain value in a scope is."""
        if value.form in ("await", "same"):
            return self._made(value.parts[0], module, scope)
        if value.form == "typed" and value.ref is not None:
            link = self.shown(value.ref, module, scope)
            known = link is not None and link.kind in ("symbol", "subclass") and not link.rest
            return link._replace(kind="instance", at="") if known and link is not None else None
        if value.form != "call":
            return None
        link = self.maker(value, module, scope)
        return link._replace(kind="instance", at="", rest="") if link is not None else None

    def maker(self, value: Value, module: Module, scope: str) -> Link | None:
        """What makes the instance that a call in a scope gives."""
        callee = value.parts[0]
        if callee.form == "member":
            link = self._method(callee, module) or self._made_before(callee, module, scope)
        else:
            link = self.shown(value.ref, module, scope) if value.ref is not None else None
        if link is None:
            return None
        makes = link.kind in ("factory", "maker") or (link.kind in ("symbol", "subclass") and not link.rest)
        return link if makes else None

    def _made_before(self, member: Value, module: Module, scope: str) -> Link | None:
        """What makes the object that a fluent method is called on."""
        inner, is_awaited = member.parts[0], member.parts[0].form == "await"
        inner = inner.parts[0] if is_awaited else inner
        link = self.maker(inner, module, scope) if inner.form == "call" and member.ref is not None else None
        if link is None or member.ref is None or (link.asynchronous and not is_awaited):
            return None
        found = of_made(self.project, self.roles, link, member.ref.spelled)
        if found is None:
            return None
        return link._replace(asynchronous=found.asynchronous, chain=joined(found.hop, chain=link.chain))

    def _method(self, member: Value, module: Module) -> Link | None:
        """What a method is of a new object of a class of the project."""
        made = member.parts[0].ref if member.parts[0].form == "call" else None
        if made is None or member.ref is None or len(made.targets) != 1 or not made.sure:
            return None
        path = absolute(made.targets[0], module) if made.targets[0][:1] != "?" else ""
        goal = follow(self.project, path) if path else None
        if goal is None or goal.kind != "class":
            return None
        method = follow(self.project, f"{goal.path}.{member.ref.spelled}")
        link = self.path(method.body) if method.kind == "def" else None
        return link if link is not None and link.kind in ("factory", "maker") else None

    def is_instance(self, value: Value, module: Module) -> bool:
        """Whether a plain value is an instance of the symbol."""
        made = self._made(value, module, "")
        return made is not None and made.kind == "instance"

    def _of_statement(self, binding: Binding, module: Module, tail: Sequence[str]) -> Link | None:
        name = ".".join([binding.name, *tail])
        if binding.how == "class":
            classes = module.of_binding(binding, module.classes.get(name, ()))
            own = next((one for one in classes if not one.where.deferred), None)
            if own is not None:
                return self._of_class(own, module)
            if len(tail) == 1 and (tail[0] in self.roles.makers or tail[0] == "__new__"):
                # What a subclass inherits: an alternate constructor, or the bare one.
                link = self._of_statement(binding, module, ())
                if link is not None and link.kind == "subclass":
                    kind = "maker" if tail[0] in self.roles.makers and not link.outside else link.kind
                    return link._replace(kind=kind, rest=tail[0])
        functions = module.of_binding(binding, module.functions.get(name, ()))
        links = [self._of_function(one, module) for one in functions]
        found = next((link for link in links if link is not None), None)
        return found._replace(sure=found.sure and None not in links) if found is not None else None

    def _of_class(self, klass: Class, module: Module) -> Link | None:
        for base in klass.bases:
            link = self.shown(base.ref, module, klass.where.scope) if base.ref is not None else None
            if link is not None and link.kind in ("symbol", "subclass") and not link.rest:
                hop = Hop(
                    module.file.path,
                    klass.span.line,
                    f"class {klass.name}({base.ref.spelled if base.ref else ''})",
                )
                outside = not self.roles.is_home(module)
                kind: Kind = "double" if self.roles.is_double(klass.name) else "subclass"
                return Link(
                    kind,
                    f"{module.name}.{klass.qualname}",
                    chain=joined(hop, chain=link.chain),
                    outside=outside,
                    origin=link.origin,
                )
            if link is not None and link.kind == "double":
                return link
        return None

    def _of_function(self, function: Function, module: Module) -> Link | None:
        for value in function.returns:
            made = self._made(value, module, function.qualname)
            if made is None and value.form == "path" and value.ref is not None:
                made = self._local(function, value.ref.spelled, module)
            if made is not None and made.kind == "instance":
                hop = Hop(module.file.path, function.span.line, f"def {function.name} hands out an instance")
                return Link(
                    "maker",
                    f"{module.name}.{function.qualname}",
                    chain=joined(hop, chain=made.chain),
                    asynchronous=function.asynchronous or function.yields,
                )
        return None

    def _local(self, function: Function, name: str, module: Module) -> Link | None:
        """What a local variable of a function was made by, where one plain assignment says so."""
        own = (one for one in module.by_name.get(name, ()) if isinstance(one, Binding))
        bound = [one for one in own if one.where.scope == function.qualname]
        made = [
            (one, self._made(one.value, module, function.qualname)) for one in bound if one.value is not None
        ]
        if len(made) != 1:
            return None
        one, link = made[0]
        if link is None:
            return None
        return link._replace(chain=joined(hop_of(one, module), chain=link.chain))


def _without(rest: str, tail: Sequence[str]) -> str:
    """What follows the symbol before the parts that stand in the path itself."""
    parts = rest.split(".") if rest else []
    return ".".join(parts[: len(parts) - len(tail)])


def _given_by(binding: Bound, target: str, module: Module) -> tuple[Hop, ...]:
    """The bindings of this module that an assignment's value goes by."""
    value = binding.value if isinstance(binding, Binding) else None
    refs = refs_of(value) if value is not None else ()
    ref = next((one for one in refs if target in one.targets), None)
    return hops_of(ref, target, module, binding.where.scope) if ref is not None else ()
