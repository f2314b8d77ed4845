"""Foreign names that one module of a project should touch for all others, in groups. Data.

A group is what a gateway is proposed for. ``sign`` guesses from a file's bytes whether it touches the group; who does
is told by the engine.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class PrimitiveGroup(NamedTuple):
    """``primitives`` are those of the contract. ``wraps``: what a home hands out in their place has such a name. Each
    file with the sign has one of the ``hints``, which are found far sooner. ``modules``: where the sign is an import,
    what is imported."""

    hints: tuple[bytes, ...]
    sign: re.Pattern[bytes]
    primitives: tuple[str, ...]
    wraps: re.Pattern[str]
    modules: tuple[str, ...] = ()

    def shows(self, data: bytes) -> bool:
        return any(hint in data for hint in self.hints) and self.sign.search(data) is not None

    def is_of(self, module: str) -> bool:
        """Whether what is imported from a module belongs to the group."""
        return any(module == one or module.startswith(f"{one}.") for one in self.modules)


_TOKENS = ("jwt", "jose")
_NETWORK = ("requests", "httpx", "aiohttp", "urllib.request", "urllib3")
_REDIS = ("redis", "aioredis")


def _imports(*modules: str) -> re.Pattern[bytes]:
    names = "|".join(re.escape(one) for one in modules)
    return re.compile(rf"^[ \t]*(?:import|from)[ \t]+(?:{names})\b".encode(), re.MULTILINE)


GROUPS: Mapping[str, PrimitiveGroup] = MappingProxyType(
    {
        "environment": PrimitiveGroup(
            (b"environ", b"getenv", b"putenv", b"unsetenv"),
            re.compile(
                rb"\bos\.(?:environ|getenv|putenv|unsetenv)\b|\bfrom os import [^\n]*\b(?:environ|getenv)\b"
            ),
            ("os.environ", "os.getenv", "os.putenv", "os.unsetenv"),
            re.compile(
                r"(?:(?:get|read|load|require|set|fetch|lookup|find|parse|safe|optional)_(?:\w+_)?)?env(?:iron\w*|_\w+)?|getenv|\w*Env(?:iron\w*)?(?:[A-Z]\w*)?|(?:get_)?settings|\w*Settings|get_config\w*"
            ),
        ),
        "clock": PrimitiveGroup(
            (b"datetime.", b"time.time(", b"date.today("),
            re.compile(rb"\bdatetime\.(?:now|utcnow|today)\(|\btime\.time\(|\bdate\.today\("),
            ("pack:clock",),
            re.compile(
                r"(?:utc_?|local_?|get_)?now\w*|\w+_now|\w*Clock\w*|clock|today|\w*current_time\w*|\w*timestamp\w*|get_time\w*"
            ),
        ),
        "subprocess": PrimitiveGroup(
            (b"subprocess", b"os.system", b"os.popen"),
            re.compile(rb"^[ \t]*(?:import|from)[ \t]+subprocess\b|\bos\.(?:system|popen)\(", re.MULTILINE),
            ("pack:subprocess",),
            re.compile(
                r"(?:run|exec|execute|call|spawn|start|check)_?\w*(?:command|process|cmd|shell|program|tool)\w*|run|sh|shell|execute|\w*(?:Process|Command|Shell)(?:Runner|Executor|Manager)\w*"
            ),
        ),
        "tokens": PrimitiveGroup(
            (b"jwt", b"jose"),
            _imports(*_TOKENS),
            ("jwt.encode", "jwt.decode", "jose.jwt.encode", "jose.jwt.decode"),
            re.compile(r"\w*(?:jwt|token)\w*|\w*(?:JWT|Jwt|Token)\w*"),
            _TOKENS,
        ),
        "loggers": PrimitiveGroup(
            (b"getLogger",),
            re.compile(rb"\blogging\.getLogger\(|\bfrom logging import [^\n]*\bgetLogger\b"),
            ("logging.getLogger",),
            re.compile(
                r"(?:get|create|make|new|build)_\w*logger\w*|getLogger|\w*Logg(?:er|ing)(?:Factory|Manager|Provider)|logger"
            ),
        ),
        "identifiers": PrimitiveGroup(
            (b"uuid1", b"uuid4"),
            re.compile(rb"\buuid\.?uuid[14]\(|\buuid[14]\("),
            ("uuid.uuid1", "uuid.uuid4"),
            re.compile(
                r"(?:new|make|generate|create|gen|unique|get)_?\w*(?:id|uuid|identifier)s?|\w*(?:Id|ID|Uuid|UUID|Identifier)(?:Generator|Factory|Manager)\w*"
            ),
        ),
        "network": PrimitiveGroup(
            (b"requests", b"httpx", b"aiohttp", b"urllib"),
            _imports(*_NETWORK),
            _NETWORK,
            re.compile(
                r"\w*(?:http|Http|HTTP)_?(?:client|Client|session|Session)\w*|fetch\w*|(?:get|make)_(?:client|session)|\w*ApiClient"
            ),
            _NETWORK,
        ),
        "redis": PrimitiveGroup(
            (b"redis",),
            _imports(*_REDIS),
            (
                "redis.Redis",
                "redis.StrictRedis",
                "redis.from_url",
                "redis.asyncio.Redis",
                "redis.asyncio.from_url",
            ),
            re.compile(r"\w*redis\w*|\w*Redis\w*"),
            _REDIS,
        ),
        "databases": PrimitiveGroup(
            (b"engine(", b".connect("),
            re.compile(rb"\bcreate_(?:async_)?engine\(|\b(?:sqlite3|psycopg2?|asyncpg)\.connect\("),
            (
                *(
                    "sqlalchemy.create_engine",
                    "sqlalchemy.ext.asyncio.create_async_engine",
                    "sqlite3.connect",
                ),
                *("psycopg2.connect", "psycopg.connect", "asyncpg.connect"),
            ),
            re.compile(
                r"(?:get|create|make)_\w*(?:engine|session|connection|database|db|pool)\w*|\w*(?:Engine|Database|Connection|DB)(?:Manager|Factory|Pool|Provider)?"
            ),
        ),
        "test-runs": PrimitiveGroup(
            (b"pytest.main",),
            re.compile(rb"\bpytest\.main\("),
            ("pytest.main",),
            re.compile(r"\w*run\w*tests?\w*|\w*TestRunner\w*"),
        ),
    }
)
