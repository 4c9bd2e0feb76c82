"""Who may import whom, and that the charts are the program: read from the source, not run."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("statecharts", "paradex_adapter", "paradex_venue")
FILES = sorted(
    file.relative_to(ROOT).as_posix() for each in PACKAGES for file in (ROOT / each).rglob("*.py")
)


@cache
def tree(file: str) -> ast.Module:
    return ast.parse((ROOT / file).read_text())


@cache
def imports(file: str) -> frozenset[str]:
    """Every module that `file` names in an import, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: a relative import"
            found.add(node.module or "")
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return frozenset(found)


def under(*folders: str) -> list[str]:
    return [file for file in FILES if file.startswith(folders)]


def reaches(module: str, packages: tuple[str, ...]) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def importers(*packages: str) -> set[str]:
    return {file for file in FILES if any(reaches(module, packages) for module in imports(file))}


def roots(file: str) -> set[str]:
    return {module.partition(".")[0] for module in imports(file)}


# Who may import whom


@pytest.mark.parametrize("file", under("statecharts/"))
def test_statecharts_knows_the_standard_library_and_python_statemachine_only(file):
    extra = {"graphviz", "graphviz_pure"} if file.startswith("statecharts/render/") else set()
    extra |= {"pytest"} if file in ("statecharts/testing.py", "statecharts/pytest.py") else set()
    assert roots(file) <= sys.stdlib_module_names | {"statecharts", "statemachine"} | extra
    assert not roots(file) & {"asyncio", "logging", "random", "time", "socket"}


@pytest.mark.parametrize(
    ("room", "ours", "others"),
    [
        ("paradex_adapter/charts/", ("charts", "wire", "errors", "backoff"), {"statecharts"}),
        ("paradex_adapter/wire/", ("wire", "errors"), {"fast_stark_crypto"}),
        ("paradex_adapter/transport/", ("transport", "wire", "errors"), {"httpx", "websockets"}),
        (
            "paradex_adapter/journal/",
            ("journal", "charts", "wire", "errors", "backoff"),
            {"statecharts"},
        ),
        ("paradex_venue/", ("wire", "errors"), {"paradex_venue", "starlette", "uvicorn"}),
    ],
)
def test_a_room_imports_what_it_may(room, ours, others):
    common = sys.stdlib_module_names | {"msgspec", "anyio", "statemachine"}
    allowed = tuple(f"paradex_adapter.{each}" for each in ours)
    for file in under(room):
        for module in imports(file) - {"paradex_adapter"}:
            root = module.partition(".")[0]
            is_ours = root == "paradex_adapter"
            assert reaches(module, allowed) if is_ours else root in common | others, (
                f"{file} imports {module}"
            )


@pytest.mark.parametrize("file", under("paradex_adapter/charts/", "paradex_adapter/wire/"))
def test_behaviour_and_language_touch_neither_clock_nor_chance_nor_world(file):
    world = {"asyncio", "anyio", "socket", "ssl", "subprocess", "threading", "os", "io", "pathlib"}
    assert not roots(file) & (world | {"logging", "time", "random", "secrets", "datetime"})


def test_only_the_outermost_files_know_nautilus():
    outermost = (
        "account_data adoption agreement books busts config constants data denials drafting "
        "engine_view events execution factories fees foreign funding inflight market_book "
        "market_feed market_history position_truth providers reporting session_log siblings"
    )
    named = {f"paradex_adapter/{name}.py" for name in outermost.split()}
    assert importers("nautilus_trader") <= named | set(under("paradex_adapter/parsing/"))


def test_only_transport_opens_sockets():
    assert importers("httpx", "websockets", "socket", "ssl") <= set(
        under("paradex_adapter/transport/", "paradex_venue/")
    )


def test_what_draws_and_tests_charts_is_not_imported_at_run_time():
    assert importers("statecharts.testing") == set()
    assert importers("statecharts.render") <= set(under("statecharts/render/"))
    assert importers("statecharts.explore") <= {
        "paradex_adapter/charts/examples.py",
        "statecharts/testing.py",
        *under("statecharts/render/"),
    }


def test_nothing_imports_the_tests():
    assert importers("tests") == set()


def test_reading_the_charts_needs_no_trading_platform():
    code = "import sys, paradex_adapter.charts; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = {module.partition(".")[0] for module in done.stdout.split()}
    assert "paradex_adapter" in loaded
    assert not loaded & {"nautilus_trader", "httpx", "websockets", "anyio"}


# Who may do what


def attributes(file: str, of: str) -> set[str]:
    """What `file` takes from the module named `of`: `os.environ` gives `environ`."""
    return {
        node.attr
        for node in ast.walk(tree(file))
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == of
    }


def calls(node: ast.AST) -> Iterator[ast.Call]:
    return (each for each in ast.walk(node) if isinstance(each, ast.Call))


def callers(prefix: str) -> set[str]:
    """The files that call a method whose name begins so."""
    return {
        file
        for file in under("paradex_adapter/")
        for call in calls(tree(file))
        if isinstance(call.func, ast.Attribute) and call.func.attr.startswith(prefix)
    }


def test_only_the_environment_module_reads_environment_variables():
    adapter = under("paradex_adapter/")
    readers = {file for file in adapter if attributes(file, "os") & {"environ", "getenv"}}
    assert readers == {"paradex_adapter/environment.py"}
    assert not {file for file in adapter if "os.environ" in imports(file)}


def test_only_timers_and_tasks_know_the_loop():
    users = {
        file
        for file in under("paradex_adapter/")
        if attributes(file, "asyncio") - {"AbstractEventLoop"}
    }
    assert users == {"paradex_adapter/transport/timers.py", "paradex_adapter/transport/tasks.py"}


