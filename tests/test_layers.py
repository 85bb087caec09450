"""The import rule of the house, read from the syntax tree."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django.conf import settings

APPS = ["partners", "persons", "statistics", "demo"]
# Inside an app each layer looks only at those before it.
LAYERS = ["querysets", "models", "services", "tables", "filters", "forms", "admin", "views", "urls"]


def modules() -> list[Path]:
    return [
        path
        for app in [*APPS, "kbi_portal"]
        for path in sorted((settings.BASE_DIR / app).rglob("*.py"))
        if "migrations" not in path.parts
    ]


def imports(path: Path) -> list[tuple[str, int]]:
    """Absolute names of what a module imports at run time, with the line; imports for type checking do not count."""
    tree = ast.parse(path.read_text())
    package = list(path.relative_to(settings.BASE_DIR).parts[:-1])
    found = []

    class Visitor(ast.NodeVisitor):
        def visit_If(self, node: ast.If) -> None:
            if not (isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"):
                self.generic_visit(node)

        def visit_Import(self, node: ast.Import) -> None:
            found.extend((alias.name, node.lineno) for alias in node.names)

        def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
            base = package[: len(package) - node.level + 1] if node.level else []
            name = ".".join([*base, *(node.module.split(".") if node.module else [])])
            found.extend((f"{name}.{alias.name}", node.lineno) for alias in node.names)

    Visitor().visit(tree)
    return found


def name_of(path: Path) -> str:
    return str(path.relative_to(settings.BASE_DIR))


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_apps_look_only_leftwards(path):
    app = path.relative_to(settings.BASE_DIR).parts[0]
    allowed = set(APPS[: APPS.index(app) + 1]) if app in APPS else {*APPS, "kbi_portal"} - {"demo"}
    for name, line in imports(path):
        target = name.split(".")[0]
        if target in {*APPS, "kbi_portal"}:
            assert target in allowed, f"{name_of(path)}:{line} imports {name}"


def layer(parts: list[str]) -> int | None:
    return LAYERS.index(parts[1]) if len(parts) > 1 and parts[1] in LAYERS else None


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_layers_of_an_app_look_only_leftwards(path):
    parts = list(path.relative_to(settings.BASE_DIR).with_suffix("").parts)
    own = layer(parts)
    if own is None:
        return
    tree = ast.parse(path.read_text())
    top_level = {node.lineno for node in tree.body if isinstance(node, ast.ImportFrom | ast.Import)}
    for name, line in imports(path):
        target = name.split(".")
        if target[0] == parts[0] and line in top_level:
            other = layer(target)
            assert other is None or other <= own, f"{name_of(path)}:{line} imports {name}"


def test_the_names_of_the_house_are_the_given_ones():
    for name in ("manage.py", "requirements.in", "requirements.txt", "pyproject.toml", "Makefile", "README.md",
                 "CHANGELOG.md", "LICENSE", ".ci/run", "kbi_portal", "partners", "persons", "statistics", "demo",
                 "templates", "static", "docs", "tests", "bench", "persons/attendance.py",
                 "persons/magda"):  # fmt: skip
        assert (settings.BASE_DIR / name).exists(), name
