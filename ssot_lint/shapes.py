"""What functions, classes and containers of one file look like: what they hand out, keep and write to. Pure."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ssot_lint.flow import MUTATORS
from ssot_lint.model import Class, Function, Ref, Slot, Value, Write
from ssot_lint.reading import Reading, path_of
from ssot_lint.scopes import Scope, Site, all_arguments, pairs

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
CHANGERS = MUTATORS | frozenset(
    ["pop", "remove", "discard", "clear", "popitem", "popleft", "sort", "reverse", "__setitem__"]
)
"""Methods of the standard containers that change them."""

_KEYED = ("append", "add", "insert", "appendleft", "put", "put_nowait", "push", "extend")


def function_facts(reading: Reading) -> Iterator[Function]:
    """The functions that may hand out what was asked for, and those asked for by name."""
    handed: dict[int, list[Value]] = {}
    yields: set[int] = set()
    for site in reading.walked.of(ast.Return, ast.Yield):
        value = getattr(site.node, "value", None)
        if isinstance(site.node, ast.Yield):
            yields.add(id(site.scope.node))
        if value is not None and (reading.kinds(value) or reading.everything):
            handed.setdefault(id(site.scope.node), []).append(reading.value(value, site.scope))
    for site in reading.walked.of(*FUNCTIONS):
        node = site.node
        assert isinstance(node, FUNCTIONS)
        returns = handed.get(id(node), [])
        wraps = (reading.everything or node.name in reading.names) and keeps_instance(node)
        if not returns and node.name not in reading.names and not wraps:
            continue
        plain = all_arguments(node.args)
        required = len(node.args.posonlyargs) + len(node.args.args) - len(node.args.defaults)
        defaulted = [
            argument.arg for argument in [*node.args.posonlyargs, *node.args.args][max(required, 0) :]
        ]
        defaulted += [
            argument.arg
            for argument, default in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
            if default is not None
        ]
        owner = site.scope.qualname if site.scope.kind == "class" else ""
        yield Function(
            reading.lines.name_span(node, node.name),
            node.name,
            site.scope.inside(node.name),
            site.where,
            owner,
            tuple(argument.arg for argument in plain),
            tuple(defaulted),
            decorators(reading, node.decorator_list, site.scope),
            tuple(returns),
            isinstance(node, ast.AsyncFunctionDef),
            id(node) in yields,
            wraps,
        )


def decorators(reading: Reading, nodes: list[ast.expr], scope: Scope) -> tuple[Ref, ...]:
    found = (reading.ref(node.func if isinstance(node, ast.Call) else node, scope) for node in nodes)
    return tuple(ref for ref in found if ref is not None)


def keeps_instance(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a decorator of classes keeps the one instance that its argument makes.

    Such a function stores, in a container or a name, what a call of its own first parameter gives.
    """
    parameters = [argument.arg for argument in node.args.args]
    if not parameters:
        return False
    for inner in ast.walk(node):
        if isinstance(inner, (ast.Assign, ast.NamedExpr, ast.AnnAssign)) and isinstance(
            inner.value, ast.Call
        ):
            if path_of(inner.value.func) != parameters[:1]:
                continue
            targets = inner.targets if isinstance(inner, ast.Assign) else [inner.target]
            if any(isinstance(target, (ast.Subscript, ast.Attribute)) for target in targets):
                return True
            names = {target.id for target in targets if isinstance(target, ast.Name)}
            if any(isinstance(n, ast.Nonlocal) and names & set(n.names) for n in ast.walk(node)):
                return True
        elif isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute):
            if inner.func.attr == "setdefault" and any(
                isinstance(a, ast.Call) and path_of(a.func) == parameters[:1] for a in inner.args
            ):
                return True
    return False


def class_facts(reading: Reading) -> Iterator[Class]:
    for site in reading.walked.of(ast.ClassDef):
        node = site.node
        assert isinstance(node, ast.ClassDef)
        bases = tuple(reading.value(base, site.scope) for base in node.bases)
        wanted = reading.everything or node.name in reading.names
        if not wanted and not any(reading.kinds(base) for base in node.bases):
            continue
        keyword = next((k.value for k in node.keywords if k.arg == "metaclass"), None)
        metaclass = reading.ref(keyword, site.scope) if keyword is not None else None
        shape, line = shape_of(node)
        fresh, mutates = _state(node)
        yield Class(
            reading.lines.name_span(node, node.name),
            node.name,
            site.scope.inside(node.name),
            site.where,
            bases,
            metaclass,
            decorators(reading, node.decorator_list, site.scope),
            shape,
            line,
            fresh,
            tuple(makers_of(node)),
            mutates,
        )


