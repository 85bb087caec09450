"""Client lists as files: the preview, what is chosen, the work in the background and its report."""

from __future__ import annotations

import datetime
import io
import re
import uuid

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from caseload.enums import UploadState, Verdict
from caseload.models import Upload, UploadRow
from caseload.services import judging, uploading, uploads
from partners.enums import Role
from partners.models import Membership
from partners.periods import today
from partners.services import bind
from persons.models import Inscription, InscriptionEvent

from ..factories import fetch, inscribe, insz, log_rows, mandate, member, owner, person

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
TODAY = today()
LATER = TODAY + 100 * DAY
HEADING = "INSZ-nummer;Hoedanigheid;Van;Tot en met;Reden;Bewijs"


def line(number: str, *, capacity: str = "leefloon", until: object = LATER, reason: str = "aanvraag") -> str:
    return f"{number};{capacity};{TODAY};{until};{reason};"


def csv_file(*lines: str, name: str = "lijst.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, "\r\n".join([HEADING, *lines]).encode("utf-8-sig"))


class Lists:
    """The pages of uploaded lists, as one user sees them."""

    def __init__(self, browser, membership: Membership) -> None:
        self.browser = browser
        self.membership = membership
        self.address = reverse("upload_list", args=[membership.institution.slug])

    def upload(self, file: SimpleUploadedFile, **fields: str) -> str:
        """Upload a file and return the address of its page."""
        response = self.browser.post(self.address, {"file": file, **fields})
        assert response.status_code == 302, response.content.decode()
        return response["Location"]

    def refused(self, file: SimpleUploadedFile) -> str:
        """Upload a file that is refused, and return the reason at the field."""
        response = self.browser.post(self.address, {"file": file})
        assert response.status_code == 422
        [reason] = response.context["form"].errors["file"]
        assert not stored()
        return reason

    def page(self, address: str, **query: str) -> str:
        response = self.browser.get(address, query)
        assert response.status_code == 200
        return response.content.decode()

    def start(self, address: str, **fields: object) -> None:
        response = self.browser.post(address, {"do": "start", "sure": "yes", **fields})
        assert (response.status_code, response["Location"]) == (302, address)

    def report(self, address: str, **query: str) -> list[list[str]]:
        response = self.browser.get(f"{address}verslag/", query)
        assert response.status_code == 200
        return [row.split(";") for row in response.content.decode("utf-8-sig").splitlines()]


@pytest.fixture
def lists(case_worker, sign_in) -> Lists:
    return Lists(sign_in(case_worker), case_worker)


def stored() -> list[Upload]:
    with owner():
        return list(Upload.objects.order_by("pk"))


def rows() -> list[UploadRow]:
    with owner():
        return list(UploadRow.objects.order_by("pk"))


def verdicts() -> list[str]:
    return [row.verdict for row in rows()]


def inscriptions() -> list[Inscription]:
    with owner():
        return list(Inscription.objects.order_by("pk"))


def work() -> None:
    """Run all tasks that wait, as the worker does; its own loop would close the connection of the test."""
    worker = Worker(
        queue_names=["default"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id="proef",
        excluded_queue_names=[],
    )
    while (task := DBTaskResult.objects.ready().first()) is not None:
        task.claim(worker.worker_id)
        worker.run_task(task)


def tasks() -> list[DBTaskResult]:
    return list(DBTaskResult.objects.order_by("enqueued_at"))


# The preview


def test_the_preview_says_what_would_happen_to_each_row_and_writes_nothing(lists, ocmw):
    there, new, early = insz(), insz(), insz()
    inscribe(ocmw, there, valid_from=TODAY, valid_until=LATER)
    wrong = f"{new[:9]}{(int(new[9:]) + 1) % 97 + 1:02d}"
    address = lists.upload(
        csv_file(
            line(new),
            line(there),
            line(wrong),
            line(insz(), until=TODAY + 2000 * DAY),
            line(insz(), capacity="sociale_huurder"),
            line(new),
            line(insz(), until=TODAY - DAY),
            line(early, reason=""),
        )
    )
    assert verdicts() == [
        Verdict.NEW, Verdict.EXISTS, Verdict.WRONG, Verdict.WRONG, Verdict.WRONG, Verdict.DOUBLE, Verdict.WRONG,
        Verdict.WRONG,
    ]  # fmt: skip
    assert [row.chosen for row in rows()] == [True] + 7 * [False]
    page = lists.page(address)
    for words in (
        "nieuw",
        "staat er al, niets te doen",
        "INSZ-nummer: Geen INSZ: de controlecijfers (de laatste twee) kloppen niet.",
        "Tot en met: Langer dan de machtiging toelaat.",
        "Hoedanigheid: Geen machtiging geeft uw instelling deze hoedanigheid",
        "dubbel in het bestand, zie rij 2",
        "Reden: Een reden is nodig.",
    ):
        assert words in page, words
    # The row that could not be read has no value of the file.
    assert [row.insz for row in rows() if row.line in (4, 9)] == ["", ""]
    assert len(inscriptions()) == 1
    with owner():
        assert InscriptionEvent.objects.count() == 1


def test_the_verdict_is_that_of_registering(lists, ocmw):
    """Whatever the database judges otherwise one day, the preview does too: it has no rule of its own."""
    mandate(ocmw, "leefloon", max_months=1)
    number = insz()
    lists.upload(csv_file(line(number), line(insz(), until=TODAY + 20 * DAY)))
    assert verdicts() == [Verdict.WRONG, Verdict.NEW]


def test_a_row_that_ends_earlier_brings_the_last_day_forward(lists, ocmw):
    there = inscribe(ocmw, insz(), valid_from=TODAY, valid_until=LATER)
    address = lists.upload(csv_file(line(there.insz, until=LATER - 9 * DAY)))
    assert [(row.verdict, row.chosen) for row in rows()] == [(Verdict.FORWARD, True)]
    assert "eindigt vroeger: laatste dag wordt vervroegd" in lists.page(address)
    assert inscriptions()[0].valid_until == LATER
    lists.start(address)
    work()
    assert inscriptions()[0].valid_until == LATER - 9 * DAY
    assert "laatste dag vervroegd" in lists.page(address)


def test_the_preview_does_not_tell_whether_the_kbi_knows_the_number(lists):
    known, unknown = person("Abdulahi", "Hodan"), insz()
    address = lists.upload(csv_file(line(known.insz), line(unknown)))
    page = lists.page(address)
    assert "Abdulahi" not in page
    cells = re.findall(r"<tr role=\"row\">\s*<td.*?</tr>", page, re.DOTALL)
    pks = [row.pk for row in rows()]
    known_cells, unknown_cells = (
        cell.replace(str(pk), "").replace(number, "")
        for cell, pk, number in zip(
            cells,
            pks,
            (f"{known.insz[:2]}", f"{unknown[:2]}"),
            strict=True,
        )
    )
    strip = lambda text: re.sub(r"[0-9]", "", text)  # noqa: E731
    assert strip(known_cells) == strip(unknown_cells)


def test_every_page_is_a_row_of_the_log_with_the_numbers_on_it(lists):
    numbers = [insz(), insz()]
    address = lists.upload(csv_file(*map(line, numbers)))
    lists.page(address)
    lists.report(address)
    upload = stored()[0]
    kinds = [(row["kind"], row["outcome"], row["target"], row["numbers"], row["shown"]) for row in log_rows()]
    assert kinds == [
        ("upload", "shown", str(upload.public_id), numbers, []),
        ("upload", "shown", str(upload.public_id), [], numbers),
        ("export", "shown", str(upload.public_id), [], numbers),
    ]


def test_a_hundred_rows_are_a_page_and_the_log_has_those_shown(lists):
    numbers = [insz() for _ in range(130)]
    address = lists.upload(csv_file(*map(line, numbers)))
    page = lists.browser.get(address)
    assert log_rows()[-1]["shown"] == numbers[:100]
    # The button for the next page stores the ticks of this one.
    first = rows()[0].pk
    on_page = [row.pk for row in rows()[:100]]
    response = lists.browser.post(
        address, {"on_page": on_page, "row": on_page[1:], "next": page.context["table"].page.next_after}
    )
    assert [row.pk for row in rows() if not row.chosen] == [first]
    lists.page(response["Location"])
    assert log_rows()[-1]["shown"] == numbers[100:]


def test_xlsx_is_read_and_the_page_says_how(lists):
    book = openpyxl.Workbook()
    for values in (HEADING.split(";"), [insz(), "Leefloon", TODAY, LATER, "aanvraag", ""]):
        book.active.append(values)
    content = io.BytesIO()
    book.save(content)
    address = lists.upload(SimpleUploadedFile("lijst.xlsx", content.getvalue()))
    assert verdicts() == [Verdict.NEW]
    assert "lijst.xlsx</bdi></b> (XLSX)" in lists.page(address)


def test_a_number_in_the_name_of_the_file_is_not_stored(lists):
    number = insz()
    lists.upload(csv_file(line(number), name=f"{number} Jan.csv"))
    assert stored()[0].file_name == "… Jan.csv"


# A long list is judged in the background


@pytest.fixture
def short_batches(monkeypatch):
    monkeypatch.setattr(uploads, "JUDGED_AT_ONCE", 3)
    monkeypatch.setattr(judging, "BATCH", 2)


@pytest.mark.usefixtures("short_batches")
def test_a_long_list_gets_the_same_verdicts_in_the_background(lists, ocmw, monkeypatch):
    there, twice, gone = insz(), insz(), insz()
    for number in (there, gone):
        inscribe(ocmw, number, valid_from=TODAY, valid_until=LATER)
    content = [
        line(there),
        line(twice),
        line(insz()),
        "x;leefloon",
        line(twice),
        line(there, until=LATER - DAY),
    ]
    address = lists.upload(csv_file(*content), is_complete="on")
    assert stored()[0].state == UploadState.CHECKING
    assert [row.verdict for row in rows()] == ["", "", "", Verdict.WRONG, "", ""]
    page = lists.page(address)
    assert "wordt nagekeken: 1 van 6 rijen" in page
    assert 'value="start"' not in page
    lists.start(address)
    assert len(tasks()) == 1
    work()
    lists.start(address)
    monkeypatch.undo()
    lists.upload(csv_file(*content), is_complete="on")
    [slow, fast] = [
        [
            (row.line, row.insz, row.verdict, row.field, row.mistake, row.chosen)
            for row in rows()
            if row.upload_id == pk
        ]
        for pk in [upload.pk for upload in stored()]
    ]
    assert slow == fast
    assert [row[2] for row in slow] == [
        *(Verdict.EXISTS, Verdict.NEW, Verdict.NEW, Verdict.WRONG, Verdict.DOUBLE, Verdict.FORWARD),
        Verdict.MISSING,
    ]
    assert slow[-1][1] == gone
    assert slow[4][4] == "3"
    assert [task.args_kwargs["args"] for task in tasks()] == [
        [str(stored()[0].public_id), lists.membership.pk]
    ] * 2


@pytest.mark.usefixtures("short_batches")
def test_a_long_list_is_judged_only_while_the_access_lasts_and_goes_on_after(lists, case_worker):
    address = lists.upload(csv_file(*(line(insz()) for _ in range(5))))
    with owner():
        type(case_worker.user).objects.filter(pk=case_worker.user_id).update(is_active=False)
    work()
    assert (stored()[0].state, set(verdicts())) == (UploadState.CHECKING, {""})
    with owner():
        type(case_worker.user).objects.filter(pk=case_worker.user_id).update(is_active=True)
        Upload.objects.update(progressed_at=timezone.now() - 2 * uploads.STALLED)
    assert "Het nakijken is onderbroken." in lists.page(address)
    lists.browser.post(address, {"do": "resume"})
    work()
    assert (stored()[0].state, set(verdicts())) == (UploadState.CHECKED, {Verdict.NEW})


@pytest.mark.usefixtures("short_batches")
def test_a_list_can_be_deleted_before_it_is_judged(lists):
    address = lists.upload(csv_file(*(line(insz()) for _ in range(5))))
    assert lists.report(address)[1][7] == "wordt nagekeken"
    lists.browser.post(address, {"do": "delete"})
    work()
    assert (stored(), [task.status for task in tasks()]) == ([], ["SUCCESSFUL"])


def test_judging_adds_no_inscription_not_even_to_roll_it_back(lists, as_owner):
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION pg_temp.no() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''written''; END'"
        )
        cursor.execute(
            "CREATE TRIGGER no BEFORE INSERT ON persons_inscription FOR EACH ROW EXECUTE FUNCTION pg_temp.no()"
        )
    lists.upload(csv_file(line(insz())))
    assert verdicts() == [Verdict.NEW]


# Files that are refused


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "Dit bestand is leeg. Kies een ander."),
        (HEADING.encode(), "Onder de kolomnamen staat geen enkele rij."),
        (b"PK\x03\x04" + bytes(range(256)) * 9, "Deze werkmap is beschadigd."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "Dit is een oud Excel-bestand"),
        (b"naam;adres\r\nAn;Gent", "Regel 1: deze kolom ontbreekt: INSZ-nummer, hoedanigheid"),
        (f"{HEADING};Van\r\n".encode(), "Regel 1: deze kolom staat er twee keer: van"),
        (f"{HEADING}\r\n".encode() + b"caf\xe9;\xff\x81\r\n", "Regel 2: geen UTF-8, en regel 2"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_line_and_remedy(lists, content, reason):
    assert lists.refused(SimpleUploadedFile("lijst.csv", content)).startswith(reason)


def test_a_megabyte_of_garbage_is_refused(lists):
    import random

    garbage = random.Random(1).randbytes(1 << 20)
    assert lists.refused(SimpleUploadedFile("lijst.xlsx", garbage))
    assert lists.refused(SimpleUploadedFile("lijst.csv", b"x;" * (1 << 19)))


def test_a_list_has_a_bound_of_rows(lists, monkeypatch):
    assert uploads.MAX_ROWS == 20_000
    monkeypatch.setattr(uploads, "MAX_ROWS", 3)
    reason = lists.refused(csv_file(*(line(insz()) for _ in range(4))))
    assert reason == "Regel 5: meer dan 3 rijen. Splits de lijst."
    lists.upload(csv_file(*(line(insz()) for _ in range(3))))


@pytest.mark.slow
def test_the_row_after_twenty_thousand_is_one_too_many(lists):
    numbers = [insz(number) for number in range(20_001)]
    assert "meer dan 20000 rijen" in lists.refused(csv_file(*map(line, numbers)))


def test_a_form_without_file_says_so(lists):
    response = lists.browser.post(lists.address, {})
    assert response.status_code == 422
    assert response.context["form"].errors["file"] == ["Kies een bestand."]


def test_a_file_over_the_limit_is_413_with_the_limit(lists, settings):
    settings.KBI_LARGEST_UPLOAD = 5000
    response = lists.browser.post(lists.address, {"file": SimpleUploadedFile("x.csv", b"x" * 9000)})
    assert response.status_code == 413
    assert "hoogstens 10 MB" in response.content.decode()


# Registering


def test_the_ticked_rows_are_registered_in_the_background_as_the_user(lists, case_worker):
    kept, unticked = insz(), insz()
    address = lists.upload(csv_file(line(kept, reason="gesprek"), line(unticked)))
    [first, second] = rows()
    lists.start(address, on_page=[first.pk, second.pk], row=[first.pk])
    assert inscriptions() == []
    assert "0 van 1 rijen afgewerkt" in lists.page(address)
    work()
    [made] = inscriptions()
    assert (made.insz, made.reason, made.registered_by_id) == (kept, "gesprek", case_worker.user_id)
    assert [row.outcome for row in rows()] == ["registered", ""]
    assert "1 van 1 aangevinkte rijen zijn in orde" in lists.page(address)
    with owner():
        [event] = InscriptionEvent.objects.all()
    assert (event.what, event.user_id) == ("registered", case_worker.user_id)
    [logged] = [row for row in log_rows() if row["kind"] == "registration"]
    assert (logged["numbers"], logged["user_id"], logged["role"]) == (
        [kept],
        case_worker.user_id,
        "case_worker",
    )
    assert logged["institution_id"] == case_worker.institution_id
    assert logged["channel"] == "portal"


def test_a_batch_is_one_row_of_the_log(lists, monkeypatch):
    monkeypatch.setattr(uploading, "BATCH", 4)
    numbers = [insz() for _ in range(10)]
    lists.start(lists.upload(csv_file(*map(line, numbers))))
    work()
    logged = [row["numbers"] for row in log_rows() if row["kind"] == "registration"]
    assert [len(some) for some in logged] == [4, 4, 2]
    assert [number for some in logged for number in some] == numbers


def test_without_confirmation_or_rows_nothing_starts(lists):
    address = lists.upload(csv_file(line(insz())))
    lists.browser.post(address, {"do": "start"})
    assert "bevestig eerst" in lists.page(address)
    lists.browser.post(address, {"do": "none"})
    lists.start(address)
    assert "Er is geen enkele rij aangevinkt." in lists.page(address)
    assert (tasks(), stored()[0].state) == ([], UploadState.CHECKED)


def test_a_button_ticks_a_whole_group(lists, ocmw):
    inscribe(ocmw, insz())
    address = lists.upload(csv_file(line(insz()), line(insz())), is_complete="on")
    lists.browser.post(address, {"do": "all", "show": "missing"})
    lists.browser.post(address, {"do": "none", "show": "new"})
    assert [(row.verdict, row.chosen) for row in rows()] == [
        (Verdict.NEW, False),
        (Verdict.NEW, False),
        (Verdict.MISSING, True),
    ]


def test_the_ticks_on_screen_are_those_that_start(lists):
    numbers = [insz() for _ in range(3)]
    address = lists.upload(csv_file(*map(line, numbers)))
    on_page = [row.pk for row in rows()]
    lists.start(address, on_page=on_page, row=on_page[1:])
    work()
    assert [made.insz for made in inscriptions()] == numbers[1:]


def test_another_group_shows_after_the_ticks_are_stored(lists, ocmw):
    inscribe(ocmw, insz())
    address = lists.upload(csv_file(line(insz()), line(insz())), is_complete="on")
    on_page = [row.pk for row in rows()]
    page = lists.page(address)
    assert re.search(r'<button[^>]*name="group"\s+value="missing"', page)
    response = lists.browser.post(
        address, {"show": "", "on_page": on_page, "row": on_page[1:], "group": "missing"}
    )
    assert response["Location"] == f"{address}?show=missing"
    assert [row.chosen for row in rows()] == [False, True, True]
    back = lists.browser.post(address, {"show": "missing", "group": ""})
    assert back["Location"] == address


def test_a_post_that_ticks_starts_or_deletes_is_one_row_of_the_log(lists):
    numbers = [insz() for _ in range(3)]
    address = lists.upload(csv_file(*map(line, numbers)))
    on_page = [row.pk for row in rows()]
    target = str(stored()[0].public_id)

    def logged_by(**fields: object) -> list[list[str]]:
        before = len(log_rows())
        lists.browser.post(address, fields)
        new = log_rows()[before:]
        assert {(row["kind"], row["outcome"], row["target"]) for row in new} <= {("upload", "shown", target)}
        return [row["numbers"] for row in new]

    assert logged_by(do="save", on_page=on_page, row=on_page[1:]) == [numbers[:1]]
    assert logged_by(do="save", on_page=on_page, row=on_page[1:]) == []
    assert logged_by(do="none") == [numbers[1:]]
    # Without the confirmation nothing starts, and the ticks are stored.
    assert logged_by(do="start", on_page=on_page, row=on_page[:1]) == [numbers[:1]]
    assert logged_by(do="start", on_page=on_page, row=on_page[1:], sure="yes") == [[*numbers[1:], numbers[0]]]
    assert logged_by(do="start", sure="yes") == []
    work()
    assert logged_by(do="delete") == [numbers]


def test_a_doubled_submit_starts_one_task(lists):
    address = lists.upload(csv_file(line(insz())))
    lists.start(address)
    lists.start(address)
    assert len(tasks()) == 1
    work()
    lists.start(address)
    work()
    assert (len(tasks()), len(inscriptions())) == (1, 1)


def test_a_task_that_runs_twice_registers_once(lists, case_worker):
    address = lists.upload(csv_file(line(insz()), line(insz())))
    lists.start(address)
    uploading.run_upload.enqueue(str(stored()[0].public_id), case_worker.pk)
    work()
    assert len(inscriptions()) == 2
    assert [task.status for task in tasks()] == ["SUCCESSFUL"] * 2
    assert len([row for row in log_rows() if row["kind"] == "registration"]) == 1


def test_what_changed_since_the_preview_is_in_the_report(lists, ocmw):
    number = insz()
    address = lists.upload(csv_file(line(number), line(insz())))
    inscribe(ocmw, number, valid_from=TODAY, valid_until=LATER - DAY)
    lists.start(address)
    work()
    assert rows()[0].outcome in {"overlaps", "exists"}
    assert rows()[1].outcome == "registered"
    [heading, *lines] = lists.report(address)
    assert heading[:7] == ["Rij", "INSZ-nummer", "Hoedanigheid", "Van", "Tot en met", "Reden", "Bewijs"]
    assert [cells[7] for cells in lines][1] == "ingeschreven"
    assert lists.report(address, show="refused")[1:] == [
        cells for cells in lines if cells[7].startswith("Overlapt")
    ]


def test_no_cell_of_the_report_is_a_formula_and_no_reason_is_markup(lists):
    address = lists.upload(
        csv_file(line(insz(), reason="=1+1"), line(insz(), reason="<script>alert(1)</script>"))
    )
    assert "<script>alert" not in lists.page(address)
    [_, first, second] = lists.report(address)
    assert first[5] == "'=1+1"
    assert second[5] == "<script>alert(1)</script>"


def test_the_report_can_be_uploaded_again(lists):
    numbers = [insz(), insz()]
    address = lists.upload(csv_file(*map(line, numbers)))
    content = lists.browser.get(f"{address}verslag/").content
    lists.upload(SimpleUploadedFile("verslag.csv", content))
    assert [row.insz for row in rows()] == numbers * 2
    assert verdicts() == [Verdict.NEW] * 4


# Roles


def test_a_user_with_both_roles_registers_under_each_mandate(ocmw, case_worker, lists):
    member(ocmw, Role.LOCAL_ADMINISTRATOR, user_=case_worker.user)
    mandate(ocmw, "andere_hulp", may_register="local_administrator")
    lists.start(lists.upload(csv_file(line(insz()), line(insz(), capacity="andere_hulp"))))
    work()
    assert [row.outcome for row in rows()] == ["registered"] * 2


def test_a_role_that_the_mandate_does_not_let_register_is_told_by_row(ocmw, lists, settings):
    mandate(ocmw, "andere_hulp", may_register="local_administrator")
    address = lists.upload(csv_file(line(insz(), capacity="andere_hulp")))
    assert "Volgens de machtiging schrijven anderen in deze hoedanigheid in." in lists.page(address)
    lists.browser.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert "Volgens de machtiging" not in lists.page(address)


def test_a_colleague_reads_a_list_and_only_its_user_changes_it(lists, ocmw, client):
    address = lists.upload(csv_file(line(insz())))
    colleague = member(ocmw, Role.LOCAL_ADMINISTRATOR)
    browser = type(client)()
    browser.force_login(colleague.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = browser.get(address).content.decode()
    assert "lijst.csv" in page
    assert 'value="start"' not in page
    for deed in ("start", "none", "delete", "save"):
        assert browser.post(address, {"do": deed, "sure": "yes"}).status_code == 404
        logged = log_rows()[-1]
        assert (logged["kind"], logged["outcome"], logged["rule"]) == ("upload", "refused", "no_permission")
        assert (logged["target"], logged["user_id"]) == (str(stored()[0].public_id), colleague.user_id)
    assert [(upload.state, row.chosen) for upload, row in zip(stored(), rows(), strict=True)] == [
        (UploadState.CHECKED, True)
    ]
    bind(institution_id=ocmw.pk, user_id=colleague.user_id, role=colleague.role)
    assert Upload.objects.update(state="running") == 0
    assert UploadRow.objects.update(chosen=False) == 0
    assert UploadRow.objects.all().delete()[0] == 0
    bind()


def test_a_list_of_another_institution_is_404_and_logged(lists, outsider, client):
    address = lists.upload(csv_file(line(insz())))
    elsewhere = address.replace(lists.membership.institution.slug, outsider.institution.slug)
    browser = type(client)()
    browser.force_login(outsider.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    for method, path in (("get", elsewhere), ("post", elsewhere), ("get", f"{elsewhere}verslag/")):
        assert getattr(browser, method)(path, {"do": "start", "sure": "yes"}).status_code == 404
        row = log_rows()[-1]
        assert (row["kind"], row["outcome"], row["rule"]) == ("upload", "refused", "not_visible")
        assert row["target"] == str(stored()[0].public_id)
    assert browser.get(address).status_code == 404
    assert tasks() == []


def test_raw_sql_reads_lists_only_in_a_role_that_registers(lists, ocmw, other_ocmw):
    lists.upload(csv_file(line(insz())))
    for table in ("caseload_upload", "caseload_uploadrow"):
        count = f"SELECT count(*) FROM {table}"
        assert fetch(count, institution=ocmw.pk, role="case_worker") == [(1,)]
        assert fetch(count, institution=ocmw.pk, role="local_administrator") == [(1,)]
        assert fetch(count, institution=ocmw.pk, role="privacy_officer") == [(0,)]
        assert fetch(count, institution=ocmw.pk) == [(0,)]
        assert fetch(count, institution=other_ocmw.pk, role="case_worker") == [(0,)]


# Broken off


def end_membership(membership: Membership) -> None:
    with owner():
        Membership.objects.filter(pk=membership.pk).update(valid_until=TODAY - DAY)


def test_the_work_stops_when_the_membership_ends(lists, case_worker, monkeypatch):
    monkeypatch.setattr(uploading, "BATCH", 2)
    address = lists.upload(csv_file(*(line(insz()) for _ in range(5))))
    lists.start(address)
    carry_out = uploading._carry_out

    def then_end(*arguments) -> None:
        carry_out(*arguments)
        end_membership(case_worker)

    monkeypatch.setattr(uploading, "_carry_out", then_end)
    work()
    assert len(inscriptions()) == 2
    assert stored()[0].state == UploadState.STOPPED
    assert [task.status for task in tasks()] == ["SUCCESSFUL"]
    assert lists.browser.get(address).status_code == 404
    # A new membership goes on where it stopped.
    monkeypatch.setattr(uploading, "_carry_out", carry_out)
    with owner():
        case_worker.pk, case_worker.public_id = None, uuid.uuid4()
        case_worker.valid_from, case_worker.valid_until = TODAY, TODAY + 90 * DAY
        case_worker.save(force_insert=True)
    assert "Het inschrijven is onderbroken." in lists.page(address)
    lists.browser.post(address, {"do": "resume"})
    work()
    assert (len(inscriptions()), stored()[0].state) == (5, UploadState.DONE)


def test_an_account_that_was_closed_registers_nothing(lists, case_worker):
    lists.start(lists.upload(csv_file(line(insz()))))
    with owner():
        type(case_worker.user).objects.filter(pk=case_worker.user_id).update(is_active=False)
    work()
    assert (inscriptions(), stored()[0].state) == ([], UploadState.STOPPED)


def test_a_fault_in_a_batch_keeps_those_before_and_the_rest_can_go_on(lists, monkeypatch):
    monkeypatch.setattr(uploading, "BATCH", 2)
    address = lists.upload(csv_file(*(line(insz()) for _ in range(5))))
    lists.start(address)
    real, calls = uploading.in_each_role, []

    def fail_once(*arguments):
        calls.append(1)
        if len(calls) == 2:
            raise ValueError("away")
        return real(*arguments)

    monkeypatch.setattr(uploading, "in_each_role", fail_once)
    work()
    assert (len(inscriptions()), [task.status for task in tasks()]) == (2, ["FAILED"])
    assert "2 van 5 rijen afgewerkt" in lists.page(address)
    lists.browser.post(address, {"do": "resume"})  # too early: it may be running
    assert len(tasks()) == 1
    with owner():
        Upload.objects.update(progressed_at=timezone.now() - 2 * uploads.STALLED)
    lists.browser.post(address, {"do": "resume"})
    work()
    assert (len(inscriptions()), stored()[0].state) == (5, UploadState.DONE)


def test_a_failed_task_stores_code_place_and_row_but_no_number(lists, as_owner):
    """PostgreSQL's message about a duplicate has the number; the whole table of tasks must not."""
    number = insz()
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("CREATE UNIQUE INDEX once ON caseload_uploadrow (insz, outcome)")
    address = lists.upload(csv_file(line(insz()), line(number)))
    [first, second] = rows()
    with as_owner():
        UploadRow.objects.filter(pk=second.pk).update(outcome="registered", chosen=False)
        UploadRow.objects.filter(pk=first.pk).update(insz=number, line=17)
    lists.start(address)
    work()
    [task] = tasks()
    assert task.status == "FAILED"
    assert re.search(
        r"IntegrityError 23505 at caseload/services/uploading\.py:\d+ _carry_out, .*, row 17", task.traceback
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(t::text, ' ') FROM django_tasks_database_dbtaskresult t")
        [everything] = cursor.fetchone()
    assert number not in everything
    assert "DETAIL" not in everything
    assert "Key (" not in everything
    assert task.args_kwargs == {
        "args": [str(stored()[0].public_id), lists.membership.pk],
        "kwargs": {},
    }


# The complete list


def test_a_complete_list_proposes_the_missing_ones_and_ends_none_unasked(lists, ocmw):
    here, gone, other = insz(), insz(), insz()
    started = TODAY - 30 * DAY
    inscribe(ocmw, here, valid_from=started)
    missing = inscribe(ocmw, gone, valid_from=started)
    inscribe(ocmw, other, "andere_hulp", valid_from=started)  # a capacity that the list is not about
    with owner():
        until = Inscription.objects.get(insz=here).valid_until
    address = lists.upload(csv_file(f"{here};leefloon;{started};{until};x;", line(insz())), is_complete="on")
    assert verdicts() == [Verdict.EXISTS, Verdict.NEW, Verdict.MISSING]
    [*_, proposed] = rows()
    assert (proposed.insz, proposed.chosen, proposed.inscription) == (gone, False, missing.public_id)
    lists.start(address)
    work()
    with owner():
        assert Inscription.objects.get(insz=gone).valid_until > TODAY


def test_the_ticked_missing_ones_end_with_the_reason_and_an_event(lists, ocmw):
    gone = inscribe(ocmw, insz(), valid_from=TODAY - 30 * DAY)
    over = inscribe(ocmw, insz(), valid_from=TODAY - 30 * DAY)
    address = lists.upload(csv_file(line(insz())), is_complete="on")
    [new, *missing] = rows()
    ids = [row.pk for row in missing]
    lists.start(address, on_page=[new.pk, *ids], row=[new.pk, *ids])
    assert "geef een reden" in lists.page(address)
    assert tasks() == []
    # A colleague ends one meanwhile.
    with owner():
        Inscription.objects.filter(pk=over.pk).update(valid_until=TODAY - DAY)
    lists.start(address, on_page=[new.pk, *ids], row=[new.pk, *ids], end_reason=" niet meer  op de lijst ")
    work()
    outcomes = {row.insz: row.outcome for row in rows()}
    assert (outcomes[gone.insz], outcomes[over.insz]) == ("ended", "over")
    with owner():
        assert Inscription.objects.get(pk=gone.pk).valid_until == TODAY - DAY
        event = InscriptionEvent.objects.get(inscription=gone, what="ended")
    assert (event.reason, event.user_id) == ("niet meer op de lijst", lists.membership.user_id)
    logged = [row for row in log_rows() if row["kind"] == "ending"]
    assert {(row["outcome"], row["insz"], *row["numbers"]) for row in logged} == {
        ("shown", gone.insz),
        ("empty", "", over.insz),
    }
    assert "Misschien was een collega u voor." in lists.page(address, show="refused")


def test_the_missing_ones_end_in_the_role_that_the_mandate_asks(ocmw, case_worker, lists):
    other_role = member(ocmw, Role.LOCAL_ADMINISTRATOR, user_=case_worker.user)
    mandate(ocmw, "andere_hulp", may_register="local_administrator")
    gone = inscribe(ocmw, insz(), "andere_hulp", valid_from=TODAY - 30 * DAY)
    also = inscribe(ocmw, insz(), valid_from=TODAY - 30 * DAY)
    content = [line(insz()), line(insz(), capacity="andere_hulp")]
    address = lists.upload(csv_file(*content), is_complete="on")
    ids = [row.pk for row in rows() if row.verdict == Verdict.MISSING]
    assert len(ids) == 2
    lists.start(address, on_page=ids, row=ids, end_reason="verhuisd")
    work()
    with owner():
        ended = Inscription.objects.filter(valid_until=TODAY - DAY)
        assert set(ended.values_list("pk", flat=True)) == {gone.pk, also.pk}
    logged = {(row["insz"], row["role"]) for row in log_rows() if row["kind"] == "ending"}
    assert logged == {(gone.insz, other_role.role), (also.insz, case_worker.role)}


def test_a_typed_reason_stays_when_something_else_is_missing(lists, ocmw):
    inscribe(ocmw, insz(), valid_from=TODAY - 30 * DAY)
    address = lists.upload(csv_file(line(insz())), is_complete="on")
    lists.browser.post(address, {"do": "start", "end_reason": "verhuisd"})
    assert 'value="verhuisd"' in lists.page(address)


# Deleted


def test_a_report_is_deleted_by_its_user_or_after_a_week(lists, as_owner):
    address = lists.upload(csv_file(line(insz())))
    lists.start(address)
    lists.browser.post(address, {"do": "delete"})
    assert len(stored()) == 1  # it is running
    work()
    lists.browser.post(address, {"do": "delete"})
    assert (stored(), rows(), len(inscriptions())) == ([], [], 1)
    assert lists.browser.get(address).status_code == 404
    addresses = [lists.upload(csv_file(line(insz()))) for _ in range(2)]
    old = stored()[0]
    with as_owner():
        week = datetime.timedelta(days=7, minutes=1)
        Upload.objects.filter(pk=old.pk).update(created_at=timezone.now() - week)
        DBTaskResult.objects.update(enqueued_at=timezone.now() - week)
    # It is there for no one from that moment on, whenever the night deletes it.
    assert [lists.browser.get(each).status_code for each in addresses] == [404, 200]
    assert lists.browser.post(addresses[0], {"do": "start"}).status_code == 404
    with as_owner():
        call_command("clean_up", stdout=io.StringIO())
    assert [upload.pk for upload in stored()] == [stored()[-1].pk]
    assert len(rows()) == 1
    assert tasks() == []


def test_a_task_whose_list_is_gone_ends_quietly(case_worker):
    uploading.run_upload.enqueue(str(uuid.uuid4()), case_worker.pk)
    work()
    assert [task.status for task in tasks()] == ["SUCCESSFUL"]


def test_the_page_that_polls_is_told_to_load_the_report(lists):
    address = lists.upload(csv_file(line(insz())))
    lists.start(address)
    assert "Ververs" in lists.browser.get(address, headers={"hx-request": "true"}).content.decode()
    rows_before = len(log_rows())
    work()
    response = lists.browser.get(address, headers={"hx-request": "true"})
    assert (response.headers["HX-Refresh"], response.content) == ("true", b"")
    # The page of the progress shows no number.
    assert [row["shown"] for row in log_rows() if row["kind"] == "upload"] == [[], []]
    assert rows_before == 2


def test_a_nul_in_the_reason_is_no_fault(lists):
    address = lists.upload(csv_file(line(insz())))
    assert lists.browser.post(address, {"do": "save", "end_reason": "a\0b"}).status_code == 302
    assert [upload.end_reason for upload in stored()] == ["a b"]
