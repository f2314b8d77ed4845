"""SOT107: a string that is used as an import names the symbol by another path than its canonical one."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.fixes import strings
from ssot_lint.fixes.repair import Repair
from ssot_lint.links.names import exists
from ssot_lint.links.project import absolute
from ssot_lint.model.facts import Text
from ssot_lint.model.finding import Fix, Span
from ssot_lint.rules.evidence import Evidence, Flagged, Match, chains, names

PATHS = frozenset(
    "patch patch.dict patch.multiple import_string locate resolve_name load_object import_object import_from_string"
    " import_item autospec_path symbol_by_name resolve eval".split()
)
"""Callables, by the end of their path, whose first string is a dotted path."""

SETTERS = frozenset("monkeypatch.setattr monkeypatch.delattr setattr delattr".split())
NAMES = frozenset("getattr hasattr delattr patch.object monkeypatch.setattr monkeypatch.delattr".split())
"""Callables whose second argument names an attribute of the first."""

PATCHERS = frozenset(
    "patch patch.object patch.dict patch.multiple monkeypatch.setattr monkeypatch.delattr setattr delattr".split()
)
"""Callables that put something else in a name's place: done in the module that uses it, that is how mocks work."""

MODULES = frozenset("import_module __import__ find_spec reload".split())

MOST = 100
"""A value is not followed through more modules than this."""


def check(evidence: Evidence) -> Iterator[Match]:
    given = names.given(evidence)
    said: set[Span] = set()
    for text in evidence.facts.texts:
        if evidence.excused(text.where) or text.span in said:
            continue
        path = _path(evidence, text)
        if path is None:
            continue
        message = _problem(evidence, path, patches=_ends(text.holder.spelled, PATCHERS))
        if not message:
            continue
        link = evidence.links.path(path)
        name = given.get(text.holder.span) if text.slot != "setting" else None
        if (
            link is not None
            and name is not None
            and (name != evidence.links.roles.name or not text.where.scope)
        ):
            # SOT104 or SOT105 reports what is given a name.
            continue
        said.add(text.span)
        advice = f"name {evidence.canonical}, or the name in the module that uses it"
        flagged = Flagged(text.span, text.value, text.where, is_text=True)
        yield chains.match(evidence, flagged, message, advice, link)


def fix(repair: Repair) -> Fix:
    return strings.fixed(repair)


def _ends(spelled: str, table: frozenset[str]) -> bool:
    parts = spelled.split(".")
    return any(".".join(parts[-size:]) in table for size in (1, 2))


def _path(evidence: Evidence, text: Text) -> str | None:
    """The dotted path that a string stands for."""
    spelled = text.holder.spelled
    known = [target for target in text.holder.targets if not target.startswith(("?", ":"))]
    spelled = known[0] if known else spelled
    value = text.value.replace(":", ".")
    declared = _declared(evidence, text)
    if not declared and any(target.startswith(":") for target in text.holder.targets):
        # The project's own function of that name.
        return None
    if text.slot in ("1", "attribute", "name", "attr") and _ends(spelled, NAMES) and text.subject is not None:
        for target in text.subject.targets:
            path = evidence.absolute(target)
            if path and evidence.links.project.is_module(path):
                return f"{path}.{value}"
        return None
    if _ends(spelled, MODULES) and text.slot in ("0", "name") and (text.subject or value.startswith(".")):
        found = [evidence.absolute(target) for target in text.subject.targets] if text.subject else []
        return found[0] or None if found else None
    plain = all(part.isidentifier() for part in value.split("."))
    if not plain or ("." not in value and not declared):
        return None
    if declared:
        return value
    if text.slot == "setting":
        return None
    if spelled.rpartition(".")[2] == "patch" or _ends(spelled, PATHS):
        return value if text.slot in ("0", "target", "name", "dotted_path", "expression") else None
    if _ends(spelled, SETTERS) and spelled.startswith(("monkeypatch", "mp", "m")):
        return value if text.slot in ("0", "target") else None
    if _ends(spelled, MODULES) or text.slot == "item":
        return value
    return None


def _declared(evidence: Evidence, text: Text) -> bool:
    """Whether the contract names the callable or the setting as one whose strings are imports."""
    references = evidence.contract.references
    spelled, last = text.holder.spelled, text.holder.spelled.rpartition(".")[2]
    names = {spelled, *(evidence.absolute(target) for target in text.holder.targets)}
    if text.slot == "setting":
        inside = f"{text.where.scope}." if text.where.kind == "class" else ""
        names.add(f"{evidence.module.name}.{inside}{spelled}")
    if any(name == one or name.endswith("." + one) for name in names for one in references):
        return True
    if text.slot != "setting":
        return False
    wanted = [one for one in references if "." in one]
    ends = {one.rpartition(".")[2] for one in (last, *(name for name in names if name))}
    return any(
        one in _taken_from(evidence, name) or name in _taken_from(evidence, one)
        for one in wanted
        if one.rpartition(".")[2] in ends
        for name in names
        if "." in name
    )


def _taken_from(evidence: Evidence, path: str) -> set[str]:
    """A path of a module, and those that its value is taken from, by imports and by stars."""
    found = {path}
    todo = [path]
    while todo and len(found) < MOST:
        module, rest = evidence.links.project.find(todo.pop())
        if module is None or len(rest) != 1:
            continue
        for one in module.facts.imports:
            if one.where.scope or (one.name not in ("*", rest[0]) and one.bound != rest[0]):
                continue
            source = absolute(one.target, module)
            goal = f"{source}.{rest[0]}" if one.name == "*" else source
            if source and goal not in found:
                found.add(goal)
                todo.append(goal)
    return found


def _problem(evidence: Evidence, path: str, *, patches: bool) -> str:
    """What is wrong with a path in a string, or nothing. ``patches``: something else is put in its place."""
    links, project = evidence.links, evidence.links.project
    canonical = evidence.canonical
    parts = path.split(".")
    retired = links.roles.retired(path)
    if retired:
        return f"the string names `{path}`, which is retired by the contract of {canonical}"
    link = links.path(path)
    file, prefix, rest = project.split(path)
    if link is not None and names.is_symbol(link):
        if link.at in ("canonical", "also"):
            return ""
        reached = ".".join(parts[: len(parts) - (link.rest.count(".") + 1 if link.rest else 0)])
        if link.at == "implementation":
            return f"the string names {canonical} by its implementation `{reached}`"
        name = reached.rpartition(".")[2]
        module = project.at(file.path) if file is not None else None
        if patches and name == links.roles.name and module is not None and names.is_used_in(module, name):
            return ""
        return f"the string names {canonical} by `{reached}`"
    if file is None or link is not None or not rest:
        return ""
    if rest[0] == links.roles.name and not exists(links.project, f"{prefix}.{rest[0]}"):
        return f"the string names `{path}`, but {prefix} has no `{rest[0]}`"
    return ""
