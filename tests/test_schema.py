"""The schema in the database is that of the files: functions, views, policies, triggers and grants."""

from __future__ import annotations

import re
from contextlib import closing

import psycopg2
import pytest
from django.apps import apps
from django.conf import settings

from partners import schema

from .scratch import Scratch, create_database, drop_database, hand_over_log, url

pytestmark = [pytest.mark.django_db, pytest.mark.process]

ORDER = ["partners", "consultations", "persons", "caseload", "oversight", "statistics", "demo"]

# Everything that the files make, as text, so that two databases can be compared.
CATALOGUE = """
SELECT 'function', p.oid::regprocedure::text, concat(pg_get_functiondef(p.oid),
  (SELECT array_agg(a::text ORDER BY a::text) FROM unnest(coalesce(p.proacl, acldefault('f', p.proowner))) a))
FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.prokind = 'f'
UNION ALL SELECT 'view', c.relname, pg_get_viewdef(c.oid) || coalesce(c.reloptions::text, '')
FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'v'
UNION ALL SELECT 'policy', tablename || '.' || policyname, concat(roles::text, cmd, qual, ' CHECK ', with_check)
FROM pg_policies WHERE schemaname = 'public'
UNION ALL SELECT 'trigger', t.tgrelid::regclass || '.' || t.tgname, pg_get_triggerdef(t.oid)
FROM pg_trigger t WHERE NOT t.tgisinternal
UNION ALL SELECT 'table', c.relname, concat(pg_get_userbyid(c.relowner), c.relrowsecurity, c.relforcerowsecurity,
  (SELECT array_agg(a::text ORDER BY a::text) FROM unnest(coalesce(c.relacl, acldefault('r', c.relowner))) a))
FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v')
"""

# A database whose rules are not those of the files: changed, added, missing, granted too widely.
SPOIL = """
CREATE FUNCTION persons_of_before() RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION app_today(p_hours integer) RETURNS date LANGUAGE sql AS 'SELECT current_date';
CREATE OR REPLACE FUNCTION app_covers(p_from date, p_until date, p_day date) RETURNS boolean LANGUAGE sql
  AS 'SELECT true';
DROP VIEW persons_current_grant;
CREATE VIEW persons_of_everyone AS SELECT * FROM persons_person;
DROP POLICY inscribed ON persons_person;
CREATE POLICY everyone ON persons_person TO kbi_web USING (true);
CREATE POLICY everyone ON persons_block TO kbi_web USING (true);
DROP TRIGGER standing_changed ON persons_standing;
CREATE TRIGGER of_before BEFORE UPDATE ON persons_block
  FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
ALTER TABLE persons_enrolment NO FORCE ROW LEVEL SECURITY;
GRANT ALL ON persons_person, persons_standing TO kbi_web;
GRANT EXECUTE ON FUNCTION persons_refresh_client_list(bigint[]) TO kbi_web, PUBLIC;
"""


def catalogue(database: Scratch) -> dict[tuple[str, str], str]:
    return {(kind, name): text for kind, name, text in database.rows(CATALOGUE)}


def files() -> list[schema.SqlFile]:
    return schema.sql_files(schema.own_apps())


def test_every_function_and_view_is_in_a_file_and_the_other_way_round(scratch):
    there = catalogue(scratch)
    for kind in ("function", "view"):
        names = {re.sub(r"\(.*", "", name) for of, name in there if of == kind}
        assert names == {file.name for file in files() if file.kind == kind}
    bodies = dict(
        scratch.rows("SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace")
    )
    for file in files():
        if file.kind == "function":
            assert bodies[file.name] in file.text, file.path


def test_policies_triggers_and_forced_security_are_those_of_the_files(scratch):
    by_table: dict[str, str] = {}
    for file in files():
        if file.kind == "table":
            by_table[file.name] = by_table.get(file.name, "") + file.text
    written = {
        (kind, f"{table}.{name}")
        for table, text in by_table.items()
        for word, kind in (("POLICY", "policy"), ("TRIGGER", "trigger"))
        for name in re.findall(rf"^CREATE {word} (\w+)", text, re.MULTILINE)
    }
    there = {
        key
        for key in catalogue(scratch)
        if key[0] in ("policy", "trigger") and "_consultation_" not in key[1]
    }
    assert there == written
    forced = dict(
        scratch.rows("SELECT relname, relforcerowsecurity FROM pg_class WHERE relkind IN ('r', 'p')")
    )
    for table, text in by_table.items():
        assert forced[table] == ("FORCE ROW LEVEL SECURITY" in text), table


def test_migrate_brings_a_database_of_another_shape_in_line_with_the_files(scratch):
    expected = catalogue(scratch)
    with scratch.cursor() as cursor:
        cursor.execute(SPOIL)
    assert catalogue(scratch) != expected
    ended = scratch.manage("migrate", "-v0")
    assert (ended.returncode, ended.stderr) == (0, "")
    after = catalogue(scratch)
    assert {key: text for key, text in after.items() if expected.get(key) != text} == {}
    assert after.keys() == expected.keys()


