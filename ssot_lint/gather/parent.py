"""A process of ours ends with the one that has started it, however that ends."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable


def end_after(wait: Callable[[], object]) -> None:
    """Lets this process end when ``wait`` returns, which it does when the parent is gone."""

    def watch() -> None:
        wait()
        os._exit(1)

    threading.Thread(target=watch, name="ssot-lint-parent", daemon=True).start()
