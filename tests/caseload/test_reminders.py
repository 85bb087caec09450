"""Reminders: set for one client or a selection, seen by who has the client, done, moved, and over with the client."""

from __future__ import annotations

import datetime
import io
import re
import uuid

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from partners.enums import Role
from partners.models import Membership
from partners.periods import today
from partners.services import bind
from persons.enums import ReminderSubject
from persons.models import CaseloadRow, Inscription, Reminder
from persons.services import succeeding
from persons.services.caseload import hand_over, put_in_caseload
from persons.services.changing import end
from persons.services.reminders import set_reminders

from .. import factories
from ..factories import fetch, inscribe, insz, log_rows, member, person, user

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
TODAY = today()
FORM = {"subject": "talk", "day": (TODAY + 7 * DAY).isoformat()}


@pytest.fixture
def browser(case_worker, sign_in) -> Client:
    return sign_in(case_worker)


@pytest.fixture
def colleague(ocmw) -> Membership:
    return member(ocmw, user_=user("joke@ocmw.example", first_name="Joke", last_name="Mertens"))


def page(name: str, *values, slug: str = "ocmw-proefstad") -> str:
    return reverse(name, args=[slug, *values])


def text_of(response) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", response.content.decode()).split())


def as_member(membership, function, *args, **kwargs):
    """Call a service as this member."""
    bind(institution_id=membership.institution_id, user_id=membership.user_id, role=membership.role)
    try:
        return function(*args, **kwargs)
    finally:
        bind()


def put(membership, *inscriptions) -> None:
    as_member(membership, put_in_caseload, [each.public_id for each in inscriptions])


def remind(membership, inscription, day=TODAY, subject="call_school") -> Reminder:
    """A reminder about a client in the caseload of this member; `day` may be past."""
    put(membership, inscription)
    outcomes = as_member(
        membership, set_reminders, [inscription.public_id], day=max(day, TODAY), subject=subject
    )
    assert set(outcomes.values()) == {"set"}
    with factories.owner():
        made = Reminder.objects.latest("pk")
        Reminder.objects.filter(pk=made.pk).update(day=day)
        return made


def stored() -> list[tuple]:
    """Number, day (from today), subject and whether it is done."""
    with factories.owner():
        return [
            (row.insz, (row.day - TODAY).days, row.subject, row.done_at is not None)
            for row in Reminder.objects.order_by("pk")
        ]


def logged() -> list[tuple]:
    return [(row["outcome"], row["shown"]) for row in log_rows() if row["kind"] == "reminder"]


# -- setting


def test_a_reminder_is_set_from_the_file_and_is_one_row_of_the_log_each_time(browser, ocmw, case_worker):
    made = inscribe(ocmw, person())
    put(case_worker, made)
    address = page("reminder_set", made.public_id)
    file = browser.get(page("person_file", made.public_id))
    assert f'href="{address}"' in file.content.decode()
    assert "in de caseload van An Peeters" in text_of(browser.get(address))
    answer = browser.post(address, FORM)
    assert (answer.status_code, answer["Location"]) == (302, address)
    assert "De herinnering is gezet voor 1 cliënt" in text_of(browser.get(address))
    assert stored() == [(made.insz, 7, "talk", False)]
    assert logged() == [("shown", [made.insz])] * 3  # form, POST, form
    assert [row["kind"] for row in log_rows()].count("file") == 1


def test_a_doubled_request_sets_one(browser, ocmw, case_worker):
    made = inscribe(ocmw, person())
    put(case_worker, made)
    browser.post(page("reminder_set", made.public_id), FORM)
    answer = browser.post(page("reminder_set", made.public_id), FORM, follow=True)
    assert "stond er al" in text_of(answer)
    assert len(stored()) == 1


