"""A string that Python will use as an import → the dotted path that it stands for. Pure."""

from __future__ import annotations

from ssot_lint.links.module import absolute
from ssot_lint.model.dotted import ends
from ssot_lint.model.facts import Text
from ssot_lint.model.patching import BY_PATH, SETTERS, SPIES
from ssot_lint.rules.evidence import Evidence

PATHS = BY_PATH | frozenset(
    "import_string locate resolve_name load_object import_object import_from_string import_item autospec_path"
    " symbol_by_name resolve eval".split()
)
"""Callables, by the end of their path, whose first string is a dotted path."""

NAMES = SETTERS - {"setattr"} | {"getattr", "hasattr", "patch.object", "patch.multiple"} | SPIES
"""Callables whose second argument names an attribute of the first."""

MODULES = frozenset("import_module __import__ find_spec reload".split())

MOST = 100
"""A value is not followed through more modules than this."""


def path(evidence: Evidence, text: Text, *, foreign: bool = False) -> str | None:
    """The dotted path that a string stands for. ``foreign``: the attribute of a module may be that of any module."""
    spelled = text.holder.spelled
    known = [target for target in text.holder.targets if not target.startswith(("?", ":"))]
    spelled = known[0] if known else spelled
    value = text.value.replace(":", ".")
    declared = _declared(evidence, text)
    if not declared and any(target.startswith(":") for target in text.holder.targets):
        # The project's own function of that name.
        return None
    subjects = [evidence.absolute(target) for target in text.subject.targets] if text.subject else []
    if text.slot in ("1", "attribute", "name", "attr") and ends(spelled, NAMES) and text.subject is not None:
        holders = (one for one in subjects if one and (foreign or evidence.links.project.is_module(one)))
        return next((f"{one}.{value}" for one in holders), None)
    if ends(spelled, MODULES) and text.slot in ("0", "name") and (text.subject or value.startswith(".")):
        return (subjects[0] or None) if subjects else None
    plain = all(part.isidentifier() for part in value.split("."))
    if not plain or ("." not in value and not declared):
        return None
    return value if declared or _is_path(spelled, text.slot) else None


def _is_path(spelled: str, slot: str) -> bool:
    """Whether a callable takes a dotted path in a slot."""
    if slot == "setting":
        return False
    if ends(spelled, PATHS):
        return slot in ("0", "target", "name", "dotted_path", "expression", "in_dict")
    if ends(spelled, SETTERS) and spelled.startswith("m"):
        # The fixture ``monkeypatch``, which many call ``mp`` or ``m``.
        return slot in ("0", "target")
    return ends(spelled, MODULES) or slot == "item"


def _declared(evidence: Evidence, text: Text) -> bool:
    """Whether the contract names the callable or the setting as one whose strings are imports."""
    references = evidence.links.contract.named("reference")
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
    lasts = {one.rpartition(".")[2] for one in (last, *(name for name in names if name))}
    return any(
        one in _taken_from(evidence, name) or name in _taken_from(evidence, one)
        for one in wanted
        if one.rpartition(".")[2] in lasts
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
