"""``ssot-lint report --html``: one file without a network, and what a person does with it in a browser."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import os
import re
import shutil
import sys
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from ssot_lint.model.finding import Finding, Hop, Span
from ssot_lint.report.html.graph import WIDTH, graph_of
from ssot_lint.tracking.progress import (
    Adoption,
    AliasPlace,
    Birth,
    ContractProgress,
    History,
    Reference,
    Shim,
)
from tests.migration import FILES, Repository, put
from tests.test_cli import run

pytest.importorskip("jinja2", reason="jinja2 is not installed: extra `report`")

from ssot_lint.report.html import page
from ssot_lint.report.html.data import Content

TITLE = "Chat </script><b>bold</b> & more"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with a history, whose project says things that could end an element."""
    made = Repository(tmp_path_factory.mktemp("report") / "r")
    made.commit("first", {**FILES, "CODEOWNERS": "/app/ @org/app\n"})
    made.commit(
        "second", {"app/six.py": "from app.old import OldHub  # </script><script>alert(1)</script> <!--\n"}
    )
    words = ("--history", "HEAD~1..HEAD", "--title", TITLE, "--no-cache")
    done = run("report", "--html", "page.html", *words, cwd=made.root)
    assert done.returncode == 0, done.stderr
    return made.root / "page.html"


