"""The places of one file that refer to a name, in code or in a string. Pure."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

from ssot_lint.facts.flow import speaks
from ssot_lint.facts.quoted import settings_of
from ssot_lint.facts.reading import Reading
from ssot_lint.facts.references.leaves import folded
from ssot_lint.facts.reflection import OWN, Access, access, named, reached
from ssot_lint.facts.scopes import Site
from ssot_lint.facts.syntax import last_name, path_of, whole_text, words_of
from ssot_lint.model.facts import WRITING, Doing, Ref, Text, Use

GETTER = "getattr"
"""The spelled holder of a string by which an attribute is got, however it is got."""


def use_facts(reading: Reading) -> Iterator[Use]:
    for site in reading.walked.spoken(ast.Name, ast.Attribute):
        node = site.node
        if not isinstance(getattr(node, "ctx", None), ast.Load) and not (
            _is_added_to(site) or _is_deleted(site)
        ):
            continue
        assert isinstance(node, (ast.Name, ast.Attribute))
        parent = site.parent
        if parent is not None and isinstance(parent.node, ast.Attribute) and path_of(node) is not None:
            # A part of a longer path.
            continue
        ref = reading.asked_ref(node, site.scope)
        if ref is None and isinstance(node, ast.Attribute) and node.attr in reading.asked:
            # Not a path, which by this attribute would speak of it.
            ref = reading.reflected(node, site.scope)
        if ref is None and isinstance(node, ast.Attribute):
            ref = _of_receiver(reading, node)
        if ref is not None:
            yield Use(ref, site.where, done(site))
    for site, got in _accesses(reading):
        if got.holders == (OWN,):
            # `globals()["N"]` is `N`, and says no more of it.
            targets, sure = reading.targets(got.name.partition(".")[0], reading.walked.module, None)
            ref = Ref(reading.lines.span(got.literal), got.name, targets, sure)
            if "." not in got.name and reading.plain(ref):
                yield Use(ref, site.where)


def _of_receiver(reading: Reading, node: ast.Attribute) -> Ref | None:
    """A path through an attribute of a method's object that may hold what was asked for. It has no targets: what its
    class gives the attribute tells what it is."""
    first = node
    while isinstance(first.value, ast.Attribute):
        first = first.value
    # Nearly all attributes are no such thing: so the whole path is put together last.
    is_own = isinstance(first.value, ast.Name) and first.value.id in ("self", "cls")
    if not is_own or "c" not in reading.names.get(first.attr, ()):
        return None
    return Ref(reading.lines.span(node), ".".join(path_of(node) or ()), (), False)


_NAMING = frozenset(["isinstance", "issubclass", "hasattr"])
_CASTING = frozenset(["cast"])


def _is_added_to(site: Site) -> bool:
    """Whether a place is changed by ``|=`` and the like."""
    return site.parent is not None and isinstance(site.parent.node, ast.AugAssign) and site.field == "target"


def _is_a_holder(node: ast.AST) -> bool:
    """Whether a place only holds a value: a plain name, or an attribute of a method's object."""
    return isinstance(node, ast.Name) or (path_of(node) or [""])[0] in ("self", "cls")


def _added_to(node: ast.AST, value: ast.expr) -> Doing:
    """What is done with a place to which a value is added by ``+=`` and the like."""
    if not _is_a_holder(node):
        return "write"
    value = value.operand if isinstance(value, ast.UnaryOp) else value
    # A number or text is added to nothing that changes in place.
    return "read" if isinstance(value, (ast.Constant, ast.JoinedStr)) else "augment"


def _is_deleted(site: Site) -> bool:
    """Whether an attribute is deleted."""
    return isinstance(site.node, ast.Attribute) and isinstance(site.node.ctx, ast.Del)


def done(site: Site) -> Doing:
    """What is done with what stands at a place."""
    whole = _one_of(site)
    if whole is not site and done(whole) == "write":
        return "may-write"
    parent = site.parent
    around = parent.node if parent is not None else None
    if isinstance(around, ast.Subscript) and site.field == "value":
        return "write" if isinstance(around.ctx, (ast.Store, ast.Del)) else "read"
    if isinstance(around, ast.Call) and site.field == "func":
        return "call"
    if isinstance(around, ast.Attribute) and around.attr in WRITING and _is_called(parent):
        return "write"
    if isinstance(around, ast.AugAssign) and site.field == "target":
        return _added_to(site.node, around.value)
    if _is_deleted(site):
        return "write"
    return "type" if _is_named(site) else "read"


