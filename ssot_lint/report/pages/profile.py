"""Where the time of a run went → lines for a person."""

from __future__ import annotations

from collections.abc import Iterator

from ssot_lint.model.options import Profile
from ssot_lint.model.wording import printable

_SLOWEST = 10


def lines(profile: Profile) -> Iterator[str]:
    """Seconds by stage, counts of files, and the files that took longest."""
    for stage, seconds in profile.stages.items():
        yield f"{seconds:8.3f} s  {stage}"
    for what, number in profile.counts.items():
        yield f"{number:8}    {what}"
    slowest = sorted(profile.files.items(), key=lambda item: (-item[1], item[0]))[:_SLOWEST]
    for path, seconds in slowest:
        yield f"{seconds:8.3f} s  {printable(path)}"
