"""The agency's pages of mandates and their versions: two administrators, numbers and no clients."""

from __future__ import annotations

import datetime

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils.formats import date_format

from partners.enums import InstitutionKind
from partners.groups import READERS
from partners.models import Mandate, MandateVersion
from partners.periods import today

from ..factories import agency_administrator, inscribe, institution, mandate, person, version

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
TOMORROW = today() + DAY
ADD = "admin:partners_mandateversion_add"
PAGE = "admin:partners_mandateversion_change"


def written(day: datetime.date) -> str:
    return f"{day:%d-%m-%Y}"


def browser(account) -> Client:
    client = Client()
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def tom(db):
    return browser(agency_administrator())


@pytest.fixture
def lena(db):
    return browser(agency_administrator())


def content(basis: Mandate, **changes) -> dict:
    return {
        "mandate": basis.pk,
        "legal_reference": "nr. 1",
        "legal_title": "Proef",
        "blocks": ["Personalia", "Doelgroep"],
        "max_months": "12",
        "may_register": "case_worker",
        "valid_from": written(TOMORROW),
    } | changes


def errors(response) -> dict:
    return response.context["adminform"].errors if response.context else {}


def propose(client: Client, basis: Mandate, **changes) -> MandateVersion:
    response = client.post(reverse(ADD), content(basis, **changes))
    assert response.status_code == 302, errors(response)
    return basis.versions.get(status="proposed")


def text(client: Client, version: MandateVersion) -> str:
    return client.get(reverse(PAGE, args=[version.pk])).content.decode()


def test_a_new_mandate_leads_to_its_first_version(tom):
    page = tom.get(reverse("admin:partners_mandate_add")).content.decode()
    assert 'value="hvn"' in page
    assert 'value="sector"' not in page
    data = {"institution_kind": "hvn", "capacity": "inburgeraar"}
    response = tom.post(reverse("admin:partners_mandate_add"), data)
    assert response.status_code == 302, errors(response)
    made = Mandate.objects.get(institution_kind="hvn", capacity="inburgeraar")
    assert response.url == f"{reverse(ADD)}?mandate={made.pk}"
    assert tom.get(response.url).context["adminform"].form["valid_from"].value() == TOMORROW
    proposal = propose(tom, made)
    assert (proposal.status, proposal.blocks) == ("proposed", ["Personalia", "Doelgroep"])
    assert proposal.proposed_by.is_staff


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ({"institution_kind": "ocmw", "capacity": "leefloon"}, "Deze machtiging bestaat al"),
        ({"institution_kind": "", "capacity": "leefloon"}, "Kies een soort of één instelling"),
        ({"institution_kind": "ocmw", "capacity": "buurman"}, "buurman"),
    ],
)
def test_a_mandate_is_for_a_kind_or_for_one_institution_and_there_once(tom, address, says):
    before = Mandate.objects.count()
    response = tom.post(reverse("admin:partners_mandate_add"), address)
    assert response.status_code == 200
    assert says in response.content.decode()
    assert Mandate.objects.count() == before


def test_a_proposal_starts_from_the_values_of_the_last_version(tom, ocmw):
    basis = mandate(ocmw, blocks=["Personalia", "Wooncode"], max_months=7, may_register="import")
    form = tom.get(reverse(ADD), {"mandate": basis.pk}).context["adminform"].form
    values = {
        name: form[name].value()
        for name in ("mandate", "blocks", "max_months", "may_register", "valid_until")
    }
    assert values == {
        "mandate": basis.pk,
        "blocks": ["Personalia", "Wooncode"],
        "max_months": 7,
        "may_register": "import",
        "valid_until": None,
    }