def _one_of(site: Site) -> Site:
    """The place of the whole ``a or b`` or ``a if test else b`` of which a place gives one value."""
    whole = site
    while whole.parent is not None and (
        isinstance(whole.parent.node, ast.BoolOp)
        or (isinstance(whole.parent.node, ast.IfExp) and whole.field != "test")
    ):
        whole = whole.parent
    return whole


def _is_named(site: Site) -> bool:
    """Whether what stands at a place is only named there: in a type, or by what asks for its type."""
    inner = site
    for one in (site, *site.ancestors()):
        if one.field in ("annotation", "returns"):
            return True
        called = last_name(one.node.func) if isinstance(one.node, ast.Call) else ""
        if called in _NAMING:
            return True
        if called in _CASTING and isinstance(one.node, ast.Call):
            return one.node.args[:1] == [inner.node]
        if isinstance(one.node, ast.stmt):
            break
        inner = one
    return False


def _is_called(site: Site | None) -> bool:
    """Whether what stands at a place is called."""
    around = site.parent.node if site is not None and site.parent is not None else None
    return isinstance(around, ast.Call) and site is not None and site.field == "func"


def _has_literal(node: ast.AST, reading: Reading) -> bool:
    """Whether some argument, or the key, can be a literal that speaks of what matters. Most calls have none."""
    if isinstance(node, ast.Subscript):
        given = [node.slice]
    else:
        assert isinstance(node, ast.Call)
        inner = node.func.args if isinstance(node.func, ast.Call) else []
        given = [*node.args, *inner, *(one.value for one in node.keywords)]
    return any(
        one.id in reading.names
        if isinstance(one, ast.Name)
        else isinstance(one, ast.Constant) and isinstance(one.value, str) and speaks(one, reading.names)
        for one in given
    )


def _accesses(reading: Reading) -> Iterator[tuple[Site, Access]]:
    """What is got by a literal name, if the name or the holder speaks of what matters."""
    for site in reading.walked.spoken(ast.Call, ast.Subscript):
        if isinstance(getattr(site.node, "ctx", None), (ast.Store, ast.Del)) or not _has_literal(
            site.node, reading
        ):
            continue
        got = access(site.node, site.scope, reading)
        if got is not None:
            words = {
                *got.name.split("."),
                *(word for one in got.holders for word in one.strip(":?").split(".")),
            }
            if not (words.isdisjoint(reading.names) and words.isdisjoint(reading.asked)):
                yield site, got


def text_facts(reading: Reading) -> Iterator[Text]:
    yield from _keywords(reading)
    got: set[int] = set()
    for site, one in _accesses(reading):
        got.add(id(one.literal))
        if one.holders != (OWN,):
            span = reading.lines.span(one.literal)
            holder, subject = Ref(reading.lines.span(site.node), GETTER), Ref(span, "", one.holders)
            yield Text(span, one.name, holder, "1", subject, site.where)
    for site, value in _literals(reading, got):
        slot, parent = _receiver(site)
        if parent is None:
            continue
        node = parent.node
        span = reading.lines.span(site.node)
        if isinstance(node, ast.Call):
            given = _given(reading, site, node, (slot, value))
            if given is not None:
                yield given
        elif isinstance(node, ast.Subscript) and reading.dynamic_module(node, site.scope):
            holder = Ref(reading.lines.span(node), "sys.modules")
            yield Text(span, value, holder, "item", None, site.where)
        # A setting such as `MANAGER_CLASS = "app.hub.Hub"`: the contract says which names these are.
        for name in settings_of(site):
            holder = Ref(span, ".".join(path_of(name) or []), reached(name, site.scope, reading))
            yield Text(span, value, holder, "setting", None, site.where)
    yield from _put_together(reading)


