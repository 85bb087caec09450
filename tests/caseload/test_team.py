"""The team page: a local administrator sees, extends, changes and ends the access of colleagues, and no one else's."""

from __future__ import annotations

import datetime
import re

import pytest
from django.contrib.admin.models import LogEntry
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from partners import rights
from partners.enums import AccessStatus, AccessStep
from partners.models import FailedSignIns, Membership, MembershipEvent, User
from partners.periods import today
from partners.rights import grant_on_server, longest_until
from partners.services import working_for
from persons.services.registering import Row, register

from .. import factories
from ..factories import fetch, log_rows, member, user

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


@pytest.fixture
def admin(local_administrator, sign_in):
    """The browser of a local administrator."""
    return sign_in(local_administrator)


def signed_in(who) -> Client:
    browser = Client()
    account = getattr(who, "user", who)
    browser.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return browser


def page(browser, institution, query: str = "") -> str:
    response = browser.get(reverse("team", args=[institution.slug]) + query)
    assert response.status_code == 200
    return response.content.decode()


def address(membership: Membership) -> str:
    return reverse("team_access", args=[membership.institution.slug, membership.public_id])


def take(browser, membership: Membership, action: str, **fields):
    data = {f"{action}-{name}": value for name, value in fields.items()}
    return browser.post(address(membership), data | {"action": action})


def fresh(membership: Membership) -> Membership:
    return Membership.objects.get(pk=membership.pk)


def steps(membership: Membership) -> list[str]:
    with factories.owner():
        return list(
            MembershipEvent.objects.filter(membership=membership)
            .order_by("pk")
            .values_list("what", flat=True)
        )


def proposal(institution, by: User, role: str = "case_worker") -> Membership:
    account = user(first_name="Rik", last_name="Goossens")
    with factories.owner():
        return Membership.objects.create(
            user=account,
            institution=institution,
            role=role,
            valid_until=longest_until(),
            reason="gevraagd door de instelling",
            status=AccessStatus.PROPOSED,
            proposed_by=by,
        )


def short(institution, days: int) -> Membership:
    account = user(first_name="Jonas", last_name=f"Baert {days}")
    with factories.owner():
        return grant_on_server(user=account, institution=institution, until=today() + days * DAY)


# What it shows


def test_it_shows_colleagues_of_the_own_institution_only(admin, ocmw, case_worker, outsider):
    text = page(admin, ocmw)
    assert str(case_worker.user) in text
    assert "Maatschappelijk werker" in text
    assert "Lokale beheerder" in text
    assert outsider.user.email not in text
    assert log_rows() == []  # no client is on it


def test_at_another_kind_of_institution_a_case_worker_has_another_name(sign_in, as_owner):
    vdab = factories.institution("VDAB", "vdab")
    member(vdab)
    text = page(sign_in(member(vdab, "local_administrator")), vdab)
    assert "Medewerker" in text
    assert "aatschappelijk" not in text


def test_a_name_with_markup_is_text(admin, ocmw):
    member(ocmw, user_=user(first_name="<script>alert(1)</script>", last_name="X"))
    assert "<script>alert" not in page(admin, ocmw)


def test_access_that_is_over_or_withdrawn_is_in_the_history_only(admin, ocmw, former_case_worker):
    email = former_case_worker.user.email
    assert email not in page(admin, ocmw)
    history = admin.get(reverse("team_history", args=[ocmw.slug])).content.decode()
    assert str(former_case_worker.user) in history


def test_it_warns_of_what_ends_within_thirty_days(admin, ocmw):
    short(ocmw, 30)
    short(ocmw, 31)
    text = page(admin, ocmw)
    assert "1 toegang loopt af" in text
    assert text.count(">loopt af<") == 1
    filtered = page(admin, ocmw, "?show=ending")
    assert "Baert 30" in filtered
    # Above the table, those without a number of their own are named.
    assert "Baert 31" not in filtered.split("<table")[1]


