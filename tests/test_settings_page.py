"""The reference of all keys in docs/settings.md is what the settings say of themselves.

``python tests/test_settings_page.py`` writes it anew.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import tomli

from ssot_lint.model.contracts import KINDS, BaseContract, ClassContract, GatewayContract, VocabularyContract
from ssot_lint.model.contracts.contract import Contract
from ssot_lint.report.pages.settings import toml
from ssot_lint.settings.fields import NUMBER, Key, keys_of
from ssot_lint.settings.settings import Exemption, Settings

PAGE = Path(__file__).parent.parent / "docs" / "settings.md"
TABLES = {
    "top": Settings,
    "contract": ClassContract,
    "gateway": GatewayContract,
    "vocabulary": VocabularyContract,
    "base": BaseContract,
    "exemption": Exemption,
}
"""What stands in the page between ``<!-- NAME: begin -->`` and ``<!-- NAME: end -->``, by NAME."""


def table(cls: type) -> str:
    rows = ["| key | type | default | meaning | example |", "| --- | --- | --- | --- | --- |"]
    if issubclass(cls, Contract):
        kinds = " or ".join(f'`"{kind}"`' for kind in KINDS)
        rows.append(
            f'| `kind` | {kinds} | `"{ClassContract.kind}"` | What the contract protects. | `"{cls.kind}"` |'
        )
    for name, key in keys_of(cls).items():
        if name not in ("contracts", "exemptions"):
            rows.append(f"| `{name}` | {kind(key)} | {default(key)} | {key.help} | `{key.example}` |")
    return "".join(f"{row}\n" for row in rows)


def kind(key: Key) -> str:
    words = key.shape.words
    if key.shape is NUMBER:
        return f"{words} from {' to '.join(key.choices)}"
    if key.choices:
        choices = ", ".join(f'`"{one}"`' for one in key.choices)
        return f"{words}: {choices}" if words != "a string" else choices
    return words


def default(key: Key) -> str:
    if key.required:
        return "required"
    return "none" if key.default in (None, "") else f"`{toml(key.default)}`"


def split(page: str, name: str) -> tuple[str, str, str]:
    """What stands before, in and after a table; the marks are in the outer two."""
    begin, end = f"<!-- {name}: begin -->\n", f"<!-- {name}: end -->\n"
    assert page.count(begin) == page.count(end) == 1
    before, rest = page.split(begin)
    part, after = rest.split(end)
    return before + begin, part, end + after


@pytest.mark.parametrize("name", TABLES)
def test_page_is_up_to_date(name: str) -> None:
    _, part, _ = split(PAGE.read_text(encoding="utf-8"), name)
    assert part == table(TABLES[name]), "run: python tests/test_settings_page.py"


def test_links_lead_somewhere() -> None:
    targets = re.findall(r"\]\((?!https?://)([^)#]+)", PAGE.read_text(encoding="utf-8"))
    assert [target for target in targets if not (PAGE.parent / target).exists()] == []


def test_examples_in_prose_are_settings() -> None:
    fences = re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert fences
    assert {key for fence in fences for key in tomli.loads(fence)} <= keys_of(Settings).keys()


if __name__ == "__main__":
    text = PAGE.read_text(encoding="utf-8")
    for name, cls in TABLES.items():
        before, _, after = split(text, name)
        text = before + table(cls) + after
    PAGE.write_text(text, encoding="utf-8")