def test_handing_the_log_over_again_changes_nothing_and_mends_its_rules(scratch):
    expected = catalogue(scratch)
    with closing(psycopg2.connect(url("superuser", scratch.name))) as link, link, link.cursor() as cursor:
        cursor.execute("DROP TRIGGER log_is_final ON consultations_consultation")
        cursor.execute("ALTER TABLE consultations_consultation_rest OWNER TO kbi_owner")
    assert catalogue(scratch) != expected
    hand_over_log(scratch.name)
    assert catalogue(scratch) == expected


def test_a_web_process_does_not_start_while_the_log_is_not_handed_over():
    database = Scratch(create_database())
    try:
        assert database.manage("migrate", "--no-input", "-v0").returncode == 0
        check = database.manage("check", "--database", "default")
        assert "consultations.E001" in check.stderr
        hand_over_log(database.name)
        check = database.manage("check", "--database", "default")
        assert "consultations" not in check.stderr
    finally:
        drop_database(database.name)


def test_a_portal_without_the_demo_does_not_start_while_the_log_takes_earlier_dates(scratch):
    plain = {"KBI_DEMO": "", "KBI_ALLOW_TEST_NUMBERS": ""}
    check = scratch.manage("check", "--database", "default", **plain)
    assert "consultations.E002" in check.stderr  # the files of the demo are not among those of the log
    superuser = url("superuser", scratch.name)
    handing = scratch.manage("hand_over_log", KBI_DB_SUPERUSER_URL=superuser, **plain)
    assert (handing.returncode, handing.stderr) == (0, "")
    assert scratch.manage("check", "--database", "default", **plain).returncode == 0
    with closing(psycopg2.connect(superuser)) as link, link, link.cursor() as cursor:
        cursor.execute(
            "CREATE POLICY demo_earlier_dates ON consultations_consultation FOR INSERT TO kbi_owner"
            " WITH CHECK (true)"
        )
    check = scratch.manage("check", "--database", "default", **plain)
    assert check.returncode == 1
    assert "consultations.E004" in check.stderr
    assert "demo_earlier_dates" in check.stderr


def test_an_upgrade_that_changes_the_rules_of_the_log_migrates_first(scratch):
    superuser = url("superuser", scratch.name)
    with closing(psycopg2.connect(superuser)) as link, link, link.cursor() as cursor:
        cursor.execute("COMMENT ON TABLE consultations_consultation IS 'sql of before'")
        cursor.execute("DROP TRIGGER look_is_through_an_inscription ON consultations_consultation")
        cursor.execute("DROP FUNCTION persons_check_look()")
    assert scratch.manage("check", "--database", "default", KBI_DB_ROLE="web").returncode == 1
    migration = scratch.manage("migrate", "-v0")
    assert migration.returncode == 0, migration.stderr
    assert "consultations.E002" in migration.stderr
    handing = scratch.manage("hand_over_log", KBI_DB_SUPERUSER_URL=superuser)
    assert (handing.returncode, handing.stderr) == (0, "")
    check = scratch.manage("check", "--database", "default", KBI_DB_ROLE="web")
    assert "consultations" not in check.stderr


def test_a_step_backwards_over_the_log_is_refused_before_anything_changes(scratch):
    expected = catalogue(scratch)
    ended = scratch.manage("migrate", "consultations", "zero")
    assert ended.returncode == 1
    assert "cannot be reversed, so nothing was" in ended.stderr
    assert catalogue(scratch) == expected
    assert scratch.manage("migrate", "--check").returncode == 0


def test_a_step_backwards_that_works_can_be_taken_forwards_again(scratch):
    expected = catalogue(scratch)
    assert scratch.manage("migrate", "statistics", "zero", "-v0").returncode == 0
    assert scratch.manage("migrate", "-v0").returncode == 0
    assert catalogue(scratch) == expected


def test_sql_knows_only_its_own_app_and_those_before_it():
    """A trigger or policy that touches a higher app's table belongs to the higher app."""
    owner = {file.name: file.path.parent.parent.name for file in files() if file.kind != "table"}
    owner |= {
        model._meta.db_table: config.label
        for config in apps.get_app_configs()
        if config.label in ORDER
        for model in config.get_models(include_auto_created=True)
    }
    for file in files():
        app = file.path.parent.parent.name
        text = re.sub(r"--.*", "", file.text)
        for name in set(re.findall(r"\w+", text)) & set(owner):
            assert ORDER.index(owner[name]) <= ORDER.index(app), f"{file.path} names {name} of {owner[name]}"


def test_a_file_is_named_after_its_object(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "BASE_DIR", tmp_path)
    path = tmp_path / "one.sql"
    path.write_text("CREATE OR REPLACE FUNCTION two() RETURNS integer LANGUAGE sql AS 'SELECT 1';\n")
    with pytest.raises(schema.SqlFileError, match=r"one\.sql must make one object, named one"):
        schema.SqlFile.read(path)


def test_a_day_is_covered_by_the_same_rule_in_python_and_sql(scratch):
    from partners.periods import Period

    days = [None, *(f"2026-11-{day:02d}" for day in (24, 25, 26))]
    rows = scratch.rows(
        "SELECT a::date, b::date, d::date, app_covers(a::date, b::date, d::date)"
        " FROM unnest(%s::text[]) a, unnest(%s::text[]) b, unnest(%s::text[]) d",
        days[1:],
        days,
        days[1:],
    )
    assert len(rows) == 36
    for first, last, day, covered in rows:
        assert Period(first, last).covers(day) == covered