def test_the_last_sign_in_is_the_one_at_this_institution(admin, ocmw, other_ocmw, case_worker, as_owner):
    """A sign-in to work for another institution shows at that one only."""
    elsewhere = member(other_ocmw, user_=case_worker.user)
    browser = signed_in(case_worker)
    assert fresh(case_worker).last_sign_in is None
    browser.get(reverse("client_list", args=[other_ocmw.slug]))
    assert fresh(case_worker).last_sign_in is None
    signed_in_at = User.objects.get(pk=case_worker.user_id).last_login
    assert fresh(elsewhere).last_sign_in == signed_in_at
    browser.get(reverse("client_list", args=[ocmw.slug]))
    assert fresh(case_worker).last_sign_in == signed_in_at
    browser.get(reverse("client_list", args=[ocmw.slug]))
    assert "nog niet aangemeld" not in page(admin, ocmw)


def test_a_refused_visit_is_no_sign_in_at_the_institution(ocmw, case_worker, other_ocmw):
    browser = signed_in(case_worker)
    assert browser.get(reverse("client_list", args=[other_ocmw.slug])).status_code == 404
    assert browser.get(reverse("team", args=[ocmw.slug])).status_code == 404
    assert fresh(case_worker).last_sign_in is None


def test_it_says_who_did_not_sign_in_for_long(admin, ocmw, case_worker, as_owner):
    long_ago = timezone.now() - 140 * DAY
    with as_owner():
        User.objects.update(date_joined=long_ago - 100 * DAY)
        Membership.objects.filter(pk=case_worker.pk).update(last_sign_in=long_ago)
    assert "140 dagen niet aangemeld" in page(admin, ocmw)
    assert str(case_worker.user) in page(admin, ocmw, "?show=unused")


@pytest.mark.parametrize(
    "query", ["?show=x", "?role=x", "?page=x", "?page=999", "?sort=x", "?sort=-until&page=2"]
)
def test_a_wrong_filter_is_no_filter(admin, ocmw, case_worker, query):
    assert str(case_worker.user) in page(admin, ocmw, query)


def test_a_large_team_has_pages(admin, ocmw, as_owner, django_assert_max_num_queries):
    with as_owner():
        accounts = User.objects.bulk_create(
            User(email=f"n{number}@x.example", last_name=f"N{number:03}", password="!")
            for number in range(120)
        )
        Membership.objects.bulk_create(
            Membership(
                user=account,
                institution=ocmw,
                valid_until=today(),
                status=AccessStatus.CONFIRMED,
                confirmed_at=timezone.now(),
            )
            for account in accounts
        )
    page(admin, ocmw)
    with django_assert_max_num_queries(18):
        first = page(admin, ocmw)
    assert first.count('name="chosen"') == 100
    assert page(admin, ocmw, "?page=2").count('name="chosen"') == 20


# Registrations


def test_it_counts_registrations_and_marks_more_than_twenty_a_day(admin, ocmw, other_ocmw, case_worker):
    worker = member(ocmw)
    for acting, number in ((case_worker, 21), (worker, 20), (member(other_ocmw), 25)):
        rows = [
            Row(place, factories.insz(), "leefloon", today(), today() + DAY, "proef")
            for place in range(number)
        ]
        with working_for(acting.institution, acting.user, "case_worker"):
            register(institution=acting.institution, rows=rows)
    response = admin.get(reverse("team", args=[ocmw.slug]))
    counted = {(row.name, row.number, row.is_many) for row in response.context["registrations"].page_rows}
    assert counted == {(str(case_worker.user), 21, True), (str(worker.user), 20, False)}
    text = response.content.decode()
    assert text.count("meer dan 20<") == 1
    assert not re.search(r"\d{11}", re.sub(r"[0-9a-f-]{36}|value=\"\w+\"", "", text))


# Extending


def test_extending_several_at_once_is_the_review(admin, ocmw, local_administrator):
    chosen = [short(ocmw, 5), short(ocmw, 6)]
    left = short(ocmw, 7)
    data = {
        "chosen": [str(row.public_id) for row in chosen],
        "all-valid_until": longest_until().strftime("%d/%m/%Y"),
        "all-reason": "jaarlijks nazicht",
    }
    response = admin.post(reverse("team_extend", args=[ocmw.slug]), data)
    assert response["Location"] == reverse("team", args=[ocmw.slug])
    assert {fresh(row).valid_until for row in chosen} == {longest_until()}
    assert fresh(left).valid_until == today() + 7 * DAY
    with factories.owner():
        events = MembershipEvent.objects.filter(what=AccessStep.EXTENDED)
        assert {(event.user, event.reason) for event in events} == {
            (local_administrator.user, "jaarlijks nazicht")
        }
        assert len(events) == 2


