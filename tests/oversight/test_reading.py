"""How many rows of the log a page of the desk reads: those it shows, and never the whole log."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.http import QueryDict

from oversight import services
from oversight.filters import LookFilterSet
from oversight.tables import LookTable
from partners.models import Institution
from partners.services import bind
from tests.consultations.sealing import working_on

from .. import factories
from ..factories import insz, member

pytestmark = pytest.mark.django_db

ROWS, DAYS = 12_000, 6
READ = """
SELECT coalesce(sum(seq_tup_read), 0), coalesce(sum(idx_tup_fetch), 0) FROM pg_stat_xact_user_tables
WHERE relname LIKE 'consultations_consultation%'
"""


@pytest.fixture
def long_log(ocmw):
    write_log(ocmw)


def write_log(institution: Institution) -> None:
    """Some days of looks. Each row shows one of a thousand numbers; one in a hundred is a refusal.

    They are in the table of one month, because PostgreSQL may read the few rows of another one whole. A new database
    has a table from this month on.
    """
    with factories.owner(), connection.cursor() as cursor:
        cursor.execute("SELECT consultations_ensure_partitions(app_today() - 31, app_today())")
        cursor.execute(
            """WITH newest AS (
                 SELECT CASE WHEN extract(day FROM now()) > %s + 1 THEN now()
                   ELSE date_trunc('month', now()) - interval '1 day' END AS at
               )
               INSERT INTO consultations_consultation (id, at, kind, channel, outcome, rule, institution_id, shown)
               SELECT gen_random_uuid(), at - n * %s * interval '1 day' / %s - interval '1 minute', 'list', 'portal',
                 CASE WHEN n %% 100 = 1 THEN 'refused' ELSE 'empty' END,
                 CASE WHEN n %% 100 = 1 THEN 'role' ELSE '' END, %s, ARRAY[lpad((n %% 1000)::text, 11, '0')]
               FROM newest, generate_series(1, %s) AS n""",
            [DAYS, DAYS, ROWS, institution.pk, ROWS],
        )


@pytest.fixture
def reader(privacy_officer):
    bind(
        institution_id=privacy_officer.institution_id,
        user_id=privacy_officer.user_id,
        role=privacy_officer.role,
    )
    yield privacy_officer
    bind()


def rows_read(work) -> int:
    """How many rows of the log `work` reads; none of them without an index."""
    with connection.cursor() as cursor:
        cursor.execute(READ)
        [(all_before, found_before)] = cursor.fetchall()
        work()
        cursor.execute(READ)
        [(all_after, found_after)] = cursor.fetchall()
    assert all_after == all_before
    return found_after - found_before


def desk(reader, **filters) -> LookTable:
    query = QueryDict(mutable=True)
    query.update(filters)
    filterset = LookFilterSet(query, institutions=[reader.institution], users=services.colleagues_of)
    services.count(filterset.qs)
    table = LookTable(filterset.qs, institution=reader.institution)
    services.show_desk(table, acting=reader, after="")
    return table


@pytest.mark.parametrize("filters", [{}, {"outcome": "refused"}])
def test_a_page_reads_what_it_shows_and_counts(long_log, reader, monkeypatch, filters):
    monkeypatch.setattr(services, "MOST_SORTED", 100)
    monkeypatch.setattr(services, "MOST_COUNTED", 100)
    # A test database has no statistics, and PostgreSQL would sort what it takes for a few rows.
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off")
    tables: list[LookTable] = []
    assert rows_read(lambda: tables.append(desk(reader, **filters))) < ROWS / 30
    assert len(tables[0].page.rows) == services.PAGE_SIZE
    assert rows_read(lambda: services.desk_figures(reader.institution)) < ROWS / 30


OTHER_INDEXES = """
SELECT indexname FROM pg_indexes WHERE tablename = 'consultations_consultation'
  AND indexdef !~ '\\((insz|numbers|shown)' AND indexdef !~ 'UNIQUE'
"""


def test_who_looked_at_one_person_is_read_by_an_index(scratch):
    """Without the indexes of other pages: a test database has no statistics, and the plan would be chance."""

    def look_up(number: str) -> int:
        return int(services.show_person(number, officer.institution, how="", acting=officer).looks.number)

    with working_on(scratch), transaction.atomic():
        house = factories.institution()
        officer = member(house, "privacy_officer")
        write_log(house)
    with scratch.cursor("superuser") as cursor:
        cursor.execute(OTHER_INDEXES)
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP INDEX {name}")
    found: list[int] = []
    with working_on(scratch, "web"), transaction.atomic():
        bind(institution_id=house.pk, user_id=officer.user_id, role=officer.role)
        assert rows_read(lambda: found.append(look_up("7".rjust(11, "0")))) <= 2 * ROWS // 1000
        assert rows_read(lambda: found.append(look_up(insz()))) <= 2 * ROWS // 1000
    assert found == [ROWS // 1000, 0]


def test_another_institutions_log_is_not_read(long_log, other_ocmw):
    theirs = member(other_ocmw, "privacy_officer")
    bind(institution_id=other_ocmw.pk, user_id=theirs.user_id, role=theirs.role)
    assert rows_read(lambda: desk(theirs)) == 0
    bind()
