"""The monthly reports: their numbers against a plain count, small numbers, versions, and runs that are broken off."""

from __future__ import annotations

import datetime
import io
import re
from decimal import ROUND_HALF_UP, Decimal
from unittest import mock

import pytest
from django.core.mail import EmailMessage
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from partners.clock import NotNow
from partners.enums import AccessStatus, Role
from partners.models import Institution, Membership
from partners.periods import months_later
from partners.rights import grant_on_server
from partners.tasks import TaskFailed
from statistics import jobs
from statistics.careful import services
from statistics.careful.counting import Month, _tenth
from statistics.careful.figures import REPORT
from statistics.careful.mailing import MOST_TRIES, announce
from statistics.careful.services import (
    FIRST_DAY,
    NotMade,
    compare,
    last_month_due,
    lines_of_succession,
    make,
    make_missing,
    months_due,
)
from statistics.models import CarefulReport
from tests import factories

from .careful import last_month, looks, median, moment, plain_count, random_rows, row, working_day, write
from .test_figures import DOCS, on_one_line

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
COUNTED = [
    *(
        "consultation",
        "list",
        "search",
        "outside",
        "by_name",
        "refusal",
        "above",
        "stopped",
        "aborted",
    ),
    *("export", "looked"),
]


def made(month: datetime.date, *, again: bool = False) -> dict[int, CarefulReport]:
    """Make the reports of a month, and return them by institution."""
    with factories.owner():
        make(month, again=again)
        reports = CarefulReport.objects.filter(month=month).latest_versions()
        return {report.institution_id: report for report in reports}


def team(institution: Institution, number: int = 5) -> list[Membership]:
    return [factories.member(institution) for _ in range(number)]


# -- exact


@pytest.mark.parametrize("seed", range(4))
def test_the_numbers_are_those_of_a_plain_count(seed, ocmw, other_ocmw):
    month = last_month()
    with factories.owner():
        Institution.objects.filter(pk=other_ocmw.pk).update(opens_at="06:30", closes_at="18:59:59.999999")
        institutions = list(Institution.objects.filter(pk__in=[ocmw.pk, other_ocmw.pk]))
    members = [*team(ocmw, 6), *team(other_ocmw, 3)]
    rows = random_rows(members, month, 400, seed)
    write(rows)
    reports = made(month)
    for pk, expected in plain_count(rows, month, institutions).items():
        figures = reports[pk].figures
        assert {code: figures[code] for code in COUNTED} == {code: expected[code] for code in COUNTED}
        if expected["looked"] >= 5:
            assert figures["most"] == expected["most"]
            mean = Decimal(expected["consultation"]) / expected["looked"]
            assert figures["mean"] == float(mean.quantize(Decimal("0.1"), ROUND_HALF_UP))


def test_the_figures_of_users_are_those_of_their_looks(ocmw):
    month = last_month()
    numbers = [1, 2, 2, 4, 5, 9]
    for acting, number in zip(team(ocmw, 6), numbers, strict=True):
        looks(acting, month, number)
    figures = made(month)[ocmw.pk].figures
    assert (figures["looked"], figures["most"]) == (6, 9)
    assert figures["median"] == float(median(numbers)) == 3.0
    assert figures["mean"] == 3.8  # 23 / 6


def test_a_number_is_rounded_to_one_decimal_halves_up():
    assert [_tenth(number, 20) for number in (1, 2, 3, 21)] == [0.1, 0.1, 0.2, 1.1]
    assert _tenth(5, 2) == 2.5


def test_who_does_not_look_and_who_never_did(ocmw, other_ocmw):
    month = last_month()
    looked, earlier, elsewhere, never = team(ocmw, 4)
    looks(looked, month)
    looks(earlier, months_later(month, -2))
    # The same user at another institution, a file that was refused, and one opened after the month.
    looks(factories.member(other_ocmw, user_=elsewhere.user), month)
    looks(never, month, outcome="refused", rule="not_visible")
    write([row(never, moment(months_later(month, 1), 0))])
    figures = made(month)[ocmw.pk].figures
    assert (figures["workers"], figures["looked"], figures["unused"], figures["never"]) == (4, 1, 3, 2)


