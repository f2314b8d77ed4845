"""A number → a made project of that size: a repository, a chain of re-exports, a file of aliases."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks import monorepo

_CLASS: Final = "class Core:\n    pass\n"
_SETTINGS: Final = '[contracts.core]\ncanonical = "made.core.Core"\n'


@dataclass(frozen=True, slots=True)
class Growing:
    """``unit`` is what there is more of; ``make`` makes a project of one size in a folder, with a seed."""

    unit: str
    sizes: Sequence[float]
    make: Callable[[Path, float, int], object]


def _chain(folder: Path, count: float, seed: int) -> None:
    """Each module hands the class on from the one before it."""
    _write(
        folder,
        {
            f"link_{number}": f"from made.{f'link_{number - 1}' if number else 'core'} import Core\n"
            for number in range(int(count))
        },
    )


def _aliases(folder: Path, count: float, seed: int) -> None:
    """One module gives the class so many names."""
    lines = (f"Core_{number} = Core\n" for number in range(int(count)))
    _write(folder, {"aliases": "from made.core import Core\n\n" + "".join(lines)})


def _write(folder: Path, modules: dict[str, str]) -> None:
    (folder / "made").mkdir(parents=True)
    (folder / monorepo.ONE).write_text(_SETTINGS, encoding="utf-8")
    for name, text in {"__init__": "", "core": _CLASS, **modules}.items():
        (folder / "made" / f"{name}.py").write_text(text, encoding="utf-8")


GROWING: Final = {
    "size": Growing("file", (1, 2, 5, 10), monorepo.write),
    "chain": Growing("link", (500, 1000, 2000, 4000), _chain),
    "aliases": Growing("alias", (2500, 5000, 10_000), _aliases),
}
"""By scenario. The sizes of repositories are multiples of ``monorepo.FILES``."""