@pytest.mark.parametrize("number", ["", "x", "0", "9" * 30])
def test_a_proposal_without_a_mandate_leads_to_the_list(tom, number):
    response = tom.get(reverse(ADD), {"mandate": number})
    assert (response.status_code, response.url) == (302, reverse("admin:partners_mandate_changelist"))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"valid_from": written(today())}, "valid_from"),
        ({"valid_from": "01-01-2020"}, "valid_from"),
        ({"valid_until": written(today())}, "valid_until"),
        ({"max_months": "0"}, "max_months"),
        ({"max_months": "121"}, "max_months"),
        ({"blocks": ["Onbestaand"]}, "blocks"),
        ({"blocks": []}, "blocks"),
        ({"may_register": "privacy_officer"}, "may_register"),
        ({"legal_reference": ""}, "legal_reference"),
        ({"legal_url": "javascript:alert(1)"}, "legal_url"),
    ],
)
def test_a_wrong_proposal_is_refused_at_the_field(tom, ocmw, changes, field):
    basis = mandate(ocmw)
    response = tom.post(reverse(ADD), content(basis, **changes))
    assert response.status_code == 200
    assert field in errors(response)
    assert not basis.versions.filter(status="proposed").exists()


def test_one_proposal_is_open_at_a_time(tom, lena, ocmw):
    basis = mandate(ocmw)
    propose(tom, basis)
    there = basis.versions.get(status="proposed")
    response = lena.get(reverse(ADD), {"mandate": basis.pk}, follow=True)
    assert response.redirect_chain[-1][0] == reverse(PAGE, args=[there.pk])
    response = lena.post(reverse(ADD), content(basis))
    assert response.status_code == 200
    assert response.content.decode().count("Voor deze machtiging staat al een voorstel open.") == 1


def test_a_proposal_does_not_reach_into_a_later_version(tom, ocmw):
    later = today() + 30 * DAY
    basis = mandate(ocmw, valid_from=later)
    response = tom.post(reverse(ADD), content(basis))
    assert set(errors(response)) == {"valid_until"}
    assert written(later) in response.content.decode()
    assert tom.post(reverse(ADD), content(basis, valid_until=written(later - DAY))).status_code == 302


def test_the_proposer_sees_why_another_administrator_confirms(tom, lena, ocmw):
    proposal = propose(tom, mandate(ocmw))
    assert "U hebt deze versie zelf voorgesteld." in text(tom, proposal)
    assert "Bevestig deze versie" not in text(tom, proposal)
    assert "Bevestig deze versie" in text(lena, proposal)
    confirm = reverse("admin:partners_mandateversion_confirm", args=[proposal.pk])
    assert "zelf voorgesteld" in tom.post(confirm, follow=True).content.decode()
    proposal.refresh_from_db()
    assert proposal.status == "proposed"
    assert "De versie is bevestigd." in lena.post(confirm, follow=True).content.decode()
    proposal.refresh_from_db()
    assert proposal.status == "confirmed"
    assert LogEntry.objects.filter(object_id=str(proposal.pk), change_message="Bevestigd.").exists()
    assert "staat niet meer open" in lena.post(confirm, follow=True).content.decode()


def test_a_proposal_shows_what_it_changes_and_how_many_clients_it_opens(tom, lena):
    basis = Mandate.objects.get(institution_kind="cvo", capacity="cursist")
    for _ in range(2):
        house = institution(kind="cvo")
        inscribe(house, person("Geheim", "Naam"), "cursist")
    inscribe(house, person("Geheim", "Naam"), "cursist")
    former = basis.versions.get()
    added = propose(tom, basis, blocks=[*former.blocks, "Wooncode"], max_months="6")
    page = lena.get(reverse(PAGE, args=[added.pk]))
    assert page.context["difference"].added == ["Wooncode"]
    assert page.context["difference"].removed == []
    assert [row[0] for row in page.context["difference"].values] == [
        "Langste inschrijving (maanden)",
        "Rechtsgrond",
        "Geldig",
    ]
    [counted] = page.context["opened"]
    assert (counted.kind, counted.institutions, counted.clients) == (InstitutionKind.CVO, 2, 3)
    assert page.context["closed_before"] is False
    assert "Geheim" not in page.content.decode()


def test_a_version_ends_earlier_with_a_reason(tom, ocmw):
    there = mandate(ocmw).versions.get()
    address = reverse("admin:partners_mandateversion_end", args=[there.pk])
    day = written(today() - DAY)
    for wrong in (
        {"valid_until": day},
        {"reason": "fout"},
        {"valid_until": written(today() - 2 * DAY), "reason": "x"},
    ):
        assert tom.post(address, wrong).status_code == 200
    there.refresh_from_db()
    assert there.valid_until is None
    assert tom.post(address, {"valid_until": day, "reason": "fout in de rechtsgrond"}).status_code == 302
    there.refresh_from_db()
    assert (there.valid_until, there.end_reason) == (today() - DAY, "fout in de rechtsgrond")
    mandate_page = tom.get(reverse("admin:partners_mandate_change", args=[there.mandate_id])).content.decode()
    assert "vroeger beëindigd" in mandate_page
    assert "fout in de rechtsgrond" in mandate_page