def test_accounts_are_those_of_the_last_day(ocmw, case_worker, privacy_officer, local_administrator):
    month = last_month()
    last, year = months_later(month, 1) - DAY, 365 * DAY
    periods = [(month, last + year), (month - year, last), (month - year, month), (last + DAY, last + year)]
    accounts = [factories.user() for _ in periods]
    with factories.owner():
        for user, (first, until) in zip(accounts, periods, strict=True):
            grant_on_server(user=user, institution=ocmw, first=first, until=until)
        Membership.objects.filter(pk=case_worker.pk).update(last_sign_in=moment(month))
    looks(case_worker, month)
    figures = made(month)[ocmw.pk].figures
    # The one who ended on the first day is not among them, nor the one who began after the month.
    assert (figures["workers"], figures["administrators"], figures["officers"]) == (3, 1, 1)
    assert (figures["begun"], figures["ended"], figures["unsigned"]) == (1, 2, 4)


def test_access_that_a_proposal_or_a_withdrawn_one_follows_ended(ocmw, other_ocmw):
    month = last_month()
    looks(factories.member(other_ocmw), month)
    last = months_later(month, 1) - DAY
    for status in AccessStatus:
        user = factories.user()
        with factories.owner():
            ended = grant_on_server(user=user, institution=ocmw, first=month - DAY, until=month)
            next_one = grant_on_server(user=user, institution=ocmw, first=month + DAY, until=last + DAY)
            Membership.objects.filter(pk=next_one.pk).update(
                follows=ended,
                status=status,
                **({"confirmed_by": None, "confirmed_at": None} if status == AccessStatus.PROPOSED else {}),
            )
    assert made(month)[ocmw.pk].figures["ended"] == 2


def test_who_opened_a_page_in_earlier_access_has_signed_in(ocmw, other_ocmw):
    month = last_month()
    looks(factories.member(other_ocmw), month)
    for institution, role in (
        (ocmw, Role.CASE_WORKER),
        (ocmw, Role.PRIVACY_OFFICER),
        (other_ocmw, Role.CASE_WORKER),
    ):
        acting = factories.member(ocmw)
        with factories.owner():
            earlier = grant_on_server(
                user=acting.user,
                institution=institution,
                role=role,
                first=month - 900 * DAY,
                until=month - 800 * DAY,
            )
            Membership.objects.filter(pk=earlier.pk).update(last_sign_in=moment(month - 800 * DAY))
    # Elsewhere does not count.
    assert made(month)[ocmw.pk].figures["unsigned"] == 1


def test_escapes_and_their_reviews(ocmw, case_worker, privacy_officer):
    month = last_month()
    looks(case_worker, month)
    version = factories.mandate(
        ocmw, "in_onderzoek", ["Personalia"], escape_blocks=["Personalia"]
    ).versions.get()
    hours = (timezone.now() - moment(working_day(month))).total_seconds() / 3600
    for days, verdicts in [
        (0, ["not_justified"]),
        (0, ["not_justified", "justified"]),
        (-400, []),
        (400, []),
    ]:
        escape = factories.escape(
            case_worker,
            factories.insz(),
            version=version,
            began=hours,
            due_on=month + datetime.timedelta(days=days),
        )
        with factories.owner():
            for verdict in verdicts:
                escape.reviews.create(
                    verdict=verdict, note="x", user=privacy_officer.user, user_name="x", at=timezone.now()
                )
    figures = made(month)[ocmw.pk].figures
    assert [figures[code] for code in ("escapes", "reviewed", "unjustified", "late")] == [4, 2, 1, 1]


def test_an_institution_without_access_and_looks_has_no_report(ocmw, other_ocmw, case_worker):
    looks(case_worker, last_month())
    assert set(made(last_month())) == {ocmw.pk}


# -- small numbers


def test_figures_per_user_are_stored_from_five_users_on(ocmw):
    month = last_month()
    members = team(ocmw, 5)
    for acting in members[:4]:
        looks(acting, month)
    assert {made(month)[ocmw.pk].figures[code] for code in ("mean", "median", "most")} == {None}
    looks(members[4], month)
    figures = made(month, again=True)[ocmw.pk].figures
    assert [figures[code] for code in ("mean", "median", "most")] == [1.0, 1.0, 1]


def group(*sizes: int) -> dict[int, Month]:
    """Institutions in which so many users looked, each ten times, once outside the hours."""
    months = {}
    for pk, users in enumerate(sizes, 1):
        months[pk] = Month(by_user=dict.fromkeys(range(users), 10))
        months[pk].figures.update(consultation=10 * users, outside=users)
    return months


