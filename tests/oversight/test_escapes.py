"""The review of escapes on the privacy officer's desk."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from consultations.models import Consultation
from persons.models import EscapeReview

from .. import factories
from ..factories import escape, insz, log_rows, mandate, member, person
from .conftest import page, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _escapes(ocmw):
    mandate(ocmw, escape_blocks=["Personalia"])


def reviews() -> list[tuple[str, str]]:
    with factories.owner():
        return list(EscapeReview.objects.order_by("pk").values_list("verdict", "note"))


def test_the_queue_has_what_waits_with_its_age_and_day(browser: Client, case_worker):
    late = escape(case_worker, insz(), began=24 * 20, explanation="een toelichting van lang geleden")
    new = escape(case_worker, insz(), reason="household")
    text = text_of(browser.get(page("escapes")))
    assert "2 na te kijken, waarvan 1 te laat" in text
    assert text.index("een toelichting van lang geleden") < text.index("Sociaal onderzoek bij iemand")
    assert "20 dagen oud, 6 dagen te laat" in text
    assert "0 dagen oud, ten laatste op" in text
    row = log_rows()[-1]
    assert (row["kind"], row["outcome"]) == ("log_reading", "shown")
    assert row["shown"] == sorted([late.insz, new.insz])


def test_a_review_takes_an_escape_out_of_the_queue_and_stays_to_be_read(browser: Client, case_worker):
    made = escape(case_worker, person("Warsame").insz)
    address = page("escape", made.public_id)
    shown = text_of(browser.get(address))
    assert "Gevaar voor de betrokkene of voor iemand anders" in shown
    assert "Warsame" not in shown
    assert log_rows()[-1]["shown"] == [made.insz]
    assert browser.post(address, {"verdict": "justified"}).status_code == 422
    assert browser.post(address, {"verdict": "fine", "note": "x"}).status_code == 422
    assert reviews() == []
    response = browser.post(address, {"verdict": "unclear", "note": "de collega is ziek"})
    assert response["Location"] == page("escapes")
    assert "Er zijn geen noodinzages in deze lijst." in text_of(browser.get(page("escapes")))
    assert "onduidelijk" in text_of(browser.get(page("escapes") + "?state=reviewed"))
    browser.post(address, {"verdict": "justified", "note": "de collega legde het uit"})
    assert reviews() == [("unclear", "de collega is ziek"), ("justified", "de collega legde het uit")]
    text = text_of(browser.get(address))
    assert text.index("de collega legde het uit") < text.index("de collega is ziek")


def test_an_officer_who_is_a_case_worker_reviews_no_own_escape(browser: Client, privacy_officer, ocmw):
    own = escape(member(ocmw, user_=privacy_officer.user), insz())
    address = page("escape", own.public_id)
    response = browser.get(address)
    assert 'name="verdict"' not in response.content.decode()
    assert "Een andere privacyverantwoordelijke kijkt ze na." in text_of(response)
    assert browser.post(address, {"verdict": "justified", "note": "het was nodig"}).status_code == 422
    assert reviews() == []
    assert "uw eigen noodinzage" in text_of(browser.get(page("escapes")))


def test_those_of_another_institution_are_404(browser: Client, other_ocmw, outsider):
    mandate(other_ocmw, escape_blocks=["Personalia"])
    made = escape(outsider, insz())
    assert browser.get(page("escape", made.public_id)).status_code == 404
    row = log_rows()[-1]
    assert (row["outcome"], row["target"], row["shown"]) == ("refused", str(made.public_id), [])


def test_the_desk_counts_and_the_person_page_names_them(browser: Client, case_worker, sign_in):
    client = person()
    made = escape(case_worker, client.insz, began=1)
    worker = Client()
    worker.force_login(case_worker.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    worker.get(reverse("escape_file", args=["ocmw-proefstad", made.public_id]))
    desk = text_of(browser.get(page("desk")))
    assert "1 noodinzages na te kijken" in desk
    assert "Dossier geopend met een noodinzage" in desk
    found = browser.post(page("person_search"), {"insz": client.insz})["Location"]
    assert "Dossier geopend met een noodinzage: Personalia" in text_of(browser.get(found))
    with factories.owner():
        look = Consultation.objects.get(kind="escape_file")
    assert page("escape", made.public_id) in browser.get(page("look", look.pk)).content.decode()
    escapes_only = text_of(browser.get(page("desk") + "?how=escape"))
    assert "Dossier geopend met een noodinzage" in escapes_only


def test_the_agency_sees_how_many_are_late_and_none_of_them(sign_in, agency_administrator, case_worker):
    made = escape(case_worker, insz(), began=24 * 20)
    browser = sign_in(agency_administrator)
    listed = browser.get(reverse("admin:partners_institution_changelist")).content.decode()
    assert '<td class="field-late_escapes">1</td>' in listed
    assert made.insz not in listed
