"""The page of mandates: a privacy officer reads what their institution may see, and what happened to it."""

from __future__ import annotations

import datetime

import pytest
from django.urls import reverse

from partners.periods import today

from ..factories import end, log_rows, mandate, member, version

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


def page(client, institution) -> str:
    response = client.get(reverse("mandates", args=[institution.slug]))
    assert response.status_code == 200
    return response.content.decode()


def test_it_shows_versions_in_force_to_come_and_over(ocmw, sign_in, privacy_officer):
    basis = mandate(ocmw, "schuldbemiddeling", valid_until=today(), legal_reference="nr. nu", max_months=7)
    version(basis, valid_from=today() + DAY, legal_reference="nr. straks", blocks=["Wooncode"])
    over = mandate(ocmw, "andere_hulp", legal_reference="nr. voorbij").versions.get()
    end(over, today() - DAY)
    response = sign_in(privacy_officer).get(reverse("mandates", args=[ocmw.slug]))
    own = [row for row in response.context["versions"].page_rows if row.mandate.institution_id]
    assert [(row.legal_reference, row.state()) for row in own] == [
        ("nr. voorbij", "voorbij"),
        ("nr. straks", "komt nog"),
        ("nr. nu", "geldt nu"),
    ]
    text = response.content.decode()
    for words in (
        "Schuldbemiddeling",
        "Wooncode",
        "7 maanden",
        "maatschappelijk werkers",
        "voorbeeld 12/2015",
    ):
        assert words in text


def test_it_shows_who_did_what_and_why(ocmw, other_ocmw, sign_in, privacy_officer):
    end(mandate(ocmw).versions.get(), today())
    mandate(other_ocmw, legal_reference="nr. elders")
    text = page(sign_in(privacy_officer), ocmw)
    assert "vroeger beëindigd" in text
    assert "op de server" in text
    assert "nr. elders" not in text


def test_it_shows_only_the_mandates_of_the_institution_in_the_address(
    ocmw, other_ocmw, sign_in, privacy_officer
):
    member(other_ocmw, "privacy_officer", user_=privacy_officer.user)
    mandate(ocmw, legal_reference="nr. hier")
    mandate(other_ocmw, legal_reference="nr. elders")
    client = sign_in(privacy_officer)
    assert ("nr. hier" in page(client, ocmw), "nr. elders" in page(client, ocmw)) == (True, False)
    assert ("nr. hier" in page(client, other_ocmw), "nr. elders" in page(client, other_ocmw)) == (False, True)


@pytest.mark.parametrize("role", ["case_worker", "local_administrator"])
def test_other_roles_get_404_and_a_row_in_the_log(ocmw, sign_in, role):
    acting = member(ocmw, role)
    assert sign_in(acting).get(reverse("mandates", args=[ocmw.slug])).status_code == 404
    [row] = log_rows()
    assert (row["outcome"], row["rule"], row["user_id"]) == ("refused", "role", acting.user_id)


def test_the_menu_has_it_for_the_privacy_officer_only(ocmw, sign_in, privacy_officer, case_worker):
    address = reverse("mandates", args=[ocmw.slug])
    figures = reverse("statistics:own", args=[ocmw.slug])
    assert f'href="{address}"' in sign_in(privacy_officer).get(figures).content.decode()
    assert f'href="{address}"' not in sign_in(case_worker).get(figures).content.decode()
