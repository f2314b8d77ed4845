"""Every case of the rules' pages and of the specs: through the engine, through flake8, in derived forms."""

from __future__ import annotations

import ast
import io
import json
import re
import sys
import tokenize
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import EntryPoint
from keyword import iskeyword
from pathlib import Path

import pytest
from chains import flaws
from flake8.checker import FileChecker
from flake8.main.options import register_default_options, stage1_arg_parser
from flake8.options.manager import OptionManager
from flake8.plugins import finder
from hypothesis import settings
from spec import SETTINGS, Case, Mark, read

from ssot_lint.engine import run
from ssot_lint.facts.callers import BY_NAME, BY_PATH, KEEPERS, WIRED
from ssot_lint.facts.syntax import words_of
from ssot_lint.model.finding import Finding, Hop
from ssot_lint.model.options import RunOptions
from ssot_lint.model.rules import ALL, Rule
from ssot_lint.rules import pages
from ssot_lint.settings import workspace

ROOT = Path(__file__).parent.parent
PAGES = sorted((ROOT / "rules").glob("*/*.md"))
SPECS = sorted((ROOT / "tests" / "specs").rglob("*.md"))
CODES = {rule.code: rule.name for rule in ALL}
ENTRY = EntryPoint("SOT", "ssot_lint.flake8_plugin:Checker", "flake8.extension")


def cases(documents: Iterable[Path]) -> list[Case]:
    return [replace(case, document=path.relative_to(ROOT)) for path in documents for case in read(path)]


def name(case: Case) -> str:
    return f"{case.document.stem}:{case.line}"


@dataclass(frozen=True, slots=True)
class Got:
    """What a front end reported, as far as cases compare it."""

    path: str
    line: int
    code: str
    severity: str
    message: str
    fingerprint: str = ""
    chain: tuple[Hop, ...] | None = None
    """None: this front end has no chains."""


def found_in(folder: Path, *, paths: Sequence[str] | None = None, workers: int = 1) -> tuple[Finding, ...]:
    settings = workspace.load(folder / SETTINGS, codes=CODES)
    return tuple(run.check(settings, paths=paths, how=RunOptions(workers)).findings)


def got_of(found: Iterable[Finding]) -> list[Got]:
    return [
        Got(one.path, one.span.line, one.code, one.severity, one.message, one.fingerprint, one.chain)
        for one in found
    ]


def through_engine(folder: Path, *, paths: Sequence[str] | None = None, workers: int = 1) -> list[Got]:
    return got_of(found_in(folder, paths=paths, workers=workers))


def through_flake8(folder: Path, paths: Sequence[str]) -> list[Got]:
    """All that flake8 itself does between a command line and its style guide, for our plugin alone."""
    plugins = finder.load_plugins([finder.Plugin("ssot-lint", "0", ENTRY)], finder.PluginOptions.blank())
    stage1 = stage1_arg_parser()
    files = [str(folder / path) for path in paths]
    _, rest = stage1.parse_known_args(["--isolated", "-j1", "--ssot-config", str(folder / SETTINGS), *files])
    manager = OptionManager(version="", plugin_versions="", parents=[stage1], formatter_names=[])
    register_default_options(manager)
    manager.register_plugins(plugins)
    options = manager.parse_args(rest)
    for plugin in plugins.all_plugins():
        plugin.obj.parse_options(manager, options, options.filenames)
    got = []
    for path, file in zip(paths, files, strict=True):
        checker = FileChecker(filename=file, plugins=plugins.checkers, options=options)
        for code, line, _, message, _ in checker.run_checks()[1]:
            got.append(Got(path, line, code, "", message))
    return got


def fits(mark: Mark, one: Got) -> bool:
    """Whether a finding says what a mark wants, of those things that the mark and the front end speak of."""
    return (
        mark.text.lower() in one.message.lower()
        and one.severity in ("", mark.severity or "error")
        and (one.chain is None or mark.via in ((), places(one.chain)))
    )


def places(chain: Iterable[Hop]) -> tuple[tuple[str, int], ...]:
    return tuple((hop.path, hop.line) for hop in chain)


