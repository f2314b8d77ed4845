"""Small questions to a syntax tree: what is below a node, which path it is, what it binds. Pure, and quick."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

AnyFunction = ast.FunctionDef | ast.AsyncFunctionDef
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)

CLASSES = "class"
"""Stands among the names that a file is asked for where all of its classes matter. No name is called so."""

NAMES = "def"
"""The same where all names count that the module binds: what is declared and not there is nearly one of them."""

_PLAIN = frozenset(
    "ctx op ops id attr arg name asname module level kind simple is_async conversion type_comment type_ignores rest"
    " kwd_attrs tag str".split()
)
"""Fields that hold no node, or a node that stands for an operator and has no place."""

_NAMED_BY_A_NODE = "TypeAlias"
"""``type Hub = …``: here the name is an expression."""

_LEAVES = frozenset(
    "Name Constant Pass Break Continue Global Nonlocal Import ImportFrom MatchStar MatchSingleton".split()
)

FIELDS: dict[type[ast.AST], tuple[str, ...]] = {
    kind: ()
    if kind.__name__ in _LEAVES
    else tuple(
        field
        for field in kind._fields
        if field not in _PLAIN or (field == "name" and kind.__name__ == _NAMED_BY_A_NODE)
    )
    for kind in vars(ast).values()
    if isinstance(kind, type) and issubclass(kind, ast.AST)
}
"""The fields of each type of node that can hold expressions, statements or parts of these, in their order: each holds
such a node, a list of them, or None.

The names in an import are no nodes here; neither are operators and the context of a name.
"""


def children(node: ast.AST) -> list[ast.AST]:
    """The nodes directly below a node, in the order of its fields."""
    found: list[ast.AST] = []
    for field in FIELDS[type(node)]:
        value = getattr(node, field)
        if value.__class__ is list:
            found += [child for child in value if child is not None]
        elif value is not None:
            found.append(value)
    return found


def below(node: ast.AST) -> list[ast.AST]:
    """A node and all that is below it, level by level, as ``ast.walk`` has it."""
    found = [node]
    for one in found:
        for field in FIELDS[type(one)]:
            value = getattr(one, field)
            if value.__class__ is list:
                found += [child for child in value if child is not None] if None in value else value
            elif value is not None:
                found.append(value)
    return found


def path_of(node: ast.AST | None) -> list[str] | None:
    """The parts of a plain dotted path, or None."""
    if node.__class__ is ast.Name:
        return [node.id]
    if node.__class__ is not ast.Attribute:
        return None
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    parts.append(node.id)
    parts.reverse()
    return parts


def pairs(target: ast.expr, value: ast.expr | None) -> Iterator[tuple[ast.expr, ast.expr | None]]:
    """Single targets of an assignment, each with its value where the shapes of both sides tell it."""
    if isinstance(target, (ast.Name, ast.Attribute, ast.Subscript)):
        yield target, value
        return
    todo = [(target, value)]
    while todo:
        target, value = todo.pop()
        if isinstance(target, ast.Starred):
            todo.append((target.value, None))
        elif isinstance(target, (ast.Tuple, ast.List)):
            todo.extend(reversed(list(zip(target.elts, _parts_of(value, target.elts), strict=True))))
        else:
            yield target, value


def _parts_of(value: ast.expr | None, targets: list[ast.expr]) -> list[ast.expr | None]:
    """What each of some targets gets of a value; None where the shapes do not tell it. A target with a star gets what
    the others leave."""
    nothing: list[ast.expr | None] = [None] * len(targets)
    if not isinstance(value, (ast.Tuple, ast.List)) or any(
        isinstance(one, ast.Starred) for one in value.elts
    ):
        return nothing
    stars = [number for number, one in enumerate(targets) if isinstance(one, ast.Starred)]
    if not stars:
        return [*value.elts] if len(value.elts) == len(targets) else nothing
    before, after = stars[0], len(targets) - stars[0] - 1
    if len(value.elts) < before + after:
        return nothing
    return [*value.elts[:before], None, *value.elts[len(value.elts) - after :]]


def import_target(module: str, name: str) -> str:
    if not name or name == "*":
        return module
    return f"{module}{name}" if module.endswith(".") else f"{module}.{name}"


def from_package(module: str, package: str) -> str:
    """The full name of a module that may begin with dots, as ``import_module`` reads it with the name of a package;
    empty where it leads out of the package."""
    rest = module.lstrip(".")
    dots = len(module) - len(rest)
    if not dots or not package:
        return module
    parts = package.split(".")
    return ".".join([*parts[: len(parts) - dots + 1], rest]) if dots <= len(parts) else ""


def all_arguments(arguments: ast.arguments) -> list[ast.arg]:
    """Every parameter, in the order of the signature."""
    plain = [*arguments.posonlyargs, *arguments.args]
    if arguments.vararg:
        plain.append(arguments.vararg)
    plain.extend(arguments.kwonlyargs)
    if arguments.kwarg:
        plain.append(arguments.kwarg)
    return plain


def positional(arguments: ast.arguments) -> list[ast.arg]:
    """The parameters that take a positional argument, without ``*rest``."""
    return [*arguments.posonlyargs, *arguments.args]


def defaults(arguments: ast.arguments) -> list[tuple[ast.arg, ast.expr]]:
    """The parameters that have a default, each with its default, in the order of the signature."""
    given = arguments.defaults
    keywords = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    found = list(zip(positional(arguments)[-len(given) :], given, strict=True)) if given else []
    return found + [(argument, default) for argument, default in keywords if default is not None]


def targets_of(node: ast.Assign | ast.AnnAssign | ast.AugAssign | ast.NamedExpr) -> list[ast.expr]:
    """The targets of an assignment, as they stand; ``pairs`` takes them apart."""
    return node.targets if isinstance(node, ast.Assign) else [node.target]


def singles(node: ast.Assign | ast.AnnAssign | ast.NamedExpr) -> Iterator[tuple[ast.expr, ast.expr | None]]:
    """The single targets of an assignment with their values, as ``pairs`` has them; none where there is no value."""
    for target in targets_of(node) if node.value is not None else ():
        yield from pairs(target, node.value)


def module_of(node: ast.ImportFrom) -> str:
    """The module that an import takes names from; relative ones keep their dots."""
    return "." * node.level + (node.module or "")


def bound_name(alias: ast.alias) -> str:
    """The name that ``import …`` binds."""
    return alias.asname or alias.name.partition(".")[0]


def imported(node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str]]:
    """The names that an import statement binds, with their targets; a star is a name, too."""
    module = module_of(node) if isinstance(node, ast.ImportFrom) else ""
    for alias in node.names:
        if isinstance(node, ast.ImportFrom):
            yield alias.asname or alias.name, import_target(module, alias.name)
        else:
            yield bound_name(alias), alias.name if alias.asname else bound_name(alias)


def is_main(test: ast.expr) -> bool:
    """Whether a condition is ``__name__ == "__main__"``."""
    if not isinstance(test, ast.Compare) or len(test.ops) != 1 or not isinstance(test.ops[0], ast.Eq):
        return False
    sides = [test.left, *test.comparators]
    named = any(isinstance(side, ast.Name) and side.id == "__name__" for side in sides)
    return named and any(isinstance(side, ast.Constant) and side.value == "__main__" for side in sides)


def called(node: ast.expr) -> ast.expr:
    """What an expression calls, or the expression: ``@make`` and ``@make()`` are decorated by the same."""
    return node.func if isinstance(node, ast.Call) else node


def words_of(text: str) -> list[str]:
    """The words in a text."""
    return _WORDS.findall(text)


_WORDS = re.compile(r"\w+")


def text_of(node: ast.AST | None) -> str | None:
    """The text of a string literal."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def whole_text(node: ast.AST | None) -> str | None:
    """The text of a string literal, also of an f-string without a hole."""
    if isinstance(node, ast.JoinedStr) and len(node.values) == 1:
        return text_of(node.values[0])
    return text_of(node)


