"""The parts of a file: opened through the door, for half an hour, by the user who opened the file."""

from __future__ import annotations

import datetime
import uuid

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from consultations.enums import Kind, Outcome
from consultations.models import Consultation
from consultations.services import record
from partners.blocks import BlockName
from partners.services import working_for
from persons.presentation.folds import FIRST_SCREEN, FOLDS
from persons.services.door import Refused, open_part

from .. import factories
from ..factories import BLOCKS, inscribe, log_rows, mandate, member, person

pytestmark = pytest.mark.django_db
HALF_AN_HOUR = datetime.timedelta(minutes=30)


@pytest.fixture
def inscription(ocmw):
    mandate(ocmw, blocks=["Personalia", "VormingsActiviteiten", "Gesprekken"])
    blocks = BLOCKS | {
        "Gesprekken": "<Gesprekken><Gesprek><Onderwerp>kinderopvang</Onderwerp></Gesprek></Gesprekken>"
    }
    return inscribe(ocmw, person("Abdulahi", "Hodan", blocks=blocks))


@pytest.fixture
def browser(case_worker, sign_in):
    return sign_in(case_worker)


def opened_file(browser, inscription):
    """Open the file; return its page and the id of the look."""
    page = browser.get(reverse("person_file", args=[inscription.institution.slug, inscription.public_id]))
    assert page.status_code == 200
    return page, page.context["look"]


def address(inscription, look, part: str) -> str:
    return reverse("file_section", args=[inscription.institution.slug, inscription.public_id, look, part])


def other_rows() -> list[dict]:
    return [row for row in log_rows() if row["kind"] != "file"]


def earlier(look, by: datetime.timedelta) -> uuid.UUID:
    """Append a copy of a look, as if it was made so much earlier; return its id."""
    copy = Consultation(pk=uuid.uuid4())
    with factories.owner():
        original = Consultation.objects.get(pk=look)
        for field in Consultation._meta.concrete_fields:
            if field.name not in ("id", "xid"):
                setattr(copy, field.attname, getattr(original, field.attname))
        copy.at = original.at - by
        copy.save(force_insert=True)
    return copy.pk


def test_the_first_screen_reads_its_own_blocks_and_logs_those_it_lists(browser, inscription):
    page, _look = opened_file(browser, inscription)
    assert "kinderopvang" not in page.content.decode()
    assert [fold.slug for fold in page.context["folds"]] == ["lessen", "opvolging", "persoon", "technisch"]
    [row] = log_rows()
    assert row["blocks"] == ["Gesprekken", "Personalia", "VormingsActiviteiten"]
    assert row["parent_id"] is None


def test_a_part_shows_its_blocks_and_points_to_the_file(browser, inscription):
    _page, look = opened_file(browser, inscription)
    part = browser.get(address(inscription, look, "opvolging"), headers={"hx-request": "true"})
    assert "kinderopvang" in part.content.decode()
    assert "<html" not in part.content.decode()
    [row] = other_rows()
    assert (row["kind"], row["outcome"], row["blocks"]) == ("section", "shown", ["Gesprekken"])
    assert row["parent_id"] == str(look)
    assert (row["insz"], row["inscription_id"]) == (inscription.insz, inscription.pk)


def test_without_script_a_part_is_a_page_and_so_is_the_whole_file(browser, inscription):
    _page, look = opened_file(browser, inscription)
    page = browser.get(address(inscription, look, "opvolging")).content.decode()
    assert "<html" in page
    assert "kinderopvang" in page
    whole = browser.get(
        reverse("whole_file", args=[inscription.institution.slug, inscription.public_id, look])
    )
    assert "kinderopvang" in whole.content.decode()
    assert "Hodan" in whole.content.decode()
    assert [row["kind"] for row in other_rows()] == ["section", "section"]
    assert other_rows()[1]["blocks"] == ["Gesprekken", "Personalia", "VormingsActiviteiten"]


def test_printing_is_logged_as_printing(browser, inscription):
    _page, look = opened_file(browser, inscription)
    page = browser.get(
        reverse("print_file", args=[inscription.institution.slug, inscription.public_id, look])
    )
    assert page.status_code == 200
    [row] = other_rows()
    assert (row["kind"], row["parent_id"]) == ("print", str(look))


