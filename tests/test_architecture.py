"""The walls of the house, read from the imports: rooms, who may use what, and where the clock and chance live."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("prompts", "knowledge", "jobs", "bot")  # each may import itself and those before it

LIVES_IN = {
    "chromadb": ("knowledge/index.py",),
    "sentence_transformers": ("knowledge/embedding.py", "knowledge/language_model.py", "knowledge/index.py"),
    "langchain": ("knowledge/embedding.py", "knowledge/language_model.py", "knowledge/index.py"),
    "langchain_*": ("knowledge/embedding.py", "knowledge/language_model.py", "knowledge/index.py"),
    "apscheduler": ("jobs/ticker.py",),
    "sqlalchemy": ("jobs/ledger/*", "jobs/migrations/*"),
    "alembic": ("jobs/ledger/*", "jobs/migrations/*"),
    "lingua": ("knowledge/languages/*",),
    "slack_*": ("bot/posts.py", "bot/running.py", "bot/http_events.py"),
    "starlette": ("bot/http_events.py",),
    "uvicorn": ("bot/http_events.py",),
}
HEAVY = (
    *("torch", "transformers", "sentence_transformers", "tokenizers", "onnx", "onnxruntime", "chromadb", "langchain"),
    *("langchain_*", "scipy", "sklearn", "pdfplumber", "pypdfium2", "rapidocr", "cv2", "PIL", "docx", "alembic"),
    "lingua",
)
CLOCK_AND_CHANCE = frozenset(
    (
        *("datetime.now", "datetime.utcnow", "datetime.today", "date.today"),
        *("time.time", "time.time_ns", "time.localtime"),
        *("os.environ", "os.environb", "os.getenv", "os.urandom"),
    )
)
CHANCE = frozenset(("random", "uuid", "secrets"))


@dataclass(frozen=True)
class Import:
    """`module` (and the names taken from it), in a line of a file; `late` if inside a function."""

    module: str
    names: tuple[str, ...]
    line: int
    late: bool
    for_types: bool


@dataclass(frozen=True)
class Source:
    path: str  # below the repository
    tree: ast.Module

    @property
    def module(self) -> str:
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    def imports(self) -> Iterator[Import]:
        yield from self._imports(self.tree, late=False, for_types=False)

    def _imports(self, node: ast.AST, *, late: bool, for_types: bool) -> Iterator[Import]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Import):
                for alias in child.names:
                    yield Import(alias.name, (), child.lineno, late, for_types)
            elif isinstance(child, ast.ImportFrom):
                module = self._absolute(child)
                yield Import(module, tuple(a.name for a in child.names), child.lineno, late, for_types)
            else:
                types = isinstance(child, ast.If) and ast.unparse(child.test).endswith("TYPE_CHECKING")
                function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
                yield from self._imports(child, late=late or function, for_types=for_types or types)

    def _absolute(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        package = self.module if self.path.endswith("__init__.py") else self.module.rpartition(".")[0]
        above = package.split(".")[: len(package.split(".")) - node.level + 1]
        return ".".join([*above, *([node.module] if node.module else [])])


def sources(root: Path) -> list[Source]:
    files = [path for room in ROOMS for path in sorted((root / room).rglob("*.py"))]
    return [Source(path.relative_to(root).as_posix(), ast.parse(path.read_text("utf-8"))) for path in files]


def is_in(module: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatch(module.partition(".")[0], pattern) for pattern in patterns)


# --- the rules: each names what it finds ------------------------------------------------------------------------------


def against_the_way(root: Path) -> Iterator[str]:
    for source in sources(root):
        here = ROOMS.index(source.path.partition("/")[0])
        for imported in source.imports():
            room = imported.module.partition(".")[0]
            if (room in ROOMS and ROOMS.index(room) > here) or room == "tests":
                yield f"{source.path}:{imported.line} imports {imported.module}"


def through_a_wall(root: Path) -> Iterator[str]:
    for source in sources(root):
        for imported in source.imports():
            for thing, homes in LIVES_IN.items():
                if is_in(imported.module, (thing,)) and not any(fnmatch(source.path, home) for home in homes):
                    yield f"{source.path}:{imported.line} imports {imported.module}"


def heavy_at_start(root: Path) -> Iterator[str]:
    for source in sources(root):
        for imported in source.imports():
            if is_in(imported.module, HEAVY) and not imported.late and not imported.for_types:
                yield f"{source.path}:{imported.line} imports {imported.module}"


def clock_or_chance(root: Path) -> Iterator[str]:
    """Nothing outside `bot` looks at the clock, the environment or dice; it is handed what they say."""
    for source in sources(root):
        if source.path.startswith("bot/"):
            continue
        for imported in source.imports():
            taken = {f"{imported.module}.{name}" for name in imported.names}
            if imported.module in CHANCE or taken & CLOCK_AND_CHANCE:
                yield f"{source.path}:{imported.line} imports {imported.module}"
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Attribute):
                name = ".".join(ast.unparse(node).split(".")[-2:])
                if name in CLOCK_AND_CHANCE:
                    yield f"{source.path}:{node.lineno} uses {name}"


def circles(root: Path) -> Iterator[str]:
    every = sources(root)
    modules = {source.module for source in every}
    graph: dict[str, set[str]] = {}
    for source in every:
        reached = graph.setdefault(source.module, set())
        for imported in source.imports():
            if imported.for_types:
                continue
            inner = {f"{imported.module}.{name}" for name in imported.names} & modules
            reached |= inner or ({imported.module} & modules)
        reached.discard(source.module)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as circle:
        yield " -> ".join(circle.args[1])


# --- the house as it stands -------------------------------------------------------------------------------------------


def test_imports_run_one_way() -> None:
    assert list(against_the_way(ROOT)) == []


def test_every_library_stays_behind_its_wall() -> None:
    assert list(through_a_wall(ROOT)) == []


def test_nothing_heavy_is_imported_at_start() -> None:
    assert list(heavy_at_start(ROOT)) == []


def test_only_the_bot_looks_at_clock_environment_and_dice() -> None:
    assert list(clock_or_chance(ROOT)) == []


def test_no_module_imports_itself_by_a_detour() -> None:
    assert list(circles(ROOT)) == []


def test_the_top_level_holds_the_given_rooms_and_no_others() -> None:
    folders = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")}
    assert folders - {"build", "docs", "__pycache__"} == {*ROOMS, "tests"}


# --- the checker itself -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "path", "code"),
    [
        (against_the_way, "knowledge/a.py", "from bot import settings"),
        (against_the_way, "prompts/a.py", "def f():\n    import knowledge.model"),
        (against_the_way, "jobs/a.py", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import bot.app"),
        (through_a_wall, "knowledge/search.py", "def f():\n    import chromadb.config"),
        (through_a_wall, "jobs/reviews.py", "from sqlalchemy.orm import Session"),
        (through_a_wall, "bot/cli.py", "from slack_sdk import WebClient"),
        (through_a_wall, "knowledge/answers.py", "def f():\n    from langchain_core.messages import AIMessage"),
        (heavy_at_start, "knowledge/embedding.py", "try:\n    import torch\nexcept ImportError:\n    pass"),
        (heavy_at_start, "knowledge/index.py", "class A:\n    import chromadb"),
        (clock_or_chance, "jobs/duties.py", "import datetime\nnow = datetime.datetime.now()"),
        (clock_or_chance, "knowledge/dates.py", "from datetime import date\n\ndef f():\n    return date.today()"),
        (clock_or_chance, "knowledge/index.py", "def f():\n    from os import environ"),
        (clock_or_chance, "prompts/__init__.py", "from uuid import uuid4"),
        (circles, "jobs/a.py", "def f():\n    from jobs import b"),
    ],
)
def test_a_planted_violation_is_found(tmp_path: Path, rule: object, path: str, code: str) -> None:
    for room in ROOMS:
        (tmp_path / room).mkdir()
    (tmp_path / "jobs/b.py").write_text("import jobs.a\n")
    file = tmp_path / path
    file.write_text("import os\nimport time\n")
    assert callable(rule)
    assert list(rule(tmp_path)) == []
    file.write_text(code)
    (found,) = rule(tmp_path)
    assert path.removesuffix(".py").split("/")[-1] in found
