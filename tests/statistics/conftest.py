"""The agency's scope."""

import contextlib

import pytest

from partners.models import Institution
from statistics.services.counting import for_the_agency
from statistics.services.importing import import_file
from tests import factories

from .counting import DATA_2015, INSTITUTIONS_2015, SOURCE_2015


@pytest.fixture
def agency(db):
    """`with agency(): …` reads what the agency's pages may read."""

    @contextlib.contextmanager
    def _agency():
        with for_the_agency():
            yield

    return _agency


@pytest.fixture
def institutions_2015(db) -> dict[str, Institution]:
    """The institutions of the 2015 table, by name."""
    return {name: factories.institution(name, kind) for name, kind in INSTITUTIONS_2015.items()}


@pytest.fixture
def table_2015(institutions_2015):
    """The 2015 table, imported."""
    with factories.owner():
        import_file(DATA_2015, source=SOURCE_2015)
    return institutions_2015