def methods_of(node: ast.ClassDef) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    todo: list[ast.stmt] = list(node.body)
    while todo:
        part = todo.pop(0)
        if isinstance(part, FUNCTIONS):
            yield part
        elif isinstance(part, (ast.If, ast.Try, ast.With)):
            todo[:0] = [*part.body, *getattr(part, "orelse", [])]


def _receiver(node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    """The first parameter of a method, whatever it is called; nothing for a static method."""
    if any((path_of(decorator) or [""])[-1] == "staticmethod" for decorator in node.decorator_list):
        return ""
    arguments = [*node.args.posonlyargs, *node.args.args]
    return arguments[0].arg if arguments else ""


def _is_own_class(
    expression: ast.expr, owner: ast.ClassDef, method: ast.FunctionDef | ast.AsyncFunctionDef
) -> bool:
    """Whether an expression in a method is its class: ``cls``, the name, ``type(self)``, ``self.__class__``."""
    receiver = _receiver(method)
    decorated = [(path_of(decorator) or [""])[-1] for decorator in method.decorator_list]
    path = path_of(expression)
    if path == [owner.name] or path == ["__class__"] or (path and path == [receiver, "__class__"]):
        return True
    if path == [receiver] and ("classmethod" in decorated or method.name in ("__new__", "__init_subclass__")):
        return bool(receiver)
    if (
        isinstance(expression, ast.Call)
        and path_of(expression.func) == ["type"]
        and len(expression.args) == 1
    ):
        return path_of(expression.args[0]) == [receiver]
    return False


def _stores(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr | None, int]]:
    """Every target of an assignment below a node, with its value and line."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Assign):
            for target in inner.targets:
                for single, value in pairs(target, inner.value):
                    yield single, value if value is not None else inner.value, inner.lineno
        elif isinstance(inner, (ast.AnnAssign, ast.AugAssign)) and inner.value is not None:
            yield inner.target, inner.value, inner.lineno
        elif isinstance(inner, ast.Call) and path_of(inner.func) == ["setattr"] and len(inner.args) == 3:
            name = inner.args[1]
            if isinstance(name, ast.Constant) and isinstance(name.value, str):
                yield ast.Attribute(value=inner.args[0], attr=name.value), inner.args[2], inner.lineno
        elif isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute):
            if inner.func.attr == "setdefault" and len(inner.args) == 2:
                yield ast.Subscript(value=inner.func.value, slice=inner.args[0]), inner.args[1], inner.lineno


def _base(target: ast.expr) -> ast.expr:
    while isinstance(target, ast.Subscript):
        target = target.value
    return target


def shape_of(node: ast.ClassDef) -> tuple[str, int]:
    """How a class keeps one instance of itself, and the line that does it; see DESIGN's singleton-class."""
    own = {
        t.id
        for t, _, _ in _stores(
            ast.Module(body=[s for s in node.body if not isinstance(s, FUNCTIONS)], type_ignores=[])
        )
        if isinstance(t, ast.Name)
    }
    for method in methods_of(node):
        receiver = _receiver(method)
        globals_ = {name for part in ast.walk(method) if isinstance(part, ast.Global) for name in part.names}
        made = {
            target.id
            for target, value, _ in _stores(method)
            if isinstance(target, ast.Name) and value is not None and _makes(value, node, method, set())
        }
        for target, value, line in _stores(method):
            base = _base(target)
            if isinstance(target, ast.Attribute) and target.attr == "__dict__" and receiver:
                if path_of(target.value) == [receiver] and value is not None:
                    path = path_of(value)
                    if path and path[-1] in own and len(path) > 1:
                        return "borg", line
            shared = isinstance(base, ast.Attribute) and _is_own_class(base.value, node, method)
            if isinstance(base, ast.Attribute) and isinstance(target, ast.Subscript) and not shared:
                shared = path_of(base.value) == [receiver] and base.attr in own
            if isinstance(base, ast.Name) and (base.id in globals_ or base is not target):
                shared = base.id in globals_ or (
                    method.name == "__new__" and base.id not in {a.arg for a in all_arguments(method.args)}
                )
            if not shared or value is None:
                continue
            if method.name == "__new__" and (_makes(value, node, method, made)):
                return "new", line
            if method.name == "__call__" and (_makes(value, node, method, made) or _calls_super(value)):
                return "call", line
            if _makes(value, node, method, made):
                return "getter", line
            if method.name == "__init__" and path_of(value) == [receiver]:
                return "getter", line
    return "", 0