def test_a_proposal_is_withdrawn_with_a_reason(tom, ocmw):
    proposal = propose(tom, mandate(ocmw))
    address = reverse("admin:partners_mandateversion_withdraw", args=[proposal.pk])
    assert tom.post(address, {"reason": " "}).status_code == 200
    assert tom.post(address, {"reason": "verkeerde blokken"}).status_code == 302
    proposal.refresh_from_db()
    assert proposal.status == "withdrawn"
    assert "ingetrokken" in text(tom, proposal)
    assert propose(tom, proposal.mandate)


def test_withdrawing_says_when_the_version_before_ends(tom, lena, ocmw):
    proposal = propose(tom, mandate(ocmw), valid_from=written(today() + 9 * DAY))
    address = reverse("admin:partners_mandateversion_withdraw", args=[proposal.pk])
    warning = f"De versie ervoor eindigt op {date_format(today() + 8 * DAY, 'SHORT_DATE_FORMAT')}."
    assert warning not in tom.get(address).content.decode()
    lena.post(reverse("admin:partners_mandateversion_confirm", args=[proposal.pk]))
    assert warning in tom.get(address).content.decode()


def test_a_proposal_that_is_sent_twice_at_the_same_moment_is_made_once(tom, ocmw, monkeypatch):
    """Neither of both forms sees the other's proposal; the database does."""
    basis = mandate(ocmw)
    propose(tom, basis)
    monkeypatch.setattr("partners.forms.VersionForm.clean", lambda form: None)
    monkeypatch.setattr("partners.models.MandateVersion.validate_constraints", lambda *_, **__: None)
    response = tom.post(reverse(ADD), content(basis), follow=True)
    assert "staat al een voorstel open" in response.content.decode()
    assert basis.versions.filter(status="proposed").count() == 1


def test_a_version_that_has_begun_is_not_withdrawn(tom, ocmw):
    there = mandate(ocmw).versions.get()
    address = reverse("admin:partners_mandateversion_withdraw", args=[there.pk])
    response = tom.post(address, {"reason": "fout"})
    assert "is al begonnen" in response.content.decode()
    there.refresh_from_db()
    assert there.status == "confirmed"


@pytest.mark.parametrize("step", ["confirm", "end", "withdraw"])
def test_staff_without_the_right_take_no_step(ocmw, as_owner, step):
    reader = agency_administrator()
    with as_owner():
        reader.groups.set([Group.objects.get(name=READERS)])
    proposal = version(
        mandate(ocmw), status="proposed", proposed_by=agency_administrator(), valid_from=TOMORROW
    )
    client = browser(reader)
    address = reverse(f"admin:partners_mandateversion_{step}", args=[proposal.pk])
    data = {"reason": "x", "valid_until": written(TOMORROW)}
    assert client.post(address, data).status_code == 403
    assert client.get(reverse(PAGE, args=[proposal.pk])).status_code == 403
    assert client.post(reverse(ADD), content(proposal.mandate)).status_code == 403


def test_no_version_changes_in_a_form(tom, ocmw):
    there = mandate(ocmw).versions.get()
    for name, pk in (("mandateversion", there.pk), ("mandate", there.mandate_id)):
        address = reverse(f"admin:partners_{name}_change", args=[pk])
        assert tom.post(address, content(there.mandate)).status_code == 403


@pytest.mark.parametrize("in_force", ["yes", "no"])
def test_mandates_are_filtered_by_a_version_in_force(tom, ocmw, in_force):
    mandate(ocmw)
    mandate(ocmw, "cursist", valid_from=TOMORROW)
    rows = tom.get(reverse("admin:partners_mandate_changelist"), {"in_force": in_force, "q": ocmw.name})
    assert [row.capacity for row in rows.context["cl"].queryset] == [
        "leefloon" if in_force == "yes" else "cursist"
    ]