def test_one_that_is_refused_leaves_all_as_they_are(admin, ocmw, case_worker):
    chosen = [short(ocmw, 5), case_worker]  # the second ends in twelve months already
    data = {
        "chosen": [str(row.public_id) for row in chosen],
        "all-valid_until": (today() + 100 * DAY).isoformat(),
        "all-reason": "nazicht <b>",
    }
    response = admin.post(reverse("team_extend", args=[ocmw.slug]), data)
    assert response.status_code == 422
    text = response.content.decode()
    assert f"{case_worker.user}: De nieuwe laatste dag ligt niet na de huidige" in text
    assert text.count("checked") == 2
    assert "nazicht &lt;b&gt;" in text
    assert fresh(chosen[0]).valid_until == today() + 5 * DAY
    assert steps(chosen[0]) == ["given"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"chosen": []}, "Kruis eerst"),
        ({"chosen": ["x"]}, "er niet meer"),
        ({"all-valid_until": ""}, "Vul de dag in"),
        ({"all-valid_until": "2999-01-01"}, "ten hoogste twaalf maanden"),
        ({"all-reason": ""}, "Geef een reden"),
    ],
)
def test_a_wrong_extension_says_what_is_wrong(admin, ocmw, changes, words):
    row = short(ocmw, 5)
    data = {
        "chosen": [str(row.public_id)],
        "all-valid_until": longest_until().isoformat(),
        "all-reason": "nazicht",
    }
    response = admin.post(reverse("team_extend", args=[ocmw.slug]), data | changes)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert fresh(row).valid_until == today() + 5 * DAY


def test_a_wrong_extension_keeps_filter_and_page(admin, ocmw):
    row = short(ocmw, 5)
    text = page(admin, ocmw, "?show=ending&sort=-until")
    [action] = re.findall(r'action="([^"]*verlengen/[^"]*)"', text)
    response = admin.post(action.replace("&amp;", "&"), {"chosen": [str(row.public_id)]})
    assert response.status_code == 422
    assert response.content.decode().count('name="chosen"') == 1


def test_access_elsewhere_and_ones_own_are_not_extended(admin, ocmw, local_administrator, outsider):
    for row in (outsider, local_administrator):
        before = fresh(row).valid_until
        data = {
            "chosen": [str(row.public_id)],
            "all-valid_until": longest_until().isoformat(),
            "all-reason": "x",
        }
        assert admin.post(reverse("team_extend", args=[ocmw.slug]), data).status_code == 422
        assert fresh(row).valid_until == before


# One colleague


def test_a_departure(admin, ocmw, case_worker):
    assert str(case_worker.user) in admin.get(address(case_worker)).content.decode()
    response = take(admin, case_worker, "end", reason="uit dienst")
    assert response["Location"] == reverse("team", args=[ocmw.slug])
    assert fresh(case_worker).valid_until == today() - DAY
    assert f"De toegang van {case_worker.user} (maatschappelijk werker) is beëindigd." in page(admin, ocmw)
    assert signed_in(case_worker).get(reverse("client_list", args=[ocmw.slug])).status_code == 404


def test_two_administrators_end_the_same_role(ocmw, case_worker):
    """One event, and the second reads that a colleague was first."""
    first, second = (signed_in(member(ocmw, "local_administrator")) for _ in range(2))
    for browser in (first, second):
        assert "Beëindig" in browser.get(address(case_worker)).content.decode()
    take(first, case_worker, "end", reason="uit dienst")
    response = take(second, case_worker, "end", reason="uit dienst")
    assert "al voorbij" in second.get(response["Location"]).content.decode()
    assert steps(case_worker) == ["given", "ended"]


def test_who_was_ended_at_the_same_moment_reads_so(admin, case_worker, monkeypatch):
    """Two local administrators who end each other: tests/partners/test_right_races.py."""

    def left(*_: object) -> None:
        raise rights.NotTaken("left")

    monkeypatch.setattr(rights, "end_access", left)
    response = take(admin, case_worker, "end", reason="uit dienst")
    assert response["Location"] == reverse("home")
    assert "beëindigde net uw eigen toegang" in admin.get(response["Location"], follow=True).content.decode()


