"""Values that no form would send: the admin shows its form again, or returns 400, 403 or 404.

`make test` tries each value, field, action and page at least once; `make sweep` tries each with each.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

from partners.models import (
    FailedSignIns,
    Institution,
    Mandate,
    MandateVersion,
    Membership,
    NumberClearing,
    User,
)
from persons.models import SetAsideMessage, Shield
from statistics.models import (
    AdoptionMail,
    Answer,
    CarefulReport,
    ClosingDay,
    CountFile,
    DeviationNote,
    Expectation,
    ExpectationFile,
    ImportedCount,
    MonthlyCount,
    PublishingSwitch,
    Wait,
)

from ..factories import agency_administrator, institution, insz, mandate, member, user
from ..sweeps import part

pytestmark = pytest.mark.django_db

GARBAGE = [
    "x",
    "1\0",
    "99999999999999999999",
    "\0",
    "0",
    "-1",
    "9" * 5000,
    "1.5",
    "٣",
    "é" * 300,
    "' OR 1=1 --",
    "(",
]
MODELS = {
    Institution: {"name": "X", "kind": "ocmw", "active": "on"},
    Membership: {"user": "1", "institution": "1", "q": "gent", "chosen": "1", "choose": "1"},
    Mandate: {"institution": "1", "capacity": "leefloon"},
    MandateVersion: {"mandate": "1", "blocks": "Personalia", "max_months": "12", "valid_from": "01-01-2099"},
    SetAsideMessage: {},
    User: {"email": "x@partner.example"},
    FailedSignIns: {},
    ClosingDay: {"day": "05-05-2031", "name": "X"},
    CountFile: {"source": "X"},
    ImportedCount: {},
    Expectation: {
        "kind": "ocmw",
        "first_month": "2026-01",
        "number": "1",
        "bottleneck_share": "50",
        "source": "X",
    },
    ExpectationFile: {"source": "X"},
    DeviationNote: {"institution": "1", "month": "2026-01", "text": "X"},
    NumberClearing: {"user": "1", "reason": "X"},
    PublishingSwitch: {"is_on": "on"},
    Answer: {
        "title": "X",
        "first_month": "2015-01",
        "last_month": "2015-11",
        "calendar": "flemish_government",
    },
    Shield: {"insz": "X", "valid_until": "01-01-2027", "reason": "X"},
}
LINE = ("id", "user", "institution", "role", "valid_from", "valid_until")
MANAGEMENT = ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")


@pytest.fixture
def agency(sign_in):
    browser = sign_in(agency_administrator())
    browser.raise_request_exception = False
    return browser


@pytest.fixture
def rows(as_owner):
    """A row of each model, by model."""
    membership, now = member(institution()), timezone.now()
    own, asker = mandate(membership.institution), agency_administrator()
    with as_owner():
        return {
            Institution: membership.institution,
            Membership: membership,
            Mandate: own,
            MandateVersion: own.versions.get(),
            SetAsideMessage: SetAsideMessage.objects.create(
                file="proef.xml", line=1, reason="not_xml", first_at=now, last_at=now
            ),
            User: membership.user,
            FailedSignIns: FailedSignIns.objects.create(
                email="x@partner.example",
                kind="all",
                since=now,
                last_at=now,
                until=now.replace(year=2100, day=1),
            ),
            ClosingDay: ClosingDay.objects.create(day="2031-05-06", name="proef"),
            CountFile: CountFile.objects.create(
                name="proef.csv", source="proef", content=b"", added_by=asker
            ),
            NumberClearing: NumberClearing.objects.create(
                user=membership.user, reason="proef", asked_by=asker
            ),
            Shield: Shield.objects.create(insz=insz(), reason="proef", valid_until=now.date()),
            ImportedCount: membership.institution.imported_counts.create(
                month="2015-01-01", measure="exchange", number=1, source="proef"
            ),
            Expectation: membership.institution.expectations.create(
                first_month="2026-01-01", number=1, source="proef", added_by=asker
            ),
            ExpectationFile: ExpectationFile.objects.create(
                name="proef.csv", source="proef", content=b"", added_by=asker
            ),
            PublishingSwitch: PublishingSwitch.objects.create(is_on=False, by=asker),
            Answer: Answer.objects.create(
                title="proef",
                first_month="2015-01-01",
                last_month="2015-11-01",
                content=[],
                given_by=asker,
            ),
            DeviationNote: membership.institution.deviation_notes.create(
                month="2026-01-01", text="proef", added_by=asker
            ),
        }


def address(model: type, page: str, *arguments: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=arguments)


def fields(model: type) -> list[str]:
    """Names of all fields a form of this model could have."""
    names = {field.name for field in model._meta.get_fields() if not field.auto_created}
    return sorted({*names, *MODELS[model]})


def inputs(model: type) -> Iterator[tuple[set[str], dict[str, str]]]:
    """What is posted, after its kinds: all fields wrong, then one of them, and lines and counts of lines."""
    lines = {f"memberships-{name}": "0" for name in MANAGEMENT} | {"memberships-TOTAL_FORMS": "1"}
    whole = MODELS[model] | lines
    for value in GARBAGE:
        yield {f"all {value}"}, whole | dict.fromkeys(fields(model), value)
        yield {f"line {value}"}, whole | {f"memberships-0-{name}": value for name in LINE}
    for value in GARBAGE[:3]:
        one = f"one {value}"
        for name in fields(model):
            yield {one, name}, whole | {name: value}
        for name in LINE:
            line = {f"memberships-0-{name}": value, "memberships-INITIAL_FORMS": "1"}
            yield {one, f"line {name}"}, whole | line
        for name in MANAGEMENT:
            yield {one, f"count {name}"}, whole | {f"memberships-{name}": value}
        for name in ("_popup", "_to_field", "_saveasnew", "_continue", "_changelist_filters"):
            yield {one, name}, whole | {name: value}


def test_every_form_of_the_admin_is_in_the_sweep():
    # The figures have no form.
    assert set(admin.site._registry) == {*MODELS, MonthlyCount, AdoptionMail, CarefulReport, Wait}


@pytest.mark.slow
@pytest.mark.ignore_template_errors  # in Django's own templates
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_no_value_in_a_form_is_a_fault_of_the_portal(agency, rows, model):
    pages = [address(model, "change", rows[model].pk)]
    if admin.site._registry[model].has_add_permission(agency.get("/").wsgi_request):
        pages.append(address(model, "add"))
    posts = part(itertools.product(pages, inputs(model)), lambda post: {post[0], *post[1][0]})
    faults = [(page, data) for page, (_, data) in posts if agency.post(page, data).status_code >= 500]
    assert faults == []


@pytest.mark.parametrize("name", ["user", "institution"])
def test_a_form_comes_back_when_a_chosen_row_is_no_number(agency, name):
    for value in GARBAGE:
        if "\0" not in value:
            assert agency.get(address(Membership, "add"), {name: value}).status_code == 200
        response = agency.post(address(Mandate, "add"), MODELS[Mandate] | {name: value})
        assert response.status_code == 200
    assert "institution" in response.context["adminform"].errors


@pytest.mark.slow
@pytest.mark.ignore_template_errors  # in Django's own templates
def test_no_value_in_the_steps_of_access_is_a_fault_of_the_portal(agency, rows):
    membership = rows[Membership]
    colleague = {"chosen": user().pk, "choose": "1"}
    begin = agency.post(address(Membership, "add"), colleague)["Location"]
    assert agency.post(begin, {"chosen": membership.institution_id, "choose": "1"}).status_code == 302
    faults = []
    days = {"role": "case_worker", "first": "01-01-2026", "until": "01-01-2026", "reason": "x"}
    forms = [(begin.replace("instelling", step), {"q"}) for step in ("wie", "instelling")]
    forms += [(page, {"chosen"}) for page, _names in forms]
    forms += [(begin.replace("instelling", "rol"), {name}) for name in days]
    forms += [
        (address(Membership, step, membership.pk), {"until", "reason"})
        for step in ("end", "extend", "confirm")
    ]
    tries = part(
        itertools.product(GARBAGE, forms), lambda each: [each[0], (each[1][0], frozenset(each[1][1]))]
    )
    for value, (page, names) in tries:
        data = dict.fromkeys(names, value)
        if page.endswith("/rol/"):
            data = days | data
        elif "chosen" in names:
            data["choose"] = "1"
        statuses = agency.post(page, data).status_code, agency.get(page).status_code
        faults += [(page, data)] if max(statuses) >= 500 else []
        # A search leaves nothing chosen.
        agency.post(begin.replace("instelling", "wie"), colleague)
        agency.post(begin, {"chosen": membership.institution_id, "choose": "1"})
    assert faults == []


@pytest.mark.slow
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_no_choice_in_a_list_is_a_fault_of_the_portal(agency, rows, model):
    page = address(model, "changelist")
    actions = ("lift", "settle", "delete_selected")
    names = ("_selected_action", "action", "index", "select_across")
    posts = [
        {"action": action, "_selected_action": "1"} | {name: value}
        for action, value, name in part(itertools.product(actions, GARBAGE, names), set)
    ]
    lists = ("q", "p", "o", "e", "all", "_popup", "_to_field", "in_force")
    plain = [value for value in GARBAGE if "\0" not in value]
    queries = [{name: value} for value, name in part(itertools.product(plain, lists), set)]
    lookups = ("", "__year", "__regex")
    queries += [
        {f"{name}{lookup}": value}
        for value, name, lookup in part(itertools.product(plain[:3], fields(model), lookups), set)
    ]
    faults = [data for data in posts if agency.post(page, data).status_code >= 500]
    faults += [data for data in queries if agency.get(page, data).status_code >= 500]
    assert faults == []


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_no_number_of_a_row_is_a_fault_of_the_portal(agency, rows, model):
    for page in ("change", "history", "delete"):
        place = address(model, page, "nummer")
        statuses = {
            agency.get(place.replace("nummer", value)).status_code for value in ("x", "%00", "1%00", "9" * 30)
        }
        assert max(statuses) < 500, page


def test_autocomplete_is_no_fault_of_the_portal(agency):
    good = {
        "app_label": "partners",
        "model_name": "mandate",
        "field_name": "institution",
        "term": "x",
        "page": "1",
    }
    for name in good:
        for value in GARBAGE:
            if "\0" not in value:
                assert agency.get(reverse("admin:autocomplete"), good | {name: value}).status_code < 500, name


def test_the_admin_leads_to_no_row_of_any_table(agency):
    assert agency.get(reverse("admin:index") + "r/18/1/").status_code == 404
