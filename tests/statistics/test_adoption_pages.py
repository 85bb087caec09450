"""The page about who does not use the portal: what it shows, who sees it, its files, and the mails of the agency."""

from __future__ import annotations

import csv
import datetime
import html
import io
import re
import smtplib

import openpyxl
import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django_tasks_db.models import DBTaskResult
from odfdo import Document

from demo.municipalities import municipalities
from partners.enums import Role
from partners.groups import READERS
from partners.models import Institution
from partners.signals import TRIED
from partners.tasks import TaskFailed
from statistics.adoption.mails import deliver
from statistics.enums import AdoptionClass
from statistics.models import AdoptionMail
from tests import factories

from .counting import brussels, look
from .test_pages import FORMULAS, CountQueries, tables

pytestmark = pytest.mark.django_db

PAGE, DOWNLOAD, MAIL = (f"admin:statistics_adoption{suffix}" for suffix in ("", "_download", "_mail"))
MONTHS = ["jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"]


@pytest.fixture(autouse=True)
def november():
    with time_machine.travel(brussels("2026-11-25 10:15"), tick=False):
        yield


@pytest.fixture(autouse=True)
def mailing(settings):
    """The portal has a mail server; the worker runs when a test says so."""
    settings.KBI_SENDS_MAIL = True
    settings.DEFAULT_FROM_EMAIL = "portaal@agentschap.example"


@pytest.fixture
def houses(db) -> dict[str, Institution]:
    """An institution in four of the classes, by the name of its class; the log begins a year ago."""
    look(None, "2025-11-03 10:00")
    made = {
        code: factories.institution(f"OCMW {code.title().replace('_', ' ')}", nis_code=nis)
        for code, nis in (("no_access", "11001"), ("never", "44021"), ("stopped", "71072"), ("uses", ""))
    }
    for code in ("never", "stopped", "uses"):
        factories.member(made[code])
    look(made["stopped"], "2026-09-12 10:00")
    look(made["uses"], "2026-11-24 10:00")
    return made


@pytest.fixture
def agency(agency_administrator, sign_in):
    return sign_in(agency_administrator)


def administrator_of(institution: Institution):
    return factories.member(institution, Role.LOCAL_ADMINISTRATOR).user


def rows(response) -> list[list[str]]:
    """The list of institutions, without its head and without what can be done."""
    return [[" ".join(cell.split()) for cell in row[:9]] for row in tables(response)[-1][1:]]


def names(response) -> list[str]:
    return [row[0] for row in rows(response)]


# -- the page


def test_the_page_says_who_does_not_use_the_portal(agency, houses):
    page = agency.get(reverse(PAGE))
    text = page.content.decode()
    assert "<h1>Wie gebruikt het niet?</h1>" in text
    assert "<b>3 van de 4 instellingen</b> gebruiken het portaal niet (25 november 2026)." in " ".join(
        text.split()
    )
    assert rows(page) == [
        ["OCMW Never", "OCMW", "Oost-Vlaanderen", "keek nog nooit", "–", "–", "1",
         "toegang sinds 21 okt 2025", "–"],
        ["OCMW No Access", "OCMW", "Antwerpen", "geen toegang", "–", "–", "0", "nog nooit toegang", "–"],
        ["OCMW Stopped", "OCMW", "Limburg", "gestopt", "–", "12 sep 2026", "1", "74 dagen stil", "–"],
    ]  # fmt: skip
    kinds, months, _list = tables(page)
    assert kinds[1] == ["OCMW", "25 %", "1", "0", "1", "1", "1", "4"]
    assert len(months) == 1 + 13
    assert months[-1] == ["vandaag", "25 %", "1", "0", "1", "1", "1", "4"]