@pytest.mark.parametrize(
    ("sizes", "compared"),
    [
        ([5] * 6, [1, 2, 3, 4, 5, 6]),
        ([5] * 5, []),
        ([5] * 5 + [4], []),
        ([5] * 6 + [4, 0], [1, 2, 3, 4, 5, 6]),
    ],
)
def test_five_users_in_each_of_five_others_are_compared(sizes, compared):
    counted = group(*sizes)
    comparisons = compare(counted, dict.fromkeys(counted, "ocmw"), {})
    assert sorted(comparisons) == compared
    for comparison in comparisons.values():
        assert (comparison["institutions"], comparison["users"]) == (5, 25)
        assert comparison["rates"]["outside"] == "10.0"
        assert comparison["rates"]["mean"] == "10.0"
        assert "by_name" not in comparison["rates"]  # no one searched: of nothing


def test_other_kinds_are_not_compared():
    counted = group(*[5] * 8)
    kinds = {pk: "ocmw" if pk < 6 else "vdab" for pk in counted}
    assert compare(counted, kinds, {}) == {}


def test_the_line_of_succession_is_not_in_the_comparison_nor_among_the_five():
    line = dict.fromkeys([1, 2], frozenset({1, 2}))
    counted = group(*[5] * 6)
    assert sorted(compare(counted, dict.fromkeys(counted, "ocmw"), line)) == [3, 4, 5, 6]
    counted = group(*[5] * 7)
    counted[2].figures["outside"] = 50
    comparisons = compare(counted, dict.fromkeys(counted, "ocmw"), line)
    assert (comparisons[1]["institutions"], comparisons[1]["rates"]["outside"]) == (5, "10.0")
    assert comparisons[1] == comparisons[2]
    assert comparisons[3]["institutions"] == 6


def test_a_line_of_succession_has_all_that_lead_to_the_same_institution(ocmw, other_ocmw):
    last, alone = factories.institution(), factories.institution()
    factories.succeed(ocmw.slug, other_ocmw.slug, last.slug)
    with factories.owner():
        lines = lines_of_succession()
    assert set(lines) == {ocmw.pk, other_ocmw.pk, last.pk}
    assert set(lines.values()) == {frozenset(lines)}
    assert alone.pk not in lines


def test_the_own_figures_are_not_in_the_comparison():
    counted = group(*[5] * 6)
    counted[1].figures["outside"] = 50
    comparisons = compare(counted, dict.fromkeys(counted, "ocmw"), {})
    assert comparisons[1]["rates"]["outside"] == "10.0"
    assert comparisons[2]["rates"]["outside"] == "28.0"  # (50 + 4 * 5) / 250


# -- when


@pytest.mark.parametrize(
    ("day", "last"),
    [("2026-11-01", "2026-09-01"), ("2026-11-02", "2026-10-01"), ("2026-01-15", "2025-12-01")],
)
def test_a_month_is_due_on_the_second_day_of_the_next(day, last):
    assert FIRST_DAY == 2
    assert last_month_due(datetime.date.fromisoformat(day)) == datetime.date.fromisoformat(last)


def test_missing_months_are_made_oldest_first_and_once(ocmw, case_worker):
    month = last_month()
    looks(case_worker, months_later(month, -2))
    with factories.owner():
        assert months_due() == [months_later(month, -2), months_later(month, -1), month]
        assert make_missing() == 3
        assert (months_due(), make_missing()) == ([], 0)
    with factories.owner():
        assert [report.version for report in CarefulReport.objects.all()] == [1, 1, 1]


def test_an_empty_log_has_no_month(db):
    with factories.owner():
        assert make_missing() == 0


def test_a_run_that_is_killed_between_months_goes_on_there(ocmw, case_worker):
    month = last_month()
    looks(case_worker, months_later(month, -2))
    count = services.count

    def killed(of: datetime.date):
        if of == months_later(month, -1):
            raise KeyboardInterrupt
        return count(of)

    with factories.owner():
        with mock.patch.object(services, "count", killed), pytest.raises(KeyboardInterrupt):
            make_missing()
        assert months_due() == [months_later(month, -1), month]
        assert make_missing() == 2
        assert set(CarefulReport.objects.values_list("month", "version")) == {
            (months_later(month, -back), 1) for back in range(3)
        }