class Elements(HTMLParser):
    """All elements with their attributes, and the text in scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.found and self.found[-1][0] in ("script", "style"):
            self.texts.append((self.found[-1][0], data))


@pytest.fixture(scope="module")
def elements(written: Path) -> Elements:
    return Elements(written.read_text(encoding="utf-8"))


def test_nothing_is_fetched_and_no_address_is_named(elements: Elements) -> None:
    for tag, given in elements.found:
        assert tag not in ("link", "iframe", "img", "object", "embed", "base"), tag
        assert not {"src", "action", "style", "srcset"} & given.keys(), (tag, given)
        assert not any(name.startswith("on") for name in given), (tag, given)
        assert str(given.get("href", "#")).startswith("#")


def test_the_policy_allows_what_is_in_the_page_alone(written: Path, elements: Elements) -> None:
    (policy,) = [str(given["content"]) for _, given in elements.found if "http-equiv" in given]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    whole = written.read_text(encoding="utf-8")
    for name in ("style", "script"):
        (text,) = re.findall(f"<{name}>(.*?)</{name}>", whole, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy


def test_data_and_title_end_no_element(written: Path, elements: Elements) -> None:
    text = written.read_text(encoding="utf-8")
    assert text.count("</script>") == 2
    assert f"<title>{html.escape(TITLE)}</title>" in text
    data = json.loads(next(text for tag, text in elements.texts if tag == "script"))
    assert any("</script>" in line for _, lines in data["places"].values() for line in lines)


def test_all_that_people_ask_for_is_in_the_data(elements: Elements) -> None:
    data = json.loads(next(text for tag, text in elements.texts if tag == "script"))
    one = next(one for one in data["findings"] if one["path"] == "app/one.py")
    assert (one["code"], one["contract"], one["owners"], one["role"]) == (
        "SOT103",
        "hub",
        ["@org/app"],
        "production",
    )
    assert one["chain"][0][:2] == ["app/old.py", 3]
    assert data["places"]["app/old.py:3"] == [1, ["from app.hub import Hub", "", "OldHub = Hub", ""]]
    assert one["step"]
    assert [number for _, _, number in data["trends"]["hub"]] == [len(data["findings"])]


def test_a_graph_has_who_hands_it_to_whom() -> None:
    references = tuple(
        Reference("x.py", 1, "path", "x", target, False) for target in ("a.Hub", "b.Hub", "c.Hub", "c.Hub")
    )
    shims = (
        Shim("b.py", 1, "Hub", "b.Hub", ("c.py",), "a.Hub"),
        Shim("c.py", 2, "Hub", "c.Hub", (), "b.Hub"),
    )
    progress = ContractProgress(
        "hub", "class", "a.Hub", Adoption(1, 4), references, (), (), shims, (), (), {}, {}
    )
    graph = graph_of(progress)
    names = [one.target for one in graph.nodes]
    assert [(names[one], names[other]) for one, other in graph.edges] == [
        ("a.Hub", "b.Hub"),
        ("b.Hub", "c.Hub"),
    ]
    assert [one.x for one in graph.nodes] == sorted({one.x for one in graph.nodes})
    assert [(one.kind, one.uses) for one in graph.nodes] == [("canonical", 1), ("shim", 1), ("shim", 2)]


def progress_of(references: Sequence[Reference], shims: Sequence[Shim] = ()) -> ContractProgress:
    adoption = Adoption(0, len(references))
    return ContractProgress(
        "hub", "class", "a.Hub", adoption, tuple(references), (), (), tuple(shims), (), (), {}, {}
    )


def test_a_graph_has_the_files_that_take_each_name() -> None:
    references = [
        Reference("app/one.py", 1, "import", "Hub", "a.Hub", True),
        Reference("app/one.py", 5, "path", "Hub", "a.Hub", True),
        Reference("app/two.py", 1, "import", "Hub", "b.Hub", False),
        # The shim itself takes it, too: it is a name already.
        Reference("b.py", 1, "import", "Hub", "a.Hub", True),
    ]
    graph = graph_of(progress_of(references, [Shim("b.py", 1, "Hub", "b.Hub", ("app/two.py",), "a.Hub")]))
    names = [one.target for one in graph.nodes]
    assert [(names[one.owner], one.prefix, one.kind, one.files, one.uses) for one in graph.files] == [
        ("a.Hub", "app/one.py", "file", 1, 2),
        ("b.Hub", "app/two.py", "file", 1, 1),
    ]
    boxes = [(one.x, one.y) for one in (*graph.nodes, *graph.files)]
    assert len({*boxes}) == len(boxes)
    assert all(x + WIDTH <= graph.width and y < graph.height for x, y in boxes)
    assert all(one.x > graph.nodes[one.owner].x for one in graph.files)


@pytest.mark.parametrize("folders", [1, 4, 30])
def test_many_files_are_drawn_by_folder(folders: int) -> None:
    paths = [f"app/part{n % folders}/file{n}.py" for n in range(200)]
    graph = graph_of(progress_of([Reference(one, 1, "import", "Hub", "a.Hub", True) for one in paths]))
    assert 1 <= len(graph.files) <= 8
    assert sum(one.files for one in graph.files) == 200
    for one in graph.files:
        of_it = [path for path in paths if path.startswith(one.prefix)]
        assert one.kind == "rest" or len(of_it) == one.files


def test_nothing_turns_the_direction_in_which_a_page_is_read(tmp_path: Path) -> None:
    turned = "app/gn\u202eyp.x.py"
    put(tmp_path, {**FILES, turned: "from app.old import OldHub\n", "CODEOWNERS": "* @a\u2066b\n"})
    done = run("report", "--html", "page.html", "--title", "a\u202eb", "--no-cache", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", text)
    (data,) = (said for tag, said in Elements(text).texts if tag == "script" and said.startswith("{"))
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", json.dumps(json.loads(data), ensure_ascii=False))
    assert "app/gn\\u202eyp.x.py" in text


def test_names_that_come_from_each_other_are_drawn_once() -> None:
    shims = (Shim("b.py", 1, "X", "b.X", (), "c.X"), Shim("c.py", 1, "X", "c.X", (), "b.X"))
    progress = ContractProgress("hub", "class", "a.Hub", Adoption(0, 0), (), (), (), shims, (), (), {}, {})
    assert sorted(one.target for one in graph_of(progress).nodes) == ["a.Hub", "b.X", "c.X"]


def test_what_cannot_be_written_is_said_before_the_work(tmp_path: Path) -> None:
    put(tmp_path, FILES)
    (tmp_path / "folder").mkdir()
    for name, said in (("nowhere/page.html", "the folder nowhere does not exist"), ("folder", "is a folder")):
        done = run("report", "--html", name, "--no-cache", cwd=tmp_path)
        assert (done.returncode, said in done.stderr) == (2, True)


def test_without_jinja2_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, FILES)
    monkeypatch.setitem(sys.modules, "jinja2", None)
    done = run("report", "--html", "page.html", cwd=tmp_path)
    assert (done.returncode, "pip install 'ssot-lint[report]'" in done.stderr) == (2, True)
    assert not (tmp_path / "page.html").exists()


# -- in a browser

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip("there is no chromium on the PATH")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as started:
        found = started.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()


class Visit:
    """A page that is open, and all that it has said in the console or wanted from a network."""

    def __init__(self, browser: Any, file: Path, *, fragment: str = "", **context: Any) -> None:
        self.said: list[str] = []
        self.asked: list[str] = []
        self.context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **context})
        self.page = self.context.new_page()
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.address = f"file://{file}"
        self.page.goto(f"{self.address}{fragment}")
        self.page.wait_for_selector("tr.row")

    def rows(self) -> list[str]:
        found: list[str] = self.page.locator("tr.row .place").all_inner_texts()
        return found

    def drawn(self, number: int) -> None:
        """Waits until so many rows are there."""
        from playwright.sync_api import expect

        expect(self.page.locator("tr.row")).to_have_count(number)

    def close(self) -> None:
        assert self.said == []
        assert [one for one in self.asked if not one.startswith(self.address)] == []
        self.context.close()


@pytest.fixture
def visit(browser: Any, written: Path) -> Iterator[Visit]:
    found = Visit(browser, written)
    yield found
    found.close()


def status(visit: Visit) -> str:
    text: str = visit.page.locator("#said").inner_text()
    return text


@pytest.mark.slow
def test_filters_narrow_and_the_fragment_has_them(visit: Visit, browser: Any, written: Path) -> None:
    page = visit.page
    page.select_option("#code", "SOT103")
    page.fill("#q", "one.py")
    visit.drawn(1)
    assert visit.rows() == ["app/one.py:1:21"]
    fragment = page.evaluate("location.hash")
    assert "code=SOT103" in fragment
    other = Visit(browser, written, fragment=fragment)
    assert other.rows() == ["app/one.py:1:21"]
    other.close()
    page.click("#clear")
    page.select_option("#role", "tests")
    assert all(one.startswith("tests/") for one in visit.rows())
    page.select_option("#role", "")
    page.fill("#path", "app/t")
    visit.drawn(2)
    assert {one.partition(":")[0] for one in visit.rows()} == {"app/three.py", "app/two.py"}


@pytest.mark.slow
def test_a_chain_is_followed_from_the_finding(visit: Visit) -> None:
    page = visit.page
    page.fill("#q", "one.py")
    visit.drawn(1)
    page.click("tr.row .code")
    assert "from app.old import OldHub" in page.locator("tr.detail pre .here").first.inner_text()
    page.click("ol.chain .hop >> nth=0")
    # The finding at that place opens, with the source around it.
    assert page.locator("tr.row .code[aria-expanded=true]").count() == 1
    assert "OldHub = Hub" in page.locator("tr.detail pre .here").first.inner_text()
    page.keyboard.press("Escape")
    assert page.locator("tr.detail").count() == 0


@pytest.mark.slow
def test_names_contracts_and_steps_filter(visit: Visit) -> None:
    page = visit.page
    page.click(".graph g.shim >> nth=0")
    assert "by way of app/facade.py:1" in status(visit)
    assert page.locator(".graph g[aria-pressed=true]").count() == 1
    page.click("#plan .steps button >> nth=0")
    assert "of one step" in status(visit)
    page.go_back()
    assert "by way of app/facade.py:1" in status(visit)
    page.click(".card .big button >> nth=0")
    assert page.input_value("#contract") == "hub"


@pytest.mark.slow
def test_keys_and_sorting(visit: Visit) -> None:
    page = visit.page
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    assert page.locator("tr.detail").count() == 1
    page.click("th[data-sort=place] button")
    assert page.get_attribute("th[data-sort=place]", "aria-sort") == "ascending"
    first = visit.rows()
    page.click("th[data-sort=place] button")
    assert visit.rows() == first[::-1]


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [375, 768, 1440])
def test_every_width_and_both_schemes(width: int, scheme: str, browser: Any, written: Path) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
    visit = Visit(browser, written, viewport={"width": width, "height": 900}, color_scheme=scheme)
    visit.page.click("tr.row .code >> nth=0")
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= width
    found = axe.Axe().run(visit.page).response["violations"]
    assert [(one["id"], one["impact"]) for one in found if one["impact"] in ("serious", "critical")] == []
    visit.close()


LONG = "app/" + "a_package_whose_name_has_no_place_in_a_line/" * 3 + "old.py"


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with long paths, and with more files than a graph has boxes for."""
    references = [
        Reference(f"app/part{n % 20}/file{n}.py", 1, "import", "OldHub", "a.Hub", True) for n in range(60)
    ]
    alias = AliasPlace("OldHub", LONG, 3)
    progress = progress_of(
        [*references, Reference(LONG, 1, "import", "Hub", "a.Hub", True)],
        [Shim(LONG, 3, "OldHub", f"{LONG[:-3].replace('/', '.')}.OldHub", ("app/part1/file1.py",), "a.Hub")],
    )
    birth = Birth(alias, LONG, 3, "c" * 40, "2024-01-02T10:00:00+01:00")
    findings = [
        Finding("SOT103", "retired-name", "old", one.path, Span(1, 0, 1, 5), contract="hub")
        for one in references
    ]
    content = Content(
        "Long",
        findings,
        (progress,),
        History((), (("hub", (birth,)),)),
        lambda path: None,
        lambda path: "production",
        lambda path: (),
    )
    place = tmp_path_factory.mktemp("crowded") / "long.html"
    place.write_text(page.render(content), encoding="utf-8")
    return place


