"""The pages and files of the monthly reports: who sees what, small numbers, and that files equal the screen."""

import csv
import io
import re

import openpyxl
import pytest
from django.urls import reverse
from odfdo import Document

from consultations.models import Consultation
from partners.enums import Role
from partners.models import Institution
from partners.periods import months_later
from statistics.careful.figures import REPORT, Part, Shown, figures_of
from statistics.careful.services import make, make_missing
from tests import factories

from .careful import last_month, looks, moment, working_day
from .test_pages import as_shown, staff, tables

pytestmark = pytest.mark.django_db

OWN = "/ocmw-proefstad/cijfers/zorgvuldig/"
OVERVIEW = "admin:statistics_careful"


def rows_of(table: list[list[str]]) -> dict[str, list[str]]:
    return {row[0]: row[1:] for row in table[1:]}


def report_of(browser, address: str = OWN, **asked: str) -> dict[str, list[str]]:
    """The rows of all parts of a report, by the name of the figure."""
    page = browser.get(address, asked)
    assert page.status_code == 200
    return {
        name.partition(" (per ")[0]: row for table in tables(page) for name, row in rows_of(table).items()
    }


def use(institution: Institution, users: int, *, month=None, late: int = 0) -> None:
    """So many users who each opened a file; `late` of the files in the evening."""
    month = month or last_month()
    for number in range(users):
        acting = factories.member(institution)
        at = moment(working_day(month), 21 if number < late else 10)
        looks(acting, month, at=at)


def make_all() -> None:
    with factories.owner():
        make_missing()


@pytest.fixture
def office(privacy_officer, sign_in):
    return sign_in(privacy_officer)


def test_a_report_has_four_parts_with_every_figure(ocmw, office):
    use(ocmw, 2, late=1)
    make_all()
    page = office.get(OWN)
    assert [table[0][0] for table in tables(page)] == ["Cijfer"] * 4
    text = page.content.decode()
    assert "<h1>Hoe zorgvuldig?</h1>" in text
    for part in Part:
        assert str(part.label) in text
    for figure in REPORT.values():
        assert str(figure.definition) in text
    assert sum(len(table) - 1 for table in tables(page)) == len(REPORT)
    assert "van 7.00 tot 19.00 uur" in text


def test_an_institution_sees_its_own_figures_whole_but_none_of_few_users(ocmw, office):
    use(ocmw, 2, late=1)
    make_all()
    report = report_of(office)
    assert report["raadplegingen"] == ["–"] * 5 + ["2"]
    assert report["raadplegingen buiten de uren"] == ["–"] * 5 + ["1", "50,0"]
    assert report["medewerkers die keken"][5] == "2"
    for figure in REPORT.values():
        if figure.shown is Shown.NEVER:
            assert report[str(figure.name)][5] == "n<5"
    page = office.get(OWN).content.decode()
    assert "Geen vergelijking" in page
    assert "minstens 5 andere telkens minstens 5 medewerkers" in page


def test_from_five_users_in_six_institutions_on_they_are_compared(ocmw, office):
    use(ocmw, 5, late=5)
    for _ in range(5):
        use(factories.institution(), 5, late=1)
    use(factories.institution(), 4, late=4)
    make_all()
    report = report_of(office)
    assert report["raadplegingen buiten de uren"][5:] == ["5", "100,0", "20,0"]
    assert report["raadplegingen per medewerker die keek"][5:] == ["1,0", "1,0", "1,0"]
    assert report["meeste raadplegingen van één medewerker"][5] == "1"
    assert (
        "5 andere instellingen van dezelfde soort samen, waar 25 medewerkers keken"
        in office.get(OWN).content.decode()
    )


def test_months_are_listed_and_earlier_versions_stay(ocmw, case_worker, office):
    month = last_month()
    before = months_later(month, -1)
    looks(case_worker, before)
    looks(case_worker, month, 2)
    make_all()
    looks(case_worker, month, 4)
    with factories.owner():
        make(month, again=True)
    page = office.get(OWN).content.decode()
    values = re.findall(r'<option value="([^"]*)"( selected)?>', page)
    assert values == [
        (f"{month:%Y-%m}", " selected"),
        (f"{month:%Y-%m}.v1", ""),
        (f"{before:%Y-%m}", ""),
    ]
    assert report_of(office)["raadplegingen"][4:] == ["1", "6"]
    assert report_of(office, month=f"{month:%Y-%m}.v1")["raadplegingen"][4:] == ["1", "2"]
    assert report_of(office, month=f"{before:%Y-%m}")["raadplegingen"][4:] == ["–", "1"]
    assert "versie 2" in page


