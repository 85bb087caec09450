"""The page of the own looks: who was opened, when, in which capacity; nobody else's, nothing of former clients."""

from __future__ import annotations

import datetime
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from partners.enums import Role
from partners.periods import today
from persons.insz import format_insz

from .. import factories
from ..factories import escape, fetch, inscribe, insz, log_rows, mandate, member, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(case_worker, sign_in) -> Client:
    return sign_in(case_worker)


def page(name: str, *values, slug: str = "ocmw-proefstad") -> str:
    return reverse(name, args=[slug, *values])


def text_of(response) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", response.content.decode()).split())


def looks(browser, slug: str = "ocmw-proefstad"):
    response = browser.get(page("own_looks", slug=slug))
    assert response.status_code == 200
    return response


def test_who_was_opened_when_and_in_which_capacity(browser, ocmw, case_worker):
    made = inscribe(ocmw, person())
    file = page("person_file", made.public_id)
    browser.get(file)
    browser.post(page("person_follow", made.public_id), {"action": "follow"})
    response = looks(browser)
    words = text_of(response)
    assert words.index("Gevolgd of niet meer gevolgd") < words.index("Dossier geopend")
    assert "Abdulahi, Hodan Leefloon Dossier geopend" in words
    assert f'href="{file}"' in response.content.decode()
    assert f'href="{page("own_looks")}"' in browser.get(page("client_list")).content.decode()
    [row] = [row for row in log_rows() if row["kind"] == "log_reading"]
    assert (row["outcome"], row["shown"], row["user_id"]) == ("shown", [made.insz], case_worker.user_id)


def test_another_users_and_another_institutions_looks_are_not_there(ocmw, other_ocmw, case_worker, sign_in):
    here, elsewhere = inscribe(ocmw, person("Hier")), inscribe(other_ocmw, person("Daar"))
    colleague = sign_in(member(ocmw))
    colleague.get(page("person_file", here.public_id))
    member(other_ocmw, user_=case_worker.user)
    browser = sign_in(case_worker)
    browser.get(page("person_file", elsewhere.public_id, slug=other_ocmw.slug))
    assert "Hier, Hodan" not in text_of(looks(browser))
    assert "geen enkel dossier" in text_of(looks(browser))
    assert "Daar, Hodan" in text_of(looks(browser, other_ocmw.slug))
    assert [row["outcome"] for row in log_rows() if row["kind"] == "log_reading"] == [
        "empty",
        "empty",
        "shown",
    ]


@pytest.mark.parametrize("how", ["ended", "expired", "mandate"])
def test_a_former_client_has_no_name_no_number_and_no_link(browser, ocmw, how):
    made = inscribe(ocmw, person("Vorige"))
    browser.get(page("person_file", made.public_id))
    if how == "mandate":
        factories.end(made.version, today() - datetime.timedelta(days=1))
    else:
        with factories.owner():
            day = today() - datetime.timedelta(days=1)
            type(made).objects.filter(pk=made.pk).update(
                **({"valid_until": day} if how == "expired" else {"voided_at": timezone.now()})
            )
    response = looks(browser)
    assert "niet meer bij uw instelling" in text_of(response)
    html = response.content.decode()
    for secret in ("Vorige", made.insz, format_insz(made.insz), str(made.public_id)):
        assert secret not in html
    assert log_rows()[-1]["shown"] == []
    assert log_rows()[-1]["outcome"] == "shown"


def test_the_link_is_that_of_another_inscription_of_the_client(browser, ocmw):
    first = inscribe(ocmw, person())
    second = inscribe(ocmw, first.insz, "schuldbemiddeling")
    browser.get(page("person_file", first.public_id))
    with factories.owner():
        type(first).objects.filter(pk=first.pk).update(voided_at=timezone.now())
    html = looks(browser).content.decode()
    assert page("person_file", second.public_id) in html
    assert str(first.public_id) not in html


