"""Detours: noting that a third party was asked, closing it, the list, files in and out."""

from __future__ import annotations

import csv
import datetime
import io
import json
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from partners.downloads import FORMATS
from partners.enums import Role
from partners.models import Membership
from partners.officefiles import HeadingError, OfficeFile
from partners.periods import today
from partners.services import bind
from persons.insz import format_insz
from persons.models import AccessRequest, AccessRequestEvent
from persons.services.changing import end, withdraw
from persons.services.detours import COLUMNS, WRONG, import_requests

from ..factories import detour, fetch, inscribe, insz, log_rows, member, person

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
ASKED = today() - 10 * DAY
FORM = {"third_party": "school", "asked_on": ASKED.isoformat(), "answered_on": "", "result": ""}


def note_page(inscription) -> str:
    return reverse("request_note", args=[inscription.institution.slug, inscription.public_id])


def list_page(institution) -> str:
    return reverse("request_list", args=[institution.slug])


def stored(as_owner) -> list[tuple]:
    with as_owner():
        return list(
            AccessRequest.objects.values_list(
                "institution__name", "insz", "third_party", "asked_on", "answered_on", "has_result"
            )
        )


# -- noting


def test_a_detour_is_noted_from_the_file_and_logged(ocmw, case_worker, sign_in, as_owner):
    granted = inscribe(ocmw, person())
    browser = sign_in(case_worker)
    file = browser.get(reverse("person_file", args=[ocmw.slug, granted.public_id])).content.decode()
    assert note_page(granted) in file
    assert browser.get(note_page(granted)).status_code == 200
    response = browser.post(note_page(granted), FORM, follow=True)
    assert response.redirect_chain == [(note_page(granted), 302)]
    assert "school of centrum" in response.content.decode()
    assert stored(as_owner) == [("OCMW Proefstad", granted.insz, "school", ASKED, None, None)]
    rows = [row for row in log_rows() if row["kind"] == "access_request"]
    assert [(row["outcome"], row["shown"], row["user_id"]) for row in rows] == [
        ("shown", [granted.insz], case_worker.user_id)
    ] * 3  # the form, the POST, the form again


def test_a_client_who_waits_for_a_dossier_can_have_a_detour(ocmw, case_worker, sign_in, as_owner):
    waiting = inscribe(ocmw, insz())
    answered = FORM | {"answered_on": today().isoformat(), "result": "0"}
    response = sign_in(case_worker).post(note_page(waiting), answered, follow=True)
    assert response.status_code == 200
    file = reverse("person_file", args=[ocmw.slug, waiting.public_id])
    assert f'href="{file}"' not in response.content.decode()
    assert [row[1:] for row in stored(as_owner)] == [(waiting.insz, "school", ASKED, today(), False)]


def test_the_same_detour_twice_is_one(ocmw, case_worker, sign_in, as_owner):
    granted = inscribe(ocmw, person())
    browser = sign_in(case_worker)
    browser.post(note_page(granted), FORM)
    response = browser.post(note_page(granted), FORM, follow=True)
    assert "stond er al" in response.content.decode()
    assert len(stored(as_owner)) == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"third_party": ""}, "Kies aan wie u het vroeg"),
        ({"third_party": "<script>alert(1)</script>"}, "geldige keuze"),
        ({"asked_on": ""}, "Vul de dag in"),
        ({"asked_on": "31/02/2026"}, "Dit is geen datum"),
        ({"asked_on": "<script>"}, "Dit is geen datum"),
        ({"asked_on": (today() + DAY).isoformat()}, "in de toekomst"),
        ({"asked_on": "1989-12-31"}, "voor 1990"),
        ({"answered_on": (ASKED - DAY).isoformat(), "result": "1"}, "niet voor de vraag"),
        ({"answered_on": (today() + DAY).isoformat(), "result": "1"}, "niet in de toekomst"),
        ({"answered_on": today().isoformat()}, "samen in"),
        ({"result": "1"}, "samen in"),
    ],
)
def test_a_wrong_form_keeps_what_was_typed_and_notes_nothing(
    ocmw, case_worker, sign_in, as_owner, change, words
):
    granted = inscribe(ocmw, person())
    response = sign_in(case_worker).post(note_page(granted), FORM | change)
    page = response.content.decode()
    assert response.status_code == 422
    assert words in page
    assert "<script>alert" not in page
    if "third_party" not in change:
        assert '<option value="school" selected>' in page
    assert stored(as_owner) == []
    assert [row["outcome"] for row in log_rows()] == ["shown"]  # the page shows a number


