"""Work that a child of the bench does for it (see `house.Child`).

The bench imports this module without Django; only the child sets it up. So each function imports what it needs.
"""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


def timed(work: Callable[[], Any], times: int) -> list[float]:
    """Milliseconds of each of `times` runs, after one that is not counted."""
    work()
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        taken.append((time.perf_counter() - begun) * 1000)
    return taken


# As the owner


def institutions(names: list[str], first_place: int = 0) -> list[int]:
    """Admit institutions that may register clients, each with a case worker; returns their primary keys.

    `first_place` is the number of the first one: each number has one KBO number and one address.
    """
    from partners.enums import InstitutionKind
    from partners.models import User
    from partners.rights import grant_on_server
    from partners.services import admit

    made = []
    for place, name in enumerate(names, first_place):
        first = 9_980_000 + place
        institution = admit(
            name=name, kind=InstitutionKind.OCMW, kbo_number=f"{first:08d}{97 - first % 97:02d}"
        )
        user = User.objects.create(
            email=f"bench{place}@partner.example", first_name="An", last_name="Peeters"
        )
        grant_on_server(user=user, institution=institution, first=datetime.date(2015, 1, 1))
        made.append(institution.pk)
    return made


def privacy_officer(institution: int) -> None:
    """Give an institution a privacy officer."""
    from partners.enums import Role
    from partners.models import Institution, User
    from partners.rights import grant_on_server

    grant_on_server(
        user=User.objects.create(email="privacy@partner.example", first_name="Nele", last_name="De Vos"),
        institution=Institution.objects.get(pk=institution),
        role=Role.PRIVACY_OFFICER,
    )


def expect() -> None:
    """Expect a number of consultations of every institution, in every month."""
    from partners.enums import InstitutionKind
    from partners.models import User
    from statistics.models import Expectation

    Expectation.objects.create(
        kind=InstitutionKind.OCMW,
        first_month=datetime.date(2015, 1, 1),
        number=1000,
        source="bench",
        added_by=User.objects.order_by("pk")[0],
    )


def slug(institution: int) -> str:
    """The part of an institution in its addresses."""
    from partners.models import Institution

    return Institution.objects.get(pk=institution).slug


def publish() -> None:
    """Let the agency publish its figures, and publish those of the months that are over."""
    from partners.models import User
    from statistics.models import PublishingSwitch
    from statistics.published.services import publish_missing

    PublishingSwitch.objects.create(is_on=True, by=User.objects.order_by("pk")[0])
    assert publish_missing()


def sessions(institution: int, number: int) -> list[str]:
    """Sign in `number` times as the case worker of an institution; returns the session keys."""
    from partners.models import Membership

    user = Membership.objects.get(institution=institution).user
    return [_session(user) for _ in range(number)]


def readers(institution: int) -> dict[str, str]:
    """Sign in a new administrator of the agency and the privacy officer of an institution.

    Returns the session keys by "agency" and "officer".
    """
    from django.contrib.auth.models import Group

    from partners.groups import ADMINISTRATORS, sync_groups
    from partners.models import Membership, User

    sync_groups()
    administrator = User.objects.create(
        email="agency@partner.example", first_name="Tom", last_name="Jacobs", is_staff=True
    )
    administrator.groups.add(Group.objects.get(name=ADMINISTRATORS))
    officer = Membership.objects.get(institution=institution, role="privacy_officer").user
    return {"agency": _session(administrator), "officer": _session(officer)}


def _session(user: Any) -> str:
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)


def register_clients(
    path: str, persons: int, seed: int, place: int, size: int, institution: int
) -> dict[str, Any]:
    """Draw a client list and bring it in as `import_clients` does."""
    from partners.models import Institution
    from persons.services.registering import import_clients

    _write_list(path, persons, seed, place, size)
    begun = time.perf_counter()
    report = import_clients(
        path=Path(path),
        institution=Institution.objects.get(pk=institution),
        allow_test=True,
        on_wrong=lambda wrong: None,
    )
    return {
        "seconds": time.perf_counter() - begun,
        "registered": report.registered,
        "wrong": report.wrong,
    }