def test_the_numbers_of_each_class_lead_to_its_list(agency, houses):
    page = agency.get(reverse(PAGE), {"kind": "ocmw"})
    tabs = re.findall(r'<a href="(\?[^"]*show=(\w+)[^"]*)"[^>]*>.*?<b>(\d+)</b>', page.content.decode(), re.S)
    assert {code: int(number) for _address, code, number in tabs} == {
        "not_using": 3,
        **{each.value: 1 for each in AdoptionClass if each != AdoptionClass.BELOW},
        "below": 0,
        "all": 4,
    }
    for address, _code, number in tabs:
        assert "kind=ocmw" in address
        assert len(names(agency.get(reverse(PAGE) + html.unescape(address)))) == int(number)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"province": "antwerpen"}, ["OCMW No Access"]),
        ({"province": "oost-vlaanderen"}, ["OCMW Never"]),
        ({"province": "none", "show": "all"}, ["CVO Zonder", "OCMW Uses"]),
        ({"kind": "cvo"}, ["CVO Zonder"]),
        ({"kind": "cvo", "province": "limburg"}, []),
    ],
)
def test_the_list_and_the_numbers_follow_kind_and_province(query, expected, agency, houses):
    factories.institution("CVO Zonder", "cvo")
    page = agency.get(reverse(PAGE), query)
    assert names(page) == expected
    assert page.context["page"].total == len(expected)
    assert page.context["page"].kinds.title.endswith(page.context["page"].institutions.title.split(" · ")[1])


@pytest.mark.parametrize(
    ("order_by", "expected"),
    [
        ("-name", ["Stopped", "No Access", "Never"]),
        ("adoption", ["Stopped", "Never", "No Access"]),
        ("-last_look", ["Stopped", "Never", "No Access"]),
        ("why", ["Never", "No Access", "Stopped"]),
        ("nonsense", ["Never", "No Access", "Stopped"]),
    ],
)
def test_the_list_is_sorted_by_any_column(order_by, expected, agency, houses):
    page = agency.get(reverse(PAGE), {"order_by": order_by})
    assert [name.removeprefix("OCMW ") for name in names(page)] == expected


@pytest.mark.parametrize(("field", "value"), [("kind", "bank"), ("province", "henegouwen")])
def test_a_mistake_is_said_at_the_field(field, value, agency, houses):
    page = agency.get(reverse(PAGE), {field: value})
    assert f'id="id_{field}_error"' in page.content.decode()
    assert len(names(page)) == 3
    asked = {"table": "instellingen", "format": "csv"}
    assert agency.get(reverse(DOWNLOAD), asked).status_code == 200
    assert agency.get(reverse(DOWNLOAD), asked | {field: value}).status_code == 404


@pytest.mark.parametrize("query", [{"show": "nobody"}, {"show": ""}, {"order_by": "x" * 40}])
def test_a_wrong_choice_shows_the_usual_list(query, agency, houses):
    assert len(names(agency.get(reverse(PAGE), query))) == 3


def test_all_ocmws_are_on_one_page_at_the_cost_of_one(agency, houses):
    with CountQueries() as few:
        agency.get(reverse(PAGE), {"show": "all"})
    with factories.owner():
        groups = Group.objects.bulk_create(Group(name=f"proef {each.nis}") for each in municipalities())
        Institution.objects.bulk_create(
            Institution(
                name=f"{each.ocmw} (proef)", kind="ocmw", slug=f"p-{each.nis}", nis_code=each.nis, group=group
            )
            for each, group in zip(municipalities(), groups, strict=True)
        )
    with CountQueries() as many:
        page = agency.get(reverse(PAGE), {"show": "all"})
    assert len(names(page)) == 4 + 285
    assert many.number == few.number
    provinces = {row[0]: row[2] for row in rows(page)}
    assert provinces["OCMW Beveren-Kruibeke-Zwijndrecht (proef)"] == "Oost-Vlaanderen"
    assert "–" not in {province for name, province in provinces.items() if name.endswith("(proef)")}


def test_without_a_roll_up_of_this_server_there_is_no_page(agency, houses):
    with factories.owner(), connection.cursor() as cursor:
        cursor.execute("UPDATE statistics_watermark SET server = 'elders'")
    assert agency.get(reverse(PAGE)).status_code == 503
    assert agency.post(reverse(MAIL), {"institution": houses["never"].pk}).status_code == 503


