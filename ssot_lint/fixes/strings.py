"""A string that names the symbol by another path → a fix: it names the canonical path. Pure.

A mock in a name's place is seen only by code that looks there, so a person decides about a patched name itself. A
method or another name below the symbol is the same on every path.
"""

from __future__ import annotations

import ast
import re

from ssot_lint.facts.syntax import path_of, text_of, whole_text
from ssot_lint.fixes.repair import Repair
from ssot_lint.fixes.source import Unfixable
from ssot_lint.model.dotted import ends
from ssot_lint.model.finding import Edit, Fix
from ssot_lint.model.patching import BY_PATH, SETTERS


def fixed(repair: Repair) -> Fix:
    source, span = repair.source, repair.finding.span
    sites = source.walked.of(ast.JoinedStr, ast.Constant)
    site = next((one for one in sites if source.span(one.node) == span), None)
    value = whole_text(site.node) if site is not None else None
    if site is None or value is None or "." not in value:
        raise Unfixable("the string does not spell the whole path")
    quotes = _quotes(source.piece(span), value)
    if quotes is None:
        raise Unfixable("the string is spelled in a way that cannot be changed")
    if _replaces_modules(repair):
        raise Unfixable("the file puts something else in the place of modules")
    path = value.replace(":", ".")
    link = repair.links.path(path)
    if link is None or link.kind != "symbol" or not link.sure:
        raise Unfixable(f"`{path}` is not {repair.canonical} itself")
    reached = path.removesuffix(f".{link.rest}") if link.rest else path
    repair.link(reached)
    call = next((one.node for one in site.ancestors() if isinstance(one.node, ast.Call)), None)
    called = (path_of(call.func) or []) if isinstance(call, ast.Call) else []
    if ends(".".join(called), BY_PATH | SETTERS) and not link.rest:
        raise Unfixable(f"who looks for the name in `{reached.rpartition('.')[0]}` would see the real one")
    home, name = repair.home, repair.name
    new = f"{home}:{name}" if ":" in value else repair.canonical
    if link.rest:
        new += f".{link.rest}"
    return repair.fix(f"name {repair.canonical}", [source.edit(span, new.join(quotes))])


def renamed(repair: Repair, old: str, new: str) -> list[Edit]:
    """Edits that rename a name of the file's module in all strings that name it, so that a patch still reaches the same
    readers."""
    found: list[Edit] = []
    path = f"{repair.module.name}.{old}"
    for where, text in repair.around.texts(path):
        source = repair.around.source(where.file.path)
        quotes = _quotes(source.piece(text.span), text.value)
        place = f"{where.file.path}:{text.span.line}"
        if quotes is None:
            raise Unfixable(f"a string in {place} names `{path}`", elsewhere=True)
        own = text.value if text.value == old else text.value.removeprefix(path)
        if text.value == old:
            said = new
        elif own != text.value and own[:1] in ("", "."):
            said = f"{repair.module.name}.{new}{own}"
        else:
            raise Unfixable(f"a string in {place} names `{path}`", elsewhere=True)
        found.append(source.edit(text.span, said.join(quotes)))
    return found


def _quotes(written: str, value: str) -> tuple[str, str] | None:
    """What stands before and behind the value of a string in its literal; None where the literal spells it in another
    way."""
    found = re.fullmatch(rf"([a-z]*['\"]){re.escape(value)}(['\"])", written, re.IGNORECASE)
    return (found[1], found[2]) if found is not None and value in written else None


def _replaces_modules(repair: Repair) -> bool:
    """Whether the file patches ``sys.modules``."""
    for site in repair.source.walked.of(ast.Call):
        node = site.node
        assert isinstance(node, ast.Call)
        called = path_of(node.func) or [""]
        first = path_of(node.args[0]) if node.args else None
        if called[-1] in ("dict", "setitem", "delitem") and first == ["sys", "modules"]:
            return True
        if called[-1] == "dict" and node.args and text_of(node.args[0]) == "sys.modules":
            return True
    return False