def test_a_month_that_fails_leaves_nothing(ocmw, other_ocmw, case_worker):
    looks(case_worker, last_month())
    with factories.owner():
        with mock.patch.object(services, "compare", side_effect=KeyError), pytest.raises(KeyError):
            make(last_month())
        assert not CarefulReport.objects.exists()


def test_made_again_a_report_has_a_next_version_and_the_first_stays(ocmw, case_worker):
    month = last_month()
    looks(case_worker, month)
    first = made(month)[ocmw.pk]
    looks(case_worker, month, 2)
    with factories.owner():
        assert make(month) == 0
    second = made(month, again=True)[ocmw.pk]
    with factories.owner():
        first.refresh_from_db()
    assert [(each.version, each.figures["consultation"]) for each in (first, second)] == [(1, 1), (2, 3)]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {} SET version = 9",
        "UPDATE {} SET version = 9, announced_at = now()",
        "DELETE FROM {}",
        "TRUNCATE {}",
    ],
)
def test_a_report_never_changes(statement, ocmw, case_worker):
    looks(case_worker, last_month())
    made(last_month())
    with factories.owner(), connection.cursor() as cursor, pytest.raises(DatabaseError), transaction.atomic():
        cursor.execute(statement.format("statistics_carefulreport"))


def test_a_month_that_cannot_be_counted_is_refused(ocmw, case_worker):
    month = last_month()
    looks(case_worker, month)
    with factories.owner():
        for wrong in (months_later(month, 1), months_later(month, -1)):
            with pytest.raises(NotMade):
                make(wrong)


def test_the_job_waits_for_a_rebuild_and_says_how_many_it_made(ocmw, case_worker):
    looks(case_worker, last_month())
    [job] = [job for lane in jobs.lanes().values() for job in lane.jobs if job.name == "careful_reports"]
    with factories.owner(), connection.cursor() as cursor:
        cursor.execute("UPDATE statistics_watermark SET server = 'another'")
        with pytest.raises(NotNow):
            job.run()
        cursor.execute("UPDATE statistics_watermark SET server = system_identifier FROM pg_control_system()")
        assert job.run() == "1 monthly reports made"
        assert job.run() == "0 monthly reports made"


def run(*words: str) -> str:
    out = io.StringIO()
    with factories.owner():
        call_command("careful_reports", *words, stdout=out)
    return out.getvalue()


def test_the_command_makes_what_is_missing_or_one_month_again(ocmw, case_worker):
    month = f"{last_month():%Y-%m}"
    looks(case_worker, last_month())
    assert run() == "1 monthly reports made.\n"
    assert run("--month", month) == "0 monthly reports made.\n"
    assert run("--month", month, "--again") == "1 monthly reports made.\n"
    with pytest.raises(CommandError, match="--again needs --month"):
        run("--again")
    with pytest.raises(CommandError, match="is not over"):
        run("--month", "2999-01")
    with pytest.raises(CommandError, match="2026-13 is no month"):
        run("--month", "2026-13")


# -- who reads them


def read(**bound: object) -> list[int]:
    rows = factories.fetch("SELECT institution_id FROM statistics_carefulreport ORDER BY 1", **bound)
    return [institution for (institution,) in rows]


def test_the_web_role_reads_what_the_binding_allows(ocmw, other_ocmw, case_worker):
    looks(case_worker, last_month())
    looks(factories.member(other_ocmw), last_month())
    made(last_month())
    both = sorted([ocmw.pk, other_ocmw.pk])
    assert read() == []
    assert read(scope="agency") == both
    for role in (Role.LOCAL_ADMINISTRATOR, Role.PRIVACY_OFFICER):
        assert read(institution=ocmw.pk, role=role) == [ocmw.pk]
    assert read(institution=ocmw.pk, role=Role.CASE_WORKER) == []
    with connection.cursor() as cursor:
        for statement in (
            "INSERT INTO statistics_carefulreport (month) VALUES (now())",
            "SELECT * FROM statistics_never_looked('{1}', '{1}', now())",
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                cursor.execute(statement)


# -- words


@pytest.mark.parametrize("code", REPORT)
def test_the_docs_say_what_the_screen_says(code):
    figure = REPORT[code]
    assert f"**{figure.name}**" in DOCS
    assert str(figure.definition) in on_one_line(DOCS)
    assert not figure.base or figure.base in REPORT


# -- the mail


@pytest.fixture
def mailing(settings):
    """The portal has a mail server, and mail leaves at once."""
    settings.KBI_SENDS_MAIL = True
    settings.DEFAULT_FROM_EMAIL = "portaal@agentschap.example"
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}