# -- who may not


def test_anothers_inscription_is_not_found_and_logged(ocmw, outsider, sign_in, as_owner):
    granted = inscribe(ocmw, person())
    path = reverse("request_note", args=[outsider.institution.slug, granted.public_id])
    browser = sign_in(outsider)
    for response in (browser.get(path), browser.post(path, FORM)):
        assert response.status_code == 404
    nowhere = reverse("request_note", args=[outsider.institution.slug, uuid.uuid4()])
    assert browser.get(nowhere).status_code == 404
    assert [(row["kind"], row["outcome"]) for row in log_rows()] == [("access_request", "refused")] * 3
    assert stored(as_owner) == []


def test_anothers_detour_is_not_found(ocmw, outsider, sign_in, as_owner):
    open_one = detour(inscribe(ocmw, person()))
    path = reverse("request_close", args=[outsider.institution.slug, open_one.public_id])
    browser = sign_in(outsider)
    assert browser.get(path).status_code == 404
    assert browser.post(path, {"answered_on": today().isoformat(), "result": "1"}).status_code == 404
    assert [row["outcome"] for row in log_rows()] == ["refused"] * 2
    assert stored(as_owner)[0][4] is None
    assert "<tbody" not in browser.get(list_page(outsider.institution)).content.decode()


@pytest.mark.parametrize("how", ["ended", "withdrawn", "membership"])
def test_what_is_over_takes_no_detour(ocmw, case_worker, sign_in, as_owner, how):
    granted = inscribe(ocmw, person(), valid_from=today() - DAY if how == "ended" else None)
    if how == "membership":
        with as_owner():
            Membership.objects.filter(pk=case_worker.pk).update(valid_until=today() - DAY)
    else:
        with transaction.atomic():
            bind(institution_id=ocmw.pk, user_id=case_worker.user_id, role=case_worker.role)
            (end if how == "ended" else withdraw)(granted.public_id, "proef")
            bind()
    assert sign_in(case_worker).post(note_page(granted), FORM).status_code == 404
    assert stored(as_owner) == []
    assert log_rows()[-1]["outcome"] == "refused"


# -- closing


def test_closing_takes_a_day_and_a_result_once(ocmw, case_worker, sign_in, as_owner):
    open_one = detour(inscribe(ocmw, person()))
    path = reverse("request_close", args=[ocmw.slug, open_one.public_id])
    browser = sign_in(case_worker)
    assert f'value="{today():%d/%m/%Y}"' in browser.get(path).content.decode()
    wrong = browser.post(path, {"answered_on": (ASKED - DAY).isoformat(), "result": "1"})
    assert wrong.status_code == 422
    assert "niet voor de vraag" in wrong.content.decode()
    assert browser.post(path, {"answered_on": today().isoformat(), "result": ""}).status_code == 422
    done = browser.post(path, {"answered_on": ASKED.isoformat(), "result": "1"})
    assert done["Location"] == list_page(ocmw)
    again = browser.post(path, {"answered_on": today().isoformat(), "result": "0"}, follow=True)
    assert "al afgesloten" in again.content.decode()
    assert "al afgesloten" in browser.get(path).content.decode()
    assert [row[3:] for row in stored(as_owner)] == [(ASKED, ASKED, True)]


# -- correcting and withdrawing


def correct_page(request) -> str:
    return reverse("request_correct", args=[request.institution.slug, request.public_id])


def shown_form(browser, path: str) -> dict[str, str]:
    """What the form sends as it is filled in."""
    form = browser.get(path).context["form"]
    return {field.html_name: str(field.value() or "") for field in form} | {
        "asked_on": f"{form.initial['asked_on']:%d/%m/%Y}",
        "answered_on": f"{form.initial['answered_on']:%d/%m/%Y}" if form.initial["answered_on"] else "",
    }