def shown(via: Iterable[tuple[str, int]]) -> str:
    """Hops as a mark has them."""
    hops = ", ".join(f"{path}:{line}" for path, line in via)
    return f"via {hops}" if hops else "no chain"


def wrong(mark: Mark, one: Got) -> str:
    """In what a finding is another than its mark wants."""
    if one.chain is not None and fits(replace(mark, via=()), one):
        return f"{mark.code} expected {shown(mark.via)}, got {shown(places(one.chain))}"
    return f"{mark.code} expected {mark.severity} `{mark.text}`, got {one}"


def differences(case: Case, expected: Iterable[Mark], got: Iterable[Got], shift: int = 0) -> list[str]:
    """What is missing and what is too much, each with its place in the document."""
    problems = []
    rest = list(got)
    for mark in expected:
        same = [one for one in rest if (one.path, one.line, one.code) == (mark.path, mark.line, mark.code)]
        fitting = [one for one in same if fits(mark, one)]
        where = case.place(mark.path, mark.line - shift * (mark.path != SETTINGS))
        if mark.known == "miss":
            if same:
                rest.remove(same[0])
                problems.append(f"{where}: {mark.code} is found now: it is no known miss any more")
        elif fitting or same:
            rest.remove((fitting or same)[0])
            if not fitting:
                problems.append(f"{where}: {wrong(mark, same[0])}")
        else:
            problems.append(f"{where}: {mark.code} expected, not found")
    for one in rest:
        where = case.place(one.path, one.line - shift * (one.path != SETTINGS))
        problems.append(f"{where}: {one.code} not expected ({one.severity}): {one.message}")
    return problems


def demand(case: Case, problems: Sequence[str], how: str) -> None:
    if problems:
        listing = "\n".join(f"  {problem}" for problem in problems)
        pytest.fail(f"{case.document}:{case.line}: {case.title} ({how})\n{listing}", pytrace=False)


def is_parsed(text: str) -> bool:
    try:
        ast.parse(text)
    except (SyntaxError, ValueError):
        return False
    return True


@pytest.mark.parametrize("case", cases([*PAGES, *SPECS]), ids=name)
def test_case(case: Case, tmp_path: Path) -> None:
    case.write(tmp_path)
    found = found_in(tmp_path)
    got = got_of(found)
    if sys.version_info[:2] < case.requires:
        unparsed = {file.path for file in case.sources if not is_parsed(file.text)}
        assert unparsed <= {one.path for one in got if one.code == "SOT900"}
        return
    demand(case, differences(case, case.marks, got), "engine")
    texts = {file.path: file.text for file in case.files}
    proofs = [
        (one, flaw) for one in found if one.contract and one.code < "SOT9" for flaw in flaws(texts, one)
    ]
    demand(
        case,
        [f"{case.place(one.path, one.span.line)}: {one.code}: the chain: {flaw}" for one, flaw in proofs],
        "chains",
    )
    keys = Counter(one.fingerprint for one in got)
    assert max(keys.values(), default=1) == 1, (
        f"{case.document}:{case.line}: two findings share a fingerprint"
    )
    elsewhere = {mark.code for mark in case.marks if mark.path == SETTINGS} | {"SOT900"}
    python = [file.path for file in case.sources if file.path.endswith(".py")]
    inside = [mark for mark in case.marks if mark.path in python and mark.code not in elsewhere]
    by_flake8 = through_flake8(tmp_path, python)
    by_flake8 = [one for one in by_flake8 if one.code.startswith("SOT") and one.code not in elsewhere]
    demand(case, differences(case, inside, by_flake8), "flake8")


# Derived cases.

BAD = [
    case
    for case in cases([*PAGES, *SPECS])
    if case.requires <= sys.version_info[:2] and any(mark.known != "false" for mark in case.marks)
]


def is_drawn(name: str) -> bool:
    """Whether what has this name is among the one in four that each run tries; a thorough one tries all."""
    return zlib.crc32(name.encode()) % 4 == 0 or settings.get_current_profile_name() == "thorough"


