"""The command: options in, tables on standard output, progress on standard error.

Repositories are made, or copied, in a temporary folder that is gone afterwards.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

from benchmarks import monorepo, report
from benchmarks.growing import GROWING
from benchmarks.project import Unusable, copied, project, python_files
from benchmarks.scenarios import SCENARIOS, Result, Scenario, chosen, run
from benchmarks.tools import PEERS, SSOT_LINT, Missing, Task, Tool, find, install, interpreter, peer

_EXAMPLES = """\
examples:
  python -m benchmarks --size 0.1                      a first try: a thousand files
  python -m benchmarks cold warm staged --rounds 9
  python -m benchmarks size --sizes 1,2,5,10
  python -m benchmarks all --install-peers --work ~/benchmarks --json all.json
  python -m benchmarks cold warm --corpus ~/a/real/project
  python -m benchmarks --update docs/performance.md
"""

_INTERRUPTED = "interrupted: what should have followed is left out"


def main(argv: Sequence[str] | None = None) -> int:
    parser = _parser()
    options = parser.parse_args(argv)
    unknown = set(options.scenarios) - {"all", *(scenario.name for scenario in SCENARIOS)}
    if unknown:
        parser.error(f"no scenario is called {', '.join(sorted(unknown))}")
    try:
        _check(options)
        with _workplace(options.work) as scratch:
            conditions, results = _measured(options, scratch)
        _deliver(options, conditions, results)
        return 130 if _INTERRUPTED in conditions.notes else 0
    except (Missing, Unusable, OSError, ValueError, subprocess.SubprocessError) as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measure ssot-lint and its peers in turn, on a made repository or on a real one.",
        epilog="scenarios:\n"
        + "".join(f"  {s.name:13} {s.title}{' *' if s.takes_long else ''}\n" for s in SCENARIOS)
        + "  * only when asked for by name, or by `all`\n\n"
        + _EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("scenarios", nargs="*", metavar="SCENARIO", help="what to measure (default: all without *)")
    add("--size", type=float, default=1.0, metavar="X", help="1 is 10,000 files (default: 1)")
    add("--seed", type=int, default=1, metavar="N", help="of the made repository (default: 1)")
    add(
        "--sizes",
        type=_sizes,
        metavar="X,Y,…",
        help="of what grows: of repositories, chains, files of aliases",
    )
    add(
        "--corpus", type=Path, metavar="FOLDER", help="a project with settings of its own; a copy is measured"
    )
    add("--rounds", type=_positive, default=5, metavar="N", help="after one for warming up (default: 5)")
    add("--workers", type=_positive, metavar="N", help="processes or threads of each tool that can be told")
    add("--tools", type=_names, metavar="A,B,…", help="only these: " + ", ".join(each.name for each in PEERS))
    add("--install-peers", action="store_true", help="get the peers from PyPI, each in its own environment")
    add("--work", type=Path, metavar="FOLDER", help="for temporary files; environments of peers stay there")
    add("--json", type=Path, metavar="FILE", help="write each single measurement")
    add("--markdown", action="store_true", help="print tables as Markdown")
    add("--update", type=Path, metavar="FILE", help="replace the tables in a page, as docs/performance.md")
    return parser


def _sizes(text: str) -> tuple[float, ...]:
    return tuple(sorted({float(part) for part in text.split(",")}))


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def _names(text: str) -> frozenset[str]:
    names = frozenset(part.strip() for part in text.split(","))
    known = {each.name for each in PEERS}
    if not names <= known:
        raise argparse.ArgumentTypeError(f"no tool is called {', '.join(sorted(names - known))}")
    return names


def _check(options: argparse.Namespace) -> None:
    """Finds out now what would otherwise spoil the end of an hour. Raises ValueError and OSError."""
    if options.update:
        report.replaced(options.update.read_text(encoding="utf-8"), _marks(options), "")


def _marks(options: argparse.Namespace) -> str:
    """The name of the part of a page that holds the tables."""
    return "corpus" if options.corpus else "monorepo"


@contextmanager
def _workplace(given: Path | None) -> Iterator[Path]:
    """A folder that is removed in the end."""
    if given:
        given.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="ssot-lint-benchmarks-", dir=given) as folder:
        yield Path(folder).resolve()


def _measured(options: argparse.Namespace, scratch: Path) -> tuple[report.Conditions, list[Result]]:
    installed = None
    if options.install_peers:
        installed = (options.work.resolve() if options.work else scratch) / "peers"
        install(installed, _say)
    _say("looking for the tools")
    python = interpreter(installed)
    ours = find(SSOT_LINT, python, installed, scratch)
    scenarios = chosen(options.scenarios)
    tools, notes = _found(options, scenarios, python, installed, scratch)
    described = f"made projects, seed {options.seed}"
    if any(scenario.name not in GROWING for scenario in scenarios):
        described = _made(options, scratch / "project")
    results: list[Result] = []
    try:
        for scenario in scenarios:
            named = [name for name in (scenario.settings, scenario.before) if name]
            if scenario.name in GROWING:
                results.extend(_growing(scenario, options, ours, tools, scratch))
            elif not all((scratch / "project" / name).is_file() for name in named):
                notes.append(f"{scenario.name} is left out: the repository has no {' and no '.join(named)}")
            else:
                results.append(_one(scenario, options, ours, tools, scratch, scratch / "project"))
    except KeyboardInterrupt:
        notes.append(_INTERRUPTED)
    versions = {name: tool.version for name, tool in tools.items() if not peer(name).variant_of}
    when = datetime.now(timezone.utc).date().isoformat()
    return report.Conditions(when, _machine(), described, options.rounds, versions, tuple(notes)), results


def _found(
    options: argparse.Namespace,
    scenarios: Sequence[Scenario],
    python: str,
    installed: Path | None,
    scratch: Path,
) -> tuple[dict[str, Tool], list[str]]:
    """The tools that are needed and there, and a sentence for each that is not there."""
    tools: dict[str, Tool] = {}
    notes: list[str] = []
    for name in dict.fromkeys(name for scenario in scenarios for name in scenario.tools):
        if options.tools and name not in options.tools:
            continue
        try:
            tools[name] = find(name, python, installed, scratch)
        except Missing as sentence:
            notes.append(str(sentence))
    return tools, notes


def _made(options: argparse.Namespace, root: Path) -> str:
    """Puts the repository where it is measured; what it is, in words."""
    if options.corpus:
        _say("copying the repository")
        copied(options.corpus.resolve(), root)
        kind = "a real repository"
    else:
        _say(f"making a repository of size {options.size:g}")
        monorepo.write(root, options.size, options.seed)
        kind = f"a made repository, size {options.size:g}, seed {options.seed}"
    sizes = [(root / path).lstat().st_size for path in python_files(root)]
    return f"{kind}: {len(sizes):,} Python files, {sum(sizes) / 1e6:,.1f} MB"


def _growing(
    scenario: Scenario, options: argparse.Namespace, ours: Tool, tools: Mapping[str, Tool], scratch: Path
) -> Iterator[Result]:
    """One result for each size, with what each further unit has cost. No two of these projects are there at once."""
    growing = GROWING[scenario.name]
    before: tuple[float, Result] | None = None
    for size in options.sizes or growing.sizes:
        _say(f"making a project for {scenario.name}, {size:g}")
        root = scratch / "sized"
        growing.make(root, size, options.seed)
        titled = replace(scenario, title=f"{scenario.title}: {size:,g}")
        result = _one(titled, options, ours, tools, scratch, root)
        if before is not None:
            units = (size - before[0]) * (monorepo.FILES if scenario.name == "size" else 1)
            notes = report.costs_of_more(before[1], result, units, growing.unit)
            yield replace(result, notes=(*result.notes, *notes))
        else:
            yield result
        before = size, result
        shutil.rmtree(root)


def _one(
    scenario: Scenario,
    options: argparse.Namespace,
    ours: Tool,
    tools: Mapping[str, Tool],
    scratch: Path,
    root: Path,
) -> Result:
    linted = project(root, scenario.settings, ours.program, ours.environment)
    task = Task(linted, scratch, scenario.warm, tuple(scenario.given(linted)), options.workers)
    return run(scenario, task, tools, options.rounds, _say)


def _machine() -> str:
    system = f"{platform.system()} {platform.machine()}"
    return f"{os.cpu_count()} processors, {system}, Python {platform.python_version()}"


def _deliver(options: argparse.Namespace, conditions: report.Conditions, results: Sequence[Result]) -> None:
    show = report.markdown if options.markdown else report.text
    print(show(conditions, results), end="")
    if options.json:
        options.json.write_text(report.document(conditions, results), encoding="utf-8")
    if _INTERRUPTED in conditions.notes:
        # Half of the figures shall not take the place of all of them.
        return
    if options.update:
        page = options.update.read_text(encoding="utf-8")
        tables = report.markdown(conditions, results)
        options.update.write_text(report.replaced(page, _marks(options), tables), encoding="utf-8")


def _say(sentence: str) -> None:
    print(f"benchmarks: {sentence}", file=sys.stderr, flush=True)