def events(as_owner) -> list[tuple]:
    with as_owner():
        return list(
            AccessRequestEvent.objects.order_by("pk").values_list(
                "what", "user_name", "old_third_party", "old_asked_on", "old_answered_on", "old_has_result"
            )
        )


def test_a_detour_is_corrected_with_an_event(ocmw, case_worker, sign_in, as_owner):
    noted = detour(inscribe(ocmw, person()), third_party="vdab", asked_on=ASKED)
    browser = sign_in(case_worker)
    page = list_page(ocmw)
    assert correct_page(noted) in browser.get(page).content.decode()
    form = shown_form(browser, correct_page(noted))
    assert form == {
        "third_party": "vdab",
        "asked_on": f"{ASKED:%d/%m/%Y}",
        "answered_on": "",
        "result": "",
        "seen": "0",
    }
    assert "Er is niets gewijzigd" in browser.post(correct_page(noted), form, follow=True).content.decode()
    assert events(as_owner) == []
    changes = {
        "third_party": "school",
        "asked_on": f"{ASKED - DAY:%d/%m/%Y}",
        "answered_on": f"{ASKED:%d/%m/%Y}",
    }
    new = form | changes | {"result": "0"}
    assert "De vraag is verbeterd" in browser.post(correct_page(noted), new, follow=True).content.decode()
    # The button once more changes nothing.
    assert "Er is niets gewijzigd" in browser.post(correct_page(noted), new, follow=True).content.decode()
    assert [row[2:] for row in stored(as_owner)] == [("school", ASKED - DAY, ASKED, False)]
    assert events(as_owner) == [("corrected", str(case_worker.user), "vdab", ASKED, None, None)]
    assert "Wat er eerder stond" in browser.get(correct_page(noted)).content.decode()
    assert {(row["kind"], row["outcome"]) for row in log_rows() if row["shown"] == [noted.insz]} == {
        ("access_request", "shown")
    }


def test_closing_is_an_event_too(ocmw, case_worker, sign_in, as_owner):
    noted = detour(inscribe(ocmw, person()))
    path = reverse("request_close", args=[ocmw.slug, noted.public_id])
    sign_in(case_worker).post(path, {"answered_on": today().isoformat(), "result": "1"})
    assert [event[0] for event in events(as_owner)] == ["answered"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"third_party": ""}, "Kies aan wie u het vroeg"),
        ({"asked_on": "31/02/2026"}, "Dit is geen datum"),
        ({"asked_on": f"{today() + DAY:%d/%m/%Y}"}, "in de toekomst"),
        ({"answered_on": f"{ASKED - DAY:%d/%m/%Y}", "result": "1"}, "niet voor de vraag"),
        ({"result": "1"}, "samen in"),
        ({"third_party": "school"}, "Er staat al een vraag aan deze derde op deze dag"),
        ({"seen": "77", "third_party": "hvn"}, "Een collega wijzigde deze vraag intussen"),
        ({"seen": "' OR 1", "third_party": "hvn"}, "Een collega wijzigde deze vraag intussen"),
    ],
)
def test_a_wrong_correction_keeps_what_was_typed(ocmw, case_worker, sign_in, as_owner, change, words):
    granted = inscribe(ocmw, person())
    noted = detour(granted)
    detour(granted, third_party="school")
    before = stored(as_owner)
    browser = sign_in(case_worker)
    sent = shown_form(browser, correct_page(noted)) | change
    response = browser.post(correct_page(noted), sent)
    assert response.status_code == 422
    page = response.content.decode()
    assert words in page
    assert f'value="{sent["asked_on"]}"' in page
    assert 'name="seen" value="0"' in page or "seen" not in change
    assert (stored(as_owner), events(as_owner)) == (before, [])


