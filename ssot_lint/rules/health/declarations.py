"""Links of one contract → its declarations that cannot hold: what leads nowhere, or to a thing of another kind. Pure.

Where a run decides what a path leads to, or a library does, the contract is taken at its word.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import NamedTuple

from ssot_lint.links.definitions import METACLASSES, lineage
from ssot_lint.links.follow import NO_CALLABLES, Goal, follow
from ssot_lint.links.module import Module
from ssot_lint.links.names import names_in
from ssot_lint.links.resolve import Links
from ssot_lint.model.contracts import ClassContract
from ssot_lint.model.facts import Facts, Function, Value


class Fault(NamedTuple):
    """``word`` is what the contract says under ``key``; the message follows the name of the contract. ``may``: it does
    nothing now, and may be meant so."""

    key: str
    word: str
    message: str
    may: bool = False


_ABOUT_CLASSES = ("factories", "build_in", "isolated_by", "doubles")
_KINDS = {"module": "a module", "class": "a class", "def": "a function", "value": "no class"}
_TRANSPARENT = frozenset(
    "staticmethod classmethod abstractmethod override overload final cache lru_cache wraps contextmanager"
    " asynccontextmanager".split()
)
"""Decorators that leave the parameters as they are."""


def faults(links: Links) -> Iterator[Fault]:
    """What is wrong with declarations. ``contract_health`` itself tells which symbols do not exist."""
    if links.contract.kind != ClassContract.kind:
        # The keys below are those of this kind.
        return
    wrong = list(_canonical(links))
    if wrong:
        # All else is said of something that is not meant.
        yield from wrong
        return
    yield from _factories(links)
    yield from _isolated_by(links)
    yield from _also_at(links)
    yield from _build_in(links)
    yield from _references(links)
    yield from _rivals(links)


def _canonical(links: Links) -> Iterator[Fault]:
    contract = links.contract
    assert isinstance(contract, ClassContract)
    goal = links.roles.goals[contract.symbol]
    made, constant = _is_made(links, goal), _is_constant(goal)
    if not (goal.kind in ("module", "def") or made or constant):
        return
    what = "an instance" if made else "a constant" if constant else _KINDS[goal.kind]
    near = _class_of(links, goal)
    hint = f"; did you mean `{near}`?" if near else ": name the class"
    said = [name.replace("_", "-") for name in _ABOUT_CLASSES if getattr(contract, name)]
    if said:
        verb = "are" if said[0] in ("factories", "doubles") else "is"
        message = f"`{contract.symbol}` is {what}, and `{said[0]}` {verb} about a class{hint}"
        others = f"; so too {', '.join(f'`{one}`' for one in said[1:])}" if said[1:] else ""
        yield Fault("canonical", "", f"{message}{others}")
    if contract.duplicates == "similar" and goal.kind != "def":
        message = (
            f'`{contract.symbol}` is {what}, and `duplicates = "similar"` compares classes and functions'
        )
        yield Fault("duplicates", "", message)


def _is_constant(goal: Goal) -> bool:
    """Whether a path leads to a value that no class can be."""
    value = goal.binding.value if goal.kind == "value" and goal.binding is not None else None
    return value is not None and value.form in ("string", "container", "tuple", "other") and not value.suspect


def _is_made(links: Links, goal: Goal) -> bool:
    return goal.kind == "value" and bool(_class_of(links, goal))


def _class_of(links: Links, goal: Goal) -> str:
    """The class that was probably meant: that of an instance, or the class in a module that has nearly its name."""
    if goal.kind == "value" and goal.binding is not None and goal.binding.value is not None:
        value = goal.binding.value
        made = value.ref if value.form == "call" else None
        if made is None or len(made.targets) != 1 or goal.module is None:
            return ""
        target = made.targets[0]
        from_module = f"{goal.module.name}.{target[1:]}" if target[:1] == ":" else ""
        found = follow(links.project, from_module or target)
        return found.path if found.kind == "class" and not _makes_classes(links, found) else ""
    place = goal.path if goal.kind == "module" else goal.path.rpartition(".")[0]
    classes = {
        one.name.lower(): f"{module.name}.{one.name}"
        for module in links.project.every()
        for one in module.facts.classes
        if f"{module.name}." == f"{place}." and "." not in one.qualname
    }
    near = get_close_matches(goal.path.rpartition(".")[2].replace("_", ""), classes, 1)
    return classes[near[0]] if near else next(iter(classes.values()), "") if len(classes) == 1 else ""


def _makes_classes(links: Links, goal: Goal) -> bool:
    """Whether a class is a metaclass: what it makes are classes."""
    assert goal.module is not None
    own = [
        (goal.module, one) for one in goal.module.facts.classes if one.name == goal.path.rpartition(".")[2]
    ]
    return any(
        base.ref is not None and not METACLASSES.isdisjoint(base.ref.targets)
        for module, klass in own
        for _, one in lineage(links.project, module, klass)
        for base in one.bases
    )


def _factories(links: Links) -> Iterator[Fault]:
    itself = {links.roles.goals[one].path for one in (links.contract.symbol, links.roles.declared) if one}
    for path in links.contract.named("factory"):
        goal = links.roles.goals[path]
        problem = ""
        if goal.kind == "module":
            problem = "a module"
        elif goal.kind == "class" and goal.path in itself:
            problem = "the class itself, which all may build then"
        elif goal.kind == "value" and goal.binding is not None:
            value = goal.binding.value
            if value is not None and goal.module is not None and links.is_instance(value, goal.module):
                problem = f"an instance of {links.contract.symbol}"
            elif _form(value) in NO_CALLABLES:
                problem = "no callable"
        if problem:
            near = _near(path, _makers(links), only=True)
            yield Fault(
                "factories",
                path,
                f"the factory `{path}` is {problem}{near or ': name the callable that makes one'}",
            )


def _form(value: Value | None) -> str:
    return value.form if value is not None else ""


def _makers(links: Links) -> list[str]:
    """The functions that hand out an instance, as far as links have been asked for them."""
    return [
        path
        for module in links.project.every()
        for one in module.facts.functions
        if not one.owner and not one.where.scope
        for path in [f"{module.name}.{one.qualname}"]
        if (link := links.path(path)) is not None and link.kind == "maker"
    ]


def _isolated_by(links: Links) -> Iterator[Fault]:
    contract = links.contract
    if not contract.named("factory"):
        return
    known: dict[str, list[str]] = {}
    for path in contract.named("factory"):
        parameters = _parameters(links, path)
        if parameters is None:
            return
        known[path] = parameters
    names = list(dict.fromkeys(name for parameters in known.values() for name in parameters))
    # What the class of a factory takes counts, and is no parameter of the factory.
    functions = [_function(links.roles.goals[path]) for path in known]
    own = list(dict.fromkeys(name for one in functions if one is not None for name in _own_parameters(one)))
    for key in contract.named("key"):
        if key in names:
            continue
        others = [name for name in own if name not in contract.named("key")]
        near = get_close_matches(key, others, 1)
        hint = f"; did you mean `{near[0]}`?" if near else ""
        taken = ", ".join(f"`{one}`" for one in others[:6])
        listed = "" if near else f", which take {taken or 'none'}"
        listed = listed if len(known) > 1 else listed.replace("take", "takes")
        of = f"the factory `{next(iter(known))}`" if len(known) == 1 else "any of the `factories`"
        yield Fault(
            "isolated-by", key, f"`isolated-by` names `{key}`, which is no parameter of {of}{listed}{hint}"
        )


def _parameters(links: Links, path: str) -> list[str] | None:
    """What a factory can be given, its class's own parameters included; None where that is not certain."""
    goal = links.roles.goals[path]
    function = _function(goal)
    if function is None or any(one.startswith("**") for one in function.parameters):
        return None
    if any(ref.spelled.rpartition(".")[2] not in _TRANSPARENT for ref in function.decorators):
        return None
    found = _own_parameters(function)
    if not function.owner or goal.module is None:
        return found
    owner = next((one for one in goal.module.facts.classes if one.qualname == function.owner), None)
    if goal.inherited or owner is None or (owner.parameters is None and owner.bases):
        # What the object was made with may keep users apart.
        return None
    return [*found, *(owner.parameters or ())]