@pytest.mark.slow
def test_long_paths_break(browser: Any, crowded: Path) -> None:
    visit = Visit(browser, crowded, viewport={"width": 375, "height": 900})
    visit.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= 375
    visit.close()


@pytest.mark.slow
def test_files_of_a_graph_filter_by_mouse_and_by_key(browser: Any, crowded: Path) -> None:
    visit = Visit(browser, crowded)
    folder = visit.page.locator(".graph g.files[role=button]").nth(1)
    assert "3 files" in str(folder.get_attribute("aria-label"))
    folder.focus()
    visit.page.keyboard.press("Enter")
    prefix = visit.page.input_value("#path")
    visit.drawn(3)
    assert all(one.startswith(prefix) for one in visit.rows())
    assert visit.page.locator(".graph g[aria-pressed=true]").count() == 1
    # What has no folder of its own is said, and cannot be chosen.
    assert visit.page.locator(".graph g.files[role=img]").count() == 1
    visit.close()


@pytest.mark.slow
def test_print_has_the_findings_and_not_the_filters(visit: Visit) -> None:
    visit.page.emulate_media(media="print")
    assert visit.page.is_hidden("#filters")
    assert visit.page.is_visible("tr.row >> nth=0")
    assert visit.page.is_visible("#plan")


MANY = 5000


