"""A class or function statement → copies of it, each changed in a way that people change copies. Pure, but for chance.

A change gets the tree of a definition that it may alter, and a source of chance; it gives back nothing. A second
definition lends statements and methods, where a copy gets some of its own.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator, Mapping
from random import Random

Definition = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
Change = Callable[[Definition, Definition, Random], None]
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def functions(node: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (one for one in ast.walk(node) if isinstance(one, FUNCTIONS))


def owned(node: Definition) -> set[str]:
    """The names that a definition binds itself: what it is called, its parameters, variables, methods, attributes."""
    found = {node.name}
    for one in ast.walk(node):
        if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store):
            found.add(one.id)
        elif isinstance(one, ast.arg):
            found.add(one.arg)
        elif isinstance(one, (*FUNCTIONS, ast.ClassDef)) or (isinstance(one, ast.ExceptHandler) and one.name):
            found.add(one.name or "")
    for one in ast.walk(node):
        if isinstance(one, (ast.Global, ast.Nonlocal)):
            found -= {*one.names}
    return {name for name in found if not name.startswith("__") and name not in ("self", "cls")}


def renamed(node: Definition, other: Definition, chance: Random) -> None:
    fields = {
        target.id
        for one in (node.body if isinstance(node, ast.ClassDef) else ())
        for target in (one.targets if isinstance(one, ast.Assign) else [getattr(one, "target", None)])
        if isinstance(target, ast.Name)
    }
    new = {
        name: f"{name.strip('_')[:3]}_{place}_x" for place, name in enumerate(sorted(owned(node) - fields))
    }
    for one in ast.walk(node):
        if isinstance(one, ast.Name):
            one.id = new.get(one.id, one.id)
        elif isinstance(one, ast.arg):
            one.arg = new.get(one.arg, one.arg)
        elif isinstance(one, (*FUNCTIONS, ast.ClassDef, ast.ExceptHandler)) and one.name:
            one.name = new.get(one.name, one.name)
        elif isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name):
            if one.value.id in ("self", "cls") and not one.attr.startswith("__") and one.attr not in fields:
                one.attr = new.get(one.attr, f"{one.attr}_x")


def reformatted(node: Definition, other: Definition, chance: Random) -> None:
    """Writing the tree out is the change."""


def asynchronous(node: Definition, other: Definition, chance: Random) -> None:
    class Awaiting(ast.NodeTransformer):
        def visit_FunctionDef(self, one: ast.FunctionDef) -> ast.AST:
            self.generic_visit(one)
            plain = one.name.startswith("__") or one.decorator_list
            return one if plain else ast.AsyncFunctionDef(**dict(ast.iter_fields(one)))

        def visit_Expr(self, one: ast.Expr) -> ast.AST:
            if isinstance(one.value, ast.Call) and chance.random() < 0.5:
                one.value = ast.Await(one.value)
            return one

    for place, one in enumerate(node.body if isinstance(node, ast.ClassDef) else ()):
        node.body[place] = Awaiting().visit(one)
    if isinstance(node, FUNCTIONS):
        for place, one in enumerate(node.body):
            node.body[place] = Awaiting().visit(one)


def decorated(node: Definition, other: Definition, chance: Random) -> None:
    for one in functions(node):
        one.decorator_list.insert(0, ast.Name("traced", ast.Load()))
    node.decorator_list.insert(0, ast.Name("registered", ast.Load()))


def hinted(node: Definition, other: Definition, chance: Random) -> None:
    for one in functions(node):
        one.returns = None if one.returns else ast.Name("object", ast.Load())
        for argument in [*one.args.args, *one.args.kwonlyargs]:
            argument.annotation = None if argument.annotation else ast.Name("str", ast.Load())


def documented(node: Definition, other: Definition, chance: Random) -> None:
    for one in [node, *functions(node)]:
        if ast.get_docstring(one) is not None:
            one.body[:1] = [] if len(one.body) > 1 else [ast.Pass()]
        else:
            one.body.insert(0, ast.Expr(ast.Constant("Do what has to be done.")))


def other_literals(node: Definition, other: Definition, chance: Random) -> None:
    for function in functions(node):
        for one in ast.walk(function):
            if isinstance(one, ast.Constant) and isinstance(one.value, str):
                one.value = f"{one.value} now"
            elif isinstance(one, ast.Constant) and type(one.value) is int:
                one.value += 7


def moved(node: Definition, other: Definition, chance: Random) -> None:
    if isinstance(node, ast.ClassDef):
        chance.shuffle(node.body)
    else:
        middle = node.body[1:-1]
        chance.shuffle(middle)
        node.body[1:-1] = middle


def noted(node: Definition, other: Definition, chance: Random) -> None:
    for function in [*functions(node)]:
        for place in range(len(function.body), 0, -3):
            function.body.insert(place, ast.parse("logger.info('here', extra=context)").body[0])


def partly_changed(node: Definition, other: Definition, chance: Random) -> None:
    """A fifth of the simple statements become others."""
    places = []
    for one in ast.walk(node):
        for name in ("body", "orelse", "finalbody"):
            inside = getattr(one, name, None)
            if isinstance(inside, list) and not isinstance(one, ast.ClassDef):
                places += [(inside, place) for place, each in enumerate(inside) if not hasattr(each, "body")]
    lent = [
        one.value
        for function in functions(other)
        for one in ast.walk(function)
        if isinstance(one, (ast.Assign, ast.Expr, ast.Return)) and isinstance(one.value, ast.Call)
    ]
    for inside, place in chance.sample(places, len(places) // 5):
        value = chance.choice(lent) if lent else ast.parse("state.refresh(deep=True)", mode="eval").body
        # Who changes a statement still gives the name a value, or returns one.
        old = inside[place]
        inside[place] = copy.copy(old) if isinstance(old, (ast.Assign, ast.Return)) else ast.Expr(value)
        inside[place].value = value


def enlarged(node: Definition, other: Definition, chance: Random) -> None:
    """Half as many methods, or statements, again; from elsewhere."""
    methods: list[ast.stmt] = [one for one in other.body if isinstance(one, FUNCTIONS)]
    lent = methods or [*other.body]
    if isinstance(node, ast.ClassDef):
        count = max(1, sum(isinstance(one, FUNCTIONS) for one in node.body) // 2)
        node.body += chance.sample(lent, min(count, len(lent)))
    else:
        node.body[1:1] = [one for one in other.body if not isinstance(one, (ast.Return, *FUNCTIONS))][
            : len(node.body) // 3
        ]


def reduced(node: Definition, other: Definition, chance: Random) -> None:
    """A third of the methods, or a quarter of the statements, less."""
    if isinstance(node, ast.ClassDef):
        methods: list[ast.stmt] = [one for one in node.body if isinstance(one, FUNCTIONS)]
        gone = chance.sample(methods, len(methods) // 3)
        node.body = [one for one in node.body if one not in gone]
    else:
        gone = chance.sample(node.body, len(node.body) // 4)
        node.body = [one for one in node.body if one not in gone] or [ast.Pass()]


def everything(node: Definition, other: Definition, chance: Random) -> None:
    for change in (documented, hinted, other_literals, noted, decorated, renamed):
        change(node, other, chance)


CHANGES: Mapping[str, Change] = {
    "reformatted": reformatted,
    "renamed": renamed,
    "async": asynchronous,
    "decorated": decorated,
    "other hints": hinted,
    "other docstrings": documented,
    "other literals": other_literals,
    "other order": moved,
    "more notes": noted,
    "all of these": everything,
    "a fifth changed": partly_changed,
    "methods added": enlarged,
    "methods removed": reduced,
}


def elsewhere(node: Definition, other: Definition, chance: Random) -> None:
    """The same shape with other foreign names: no copy."""
    own = owned(node)
    new: dict[str, str] = {}

    def named(name: str) -> str:
        return new.setdefault(name, f"{chance.choice(WORDS)}_{chance.choice(WORDS)}")

    for one in ast.walk(node):
        if isinstance(one, ast.Attribute):
            one.attr = named(one.attr)
        elif isinstance(one, ast.Name) and one.id not in own and one.id not in ("self", "cls"):
            one.id = named(one.id)
        elif isinstance(one, ast.keyword) and one.arg:
            one.arg = named(one.arg)
        elif isinstance(one, ast.alias):
            one.name = named(one.name)


WORDS = (
    "load save open shut send fetch count mark sort merge split draw paint price weigh move store claim grant sign"
    " stamp track probe plan order pack ship bill refund quote rate rank score label group filter trim scale rotate"
).split()
"""Verbs of which names are made."""
