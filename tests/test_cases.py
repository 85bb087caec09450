"""Cases from the field: inputs in `cases` that broke comparable systems, each with its right answer as a test."""

from __future__ import annotations

import csv
import datetime
import re
import unicodedata
from pathlib import Path

import pytest

from caseload.forms import INSZ_MISTAKES
from caseload.services.lists import InvalidSearch, SearchTerm
from partners.periods import today
from partners.services import working_for
from persons.insz import InvalidInsz, normalise
from persons.magda.reader import Dossier, read_file
from persons.models import ClientListEntry, Inscription
from persons.services.registering import Report, WrongRow, import_clients
from persons.sorting import sort_key
from statistics.models import ImportedCount
from statistics.services.filereading import Refused
from statistics.services.importing import import_file

from . import factories

pytestmark = pytest.mark.usefixtures("english")

CASES = Path(__file__).parent / "cases"
NEXT_ISSUE = "the issue on clients makes this right"


def nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def rows(name: str) -> list[dict[str, str]]:
    with (CASES / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


# Pasted text judged by its first character


@pytest.mark.parametrize("case", rows("insz-as-pasted.csv"), ids=lambda case: next(iter(case.values())))
def test_pasted_text_is_a_number_whatever_stands_around_it(case):
    typed, expected = case.values()
    pasted = typed.encode().decode("unicode_escape") if typed.isascii() else typed
    if not expected.startswith("refuse"):
        assert normalise(pasted, allow_test=True) == expected
        assert SearchTerm.parse(pasted) == SearchTerm(number=expected)
        return
    with pytest.raises(InvalidInsz) as refusal:
        normalise(pasted, allow_test=True)
    assert "spreadsheet" in str(refusal.value)
    with pytest.raises(InvalidSearch) as refused_search:
        SearchTerm.parse(pasted)
    assert "spreadsheet" in str(INSZ_MISTAKES[refused_search.value.reason])


# Number rules older than the register


@pytest.mark.django_db
@pytest.mark.parametrize("case", rows("insz-overflow.csv"), ids=lambda case: case["what"])
def test_a_number_of_the_register_is_accepted_on_every_way_in(case, ocmw):
    number = case["test_number"]
    assert case["expected"] == "accepted"
    assert normalise(number, allow_test=True) == number
    assert SearchTerm.parse(number) == SearchTerm(number=number)
    assert factories.inscribe(ocmw, factories.person(number=number)).insz == number


# White space and other habits of office programs


IN_A_MONTH = today() + datetime.timedelta(days=33)


class ClientLists:
    """Imports of client lists for one institution, with their wrong rows."""

    def __init__(self, institution, folder: Path) -> None:
        self.institution = institution
        self.folder = folder
        self.wrong: list[WrongRow] = []

    def register(self, name: str) -> Report:
        # The files begin and end their inscriptions on days that drift away from today.
        content = (CASES / "clients" / name).read_bytes().replace(b"2026-11-01", str(today()).encode())
        content = content.replace(b"2026-12-31", str(IN_A_MONTH).encode())
        path = self.folder / name
        path.write_bytes(content)
        with factories.owner():
            return import_clients(
                path=path, institution=self.institution, allow_test=True, on_wrong=self.wrong.append
            )


@pytest.fixture
def client_lists(ocmw, tmp_path) -> ClientLists:
    return ClientLists(ocmw, tmp_path)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "registered"),
    [
        ("nbsp-in-reason.csv", 3),
        ("trailing-delimiter-in-rows.csv", 1),
        ("blank-tail-and-empty-columns.csv", 1),
        ("register-the-dossier-cases.csv", 7),
        ("sep-line.csv", 1),
        ("tabs.csv", 1),
    ],
)
def test_white_space_and_delimiters_of_office_programs_are_passed_over(client_lists, name, registered):
    assert client_lists.register(name) == Report(read=registered, registered=registered)
    with factories.owner():
        assert all(re.fullmatch(r"[\x20-\x7e]+", made.reason) for made in Inscription.objects.all())


@pytest.mark.django_db
def test_a_file_in_windows_1252_is_read_and_the_report_says_so(client_lists):
    report = client_lists.register("windows-1252.csv")
    assert report.registered == report.read > 0
    assert report.read_as == "Windows-1252, semicolons"
    with factories.owner():
        assert any(not made.reason.isascii() for made in Inscription.objects.all())


@pytest.mark.django_db
def test_a_number_that_a_spreadsheet_changed_is_refused_with_the_cause(client_lists):
    assert client_lists.register("zero-lost-and-scientific.csv") == Report(read=2, wrong=2)
    assert [(wrong.line, wrong.field) for wrong in client_lists.wrong] == [(2, "insz"), (3, "insz")]
    assert "dropped a zero in front" in client_lists.wrong[0].reason
    assert "rounded" in client_lists.wrong[1].reason


