"""Foreign names that one module of a project should touch for all others, in groups. Data.

A group is what a gateway is proposed for. ``sign`` guesses from a file's bytes whether it touches the group; who does
is told by the engine.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Group(NamedTuple):
    """``primitives`` are those of the contract. ``words``: a home has one of them in the name of its module."""

    sign: re.Pattern[bytes]
    primitives: tuple[str, ...]
    words: re.Pattern[str]


def _imports(*modules: str) -> re.Pattern[bytes]:
    names = "|".join(re.escape(one) for one in modules)
    return re.compile(rf"^[ \t]*(?:import|from)[ \t]+(?:{names})\b".encode(), re.MULTILINE)


def _words(*words: str) -> re.Pattern[str]:
    return re.compile(rf"(?:^|[._])(?:\w*_)?(?:{'|'.join(words)})(?:_\w*)?(?:$|\.)")


GROUPS: Mapping[str, Group] = MappingProxyType(
    {
        "environment": Group(
            re.compile(
                rb"\bos\.(?:environ|getenv|putenv|unsetenv)\b|\bfrom os import [^\n]*\b(?:environ|getenv)\b"
            ),
            ("os.environ", "os.getenv", "os.putenv", "os.unsetenv"),
            _words("env", "environ", "environment", "config", "configuration", "settings"),
        ),
        "clock": Group(
            re.compile(rb"\bdatetime\.(?:now|utcnow|today)\(|\btime\.time\(|\bdate\.today\("),
            ("pack:clock",),
            _words("clock", "clocks", "time", "timeutils?", "timezone", "datetime", "dates?"),
        ),
        "subprocess": Group(
            re.compile(rb"^[ \t]*(?:import|from)[ \t]+subprocess\b|\bos\.(?:system|popen)\(", re.MULTILINE),
            ("pack:subprocess",),
            _words(
                "subprocess", "shell", "process", "processes", "proc", "command", "commands", "exec", "runner"
            ),
        ),
        "tokens": Group(
            _imports("jwt", "jose"),
            ("jwt.encode", "jwt.decode", "jose.jwt.encode", "jose.jwt.decode"),
            _words("jwt", "tokens?", "auth", "security", "oauth"),
        ),
        "loggers": Group(
            re.compile(rb"\blogging\.getLogger\(|\bfrom logging import [^\n]*\bgetLogger\b"),
            ("logging.getLogger",),
            _words("logging", "logger", "loggers", "logs?", "logging_config"),
        ),
        "identifiers": Group(
            re.compile(rb"\buuid\.?uuid[14]\(|\buuid[14]\("),
            ("uuid.uuid1", "uuid.uuid4"),
            _words("ids?", "identifiers?", "id_generator", "id_manager", "uuid", "uuids"),
        ),
        "network": Group(
            _imports("requests", "httpx", "aiohttp", "urllib.request", "urllib3"),
            ("requests", "httpx", "aiohttp", "urllib.request", "urllib3"),
            _words("http", "https?_?client", "client", "network", "transport", "transports", "fetch"),
        ),
        "redis": Group(
            _imports("redis", "aioredis"),
            (
                "redis.Redis",
                "redis.StrictRedis",
                "redis.from_url",
                "redis.asyncio.Redis",
                "redis.asyncio.from_url",
            ),
            _words("redis", "cache"),
        ),
        "databases": Group(
            re.compile(rb"\bcreate_(?:async_)?engine\(|\b(?:sqlite3|psycopg2?|asyncpg)\.connect\("),
            (
                *(
                    "sqlalchemy.create_engine",
                    "sqlalchemy.ext.asyncio.create_async_engine",
                    "sqlite3.connect",
                ),
                *("psycopg2.connect", "psycopg.connect", "asyncpg.connect"),
            ),
            _words("db", "database", "databases", "connection", "connections", "engine", "postgres"),
        ),
        "test-runs": Group(
            re.compile(rb"\bpytest\.main\("),
            ("pytest.main",),
            _words("test_runner", "runner", "run_tests", "unified_test_runner"),
        ),
    }
)
