"""What was used: consultations counted from the log, charts, working days.

The folder shares its name with a module of Python's standard library and comes first on the import path. Libraries
that want the standard module (Django's SQLite backend, tablib) therefore find this package; `__getattr__` hands them
the names they ask for.
"""

from functools import cache
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from sysconfig import get_path


@cache
def _standard_module():
    spec = PathFinder.find_spec(__name__, [get_path("stdlib")])
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(_standard_module(), name)
