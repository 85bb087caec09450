"""Looks that are confidential during an investigation: not in a letter until their date, and then in it."""

from __future__ import annotations

import datetime
import uuid

import pytest
from django.db import DatabaseError, transaction

from oversight.models import Withholding
from oversight.withholding import NotTaken, end_withholding, withhold
from partners.enums import Role
from partners.periods import today
from partners.services import bind

from .. import factories
from ..factories import fetch, inscribe, insz, log_rows, member, person
from .conftest import moment, page, text_of, working_day
from .test_letters import bound, ids, start, table_of, take

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
REASON = "onderzoek 2026/14"


def keep(acting, number: str, **days: datetime.date) -> None:
    values = {"first": today() - 30 * DAY, "last": today(), "until": today() + 30 * DAY} | days
    bind(institution_id=acting.institution_id, user_id=acting.user_id, role=acting.role)
    try:
        withhold(number, reason=REASON, **values)
    finally:
        bind()


@pytest.fixture
def looked(case_worker, write):
    """A person whom a list showed yesterday and forty days ago; the ids of both looks."""
    number = insz()
    moments = [moment(working_day(days), 10) for days in (1, 40)]
    looks = [write(case_worker, kind="list", shown=[number], at=at) for at in moments]
    return number, [str(look) for look in looks]


def test_a_confidential_look_is_in_no_letter_and_the_letter_does_not_say_so(browser, privacy_officer, looked):
    number, [_new, old] = looked
    address = start(browser, number)
    before = text_of(browser.get(address))
    keep(privacy_officer, number)
    address = start(browser, number)
    assert ids(browser, address) == [old]
    response = browser.get(address)
    html = response.content.decode()
    assert "vertrouwelijk tot en met" in html.partition("<article")[0]
    article = text_of(response)[text_of(response).index("Wie keek in uw") :]
    assert "vertrouwelijk" not in article
    assert "Deze zin staat in elke brief" in article
    assert "Deze zin staat in elke brief" in before
    proof = take(browser, address, "json").json()
    assert proof["unsealed"] == [old]


def test_after_its_date_it_is_in_the_letter(browser, privacy_officer, looked):
    number, [new, old] = looked
    keep(privacy_officer, number, until=today())
    assert ids(browser, start(browser, number)) == [old]
    with factories.owner():
        Withholding.objects.update(last_day=today() - DAY, valid_until=today() - DAY)
    assert ids(browser, start(browser, number)) == [new, old]


def test_what_the_officer_read_meanwhile_is_confidential_too(browser, privacy_officer, looked, write):
    """A letter that names the reading says that there was something to read."""
    number, [new, old] = looked
    read = str(write(privacy_officer, kind="log_reading", shown=[number]))

    def named() -> set[str]:
        address = start(browser, number)
        return {row["Kenmerk"] for row in table_of(take(browser, address, "csv"))} & {new, old, read}

    assert named() == {new, old, read}
    keep(privacy_officer, number, first=today() - 60 * DAY, last=today() - 20 * DAY)
    assert named() == {new}


def test_it_covers_the_looks_under_an_earlier_number(browser, ocmw, privacy_officer, write, case_worker):
    old = inscribe(ocmw, person())
    write(case_worker, inscription=old)
    new = inscribe(ocmw, person())
    with factories.owner():
        type(new).objects.filter(pk=new.pk).update(carried_from=old)
    keep(privacy_officer, new.insz)
    assert ids(browser, start(browser, old.insz)) == []


def test_no_one_keeps_their_own_looks_confidential(browser, ocmw, privacy_officer, write):
    made = inscribe(ocmw, person())
    write(privacy_officer, inscription=made)
    with pytest.raises(NotTaken, match="own"):
        keep(privacy_officer, made.insz)


def test_only_the_days_that_were_named(browser, privacy_officer, looked):
    number, [new, _old] = looked
    keep(privacy_officer, number, first=today() - 60 * DAY, last=today() - 20 * DAY)
    assert ids(browser, start(browser, number)) == [new]


def test_another_person_and_another_institution_are_untouched(
    browser, ocmw, other_ocmw, privacy_officer, looked, write, sign_in
):
    number, looks = looked
    other = inscribe(ocmw, person())
    look = write(member(ocmw), inscription=other)
    keep(privacy_officer, number)
    assert ids(browser, start(browser, other.insz)) == [str(look)]
    theirs = write(member(other_ocmw), kind="list", shown=[number])
    agency = factories.institution("Agentschap Proef", "agency")
    everywhere = sign_in(member(agency, Role.PRIVACY_OFFICER))
    address = start(everywhere, number, agency.slug)
    # The agency's letter leaves out what the institution keeps confidential, and its officer is not told.
    assert ids(everywhere, address) == [str(theirs), looks[1]]
    assert "vertrouwelijk" not in text_of(everywhere.get(address))