def is_derived(case: Case) -> bool:
    """Whether a case is tried in derived forms, too: all those of pages are, and some of the specs'."""
    return case.document.parts[0] == "rules" or is_drawn(name(case))


def as_marks(found: Iterable[Got]) -> list[Mark]:
    """What was found, as what is expected: derived cases are compared with the plain one."""
    return [Mark(one.path, one.line, one.code, one.severity, via=places(one.chain or ())) for one in found]


def excused(text: str, found: Iterable[Got]) -> tuple[str, set[int]]:
    """The text with an allow on each line with a finding of a class contract, and the lines that got one."""
    codes: dict[int, set[str]] = {}
    for one in found:
        if one.code < "SOT9":
            codes.setdefault(one.line, set()).add(one.code)
    lines = text.split("\n")
    done: set[int] = set()
    for number in codes:
        comment = f"# ssot: allow[{','.join(sorted(codes[number]))}] as the spec says"
        changed = [*lines]
        changed[number - 1] = f"{lines[number - 1].split('  # ')[0]}  {comment}"
        if comment in comments("\n".join(changed)):
            lines, done = changed, done | {number}
    return "\n".join(lines), done


def comments(text: str) -> list[str]:
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError):
        return []
    return [token.string for token in tokens if token.type == tokenize.COMMENT]


def is_plain(case: Case) -> bool:
    """Whether the case says nothing of comments and exemptions itself."""
    return not any(word in file.text for file in case.files for word in ("# ssot:", "noqa", "suppressible"))


def moved_by(shift: int, one: Got) -> Got:
    """A finding as it is when all lines of the sources are further down."""
    chain = tuple(hop if is_of_file(hop) else hop._replace(line=hop.line + shift) for hop in one.chain or ())
    stays = one.path == SETTINGS or is_of_module(one)
    return replace(one, line=one.line + shift * (not stays), chain=chain)


def is_of_module(one: Got) -> bool:
    """Whether a finding is about a module as a whole, which is flagged at its first line."""
    module = one.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    return one.code.startswith("SOT6") and one.message.startswith(f"`{module}` ")


def is_of_file(hop: Hop) -> bool:
    """Whether a hop is about a file: what it is called, or that it is the canonical module. It is at the first line."""
    module = hop.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    return hop.text.endswith(" by another root") or f".{module}".endswith(f".{hop.text.partition(' is ')[0]}")


@pytest.mark.parametrize("case", [case for case in BAD if is_derived(case)], ids=name)
def test_derived(case: Case, tmp_path: Path) -> None:
    """What must change nothing changes nothing; what must silence silences."""
    case.write(tmp_path / "plain")
    plain = through_engine(tmp_path / "plain")

    def same(how: str, folder: Path, shift: int = 0) -> None:
        got = through_engine(folder)
        moved = [moved_by(shift, one) for one in plain]
        demand(case, differences(case, as_marks(moved), got, shift), how)
        assert sorted(one.fingerprint for one in got) == sorted(one.fingerprint for one in plain), how

    # In one folder, so that what is remembered of the earlier forms must be seen to be stale.
    folder = tmp_path / "changed"
    case.write(folder, {one.path: b"# Moved.\n\n" + one.text.encode() for one in case.sources})
    same("moved by two lines", folder, 2)
    case.write(folder, {one.path: one.text.replace("\n", "\r\n").encode() for one in case.sources})
    same("CRLF", folder)
    case.write(folder, {one.path: b"\xef\xbb\xbf" + one.text.encode() for one in case.sources})
    same("BOM", folder)

    # Folders list their entries in the order in which they were made, on some file systems.
    backwards = replace(case, files=case.files[::-1])
    backwards.write(tmp_path / "reversed")
    same("files in reverse", tmp_path / "reversed")

    if not is_plain(case):
        return
    marked = {one.path for one in plain}
    quoted = {
        one.path: f"TEXT = {one.text!r}\n".encode()
        + b"".join(b"# %s\n" % line for line in one.text.encode().split(b"\n"))
        for one in case.sources
        if one.path in marked
    }
    case.write(folder, quoted)
    got = [one for one in through_engine(folder) if one.path in quoted]
    demand(case, differences(case, [], got), "in a string and in comments")

    allowed = {
        file.path: excused(file.text, [one for one in plain if one.path == file.path])
        for file in case.sources
    }
    case.write(folder, {path: text.encode() for path, (text, _) in allowed.items()})
    rest = [one for one in plain if one.path == SETTINGS or one.line not in allowed[one.path][1]]
    demand(case, differences(case, as_marks(rest), through_engine(folder)), "with comments that allow it")