def test_refused_looks_lists_and_old_looks_are_not_there(browser, ocmw, outsider, case_worker):
    theirs = inscribe(outsider.institution, person("Hunne"))
    browser.get(page("client_list"))
    browser.get(page("person_file", theirs.public_id))
    made = inscribe(ocmw, person("Oude"))
    browser.get(page("person_file", made.public_id))
    bound = {"institution": ocmw.pk, "user": case_worker.user_id, "role": "case_worker"}
    [(first,)] = fetch("SELECT inscription_id FROM persons_ownlook", **bound)
    assert first == made.pk


def test_a_look_with_an_escape_is_there_without_name_or_number(browser, ocmw, case_worker):
    mandate(ocmw, escape_blocks=["Personalia"])
    made = escape(case_worker, person("Vreemd").insz)
    browser.get(page("escape_file", made.public_id))
    words = text_of(looks(browser))
    assert "geen cliënt van uw instelling Leefloon Dossier geopend met een noodinzage" in words
    assert "Vreemd" not in words
    assert format_insz(made.insz) not in words


def test_a_client_who_waits_has_a_number(browser, ocmw):
    waiting = inscribe(ocmw, insz())
    browser.post(page("person_follow", waiting.public_id), {"action": "follow"})
    response = looks(browser)
    assert format_insz(waiting.insz) in text_of(response)
    assert str(waiting.public_id) not in response.content.decode()


def test_a_local_administrator_sees_the_own_steps_without_a_link(ocmw, local_administrator, sign_in):
    factories.mandate(ocmw, may_register="local_administrator")
    made = inscribe(ocmw, person())
    browser = sign_in(local_administrator)
    browser.post(page("inscription_extend", made.public_id), {"until": "", "reason": ""})
    later = made.valid_until + datetime.timedelta(days=9)
    data = {"until": later.isoformat(), "reason": "goes_on"}
    assert browser.post(page("inscription_extend", made.public_id), data).status_code == 302
    response = looks(browser)
    assert "Abdulahi, Hodan Leefloon Inschrijving verlengd" in text_of(response)
    assert page("person_file", made.public_id) not in response.content.decode()


def test_every_role_has_the_page_and_the_agency_sees_no_name(ocmw, sign_in, agency_administrator):
    for role in Role:
        assert "geen enkel dossier" in text_of(looks(sign_in(member(ocmw, role))))
    worker = member(ocmw)
    browser = sign_in(worker)
    browser.get(page("person_file", inscribe(ocmw, person()).public_id))
    with factories.owner():
        type(worker.user).objects.filter(pk=worker.user_id).update(is_staff=True)
    assert "Abdulahi" not in looks(browser).content.decode()
    assert sign_in(agency_administrator).get(page("own_looks")).status_code == 404


def test_pages_go_on_where_the_last_one_ended(browser, ocmw, monkeypatch):
    monkeypatch.setattr("caseload.ownlooks.PAGE_SIZE", 2)
    for name in ("Eerst", "Dan", "Laatst"):
        browser.get(page("person_file", inscribe(ocmw, person(name)).public_id))
    html = looks(browser).content.decode()
    assert "Eerst, Hodan" not in html
    [following] = re.findall(r'href="(\?after=[^"]+)"', html)
    words = text_of(browser.get(page("own_looks") + following.replace("&amp;", "&")))
    assert "Eerst, Hodan" in words
    assert "Dan, Hodan" not in words


def test_raw_sql_reads_the_looks_of_the_bound_user_only(browser, ocmw, other_ocmw, case_worker):
    browser.get(page("person_file", inscribe(ocmw, person()).public_id))
    bound = {"institution": ocmw.pk, "user": case_worker.user_id, "role": "case_worker"}
    assert len(fetch("SELECT * FROM persons_own_looks()", **bound)) == 1
    for other in ({"user": 0}, {"institution": other_ocmw.pk}, {"user": ""}, {"institution": ""}):
        assert fetch("SELECT * FROM persons_own_looks()", **(bound | other)) == []
    assert fetch("SELECT 1 FROM consultations_consultation", **bound) == []
