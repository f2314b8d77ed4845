"""A reference, or an attribute of an object → the primitive of a gateway that it is. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.links.hops import hop_of
from ssot_lint.links.link import Link
from ssot_lint.links.names import exists, is_exported
from ssot_lint.model.dotted import beginnings
from ssot_lint.model.facts import Binding, Import, Ref, Use, Value
from ssot_lint.rules.evidence import Evidence

_BUILTINS = "builtins."


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
