"""SOT303: the managed class, or a subclass, keeps its one instance itself."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.evidence import Evidence, Match
from ssot_lint.links import absolute
from ssot_lint.model import Class, Hop, Ref

SHAPES = {
    "new": "`__new__` keeps the first instance",
    "getter": "a method keeps the first instance on the class",
    "borg": "all instances share one `__dict__`",
}


def check(evidence: Evidence) -> Iterator[Match]:
    if not evidence.isolated:
        return
    for klass, link in evidence.own_classes():
        shown = _shape(evidence, klass)
        if shown is None:
            continue
        how, hop = shown
        message = f"`{klass.name}` is a singleton of {evidence.canonical}: {how}"
        advice = "let the factory make one for each user"
        chain = (hop, *(link.chain if link is not None else ()))
        yield evidence.match(klass.span, message, klass.name, klass.where, link, advice=advice, chain=chain)


def _shape(evidence: Evidence, klass: Class) -> tuple[str, Hop] | None:
    path = evidence.module.file.path
    if klass.shape in SHAPES:
        return SHAPES[klass.shape], Hop(path, klass.shape_line, SHAPES[klass.shape])
    if klass.metaclass is not None:
        found = _class(evidence, klass.metaclass)
        if found is not None and found[1].shape == "call":
            how = f"the metaclass `{klass.metaclass.spelled}` keeps the first instance"
            return how, Hop(found[0], found[1].shape_line, how)
    for decorator in klass.decorators:
        name = decorator.spelled.rpartition(".")[2]
        how = f"the decorator `{decorator.spelled}` keeps the first instance"
        for target in decorator.targets:
            function = (
                evidence.links.function(absolute(target, evidence.module)) if target[:1] != "?" else None
            )
            if function is not None and function.wraps:
                return how, Hop(path, decorator.span.line, how)
        if name.lower() in ("singleton", "lru_cache", "cache"):
            return how, Hop(path, decorator.span.line, how)
    return None


def _class(evidence: Evidence, ref: Ref) -> tuple[str, Class] | None:
    """The class statement that a reference leads to, through plain imports."""
    links = evidence.links
    for target in ref.targets:
        goal = absolute(target, evidence.module)
        for _ in range(10):
            file, _, rest = links.project.split(goal)
            module = links.project.by_path.get(file.path) if file is not None else None
            if module is None:
                module = evidence.module if target.startswith(":") else None
                rest = [target[1:]]
            if module is None or not rest:
                break
            own = next((one for one in module.facts.classes if one.qualname == ".".join(rest)), None)
            if own is not None:
                return module.file.path, own
            imported = next((one for one in module.facts.imports if one.bound == rest[0]), None)
            if imported is None:
                break
            goal = absolute(imported.target, module)
    return None