def _makes(
    value: ast.expr, owner: ast.ClassDef, method: ast.FunctionDef | ast.AsyncFunctionDef, made: set[str]
) -> bool:
    """Whether a value is a new instance of the class whose method this is."""
    if isinstance(value, ast.Name):
        return value.id in made
    if isinstance(value, (ast.Await, ast.NamedExpr)):
        return _makes(value.value, owner, method, made)
    if isinstance(value, (ast.IfExp,)):
        return _makes(value.body, owner, method, made) or _makes(value.orelse, owner, method, made)
    if isinstance(value, ast.BoolOp):
        return any(_makes(part, owner, method, made) for part in value.values)
    if not isinstance(value, ast.Call):
        return False
    if _is_own_class(value.func, owner, method):
        return True
    if isinstance(value.func, ast.Attribute) and value.func.attr == "__new__":
        return method.name == "__new__" or _is_own_class(value.func.value, owner, method)
    return False


def _calls_super(value: ast.expr) -> bool:
    if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Attribute):
        return False
    return value.func.attr == "__call__"


def makers_of(node: ast.ClassDef) -> Iterator[str]:
    """The methods that return a new instance of their class: alternate constructors."""
    for method in methods_of(node):
        made = {
            target.id
            for target, value, _ in _stores(method)
            if isinstance(target, ast.Name) and value is not None and _makes(value, node, method, set())
        }
        decorated = [(path_of(decorator) or [""])[-1] for decorator in method.decorator_list]
        if method.name.startswith("__") or not {"classmethod", "staticmethod"} & set(decorated):
            continue
        for inner in ast.walk(method):
            if isinstance(inner, (ast.Return, ast.Yield)) and inner.value is not None:
                if _makes(inner.value, node, method, made):
                    yield method.name
                    break