def test_after_half_an_hour_the_file_opens_again(browser, inscription):
    _page, look = opened_file(browser, inscription)
    file = reverse("person_file", args=[inscription.institution.slug, inscription.public_id])
    just = earlier(look, HALF_AN_HOUR - datetime.timedelta(minutes=1))
    assert browser.get(address(inscription, just, "opvolging")).status_code == 200
    look = earlier(look, HALF_AN_HOUR + datetime.timedelta(minutes=1))
    response = browser.get(address(inscription, look, "opvolging"))
    assert (response.status_code, response["Location"]) == (302, file)
    part = browser.get(address(inscription, look, "opvolging"), headers={"hx-request": "true"})
    assert part["HX-Redirect"] == file
    assert b"kinderopvang" not in part.content
    assert len(other_rows()) == 1


def test_a_look_of_somebody_else_opens_nothing(browser, inscription, ocmw, sign_in):
    _page, look = opened_file(browser, inscription)
    colleague = sign_in(member(ocmw, "case_worker"))
    assert colleague.get(address(inscription, look, "opvolging")).status_code == 302
    assert colleague.get(address(inscription, uuid.uuid4(), "opvolging")).status_code == 302
    second = inscribe(ocmw, person("Kamara", "Fatu"))
    assert browser.get(address(second, look, "persoon")).status_code == 302
    assert other_rows() == []


def test_another_institution_is_refused_and_logged(browser, inscription, outsider, sign_in):
    _page, look = opened_file(browser, inscription)
    stranger = sign_in(outsider)
    for part in ("opvolging", "technisch"):
        elsewhere = reverse(
            "file_section", args=[outsider.institution.slug, inscription.public_id, look, part]
        )
        assert stranger.get(elsewhere).status_code == 404
    assert [(row["kind"], row["outcome"], row["rule"]) for row in other_rows()] == [
        ("section", "refused", "not_visible")
    ] * 2


def test_a_part_that_does_not_exist_is_not_there(browser, inscription):
    _page, look = opened_file(browser, inscription)
    assert browser.get(address(inscription, look, "alles")).status_code == 404
    assert other_rows() == []


def test_a_part_of_which_the_mandate_gives_nothing_shows_nothing(browser, inscription):
    _page, look = opened_file(browser, inscription)
    part = browser.get(address(inscription, look, "talen"), headers={"hx-request": "true"})
    assert "Geen gegevens." in part.content.decode()
    assert other_rows()[0]["blocks"] == []


def test_the_door_refuses_a_part_when_the_inscription_is_over(
    case_worker, ocmw, inscription, browser, as_owner
):
    _page, look = opened_file(browser, inscription)
    with as_owner():
        type(inscription).objects.filter(pk=inscription.pk).update(
            valid_from=timezone.localdate() - datetime.timedelta(days=9),
            valid_until=timezone.localdate() - datetime.timedelta(days=1),
        )
    with working_for(ocmw, case_worker.user, "case_worker"), pytest.raises(Refused):
        open_part(inscription_id=inscription.public_id, look=look, acting=case_worker, user=case_worker.user)


@pytest.mark.parametrize("kind", [Kind.SECTION, Kind.PRINT])
def test_the_database_logs_no_part_of_a_file_that_was_not_opened(case_worker, ocmw, inscription, kind):
    with working_for(ocmw, case_worker.user, "case_worker"):
        for parent in (None, uuid.uuid4()):
            with pytest.raises(DatabaseError, match=r"not open|row-level"), transaction.atomic():
                record(
                    kind=kind,
                    outcome=Outcome.SHOWN,
                    acting=case_worker,
                    subject=inscription.subject(),
                    blocks=["Personalia"],
                    parent=parent,
                )
    assert log_rows() == []


def test_a_fuller_inscription_is_linked(browser, ocmw, case_worker):
    mandate(ocmw, "schuldbemiddeling", ["Personalia"])
    mandate(ocmw, blocks=["Personalia", "VormingsActiviteiten"])
    hodan = person("Abdulahi", "Hodan")
    poorer = inscribe(ocmw, hodan, "schuldbemiddeling")
    page, _look = opened_file(browser, poorer)
    assert page.context["fuller"] is None
    richer = inscribe(ocmw, hodan)
    page, _look = opened_file(browser, poorer)
    assert page.context["fuller"].public_id == richer.public_id
    page, _look = opened_file(browser, richer)
    assert page.context["fuller"] is None


def test_every_block_is_in_a_part_once_and_the_first_screen_knows_its_blocks():
    of_parts = [block for fold in FOLDS if fold.slug != "technisch" for block in fold.blocks]
    assert sorted(of_parts) == sorted(BlockName)
    assert set(BlockName) >= FIRST_SCREEN
    assert len({fold.slug for fold in FOLDS}) == len(FOLDS)