def test_readers_get_one_mail_without_a_number(
    mailing, ocmw, other_ocmw, case_worker, privacy_officer, local_administrator, mailoutbox
):
    month = last_month()
    looks(case_worker, months_later(month, -1), 7)
    looks(case_worker, month, 7)
    looks(factories.member(other_ocmw), month)
    with factories.owner():
        make_missing()
        make(month, again=True)
    [mail] = mailoutbox
    assert mail.to == sorted([privacy_officer.user.email, local_administrator.user.email])
    assert mail.subject == "KBI-portaal: maandverslag van OCMW Proefstad"
    assert f"/ocmw-proefstad/cijfers/zorgvuldig/?month={month:%Y-%m}" in mail.body
    assert "staat klaar" in mail.body
    assert "is ready" in mail.body
    words = " ".join(line for line in mail.body.splitlines() if "://" not in line)
    assert set(re.findall(r"\d+", words)) == {f"{month:%Y}"}


def test_without_a_mail_server_no_task_is_made(ocmw, case_worker, privacy_officer, mailoutbox, settings):
    settings.KBI_SENDS_MAIL = False
    looks(case_worker, last_month())
    with factories.owner():
        assert make_missing() == 1
        assert not DBTaskResult.objects.exists()
    assert mailoutbox == []


def test_a_task_that_runs_twice_sends_once(mailing, ocmw, case_worker, privacy_officer, mailoutbox):
    looks(case_worker, last_month())
    made(last_month())
    made(last_month(), again=True)
    month = last_month().isoformat()
    announce.func(ocmw.pk, month)
    announce.func(ocmw.pk, month, 2)
    assert len(mailoutbox) == 1
    [(sent,)] = factories.fetch(
        "SELECT announced_at FROM statistics_carefulreport WHERE version = 1", scope="agency"
    )
    assert sent


def test_a_mail_that_is_not_taken_is_not_noted_as_sent(ocmw, case_worker, privacy_officer, mailoutbox):
    looks(case_worker, last_month())
    made(last_month())
    month = last_month().isoformat()
    with mock.patch.object(EmailMessage, "send", side_effect=OSError), pytest.raises(TaskFailed):
        announce.func(ocmw.pk, month)
    announce.func(ocmw.pk, month, 2)
    assert len(mailoutbox) == 1


def test_a_mail_that_the_server_does_not_take_is_tried_again(
    ocmw, case_worker, privacy_officer, settings, monkeypatch
):
    looks(case_worker, last_month())
    made(last_month())
    month = last_month().isoformat()
    settings.KBI_SENDS_MAIL = True

    def refuse(*_: object) -> None:
        raise OSError

    monkeypatch.setattr(EmailMessage, "send", refuse)
    with pytest.raises(TaskFailed):
        announce.func(ocmw.pk, month)
    [again] = DBTaskResult.objects.all()
    assert again.args_kwargs["args"] == [ocmw.pk, month, 2]
    assert again.run_after > timezone.now()
    with pytest.raises(TaskFailed):
        announce.func(ocmw.pk, month, MOST_TRIES)
    assert DBTaskResult.objects.count() == 1


@pytest.mark.process
def test_two_runs_at_once_make_each_report_once(scratch):
    month = last_month()
    scratch.execute(
        "WITH g AS (INSERT INTO auth_group (name) VALUES ('proef') RETURNING id) INSERT INTO partners_institution"
        " (name, slug, kind, kbo_number, nis_code, sender_uri, group_id, active)"
        " SELECT 'OCMW Proefstad', 'ocmw-proefstad', 'ocmw', '', '', '', id, true FROM g"
    )
    scratch.execute(f"SELECT consultations_ensure_partitions('{month}', '{month}')")
    scratch.execute(
        "INSERT INTO consultations_consultation (id, at, kind, channel, outcome, institution_id)"
        f" SELECT gen_random_uuid(), '{month}'::date + interval '9 days', 'file', 'portal', 'shown', id"
        " FROM partners_institution"
    )
    runs = [scratch.start("careful_reports") for _ in range(2)]
    assert [run.communicate()[1] for run in runs] == ["", ""]
    assert [run.returncode for run in runs] == [0, 0]
    assert scratch.rows("SELECT version, (figures->>'consultation')::int FROM statistics_carefulreport") == [
        (1, 1)
    ]