def test_a_correction_does_not_undo_that_of_a_colleague(ocmw, case_worker, sign_in, as_owner):
    noted = detour(inscribe(ocmw, person()))
    browser = sign_in(case_worker)
    mine = shown_form(browser, correct_page(noted)) | {"third_party": "hvn"}
    close = reverse("request_close", args=[ocmw.slug, noted.public_id])
    browser.post(close, {"answered_on": today().isoformat(), "result": "1"})  # a colleague, meanwhile
    refused = browser.post(correct_page(noted), mine)
    assert "Een collega wijzigde deze vraag intussen" in refused.content.decode()
    assert stored(as_owner)[0][4:] == (today(), True)
    # The user sees what is there now, and saves again.
    again = mine | {"seen": refused.context["form"]["seen"].value()}
    assert browser.post(correct_page(noted), again).status_code == 302
    assert stored(as_owner)[0][2:] == ("hvn", ASKED, None, None)


def test_a_withdrawn_detour_counts_nowhere_and_can_be_noted_again(ocmw, case_worker, sign_in, as_owner):
    granted = inscribe(ocmw, person())
    noted = detour(granted, third_party="school", asked_on=ASKED)
    browser = sign_in(case_worker)
    close = reverse("request_close", args=[ocmw.slug, noted.public_id])
    done = browser.post(correct_page(noted), {"do": "withdraw"}, follow=True)
    assert "ingetrokken als vergissing" in done.content.decode()
    assert events(as_owner) == [("withdrawn", str(case_worker.user), "school", ASKED, None, None)]
    assert "<tbody" not in browser.get(list_page(ocmw)).content.decode()
    assert (
        format_insz(granted.insz)
        not in browser.post(reverse("request_export", args=[ocmw.slug]), {"format": "csv"}).content.decode()
    )
    assert "Al genoteerd" not in browser.get(note_page(granted)).content.decode()
    for path, data in ((correct_page(noted), {"do": "withdraw"}), (close, {"result": "1"})):
        assert browser.post(path, data).status_code == 404
    browser.post(note_page(granted), FORM)
    with as_owner():
        assert sorted(each.withdrawn_at is None for each in AccessRequest.objects.all()) == [False, True]


def test_another_institution_s_detour_is_not_corrected(ocmw, outsider, sign_in, as_owner):
    noted = detour(inscribe(ocmw, person()))
    path = reverse("request_correct", args=[outsider.institution.slug, noted.public_id])
    browser = sign_in(outsider)
    assert browser.get(path).status_code == 404
    assert browser.post(path, {"do": "withdraw"}).status_code == 404
    assert [(row["kind"], row["outcome"]) for row in log_rows()] == [("access_request", "refused")] * 2
    assert events(as_owner) == []


