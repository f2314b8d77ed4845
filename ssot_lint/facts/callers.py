"""What functions of the standard library and of frameworks do with what they are given: call it, or keep it. Data.

A *slot* is a position or a keyword, as in ``Argument``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

Slots = tuple[str, ...]


def _each(names: str, slots: str) -> Iterator[tuple[str, Slots]]:
    for name in names.split():
        yield name, tuple(slots.split())


def _of(module: str, names: str, slots: str) -> Iterator[tuple[str, Slots]]:
    for name in names.split():
        yield f"{module}.{name}", tuple(slots.split())


BY_PATH: Mapping[str, Slots] = dict(
    [
        *_of("json", "load loads JSONDecoder", "object_hook object_pairs_hook parse_float parse_int"),
        *_of("json", "dump dumps JSONEncoder", "default"),
        *_of("argparse", "ArgumentParser", "formatter_class"),
        *_of("functools", "reduce cached_property cmp_to_key singledispatch", "0 function func mycmp"),
        *_of("itertools", "filterfalse", "0"),
        *_of("itertools", "accumulate", "1 func"),
        *_of("itertools", "groupby", "1 key"),
        *_of("re", "sub subn", "1 repl"),
        *_of("re.compile()", "sub subn", "0 repl"),
        *_of("atexit", "register", "0 func"),
        *_of("signal", "signal", "1 handler"),
        *_of("weakref", "finalize", "1 func"),
        *_of("weakref", "ref proxy WeakMethod", "1 callback"),
        *_of("sys", "settrace setprofile addaudithook", "0"),
        *_of("threading", "settrace setprofile", "0 func"),
        *_of("timeit", "timeit repeat", "0 1 stmt setup"),
        *_of("logging", "setLoggerClass setLogRecordFactory", "0 klass factory"),
        *_of("codecs", "register", "0"),
        *_of("codecs", "register_error", "1"),
        *_of("os", "register_at_fork", "before after_in_parent after_in_child"),
        *_of("sqlite3", "register_adapter register_converter", "1"),
        *_of("sqlite3", "connect", "factory"),
        *_of("copyreg", "pickle", "1 2"),
        *_of("asyncio", "start_server start_unix_server", "0 client_connected_cb"),
        *_of("asyncio", "run Runner", "loop_factory"),
        *_of("socketserver", "TCPServer UDPServer ThreadingTCPServer ThreadingUDPServer", "1"),
        *_of("http.server", "HTTPServer ThreadingHTTPServer", "1 RequestHandlerClass"),
        *_of("multiprocessing", "Pool", "1"),
        *_of("multiprocessing.pool", "Pool ThreadPool", "1"),
        *_of("concurrent.futures", "ThreadPoolExecutor ProcessPoolExecutor", "2"),
        *_of("difflib", "SequenceMatcher", "0 isjunk"),
        *_of("pytest", "raises warns", "1"),
        *_of("click", "option argument", "type callback default cls"),
    ]
)
"""Functions and classes by their path; ``re.compile()`` stands for what that gives."""

_KEY = "sorted sort min max nsmallest nlargest merge insort insort_left insort_right bisect bisect_left bisect_right"

BY_NAME: Mapping[str, Slots] = dict(
    [
        *_each(
            "partial partialmethod map starmap filter takewhile dropwhile cache lru_cache",
            "0 func function fn",
        ),
        *_each(
            "imap imap_unordered map_async starmap_async apply apply_async submit",
            "0 func function fn",
        ),
        *_each(
            "to_thread run_in_threadpool run_sync LazyObject SimpleLazyObject LocalProxy",
            "0 func function fn",
        ),
        *_each(f"{_KEY} groupby", "key"),
        *_each("Factory Singleton ThreadSafeSingleton ThreadLocalSingleton", "0 provides factory"),
        *_each("ContextLocalSingleton Resource Callable", "0 provides"),
        *_each("field attrib ib", "default_factory factory converter"),
        *_each("Column mapped_column", "default insert_default onupdate"),
        *_each("relationship", "collection_class"),
        *_each("Depends Security", "0 dependency annotated"),
        *_each("BeforeValidator AfterValidator PlainValidator PlainSerializer", "0 func"),
        *_each("Thread Process", "1 target"),
        *_each("call_soon call_soon_threadsafe", "0 callback"),
        *_each("call_later call_at", "1 callback"),
        *_each("ThreadPoolExecutor ProcessPoolExecutor Pool ThreadPool", "initializer"),
        *_each("Timer", "1 function"),
        *_each("run_in_executor", "1 func"),
        *_each("defaultdict", "0"),
        *_each("patch object", "new_callable"),
        *_each("add_argument", "type action"),
        *_each("add_subparsers", "parser_class action"),
        *_each("add_done_callback", "0 fn callback"),
        *_each("add_signal_handler add_reader add_writer", "1 callback"),
        *_each("set_exception_handler set_task_factory", "0 handler factory"),
        *_each("create_server create_connection create_datagram_endpoint", "0 protocol_factory"),
        *_each("connect_read_pipe connect_write_pipe create_unix_server", "0 protocol_factory"),
        *_each("callback push_async_callback", "0"),
        *_each("enter enterabs", "2 action"),
        *_each("create_function create_aggregate", "2 func"),
        *_each("add_task", "0 func"),
        *_each("addCleanup addClassCleanup", "0 function"),
        *_each("assertRaises assertWarns", "1 callable"),
        *_each("sub subn", "0 repl"),
    ]
)
"""Functions of any library, and methods of any object that is not the project's, by their last name."""

