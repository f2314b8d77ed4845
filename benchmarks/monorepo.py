"""A seed and a size → a made repository in a folder, and what ssot-lint must find there.

    python -m benchmarks.monorepo FOLDER --size 0.1

The same seed and size give the same bytes. Size 1 is 10,000 files of 18 kB on average: about one in eight names
the main class, most of these only mention it. Three popular classes are used as they should be by a quarter to a half
of all files; sixteen further classes are named by few. Files are written one by one, so that memory does not grow with
the size.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from random import Random
from string import Template
from typing import Final

from benchmarks import kinds
from benchmarks.blocks import MODULE_HEAD, NOUNS, TEST_HEAD, VERBS, blocks_of_modules, blocks_of_tests, fill
from benchmarks.kinds import CLEAN, SICK, Broker, Kind

FILES: Final = 10_000
"""At size 1."""

ONE: Final = "ssot-lint.toml"
"""The settings with the contract of the main class."""

POPULAR: Final = "popular.toml"
FOUR: Final = "four.toml"
FIVE: Final = "five.toml"
TWENTY: Final = "twenty.toml"

SETTINGS: Final[Mapping[str, slice]] = {
    ONE: slice(1),
    POPULAR: slice(1, 2),
    FOUR: slice(1, 5),
    FIVE: slice(5),
    TWENTY: slice(20),
}
"""Which classes have a contract in which settings: the first is the main class, then come the popular ones."""

LEAST: Final = 100
"""Fewer files have no room for one of each kind."""

_OTHERS: Final = (
    *(
        "Ledger",
        "Quota",
        "Mailbox",
        "Cursor",
        "Catalog",
        "Profile",
        "Billing",
    ),
    *("Audit", "Invite", "Report", "Workflow", "Notice", "Draft", "Export", "Thread", "Basket"),
)
_SHARE_OF_OTHERS: Final = 40
"""How many of 10,000 files do something with each of the other classes that may be wrong."""

_POPULAR: Final = (
    ("Environment", kinds.READING, 0.45, 0.45),
    ("Case", kinds.INHERITING, 0.0, 0.5),
    ("Context", kinds.PASSING, 0.5, 0.1),
)
"""Classes that are used everywhere: the noun of each, what is done with it, and in which share of all modules and of
all tests."""

_AREAS: Final = ("billing", "routing", "storage", "display", "import_", "mail", "planning", "stock")
_NAMES: Final = (
    *("models", "handlers", "views", "tasks", "rules", "tables", "labels", "prices", "queue", "export"),
    *("parser", "limits", "states", "seasons", "weights", "windows", "reports", "trees", "checks"),
)
_SIZE_OF_PACKAGE: Final = len(_NAMES) + 1


@dataclass(frozen=True, slots=True)
class Use:
    """What one file does with a managed class."""

    kind: Kind
    broker: Broker


@dataclass(frozen=True, slots=True)
class Plan:
    """The files of a repository before they are written: some are given, some use a class, some neither."""

    brokers: tuple[Broker, ...]
    fixed: Mapping[str, str]
    """Texts by path."""
    uses: tuple[Use | None, ...]
    """One for each other file, in the order of writing."""
    planted: Mapping[str, Counter[str]]
    """How many findings of each code must be found, by the name of the settings."""


def plan(size: float, seed: int) -> Plan:
    """Raises ValueError when the size leaves no room for one of each kind."""
    count = round(size * FILES)
    if count < LEAST:
        raise ValueError(f"size {size:g} is {count} files; the smallest repository has {LEAST}")
    random = Random(seed)
    main = _main(random.randint(5, 8))
    others = tuple(_other(noun) for noun in (*(noun for noun, *_ in _POPULAR), *_OTHERS))
    brokers = (main, *others)
    fixed = dict(chain.from_iterable(map(_core, brokers)))
    fixed["backend/__init__.py"] = '"""The back end."""\n'
    used: list[Use] = [
        Use(kind, main) for kind in (*CLEAN, *SICK) for _ in range(max(round(kind.weight * size), 1))
    ]
    drawn = [kind for kind in (*CLEAN, *SICK) if not kind.for_main_only]
    weights = [kind.weight for kind in drawn]
    for broker in others:
        used += [
            Use(kind, broker) for kind in random.choices(drawn, weights, k=round(_SHARE_OF_OTHERS * size))
        ]
    free = count - len(fixed) - len(used)
    uses: list[Use | None] = [*used, *[None] * max(free, 0)]
    random.shuffle(uses)
    # Without the contract that they are about, these comments excuse nothing.
    idle = Counter({"SOT904": sum(use.kind.body.count("# ssot: allow") for use in used)})
    planted = {
        name: sum(
            (_codes(broker, used) for broker in brokers[which]), idle if which.start else Counter[str]()
        )
        for name, which in SETTINGS.items()
    }
    return Plan(brokers, fixed, tuple(uses), planted)


def files(plan: Plan, seed: int) -> Iterator[tuple[str, bytes]]:
    """Each Python file: its path with forward slashes, and its bytes."""
    for path, text in plan.fixed.items():
        yield path, text.encode()
    random = Random(seed)
    modules, tests = blocks_of_modules(), blocks_of_tests()
    packages, in_package, in_tests = 0, _SIZE_OF_PACKAGE, 0
    for use in plan.uses:
        is_test = use.kind.is_test if use else random.random() < 0.6
        uses = [*([use] if use else []), *_popular(plan, use, is_test, random)]
        if is_test:
            area = _AREAS[in_tests // 40 % len(_AREAS)]
            path = f"tests/{area}_{in_tests // 40:03}/test_{_NAMES[in_tests % len(_NAMES)]}_{in_tests}.py"
            in_tests += 1
            yield path, _file(TEST_HEAD, tests, uses, random)
            continue
        if in_package == _SIZE_OF_PACKAGE:
            packages, in_package = packages + 1, 1
        package = f"services/{_AREAS[packages % len(_AREAS)]}_{packages:03}"
        path = f"{package}/{_NAMES[in_package - 1]}.py"
        in_package += 1
        neighbour = f"from {package.replace('/', '.')} import {_NAMES[0]}\n" if in_package > 2 else ""
        yield path, _file(MODULE_HEAD + neighbour, modules, uses, random)


def _popular(plan: Plan, use: Use | None, is_test: bool, random: Random) -> Iterator[Use]:
    """How a file uses the popular classes, beside what else it does."""
    for broker, (_, kind, in_modules, in_tests) in zip(plan.brokers[1:], _POPULAR, strict=False):
        is_used = random.random() < (in_tests if is_test else in_modules)
        if is_used and (use is None or use.broker is not broker):
            yield Use(kind, broker)


def settings(brokers: Sequence[Broker]) -> str:
    """The text of a settings file with one contract for each class."""
    return "\n".join(_contract(broker) for broker in brokers)


def write(folder: Path, size: float, seed: int) -> Plan:
    """Makes the repository in a folder that does not exist or is empty; files are known to git if there is one."""
    planned = plan(size, seed)
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise ValueError(f"{folder} is not empty")
    made: set[str] = set()
    for path, data in files(planned, seed):
        place = os.path.join(folder, path)
        parent = os.path.dirname(place)
        if parent not in made:
            os.makedirs(parent, exist_ok=True)
            made.add(parent)
        with open(place, "wb") as stream:
            stream.write(data)
    for name, which in SETTINGS.items():
        (folder / name).write_text(settings(planned.brokers[which]), encoding="utf-8")
    (folder / ".gitignore").write_text(".ssot_lint_cache/\n__pycache__/\n", encoding="utf-8")
    git(folder, "init", "--quiet")
    # Objects are never read here, so nothing is gained by making them small.
    git(folder, "-c", "core.looseCompression=0", "-c", "core.autocrlf=false", "add", "--all")
    return planned


def git(folder: Path, *arguments: str) -> None:
    """Runs git without hooks, signatures and anybody's settings. Without git there is no repository."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    own = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0"}
    off = (
        "-c",
        f"core.hooksPath={os.devnull}",
        "-c",
        "commit.gpgSign=false",
        "-c",
        "init.defaultBranch=main",
    )
    try:
        subprocess.run(("git", *off, *arguments), cwd=folder, env={**clean, **own}, check=True)
    except FileNotFoundError:
        return


