"""Access from before its steps were recorded: it stays in force, and gets an end twelve months ahead at most."""

from __future__ import annotations

import pytest

from ..scratch import upgraded

pytestmark = [pytest.mark.django_db, pytest.mark.process]

FORMER = """
INSERT INTO auth_group (id, name) VALUES (901, 'g');
INSERT INTO partners_institution (id, name, kind, slug, kbo_number, nis_code, sender_uri, group_id, active)
  VALUES (901, 'CVO Proefstad', 'cvo', 'cvo-proefstad', '', '', '', 901, true);
INSERT INTO partners_user (id, password, is_superuser, email, first_name, last_name, is_staff, is_active, date_joined)
  SELECT n, '', false, n || '@cvo.example', 'An', n::text, false, true, now() FROM generate_series(901, 905) n;
INSERT INTO partners_membership (id, user_id, institution_id, role, valid_from, valid_until, list_filters)
SELECT id, id, 901, 'case_worker', current_date + first, current_date + last, '{"show": "all"}'
FROM (VALUES (901, -400, NULL), (902, -400, 2000), (903, -400, -10), (904, -400, 30), (905, 500, NULL))
  AS m(id, first, last);
"""


@pytest.fixture(scope="module")
def migrated():
    before = {"partners": "0008", "persons": "0009", "consultations": "0002"}
    with upgraded("access", before, FORMER) as database:
        yield database


def test_access_of_before_counts_as_confirmed_and_gets_an_end(migrated):
    rows = migrated.rows(
        "SELECT m.id, m.status, m.confirmed_at IS NOT NULL, m.confirmed_by_id, CASE"
        " WHEN m.valid_until = partners_longest_access() THEN 'a year from now'"
        " WHEN m.valid_until = (m.valid_from + interval '12 months')::date THEN 'a year from its first day'"
        " ELSE (m.valid_until - current_date)::text END, e.what, e.user_name, e.valid_until = m.valid_until,"
        " partners_has_role(m.user_id, 901, 'case_worker', app_today())"
        " FROM partners_membership m JOIN partners_membershipevent e ON e.membership_id = m.id ORDER BY m.id"
    )
    assert rows == [
        (901, "confirmed", True, None, "a year from now", "changed", "", True, True),
        (902, "confirmed", True, None, "a year from now", "changed", "", True, True),
        (903, "confirmed", True, None, "-10", "confirmed", "", True, False),
        (904, "confirmed", True, None, "30", "confirmed", "", True, True),
        (905, "confirmed", True, None, "a year from its first day", "changed", "", True, False),
    ]