def last_name(node: ast.AST | None) -> str:
    """The last part of a plain dotted path; nothing where it is none."""
    if isinstance(node, ast.Name):
        return node.id
    root = node
    while isinstance(root, ast.Attribute):
        root = root.value
    return node.attr if isinstance(node, ast.Attribute) and isinstance(root, ast.Name) else ""


AWAITING = frozenset(["inlineCallbacks", "coroutine"])
"""Decorators of Twisted, Tornado and Python's own past: they wait for what a generator yields."""


def waits(function: ast.AST | None) -> bool:
    """Whether ``yield`` in a function is what ``await`` is in others."""
    nodes = function.decorator_list if isinstance(function, FUNCTIONS) else []
    return any(last_name(called(one)) in AWAITING for one in nodes)


def arguments_of(node: ast.Call) -> list[ast.expr]:
    return [*node.args, *[keyword.value for keyword in node.keywords]] if node.keywords else node.args


_GIVING = frozenset({ast.arg, ast.Assign, ast.AnnAssign, ast.NamedExpr, ast.For, ast.AsyncFor})


def locals_of(function: ast.AST) -> dict[str, list[ast.expr]]:
    """The local names of a function, with what assignments and loops give them; nothing for its parameters."""
    found: dict[str, list[ast.expr]] = {}
    for node in below(function):
        if type(node) not in _GIVING:
            continue
        targets: list[ast.expr] = []
        value: ast.expr | None = None
        if isinstance(node, ast.arg):
            found[node.arg] = []
        elif isinstance(node, ast.Assign):
            targets, value = node.targets, node.value
        elif isinstance(node, (ast.AnnAssign, ast.NamedExpr)):
            targets, value = [node.target], node.value
        elif isinstance(node, (ast.For, ast.AsyncFor)):
            targets, value = [node.target], node.iter
        for target in targets:
            for single, part in pairs(target, value):
                source = part if part is not None else value
                if isinstance(single, ast.Name) and source is not None:
                    found.setdefault(single.id, []).append(source)
    return found
