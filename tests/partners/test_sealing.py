"""Sealed values open in their own context only, and not for ever."""

from __future__ import annotations

import datetime

import pytest
import time_machine

from partners.sealing import Unreadable, seal, unseal

MINUTE = datetime.timedelta(minutes=1)


def test_a_sealed_value_shows_nothing_of_itself_and_opens_again():
    value = ["abdulahi hodan", 7, datetime.date(2026, 11, 28)]
    sealed = seal(value, "place", 1)
    assert sealed.isascii()
    assert "abdul" not in sealed
    assert sealed != seal(value, "place", 1)
    assert unseal(sealed, "place", 1) == ["abdulahi hodan", 7, "2026-11-28"]


@pytest.mark.parametrize(
    "context", [(), ("place",), ("place", 2), ("search", 1), ("place", 1, 1), ("place1",)]
)
def test_a_sealed_value_does_not_open_in_another_context(context):
    with pytest.raises(Unreadable):
        unseal(seal("x", "place", 1), *context)


def test_a_context_is_its_parts_and_not_their_letters_in_a_row():
    with pytest.raises(Unreadable):
        unseal(seal("x", "place", "1", "23"), "place", "12", "3")


@pytest.mark.parametrize(
    "change", [lambda s: s[:-8], lambda s: s.swapcase(), lambda s: s[:40] + "A" + s[41:] + "="]
)
def test_a_changed_value_does_not_open(change):
    with pytest.raises(Unreadable):
        unseal(change(seal("x", "place")), "place")


@pytest.mark.parametrize("text", ["", "x", "é", "\ud800", "\0", "=" * 10, "gAAAAA", "A" * 1_000_000])
def test_garbage_does_not_open_and_is_not_repeated(text):
    with pytest.raises(Unreadable) as error:
        unseal(text, "place")
    assert str(error.value) == ""
    assert error.value.__cause__ is None


def test_a_sealed_value_opens_until_its_age():
    sealed = seal("x", "place")
    with time_machine.travel(datetime.datetime.now(datetime.UTC) + 2 * MINUTE):
        assert unseal(sealed, "place") == "x"
        assert unseal(sealed, "place", max_age=3 * MINUTE) == "x"
        with pytest.raises(Unreadable):
            unseal(sealed, "place", max_age=MINUTE)


def test_a_retired_key_still_opens_and_an_unknown_one_does_not(settings):
    sealed = seal("x", "place")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another-" + "y" * 50, [settings.SECRET_KEY]
    assert unseal(sealed, "place") == "x"
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(Unreadable):
        unseal(sealed, "place")
