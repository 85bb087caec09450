"""Importing counts on the agency's pages: check a file, see what it would change, import it once."""

import io
import re

import openpyxl
import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.urls import reverse

from partners.groups import READERS
from statistics.models import CountFile, EarlierCount, ImportedCount
from tests import factories

pytestmark = pytest.mark.django_db

HEADER = "maand;instelling;uitwisselingen\n"
ADD = "/beheer/statistics/countfile/add/"


@pytest.fixture
def browser(agency_administrator, sign_in, institutions_2015):
    return sign_in(agency_administrator)


def upload(browser, text: str | bytes, source: str = "proef", name: str = "aantallen.csv"):
    content = text if isinstance(text, bytes) else text.encode()
    return browser.post(ADD, {"file": SimpleUploadedFile(name, content), "source": source})


def import_shown(browser, page: str):
    """Post the button of the page of a file."""
    form = re.search(r'action="([^"]+/invoeren/)".*?name="digest" value="(\w+)"', page, re.DOTALL)
    return browser.post(form[1], {"digest": form[2]}, follow=True)


def stored() -> dict[tuple[str, str], tuple[int, str]]:
    with factories.owner():
        counts = ImportedCount.objects.select_related("institution")
        return {(f"{each.month:%Y-%m}", each.institution.name): (each.number, each.source) for each in counts}


def test_a_file_is_shown_first_and_imported_with_a_button(browser, agency_administrator):
    assert "JJJJ-MM" in browser.get(ADD).content.decode()
    shown = browser.get(upload(browser, HEADER + "2015-01;VMSW;5\n2015-02;vdab;0\n").url)
    page = shown.content.decode()
    assert "2 nieuw, 0 te vervangen, 0 staan er al" in page
    assert stored() == {}
    done = import_shown(browser, page).content.decode()
    assert "2 aantallen ingevoerd, 0 vervangen, 0 stonden er al." in done
    assert f"Ingevoerd door {agency_administrator}" in done
    assert "invoeren/" not in done
    assert stored() == {("2015-01", "VMSW"): (5, "proef"), ("2015-02", "VDAB"): (0, "proef")}
    with factories.owner():
        file = CountFile.objects.get()
        assert set(ImportedCount.objects.values_list("file", flat=True)) == {file.pk}
        assert bytes(file.content).startswith(b"maand;")
    counts = browser.get(reverse("admin:statistics_importedcount_changelist"), {"file__id__exact": file.pk})
    assert counts.status_code == 200
    assert browser.get(f"/beheer/statistics/countfile/{file.pk}/delete/").status_code == 403


def test_a_correction_is_shown_with_both_numbers_and_the_earlier_one_stays(browser):
    import_shown(browser, browser.get(upload(browser, HEADER + "2015-01;VMSW;5\n").url).content.decode())
    again = upload(browser, HEADER + "2015-01;VMSW;6\n2015-02;VMSW;7\n", source="verbeterd")
    page = browser.get(again.url).content.decode()
    assert "1 nieuw, 1 te vervangen, 0 staan er al" in page
    assert re.search(r">5 \(proef\)<.*?>6<.*?>wordt vervangen<", page, re.DOTALL)
    import_shown(browser, page)
    assert stored()["2015-01", "VMSW"] == (6, "verbeterd")
    with factories.owner():
        earlier = EarlierCount.objects.get()
    assert (earlier.number, earlier.source) == (5, "proef")
    count = reverse("admin:statistics_importedcount_change", args=[earlier.count_id])
    assert re.search(r">\s*5\s*<", browser.get(count).content.decode())