def test_the_database_corrects_for_a_case_worker_of_the_institution_only(
    ocmw, other_ocmw, case_worker, outsider, local_administrator, as_owner
):
    noted = detour(inscribe(ocmw, person()))
    correct = "SELECT persons_correct_request(%s, '0', 'hvn', '2026-01-05', NULL, NULL)"
    withdraw_ = "SELECT persons_withdraw_request(%s)"
    theirs = {"institution": other_ocmw.pk, "user": outsider.user_id, "role": "case_worker"}
    mine = {"institution": ocmw.pk, "user": case_worker.user_id, "role": "case_worker"}
    for statement in (correct, withdraw_):
        assert fetch(statement, noted.public_id, **theirs) == [("not_found",)]
        for bound in (
            mine | {"user": outsider.user_id},
            mine | {"user": local_administrator.user_id},
            mine | {"user": local_administrator.user_id, "role": "local_administrator"},
            mine | {"role": ""},
            {},
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                fetch(statement, noted.public_id, **bound)
    assert fetch(correct, noted.public_id, **mine) == [("corrected",)]
    count = "SELECT count(*) FROM persons_accessrequestevent"
    assert fetch(count, **mine) == [(1,)]
    for bound in (theirs, mine | {"role": "local_administrator"}, {"scope": "agency"}, {}):
        assert fetch(count, **bound) == [(0,)], bound
    for statement in (
        "INSERT INTO persons_accessrequestevent DEFAULT VALUES",
        "DELETE FROM persons_accessrequestevent",
        "SELECT persons_request_mistake(NULL, NULL, NULL)",
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            fetch(statement, **mine)
    with pytest.raises(DatabaseError, match="kept"), as_owner(), transaction.atomic():
        AccessRequestEvent.objects.update(user_name="x")


# -- the list


def test_the_list_shows_open_ones_first_and_can_be_filtered(ocmw, case_worker, sign_in, as_owner):
    client = inscribe(ocmw, person("Kamara"))
    waiting = inscribe(ocmw, insz())
    detour(client, third_party="vdab", asked_on=ASKED)
    detour(waiting, third_party="agency", asked_on=ASKED - DAY)
    detour(waiting, third_party="ocmw", asked_on=ASKED, answered_on=today(), has_result=False)
    browser = sign_in(case_worker)

    def body(**query) -> str:
        return browser.get(list_page(ocmw), query).content.decode().partition("<tbody")[2]

    page = body()
    assert page.index("agentschap") < page.index("VDAB")
    assert "Kamara" in page
    assert format_insz(waiting.insz) in page
    assert "ander OCMW" not in page
    assert "ander OCMW" in body(state="answered")
    assert "VDAB" not in body(state="answered")
    assert "VDAB" not in body(third_party="agency")
    assert all(words in body(state="all") for words in ("VDAB", "agentschap", "ander OCMW"))
    assert body(state="<script>", third_party="'") != ""
    rows = log_rows()
    assert {row["kind"] for row in rows} == {"access_request"}
    assert rows[0]["shown"] == sorted([client.insz, waiting.insz])


def test_a_name_is_not_shown_after_the_inscription(ocmw, case_worker, sign_in):
    former = inscribe(ocmw, person("Kamara"), valid_from=today() - 30 * DAY, valid_until=today() - DAY)
    detour(former)
    page = sign_in(case_worker).get(list_page(ocmw)).content.decode()
    assert format_insz(former.insz) in page
    assert "Kamara" not in page


def test_the_list_has_pages(ocmw, case_worker, sign_in):
    granted = inscribe(ocmw, person())
    for days in range(51):
        detour(granted, asked_on=ASKED - days * DAY)
    browser = sign_in(case_worker)
    first = browser.get(list_page(ocmw))
    assert len(first.context["table"].page_rows) == 50
    second = browser.get(list_page(ocmw), {"after": first.context["page"].next_after})
    assert [row.open_days for row in second.context["table"].page_rows] == [10]


# -- files


def table(
    *rows: dict[str, str], columns: tuple[str, ...] = tuple(column.name for column in COLUMNS)
) -> bytes:
    lines = [";".join(columns), *(";".join(row.get(name, "") for name in columns) for row in rows)]
    return "\n".join(lines).encode()


def run(path, institution, as_owner, capsys) -> str:
    with as_owner():
        call_command("import_requests", str(path), institution=institution.kbo_number)
    return capsys.readouterr().out


@pytest.fixture
def partner(ocmw, as_owner):
    with as_owner():
        ocmw.kbo_number = "0999010189"
        ocmw.save()
    return ocmw


def test_past_detours_come_from_a_file_all_or_none(partner, tmp_path, as_owner, capsys):
    one, other = inscribe(partner, person()), inscribe(partner, insz())
    good = [
        {
            "insz": one.insz,
            "third_party": "VDAB",
            "asked_on": "1/9/2015",
            "answered_on": "2015-09-21",
            "result": "Ja",
        },
        {"insz": format_insz(other.insz), "third_party": "De cliënt zelf", "asked_on": "2016-01-02"},
        {"insz": one.insz, "third_party": "vdab", "asked_on": "2015-09-01"},  # the first row once more
    ]
    path = tmp_path / "derden.csv"
    path.write_bytes(table(*good, {"insz": insz(), "third_party": "vdab", "asked_on": "2016-01-02"}))
    with pytest.raises(SystemExit) as stopped, as_owner():
        call_command("import_requests", str(path), institution=partner.kbo_number)
    assert stopped.value.code == 3
    assert "derden.csv, line 5, insz: Your institution" in capsys.readouterr().err
    assert stored(as_owner) == []
    path.write_bytes(table(*good))
    assert "2 requests noted for OCMW Proefstad, 1 were there" in run(path, partner, as_owner, capsys)
    assert "0 requests noted for OCMW Proefstad, 3 were there" in run(path, partner, as_owner, capsys)
    assert [row[1:] for row in stored(as_owner)] == [
        (one.insz, "vdab", datetime.date(2015, 9, 1), datetime.date(2015, 9, 21), True),
        (other.insz, "client", datetime.date(2016, 1, 2), None, None),
    ]


# -- the upload


def upload(browser, institution, content: bytes, name: str = "derden.csv", **options):
    file = SimpleUploadedFile(name, content)
    return browser.post(reverse("request_import", args=[institution.slug]), {"file": file}, **options)


def import_rows() -> list[dict]:
    """The log rows of uploads: the pages of the list have no numbers that were asked for."""
    return [row for row in log_rows() if row["kind"] == "access_request" and not row["shown"]]


def test_past_detours_are_uploaded_once(ocmw, case_worker, sign_in, as_owner):
    one, other = inscribe(ocmw, person()), inscribe(ocmw, insz())
    rows = [
        {
            "insz": one.insz,
            "third_party": "VDAB",
            "asked_on": "1/9/2015",
            "answered_on": "21/9/2015",
            "result": "ja",
        },
        {"insz": format_insz(other.insz), "third_party": "school", "asked_on": "2016-01-02"},
    ]
    browser = sign_in(case_worker)
    assert reverse("request_import", args=[ocmw.slug]) in browser.get(list_page(ocmw)).content.decode()
    done = upload(browser, ocmw, table(*rows), follow=True)
    assert done.redirect_chain == [(list_page(ocmw), 302)]
    assert "2 vragen genoteerd." in done.content.decode()
    again = upload(browser, ocmw, table(*rows), follow=True)
    assert "0 vragen genoteerd. 2 stonden er al." in again.content.decode()
    assert [row[1:] for row in stored(as_owner)] == [
        (one.insz, "vdab", datetime.date(2015, 9, 1), datetime.date(2015, 9, 21), True),
        (other.insz, "school", datetime.date(2016, 1, 2), None, None),
    ]
    numbers = sorted([one.insz, other.insz])
    assert [(row["outcome"], row["numbers"]) for row in import_rows() if row["numbers"]] == [
        ("shown", numbers)
    ] * 2


def test_every_mistake_in_an_uploaded_file_is_named_and_nothing_is_noted(
    ocmw, case_worker, sign_in, as_owner
):
    granted = inscribe(ocmw, person())
    good = {"insz": granted.insz, "third_party": "vdab", "asked_on": "2015-09-01"}
    stranger = insz()
    content = table(
        good,
        good | {"insz": stranger},
        good | {"third_party": "de buurman", "asked_on": "1/9/15"},
        good | {"asked_on": "2999-01-01"},
    )
    response = upload(sign_in(case_worker), ocmw, content)
    assert response.status_code == 422
    page = response.content.decode()
    assert "het bestand heeft 4 fouten" in page
    rows = response.context["table"].page_rows
    assert [(row.line, row.field) for row in rows] == [
        ("3", "INSZ-nummer"),
        ("4", "Gevraagd aan"),
        ("4", "Gevraagd op"),
        ("5", "Gevraagd op"),
    ]
    assert rows[2].reason == "Het jaartal heeft twee cijfers; schrijf ze alle vier."
    assert "de buurman" not in page
    assert stored(as_owner) == []
    assert [(row["outcome"], row["numbers"]) for row in import_rows()] == [
        ("empty", sorted([granted.insz, stranger]))
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Dit bestand is leeg"),
        (b"insz;asked_on\n", "Deze kolom ontbreekt: Gevraagd aan."),
        (b"insz;third_party;asked_on\n", "geen enkele rij"),
        (b"PK\x03\x04 no workbook", "beschadigd"),
        (b"insz;third_party;asked_on\n" + b"1;2;3\n" * 5001, "Meer dan 5000 rijen"),
    ],
)
def test_a_file_that_is_no_list_is_refused(ocmw, case_worker, sign_in, as_owner, content, words):
    response = upload(sign_in(case_worker), ocmw, content)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert stored(as_owner) == []


def test_only_case_workers_upload(ocmw, local_administrator, sign_in, as_owner):
    granted = inscribe(ocmw, person())
    row = {"insz": granted.insz, "third_party": "vdab", "asked_on": "2015-09-01"}
    assert upload(sign_in(local_administrator), ocmw, table(row)).status_code == 404
    assert [(row["kind"], row["outcome"]) for row in log_rows()] == [("access_request", "refused")]
    assert stored(as_owner) == []


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"insz": "61611500199"}, "insz"),
        ({"third_party": "de buurman"}, "third_party"),
        ({"asked_on": ""}, "asked_on"),
        ({"asked_on": "1/9/15"}, "asked_on"),
        ({"asked_on": "2999-01-01"}, "asked_on"),
        ({"answered_on": "2014-01-01", "result": "ja"}, "answered_on"),
        ({"answered_on": "gisteren"}, "answered_on"),
        ({"result": "ja"}, "result"),
        ({"result": "=1+1"}, "result"),
    ],
)
def test_an_error_names_line_and_field_and_repeats_no_value(ocmw, case_worker, as_owner, change, name):
    granted = inscribe(ocmw, person())
    row = {"insz": granted.insz, "third_party": "vdab", "asked_on": "2015-09-01"}
    with transaction.atomic():
        bind(institution_id=ocmw.pk, user_id=case_worker.user_id, role=case_worker.role)
        result = import_requests(OfficeFile(io.BytesIO(table(row, row | change))), allow_test=True)
        bind()
    assert [(wrong.line, wrong.field) for wrong in result.wrong] == [(3, name)]
    assert not any(value and value in str(result.wrong[0].reason) for value in change.values())
    assert result.noted == 0
    assert stored(as_owner) == []


