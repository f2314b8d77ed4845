"""What ``discover`` proposes for small projects: what owners would agree to, and nothing where all is in order."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from pathlib import Path

import pytest

from ssot_lint.discovery.discover import propose
from ssot_lint.discovery.proposals.proposal import ContractProposal
from ssot_lint.model.rules import CODES
from ssot_lint.settings import loading
from tests.test_cli import project


def proposals(folder: Path, files: Mapping[str, str]) -> dict[str, ContractProposal]:
    """What is proposed for a project, by the name of each contract."""
    project(folder, files)
    found = propose(loading.parse(b"", folder / "ssot-lint.toml", codes=CODES)).proposals
    return {one.name: one for one in found}


# Gateways: a home stands for the primitives only if it is what touches them.

READERS = {
    f"shop/part_{n}.py": f"import os\n\nfrom shop.conf import get_config\n\nA = os.environ['A{n}']\n"
    for n in range(3)
}


@pytest.mark.parametrize(
    ("home", "expected"),
    [
        ("import os\n\n\ndef get_config(name):\n    return os.environ.get(name)\n", True),
        (
            "import os\n\n\nclass EnvReader:\n    def read(self, name):\n        return os.environ[name]\n\n\n"
            "_reader = EnvReader()\n\n\ndef get_config() -> EnvReader:\n    return _reader\n",
            True,
        ),
        # It reads a file; what stands beside it reads the environment.
        (
            "import os\nimport json\n\n\ndef start():\n    return os.environ['HOME']\n\n\n"
            "def get_config(path):\n    return json.load(open(path))\n",
            False,
        ),
    ],
)
def test_a_gateway_needs_a_wrapper_that_touches_the_primitive(
    home: str, expected: bool, tmp_path: Path
) -> None:
    files = {"shop/__init__.py": "", "shop/conf.py": home, **READERS}
    assert ("environment" in proposals(tmp_path, files)) is expected


def test_a_wrapper_of_what_was_imported(tmp_path: Path) -> None:
    home = (
        "from jwt import decode as _decode\n\n\ndef read_token(text):\n    return _decode(text, 'k')\n\n\n"
        "def list_token_names():\n    return 'name'\n"
    )
    files = {"shop/__init__.py": "", "shop/auth.py": home} | {
        f"shop/part_{n}.py": "import jwt\n\nfrom shop.auth import list_token_names, read_token\n\n\n"
        "def go(text):\n    return jwt.decode(text, 'k')\n"
        for n in range(3)
    }
    (tokens,) = (one for name, one in proposals(tmp_path, files).items() if name == "tokens")
    assert tokens.evidence["use"] == {"symbol": "shop.auth.read_token", "importers": 3}


@pytest.mark.parametrize(
    ("name", "body", "expected"),
    [
        ("get_logger", "return logging.getLogger(name)", True),
        ("setup_logging", "logging.getLogger(name).setLevel(10)", False),
    ],
)
def test_what_sets_loggers_up_hands_out_none(name: str, body: str, expected: bool, tmp_path: Path) -> None:
    files = {
        "shop/__init__.py": "",
        "shop/logs.py": f"import logging\n\n\ndef {name}(name):\n    {body}\n",
        **{
            f"shop/part_{n}.py": f"import logging\n\nfrom shop.logs import {name}\n\nlog = logging.getLogger()\n"
            for n in range(3)
        },
    }
    assert ("loggers" in proposals(tmp_path, files)) is expected


@pytest.mark.parametrize(("name", "expected"), [("get_worker_env", True), ("clean_worker_env", False)])
def test_what_works_on_an_environment_is_no_way_to_read_it(name: str, expected: bool, tmp_path: Path) -> None:
    home = f"import os\n\n\ndef {name}(key=None):\n    return os.environ.get(key)\n"
    readers = {path: text.replace("get_config", name) for path, text in READERS.items()}
    files = {"shop/__init__.py": "", "shop/conf.py": home, **readers}
    assert ("environment" in proposals(tmp_path, files)) is expected


# Vocabularies: a field is one of theirs if it holds hardly anything else, if their words are unmistakable, if it is
# called like them, or if it is given their members, too.


def vocabulary(values: Mapping[str, str], users: Mapping[str, str]) -> dict[str, str]:
    lines = "".join(f'    {name} = "{value}"\n' for name, value in values.items())
    return {
        "shop/__init__.py": "",
        "shop/words.py": f"class Payment:\n{lines}",
        **{f"shop/{name}.py": text for name, text in users.items()},
    }


CARDS = {"CARD": "card", "TRANSFER": "transfer", "VOUCHER": "voucher"}


def test_a_field_that_holds_much_else_is_no_field_of_a_vocabulary(tmp_path: Path) -> None:
    others = "".join(f'x{n} = {{"type": "shape{n}"}}\n' for n in range(9))
    users = {
        name: f'a = {{"type": "{one}"}}\nb = {{"type": "{other}"}}\n{others}'
        for name, one, other in (("one", "card", "transfer"), ("two", "transfer", "voucher"))
    }
    assert proposals(tmp_path / "mixed", vocabulary(CARDS, users)) == {}
    pure = {name: text.replace('"type": "shape', '"sort": "shape') for name, text in users.items()}
    (one,) = proposals(tmp_path / "pure", vocabulary(CARDS, pure)).values()
    assert one.evidence["fields"] == ["type"]
    dotted, underscored = ({one: f"pay{sign}{one}" for one in CARDS.values()} for sign in "._")
    for terms, name, expected in (
        (dotted, "Payment", True),
        (underscored, "Payment", False),
        (underscored, "PaymentType", True),
    ):
        files = vocabulary({key: terms[one] for key, one in CARDS.items()}, _said(users, terms))
        files["shop/words.py"] = files["shop/words.py"].replace("Payment", name)
        found = proposals(tmp_path / f"{name}{'.' in terms['card']}", files)
        assert [one.evidence["fields"] for one in found.values()] == [["type"]] * expected


def _said(users: Mapping[str, str], terms: Mapping[str, str]) -> dict[str, str]:
    """The same files with other terms."""
    return {
        name: reduce(lambda text, one: text.replace(f'"{one}"', f'"{terms[one]}"'), terms, text)
        for name, text in users.items()
    }


def test_a_field_that_is_given_members_takes_the_values_of_the_vocabulary(tmp_path: Path) -> None:
    others = "".join(f'x{n} = {{"by": "shape{n}"}}\n' for n in range(9))
    users = {
        name: f'from shop.words import Payment\n\na = {{"by": "{one}"}}\nb = {{"by": "{other}"}}\n{others}'
        for name, one, other in (("one", "card", "transfer"), ("two", "transfer", "voucher"))
    }
    assert proposals(tmp_path / "none", vocabulary(CARDS, users)) == {}
    users["three"] = (
        "from shop.words import Payment\n\n\ndef go(order):\n    return order.by == Payment.CARD\n"
    )
    (one,) = proposals(tmp_path / "member", vocabulary(CARDS, users)).values()
    assert one.evidence["fields"] == ["by"]


@pytest.mark.parametrize(
    ("names", "own", "expected"),
    [
        (("OrderCode", "PaymentCode"), 2, False),
        (("OrderCode", "PaymentCode"), 1, True),
        (("OrderErrorCode", "PaymentErrorCode"), 1, False),
        (("OrderErrorCode", "PaymentErrorCode"), 0, True),
        (("OrderErrorCode", "ErrorCode"), 1, True),
    ],
)
def test_lists_that_share_some_words(
    names: tuple[str, ...], own: int, expected: bool, tmp_path: Path
) -> None:
    shared = ["request_invalid", "answer_missing", "item_unknown"]
    files = {"shop/__init__.py": ""} | {
        f"shop/part_{n}.py": enumeration(name, [*shared, *(f"{name.lower()}_{k}" for k in range(own))])
        for n, name in enumerate(names)
    }
    assert [one.kind for one in proposals(tmp_path, files).values()] == ["vocabulary"] * expected


# Copies: what nobody takes from elsewhere is its module's own affair, unless it was plainly copied.

_HANDLER = """\
import json