def test_a_file_with_mistakes_is_not_stored_and_each_mistake_is_named(browser):
    response = upload(browser, HEADER + "2015-01;Nergens;5\n2015-02;VMSW;veel\n2015-13;VMSW;1\n")
    page = response.content.decode()
    assert response.status_code == 422
    assert "Er is niets bewaard: het bestand heeft 3 fouten." in page
    mistakes = (
        "geen instelling heet Nergens of heeft dat KBO-nummer",
        "een geheel getal zonder punten of spaties, gevonden: veel",
        "gevonden: 2015-13",
    )
    # In the order of the lines.
    assert sorted(mistakes, key=page.index) == list(mistakes)
    unknown = upload(browser, HEADER + "2015-01;Nergens;5\n2015-01;<b>;5\n")
    assert "geen instelling heet Nergens of heeft dat KBO-nummer" in unknown.content.decode()
    assert "geen instelling heet &lt;b&gt; of" in unknown.content.decode()
    with factories.owner():
        assert not CountFile.objects.exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Dit bestand is leeg"),
        (b"\x00\xff" * 500_000, "fout"),
        (b"%PDF-1.7 garbage", "fout"),
        (b"<script>alert(1)</script>;b;c\n", "fout"),
    ],
)
def test_garbage_is_refused_with_words(browser, content, words):
    response = upload(browser, content, name="<script>.csv")
    assert response.status_code == 422
    assert words in response.content.decode()
    assert "<script>alert" not in response.content.decode()


def test_what_was_imported_meanwhile_is_shown_before_anything_is_written(browser):
    first = browser.get(upload(browser, HEADER + "2015-01;VMSW;5\n").url).content.decode()
    second = browser.get(upload(browser, HEADER + "2015-01;VMSW;6\n").url).content.decode()
    import_shown(browser, second)
    refused = import_shown(browser, first).content.decode()
    assert "Er is niets ingevoerd" in refused
    assert "1 te vervangen" in refused
    assert stored() == {("2015-01", "VMSW"): (6, "proef")}


def test_a_doubled_request_imports_once(browser):
    page = browser.get(upload(browser, HEADER + "2015-01;VMSW;5\n").url).content.decode()
    import_shown(browser, page)
    assert "Er is niets ingevoerd" in import_shown(browser, page).content.decode()
    with factories.owner():
        assert not EarlierCount.objects.exists()


def test_an_institution_that_was_renamed_since_is_a_mistake_of_the_file(browser, institutions_2015):
    response = upload(browser, HEADER + "2015-01;VMSW;5\n")
    page = browser.get(response.url).content.decode()
    with factories.owner():
        institutions_2015["VMSW"].name = "Wonen in Vlaanderen"
        institutions_2015["VMSW"].save()
    assert "het heeft nu 1 fout" in browser.get(response.url).content.decode()
    assert "Er is niets ingevoerd" in import_shown(browser, page).content.decode()
    assert stored() == {}


def test_a_file_that_was_not_imported_can_be_deleted(browser):
    page = upload(browser, HEADER + "2015-01;VMSW;5\n").url
    browser.post(page.replace("change", "delete"), {"post": "yes"})
    with factories.owner():
        assert not CountFile.objects.exists()


def test_a_workbook_is_read_too(browser):
    book, raw = openpyxl.Workbook(), io.BytesIO()
    for row in (["maand", "instelling", "uitwisselingen"], ["2015-01", "VMSW", 5]):
        book.active.append(row)
    book.save(raw)
    response = upload(browser, raw.getvalue(), name="aantallen.xlsx")
    assert "1 nieuw" in browser.get(response.url).content.decode()


def test_readers_see_the_files_and_import_nothing(browser, sign_in):
    page = browser.get(upload(browser, HEADER + "2015-01;VMSW;5\n").url).content.decode()
    reader = factories.user(is_staff=True)
    with factories.owner():
        file = CountFile.objects.get()
        reader.groups.add(Group.objects.get(name=READERS))
    other = sign_in(reader)
    shown = other.get(f"/beheer/statistics/countfile/{file.pk}/change/")
    assert shown.status_code == 200
    assert "invoeren/" not in shown.content.decode()
    assert other.get(ADD).status_code == 403
    assert import_shown(other, page).status_code == 403
    assert stored() == {}


def test_raw_sql_of_the_web_role_writes_no_count_without_a_file(
    browser, institutions_2015, agency_administrator
):
    statement = (
        "INSERT INTO statistics_importedcount (institution_id, month, measure, number, source, imported_at)"
        f" VALUES ({institutions_2015['VMSW'].pk}, '2015-01-01', 'exchange', 1, 'x', now())"
    )
    for bound in (
        {"scope": "agency", "user": agency_administrator.pk},
        {"institution": institutions_2015["VMSW"].pk},
        {},
    ):
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            factories.fetch(statement, **bound)