@pytest.mark.slow
def test_five_thousand_findings_are_drawn_in_pieces(browser: Any, tmp_path: Path) -> None:
    findings = [
        Finding(
            "SOT201",
            "direct-construction",
            f"built here, number-{number}x",
            f"app/f{number % 500}.py",
            Span(number + 1, 0, number + 1, 5),
            contract="hub",
            fingerprint=f"{number:024x}",
            chain=(Hop("app/hub.py", 1, "class Hub"),),
        )
        for number in range(MANY)
    ]
    content = Content(
        "Many",
        findings,
        (),
        None,
        lambda path: b"class Hub: ...\n",
        lambda path: "production",
        lambda path: (),
    )
    place = tmp_path / "many.html"
    place.write_text(page.render(content), encoding="utf-8")
    visit = Visit(browser, place)
    assert visit.page.locator("tr.row").count() < 500
    assert status(visit) == f"{MANY} of {MANY} findings"
    visit.page.fill("#q", "number-4999x")
    visit.drawn(1)
    assert visit.rows() == ["app/f499.py:5000:1"]
    visit.close()


def test_files_of_the_page_are_in_the_package() -> None:
    folder = Path(page.__file__).parent / "assets"
    assert sorted(os.listdir(folder)) == ["page.css", "page.html", "page.js"]
    assert not re.search(
        r"https?://(?!www\.w3\.org/2000/svg)", (folder / "page.js").read_text(encoding="utf-8")
    )
