"""How this ssot-lint was installed (PEP 610) → what installs the same elsewhere."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit, urlunsplit

NAME = "ssot-lint"

_SAFE = re.compile(r"[\w.+~:/@%#=&!,-]+", re.ASCII)
"""Text that needs no escapes in YAML and in a shell's quotes."""

_RELEASE = re.compile(r"\d+(\.\d+)*((a|b|rc)\d+)?(\.post\d+)?")


class Origin(NamedTuple):
    """``requirement`` is what pip installs, empty where that is not known. ``repository`` and ``commit`` are those of
    git, where it was installed from git. ``here``: only this machine has the source."""

    requirement: str = ""
    repository: str = ""
    commit: str = ""
    here: bool = False


def origin() -> Origin:
    """The origin of the running installation."""
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        installed = distribution(NAME)
    except PackageNotFoundError:
        return Origin()
    return read(installed.read_text("direct_url.json"), installed.version)


def read(text: str | None, version: str) -> Origin:
    """What a ``direct_url.json`` says. None: there is none, and the version came from an index."""
    if text is None:
        # A version that is no release comes from some local build, and from no index.
        return Origin(f"{NAME}=={version}") if _RELEASE.fullmatch(version) else Origin()
    try:
        said = json.loads(text)
        url = _without_secrets(said["url"])
        found = _read(said, url)
    except (ValueError, KeyError, TypeError, AttributeError):
        return Origin()
    whole = found.requirement.removeprefix(f"{NAME} @ ")
    return found if _SAFE.fullmatch(whole) else Origin()


def _read(said: Mapping[str, Any], url: str) -> Origin:
    part = said.get("subdirectory", "")
    fragments = [f"subdirectory={part}"] if part else []
    if "vcs_info" in said:
        vcs, commit = said["vcs_info"]["vcs"], said["vcs_info"]["commit_id"]
        whole = _joined(f"{vcs}+{url}@{commit}", fragments)
        # A hook's repository has the hooks at its top.
        is_hook = vcs == "git" and not part
        here = url.startswith("file:")
        return Origin(whole, url if is_hook else "", commit if is_hook else "", here)
    digest = said.get("archive_info", {}).get("hashes", {}).get("sha256", "")
    here = url.startswith("file:")
    return Origin(_joined(url, [*([f"sha256={digest}"] if digest else []), *fragments]), here=here)


def _joined(url: str, fragments: list[str]) -> str:
    return f"{NAME} @ {url}" + (f"#{'&'.join(fragments)}" if fragments else "")


def _without_secrets(url: str) -> str:
    """The URL without a password, and without a name but that of ``git@``."""
    parts = urlsplit(url)
    user, at, host = parts.netloc.rpartition("@")
    if at and user != "git":
        parts = parts._replace(netloc=host)
    return urlunsplit(parts)
