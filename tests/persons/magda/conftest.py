"""Leaves out the tests that need the published schemas where there are none, and says so."""

from tests.persons.magda import schemas

collect_ignore_glob = [] if schemas.AVAILABLE else ["test_*_xsd.py"]


def pytest_terminal_summary(terminalreporter):
    """One line in the closing summary, so that nobody believes messages were validated when they were not."""
    if not schemas.AVAILABLE:
        terminalreporter.write_line(
            "MAGDA schemas not found: tests/persons/magda/test_*_xsd.py were not collected."
            " Set MAGDA_XSD_DIR to the folder with the schemas to run them."
        )