def test_a_file_without_a_column_is_refused(partner, tmp_path, as_owner):
    with pytest.raises(HeadingError, match="Gevraagd aan"), transaction.atomic():
        import_requests(OfficeFile(io.BytesIO(b"insz;asked_on\n")), allow_test=True)
    path = tmp_path / "derden.csv"
    path.write_bytes(b"insz;asked_on\n")
    with pytest.raises(CommandError, match="nothing was imported"):
        call_command("import_requests", str(path), institution=partner.kbo_number)


def test_the_export_is_what_the_import_reads_and_no_formula(ocmw, case_worker, sign_in, as_owner):
    granted = inscribe(ocmw, person("=1+1"))
    detour(granted, asked_on=ASKED, answered_on=today(), has_result=True)
    detour(granted, third_party="client", asked_on=ASKED)
    response = sign_in(case_worker).post(
        reverse("request_export", args=[ocmw.slug]), {"state": "all", "format": "csv"}
    )
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))
    assert rows[0] == [column.name for column in COLUMNS]
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)
    assert ["VDAB", "ja"] in [[row[1], row[4]] for row in rows]
    assert [(row["kind"], row["shown"]) for row in log_rows()] == [("export", [granted.insz])]
    before = stored(as_owner)
    with transaction.atomic():
        bind(institution_id=ocmw.pk, user_id=case_worker.user_id, role=case_worker.role)
        result = import_requests(OfficeFile(io.BytesIO(response.content)), allow_test=True)
        bind()
    assert (result.noted, result.existing, result.wrong) == (0, 2, [])
    assert stored(as_owner) == before


