"""The filter sets of the figures: which institutions a page shows, and how."""

import pytest
from django.http import QueryDict
from django.urls import reverse

from partners.models import Institution
from statistics.charts import LINE, STACKED
from statistics.figures import CONSULTATION, FIGURES
from statistics.filters import AgencyFilterSet, Choice, OwnFilterSet
from statistics.services.years import EVERY
from tests import factories

from .counting import look

pytestmark = pytest.mark.django_db


@pytest.fixture
def institutions(db):
    names = {"OCMW Gent": "ocmw", "OCMW Aalst": "ocmw", "CVO Gent": "cvo"}
    return [factories.institution(name, kind) for name, kind in names.items()]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", {"OCMW Gent", "OCMW Aalst", "CVO Gent"}),
        ("kind=ocmw", {"OCMW Gent", "OCMW Aalst"}),
        ("name=gENT", {"OCMW Gent", "CVO Gent"}),
        ("kind=ocmw&name=gent", {"OCMW Gent"}),
        ("kind=ocmw&name=%25", set()),
        ("kind=bank&name=gent", {"OCMW Gent", "CVO Gent"}),
        ("figure=list&chart=line&show=every&calendar=public_holidays",
         {"OCMW Gent", "OCMW Aalst", "CVO Gent"}),
    ],
)  # fmt: skip
def test_the_filters_of_the_agency_narrow_the_institutions(query, names, institutions):
    filterset = AgencyFilterSet(QueryDict(query))
    assert {institution.name for institution in filterset.qs} == names
    assert set(filterset.errors) == ({"kind"} if "bank" in query else set())


def test_only_without_a_filter_the_counts_of_no_institution_are_added(institutions):
    assert [
        AgencyFilterSet(QueryDict(query)).scope.strays for query in ("", "show=every", "kind=cvo", "name=g")
    ] == [True, True, False, False]


def test_a_page_shows_the_institutions_of_the_filter_set(
    institutions, agency_administrator, sign_in, monkeypatch
):
    for institution in institutions:
        look(institution)
    aalst = Institution.objects.filter(name="OCMW Aalst")
    monkeypatch.setattr(AgencyFilterSet, "filter_queryset", lambda self, queryset: aalst)
    page = sign_in(agency_administrator).get(
        reverse("admin:statistics_monthlycount_changelist"), {"kind": "cvo"}
    )
    assert [line.name for line in page.context["page"].year.lines] == ["OCMW Aalst"]


def test_an_institutions_own_filter_set_has_that_institution_only(institutions):
    gent, *_others = institutions
    filterset = OwnFilterSet(QueryDict("name=Aalst&kind=cvo&institution=2"), gent)
    assert list(filterset.qs) == [gent]
    assert filterset.filters == {}


def test_the_address_says_how_a_year_is_shown(institutions):
    look(institutions[0])
    query = QueryDict("figure=list&chart=line&show=every&kind=cvo")
    choice = AgencyFilterSet(query).form.choice()
    assert (choice.figure, choice.chart, choice.show) == (FIGURES["list"], LINE, EVERY)
    form = AgencyFilterSet(QueryDict("figure=sum&chart=pie&year=x")).form
    assert form.choice() == Choice(choice.year, CONSULTATION, chart=STACKED)
    assert set(form.errors) == {"figure", "chart", "year"}
    assert [field.name for field in form.visible_fields()] == [
        "year",
        "figure",
        "chart",
        "show",
        "kind",
        "name",
        "predecessors",
        "calendar",
    ]