def handle_order(request, response):
    told = []
    for key, value in request.items():
        if key.startswith("x-"):
            told.append((key[2:], value.strip()))
        elif value is None:
            raise ValueError(key)
    with open(response.path) as stream:
        data = json.load(stream)
    for key, value in told:
        data.setdefault(key, []).append(value)
    response.body = json.dumps(data)
    return response.send({last})
"""
_CHANGED = (
    _HANDLER.replace("value.strip()", "value")
    .replace("raise ValueError(key)", "continue")
    .replace("data.setdefault(key, []).append(value)", "data[key] = value")
)


@pytest.mark.parametrize(
    ("other", "importing", "expected"),
    [
        (_HANDLER, ["django"], True),
        (_CHANGED, ["django"], False),
        (_CHANGED, ["django", "flask"], True),
    ],
)
def test_copies_that_nobody_takes(other: str, importing: list[str], expected: bool, tmp_path: Path) -> None:
    files = {
        "shop/__init__.py": "",
        "shop/django.py": _HANDLER.format(last=200),
        "shop/flask.py": other.format(last=200),
    }
    use = "from shop.{0} import handle_order\n\n\ndef go(a, b):\n    return handle_order(a, b)\n"
    files |= {f"shop/by_{name}.py": use.format(name) for name in importing}
    assert ("handle-order-copies" in proposals(tmp_path, files)) is expected


# Gateways again: what only its own package takes stands for nothing elsewhere.


@pytest.mark.parametrize(("place", "expected"), [("tools/review", False), ("shop", True)])
def test_a_wrapper_that_only_its_own_package_takes(place: str, expected: bool, tmp_path: Path) -> None:
    dotted = place.replace("/", ".")
    home = "import subprocess\n\n\ndef run_command(*words):\n    return subprocess.run(words)\n"
    files = {
        "tools/__init__.py": "",
        "tools/review/__init__.py": "",
        "shop/__init__.py": "",
        f"{place}/runner.py": home,
        **{
            f"{place}/near_{n}.py": f"from {dotted}.runner import run_command\n\nrun_command('a')\n"
            for n in range(3)
        },
        **{f"shop/far_{n}.py": "import subprocess\n\nsubprocess.run(['a'])\n" for n in range(4)},
    }
    assert ("subprocess" in proposals(tmp_path, files)) is expected


# Bases: a class stands for a foreign one by its name, or because more derive from it.


@pytest.mark.parametrize(
    ("own", "ours", "others", "expected"),
    [
        ("TestingTestCase", 3, 6, True),
        ("BaseTestCase", 3, 6, True),
        ("ParserTestCase", 3, 6, False),
        ("BaseScenario", 3, 6, False),
        ("BaseScenario", 7, 6, True),
    ],
)
def test_a_base_that_stands_for_a_foreign_one(
    own: str, ours: int, others: int, expected: bool, tmp_path: Path
) -> None:
    files = {
        "testing/__init__.py": "",
        "testing/base.py": f"import unittest\n\n\nclass {own}(unittest.TestCase):\n    pass\n",
        **{
            f"tests/test_ours_{n}.py": f"from testing.base import {own}\n\n\nclass Ours{n}Test({own}):\n    pass\n"
            for n in range(ours)
        },
        **{
            f"tests/test_plain_{n}.py": f"import unittest\n\n\nclass Plain{n}Test(unittest.TestCase):\n    pass\n"
            for n in range(others)
        },
    }
    assert [one.kind for one in proposals(tmp_path, files).values()] == ["base"] * expected


# Classes: what is called old itself is nobody's source of truth.


@pytest.mark.parametrize(
    ("name", "expected"), [("LegacyLogin", False), ("LoginCompatibility", False), ("LoginV2", True)]
)
def test_a_class_that_is_called_old_itself(name: str, expected: bool, tmp_path: Path) -> None:
    files = {
        "shop/__init__.py": "",
        "shop/login.py": f"class {name}:\n    pass\n\n\n# deprecated\nPlainLogin = {name}\n",
        "shop/one.py": f"from shop.login import {name}\n\none = {name}()\n",
        "shop/two.py": "from shop.login import PlainLogin\n\ntwo = PlainLogin()\n",
    }
    assert [one.kind for one in proposals(tmp_path, files).values()] == ["class"] * expected


@pytest.mark.parametrize(
    ("base", "expected"), [("from pydantic_settings import BaseSettings", True), ("", False)]
)
def test_settings_are_those_of_pydantic(base: str, expected: bool, tmp_path: Path) -> None:
    own = base or "class BaseSettings(dict):\n    pass"
    files = {
        "shop/__init__.py": "",
        "shop/conf.py": f"{own}\n\n\nclass ShopSettings(BaseSettings):\n    pass\n",
        **{
            f"shop/part_{n}.py": "from shop.conf import ShopSettings\n\n\ndef go():\n    return ShopSettings()\n"
            for n in range(3)
        },
    }
    assert ("shop-settings" in proposals(tmp_path, files)) is expected


# Vocabularies again: words that all sorts of lists have belong to none of them.

STATES = ["pending", "running", "completed", "failed"]


def enumeration(name: str, values: list[str]) -> str:
    body = "".join(f'    {value.upper()} = "{value}"\n' for value in values)
    return f"from enum import Enum\n\n\nclass {name}(Enum):\n{body}"


def test_states_of_different_things_are_no_vocabulary(tmp_path: Path) -> None:
    names = ["OrderStatus", "JobState", "PaymentPhase", "MailStatus", "ImportState", "ReportPhase"]
    files = {"shop/__init__.py": ""} | {
        f"shop/part_{n}.py": enumeration(name, STATES)
        + f'\n\ndef go(job):\n    job.update_job("{STATES[n % 4]}")\n'
        for n, name in enumerate(names)
    }
    assert proposals(tmp_path, files) == {}


def test_states_of_one_thing_that_are_listed_twice_are_one(tmp_path: Path) -> None:
    names = ["OrderStatus", "JobState", "PaymentPhase", "MailStatus", "ImportState", "OrderStatus"]
    files = {"shop/__init__.py": ""} | {
        f"shop/part_{n}.py": enumeration(name, STATES) for n, name in enumerate(names)
    }
    (one,) = proposals(tmp_path, files).values()
    assert (one.symbol, one.evidence["rivals"]) == ("shop.part_0.OrderStatus", ["shop.part_5.OrderStatus"])


def test_events_that_many_list_are_one_vocabulary(tmp_path: Path) -> None:
    names = ["OrderEvent", "ShopEvent", "EventKind", "EventType", "MessageType", "WireEvent", "BusEvent"]
    events = ["order_started", "order_packed", "order_sent"]
    files = {"shop/__init__.py": ""} | {
        f"shop/part_{n}.py": enumeration(name, events) for n, name in enumerate(names)
    }
    (one,) = proposals(tmp_path, files).values()
    assert len(one.evidence["rivals"]) == 6


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [("models", "types", False), ("models", "store", True), ("models.base", "models.gift", True)],
)
def test_namesakes_of_two_layers_are_two_things(one: str, other: str, expected: bool, tmp_path: Path) -> None:
    files = {"shop/__init__.py": ""}
    for number, module in enumerate((f"shop.{one}", f"shop.web.{other}")):
        *folders, name = module.split(".")
        for depth in range(1, len(folders) + 1):
            files["/".join([*folders[:depth], "__init__.py"])] = ""
        body = "    def pay(self):\n        return 1\n" if number else "    amount = 3\n"
        files["/".join([*folders, f"{name}.py"])] = f"class GiftVoucher:\n{body}"
        use = f"from {module} import GiftVoucher\n\n\ndef go():\n    return GiftVoucher()\n"
        files |= {f"shop/by_{number}_{n}.py": use for n in range(3)}
    assert [one.kind for one in proposals(tmp_path, files).values()] == ["duplicates"] * expected


@pytest.mark.parametrize(
    ("short", "place", "expected"),
    [("D", "shop/measure.py", False), ("D", "shop/short.py", True), ("OldDistance", "shop/measure.py", True)],
)
def test_a_second_name_beside_the_class_is_its_authors_wish(
    short: str, place: str, expected: bool, tmp_path: Path
) -> None:
    files = {"shop/__init__.py": "", "shop/measure.py": "class Distance:\n    pass\n", "shop/short.py": ""}
    files[place] += ("" if place.endswith("measure.py") else "from shop.measure import Distance\n\n") + (
        f"\n\n{short} = Distance\n"
    )
    module = place[:-3].replace("/", ".")
    files |= {
        f"shop/part_{n}.py": f"from {module} import {short}\nfrom shop.measure import Distance\n\n"
        f"\ndef go():\n    return {short}() - Distance()\n"
        for n in range(3)
    }
    assert ("distance" in proposals(tmp_path, files)) is expected


def test_helpers_of_tests_wherever_they_lie_are_no_matter(tmp_path: Path) -> None:
    files = {"shop/__init__.py": "", "shop/tests/__init__.py": "", "shop/tests/checks/__init__.py": ""}
    for name in ("measure", "validate"):
        files[f"shop/tests/checks/{name}.py"] = "class LoadMonitor:\n    def watch(self):\n        return 1\n"
        use = f"from shop.tests.checks.{name} import LoadMonitor\n\nx = LoadMonitor()\n"
        files |= {f"shop/tests/checks/by_{name}_{n}.py": use for n in range(3)}
    assert proposals(tmp_path / "tests", files) == {}
    moved = {
        path.replace("/tests/", "/parts/"): text.replace(".tests.", ".parts.") for path, text in files.items()
    }
    assert [one.kind for one in proposals(tmp_path / "parts", moved).values()] == ["duplicates"]


def test_names_of_fields_are_no_values(tmp_path: Path) -> None:
    users = {
        name: "from pydantic import field_validator\n\n\nclass Order:\n"
        f'    @field_validator("{one}")\n    def a(cls, v): ...\n'
        f'\n    @field_validator("{other}")\n    def b(cls, v): ...\n'
        for name, one, other in (("one", "pay_card", "pay_transfer"), ("two", "pay_transfer", "pay_voucher"))
    }
    told = {"CARD": "pay_card", "TRANSFER": "pay_transfer", "VOUCHER": "pay_voucher"}
    assert proposals(tmp_path, vocabulary(told, users)) == {}
