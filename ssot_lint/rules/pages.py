"""The name of a rule → its page, from the wheel, the checkout or a plugin's module; the only reader of pages."""

from __future__ import annotations

from importlib import import_module
from inspect import getdoc
from pathlib import Path

from ssot_lint.model.rules import ALL

PACKAGE = Path(__file__).parent.parent


def folder(package: Path = PACKAGE) -> Path:
    """Where the pages are: a wheel has them in the package, a checkout beside it.

    An editable install leaves a copy in the site-packages too; it is stale and never read, as the package
    itself stays in the checkout.
    """
    shipped = package / "_rules"
    return shipped if shipped.is_dir() else package.parent / "rules"


def text(name: str, package: Path = PACKAGE) -> str | None:
    """The Markdown of a rule's page; None when there is none."""
    found = next((rule for rule in ALL if rule.name == name), None)
    if found is None:
        return None
    if found.module:
        return getdoc(import_module(found.module))
    try:
        return (folder(package) / found.page).read_text(encoding="utf-8")
    except (OSError, ValueError):
        return None


def summary(page: str) -> str:
    """The first paragraph below the title, on one line; empty when there is none."""
    for paragraph in page.split("\n\n"):
        if paragraph.strip() and not paragraph.lstrip().startswith("#"):
            return " ".join(paragraph.split())
    return ""