def _put_together(reading: Reading) -> Iterator[Text]:
    """The strings given to calls by the names of constants, or put together from such and from literals."""
    for site in reading.walked.spoken(ast.Name, ast.JoinedStr, ast.BinOp):
        slot, parent = _receiver(site)
        if parent is None or not isinstance(parent.node, ast.Call) or site.field == "func":
            continue
        if isinstance(site.node, ast.Name) and site.node.id not in reading.names:
            continue
        if whole_text(site.node) is not None:
            # It is no other than a literal.
            continue
        value = folded(reading, site.node, site.scope)
        if value is None or not _matters(reading, value):
            continue
        given = _given(reading, site, parent.node, (slot, value))
        if given is not None:
            yield given


def _receiver(site: Site) -> tuple[str, Site | None]:
    """What a place is a part of, and the keyword by which it is given to that, if any."""
    parent = site.parent
    if parent is not None and isinstance(parent.node, ast.keyword):
        return parent.node.arg or "", parent.parent
    return "", parent


def _matters(reading: Reading, text: str) -> bool:
    """Whether a string holds a name that matters, and is short enough for a reference."""
    words = words_of(text) if len(text) <= 400 else []
    return not (reading.names.keys().isdisjoint(words) and reading.asked.isdisjoint(words))


def _literals(reading: Reading, got: Collection[int]) -> Iterator[tuple[Site, str]]:
    """The strings that hold a name that matters, with their values, but for some nodes."""
    for site in reading.walked.spoken(ast.Constant):
        value = getattr(site.node, "value", None)
        if not isinstance(value, str) or id(site.node) in got or not _matters(reading, value):
            continue
        # An f-string without a hole is one string.
        around = site.parent if site.parent is not None and whole_text(site.parent.node) is not None else None
        yield around or site, value


def _keywords(reading: Reading) -> Iterator[Text]:
    """``patch.multiple(os, environ={})``: each keyword names an attribute."""
    for site in reading.walked.spoken(ast.Call):
        node = site.node
        assert isinstance(node, ast.Call)
        if last_name(node.func) != "multiple" or (path_of(node.func) or [""])[-2:-1] != ["patch"]:
            continue
        holder = reading.ref(node.func, site.scope)
        target = next((one.value for one in node.keywords if one.arg == "target"), None)
        first = node.args[0] if node.args else target
        for one in node.keywords if holder is not None and first is not None else ():
            if one.arg is None or one.arg in _OF_MULTIPLE:
                continue
            if one.arg not in reading.names and one.arg not in reading.asked:
                continue
            span = reading.lines.span(one)
            span = span._replace(end_line=span.line, end_column=span.column + len(one.arg))
            assert holder is not None
            module = reading.literal(first, site.scope)
            if module is not None:
                yield Text(span, f"{module}.{one.arg}", holder, "0", None, site.where)
            else:
                subject = Ref(span, ".".join(path_of(first) or ()), reached(first, site.scope, reading))
                yield Text(span, one.arg, holder, "attribute", subject, site.where)


_OF_MULTIPLE = frozenset("target spec create spec_set autospec new_callable".split())
"""The parameters of ``patch.multiple`` that name no attribute."""


def _given(reading: Reading, site: Site, call: ast.Call, given: tuple[str, str]) -> Text | None:
    """A string that is given to a call. ``subject`` is what the call is about, or the module that it imports by a name
    that counts from a package."""
    slot, value = given
    holder = reading.ref(call.func, site.scope)
    if holder is None:
        return None
    if not slot:
        index = next((i for i, argument in enumerate(call.args) if argument is site.node), -1)
        if index < 0:
            return None
        slot = str(index)
    first = call.args[0] if call.args and call.args[0] is not site.node else None
    target = next((one.value for one in call.keywords if one.arg == "target"), None)
    if first is None and target is not site.node:
        first = target
    module = named(call, site.scope, reading) if slot in ("0", "name") else None
    if module is not None and "." in (value[:1], module[:1]):
        targets: tuple[str, ...] = (module,)
    else:
        targets = reached(first, site.scope, reading)
    span = reading.lines.span(site.node)
    path = path_of(first) if slot != "0" else None
    subject = Ref(span, ".".join(path or ()), targets) if targets or path else None
    holder = holder._replace(span=reading.lines.span(call))
    return Text(span, value, holder, slot, subject, site.where)