def test_it_goes_with_the_institution_to_its_successor(
    browser, ocmw, other_ocmw, write, sign_in, privacy_officer
):
    officer = member(other_ocmw, Role.PRIVACY_OFFICER)
    made = inscribe(other_ocmw, person())
    write(member(other_ocmw), inscription=made)
    keep(officer, made.insz)
    factories.succeed(other_ocmw.slug, ocmw.slug)
    assert ids(browser, start(browser, made.insz)) == []
    kept = fetch("SELECT public_id FROM oversight_withholding", **bound(privacy_officer))
    assert len(kept) == 1
    assert fetch("SELECT oversight_end_withholding(%s)", kept[0][0], **bound(privacy_officer)) == [("ended",)]
    assert len(ids(browser, start(browser, made.insz))) == 1


def search_id(browser, number: str) -> str:
    return browser.post(page("person_search"), {"insz": number})["Location"].split("/")[-2]


def written(day: datetime.date) -> str:
    return f"{day:%d/%m/%Y}"


def test_the_page_marks_and_ends_and_each_step_is_a_row_of_the_log(browser, privacy_officer, looked):
    number, [new, old] = looked
    address = page("withholdings", search_id(browser, number))
    assert "Geen enkele inzage in deze persoon was ooit vertrouwelijk." in text_of(browser.get(address))
    data = {"first": written(today() - 5 * DAY), "last": written(today()), "until": written(today() + DAY)}
    assert browser.post(address, data | {"reason": REASON})["Location"] == address
    words = text_of(browser.get(address))
    assert REASON in words
    assert str(privacy_officer.user) in words
    with factories.owner():
        [kept] = Withholding.objects.all()
    assert ids(browser, start(browser, number)) == [old]
    end = page("withholding_end", address.split("/")[-3], kept.public_id)
    assert browser.post(end)["Location"] == address
    assert "beëindigd op" in text_of(browser.get(address))
    assert ids(browser, start(browser, number)) == [new, old]
    assert "al voorbij" in text_of(browser.post(end, follow=True))
    rows = [row for row in log_rows() if row["kind"] == "withholding"]
    assert [(row["outcome"], row["numbers"], row["shown"], row["target"]) for row in rows] == [
        ("shown", [number], [], str(kept.public_id))
    ] * 2
    assert rows[0]["user_name"] == str(privacy_officer.user)


def test_a_form_that_is_sent_twice_marks_once(browser, looked):
    number, _looks = looked
    address = page("withholdings", search_id(browser, number))
    data = {"first": written(today()), "last": written(today()), "until": written(today()), "reason": REASON}
    assert browser.post(address, data).status_code == 302
    response = browser.post(address, data)
    assert response.status_code == 422
    assert "Deze dagen zijn al vertrouwelijk" in response.content.decode()
    with factories.owner():
        assert Withholding.objects.count() == 1


@pytest.mark.parametrize(
    ("days", "code"),
    [
        ({"first": today() + DAY}, "days"),
        ({"until": today() - DAY, "last": today() - 2 * DAY, "first": today() - 2 * DAY}, "until"),
        ({"until": today() + 367 * DAY}, "until"),
        ({"last": today() + 2 * DAY, "until": today() + DAY}, "until"),
    ],
)
def test_days_that_make_no_sense_are_refused(privacy_officer, days, code):
    with pytest.raises(NotTaken) as error:
        keep(privacy_officer, insz(), **days)
    assert error.value.code == code
    assert log_rows() == []


def test_a_reason_is_needed(browser, looked):
    address = page("withholdings", search_id(browser, looked[0]))
    day = written(today())
    for reason in ("", "kort"):
        response = browser.post(address, {"first": day, "last": day, "until": day, "reason": reason})
        assert response.status_code == 422
    assert [row for row in log_rows() if row["kind"] == "withholding"] == []


def test_others_get_404_and_a_row_of_the_log(case_worker, local_administrator, agency_administrator, sign_in):
    for who in (case_worker, local_administrator, agency_administrator):
        browser = sign_in(who)
        for address in (
            page("withholdings", uuid.uuid4()),
            page("withholding_end", uuid.uuid4(), uuid.uuid4()),
        ):
            assert browser.post(address).status_code == 404
            row = log_rows()[-1]
            assert (row["kind"], row["outcome"]) == ("withholding", "refused")


def test_another_institution_neither_reads_nor_ends_it(other_ocmw, privacy_officer, looked):
    number, _looks = looked
    keep(privacy_officer, number)
    theirs = bound(member(other_ocmw, Role.PRIVACY_OFFICER))
    assert fetch("SELECT * FROM oversight_withholding", **theirs) == []
    [(kept,)] = fetch("SELECT public_id FROM oversight_withholding", **bound(privacy_officer))
    assert fetch("SELECT oversight_end_withholding(%s)", kept, **theirs) == [("not_found",)]
    bind()
    with pytest.raises(DatabaseError, match="no access"), transaction.atomic():
        end_withholding(kept)


def test_a_marking_is_kept(privacy_officer, looked):
    keep(privacy_officer, looked[0])
    with factories.owner(), pytest.raises(DatabaseError, match="kept"), transaction.atomic():
        fetch("DELETE FROM oversight_withholding")
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        fetch("UPDATE oversight_withholding SET valid_until = valid_until", **bound(privacy_officer))
