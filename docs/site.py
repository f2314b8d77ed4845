"""The Markdown of the repository → what the generator of the site reads: its pages and its settings, in a folder.

``python docs/site.py FOLDER`` copies README.md, in parts, docs/ and rules/ there. Nothing is written twice: what is
gathered is made anew by each build. Links lead on the site where they lead in the repository, also to sources: each
that is named gets a page. A link that leads nowhere ends the build, with all others like it.
"""

from __future__ import annotations

import ast
import json
import os
import posixpath
import re
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

PARTS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "start.md": (
        "Start",
        ("Install", "Start in a minute", "A contract in ten lines", "From day to day"),
    ),
    "rules/index.md": ("Rules", ("Rules", "What it does not see")),
}
"""The pages that README.md is parted into: the title, and the sections. All others stand on the first page."""

SECTIONS: Mapping[str, tuple[str, ...]] = {
    "Use": (
        "settings",
        "discover",
        "fix",
        "baseline",
        "since",
        "track",
        "members",
        "singletons",
        "copies",
        "plugins",
    ),
    "Where it runs": ("editors", "agents", "pylint", "pytest", "ci", "distributed"),
    "Output": ("formats", "json", "report"),
    "Behind it": ("design", "facts", "performance", "field"),
}
"""The pages of docs/ as the navigation shows them; further ones stand under the last heading."""

ALONE = (
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "examples/chat/README.md",
    "examples/chat-healed/README.md",
)

LANGUAGES = {
    ".py": "python",
    ".toml": "toml",
    ".json": "json",
    ".yml": "yaml",
    ".yaml": "yaml",
    ".md": "markdown",
}
PICTURES = (".gif", ".jpg", ".png", ".svg", ".webp")
SOURCES = "source"
"""The folder of the pages that show sources."""

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_LINK = re.compile(r"(?P<before>\]\()(?P<target>[^()\s]+)(?P<after>\))")
"""The end of a link: its text may have begun on the line before."""
_CODE = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)")


@dataclass(slots=True)
class Site:
    """What is gathered: the pages of the site by their paths, those of the repository by theirs, what is wrong."""

    pages: dict[str, str] = field(default_factory=dict)
    pictures: set[str] = field(default_factory=set)
    places: dict[str, str] = field(default_factory=dict)
    """Where a file of the repository is on the site."""
    headings: dict[str, str] = field(default_factory=dict)
    """On which page of the site a heading of README.md stands, by its anchor."""
    problems: list[str] = field(default_factory=list)


def gathered() -> Site:
    site = Site()
    texts = {**_parts(site), **{path: _read(path) for path in _markdown()}}
    for place in texts:
        site.places.setdefault(place, place)
    site.places["README.md"] = "index.md"
    site.places["rules"] = "rules/index.md"
    for place, text in texts.items():
        origin = "README.md" if place in ("index.md", *PARTS) else place
        site.pages[place] = _linked(site, text, origin, place)
    return site


def _read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def _markdown() -> Iterator[str]:
    """The pages besides README.md."""
    for folder in ("docs", "rules"):
        for file in sorted((ROOT / folder).rglob("*.md")):
            yield file.relative_to(ROOT).as_posix()
    yield from ALONE


def _parts(site: Site) -> dict[str, str]:
    """README.md in parts, by page."""
    sections: list[tuple[str, list[str]]] = [("", [])]
    for line, is_code in _lines(_read("README.md")):
        if line.startswith("## ") and not is_code:
            sections.append((line[3:].strip(), []))
        sections[-1][1].append(line)
    of = {name: place for place, (_, names) in PARTS.items() for name in names}
    found: dict[str, list[str]] = {
        "index.md": [],
        **{place: [f"# {title}", ""] for place, (title, _) in PARTS.items()},
    }
    known = {name for name, _ in sections}
    missing = [name for name in of if name not in known]
    site.problems += [f"README.md: has no section `{name}`, which docs/site.py names" for name in missing]
    for name, lines in sections:
        place = of.get(name, "index.md")
        is_title = place in PARTS and name == PARTS[place][0]
        found[place] += lines[1:] if is_title else lines
        site.headings[_anchor(name)] = place
    return {place: "\n".join(lines) + "\n" for place, lines in found.items()}