def test_the_role_changes_in_one_step(admin, ocmw, case_worker):
    until = case_worker.valid_until
    assert (
        take(admin, case_worker, "role", role="privacy_officer", reason="nieuwe functie").status_code == 302
    )
    old, new = Membership.objects.filter(user=case_worker.user).order_by("pk")
    assert old.valid_until == today() - DAY
    assert (new.role, new.valid_from, new.valid_until) == ("privacy_officer", today(), until)


def test_a_role_that_cannot_change_stays(admin, ocmw, case_worker):
    member(ocmw, "privacy_officer", user_=case_worker.user)
    response = take(admin, case_worker, "role", role="privacy_officer", reason="nieuwe functie")
    assert response.status_code == 422
    assert "heeft deze persoon die rol hier al" in response.content.decode()
    assert fresh(case_worker).valid_until == case_worker.valid_until


@pytest.mark.parametrize("role", ["agency_administrator", "case_worker", ""])
def test_no_other_role_can_be_chosen(admin, case_worker, role):
    response = take(admin, case_worker, "role", role=role, reason="x")
    assert response.status_code == 422
    assert Membership.objects.filter(user=case_worker.user).count() == 1


@pytest.mark.parametrize(
    ("action", "fields", "words"),
    [
        ("extend", {"valid_until": "2999-01-01", "reason": "x"}, "ten hoogste twaalf maanden"),
        ("extend", {"valid_until": "morgen", "reason": "x"}, "Dit is geen datum"),
        ("extend", {"valid_until": "TODAY", "reason": "x"}, "ligt niet na de huidige"),
        ("end", {"valid_until": "2020-01-01", "reason": "x"}, "Kies vandaag of later"),
        ("end", {"valid_until": "2999-01-01", "reason": "x"}, "ligt niet voor de huidige"),
        ("end", {"reason": ""}, "Geef een reden"),
    ],
)
def test_a_wrong_step_says_what_is_wrong_at_its_own_form(admin, case_worker, action, fields, words):
    fields = {name: value.replace("TODAY", today().isoformat()) for name, value in fields.items()}
    response = take(admin, case_worker, action, **fields)
    assert response.status_code == 422
    text = response.content.decode()
    assert text.count('class="mistake"') == 1
    assert words in text
    assert steps(case_worker) == ["given"]


def test_an_unknown_step_is_a_bad_request(admin, case_worker):
    assert admin.post(address(case_worker), {"action": "delete"}).status_code == 400


# A proposal of the agency


def test_a_proposal_is_confirmed(admin, ocmw, agency_administrator):
    row = proposal(ocmw, agency_administrator)
    assert "1 toegang wacht op uw bevestiging" in page(admin, ocmw)
    assert "Bevestig de toegang" in admin.get(address(row)).content.decode()
    assert signed_in(row).get(reverse("client_list", args=[ocmw.slug])).status_code == 404
    take(admin, row, "confirm")
    assert fresh(row).status == "confirmed"
    assert signed_in(row).get(reverse("client_list", args=[ocmw.slug])).status_code == 200
    again = take(admin, row, "confirm")
    assert "staat niet meer open" in admin.get(again["Location"]).content.decode()
    assert steps(row) == ["proposed", "confirmed"]


def test_a_proposal_is_refused_with_a_reason(admin, ocmw, agency_administrator):
    row = proposal(ocmw, agency_administrator)
    assert take(admin, row, "refuse", reason=" ").status_code == 422
    take(admin, row, "refuse", reason="kennen wij niet")
    assert fresh(row).status == "withdrawn"
    assert take(admin, row, "confirm").status_code == 302
    assert fresh(row).status == "withdrawn"


def confirm_all(browser, institution, *rows: Membership):
    data = {"proposal": [str(row.public_id) for row in rows]}
    return browser.post(reverse("team_confirm", args=[institution.slug]), data)