@pytest.mark.parametrize("case", [case for case in BAD if case.document.parts[0] == "rules"], ids=name)
def test_two_workers(case: Case, tmp_path: Path) -> None:
    case.write(tmp_path)
    plain = through_engine(tmp_path)
    got = through_engine(tmp_path, workers=2, paths=[file.path for file in reversed(case.sources)])
    # What is wrong with the settings is told only when the whole project is judged.
    inside = [one for one in plain if one.path != SETTINGS]
    got = [one for one in got if one.path != SETTINGS]
    demand(case, differences(case, as_marks(inside), got), "two workers, paths in reverse")


# Several contracts.

OTHERS = "others"
"""The name of a contract that is added, and what others are called that are."""


def with_words(case: Case, settings: str) -> str:
    """The settings with a contract that asks every file for all its words, but for those in the settings."""
    own = set(words_of(settings))
    words = sorted({word for file in case.sources for word in words_of(file.text)} - own)
    names = [
        word for word in words if word.isidentifier() and not iskeyword(word) and word not in ("self", "cls")
    ]
    return (
        f'{settings}\n[contracts.{OTHERS}]\ncanonical = "far.away.Unheard"\nretired = {json.dumps(names)}\n'
    )


def with_classes(case: Case, settings: str) -> str:
    """The settings with a contract for each class of a module, but for those in the settings."""
    own = set(words_of(settings))
    for number, file in enumerate(case.sources):
        module = file.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        classes = ast.parse(file.text).body if is_parsed(file.text) and file.path.endswith(".py") else []
        for one in classes:
            if isinstance(one, ast.ClassDef) and one.name not in own:
                place = f"{OTHERS}-{number}-{one.name}"
                settings += f'\n[contracts.{place}]\ncanonical = "{module}.{one.name}"\n'
    return settings


def is_judged_alone(case: Case) -> bool:
    """Whether a case has contracts, and findings that no other contract can take away or add: a class that another one
    protects is no duplicate, and where a file is not understood, the more is asked the more is seen."""
    texts = [file.text for file in case.files if file.path == SETTINGS]
    return (
        case.requires <= sys.version_info[:2]
        and any("[contracts." in text for text in texts)
        and case.section != "What it does not see"
        and "duplication" not in case.document.parts
        and not any(mark.known for mark in case.marks)
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    "case",
    [case for case in cases([*PAGES, *SPECS]) if is_judged_alone(case) and is_drawn(f"alone {name(case)}")],
    ids=name,
)
def test_other_contracts_change_nothing(case: Case, tmp_path: Path) -> None:
    case.write(tmp_path)
    settings = (tmp_path / SETTINGS).read_text()
    expected = as_marks(got_of(one for one in found_in(tmp_path) if one.code < "SOT9"))
    for more in [with_words, with_classes] if is_drawn(f"both {name(case)}") else [with_classes]:
        (tmp_path / SETTINGS).write_text(more(case, settings))
        found = [
            one for one in found_in(tmp_path) if not one.contract.startswith(OTHERS) and one.code < "SOT9"
        ]
        demand(case, differences(case, expected, got_of(found)), f"beside other contracts, {more.__name__}")


# The documents themselves.


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.name)
def test_page(rule: Rule) -> None:
    page = pages.text(rule.name)
    assert page is not None, f"rules/{rule.page} is missing"
    assert page.startswith(f"# {rule.code} {rule.name}\n")
    assert pages.summary(page).endswith(".")
    headings = [line for line in page.split("\n") if line.startswith("## ")]
    wanted = [
        "## Why",
        "## Contract",
        "## Bad",
        "## Good",
        "## Fix",
        "## What it does not see",
        "## When to allow it",
    ]
    assert [line for line in headings if line in wanted] == wanted
    bad = [case for case in cases([ROOT / "rules" / rule.page]) if case.section == "Bad"]
    assert rule.code in {mark.code for case in bad for mark in case.marks}