def test_the_page_is_in_english_too(agency, houses):
    page = agency.get(reverse(PAGE), headers={"Accept-Language": "en"}).content.decode()
    assert "Who does not use it?" in page
    assert "never looked" in page
    assert "gebruikt" not in page


# -- files


@pytest.mark.parametrize("table", ["instellingen", "soorten", "maanden"])
def test_each_file_has_what_its_table_shows(table, agency, houses):
    administrator_of(houses["never"])
    page = agency.get(reverse(PAGE), {"order_by": "-last_look", "show": "all"})
    place = ["soorten", "maanden", "instellingen"].index(table)
    width = 9 if table == "instellingen" else 8
    shown = [[" ".join(cell.split()) for cell in row[:width]] for row in tables(page)[place]]
    found = re.findall(r'href="([^"]*bestand[^"]*)"', page.content.decode())
    files = {
        re.search(r"format=(\w+)", address)[1]: agency.get(html.unescape(address)).content
        for address in found
        if f"table={table}&" in html.unescape(address)
    }
    assert set(files) == {"csv", "xlsx", "ods"}
    text = list(csv.reader(io.StringIO(files["csv"].decode("utf-8-sig")), delimiter=";"))
    assert [list(map(as_shown, row)) for row in text[: len(shown)]] == without_sign(shown)
    sheet = openpyxl.load_workbook(io.BytesIO(files["xlsx"])).active
    excel = [[as_shown(cell.value) for cell in row[:width]] for row in sheet.iter_rows(min_row=3)]
    assert excel[: len(shown)] == without_sign(shown)
    ods = Document(io.BytesIO(files["ods"])).body.get_table(0).get_values()[2 : 2 + len(shown)]
    assert [list(map(as_shown, row[:width])) for row in ods] == without_sign(shown)


def as_shown(value: object) -> str:
    """A cell of a file as the screen has it."""
    if isinstance(value, str) and (found := re.fullmatch(r"(\d\d)/(\d\d)/(\d{4})", value)):
        value = datetime.date(*map(int, reversed(found.groups())))
    if isinstance(value, datetime.date):
        return f"{value.day} {MONTHS[value.month - 1]} {value.year}"
    return "" if value is None else str(value)


def without_sign(shown: list[list[str]]) -> list[list[str]]:
    """The cells of a page; percentages without their sign."""
    return [[re.sub(r"^(\d+) %$", r"\1", cell) for cell in row] for row in shown]


def test_no_cell_of_a_file_is_a_formula(agency, houses):
    for number, text in enumerate(FORMULAS[:4]):
        factories.institution(f"{text} {number}")
    asked = {"table": "instellingen", "show": "all"}
    text = agency.get(reverse(DOWNLOAD), asked | {"format": "csv"}).content.decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(text, newline=""), delimiter=";") for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    book = openpyxl.load_workbook(
        io.BytesIO(agency.get(reverse(DOWNLOAD), asked | {"format": "xlsx"}).content)
    )
    assert {cell.data_type for row in book.active.iter_rows() for cell in row if cell.value} <= {
        "s",
        "n",
        "d",
    }


@pytest.mark.parametrize(
    "query", [{}, {"table": "x", "format": "csv"}, {"table": "instellingen", "format": "pdf"}]
)
def test_a_file_that_is_not_offered_is_not_there(query, agency, houses):
    assert agency.get(reverse(DOWNLOAD), query).status_code == 404


# -- who sees it