def test_order_events_come_from_one_file():
    assert callers("generate_order_") - callers("generate_order_status_report") == {
        "paradex_adapter/events.py"
    }


@pytest.mark.parametrize(
    ("act", "file"),
    [
        ("create_order", "order_entry"),
        ("cancel_order", "order_entry"),
        ("create_orders", "order_entry"),
        ("cancel_orders", "order_entry"),
        ("modify_order", "order_entry"),
        ("authenticate", "tokens"),
        ("dial", "session"),
    ],
)
def test_what_changes_something_at_the_venue_is_called_from_one_file(act, file):
    exactly = {
        each
        for each in callers(act)
        for call in calls(tree(each))
        if isinstance(call.func, ast.Attribute) and call.func.attr == act
    }
    assert exactly == {f"paradex_adapter/{file}.py"}


# The charts are the program


@pytest.mark.parametrize("vocabulary", ["facts", "requests"])
def test_nobody_but_a_chart_makes_a_request_or_a_fact(vocabulary):
    module = f"paradex_adapter.charts.{vocabulary}"
    makers = set()
    for file in under("paradex_adapter/"):
        local = {name.removeprefix(f"{module}.") for name in imports(file)} & vocabulary_of(module)
        for call in calls(tree(file)):
            if isinstance(call.func, ast.Name) and call.func.id in local:
                makers.add(file)
    assert makers
    assert makers <= set(under("paradex_adapter/charts/"))


def vocabulary_of(module: str) -> set[str]:
    body = tree(f"{module.replace('.', '/')}.py").body
    return {node.name for node in body if isinstance(node, ast.ClassDef)}


ACTS = {"create", "modify", "cancel", "authenticate", "dial", "close"}
METHODS = {"auth", "subscribe", "unsubscribe", "order.cancel_on_disconnect"}
PERFORMED = {
    "orders": {
        "CreateOrder": {"_bodies.create", "_entry.create"},
        "ModifyOrder": {"_bodies.modify", "_entry.modify"},
        "CancelOrder": {"_entry.cancel"},
        "QueryOrder": set(),
        "ReviewOrder": set(),
    },
    "session": {
        "Dial": {"_socket.dial"},
        "CloseSocket": {"_socket.close"},
        "ObtainToken": set(),
        "Authenticate": {"auth"},
        "ArmSwitch": {"order.cancel_on_disconnect"},
        "DisarmSwitch": {"order.cancel_on_disconnect"},
        "Subscribe": {"subscribe"},
        "Unsubscribe": {"unsubscribe"},
    },
    "tokens": {"": {"_issuer.authenticate"}},
    "private_feed": {"": set()},
    "books": {"Resubscribe": set(), "CountBook": set(), "AskBook": set()},
    "recurring": {"": set()},
    "venue_watch": {"": set()},
}
"""What each composer does at the venue for each request; the only kind of one needs no name."""


class Composer:
    """A class that performs requests: what each part of it does at the venue."""

    def __init__(self, file: str) -> None:
        (found,) = (
            node
            for node in tree(f"paradex_adapter/{file}.py").body
            if isinstance(node, ast.ClassDef) and "_request" in {*self.methods_of(node)}
        )
        self.methods = self.methods_of(found)

    @staticmethod
    def methods_of(node: ast.ClassDef) -> dict[str, ast.AST]:
        functions = (ast.FunctionDef, ast.AsyncFunctionDef)
        return {each.name: each for each in node.body if isinstance(each, functions)}

    def reached(self, node: ast.AST) -> set[str]:
        """The methods that `node` leads to. Handing `_request` to a driver leads nowhere."""
        found: set[str] = set()
        waiting = [node]
        while waiting:
            for each in ast.walk(waiting.pop()):
                name = each.attr if isinstance(each, ast.Attribute) else ""
                if name in self.methods and name not in found | {"_request"}:
                    found.add(name)
                    waiting.append(self.methods[name])
        return found

    def acts(self, node: ast.AST) -> set[str]:
        """What `node`, and whatever it leads to, does at the venue."""
        everything = [node, *(self.methods[name] for name in self.reached(node))]
        return {act for each in everything for call in calls(each) for act in _act(call)}

    def arms(self) -> dict[str, ast.AST]:
        """What is done for each request."""
        request = self.methods["_request"]
        arms = [each for each in ast.walk(request) if isinstance(each, ast.match_case)]
        named = [arm for arm in arms if isinstance(arm.pattern, ast.MatchClass)]
        return {ast.unparse(arm.pattern.cls): arm for arm in named} or {"": request}


def _act(call: ast.Call) -> Iterator[str]:
    match call.func:
        case ast.Attribute(value=ast.Attribute(attr=port), attr=act) if act in ACTS:
            yield f"{port}.{act}"
        case ast.Attribute(attr="_call"):
            yield from {text.value for text in call.args[:1] if isinstance(text, ast.Constant)}


@pytest.mark.parametrize("file", PERFORMED)
def test_each_request_is_performed_by_what_it_names(file):
    composer = Composer(file)
    assert {name: composer.acts(arm) for name, arm in composer.arms().items()} == PERFORMED[file]


@pytest.mark.parametrize("file", PERFORMED)
def test_nothing_is_done_at_the_venue_but_for_a_charts_request(file):
    composer = Composer(file)
    performing = {"_request", *composer.reached(composer.methods["_request"])}
    for name, method in composer.methods.items():
        assert name in performing or composer.acts(method) == set(), f"{file}: {name}"


def test_signing_in_and_subscribing_are_said_in_one_file():
    sayers = {
        file
        for file in under("paradex_adapter/")
        for call in calls(tree(file))
        if call.args and isinstance(call.args[0], ast.Constant) and call.args[0].value in METHODS
    }
    assert sayers == {"paradex_adapter/session.py"}