def _own_parameters(function: Function) -> list[str]:
    return [one for one in function.parameters if one not in ("self", "cls") and not one.startswith("*")]


def _function(goal: Goal) -> Function | None:
    if goal.kind != "def" or goal.module is None:
        return None
    name = goal.body.removeprefix(f"{goal.module.name}.")
    found = [one for one in goal.module.facts.functions if one.qualname == name]
    return found[0] if len(found) == 1 else None


def _also_at(links: Links) -> Iterator[Fault]:
    contract = links.contract
    own = links.roles.goals[contract.symbol]
    right = {*own.way, *(links.roles.goals[one].path for one in (links.roles.declared,) if one)}
    statements = ("class", "def", "module")
    for path in contract.named("also"):
        goal = links.roles.goals[path]
        problem = ""
        if goal.kind == "nothing":
            problem = f"does not exist{_place(links, path)}"
        elif own.kind in statements and goal.kind in statements and right.isdisjoint(goal.way):
            what = f"leads to `{goal.path}`" if goal.path != path else f"is {_KINDS[goal.kind]} of its own"
            problem = f"{what}, and not to `{contract.symbol}`"
        if problem:
            yield Fault("also-at", path, f"`also-at` names `{path}`, which {problem}")


def _place(links: Links, path: str) -> str:
    """The end of a message: the nearest place that has the symbol as well, or what is missing."""
    file, prefix, rest = links.project.split(path)
    above, _, name = path.rpartition(".")
    if file is None or len(rest) > 1:
        others = [f"{one}.{name}" for one in get_close_matches(above, links.project.known, 3)]
        missing = f": there is no module `{above}` in the project"
    else:
        others = [f"{prefix}.{one}" for one in names_in(links.project, prefix)]
        missing = f": `{prefix}` binds no `{rest[0]}`" if rest else ""
    known = {*links.contract.named("also"), *links.roles.goals[links.contract.symbol].way}
    return _near(path, (one for one in others if one not in known and links.path(one) is not None)) or missing


