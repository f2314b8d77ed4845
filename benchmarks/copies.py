"""Measures SOT402: plants copies and look-alikes, made from real code, and counts what is found.

``python -m benchmarks.copies [FOLDER ...]`` takes its raw material from folders of Python files (else from the standard
library), and prints for each kind how many were found. What is drawn depends on ``--seed`` alone.
"""

from __future__ import annotations

import argparse
import ast
import copy
import sysconfig
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from random import Random

from benchmarks.changes import CHANGES, FUNCTIONS, Definition, elsewhere
from benchmarks.lookalikes import LOOK_ALIKES
from ssot_lint.engine import run
from ssot_lint.model.finding import Finding
from ssot_lint.model.rules import CODES, NEAR_COPY
from ssot_lint.settings import workspace

FEWEST = 12


def statements(node: Definition) -> int:
    """The statements of a definition without those of nested ones; methods of a class are not nested in it."""
    found = 0
    todo: list[ast.AST] = [*node.body]
    while todo:
        one = todo.pop()
        is_method = isinstance(one, FUNCTIONS) and isinstance(node, ast.ClassDef) and one in node.body
        if isinstance(one, (*FUNCTIONS, ast.ClassDef)) and not is_method:
            continue
        is_silent = isinstance(one, ast.Pass) or (
            isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant)
        )
        found += isinstance(one, ast.stmt) and not isinstance(one, FUNCTIONS) and not is_silent
        todo += [child for child in ast.iter_child_nodes(one) if not isinstance(child, ast.expr)]
    return found


def material(folders: Iterable[Path], chance: Random) -> list[Definition]:
    """Definitions that are large enough to be copied, in an order of chance."""
    found: list[Definition] = []
    paths = sorted(path for folder in folders for path in folder.rglob("*.py") if "test" not in str(path))
    chance.shuffle(paths)
    for path in paths[:1500]:
        try:
            tree = ast.parse(path.read_bytes())
        except (SyntaxError, ValueError):
            continue
        found += [one for one in tree.body if isinstance(one, (*FUNCTIONS, ast.ClassDef)) and is_large(one)]
    chance.shuffle(found)
    return found


def is_large(node: Definition) -> bool:
    methods = [one for one in node.body if isinstance(one, FUNCTIONS)]
    is_class = isinstance(node, ast.ClassDef)
    fits = FEWEST + 4 <= statements(node) <= 400 and node.name not in ("main", "setup", "Meta", "Config")
    return fits and (not is_class or sum(statements(one) > 1 for one in methods) >= 3)


def is_wide(node: Definition) -> bool:
    """Whether a class is large enough, by what SOT402 compares, when a third of its methods is gone."""
    return isinstance(node, ast.ClassDef) and statements(node) >= 3 * FEWEST and len(node.body) >= 6


def check(folder: Path) -> list[Finding]:
    (folder / "ssot-lint.toml").write_text(
        'duplicates = "all"\nselect = ["SOT402"]\ntests = []\n', encoding="utf-8"
    )
    return list(run.check(workspace.load(folder / "ssot-lint.toml", codes=CODES)).findings)


def distinct(raw: Sequence[Definition], folder: Path) -> list[Definition]:
    """The definitions of which no other one is a copy already."""
    for place, node in enumerate(raw):
        (folder / f"m{place}.py").write_text(ast.unparse(node), encoding="utf-8")
    taken = {int(one.module[1:]) for one in check(folder)}
    return [node for place, node in enumerate(raw) if place not in taken]


def plant(raw: Sequence[Definition], each: int, folder: Path, chance: Random) -> dict[str, str]:
    """Writes originals, changed copies and look-alikes. By module of a copy, or of a look-alike, its kind."""
    kinds: dict[str, str] = {}
    rest = iter(raw)
    for kind in [*CHANGES, "other calls"]:
        change = CHANGES.get(kind, elsewhere)
        for place in range(each):
            node, other = next(rest), copy.deepcopy(chance.choice(raw))
            while kind.startswith("methods") and not is_wide(node):
                node = next(rest)
            changed = copy.deepcopy(node)
            change(changed, other, chance)
            name = f"{kind.replace(' ', '_')}_{place}"
            (folder / f"a_{name}.py").write_text(ast.unparse(node), encoding="utf-8")
            (folder / f"b_{name}.py").write_text(
                ast.unparse(ast.fix_missing_locations(changed)), encoding="utf-8"
            )
            kinds[f"b_{name}"] = kind
    for kind, make in LOOK_ALIKES.items():
        for place in range(each):
            for letter, text in zip("ab", make(chance), strict=True):
                (folder / f"{letter}_{kind}_{place}.py").write_text(text, encoding="utf-8")
            kinds[f"b_{kind}_{place}"] = kind
    return kinds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, default=[Path(sysconfig.get_path("stdlib"))])
    parser.add_argument("--each", type=int, default=40, help="how many of each kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="a folder that keeps what is planted")
    parser.add_argument("--show", action="store_true", help="what was missed, and what was found wrongly")
    options = parser.parse_args()
    chance = Random(options.seed)
    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
        raw = distinct(material(options.folders, chance)[: options.each * 60], Path(first))
        folder = options.keep or Path(second)
        folder.mkdir(parents=True, exist_ok=True)
        kinds = plant(raw, options.each, folder, chance)
        report(kinds, check(folder), options.each, show=options.show)


def report(kinds: dict[str, str], findings: Sequence[Finding], each: int, *, show: bool) -> None:
    found, wrong = set[str](), list[Finding]()
    for one in findings:
        twin = f"{'b' if one.module[0] == 'a' else 'a'}{one.module[1:]}"
        kind = kinds.get(f"b{one.module[1:]}", "")
        if kind in CHANGES and one.symbol.startswith(f"{twin}."):
            found.add(f"b{one.module[1:]}")
        else:
            wrong.append(one)
    hits = Counter(kinds[name] for name in found)
    for kind in CHANGES:
        print(f"{kind:20} {hits[kind]:4} of {each}  {100 * hits[kind] / each:.0f} %")
    print(
        f"{'all copies':20} {len(found):4} of {len(CHANGES) * each}  {100 * len(found) / len(CHANGES) / each:.1f} %"
    )
    right = len(findings) - len(wrong)
    print(
        f"precision            {right} of {len(findings)} {NEAR_COPY}  {100 * right / max(len(findings), 1):.1f} %"
    )
    for kind, count in Counter(kinds.get(f"b{one.module[1:]}", "?") for one in wrong).items():
        print(f"  wrong: {kind:15} {count}")
    if show:
        for name in sorted(name for name, kind in kinds.items() if kind in CHANGES and name not in found):
            print("missed", name)
        for one in wrong:
            print("wrong", one.path, one.message)


if __name__ == "__main__":
    main()