def test_a_selection_gets_one_each(browser, ocmw, case_worker):
    chosen = [inscribe(ocmw, person()), inscribe(ocmw, insz())]
    put(case_worker, *chosen)
    data = {"client": [str(each.public_id) for each in chosen], "do": "remind"}
    assert 'value="remind"' in browser.get(page("client_list")).content.decode()
    address = browser.post(page("choose"), data)["Location"]
    assert "voor 2 gekozen cliënten" in text_of(browser.get(address))
    answer = browser.post(address, FORM)
    assert answer["Location"] == page("client_list")
    assert {row[0] for row in stored()} == {each.insz for each in chosen}
    assert logged() == [("shown", sorted(each.insz for each in chosen))] * 2


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"subject": ""}, "Kies een onderwerp."),
        ({"subject": "<script>alert(1)</script>"}, "Kies een onderwerp uit de lijst."),
        ({"day": ""}, "Vul de dag in"),
        ({"day": "31/02/2027"}, "Dit is geen datum"),
        ({"day": (TODAY - DAY).isoformat()}, "van vandaag tot over twee jaar"),
        ({"day": (TODAY + 800 * DAY).isoformat()}, "van vandaag tot over twee jaar"),
    ],
)
def test_a_wrong_form_says_what_is_wrong_and_keeps_the_rest(browser, ocmw, case_worker, change, words):
    made = inscribe(ocmw, person())
    put(case_worker, made)
    data = FORM | change
    response = browser.post(page("reminder_set", made.public_id), data)
    assert response.status_code == 422
    assert words in text_of(response)
    html = response.content.decode()
    assert "<script>alert" not in html
    if "subject" not in change:
        assert '<option value="talk" selected>' in html
    if "day" not in change:
        assert f'value="{data["day"]}"' in html
    assert stored() == []


def test_nothing_is_set_while_one_of_them_is_in_no_caseload(browser, ocmw, case_worker):
    mine, free = inscribe(ocmw, person("Mijne")), inscribe(ocmw, person("Vrije"))
    put(case_worker, mine)
    data = {"client": [str(mine.public_id), str(free.public_id)], "do": "remind"}
    address = browser.post(page("choose"), data)["Location"]
    assert "in geen caseload" in text_of(browser.get(address))
    response = browser.post(address, FORM)
    assert response.status_code == 422
    assert "Niets gezet: Vrije, Hodan staat in geen caseload" in text_of(response)
    assert stored() == []


def test_an_inscription_that_does_not_count_today_takes_none(browser, ocmw):
    coming = inscribe(ocmw, person(), valid_from=TODAY + 3 * DAY)
    response = browser.post(page("reminder_set", coming.public_id), FORM)
    assert response.status_code == 422
    assert "geldt vandaag niet" in text_of(response)
    assert stored() == []


def test_anothers_client_is_not_found_and_logged(sign_in, ocmw, outsider, case_worker):
    made = inscribe(ocmw, person())
    put(case_worker, made)
    theirs = sign_in(outsider)
    for address in (
        page("reminder_set", made.public_id, slug="ocmw-elders"),
        page("reminder_set", uuid.uuid4(), slug="ocmw-elders"),
    ):
        assert theirs.get(address).status_code == 404
        assert theirs.post(address, FORM).status_code == 404
    assert stored() == []
    assert {(row["outcome"], row["rule"], row["kind"]) for row in log_rows()} == {
        ("refused", "not_visible", "reminder")
    }
    assert len(log_rows()) == 4


# -- the list


def test_today_shows_what_is_due_in_the_own_caseload(browser, ocmw, case_worker, colleague):
    due, late, later, theirs = (
        inscribe(ocmw, person(name)) for name in ("Vandaag", "Eerder", "Straks", "Hunne")
    )
    remind(case_worker, due)
    remind(case_worker, late, TODAY - 2 * DAY, "certificate")
    remind(case_worker, later, TODAY + DAY)
    remind(colleague, theirs)
    response = browser.get(page("reminder_list"))
    words = text_of(response)
    assert words.index("Eerder, Hodan attest vragen") < words.index("Vandaag, Hodan school bellen")
    assert "2 dagen te laat" in words
    assert "Straks, Hodan" not in words
    assert "Hunne, Hodan" not in words
    assert logged() == [("shown", sorted([due.insz, late.insz]))]
    assert "Straks, Hodan" in text_of(browser.get(page("reminder_list") + "?when=later"))
    assert "Vandaag, Hodan" not in text_of(browser.get(page("reminder_list") + "?when=later"))
    html = browser.get(page("client_list")).content.decode()
    [count] = re.findall(rf'href="{page("reminder_list")}"[^>]*><span>Vandaag</span> <b>(\d+)</b>', html)
    assert count == "2"


def test_a_day_without_reminders_is_logged_as_empty(browser, ocmw):
    assert "Voor vandaag staat er niets meer" in text_of(browser.get(page("reminder_list")))
    assert logged() == [("empty", [])]


def test_a_client_who_waits_has_a_number_and_no_link(browser, ocmw, case_worker):
    waiting = inscribe(ocmw, insz())
    remind(case_worker, waiting)
    response = browser.get(page("reminder_list"))
    assert "wacht op de KBI" in text_of(response)
    assert page("person_file", waiting.public_id) not in response.content.decode()