def _state(node: ast.ClassDef) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The attributes that ``__init__`` binds on the instance, and those that other methods change."""
    fresh: set[str] = set()
    changed: set[str] = set()
    for method in methods_of(node):
        receiver = _receiver(method)
        if not receiver:
            continue
        early = method.name in (
            "__init__",
            "__new__",
            "__post_init__",
            "__setstate__",
            "__init_subclass__",
            "__set_name__",
        )
        for target, _, _ in _stores(method):
            base = _base(target)
            path = path_of(base)
            if path and path[0] == receiver and len(path) >= 2:
                if early:
                    if len(path) == 2 and base is target:
                        fresh.add(path[1])
                else:
                    changed.add(path[1])
        if not early:
            for inner in ast.walk(method):
                if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute):
                    path = path_of(inner.func)
                    if path and path[0] == receiver and len(path) == 3 and path[2] in CHANGERS:
                        changed.add(path[1])
                elif isinstance(inner, ast.Delete):
                    for target in inner.targets:
                        path = path_of(_base(target))
                        if path and path[0] == receiver and len(path) > 1:
                            changed.add(path[1])
    return tuple(sorted(fresh)), tuple(sorted(changed))


def slot_facts(reading: Reading) -> Iterator[Slot]:
    """Module-level names and class attributes that hold a container or an empty place."""
    for site in reading.walked.of(ast.Assign, ast.AnnAssign):
        node = site.node
        assert isinstance(node, (ast.Assign, ast.AnnAssign))
        if node.value is None or site.scope.kind not in ("module", "class") or site.scope.deferred:
            continue
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            if isinstance(target, ast.Name):
                form = _form(reading, node.value, site.scope)
                if form:
                    yield Slot(reading.lines.span(target), target.id, site.scope.qualname, form)


KINDS_OF_CONTAINER = frozenset(["dict", "list", "set", "defaultdict", "deque", "OrderedDict", "Counter"])
CONTEXTUAL = frozenset(["ContextVar", "local", "WeakKeyDictionary", "WeakValueDictionary", "WeakSet"])


def _form(reading: Reading, value: ast.expr, scope: Scope) -> str:
    if isinstance(value, (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)):
        return "container"
    if isinstance(value, ast.Constant) and value.value is None:
        return "none"
    if isinstance(value, ast.Call):
        called = (path_of(value.func) or [""])[-1]
        if called in KINDS_OF_CONTAINER:
            return "container"
        if called in CONTEXTUAL:
            return "weak" if called.startswith("Weak") else "context"
    return ""


def write_facts(reading: Reading) -> Iterator[Write]:
    """Stores into attributes, items and containers, as far as they or their values matter."""
    for site in reading.walked.of(ast.Assign, ast.AnnAssign, ast.AugAssign):
        node = site.node
        assert isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign))
        if node.value is None:
            continue
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            for single, part in pairs(target, node.value):
                if isinstance(single, ast.Subscript):
                    value = part if part is not None else node.value
                    yield from _write(reading, site, _base(single), "item", single.slice, value)
                elif isinstance(single, ast.Attribute):
                    value = part if part is not None else node.value
                    yield from _write(reading, site, single, "rebind", None, value)
    for site in reading.walked.of(ast.Call):
        node = site.node
        assert isinstance(node, ast.Call)
        if isinstance(node.func, ast.Attribute) and node.func.attr in CHANGERS:
            key = node.args[0] if node.args and node.func.attr not in _KEYED else None
            value = node.args[-1] if node.args else None
            yield from _write(reading, site, node.func.value, node.func.attr, key, value)
    for site in reading.walked.of(ast.Delete):
        for target in getattr(site.node, "targets", []):
            if isinstance(target, ast.Subscript):
                yield from _write(reading, site, _base(target), "item", target.slice, None)


def _write(
    reading: Reading, site: Site, target: ast.expr, how: str, key: ast.expr | None, value: ast.expr | None
) -> Iterator[Write]:
    path = path_of(target)
    carried = value is not None and bool(reading.kinds(value))
    klass, method = reading.within(site.scope)
    if path is None:
        # `type(self).x`, `globals()["x"]`: the class, or nothing that is followed.
        if not isinstance(target, ast.Attribute) or not isinstance(target.value, ast.Call):
            return
        if path_of(target.value.func) != ["type"]:
            return
        path = ["cls", target.attr]
    owner = "name"
    name = path[0]
    seen = site.scope.lookup(path[0])
    if len(path) > 1:
        name = path[1]
        owner = "attribute"
        parameter = seen is not None and any(bound.how == "param" for bound in seen[1])
        if path[0] in ("self", "cls") or (parameter and klass and path[0] == _first(site.scope)):
            owner = "class" if path[0] == "cls" or path[1:2] == ["__class__"] else "self"
            name = path[2] if path[1] == "__class__" and len(path) > 2 else path[1]
        elif klass and path[0] == klass.rpartition(".")[2]:
            owner = "class"
    elif how == "rebind":
        return
    elif seen is not None and seen[0].kind not in ("module", "class") and not _default(seen[1]):
        if not any(bound.how in ("import",) for bound in seen[1]) and not (
            carried and seen[0] is not site.scope
        ):
            return
    span = reading.lines.span(target if how == "rebind" else site.node)
    if (
        not carried
        and not reading.everything
        and not _forced(reading, site)
        and path[-1] not in reading.names
    ):
        return
    made = reading.value(value, site.scope) if value is not None else None
    names = tuple(sorted(_key_names(reading, key, site.scope))) if key is not None else ()
    yield Write(span, owner, name, how, klass, site.where, reading.ref(target, site.scope), names, made)


def _first(scope: Scope) -> str:
    inner: Scope | None = scope
    while inner is not None and inner.kind != "function":
        inner = inner.parent
    node = inner.node if inner is not None else None
    return _receiver(node) if isinstance(node, FUNCTIONS) else ""


def _default(bounds: list[object]) -> bool:
    return any(getattr(bound, "how", "") == "param" for bound in bounds)


def _forced(reading: Reading, site: Site) -> bool:
    """Whether a place is inside a class that was asked for by name."""
    klass, _ = reading.within(site.scope)
    return any(part in reading.asked for part in klass.split(".")) if klass else False


def _key_names(reading: Reading, key: ast.expr, scope: Scope) -> set[str]:
    """The names in a key, and those in what its local variables were made from."""
    found: set[str] = set()
    todo: list[ast.AST] = [key]
    while todo and len(found) < 64:
        for node in ast.walk(todo.pop()):
            name = node.id if isinstance(node, ast.Name) else getattr(node, "attr", None)
            if not isinstance(name, str) or name in found:
                continue
            found.add(name)
            seen = scope.lookup(name) if isinstance(node, ast.Name) else None
            if seen is not None and seen[0].kind == "function":
                todo.extend(
                    bound.value for bound in seen[1] if bound.value is not None and bound.how != "param"
                )
    return found
