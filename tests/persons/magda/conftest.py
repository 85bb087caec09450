"""Fixtures for reading messages; leaves out the tests that need the published schemas where there are none."""

import pytest
from lxml import etree

from persons.magda.reader import Dossier, MessageError, read_file
from tests.persons.magda import messages, schemas

collect_ignore_glob = [] if schemas.AVAILABLE else ["test_*_xsd.py"]


def pytest_terminal_summary(terminalreporter):
    """One line in the closing summary, so that nobody believes messages were validated when they were not."""
    if not schemas.AVAILABLE:
        terminalreporter.write_line(
            "MAGDA schemas not found: test_*_xsd.py were not collected."
            " Set MAGDA_XSD_DIR to the folder with the schemas to run them."
        )


@pytest.fixture
def read(tmp_path):
    """Reads a message, as an element or as bytes: the list of what the reader yields."""

    def read(message, *, allow_test=True, **options):
        path = tmp_path / "message.xml"
        path.write_bytes(message if isinstance(message, bytes) else messages.as_bytes(message))
        return list(read_file(path, allow_test=allow_test, **options))

    return read


@pytest.fixture
def dossier_of(read):
    """Reads a message with one dossier and gives that."""

    def dossier_of(message, **options):
        (found,) = read(message, **options)
        assert isinstance(found, Dossier), found
        return found

    return dossier_of


@pytest.fixture
def error_of(read):
    """Reads a message that is one mistake and gives that."""

    def error_of(message, **options):
        (found,) = read(message, **options)
        assert isinstance(found, MessageError), found
        return found

    return error_of


@pytest.fixture
def without_shortcuts(monkeypatch):
    """Makes the reader stream small files too and parse every lesson."""
    monkeypatch.setattr("persons.magda.reader.files._SMALL", 0)
    monkeypatch.setattr("persons.magda.reader.files._OTHER_ENCODING", _Always())


class _Always:
    def search(self, text):
        """As if every message had another encoding than UTF-8."""
        return text or "found"


def canonical(element):
    """Exclusive C14N of an element as it is, white space included."""
    copy = etree.fromstring(etree.tostring(element, with_tail=False))
    return etree.tostring(copy, method="c14n", exclusive=True, with_comments=False)