def test_every_page_has_a_rule() -> None:
    assert {page.stem for page in PAGES} == {rule.name for rule in ALL}


def test_every_function_that_calls_or_keeps_what_it_is_given_has_an_example() -> None:
    text = "\n".join(file.text for case in cases([*PAGES, *SPECS]) for file in case.sources)
    paths = {path for table in (BY_PATH, BY_NAME, WIRED, KEEPERS) for path in table}
    assert {path for path in paths if not re.search(rf"\b{path.rpartition('.')[2]}\(", text)} == set()


# The format itself.

DOCUMENT = """\
# SOT101 alias-import

Summary.

## Contract

```toml
[contracts.hub]
canonical = "app.hub.Hub"
```

## Project

`app/hub.py`:

```python
class Hub: ...
```

## Bad

`app/jobs.py`:

```python
# SOT104(warning): `Relay` may be
# known-miss SOT201
Relay = Hub  # SOT101 SOT102, SOT103: either # known-false SOT301
text = "SOT101"  # SOT101 is a code
```

```python
pass
```

## Good

```toml
select = ["SOT1"]
```

~~~python
```
~~~

`app/hub.py`:

```python
Hub = 1
```

## When to allow it

```toml
select = ["SOT2"]
```
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "page.md"
    path.write_text(text, encoding="utf-8")
    return path


def test_format_of_documents(tmp_path: Path) -> None:
    bad, good = read(written(tmp_path, DOCUMENT))
    assert bad.section == "Bad"
    assert bad.own == {"app/jobs.py", "example.py"}
    assert [file.path for file in bad.files] == [SETTINGS, "app/hub.py", "app/jobs.py", "example.py"]
    assert bad.marks == [
        Mark("app/jobs.py", 3, "SOT104", "warning", "`Relay` may be"),
        Mark("app/jobs.py", 3, "SOT201", known="miss"),
        Mark("app/jobs.py", 3, "SOT101", text="either"),
        Mark("app/jobs.py", 3, "SOT102", text="either"),
        Mark("app/jobs.py", 3, "SOT103", text="either"),
        Mark("app/jobs.py", 3, "SOT301", known="false"),
    ]
    assert bad.place("app/jobs.py", 3).endswith("page.md:27")
    assert {file.path: file.text for file in good.files} == {
        SETTINGS: 'select = ["SOT1"]\n',
        "app/hub.py": "Hub = 1\n",
        "example.py": "```\n",
    }


@pytest.mark.parametrize(
    ("pattern", "new", "message"),
    [
        (r"# (SOT104|SOT101 SOT102|known-miss SOT201)", "# ", "page.md:20: a bad case without a mark"),
        (r"Hub = 1", "Hub = 1  # SOT101", "page.md:48: a mark in a good case"),
        (r"## Contract", "## Why", "page.md:20: neither the document nor the case has settings"),
        (r"```\n\Z", "", "page.md:53: a fence that is not closed"),
        (r"`app/hub.py`:\n\n```python\nHub", "`example.py`:\n\n```python\nHub", "page.md:48: a second file"),
    ],
)
def test_documents_that_are_not_well_formed(tmp_path: Path, pattern: str, new: str, message: str) -> None:
    path = written(tmp_path, re.sub(pattern, new, DOCUMENT))
    with pytest.raises(ValueError, match=re.escape(message)):
        read(path)


CHAINED = """\
## Bad

`ssot-lint.toml`:

```toml
```

`app/hub.py`:

```python
class Hub: ...


hub = Hub()  # SOT301: built # via 4, 1
```

`app/jobs.py`:

