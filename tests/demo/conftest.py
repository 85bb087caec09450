"""Shares the fixtures of `tests.scratch`; without the published schemas, leaves out the test against them."""

from tests.persons.magda import schemas
from tests.scratch import scratch

__all__ = ["scratch"]

collect_ignore_glob = [] if schemas.AVAILABLE else ["test_*_xsd.py"]