def _main(depth: int) -> Broker:
    package = "backend.session"
    return Broker(
        noun="Session",
        module=f"{package}.broker",
        implementation=f"{package}._impl",
        shims=tuple(f"{package}.compat_{number}" for number in range(1, depth + 1)),
        facade=f"{package}.facade",
        everything=f"{package}.everything",
        legacy=f"{package}.legacy",
        consumer=f"{package}.greeter",
    )


def _other(noun: str) -> Broker:
    module = f"backend.brokers.{noun.lower()}"
    return Broker(noun, module, "", (f"{module}_compat",), "", "", f"{module}_compat", "")


def _core(broker: Broker) -> Iterator[tuple[str, str]]:
    """The files of the class itself, and of those who hand it on."""
    if not broker.implementation:
        yield _written(broker, broker.module, kinds.STATEMENT + kinds.FACTORY)
        yield _written(broker, broker.legacy, kinds.SHIM + kinds.OTHER_LEGACY, source=broker.module)
        return
    package = broker.module.rpartition(".")[0]
    yield package.replace(".", "/") + "/__init__.py", '"""One class, and its many paths."""\n'
    yield _written(broker, broker.implementation, kinds.STATEMENT)
    yield _written(broker, broker.module, kinds.MAIN_MODULE + kinds.FACTORY)
    for source, shim in zip((broker.module, *broker.shims), broker.shims, strict=False):
        yield _written(broker, shim, kinds.SHIM, source=source)
    yield _written(broker, broker.facade, kinds.FACADE)
    yield _written(broker, broker.everything, kinds.EVERYTHING)
    yield _written(broker, broker.legacy, kinds.LEGACY)
    yield _written(broker, broker.consumer, kinds.CONSUMER)


