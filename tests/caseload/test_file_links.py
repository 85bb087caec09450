"""The addresses in a client's file are those of `reverse`, for every institution, file and look."""

from __future__ import annotations

import uuid

import pytest
from django.urls import reverse

from caseload.filelinks import FileLinks
from persons.presentation.folds import FOLDS

SLUG, FILE, LOOK = "ocmw-de-linde", uuid.uuid4(), uuid.uuid4()
OF_FILE = (
    "file_previous",
    "file_next",
    "person_follow",
    "reminder_set",
    "inscription_extend",
    "inscription_end",
    "inscription_history",
    "request_note",
)


@pytest.mark.parametrize(
    ("view", "args"),
    [
        ("client_list", [SLUG]),
        *[(view, [SLUG, FILE]) for view in OF_FILE],
        *[(view, [SLUG, FILE, LOOK]) for view in ("conversation_sheet", "print_file", "whole_file")],
    ],
)
def test_an_address_is_that_of_its_view(view, args):
    # Another institution's file first: nothing of it is kept.
    FileLinks("sint-bernarduskring", uuid.uuid4(), uuid.uuid4())
    assert FileLinks(SLUG, FILE, LOOK)[view] == reverse(view, args=args)


@pytest.mark.parametrize("fold", FOLDS, ids=lambda fold: fold.slug)
def test_the_address_of_a_part_is_that_of_its_view(fold):
    address = reverse("file_section", args=[SLUG, FILE, LOOK, fold.slug])
    assert FileLinks(SLUG, FILE, LOOK).part(fold.slug) == address