BUILTINS = frozenset("filter sorted min max".split())
"""Names among these that count only for the builtin function: a library may mean anything else by them."""

INHERITED = frozenset("addCleanup addClassCleanup assertRaises assertWarns".split())
"""Names that count for a method of the own object, where all other names are those of the class itself."""

WIRED: Mapping[str, Slots] = dict(
    [
        *_each("register add_singleton add_transient add_scoped", "0 1 factory"),
        *_each("bind provide to_self", "1 to"),
    ]
)
"""Methods of an object that is called a container, an injector or the like."""

WIRING = ("container", "injector", "binder", "services", "wiring")


KEEPERS: Mapping[str, Slots] = dict(
    [
        *_of("contextvars", "ContextVar", "default"),
        *_of("dict", "fromkeys", "1 value"),
        *_of("collections.OrderedDict", "fromkeys", "1 value"),
        *_of("collections", "ChainMap", "*"),
        *_of("collections", "defaultdict", "1+ **"),
        *_of("collections", "UserDict UserList", "* **"),
        *_of("collections", "namedtuple", "defaults"),
        *_of("types", "SimpleNamespace", "* **"),
        *_of("functools", "partial partialmethod", "1+ **"),
        *_of("itertools", "repeat", "0 object"),
        *_of("itertools", "cycle chain", "*"),
        *_of("contextlib", "nullcontext closing", "* enter_result"),
        *_each("zip enumerate reversed sorted iter", "*"),
        *_of("dataclasses", "field", "default"),
        *_of("attrs", "field", "default"),
        *_of("attr", "ib attrib field", "0 default"),
        *_of("pydantic", "Field PrivateAttr", "0 default"),
        *_of("pydantic.fields", "Field PrivateAttr", "0 default"),
    ]
)
"""What keeps some of its arguments, by its path: who has the result has these. ``*`` are all positions, ``1+`` all but
the first, ``**`` all keywords."""

KEEPING = frozenset(path.rpartition(".")[2] for path in KEEPERS)
"""Their last names."""


def keeps(path: str, slot: str) -> bool:
    """Whether a callable, by its path, keeps the argument in a slot."""
    slots = KEEPERS.get(path, ())
    if slot.isdigit():
        return slot in slots or "*" in slots or ("1+" in slots and slot != "0")
    return slot in slots or "**" in slots