def test_a_month_without_report_is_a_mistake_at_its_field_and_no_file(ocmw, case_worker, office):
    looks(case_worker, last_month())
    make_all()
    page = office.get(OWN, {"month": "1999-01"})
    assert "Van 1999-01 is er geen verslag. Kies een maand uit de lijst." in page.content.decode()
    assert len(tables(page)) == 4
    asked = {"month": "1999-01", "table": "totaal", "format": "csv"}
    assert office.get(OWN + "bestand/", asked).status_code == 404
    for wrong in ({"table": "x"}, {"format": "pdf"}):
        assert office.get(OWN + "bestand/", {"table": "totaal", "format": "csv"} | wrong).status_code == 404


def test_without_reports_the_page_says_when_they_come(office, agency_administrator, sign_in):
    assert "Er is nog geen verslag" in office.get(OWN).content.decode()
    assert office.get(OWN + "bestand/", {"table": "totaal", "format": "csv"}).status_code == 404
    assert "Er is nog geen verslag" in sign_in(agency_administrator).get(reverse(OVERVIEW)).content.decode()


def files(browser, page, table: str) -> dict[str, bytes]:
    found = {}
    for address in re.findall(r'href="([^"]*bestand[^"]*)"', page.content.decode()):
        address = address.replace("&amp;", "&")
        if f"table={table}&" in address:
            response = browser.get(address)
            assert response.status_code == 200
            found[re.search(r"format=(\w+)", address).group(1)] = response.content
    return found


def same(shown: list[list[str]], contents: dict[str, bytes]) -> None:
    """The files have the cells of the table on the screen."""
    assert set(contents) == {"csv", "xlsx", "ods"}
    width = len(shown[0])
    rows = list(csv.reader(io.StringIO(contents["csv"].decode("utf-8-sig")), delimiter=";"))
    assert [[as_shown(cell) for cell in row] for row in rows[: len(shown)]] == shown
    sheet = openpyxl.load_workbook(io.BytesIO(contents["xlsx"])).active
    excel = [[as_shown(cell.value) for cell in row[:width]] for row in sheet.iter_rows(min_row=3)]
    assert [[decimal(cell) for cell in row] for row in excel[: len(shown)]] == [
        [decimal(cell) for cell in row] for row in shown
    ]
    ods = Document(io.BytesIO(contents["ods"])).body.get_table(0).get_values()[2 : 2 + len(shown)]
    assert [[decimal(as_shown(cell)) for cell in row[:width]] for row in ods] == [
        [decimal(cell) for cell in row] for row in shown
    ]


def decimal(cell: str) -> str:
    """A number of a workbook has no decimals that are zero."""
    return re.sub(r"^(\d+),0$", r"\1", cell)


@pytest.mark.parametrize("part", Part)
def test_each_file_of_a_report_has_what_its_table_shows(part, ocmw, office):
    use(ocmw, 5, late=2)
    for _ in range(5):
        use(factories.institution(), 5, late=1)
    make_all()
    page = office.get(OWN)
    contents = files(office, page, part.value)
    same(tables(page)[list(Part).index(part)], contents)
    text = contents["csv"].decode("utf-8-sig")
    for figure in figures_of(part, refusals=True):
        assert str(figure.definition) in text
    assert "Gemaakt op" in text


def test_the_file_of_the_overview_has_what_its_table_shows(ocmw, agency_administrator, sign_in):
    use(ocmw, 5, late=2)
    use(factories.institution("VDAB", "vdab"), 1)
    make_all()
    browser = sign_in(agency_administrator)
    page = browser.get(reverse(OVERVIEW))
    same(tables(page)[0], files(browser, page, "overzicht"))


def test_an_institution_named_like_a_formula_stays_a_name(agency_administrator, sign_in):
    use(factories.institution("=1+1"), 1)
    make_all()
    browser = sign_in(agency_administrator)
    file = browser.get(reverse("admin:statistics_careful_download"), {"table": "overzicht", "format": "csv"})
    assert file.content.decode("utf-8-sig").splitlines()[1].startswith("'=1+1;1;")
    assert ">=1+1</a>" in browser.get(reverse(OVERVIEW)).content.decode()