def test_several_proposals_are_confirmed_at_once(admin, ocmw, agency_administrator, case_worker):
    chosen = [proposal(ocmw, agency_administrator) for _ in range(2)]
    left = proposal(ocmw, agency_administrator)
    text = page(admin, ocmw)
    assert text.count('name="proposal"') == 3
    assert text.count('name="chosen"') == 1  # the case worker
    response = confirm_all(admin, ocmw, *chosen)
    assert "2 voorstellen zijn bevestigd" in admin.get(response["Location"]).content.decode()
    assert [fresh(row).status for row in (*chosen, left)] == ["confirmed", "confirmed", "proposed"]
    assert [steps(row) for row in chosen] == [["proposed", "confirmed"]] * 2
    doubled = confirm_all(admin, ocmw, *chosen)
    assert doubled.status_code == 422
    assert "staat niet meer open" in doubled.content.decode()
    assert [steps(row) for row in chosen] == [["proposed", "confirmed"]] * 2


def test_a_proposal_that_is_refused_leaves_all_as_they_are(
    admin, ocmw, other_ocmw, agency_administrator, local_administrator, as_owner
):
    row, elsewhere = proposal(ocmw, agency_administrator), proposal(other_ocmw, agency_administrator)
    own = proposal(ocmw, agency_administrator)
    with as_owner():
        Membership.objects.filter(pk=own.pk).update(user=local_administrator.user)
    for chosen, words in [
        ((row, own), "Uw eigen toegang wijzigt u niet zelf"),
        ((row, elsewhere), "er niet meer"),
        ((), "Kruis eerst"),
    ]:
        response = confirm_all(admin, ocmw, *chosen)
        assert response.status_code == 422
        text = response.content.decode()
        assert words in text
        assert re.search(rf'value="{row.public_id}"[^>]*\schecked', text) or not chosen
        assert [fresh(each).status for each in (row, own, elsewhere)] == ["proposed"] * 3


# Accounts


def test_a_suspended_account_opens_again(admin, ocmw, case_worker, as_owner):
    with as_owner():
        User.objects.filter(pk=case_worker.user_id).update(is_active=False, suspended_at=timezone.now())
    assert "account geschorst" in page(admin, ocmw)
    take(admin, case_worker, "reopen")
    assert User.objects.get(pk=case_worker.user_id).is_active
    assert steps(case_worker) == ["given", "suspended", "reopened"]


def test_an_account_that_the_agency_closed_stays_closed(admin, ocmw, case_worker, as_owner):
    with as_owner():
        User.objects.filter(pk=case_worker.user_id).update(is_active=False)
    assert "account gesloten" in page(admin, ocmw)
    response = take(admin, case_worker, "reopen")
    assert "niet geschorst" in admin.get(response["Location"]).content.decode()
    assert not User.objects.get(pk=case_worker.user_id).is_active


def test_waiting_after_wrong_passwords_is_lifted_and_recorded(
    admin, ocmw, local_administrator, case_worker, outsider
):
    now = timezone.now()
    for account in (case_worker.user, outsider.user):
        FailedSignIns.objects.create(
            email=account.email, kind="all", failures=9, since=now, last_at=now, until=now + DAY
        )
    assert "moet wachten" in page(admin, ocmw)
    assert "Hef het wachten op" in admin.get(address(case_worker)).content.decode()
    take(admin, case_worker, "lift")
    assert [count.email for count in FailedSignIns.objects.all()] == [outsider.user.email]
    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_id) == (local_administrator.user, str(case_worker.user_id))
    assert take(admin, outsider, "lift").status_code == 404
    assert FailedSignIns.objects.count() == 1


def test_for_a_proposal_nothing_is_lifted(admin, ocmw, agency_administrator):
    row, now = proposal(ocmw, agency_administrator), timezone.now()
    FailedSignIns.objects.create(
        email=row.user.email, kind="all", failures=9, since=now, last_at=now, until=now + DAY
    )
    take(admin, row, "lift")
    assert FailedSignIns.objects.count() == 1


# Who may not


def test_ones_own_access_has_no_step(admin, local_administrator):
    text = admin.get(address(local_administrator)).content.decode()
    assert "wijzigt u niet zelf" in text
    assert 'name="action"' not in text
    for action in ("end", "extend", "lift", "reopen", "confirm"):
        fields = {"reason": "x", "valid_until": longest_until().isoformat()}
        take(admin, local_administrator, action, **fields)
    assert steps(local_administrator) == ["given"]


