"""Every invented message against the published schemas."""

from datetime import date

import pytest

from tests.demo.populations import files
from tests.persons.magda.schemas import faults

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("version", ["02.00", "01.00"])
def test_every_message_of_three_hundred_persons_is_valid(version):
    wrong = {path: found for path, message in files(300, version).items() if (found := faults(message))}
    assert wrong == {}


@pytest.mark.parametrize(
    "as_of", [date(2015, 12, 1), date(2024, 2, 29), date(2026, 8, 5), date(2050, 12, 31)]
)
def test_messages_of_any_day_are_valid(as_of):
    messages = {**files(25, "02.00", 5, as_of), **files(25, "01.00", 5, as_of)}
    assert [found for message in messages.values() if (found := faults(message))] == []


def test_a_large_bundle_and_its_mutations_are_valid():
    messages = files(620, "01.00")
    assert sorted(messages) == [
        *(f"mutaties/mutatie-{number:05d}.xml" for number in range(5)),
        "publicaties/publicatie-00000.xml",
        "publicaties/publicatie-00001.xml",
    ]
    assert [found for message in messages.values() if (found := faults(message))] == []