def _build_in(links: Links) -> Iterator[Fault]:
    for path in links.contract.named("builder"):
        goal = follow(links.project, path)
        if goal.kind in ("class", "def", "value") and goal.module is not None:
            what = "a value" if goal.kind == "value" else _KINDS[goal.kind]
            also = ", or the function in `factories`" if goal.kind == "def" else ""
            yield Fault(
                "build-in",
                path,
                f"`build-in` names `{path}`, which is {what} and no module; name `{goal.module.name}`{also}",
            )
        elif goal.kind == "nothing":
            near = _near(path, [*links.project.known, *links.project.packages])
            yield Fault(
                "build-in",
                path,
                f"`build-in` names `{path}`, and there is no such module in the project{near}",
            )


def _references(links: Links) -> Iterator[Fault]:
    for path in links.contract.named("reference"):
        name = path.rpartition(".")[2]
        speaks = [module for module in links.project.every() if _speaks(module.facts, name)]
        is_here = "." in path and links.project.is_module(path.partition(".")[0])
        is_bound = not is_here or follow(links.project, path).kind != "nothing" or _is_held(speaks, path)
        if speaks and is_bound:
            continue
        near = _near(path, _holders(links))
        message = f"`references` names `{path}`, and nothing in the project goes by that name{near}"
        # What a library offers need not be used yet.
        yield Fault("references", path, message, may=not is_here)


def _rivals(links: Links) -> Iterator[Fault]:
    patterns = links.contract.named("rival")
    if not patterns:
        return
    own = {*links.roles.goals[links.contract.symbol].way, links.roles.implementation}
    defined = {
        f"{module.name}.{one.name}"
        for module in links.project.every()
        for one in module.facts.bindings
        if one.how in ("class", "def", "assign") and not one.where.scope
    }
    for pattern in patterns:
        if pattern in own:
            yield Fault("rivals", pattern, f"`rivals` names `{pattern}`, which is the symbol itself")
            continue
        names = {*defined, *links.project.known}
        names = names if "." in pattern else {path.rpartition(".")[2] for path in defined}
        if not any(fnmatchcase(one, pattern) for one in names):
            near = _near(pattern, defined) if "." in pattern and "*" not in pattern else ""
            message = (
                f"`rivals` names `{pattern}`, and no class or function in the project goes by that name{near}"
            )
            # It may be there to keep one from coming back.
            yield Fault("rivals", pattern, message, may=True)


def _speaks(facts: Facts, name: str) -> bool:
    """Whether a file's code speaks of a name at all."""
    paths = [*(one.target for one in facts.imports), *(one.bound for one in facts.imports)]
    paths += [one.name for one in facts.bindings]
    paths += [one.ref.spelled for one in facts.uses]
    paths += [one.qualname for one in facts.functions]
    paths += [one.holder.spelled for one in facts.texts]
    paths += [one.callee.ref.spelled for one in facts.calls if one.callee.ref is not None]
    return any(name in path.split(".") for path in paths)


def _is_held(modules: Iterable[Module], path: str) -> bool:
    """Whether something is spelled as the path, or bound in a module whose own path ends as it says."""
    above, _, name = path.rpartition(".")
    for module in modules:
        spelled = [
            *(one.ref.spelled for one in module.facts.uses),
            *(one.holder.spelled for one in module.facts.texts),
        ]
        if any(one == path or one.endswith(f".{path}") for one in spelled):
            return True
        is_place = f".{module.name}".endswith(f".{above}")
        if is_place and any(one.name == name for one in module.facts.bindings):
            return True
    return False


def _holders(links: Links) -> list[str]:
    """What takes strings that look like references, by the names of the project's functions and settings."""
    found = []
    for module in links.project.every():
        for one in module.facts.texts:
            found += [target for target in one.holder.targets if target[:1] not in ":?."]
            found += [f"{module.name}.{one.holder.spelled}", one.holder.spelled]
    return list(dict.fromkeys(found))


def _near(path: str, others: Iterable[str], *, only: bool = False) -> str:
    """The nearest of some paths as the end of a message. ``only``: also where it is the only one."""
    known = sorted(set(others))
    near = get_close_matches(path, known, 1) or (known if only and len(known) == 1 else [])
    return f"; did you mean `{near[0]}`?" if near else ""