@pytest.mark.parametrize("role", ["case_worker", "privacy_officer", "local_administrator"])
def test_the_access_of_another_institution_is_not_found_and_logged(ocmw, other_ocmw, case_worker, role):
    browser = signed_in(member(other_ocmw, role))
    for slug in (ocmw.slug, other_ocmw.slug):
        path = reverse("team_access", args=[slug, case_worker.public_id])
        assert browser.get(path).status_code == 404
        assert browser.post(path, {"action": "end", "end-reason": "x"}).status_code == 404
    assert {row["outcome"] for row in log_rows()} == {"refused"}
    assert steps(case_worker) == ["given"]


def test_a_former_administrator_does_nothing(ocmw, case_worker, as_owner, local_administrator):
    browser = signed_in(local_administrator)
    browser.get(address(case_worker))
    with as_owner():
        Membership.objects.filter(pk=local_administrator.pk).update(valid_until=today() - DAY)
    assert take(browser, case_worker, "end", reason="x").status_code == 404
    assert steps(case_worker) == ["given"]


def test_an_expired_session_leaves_nothing_half_done(admin, case_worker):
    admin.post(reverse("account_logout"))
    response = take(admin, case_worker, "end", reason="x")
    assert response["Location"].startswith(reverse("account_login"))
    assert steps(case_worker) == ["given"]


def test_the_privacy_officer_reads_the_history(ocmw, privacy_officer, case_worker, other_ocmw):
    elsewhere = member(other_ocmw)
    browser = signed_in(privacy_officer)
    text = browser.get(reverse("team_history", args=[ocmw.slug])).content.decode()
    assert str(case_worker.user) in text
    assert "op de server" in text
    assert str(elsewhere.user) not in text
    assert reverse("team_history", args=[ocmw.slug]) in text.split("<main")[0]
    assert f'href="{reverse("team", args=[ocmw.slug])}"' not in text


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE partners_membership SET valid_until = valid_until + 300 RETURNING 1",
        "UPDATE partners_membership SET role = 'local_administrator' RETURNING 1",
        "DELETE FROM partners_membership RETURNING 1",
        "INSERT INTO partners_membership (user_id, institution_id, role, valid_from, valid_until, list_filters, status,"
        " reason, proposed_at, confirmed_at) SELECT user_id, institution_id, 'privacy_officer', valid_from,"
        " valid_until, '{}', 'confirmed', '', now(), now() FROM partners_membership LIMIT 1 RETURNING 1",
        "DELETE FROM partners_membershipevent RETURNING 1",
    ],
)
def test_raw_sql_of_a_local_administrator_is_refused(ocmw, local_administrator, statement):
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        fetch(statement, institution=ocmw.pk, user=local_administrator.user_id, role="local_administrator")


def test_the_functions_refuse_another_institution_and_oneself(
    ocmw, local_administrator, outsider, other_ocmw
):
    bound = {"institution": ocmw.pk, "user": local_administrator.user_id, "role": "local_administrator"}
    end = "SELECT partners_end_access(%s, NULL, 'x')"
    assert fetch(end, outsider.pk, **bound) == [("not_found",)]
    assert fetch(end, local_administrator.pk, **bound) == [("own",)]
    give = "SELECT partners_propose_access(%s, %s, %s, app_today(), app_today(), 'x')"
    for who, where, role, outcome in [
        (outsider.user_id, other_ocmw.pk, "case_worker", "not_found"),
        (local_administrator.user_id, ocmw.pk, "case_worker", "own"),
        (outsider.user_id, ocmw.pk, "agency_administrator", "unknown_role"),
    ]:
        assert fetch(give, who, where, role, **bound) == [(outcome,)]
    with pytest.raises(DatabaseError, match="administrators"), transaction.atomic():
        fetch(end, outsider.pk, **bound | {"institution": other_ocmw.pk})


def test_the_last_sign_in_is_noted_for_the_bound_user_only(ocmw, other_ocmw, case_worker, outsider):
    signed_in(case_worker)
    signed_in(outsider)
    fetch("SELECT partners_note_sign_in()", user=case_worker.user_id, institution=other_ocmw.pk)
    fetch("SELECT partners_note_sign_in()", institution=ocmw.pk)
    assert fresh(case_worker).last_sign_in is None
    assert fresh(outsider).last_sign_in is None
