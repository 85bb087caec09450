"""Figures on the use of the portal: consultations counted from the log, charts, working days.

This package has the name of a module in Python's standard library and comes first on the import path. Libraries that
import the standard module (Django's SQLite backend, tablib) get this package instead, so `__getattr__` passes their
names on to the standard module.
"""

from functools import cache
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from sysconfig import get_path
from types import ModuleType


@cache
def _standard_module() -> ModuleType:
    spec = PathFinder.find_spec(__name__, [get_path("stdlib")])
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def __getattr__(name: str) -> object:
    if name.startswith("__"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(_standard_module(), name)
