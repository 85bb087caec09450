"""Mandates and inscriptions from before versions: nothing opens that was closed, nothing closes that was open."""

from __future__ import annotations

import pytest

from ..scratch import upgraded

pytestmark = [pytest.mark.django_db, pytest.mark.process]

# Three mandates of one address, one after the other; 904 is of another address and ended; 905 is of the kind.
FORMER = """
INSERT INTO auth_group (id, name) VALUES (901, 'g');
INSERT INTO partners_institution (id, name, kind, slug, kbo_number, nis_code, sender_uri, group_id, active)
  VALUES (901, 'CVO Proefstad', 'cvo', 'cvo-proefstad', '', '', '', 901, true);
INSERT INTO partners_mandate (id, institution_kind, institution_id, capacity, legal_reference, legal_title, legal_url,
  blocks, max_months, valid_from, valid_until, is_example)
SELECT id, '', 901, capacity, 'nr. ' || id, 'Proef', '', blocks, months, current_date + first,
  current_date + last, false
FROM (VALUES
  (901, 'cursist', '{Personalia,VormingsActiviteiten}'::text[], 12, -400, -201),
  (902, 'cursist', '{Personalia}'::text[], 24, -200, 50),
  (903, 'cursist', '{Personalia,VormingsActiviteiten}'::text[], 36, 51, NULL),
  (904, 'inburgeraar', '{Personalia}'::text[], 12, -400, -10)) AS m(id, capacity, blocks, months, first, last);
INSERT INTO persons_person (id, insz, unique_number, last_name, first_name, sort_key, birth_date, gender, version,
  as_of, reference, digest, refreshed_at)
SELECT id, '9161010017' || id - 900, '', 'Abdulahi', 'Hodan', '', '', '', '02.00', now(), '', '', now()
FROM generate_series(901, 906) id;
INSERT INTO persons_standing (person_id, verdict, parts, target_code, target_type)
SELECT id, 'kept', '[]', 'JA', 'PLICHT' FROM generate_series(901, 906) id;
INSERT INTO persons_inscription (id, public_id, institution_id, insz, person_id, mandate_id, valid_from, valid_until,
  reason, proof, registered_at)
SELECT id, gen_random_uuid(), 901, '9161010017' || person - 900, person, mandate, current_date + first,
  current_date + last, 'proef', '', now()
FROM (VALUES
  (901, 901, 901, -300, 100),  -- closed with its mandate
  (902, 901, 902, -150, 300),  -- the same client, open under the next one
  (903, 902, 902, -150, 20),   -- open
  (904, 903, 903, 10, 90),     -- opens with its mandate only
  (905, 904, 904, -100, 100),  -- closed; its mandate has no successor
  (906, 905, 901, -100, 100),  -- never open: begins after its mandate ended
  (907, 905, 901, 110, 120),   -- likewise, of the same client
  (908, 905, 902, -90, 300)    -- open, and shares days with the two above
) AS i(id, person, mandate, first, last);
INSERT INTO persons_clientlistentry (inscription_id, institution_id, mandate_id, person_id, public_id, valid_from,
  valid_until, sort_key, insz, last_name, first_name, birth_date, verdict, parts, target_code, target_type, as_of)
SELECT i.id, i.institution_id, i.mandate_id, i.person_id, i.public_id, i.valid_from, i.valid_until, U&'\\FFFF', i.insz,
  'Abdulahi', 'Hodan', '', CASE WHEN 'VormingsActiviteiten' = ANY (m.blocks) THEN 'kept' END,
  CASE WHEN 'VormingsActiviteiten' = ANY (m.blocks) THEN '[]'::jsonb END, '', '',
  (now() AT TIME ZONE 'Europe/Brussels')::date
FROM persons_inscription i JOIN partners_mandate m ON m.id = i.mandate_id;
"""


@pytest.fixture(scope="module")
def migrated():
    before = {"partners": "0005", "persons": "0005", "consultations": "0002"}
    with upgraded("versions", before, FORMER) as database:
        yield database


def test_rows_of_one_address_become_versions_of_one_mandate(migrated):
    mandates = "SELECT id, institution_kind, capacity FROM partners_mandate WHERE institution_id IS NOT NULL"
    assert migrated.rows(f"{mandates} ORDER BY id") == [(901, "", "cursist"), (904, "", "inburgeraar")]
    versions = migrated.rows(
        "SELECT id, mandate_id, status, legal_reference, max_months, may_register, confirmed_by_id,"
        " confirmed_at IS NULL FROM partners_mandateversion WHERE id > 900 ORDER BY id"
    )
    assert versions == [
        (901, 901, "confirmed", "nr. 901", 12, "case_worker", None, False),
        (902, 901, "confirmed", "nr. 902", 24, "case_worker", None, False),
        (903, 901, "confirmed", "nr. 903", 36, "case_worker", None, False),
        (904, 904, "confirmed", "nr. 904", 12, "case_worker", None, False),
    ]
    # The examples, and the number of the next version.
    assert migrated.rows("SELECT count(*) FROM partners_mandateversion WHERE is_example") == [(16,)]
    [[number]] = migrated.rows("SELECT nextval(pg_get_serial_sequence('partners_mandateversion', 'id'))")
    assert number > 904
    assert migrated.rows(
        "SELECT DISTINCT action, user_name FROM partners_mandateevent WHERE version_id > 900"
    ) == [("confirmed", "")]


def test_inscriptions_stay_within_the_days_of_their_own_mandate(migrated):
    rows = migrated.rows(
        "SELECT id, mandate_id, valid_from - current_date, valid_until - current_date FROM persons_inscription"
        " WHERE id NOT IN (906, 907) ORDER BY id"
    )
    assert rows == [
        (901, 901, -300, -201),
        (902, 901, -150, 50),
        (903, 901, -150, 20),
        (904, 901, 51, 90),
        (905, 904, -100, 100),
        (908, 901, -90, 50),
    ]
    # Never open, so they get days on which no version is in force.
    never = (
        "SELECT mandate_id, valid_from < '1901-01-01', valid_until < '1901-01-01' FROM persons_inscription"
    )
    assert migrated.rows(f"{never} WHERE id IN (906, 907)") == [(901, True, True)] * 2


def test_what_is_open_today_is_what_was_open(migrated):
    assert migrated.rows("SELECT id FROM persons_inscription_in_force ORDER BY id") == [
        (902,),
        (903,),
        (908,),
    ]
    lines = "SELECT inscription_id, version_id, verdict FROM persons_clientlistentry ORDER BY 1, 2"
    today = (
        f"{lines.partition(' ORDER')[0]} WHERE current_date BETWEEN counts_from AND counts_until ORDER BY 1"
    )
    assert migrated.rows(today) == [(902, 902, None), (903, 902, None), (908, 902, None)]
    assert migrated.rows(lines) == [(902, 902, None), (903, 902, None), (904, 903, "kept"), (908, 902, None)]
    # The triggers would write the same lines.
    whole = "SELECT to_jsonb(c), c.xmin::text FROM persons_clientlistentry c ORDER BY inscription_id"
    before = migrated.rows(whole)
    migrated.execute("SELECT persons_refresh_client_list(ARRAY(SELECT id FROM persons_inscription))")
    assert migrated.rows(whole) == before
