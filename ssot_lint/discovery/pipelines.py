"""The name of a CI service → the file that runs ssot-lint there, and what else has to be done. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ssot_lint import __version__
from ssot_lint.discovery.origin import NAME, Origin
from ssot_lint.model.errors import Unusable
from ssot_lint.model.wording import printable

_GITHUB = """\
# A pull request answers for what it adds; the main branch for all that the baseline does not hold.
name: ssot-lint

on:
  pull_request:
  push:
    branches: [main]

permissions: {{}}

concurrency:
  group: ${{{{ github.workflow }}}}-${{{{ github.ref }}}}
  cancel-in-progress: true

jobs:
  ssot-lint:
    name: ssot-lint
    runs-on: ubuntu-latest
    permissions:
      contents: read
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          # What a pull request adds is told from the commit where it left its base.
          fetch-depth: 0
          persist-credentials: false
      - uses: actions/setup-python@5fda3b95a4ea91299a34e894583c3862153e4b97 # v7.0.0
        with:
          python-version: "3.13"
      - name: Install
{remark}        run: python -m pip install "{requirement}"
      - name: What the pull request adds
        if: github.event_name == 'pull_request'
        run: ssot-lint check{place} --since "origin/$GITHUB_BASE_REF"
      - name: Everything
        if: github.event_name == 'push'
        run: ssot-lint check{place}
"""

_GITLAB = """\
# A merge request answers for what it adds; the main branch for all that the baseline does not hold.
ssot-lint:
  image: python:3.12
  variables:
    # What a merge request adds is told from the commit where it left its target.
    GIT_DEPTH: "0"
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
  script:
{remark}    - python -m pip install "{requirement}"
    - |
      if [ -n "$CI_MERGE_REQUEST_DIFF_BASE_SHA" ]; then
        ssot-lint check{place} --since "$CI_MERGE_REQUEST_DIFF_BASE_SHA"
      else
        ssot-lint check{place}
      fi
"""


Service = Literal["github", "gitlab"]
"""GitHub Actions, and GitLab CI."""


@dataclass(frozen=True, slots=True)
class Pipeline:
    """``path`` is relative to the top of the repository. ``note`` is a sentence on what else is to be done."""

    path: str
    text: str
    note: str = ""


def pipeline(service: Service, folder: str, origin: Origin | None = None) -> Pipeline:
    """The file for a CI service. ``folder`` is that of the settings, relative to the top of the repository.
    ``origin``: where ssot-lint is to come from, by default from an index."""
    place = "" if folder in ("", ".") else f' "{_quoted(folder)}"'
    origin = origin or Origin(f"{NAME}=={__version__}")
    requirement = origin.requirement or NAME
    if service == "github":
        text = _GITHUB.format(requirement=requirement, place=place, remark=_remark(origin, " " * 8))
        return Pipeline(".github/workflows/ssot-lint.yml", text)
    return Pipeline(
        ".gitlab/ssot-lint.yml",
        _GITLAB.format(requirement=requirement, place=place, remark=_remark(origin, " " * 4)),
        "to have GitLab run it, add `include: [{local: .gitlab/ssot-lint.yml}]` to .gitlab-ci.yml",
    )


def _remark(origin: Origin, indent: str) -> str:
    """A comment that asks for another requirement, where this one is unknown or on this machine only."""
    if origin.requirement and not origin.here:
        return ""
    why = (
        "It was installed from a folder that no other machine has"
        if origin.here
        else "Its origin is not known"
    )
    lines = (
        f"{why}: put here what this machine can install, a version",
        'from an index, or "ssot-lint @ git+https://HOST/PATH@COMMIT".',
    )
    return "".join(f"{indent}# {line}\n" for line in lines)


def _quoted(folder: str) -> str:
    """The folder, as it may stand in quotes in YAML and in a shell. Unusable where it may not."""
    if any(not (char.isalnum() or char in "/._- @+") for char in folder) or folder.startswith("-"):
        raise Unusable(
            f"the folder {printable(folder)} has a name that no CI file can hold safely: write that file by hand"
        )
    return folder


def placed(one: Pipeline, old: bytes | None) -> bytes:
    """The bytes for a pipeline's file. Unusable where the file has another text: it is left alone."""
    if old is not None and old.replace(b"\r\n", b"\n") != one.text.encode():
        raise Unusable(
            f"{one.path} is there and says something else: it is left alone; remove it, or leave out --ci"
        )
    return old if old is not None else one.text.encode()
