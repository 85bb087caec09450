"""Shares the fixtures of `tests.scratch`, and leaves out the test against the published schemas where there are none."""

from tests.persons.magda import schemas
from tests.scratch import scratch, scratch_template

__all__ = ["scratch", "scratch_template"]

collect_ignore_glob = [] if schemas.AVAILABLE else ["test_*_xsd.py"]