```python
from app.hub import Hub, hub
# via 1, app/hub.py:1
one = Hub()  # SOT201 # SOT301: kept # via app/hub.py:1
# SOT104(warning) SOT101: may be
# via 1,app/hub.py:4 , app/hub.py:1
two = hub  # SOT102
```
"""


def test_chains_of_documents(tmp_path: Path) -> None:
    (case,) = read(written(tmp_path, CHAINED))
    hub, imported = ("app/hub.py", 1), ("app/jobs.py", 1)
    long = (imported, ("app/hub.py", 4), hub)
    assert case.marks == [
        Mark("app/hub.py", 4, "SOT301", text="built", via=(("app/hub.py", 4), hub)),
        Mark("app/jobs.py", 3, "SOT201", via=(imported, hub)),
        Mark("app/jobs.py", 3, "SOT301", text="kept", via=(hub,)),
        Mark("app/jobs.py", 6, "SOT104", "warning", "may be", via=long),
        Mark("app/jobs.py", 6, "SOT101", text="may be", via=long),
        Mark("app/jobs.py", 6, "SOT102"),
    ]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("two = hub  # via 1", "page.md:21: a chain without a mark"),
        ("two = hub  # SOT101 # via 1 # via 2", "page.md:21: a second chain for one mark"),
        ("two = hub  # SOT101 # via", "page.md:21: a chain is `path:line, path:line`"),
        ("two = hub  # SOT101 # via 1, app/hub.py", "page.md:21: a chain is `path:line, path:line`"),
        ("two = hub  # SOT101 # via app/gone.py:1", "page.md:21: the case has no line app/gone.py:1"),
        ("two = hub  # SOT101 # via 0", "page.md:21: the case has no line app/jobs.py:0"),
        ("two = hub  # SOT101 # via 1, app/hub.py:5", "page.md:21: the case has no line app/hub.py:5"),
    ],
)
def test_chains_that_are_not_well_formed(tmp_path: Path, line: str, message: str) -> None:
    path = written(tmp_path, CHAINED[: CHAINED.index("# via 1, app/hub.py:1")] + f"{line}\n```\n")
    with pytest.raises(ValueError, match=re.escape(message)):
        read(path)


def test_a_wrong_chain_is_told_with_both(tmp_path: Path) -> None:
    (case,) = read(written(tmp_path, CHAINED))
    mark = case.marks[0]
    right = Got(mark.path, mark.line, mark.code, "error", "built", chain=(Hop("app/hub.py", 4, "a"), *HOPS))
    assert differences(case, [mark], [right]) == []
    assert differences(case, [mark], [replace(right, chain=None)]) == []
    assert differences(case, [replace(mark, via=())], [right]) == []
    expected = f"{case.document}:14: SOT301 expected via app/hub.py:4, app/hub.py:1, got"
    for chain, got in [
        (HOPS, "via app/hub.py:1"),
        (HOPS[:0], "no chain"),
        ((*HOPS, Hop("app/hub.py", 4, "a")), "via app/hub.py:1, app/hub.py:4"),
    ]:
        (problem,) = differences(case, [mark], [replace(right, chain=chain)])
        assert problem == f"{expected} {got}"
    # Of two findings of one code in one line each mark takes its own.
    both = [replace(right, chain=HOPS), right]
    assert differences(case, [mark, replace(mark, via=(("app/hub.py", 1),))], both) == []


HOPS = (Hop("app/hub.py", 1, "b"),)


def test_differences_are_told_by_their_place(tmp_path: Path) -> None:
    case = read(written(tmp_path, DOCUMENT))[0]
    fine = [
        Got(mark.path, mark.line, mark.code, mark.severity, mark.text)
        for mark in case.marks
        if not mark.known
    ]
    false = Got("app/jobs.py", 3, "SOT301", "error", "")
    assert differences(case, case.marks, [*fine, false]) == []
    wrong = [replace(fine[0], severity="error"), replace(fine[1], message="or"), *fine[2:], fine[2], false]
    wrong.append(Got("app/jobs.py", 3, "SOT201", "error", ""))
    told = [problem.partition("page.md:")[2][:9] for problem in differences(case, case.marks, wrong)]
    assert sorted(told) == ["27: SOT10", "27: SOT10", "27: SOT10", "27: SOT20"]
    assert len(differences(case, case.marks, [])) == 5