# -- the agency


def test_the_overview_has_a_row_for_each_institution_and_leads_to_its_report(
    ocmw, other_ocmw, agency_administrator, sign_in
):
    use(ocmw, 5, late=1)
    make_all()
    browser = sign_in(agency_administrator)
    page = browser.get(reverse(OVERVIEW))
    rows = rows_of(tables(page)[0])
    assert rows["OCMW Proefstad"][:2] == ["5", "1"]
    assert set(rows["OCMW Elders"]) == {"–"}
    month = f"{last_month():%Y-%m}"
    address = f"{reverse('admin:statistics_careful_report', args=[ocmw.pk])}?month={month}"
    assert f'<a href="{address}">OCMW Proefstad</a>' in page.content.decode()
    report = report_of(browser, address)
    assert report["raadplegingen buiten de uren"][5] == "1"


def test_the_agency_sees_no_behaviour_of_fewer_than_five_users(
    ocmw, other_ocmw, agency_administrator, sign_in
):
    use(ocmw, 4, late=3)
    use(other_ocmw, 5, late=2)
    make_all()
    browser = sign_in(agency_administrator)
    page = browser.get(reverse(OVERVIEW))
    rows = rows_of(tables(page)[0])
    few = "n<5"
    assert rows["OCMW Proefstad"] == ["4", few, "0", *[few] * 6, "4", *[few] * 3]
    assert rows["OCMW Elders"] == ["5", "2", *["0"] * 7, "5", "5", "0", "0"]
    # A total would give the hidden number away.
    assert rows["Totaal"] == ["9", "", "0", *[""] * 6, "9", *[""] * 3]
    report = report_of(browser, reverse("admin:statistics_careful_report", args=[ocmw.pk]))
    for figure in REPORT.values():
        number = report[str(figure.name)][5]
        assert (number == "n<5") == (figure.shown is not Shown.ALWAYS), figure.code
    text = browser.get(
        reverse("admin:statistics_careful_download"), {"table": "overzicht", "format": "csv"}
    ).content.decode()
    assert f"OCMW Proefstad;4;n<5;0{';n<5' * 6};4{';n<5' * 3}" in text


def test_the_overview_filters_and_sorts(ocmw, agency_administrator, sign_in):
    use(ocmw, 1)
    use(factories.institution("VDAB", "vdab"), 3)
    make_all()
    browser = sign_in(agency_administrator)

    def names(**asked: str) -> list[str]:
        return [row[0] for row in tables(browser.get(reverse(OVERVIEW), asked))[0][1:]]

    assert names(order_by="-consultation") == ["VDAB", "OCMW Proefstad", "Totaal"]
    # Numbers that are not shown, or not there, come last.
    factories.institution("AHOVOKS", "ahovoks")
    use(factories.institution("VMSW", "vmsw"), 5, late=1)
    with factories.owner():
        make(last_month(), again=True)
    for order_by in ("outside", "-outside"):
        assert names(order_by=order_by)[0] == "VMSW"
    assert names(kind="vdab") == ["VDAB"]
    assert names(name="proef") == ["OCMW Proefstad"]
    wrong = browser.get(reverse(OVERVIEW), {"month": "1999-01"})
    assert "Van 1999-01 is er geen verslag" in wrong.content.decode()


def test_an_institution_that_ended_keeps_its_rows(ocmw, other_ocmw, agency_administrator, sign_in):
    use(ocmw, 1)
    make_all()
    with factories.owner():
        Institution.objects.filter(pk=ocmw.pk).update(active=False)
        Institution.objects.filter(pk=other_ocmw.pk).update(active=False)
    rows = rows_of(tables(sign_in(agency_administrator).get(reverse(OVERVIEW)))[0])
    assert set(rows) == {"OCMW Proefstad"}


# -- who may