def _write_list(path: str, persons: int, seed: int, place: int, size: int) -> None:
    from demo.generator.clients import client_list, write_csv
    from partners.enums import Capacity
    from partners.periods import today

    # Every one of these gives attendance.
    capacities = [Capacity.LEEFLOON, Capacity.EQUIVALENT_LEEFLOON, Capacity.ANDERE_HULP]
    write_csv(Path(path), client_list(persons, seed, place, size, [str(c) for c in capacities], today()))


# As the web role


def _acting(institution: int) -> Any:
    from partners.models import Membership

    return Membership.objects.select_related("institution__group", "user").get(institution=institution)


@contextmanager
def _request(acting: Any) -> Iterator[None]:
    """A transaction bound as that of a request is."""
    from django.db import transaction

    from partners.services import bind

    with transaction.atomic():
        bind(institution_id=acting.institution_id, user_id=acting.user_id, role=acting.role)
        yield


def upload_list(
    path: str, persons: int, seed: int, place: int, size: int, institution: int
) -> tuple[float, str]:
    """Draw a client list and upload it as the page does; returns the seconds of the request, and the upload's id."""
    from caseload.services import uploads

    _write_list(path, persons, seed, place, size)
    acting = _acting(institution)
    with Path(path).open("rb") as file:
        begun = time.perf_counter()
        with _request(acting):
            upload = uploads.take_in(file, "upload.csv", acting=acting, is_complete=False)
        return time.perf_counter() - begun, str(upload.public_id)


def start_upload(institution: int, upload: str) -> None:
    """Start the ticked rows of an uploaded list."""
    from caseload.models import Upload
    from caseload.services import uploads

    acting = _acting(institution)
    with _request(acting):
        uploads.start(Upload.objects.get(public_id=upload), acting)


def lines(institution: int) -> int:
    """How many lines the client list of an institution has today."""
    from persons.models import ClientListEntry

    acting = _acting(institution)
    with _request(acting):
        return ClientListEntry.objects.visible_to(acting).count()


