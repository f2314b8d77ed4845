"""A reference, or an attribute of an object → the primitive of a gateway that it is. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ssot_lint.links.definitions import lineage
from ssot_lint.links.follow import follow
from ssot_lint.links.hops import hop_of
from ssot_lint.links.link import Link
from ssot_lint.links.module import Module, absolute
from ssot_lint.links.names import exists, is_exported
from ssot_lint.model.dotted import beginnings
from ssot_lint.model.facts import WRITING, Binding, Import, Ref, Use, Value
from ssot_lint.rules.evidence import Evidence

_BUILTINS = "builtins."

_METHODS = WRITING | frozenset("copy get items keys values".split())
"""Attributes of objects that are methods by their names."""

_CLASS_NAME = re.compile(r"[A-Z]+[a-z0-9]\w*")

_PLAIN = frozenset(["classmethod", "staticmethod"])
"""Decorators that leave a method a method."""


Given = dict[tuple[str, str], list[Binding]]
"""By the qualified name of a class and an attribute what the class gives the attribute of its objects."""


def given_to_objects(evidence: Evidence) -> Given:
    found: Given = {}
    for one in evidence.facts.bindings:
        scope = one.where.scope
        if one.how == "attribute" and one.owner is not None and one.owner.spelled in ("self", "cls"):
            found.setdefault((scope.rpartition(".")[0], one.name), []).append(one)
        elif one.how == "assign" and one.where.kind == "class":
            found.setdefault((scope, one.name), []).append(one)
    return found


def held(evidence: Evidence, given: Given, use: Use) -> Link | None:
    """The primitive that an attribute of a method's object holds: ``self.env["A"]`` after ``self.env = os.environ``."""
    name, *rest = use.ref.spelled.split(".")[1:] or [""]
    bound = next((given[one, name] for one in beginnings(use.where.scope) if (one, name) in given), [])
    links = [
        link_of(evidence, one.ref) if one is not None and one.form == "path" and one.ref is not None else None
        for one in (choice for each in bound for choice in _choices(each.value))
        if one is None or one.form != "none"
    ]
    found = next((one for one in links if one is not None), None)
    if found is None:
        return None
    hops = tuple(hop_of(one, evidence.module) for one in bound if one.value is not None)[:1]
    sure = found.sure and all(one is not None and one.path == found.path for one in links)
    whole = ".".join(part for part in (found.rest, *rest) if part)
    return found._replace(rest=whole, sure=sure, chain=(*hops, *found.chain))


def _choices(value: Value | None) -> Iterator[Value | None]:
    """The values of which a value is one."""
    if value is None or value.form != "either":
        yield value
        return
    for part in value.parts:
        yield from _choices(part)


def link_of(evidence: Evidence, ref: Ref) -> Link | None:
    """The link of a reference to a primitive; of a builtin by its bare name where nothing else has that name."""
    link = evidence.links.ref(ref, evidence.module)
    if link is not None:
        return of_origin(evidence, link) if link.kind == "symbol" else None
    if len(ref.targets) != 1 or not ref.targets[0].startswith("?"):
        return None
    name = ref.targets[0][1:]
    link = evidence.links.path(_BUILTINS + name) if not evidence.module.live(name) else None
    if link is None or link.kind != "symbol":
        return None
    brought = {_is_brought(evidence, star, name.partition(".")[0]) for star in evidence.module.stars}
    return None if True in brought else link._replace(sure=link.sure and None not in brought)


def _is_brought(evidence: Evidence, star: Import, name: str) -> bool | None:
    """Whether a star import brings a name; None where only the library knows."""
    project, source = evidence.links.project, evidence.absolute(star.module)
    if not project.is_module(source):
        return None
    return is_exported(project, source, name) and exists(project, f"{source}.{name}")


def of_origin(evidence: Evidence, link: Link) -> Link:
    """A link by the path of the primitive itself, whatever path leads to it."""
    named = evidence.links.contract.named("primitive")
    if link.path in named:
        return link
    return link._replace(path=link.origin or link.path)


def handed_on(evidence: Evidence, link: Link, *, acts: bool) -> Link | None:
    """A link, unless it leads to what a name has read off an object that is a primitive: that is mostly a plain value,
    as an item of it is. Where what was read is called or changed (``acts``), or is named as a class is (PEP 8), it may
    be a part of the primitive."""
    if not link.part or not _is_read_off(evidence, of_origin(evidence, link)):
        return link
    return link._replace(sure=False) if acts or _CLASS_NAME.fullmatch(link.part) else None


def _is_read_off(evidence: Evidence, link: Link) -> bool:
    """Whether a name holds an attribute of an object that is a primitive, and nothing tells that it is a method."""
    name = link.path.rpartition(".")[2]
    if "." not in link.path or name[:1].isupper() or link.part in _METHODS:
        return False
    if evidence.links.project.split(link.path)[0] is None:
        return True
    if follow(evidence.links.project, link.path).kind in ("module", "class", "def"):
        return False
    return not any(_is_method(evidence, one, link.part) for one in classes_of(evidence, link.path))


def classes_of(evidence: Evidence, path: str) -> list[str]:
    """The classes of the project by whose call the object at a path of the project is made."""
    project = evidence.links.project
    module, rest = project.find(path)
    if module is None or len(rest) != 1:
        return []
    goals = [follow(project, one) for one in _callees(module, rest[0])]
    return [goal.path for goal in goals if goal.kind == "class"]


def _callees(module: Module, name: str) -> Iterator[str]:
    """The paths of what is called for the value of a name of a module."""
    for one in module.live(name):
        value = one.value if isinstance(one, Binding) and one.how == "assign" else None
        if value is not None and value.form == "call" and value.ref is not None:
            yield from (absolute(target, module) for target in value.ref.targets)


def _is_method(evidence: Evidence, path: str, name: str) -> bool:
    """Whether the class at a path of the project, or one of its bases there, has a method of a name that is no property
    and no other thing that a decorator makes."""
    project = evidence.links.project
    module, rest = project.find(path)
    if module is None:
        return False
    own = module.classes.get(".".join(rest), ())
    for _, one in [above for klass in own for above in lineage(project, module, klass)]:
        found = [method for method in one.methods if method.name == name]
        if found or name in one.names:
            return bool(found) and _PLAIN.issuperset(found[-1].decorators)
    return False