def test_a_long_export_needs_a_reason_that_the_log_keeps(ocmw, case_worker, sign_in, monkeypatch):
    granted = inscribe(ocmw, person())
    for day in (1, 2):
        detour(granted, asked_on=ASKED - day * DAY)
    monkeypatch.setattr("caseload.services.exports.REASON_ABOVE", 1)
    monkeypatch.setattr("caseload.detours.services.REASON_ABOVE", 1)
    browser = sign_in(case_worker)
    export = reverse("request_export", args=[ocmw.slug])
    assert 'name="reason"' in browser.get(list_page(ocmw)).content.decode()
    refused = browser.post(export, {"state": "open", "format": "xlsx"})
    assert refused.url == f"{list_page(ocmw)}?state=open"
    assert "een reden" in browser.get(refused.url).content.decode()
    for extension in FORMATS:
        done = browser.post(export, {"state": "open", "format": extension, "reason": "meeting"})
        assert done.headers["Content-Disposition"].endswith(f'.{extension}"')
    assert browser.post(export, {"format": "exe", "reason": "meeting"}).status_code == 400
    exports = [row for row in log_rows() if row["kind"] == "export"]
    assert [(row["shown"], row["reason"]) for row in exports] == [([granted.insz], "meeting")] * len(FORMATS)
    monkeypatch.setattr("caseload.services.exports.MOST_LINES", 1)
    monkeypatch.setattr("caseload.detours.services.MOST_LINES", 1)
    assert browser.post(export, {"format": "csv", "reason": "meeting"}).status_code == 302