def test_a_colleague_with_the_same_client_sees_it_and_who_set_it(ocmw, case_worker, colleague, sign_in):
    made = inscribe(ocmw, person())
    remind(colleague, made)
    assert "Abdulahi, Hodan" not in text_of(sign_in(case_worker).get(page("reminder_list")))
    put(case_worker, made)
    assert "gezet door Joke Mertens" in text_of(sign_in(case_worker).get(page("reminder_list")))
    as_member(
        colleague, hand_over, giver_id=colleague.user_id, receiver_id=case_worker.user_id, reason="leave"
    )
    assert "Abdulahi, Hodan" not in text_of(sign_in(colleague).get(page("reminder_list")))
    assert "Abdulahi, Hodan" in text_of(sign_in(case_worker).get(page("reminder_list")))


def test_pages_go_on_where_the_last_one_ended(browser, ocmw, case_worker, monkeypatch):
    monkeypatch.setattr("caseload.services.pages.PAGE_SIZE", 2)
    for number in range(3):
        remind(case_worker, inscribe(ocmw, person(f"Naam{'abc'[number]}")), TODAY - number * DAY)
    html = browser.get(page("reminder_list")).content.decode()
    [following] = re.findall(r'href="(\?after=[^"]+)"', html)
    words = text_of(browser.get(page("reminder_list") + following.replace("&amp;", "&")))
    assert "Naama, Hodan" in words
    assert "Naamb, Hodan" not in words
    assert "Eerste bladzijde" in words


# -- done, and another day


def test_done_once_and_the_second_click_says_so(browser, ocmw, case_worker):
    made = inscribe(ocmw, person())
    reminder = remind(case_worker, made)
    address = page("reminder_done", reminder.public_id)
    assert "De herinnering is gedaan." in text_of(browser.post(address, follow=True))
    assert "was al gedaan" in text_of(browser.post(address, follow=True))
    move = page("reminder_move", reminder.public_id)
    assert "was al gedaan" in text_of(browser.post(move, {"day": FORM["day"]}, follow=True))
    assert stored() == [(made.insz, 0, "call_school", True)]
    # It can be set again.
    remind(case_worker, made)


def test_moved_to_another_day_and_onto_one_that_is_there(browser, ocmw, case_worker):
    made = inscribe(ocmw, person())
    first = remind(case_worker, made, TODAY - DAY)
    remind(case_worker, made, TODAY + 7 * DAY)
    address = page("reminder_move", first.public_id)
    assert browser.get(address).status_code == 200
    tomorrow = (TODAY + DAY).isoformat()
    assert "is verzet naar" in text_of(browser.post(address, {"day": tomorrow}, follow=True))
    assert sorted(row[1] for row in stored()) == [1, 7]
    browser.post(address, {"day": FORM["day"]})
    assert [row[1] for row in stored() if not row[3]] == [7]


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("", "Vul de dag in"),
        ("morgen", "Dit is geen datum"),
        ("2001-01-01", "van vandaag tot over twee jaar"),
    ],
)
def test_a_wrong_day_moves_nothing_and_stays(browser, ocmw, case_worker, day, words):
    reminder = remind(case_worker, inscribe(ocmw, person()), TODAY - DAY)
    response = browser.post(page("reminder_move", reminder.public_id), {"day": day})
    assert response.status_code == 422
    assert words in text_of(response)
    assert not day or f'value="{day}"' in response.content.decode()
    assert [row[1] for row in stored()] == [-1]


def test_one_of_a_client_who_is_not_in_the_own_caseload_is_not_found(browser, ocmw, colleague, outsider):
    reminder = remind(colleague, inscribe(ocmw, person()))
    for name, data in (("reminder_done", {}), ("reminder_move", {"day": FORM["day"]})):
        assert browser.post(page(name, reminder.public_id), data).status_code == 404
        assert browser.post(page(name, uuid.uuid4()), data).status_code == 404
    assert [row[3] for row in stored()] == [False]
    assert [outcome for outcome, _shown in logged()] == ["refused"] * 4


# -- over with the client


def test_they_go_when_the_last_inscription_ends(ocmw, case_worker):
    made = inscribe(ocmw, person())
    other = inscribe(ocmw, made.insz, "schuldbemiddeling")
    remind(case_worker, made)
    as_member(case_worker, end, made.public_id, "moved_away")
    assert len(stored()) == 1
    as_member(case_worker, end, other.public_id, "moved_away")
    assert stored() == []