def files_of(institution: int, number: int) -> list[str]:
    """Return the addresses of `number` files that can be opened, spread over the list."""
    from django.urls import reverse

    from persons.models import ClientListEntry

    acting = _acting(institution)
    with _request(acting):
        ids = list(ClientListEntry.objects.visible_to(acting).values_list("public_id", flat=True))
    step = max(1, len(ids) // number)
    slug = acting.institution.slug
    return [reverse("person_file", args=[slug, public_id]) for public_id in ids[::step][:number]]


def list_page(institution: int, depth: float, times: int) -> list[float]:
    """A page of the client list with counts and log row, the first or (`depth` from 0 to 1) one further on."""
    from caseload.filters import ClientFilterSet
    from caseload.paging import KeysetPaginator
    from caseload.services.lists import PAGE_SIZE, counts, show_page
    from caseload.tables import ClientTable
    from persons.models import ClientListEntry

    acting = _acting(institution)
    after = ""
    if depth:
        with _request(acting):
            visible = ClientListEntry.objects.visible_to(acting)
            context = (acting.institution_id, acting.user_id)
            table = ClientTable(visible)
            paginator = KeysetPaginator(table.rows, PAGE_SIZE, context=context, ranges=table.ranges)
            lines = table.first_lines(visible.count())
            after = paginator.cursor(lines[int(len(lines) * depth)])

    def work() -> None:
        with _request(acting):
            filterset = ClientFilterSet(
                {"show": "all"},
                queryset=ClientListEntry.objects.visible_to(acting),
                acting=acting,
            )
            has_outdated = counts(filterset.before_tabs).has_outdated
            page = show_page(ClientTable(filterset.qs), acting=acting, after=after, has_outdated=has_outdated)
        assert page.entries

    return timed(work, times)


def name_search(institution: int, prefix: str, times: int) -> list[float]:
    """A search by the beginning of a name, with its log row."""
    from caseload.services.lists import SearchTerm, show_page
    from caseload.tables import ClientTable
    from consultations.enums import Kind
    from persons.models import ClientListEntry

    acting = _acting(institution)

    def work() -> None:
        with _request(acting):
            term = SearchTerm.parse(prefix)
            matches = term.matches(ClientListEntry.objects.visible_to(acting))
            table = ClientTable(matches, usual="client")
            assert show_page(table, acting=acting, kind=Kind.SEARCH, search=term).entries

    return timed(work, times)


def guardian_page(institution: int, depth: float, prefix: str, times: int) -> list[float]:
    """The same persons the way guardian gives them: `get_objects_for_group`, ordered and sliced."""
    from guardian.shortcuts import get_objects_for_group

    from persons.models import Person
    from persons.querysets import VIEW_PERSON
    from persons.sorting import prefix_range

    acting = _acting(institution)

    def persons() -> Any:
        found = get_objects_for_group(
            acting.institution.group, VIEW_PERSON, Person, accept_global_perms=False
        )
        if prefix:
            low, high = prefix_range(prefix)
            found = found.filter(sort_key__gte=low, sort_key__lt=high)
        return found.order_by("sort_key", "pk")

    with _request(acting):
        start = int(persons().count() * depth) if depth else 0

    def work() -> None:
        with _request(acting):
            assert list(persons()[start : start + 50])

    return timed(work, times)


def log_page(institution: int, what: str, number: str, times: int) -> list[float]:
    """A page of the privacy officer's desk with its log row: `what` is "desk", "person" or "colleague".

    `number` is the INSZ of the person. The desk has the figures, the proof and the signals above the list.
    """
    from django.http import QueryDict

    from consultations.seals.proven import proven
    from oversight import services
    from oversight.escapes.services import waiting
    from oversight.filters import LookFilterSet
    from oversight.shields.services import open_reports
    from oversight.signals import refused_elsewhere, signals_of
    from oversight.tables import LookTable
    from partners.models import Membership

    acting = Membership.objects.select_related("institution", "user").get(
        institution=institution, role="privacy_officer"
    )
    colleague = Membership.objects.get(institution=institution, role="case_worker").user_id
    query = QueryDict(f"user={colleague}" if what == "colleague" else "")

    def work() -> None:
        with _request(acting):
            if what == "person":
                assert services.show_person(number, acting.institution, how="", acting=acting).rows
                return
            filterset = LookFilterSet(
                query, institutions=services.institutions_of(acting), users=services.colleagues_of
            )
            looks = filterset.qs
            services.count(looks)
            services.most_looked_at(looks)
            table = LookTable(looks, institution=acting.institution)
            services.show_desk(table, acting=acting, after="")
            services.desk_figures(acting.institution)
            proven()
            signals_of(filterset.institutions)
            refused_elsewhere(acting.institution, *filterset.period)
            waiting(acting)
            open_reports().count()
            assert table.page.rows

    return timed(work, times)


def year_page(year: int, times: int) -> list[float]:
    """The year of all institutions as the agency's page asks for it."""
    from statistics.figures import CONSULTATION
    from statistics.services.counting import for_the_agency
    from statistics.services.years import EVERY, year_of

    def work() -> None:
        with for_the_agency():
            assert year_of(CONSULTATION, year, show=EVERY).all.total

    return timed(work, times)


def make_reports() -> float:
    """Milliseconds to make the monthly reports of the last month, as the owner."""
    from partners.periods import today
    from statistics.careful.services import last_month_due, make

    begun = time.perf_counter()
    assert make(last_month_due(today()), again=True)
    return (time.perf_counter() - begun) * 1000


def give_answer(session: str, first: datetime.date, last: datetime.date) -> str:
    """Make an answer about these months in the admin; returns its address."""
    form = {
        "title": "bench",
        "first_month": f"{first:%Y-%m}",
        "last_month": f"{last:%Y-%m}",
        "calendar": "flemish_government",
    }
    response = _client(session).post("/beheer/statistics/answer/add/", form)
    assert response.status_code == 302, response.content
    return response["Location"]


def page(address: str, session: str, times: int) -> list[float]:
    """Milliseconds of a page with numbers, from the request to the last byte, without a socket."""
    import re

    client = _client(session)

    def work() -> None:
        response = client.get(address)
        assert response.status_code == 200, (address, response.status_code)

    assert len(re.findall(rb"[>:]\s*[1-9][0-9.]*\s*[<,]", client.get(address).content)) >= 5, address

    return timed(work, times)


def _client(session: str) -> Any:
    from django.conf import settings
    from django.test import Client

    settings.ALLOWED_HOSTS = ["*"]
    client = Client()
    client.cookies["sessionid"] = session
    return client


def group_by(year: int) -> float:
    """Milliseconds to count the same numbers from the log itself, as the owner, who reads all of it."""
    from django.db import connection

    with connection.cursor() as cursor:
        begun = time.perf_counter()
        cursor.execute(
            "SELECT institution_id, date_trunc('month', at AT TIME ZONE 'Europe/Brussels')::date, count(*)"
            " FROM consultations_consultation"
            " WHERE at >= make_timestamptz(%s, 1, 1, 0, 0, 0, 'Europe/Brussels')"
            "   AND at < make_timestamptz(%s, 1, 1, 0, 0, 0, 'Europe/Brussels')"
            "   AND kind = 'file' AND outcome = 'shown' AND channel = 'portal' GROUP BY 1, 2",
            [year, year + 1],
        )
        assert cursor.fetchall()
        return (time.perf_counter() - begun) * 1000


def log_looks(institution: int, seconds: int) -> int:
    """Write rows of the log as pages do, one for each request, for some seconds; returns how many."""
    from consultations.enums import Kind, Outcome
    from consultations.services import record

    acting = _acting(institution)
    shown = [f"616101{number:05d}" for number in range(20)]
    number = 0
    over = time.perf_counter() + seconds
    while time.perf_counter() < over:
        with _request(acting):
            record(kind=Kind.LIST, outcome=Outcome.SHOWN, acting=acting, shown=shown)
        number += 1
    return number


def seal(most: int | None = None) -> tuple[int, float]:
    """Seal the log, in ranges of `most` rows if given; returns the number of seals and the seconds."""
    from consultations.seals import sealing

    usual = sealing.MOST
    begun = time.perf_counter()
    try:
        sealing.MOST = most or usual
        seals = sealing.seal_log()
    finally:
        sealing.MOST = usual
    return len(seals), time.perf_counter() - begun


def verify(rows: int) -> float:
    """Seconds to verify the log, which has this many sealed rows."""
    from consultations.seals.verifying import verify_log

    begun = time.perf_counter()
    verdict = verify_log()
    assert verdict.is_proven, verdict.findings
    assert verdict.rows == rows
    return time.perf_counter() - begun


def copy_log() -> float:
    """Seconds to read the log by COPY and throw it away."""
    from django.db import connection

    class Nowhere:
        def write(self, line: bytes) -> None: ...

    begun = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.copy_expert("COPY (SELECT * FROM consultations_consultation) TO STDOUT", Nowhere())
    return time.perf_counter() - begun


# The kind of a function, by a part of its file's path; the first match counts.
KINDS_OF_CODE = {
    "database and driver": ("psycopg2", "django/db/backends"),
    "ORM": ("django/db", "querysets.py", "models.py"),
    "guardian": ("guardian/",),
    "templates": ("django/template", "templatetags", "django/utils/html", "django/utils/safestring"),
    "translation": ("django/utils/translation", "gettext.py", "asgiref/local"),
    "page from blocks": ("persons/presentation", "persons/magda", "persons/attendance", "lxml"),
    "door and log": ("persons/services",),
}


def where_time_goes(paths: list[str], session: str) -> list[list[Any]]:
    """Shares of the time of these requests, in percent, by kind of code; profiled, so rough."""
    import cProfile
    import pstats

    client = _client(session)
    for path in paths[:20]:
        assert client.get(path).status_code == 200
    profiler = cProfile.Profile()
    profiler.enable()
    for path in paths:
        client.get(path)
    profiler.disable()
    shares: dict[str, float] = {}

    def kind_of(file: str, name: str) -> str | None:
        if file == "~":
            return "database and driver" if "psycopg2" in name else None
        return next(
            (kind for kind, parts in KINDS_OF_CODE.items() if any(part in file for part in parts)), "other"
        )

    stats: dict[Any, Any] = pstats.Stats(profiler).stats  # type: ignore[attr-defined]
    for (file, _, name), (_, _, own, _, callers) in stats.items():
        kind = kind_of(file, name)
        if kind is not None:
            shares[kind] = shares.get(kind, 0) + own
            continue
        # Functions written in C count for their callers.
        for (caller, _, caller_name), (_, _, part, _) in callers.items():
            kind = kind_of(caller, caller_name) or "other"
            shares[kind] = shares.get(kind, 0) + part
    whole = sum(shares.values())
    return sorted(
        ([kind, round(100 * own / whole)] for kind, own in shares.items()), key=lambda each: -each[1]
    )