def test_readers_of_figures_see_no_contact_and_do_nothing(houses, agency_administrator):
    administrator = administrator_of(houses["never"])
    reader, browser = factories.user(is_staff=True), Client()
    with factories.owner():
        reader.groups.add(Group.objects.get(name=READERS))
    browser.force_login(reader, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = browser.get(reverse(PAGE), {"show": "all"})
    assert page.status_code == 200
    for secret in (
        administrator.email,
        escape(str(administrator)),
        "Toegang geven",
        "Nodig uit",
        "adopt-mail",
    ):
        assert secret not in page.content.decode()
    asked = {"table": "instellingen", "format": "csv", "show": "all"}
    assert administrator.email not in browser.get(reverse(DOWNLOAD), asked).content.decode()
    refused = browser.post(reverse(MAIL), {"institution": houses["never"].pk})
    assert refused.status_code == 403
    assert AdoptionMail.objects.count() == 0


def test_staff_without_the_permission_sees_nothing(houses):
    browser = Client()
    browser.force_login(
        factories.user(is_staff=True), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    assert browser.get(reverse(PAGE)).status_code == 403
    assert browser.get(reverse(DOWNLOAD), {"table": "soorten", "format": "csv"}).status_code == 403


def test_the_contact_is_who_administers_the_institution_today(agency, houses):
    administrator = administrator_of(houses["stopped"])
    factories.member(houses["stopped"], Role.LOCAL_ADMINISTRATOR, ended=True)
    [row] = rows(agency.get(reverse(PAGE), {"show": "stopped"}))
    assert row[8] == f"{administrator} ({administrator.email})"


# -- inviting and reminding


def asked(browser, *institutions: Institution, **fields):
    data = {"institution": [each.pk for each in institutions]} | fields
    return browser.post(reverse(MAIL), data, follow=True)


def mails() -> list[AdoptionMail]:
    with factories.owner():
        return list(AdoptionMail.objects.order_by("pk"))


def test_without_an_administrator_the_page_leads_to_giving_access(agency, houses):
    page = agency.get(reverse(PAGE)).content.decode()
    for code in ("no_access", "never", "stopped"):
        assert f"{reverse('admin:partners_membership_add')}?institution={houses[code].pk}" in page
    asked(agency, *houses.values())
    assert mails() == []


def test_a_mail_goes_once_a_month_to_who_administers_the_institution(agency, agency_administrator, houses):
    first, second = administrator_of(houses["stopped"]), administrator_of(houses["stopped"])
    page = asked(agency, houses["stopped"], query="kind=ocmw&show=stopped")
    assert page.redirect_chain[-1][0].endswith("?kind=ocmw&show=stopped")
    assert "1 mail vertrekt." in page.content.decode()
    assert "mail wacht" in page.content.decode()
    [task] = DBTaskResult.objects.filter(task_path="statistics.adoption.mails.deliver")
    [stored] = mails()
    assert task.args_kwargs == {"args": [stored.pk], "kwargs": {}}
    for _twice in range(2):
        deliver.func(stored.pk)
    [message] = mail.outbox
    assert sorted(message.to) == sorted([first.email, second.email])
    assert "gemaild op 25 nov" in agency.get(reverse(PAGE)).content.decode()
    again = asked(agency, houses["stopped"])
    assert "1 instelling krijgt geen mail" in again.content.decode()
    assert len(mails()) == 1
    [entry] = LogEntry.objects.filter(object_id=str(houses["stopped"].pk))
    assert (entry.user, entry.change_message) == (
        agency_administrator,
        "Mail aan de lokale beheerders: herinnering.",
    )
    with factories.owner():
        AdoptionMail.objects.update(month=datetime.date(2026, 10, 1))
    asked(agency, houses["stopped"])
    assert [each.month.month for each in mails()] == [10, 11]


@pytest.mark.parametrize(("code", "kind", "words"), [
    ("never", "invite", "maar er is nog geen dossier geopend"),
    ("stopped", "remind", "weinig of geen dossiers"),
])  # fmt: skip
def test_the_mail_names_the_institution_and_no_one(code, kind, words, agency, houses):
    administrator_of(houses[code])
    asked(agency, houses[code])
    [stored] = mails()
    assert stored.kind == kind
    deliver.func(stored.pk)
    [message] = mail.outbox
    assert words in message.body
    assert f"http://127.0.0.1:8000/{houses[code].slug}/team/" in message.body
    with factories.owner():
        for user in factories.User.objects.all():
            for secret in filter(None, (user.last_name, user.email)):
                assert secret not in message.subject + message.body
    assert "only look at what you need" in message.body


def test_who_uses_the_portal_gets_no_mail(agency, houses):
    administrator_of(houses["uses"])
    page = asked(agency, houses["uses"])
    assert "1 instelling krijgt geen mail" in page.content.decode()
    assert mails() == []


def test_all_of_a_list_can_be_asked_at_once(agency, houses):
    for code in ("never", "stopped", "uses"):
        administrator_of(houses[code])
    page = agency.get(reverse(PAGE))
    offered = re.findall(r'<input type="hidden" name="institution" value="(\d+)">', page.content.decode())
    assert set(map(int, offered)) == {houses["never"].pk, houses["stopped"].pk}
    done = agency.post(reverse(MAIL), {"institution": offered}, follow=True)
    assert "2 mails vertrekken." in done.content.decode()
    assert {each.kind for each in mails()} == {"invite", "remind"}


def test_a_mail_that_the_server_refuses_is_tried_again_for_three_days(agency, houses, monkeypatch):
    administrator_of(houses["stopped"])
    asked(agency, houses["stopped"])
    [stored] = mails()

    def refuse(*_: object, **__: object) -> None:
        raise smtplib.SMTPServerDisconnected

    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.EmailMessage.send", refuse)
        with pytest.raises(TaskFailed, match=r"^SMTPServerDisconnected at "):
            deliver.func(stored.pk)
        assert DBTaskResult.objects.filter(task_path="statistics.adoption.mails.deliver").count() == 2
        with factories.owner():
            AdoptionMail.objects.update(asked_at=timezone.now() - TRIED)
        with pytest.raises(TaskFailed):
            deliver.func(stored.pk)
    assert DBTaskResult.objects.filter(task_path="statistics.adoption.mails.deliver").count() == 2
    assert mails()[0].sent_at is None
    deliver.func(stored.pk)
    assert len(mail.outbox) == 1


def test_a_mail_that_was_given_up_is_asked_for_again(agency, houses):
    administrator_of(houses["stopped"])
    asked(agency, houses["stopped"])
    assert "mail wacht" in agency.get(reverse(PAGE)).content.decode()
    assert "1 instelling krijgt geen mail" in asked(agency, houses["stopped"]).content.decode()
    with factories.owner():
        AdoptionMail.objects.update(asked_at=timezone.now() - TRIED - datetime.timedelta(minutes=1))
    assert "mail niet verstuurd" in agency.get(reverse(PAGE)).content.decode()
    [given_up] = mails()
    assert "1 mail vertrekt." in asked(agency, houses["stopped"]).content.decode()
    [again] = mails()
    assert again.pk != given_up.pk
    deliver.func(given_up.pk)
    assert mail.outbox == []
    deliver.func(again.pk)
    assert len(mail.outbox) == 1


def test_without_a_mail_server_nothing_is_asked(agency, houses, settings):
    administrator_of(houses["stopped"])
    settings.KBI_SENDS_MAIL = False
    page = agency.get(reverse(PAGE)).content.decode()
    assert "adopt-mail" not in page
    assert "Dit portaal verstuurt geen e-mails" in page
    asked(agency, houses["stopped"])
    assert mails() == []


@pytest.mark.parametrize("value", ["x", "", "-1", "1\0", "9" * 40])
def test_a_posted_institution_that_is_no_number_is_refused(value, agency, houses):
    assert agency.post(reverse(MAIL), {"institution": value}).status_code == 400


def test_only_the_agency_reads_and_adds_mails(agency, houses, case_worker):
    administrator_of(houses["stopped"])
    asked(agency, houses["stopped"])
    acting = {"institution": houses["stopped"].pk, "user": case_worker.user_id, "role": "local_administrator"}
    assert factories.fetch("SELECT * FROM statistics_adoptionmail", **acting) == []
    assert len(factories.fetch("SELECT * FROM statistics_adoptionmail", scope="agency")) == 1