# -- raw SQL


def test_raw_sql_sees_and_writes_only_for_the_own_institution(ocmw, other_ocmw, case_worker, as_owner):
    granted = inscribe(ocmw, person())
    open_one = detour(granted)
    count = "SELECT count(*) FROM persons_accessrequest"
    mine = {"institution": ocmw.pk, "user": case_worker.user_id, "role": "case_worker"}
    assert fetch(count, **mine) == [(1,)]
    for bound in (
        mine | {"institution": other_ocmw.pk},
        mine | {"role": Role.LOCAL_ADMINISTRATOR},
        mine | {"role": Role.PRIVACY_OFFICER},
        {"scope": "agency", "user": case_worker.user_id},
    ):
        assert fetch(count, **bound) == [(0,)], bound
    values = {"line": 1, "public_id": str(uuid.uuid4()), "insz": granted.insz, "third_party": "vdab"}
    row = json.dumps([values | {"asked_on": "2015-01-01"}])
    theirs = mine | {"institution": other_ocmw.pk, "user": member(other_ocmw).user_id}
    assert fetch("SELECT outcome FROM persons_note_requests(%s::jsonb)", row, **theirs) == [("not_a_client",)]
    close = "SELECT persons_close_request(%s, app_today(), true)"
    assert fetch(close, open_one.public_id, **theirs) == [("not_found",)]
    for statement, bound in [
        ("SELECT persons_note_requests('[]')", mine | {"role": "local_administrator"}),
        ("SELECT persons_note_requests('[]')", mine | {"user": None}),
        ("SELECT persons_note_requests('[]')", mine | {"institution": other_ocmw.pk}),
        ("SELECT persons_close_request(NULL, NULL, NULL)", mine | {"role": ""}),
        ("SELECT persons_add_requests(1, '[]')", mine),
        ("INSERT INTO persons_accessrequest DEFAULT VALUES", mine),
        ("UPDATE persons_accessrequest SET has_result = true", mine),
        ("DELETE FROM persons_accessrequest", mine),
    ]:
        with pytest.raises(DatabaseError), transaction.atomic():
            fetch(statement, **bound)
    wrong_kind = row.replace("vdab", "<script>")
    with pytest.raises(DatabaseError, match="accessrequest_third_party_known"), transaction.atomic():
        fetch("SELECT persons_note_requests(%s::jsonb)", wrong_kind, **mine)
    assert len(stored(as_owner)) == 1


def test_the_outcomes_of_the_database_have_words():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT prosrc FROM pg_proc WHERE proname IN ('persons_add_requests', 'persons_request_mistake')"
        )
        source = "".join(row[0] for row in cursor.fetchall())
    assert all(f"'{code}'" in source for code in WRONG)


def test_the_page_does_not_say_before_the_first_day_whether_the_kbi_has_a_dossier(case_worker, ocmw, sign_in):
    later, now = inscribe(ocmw, person(), valid_from=today() + DAY), inscribe(ocmw, person())
    browser = sign_in(case_worker)
    pages = [browser.get(note_page(each)).content.decode() for each in (later, now)]
    assert ["Naar het dossier" in page for page in pages] == [False, True]