def _lines(text: str) -> Iterator[tuple[str, bool]]:
    """Each line, and whether it belongs to a piece of code: in fences, or indented below an empty line."""
    fence, before, was_code = "", "", False
    for line in text.splitlines():
        mark = _FENCE.match(line)
        was_code = line.startswith("    ") and (not before.strip() or was_code)
        yield line, bool(fence or mark) or was_code
        before = line
        if mark is not None and not fence:
            fence = mark[1]
        elif mark is not None and mark[1].startswith(fence) and not line.strip("`~ "):
            fence = ""


def _anchor(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _linked(site: Site, text: str, origin: str, place: str) -> str:
    """A text with links that lead to the same on the site. ``origin``: its file; ``place``: its page."""
    lines = []
    for number, (line, is_code) in enumerate(_lines(text), 1):
        where = f"{origin}:{number}" if origin == place else f"{origin} (in {place}:{number})"
        lines.append(line if is_code else _line(site, line, origin, place, where))
    return "\n".join(lines) + "\n"


def _line(site: Site, line: str, origin: str, place: str, where: str) -> str:
    kept: list[str] = []

    def hidden(code: re.Match[str]) -> str:
        kept.append(code[0])
        return f"\0{len(kept) - 1}\0"

    def led(link: re.Match[str]) -> str:
        return link["before"] + _target(site, link["target"], origin, place, where) + link["after"]

    bare = _LINK.sub(led, _CODE.sub(hidden, line))
    return re.sub(r"\0(\d+)\0", lambda found: kept[int(found[1])], bare)


def _target(site: Site, target: str, origin: str, place: str, where: str) -> str:
    """What a link says on the site."""
    if re.match(r"[a-z][a-z+.-]*:", target):
        return target
    path, mark, anchor = target.partition("#")
    if not path and origin != "README.md":
        return target
    wanted = posixpath.normpath(posixpath.join(posixpath.dirname(origin), path)) if path else origin
    if wanted.startswith("..") or not (ROOT / wanted).exists():
        site.problems.append(f"{where}: {target} leads nowhere")
        return target
    if wanted.endswith(PICTURES):
        site.pictures.add(wanted)
        site.places[wanted] = wanted
    goal = site.places.get(wanted) or _source(site, wanted)
    if wanted == "README.md" and anchor:
        if anchor not in site.headings:
            site.problems.append(f"{where}: README.md has no heading for #{anchor}")
        goal = site.headings.get(anchor, goal)
    return posixpath.relpath(goal, posixpath.dirname(place) or ".") + mark + anchor


def _source(site: Site, path: str) -> str:
    """The page that shows a file, or what is in a folder."""
    file = ROOT / path
    goal = f"{SOURCES}/{path}/index.md" if file.is_dir() else f"{SOURCES}/{path}.md"
    site.places[path] = goal
    # In front matter, as no rule of Markdown may change the name.
    title = f"---\ntitle: {json.dumps(path)}\nsearch:\n  exclude: true\n---\n\n# `{path}`\n\n"
    if file.is_dir():
        site.pages[goal] = title + "\n".join(_listing(file)) + "\n"
    else:
        text = file.read_text(encoding="utf-8")
        longest = max((len(one) for one in re.findall("`+", text)), default=0)
        fence = "`" * max(3, longest + 1)
        language = LANGUAGES.get(file.suffix, "text")
        site.pages[goal] = f"{title}{fence}{language}\n{text.rstrip()}\n{fence}\n"
    return goal


def _listing(folder: Path) -> Iterator[str]:
    """The files of a folder, with what those in Python say of themselves."""
    yield "| file | |"
    yield "| --- | --- |"
    for file in sorted(folder.iterdir()):
        if file.name.startswith((".", "__pycache__")):
            continue
        said = ""
        if file.suffix == ".py":
            whole = ast.get_docstring(ast.parse(file.read_bytes())) or ""
            said = " ".join(whole.split("\n\n")[0].split()).replace("``", "`").replace("|", "\\|")
        yield f"| `{file.name}{'/' if file.is_dir() else ''}` | {said} |"


def navigation(places: Iterable[str]) -> list[object]:
    """The pages in their order. The pages of docs/ that ``SECTIONS`` does not name come last among those of docs/."""
    known = [*places]
    families: dict[str, list[str]] = {}
    for place in known:
        parts = place.split("/")
        if parts[0] == "rules" and len(parts) == 3:
            families.setdefault(parts[1], []).append(place)
    rules: list[object] = ["rules/index.md"]
    for family, pages in sorted(families.items(), key=lambda one: _code(one[1][0])):
        rules.append({family.capitalize(): sorted(pages, key=_code)})
    found: list[object] = ["index.md", "start.md", {"Rules": rules}]
    placed = {f"docs/{name}.md" for names in SECTIONS.values() for name in names}
    others = [place for place in known if place.startswith("docs/") and place not in placed]
    for title, names in SECTIONS.items():
        own = [f"docs/{name}.md" for name in names]
        found.append({title: [*own, *others] if title == [*SECTIONS][-1] else own})
    return [*found, {"Project": [*ALONE]}]


def _code(place: str) -> str:
    return _read(place).splitlines()[0]


def settings(nav: list[object]) -> str:
    """The settings of the generator."""
    return f"""\
[project]
site_name = "ssot-lint"
site_description = "Single source of truth for Python: declare what is canonical, prove where the code departs from it."
docs_dir = "pages"
site_dir = "site"
use_directory_urls = false
extra_css = ["site.css"]
nav = {_toml(nav)}

[project.theme]
font = false
features = [
  "content.code.copy",
  "navigation.footer",
  "navigation.indexes",
  "navigation.path",
  "navigation.sections",
  "navigation.top",
  "search.highlight",
]

[[project.theme.palette]]
media = "(prefers-color-scheme)"
toggle.icon = "lucide/sun-moon"
toggle.name = "Switch to light mode"

[[project.theme.palette]]
media = "(prefers-color-scheme: light)"
scheme = "default"
toggle.icon = "lucide/sun"
toggle.name = "Switch to dark mode"

[[project.theme.palette]]
media = "(prefers-color-scheme: dark)"
scheme = "slate"
toggle.icon = "lucide/moon"
toggle.name = "Switch to system preference"

# No extension that gives signs another meaning than they have on GitHub.
[project.markdown_extensions]
tables = {{}}
toc.permalink = true
pymdownx.highlight.pygments_lang_class = true
pymdownx.superfences = {{}}
"""


STYLE = """\
/* On a telephone the columns of a table share what room there is. */
@media screen and (max-width: 600px) {
  .md-typeset table:not([class]) :is(td, th) { min-width: 0; padding: 0.6em 0.5em; }
  .md-typeset table:not([class]) td:first-child code { white-space: nowrap; }
}
"""


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(name)} = {_toml(one)}" for name, one in value.items()) + "}"
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    return json.dumps(value)


def main(folder: str) -> int:
    site = gathered()
    for problem in site.problems:
        print(problem, file=sys.stderr)
    if site.problems:
        return 1
    target = Path(folder)
    shutil.rmtree(target, ignore_errors=True)
    for place, text in site.pages.items():
        file = target / "pages" / place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    for picture in site.pictures:
        (target / "pages" / picture).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / picture, target / "pages" / picture)
    (target / "pages" / "site.css").write_text(STYLE, encoding="utf-8")
    (target / "zensical.toml").write_text(settings(navigation(site.pages)), encoding="utf-8")
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(f"usage: python {os.path.relpath(__file__)} FOLDER")
    sys.exit(main(sys.argv[1]))