def test_only_its_administrator_and_privacy_officer_read_the_report(
    ocmw, other_ocmw, case_worker, local_administrator, privacy_officer, sign_in
):
    looks(case_worker, last_month())
    make_all()
    for acting, status in [(case_worker, 404), (local_administrator, 200), (privacy_officer, 200)]:
        browser = sign_in(acting)
        assert browser.get(OWN).status_code == status
        file = browser.get(OWN + "bestand/", {"table": "totaal", "format": "csv"})
        assert file.status_code == status
    elsewhere = reverse("statistics:own_careful", args=[other_ocmw.slug])
    assert browser.get(elsewhere).status_code == 404
    with factories.owner():
        refused = Consultation.objects.filter(outcome="refused").order_by("at")
        assert list(refused.values_list("user_id", "institution_id", "target", "rule")) == [
            (case_worker.user_id, ocmw.pk, ocmw.slug, "role"),
            (case_worker.user_id, ocmw.pk, ocmw.slug, "role"),
            (privacy_officer.user_id, None, other_ocmw.slug, "no_membership"),
        ]


def test_a_case_worker_who_is_privacy_officer_too_reads_it(ocmw, case_worker, sign_in):
    factories.member(ocmw, Role.PRIVACY_OFFICER, user_=case_worker.user)
    looks(case_worker, last_month())
    make_all()
    assert report_of(sign_in(case_worker))["raadplegingen"][5] == "1"


def test_a_successor_reads_the_reports_of_its_predecessor(ocmw, other_ocmw, office):
    use(other_ocmw, 1)
    make_all()
    assert "OCMW Elders" not in office.get(OWN).content.decode()
    factories.succeed(other_ocmw.slug, ocmw.slug)
    page = office.get(OWN)
    assert " · OCMW Elders</option>" in page.content.decode()
    assert report_of(office, month=f"{last_month():%Y-%m}.{other_ocmw.slug}")["raadplegingen"][5] == "1"


def test_a_comparison_made_before_a_succession_is_left_out_where_subtraction_would_leave_four(
    ocmw, other_ocmw, office
):
    for institution in (ocmw, other_ocmw, *(factories.institution() for _ in range(4))):
        use(institution, 5)
    make_all()
    assert "5 andere instellingen" in office.get(OWN).content.decode()
    factories.succeed(other_ocmw.slug, ocmw.slug)
    for month in ("", f".{other_ocmw.slug}"):
        page = office.get(OWN, {"month": f"{last_month():%Y-%m}{month}"}).content.decode()
        assert "Geen vergelijking" in page
        assert "bij de andere</th>" not in page


def test_a_local_administrator_sees_no_refusals(
    ocmw, case_worker, local_administrator, privacy_officer, sign_in
):
    looks(case_worker, last_month())
    make_all()
    names = {str(REPORT[code].name) for code in ("refusal", "above", "stopped")}
    for acting, seen in ((local_administrator, set()), (privacy_officer, names)):
        browser = sign_in(acting)
        assert set(report_of(browser)) & names == seen
        page, file = (
            browser.get(OWN).content.decode(),
            browser.get(OWN + "bestand/", {"table": "zorgvuldig", "format": "csv"}).content.decode(),
        )
        for code in ("refusal", "above", "stopped"):
            figure = REPORT[code]
            assert (str(figure.definition) in page) == (str(figure.definition) in file) == bool(seen)


@pytest.mark.parametrize("name", ["statistics_careful", "statistics_careful_download"])
def test_staff_without_the_permission_are_refused(name, ocmw, sign_in):
    assert sign_in(staff("view_importedcount")).get(reverse(f"admin:{name}")).status_code == 403


def test_readers_of_figures_read_them(ocmw, sign_in):
    use(ocmw, 1)
    make_all()
    browser = sign_in(staff("view_carefulreport"))
    assert browser.get(reverse(OVERVIEW)).status_code == 200
    assert browser.get(reverse("admin:statistics_careful_report", args=[ocmw.pk])).status_code == 200
    assert browser.get(reverse("admin:statistics_careful_report", args=[0])).status_code == 404


def test_the_report_is_in_english(ocmw, office):
    use(ocmw, 1)
    make_all()
    text = office.get(OWN, headers={"accept-language": "en"}).content.decode()
    assert "How carefully?" in text
    assert "consultations outside the hours" in text


def test_no_page_reads_the_log(ocmw, office, django_assert_max_num_queries):
    use(ocmw, 3)
    make_all()
    office.get(OWN)
    with django_assert_max_num_queries(13) as captured:
        office.get(OWN)
    assert [
        query["sql"] for query in captured.captured_queries if 'FROM "consultations_' in query["sql"]
    ] == []