def test_they_count_nowhere_once_the_inscription_expired_and_clean_up_deletes_them(
    browser, ocmw, case_worker
):
    former, current = inscribe(ocmw, person("Vorige")), inscribe(ocmw, person("Huidige"))
    done = remind(case_worker, current)
    with factories.owner():
        Reminder.objects.filter(pk=done.pk).update(done_at="2026-01-01T12:00Z")
        Inscription.objects.filter(pk=former.pk).update(valid_from=TODAY - 99 * DAY, valid_until=TODAY - DAY)
        # As when time passes: no trigger saw the inscription expire.
        of_former = {"institution": ocmw, "insz": former.insz}
        CaseloadRow.objects.create(**of_former, user=case_worker.user)
        Reminder.objects.create(**of_former, day=TODAY, subject="other", set_by=case_worker.user)
    assert "Vorige, Hodan" not in text_of(browser.get(page("reminder_list")))
    assert fetch(
        "SELECT count(*) FROM persons_reminder",
        institution=ocmw.pk,
        user=case_worker.user_id,
        role="case_worker",
    ) == [(1,)]
    with factories.owner():
        call_command("clean_up", stdout=io.StringIO())
    assert stored() == []


def test_they_go_over_to_an_institution_that_succeeds(ocmw, case_worker, settings):
    settings.ROLE = "owner"
    made = inscribe(ocmw, person())
    remind(case_worker, made)
    house = factories.institution("OCMW Groot", "ocmw")
    with factories.owner():
        succeeding.succeed([ocmw], house, TODAY)
        assert [(row.institution_id, row.subject) for row in Reminder.objects.all()] == [
            (house.pk, "call_school")
        ]
    assert fetch(
        "SELECT count(*) FROM persons_reminder",
        institution=house.pk,
        user=case_worker.user_id,
        role="case_worker",
    ) == [(1,)]


# -- raw SQL as the web role


def test_the_database_asks_for_the_membership_the_client_and_the_caseload(
    ocmw, case_worker, colleague, other_ocmw
):
    made = inscribe(ocmw, person())
    reminder = remind(case_worker, made)
    bound = {"institution": ocmw.pk, "user": case_worker.user_id, "role": "case_worker"}
    statements = (
        "SELECT * FROM persons_set_reminders(ARRAY[%s]::uuid[], app_today(), 'talk')",
        "SELECT persons_close_reminder(%s)",
        "SELECT persons_move_reminder(%s, app_today())",
    )
    others = [
        bound | {"role": "local_administrator"},
        bound | {"role": ""},
        bound | {"user": member(other_ocmw).user_id},
        bound | {"user": member(ocmw, ended=True).user_id},
        bound | {"institution": other_ocmw.pk},
        {},
    ]
    for other in others:
        assert fetch("SELECT 1 FROM persons_reminder", **other) == []
        for statement in statements:
            with pytest.raises(DatabaseError, match="no access in this role"), transaction.atomic():
                fetch(statement, str(reminder.public_id), **other)
    theirs = bound | {"user": colleague.user_id}
    assert fetch("SELECT 1 FROM persons_reminder", **theirs) == []
    for statement in statements[1:]:
        assert fetch(statement, str(reminder.public_id), **theirs) == [("not_found",)]
    for statement in (
        "INSERT INTO persons_reminder SELECT * FROM persons_reminder RETURNING 1",
        "UPDATE persons_reminder SET day = day RETURNING 1",
        "DELETE FROM persons_reminder RETURNING 1",
        "SELECT persons_own_reminder(NULL)",
    ):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            fetch(statement, **bound)
    with pytest.raises(DatabaseError, match="reminder_subject_known"), transaction.atomic():
        fetch(statements[0].replace("talk", "vrije tekst"), str(made.public_id), **bound)


def test_a_local_administrator_reads_none(ocmw, case_worker, local_administrator, sign_in):
    remind(case_worker, inscribe(ocmw, person()))
    assert sign_in(local_administrator).get(page("reminder_list")).status_code == 404
    bound = {"institution": ocmw.pk, "user": case_worker.user_id, "role": Role.LOCAL_ADMINISTRATOR}
    assert fetch("SELECT 1 FROM persons_reminder", **bound) == []


def test_the_subjects_are_those_of_the_issue():
    assert [str(label) for label in ReminderSubject.labels] == [
        "cliënt bellen",
        "school bellen",
        "attest vragen",
        "gesprek",
        "inschrijving verlengen",
        "dossier nakijken",
        "brief",
        "andere",
    ]