def _written(broker: Broker, module: str, text: str, **words: str) -> tuple[str, str]:
    return module.replace(".", "/") + ".py", Template(text).substitute(broker.words(), **words)


def _codes(broker: Broker, uses: Sequence[Use]) -> Counter[str]:
    """What must be found of one class."""
    counted = Counter(code for use in uses if use.broker is broker for code in use.kind.codes)
    counted.update((*kinds.STATEMENT_CODES, *kinds.SHIM_CODES * len(broker.shims), *kinds.LEGACY_CODES))
    if broker.facade:
        counted.update((*kinds.FACADE_CODES, *kinds.EVERYTHING_CODES))
    return counted


def _contract(broker: Broker) -> str:
    keys = {
        "canonical": f"{broker.module}.{broker.name}",
        "implementation": f"{broker.implementation}.{broker.statement}" if broker.implementation else "",
        "retired": [broker.retired],
        "factories": [f"{broker.module}.{broker.factory}"],
        "isolated-by": ["user_context"],
        "doubles": ["Fake*", "Test*"],
        "reason": "what is meant for one user must never reach another",
    }
    # Text and lists of text are written alike in JSON and in TOML.
    rows = (f"{key} = {json.dumps(value)}\n" for key, value in keys.items() if value)
    return f"[contracts.{broker.name}]\n" + "".join(rows)


def _file(head: str, stock: Sequence[bytes], uses: Sequence[Use], random: Random) -> bytes:
    """A file's head, blocks about other things, and in between what it does with classes."""
    mean = 18_000 / (sum(map(len, stock)) / len(stock))
    wanted = round(random.lognormvariate(0, 0.8) * mean / 1.377)
    wanted = next((use.kind.blocks for use in uses if use.kind.blocks), wanted)
    parts = random.sample(stock, min(max(wanted, 1), len(stock)))
    top = fill(head, random.choice(NOUNS), random.choice(VERBS), len(parts))
    for use in uses:
        words = use.broker.words()
        top += "\n" + Template(use.kind.head).substitute(words) if use.kind.head else ""
        for number in range(use.kind.times):
            body = Template(use.kind.body).substitute(words, i=number + 1)
            parts.insert(random.randint(0, len(parts)), f"\n{body}".encode() if body else b"")
    return b"".join((top.encode(), *parts))


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.monorepo", description="Make a repository to lint."
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="where; it must not exist, or be empty")
    parser.add_argument(
        "--size", type=float, default=0.1, metavar="X", help="1 is 10,000 files (default: 0.1)"
    )
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="(default: 1)")
    options = parser.parse_args(argv)
    try:
        planned = write(options.folder, options.size, options.seed)
    except (OSError, ValueError) as error:
        parser.error(str(error))
    print(f"{len(planned.fixed) + len(planned.uses)} files; what must be found with {ONE}:")
    for code, count in sorted(planned.planted[ONE].items()):
        print(f"{code}  {count}")


if __name__ == "__main__":
    main()