@pytest.mark.django_db
def test_dates_as_a_spreadsheet_writes_them_are_read(client_lists):
    path = CASES / "clients" / "dates-as-excel-writes-them.csv"
    with factories.owner():
        report = import_clients(
            path=path,
            institution=client_lists.institution,
            allow_test=True,
            on_wrong=client_lists.wrong.append,
        )
    assert report.registered >= 2  # d/m/yyyy; the others may be refused with the form to use
    with factories.owner():
        assert {made.valid_from for made in Inscription.objects.all()} == {datetime.date(2026, 11, 1)}


@pytest.mark.django_db
def test_a_later_row_brings_the_end_of_a_grant_forward(client_lists):
    report = client_lists.register("same-row-twice-and-new-end.csv")
    assert (report.registered, report.existing, report.brought_forward) == (1, 1, 1)
    with factories.owner():
        made = Inscription.objects.get()
        assert made.valid_until == IN_A_MONTH
        assert [event.what for event in made.events.order_by("pk")] == ["registered", "ended"]


@pytest.mark.django_db
def test_ones_own_registration_is_found_without_a_dossier(client_lists, case_worker, sign_in):
    client_lists.register("register-the-dossier-cases.csv")
    page = sign_in(case_worker).post("/ocmw-proefstad/zoeken/", {"q": "84660781537"}, follow=True)
    assert page.status_code == 200
    assert "de KBI heeft nog geen dossier" in page.content.decode()


# Two importers, two rules


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "month"),
    [("delimiters-alone-at-the-end.csv", "2014-02-01"), ("name-with-nbsp.csv", "2014-04-01")],
)
def test_counts_are_read_as_forgivingly_as_client_lists(name, month):
    house = factories.institution("OCMW Gent")
    with factories.owner():
        assert import_file(CASES / "counts" / name, source="proef").added == 1
        count = ImportedCount.objects.get()
    assert (str(count.month), count.institution, count.number) == (month, house, 12)


@pytest.mark.django_db
@pytest.mark.parametrize("written", ["ocmw gent", "OCMW\u00adGent", "\u200bOCMW  GENT"])
def test_counts_name_an_institution_in_any_casing(written, tmp_path):
    factories.institution("OCMW Gent")
    path = tmp_path / "counts.csv"
    path.write_text(
        f"Maand;Instelling;Uitwisselingen;\n2014-02;{written};12;\n2014-02;TOTAAL;12;;\n", encoding="utf-8"
    )
    with factories.owner():
        assert import_file(path, source="proef").total == 12


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["same-month-twice.csv", "wrong-total.csv"])
def test_counts_that_contradict_each_other_are_refused(name):
    factories.institution("OCMW Gent")
    with factories.owner(), pytest.raises(Refused) as refusal:
        import_file(CASES / "counts" / name, source="proef")
    assert [mistake.line for mistake in refusal.value.mistakes] == [3]


# Name matching by exact prefix of one spelling


SPELLINGS = {row["typed"]: nfc(row["stored_last_or_only_name"]) for row in rows("names/search-expected.csv")}


@pytest.mark.django_db
@pytest.mark.parametrize("typed", SPELLINGS)
def test_a_name_is_found_in_every_spelling(typed, ocmw, case_worker):
    expected = set()
    for path in sorted((CASES / "names").glob("*.xml")):
        [dossier] = read_file(path, allow_test=True)
        assert isinstance(dossier, Dossier)
        person = factories.person(dossier.last_name, dossier.first_name, number=dossier.insz)
        factories.inscribe(ocmw, person)
        if SPELLINGS[typed] in map(nfc, (dossier.last_name, dossier.first_name)):
            expected.add(dossier.insz)
    assert expected
    with working_for(ocmw, case_worker.user):
        matches = SearchTerm.parse(typed).matches(ClientListEntry.objects.visible_to(case_worker))
        assert {line.insz for line in matches} >= expected


# Controls in a name that turn or hide the text around it


@pytest.mark.parametrize("mark", "\u202e\u2066\u2069\u200b\u200e\u200f\u00ad\u2060\ufeff")
def test_controls_in_a_name_stay_in_the_block_only(mark, tmp_path):
    message = (CASES / "names" / "02.xml").read_text(encoding="utf-8")
    name = re.search(r"<Achternaam>(.*?)</Achternaam>", message)[1]
    path = tmp_path / "message.xml"
    path.write_text(message.replace(name, f"{mark}{name[:3]}{mark}{name[3:]}{mark}"), encoding="utf-8")
    [dossier] = read_file(path, allow_test=True)
    assert isinstance(dossier, Dossier)
    assert dossier.last_name == name
    assert dossier.blocks["Personalia"].decode().count(mark) == 3
    assert sort_key(f"{name[:3]}{mark}{name[3:]}", "") == sort_key(name, "")
    assert SearchTerm.parse(f"{mark}{name[:3]}{mark}{name[3:]}") == SearchTerm.parse(name)
