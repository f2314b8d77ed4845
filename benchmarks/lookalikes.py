"""A source of chance → pairs of modules that look alike and are no copies: families of code that every project has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random

from benchmarks.changes import WORDS

Maker = Callable[[Random], tuple[str, str]]
"""Gives the texts of two modules."""


def _name(chance: Random) -> str:
    return f"{chance.choice(WORDS)}_{chance.choice(WORDS)}"


def _both(one: Callable[[Random], str]) -> Maker:
    return lambda chance: (one(chance), one(chance))


def _tests(chance: Random) -> str:
    lines = [f"from shop import {_name(chance)} as make", "", f"class Test{_name(chance).title()}:"]
    for _ in range(6):
        verb = _name(chance)
        lines += [
            f"    def test_{verb}(self):",
            f"        thing = make({chance.randrange(99)})",
            f"        result = thing.{verb}({_name(chance)}=1)",
            f"        assert result.{_name(chance)} == {chance.randrange(99)}",
        ]
    return "\n".join(lines)


def _routes(chance: Random) -> str:
    lines = ["from web import router"]
    for _ in range(5):
        verb = _name(chance)
        lines += [
            f"@router.get('/{verb}')",
            f"async def get_{verb}(request, service):",
            "    try:",
            f"        found = await service.{verb}(request.args)",
            "        if found is None:",
            f"            raise {_name(chance).title()}(404)",
            f"        return {{'{verb}': found.{_name(chance)}()}}",
            "    except ValueError as error:",
            f"        return {_name(chance)}(error)",
        ]
    return "\n".join(lines)


def _options(chance: Random) -> str:
    lines = ["import argparse", f"def {_name(chance)}():", "    parser = argparse.ArgumentParser()"]
    for _ in range(14):
        lines.append(f"    parser.add_argument('--{_name(chance)}', help='{_name(chance)}', default=1)")
    return "\n".join([*lines, "    return parser.parse_args()"])


def _table(chance: Random) -> str:
    lines = [f"def {_name(chance)}(registry):"]
    for _ in range(15):
        lines.append(f"    registry.register('{_name(chance)}', '{_name(chance)}')")
    return "\n".join(lines)


def _fields(chance: Random) -> str:
    lines = ["from dataclasses import dataclass", "@dataclass", f"class {_name(chance).title()}:"]
    for _ in range(14):
        lines.append(f"    {_name(chance)}: {chance.choice(['int', 'str', 'float'])} = {chance.randrange(9)}")
    return "\n".join(lines)


def _members(chance: Random) -> str:
    lines = ["from enum import Enum", f"class {_name(chance).title()}(Enum):"]
    for _ in range(14):
        name = _name(chance)
        lines.append(f"    {name.upper()} = '{name}'")
    return "\n".join(lines)


def _wrappers(chance: Random) -> str:
    lines = [
        f"class {_name(chance).title()}:",
        "    def __init__(self, inner):",
        "        self.inner = inner",
    ]
    for _ in range(14):
        verb = _name(chance)
        lines += [f"    def {verb}(self, one, two=None):", f"        return self.inner.{verb}(one, two=two)"]
    return "\n".join(lines)


def _stubs(chance: Random) -> str:
    lines = ["from abc import abstractmethod", f"class {_name(chance).title()}:"]
    for _ in range(14):
        lines += [
            "    @abstractmethod",
            f"    def {_name(chance)}(self, one):",
            "        raise NotImplementedError",
        ]
    return "\n".join(lines)


def _properties(chance: Random) -> str:
    lines = [f"class {_name(chance).title()}:", "    def __init__(self, record):"]
    names = [_name(chance) for _ in range(10)]
    lines += [f"        self._{name} = record.{name}" for name in names]
    for name in names:
        lines += ["    @property", f"    def {name}(self):", f"        return self._{name}"]
    return "\n".join(lines)


def _steps(chance: Random) -> str:
    lines = [f"def {_name(chance)}(order, clock):"]
    for _ in range(8):
        lines += [
            f"    if order.{_name(chance)} is None:",
            f"        order.{_name(chance)}(clock.{_name(chance)})",
        ]
    return "\n".join([*lines, "    return order"])


def _hooks(chance: Random) -> tuple[str, str]:
    names = [_name(chance) for _ in range(5)]
    base = ["class Base:", *(f"    def {name}(self, data):\n        return data" for name in names)]
    lines = ["class {}(Base):"]
    for name in names:
        lines += [
            f"    def {name}(self, data):",
            f"        found = data.{name}(deep=True)",
            "        found.sort()",
            f"        return found.close({name}=1)",
        ]
    text = "\n".join(lines)
    return "\n".join([*base, text.format("First"), text.format("Second")]), ""


def _twins(chance: Random) -> tuple[str, str]:
    plain = "\n".join(
        f"    {line}"
        for verb in [_name(chance) for _ in range(5)]
        for line in (
            f"def {verb}(self, key):",
            f"    found = self.pool.{verb}(key, lock=True)",
            f"    found.{_name(chance)}()",
            "    return found.value",
        )
    )
    twin = plain.replace("def ", "async def ").replace("= self", "= await self")
    return f"class Client:\n{plain}\nclass AsyncClient:\n{twin}", ""


def _programs(chance: Random) -> tuple[str, str]:
    verbs = [_name(chance) for _ in range(12)]
    text = "\n".join(["def main(tool):", *(f"    tool.{verb}(1)" for verb in verbs)])
    return text, text


def _generated(chance: Random) -> tuple[str, str]:
    return tuple(
        f"# Generated by a tool. DO NOT EDIT.\n{text.replace('main', 'run')}" for text in _programs(chance)
    )  # type: ignore[return-value]


LOOK_ALIKES: Mapping[str, Maker] = {
    "tests": _both(_tests),
    "routes": _both(_routes),
    "options": _both(_options),
    "tables": _both(_table),
    "dataclasses": _both(_fields),
    "enums": _both(_members),
    "wrappers": _both(_wrappers),
    "stubs": _both(_stubs),
    "properties": _both(_properties),
    "steps": _both(_steps),
    "hooks": _hooks,
    "twins": _twins,
    "programs": _programs,
    "generated": _generated,
}
