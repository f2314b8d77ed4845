"""The content of a page → its text, by jinja2; the only importer of jinja2."""

from __future__ import annotations

import base64
import hashlib
from importlib import resources

import ssot_lint
from ssot_lint.model.errors import Unusable
from ssot_lint.model.wording import printable
from ssot_lint.report.html.data import Content, contracts_of, json_of

NEEDED = "the page needs the package jinja2: `pip install 'ssot-lint[report]'`, then try again"


def must_be_possible() -> None:
    """Unusable without jinja2."""
    try:
        import jinja2  # noqa: F401
    except ImportError:
        raise Unusable(NEEDED) from None


def render(content: Content) -> str:
    """The page. Its policy allows its own script and style alone, and no connection. Unusable without jinja2."""
    must_be_possible()
    import jinja2

    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    script, style = _asset("page.js"), _asset("page.css")
    text: str = environment.from_string(_asset("page.html")).render(
        title=printable(content.title),
        contracts=contracts_of(content),
        number=len(content.findings),
        version=ssot_lint.__version__,
        policy=f"default-src 'none'; script-src {_digest(script)}; style-src {_digest(style)}; "
        "base-uri 'none'; form-action 'none'",
        script=script,
        style=style,
        data=json_of(content),
    )
    # What stands for bytes that are no text cannot be written as UTF-8.
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _asset(name: str) -> str:
    return (resources.files("ssot_lint.report.html") / "assets" / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
