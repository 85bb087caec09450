"""The gate, repeated by PostgreSQL: views, the one write path to inscriptions, forced row-level security.

Point reads use EXISTS or a single bound inscription; the client list starts from the institution's own lines
(docs/performance notes in docs/architecture.md). `app_*` functions come from partners.0002.
"""

from django.db import migrations

# Two inscriptions of one institution, person and mandate cannot overlap. Ranges of one number stand for equality,
# so that no extension is needed.
NO_OVERLAP = """
ALTER TABLE persons_inscription ADD CONSTRAINT inscription_no_overlap EXCLUDE USING gist (
  int8range(institution_id, institution_id, '[]') WITH &&,
  int8range(insz::bigint, insz::bigint, '[]') WITH &&,
  int8range(mandate_id, mandate_id, '[]') WITH &&,
  daterange(valid_from, valid_until, '[]') WITH &&
);
"""

VIEWS = """
CREATE VIEW persons_inscription_in_force WITH (security_invoker = true) AS
  SELECT i.id, i.institution_id, i.person_id, i.mandate_id, n.group_id, m.blocks
  FROM persons_inscription i
  JOIN partners_mandate m ON m.id = i.mandate_id
  JOIN partners_institution n ON n.id = i.institution_id
  WHERE i.person_id IS NOT NULL AND n.active
    AND i.valid_from <= app_today() AND i.valid_until >= app_today()
    AND m.valid_from <= app_today() AND (m.valid_until IS NULL OR m.valid_until >= app_today());

-- What django-guardian reads as the group permissions of persons.
CREATE VIEW persons_current_grant WITH (security_invoker = true) AS
  SELECT g.id, g.person_id AS content_object_id, g.group_id, p.id AS permission_id
  FROM persons_inscription_in_force g
  CROSS JOIN (
    SELECT p.id FROM auth_permission p JOIN django_content_type c ON c.id = p.content_type_id
    WHERE c.app_label = 'persons' AND c.model = 'person' AND p.codename = 'view_person'
  ) p;

-- The person and the blocks that the bound inscription opens, if the bound institution holds it today.
CREATE FUNCTION app_open_person() RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT person_id FROM public.persons_inscription_in_force
  WHERE id = app_inscription() AND institution_id = app_institution() $$;
CREATE FUNCTION app_open_blocks() RETURNS text[] LANGUAGE sql STABLE AS $$
  SELECT blocks::text[] FROM public.persons_inscription_in_force
  WHERE id = app_inscription() AND institution_id = app_institution() $$;
"""

CLIENT_LIST = """
CREATE FUNCTION persons_refresh_client_list(p_inscriptions bigint[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  INSERT INTO persons_clientlistentry AS old (
    inscription_id, institution_id, mandate_id, person_id, public_id, valid_from, valid_until,
    sort_key, insz, last_name, first_name, birth_date,
    verdict, parts, target_code, target_type, as_of)
  SELECT i.id, i.institution_id, i.mandate_id, i.person_id, i.public_id, i.valid_from, i.valid_until,
    p.sort_key, p.insz, p.last_name, p.first_name, p.birth_date,
    CASE WHEN allowed.attendance THEN s.verdict END,
    CASE WHEN allowed.attendance THEN s.parts END,
    CASE WHEN allowed.target THEN coalesce(s.target_code, '') ELSE '' END,
    CASE WHEN allowed.target THEN coalesce(s.target_type, '') ELSE '' END,
    (p.as_of AT TIME ZONE 'Europe/Brussels')::date
  FROM persons_inscription i
  JOIN persons_person p ON p.id = i.person_id
  JOIN partners_mandate m ON m.id = i.mandate_id
  LEFT JOIN persons_standing s ON s.person_id = p.id
  CROSS JOIN LATERAL (
    SELECT 'VormingsActiviteiten' = ANY (m.blocks) AS attendance, 'Doelgroep' = ANY (m.blocks) AS target
  ) allowed
  WHERE i.id = ANY (p_inscriptions)
  ORDER BY i.id  -- always the same order: two refreshes wait for each other and never cross
  ON CONFLICT (inscription_id) DO UPDATE SET
    person_id = excluded.person_id, valid_from = excluded.valid_from, valid_until = excluded.valid_until,
    sort_key = excluded.sort_key, insz = excluded.insz, last_name = excluded.last_name,
    first_name = excluded.first_name, birth_date = excluded.birth_date, verdict = excluded.verdict,
    parts = excluded.parts, target_code = excluded.target_code,
    target_type = excluded.target_type, as_of = excluded.as_of
  WHERE (old.person_id, old.valid_from, old.valid_until, old.sort_key, old.insz, old.last_name, old.first_name,
         old.birth_date, old.verdict, old.parts, old.target_code, old.target_type, old.as_of)
    IS DISTINCT FROM
        (excluded.person_id, excluded.valid_from, excluded.valid_until, excluded.sort_key, excluded.insz,
         excluded.last_name, excluded.first_name, excluded.birth_date, excluded.verdict, excluded.parts,
         excluded.target_code, excluded.target_type, excluded.as_of)
$$;
REVOKE ALL ON FUNCTION persons_refresh_client_list(bigint[]) FROM PUBLIC;

CREATE FUNCTION persons_inscription_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM persons_refresh_client_list(ARRAY(SELECT id FROM changed WHERE person_id IS NOT NULL));
  RETURN NULL;
END $$;
CREATE TRIGGER inscription_added AFTER INSERT ON persons_inscription REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION persons_inscription_changed();
CREATE TRIGGER inscription_changed AFTER UPDATE ON persons_inscription REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION persons_inscription_changed();

-- A mandate that gives fewer blocks takes them out of the lists in the same transaction.
CREATE FUNCTION persons_mandate_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.blocks IS DISTINCT FROM OLD.blocks THEN
    PERFORM persons_refresh_client_list(
      ARRAY(SELECT id FROM persons_inscription WHERE mandate_id = NEW.id AND person_id IS NOT NULL));
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER mandate_changed AFTER UPDATE ON partners_mandate
  FOR EACH ROW EXECUTE FUNCTION persons_mandate_changed();
"""

# The one write path to inscriptions. Answers the same whether or not the KBI knows the number.
REGISTER = """
-- The lock under which persons arrive (import) or are looked for (here): see persons/services/importing.py.
CREATE FUNCTION app_arrivals() RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT 7050801::bigint $$;

CREATE FUNCTION persons_register_inscriptions(p_institution bigint, p_rows jsonb)
RETURNS TABLE (line integer, outcome text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
  v_turn bigint := 1;
  v_answers bigint;
  v_answered bigint := 0;
BEGIN
  IF p_institution IS NULL OR p_institution IS DISTINCT FROM app_institution() THEN
    RAISE EXCEPTION 'inscriptions are registered for the bound institution only' USING ERRCODE = '42501';
  END IF;
  PERFORM pg_advisory_xact_lock_shared(app_arrivals());
  -- One at a time for each institution: what somebody else writes this moment would not be found in the way.
  PERFORM pg_advisory_xact_lock(7050802, p_institution::integer);
  -- Several wishes for one person in one capacity take turns, so that each finds what came of those before it.
  LOOP
    RETURN QUERY
    WITH wished AS (
      SELECT x.*, row_number() OVER (PARTITION BY x.insz, x.capacity ORDER BY x.line) AS turn
      FROM jsonb_to_recordset(p_rows) AS x(
        line integer, public_id uuid, insz text, capacity text, valid_from date, valid_until date, reason text,
        proof text)
    ), asked AS (
      SELECT x.*, m.id AS mandate_id, daterange(m.valid_from, m.valid_until, '[]') AS mandate_days,
        (x.valid_from + make_interval(months => m.max_months))::date AS latest,
        coalesce(x.valid_until,
          (x.valid_from + make_interval(months => m.max_months) - interval '1 day')::date) AS until
      FROM wished x
      LEFT JOIN partners_institution n ON n.id = p_institution
      LEFT JOIN LATERAL (
        SELECT m.id, m.max_months, m.valid_from, m.valid_until FROM partners_mandate m
        WHERE n.active AND m.capacity = x.capacity AND (m.institution_id = n.id OR m.institution_kind = n.kind)
          AND m.valid_from <= x.valid_from AND (m.valid_until IS NULL OR m.valid_until >= x.valid_from)
        ORDER BY m.institution_id NULLS LAST, m.valid_from DESC, m.id DESC LIMIT 1
      ) m ON true
      WHERE x.turn = v_turn
    ), judged AS (
      SELECT a.*, CASE
        WHEN coalesce(btrim(a.reason), '') = '' THEN 'no_reason'
        WHEN a.valid_from NOT BETWEEN DATE '1990-01-01' AND app_today() + 366 THEN 'start_far_off'
        WHEN a.mandate_id IS NULL THEN 'no_mandate'
        WHEN a.until < a.valid_from THEN 'period_reversed'
        WHEN there.same THEN 'exists'
        WHEN a.until > a.latest THEN 'period_too_long'
        WHEN NOT there.same THEN 'overlaps'
        END AS verdict
      FROM asked a
      LEFT JOIN LATERAL (
        -- What stands in the way, under whichever mandate: one that goes before the earlier would double every line.
        -- Under another mandate only days count on which both mandates hold, and an ended mandate's inscriptions
        -- do not: they open no more. A wish without an end is the same as what begins that day.
        SELECT bool_or(i.valid_from = a.valid_from AND i.valid_until = coalesce(a.valid_until, i.valid_until)) AS same
        FROM persons_inscription i JOIN partners_mandate o ON o.id = i.mandate_id
        CROSS JOIN LATERAL (
          SELECT daterange(i.valid_from, i.valid_until, '[]')
            * daterange(a.valid_from, greatest(a.valid_from, a.until), '[]') AS days
        ) shared
        WHERE i.institution_id = p_institution AND i.insz = a.insz AND o.capacity = a.capacity
          AND CASE WHEN o.id = a.mandate_id THEN NOT isempty(shared.days)
            ELSE coalesce(o.valid_until >= app_today(), true)
              AND shared.days * daterange(o.valid_from, o.valid_until, '[]') && a.mandate_days END
      ) there ON true
    ), written AS (
      INSERT INTO persons_inscription (public_id, institution_id, insz, person_id, mandate_id, valid_from, valid_until,
        reason, proof, registered_by_id, registered_at)
      SELECT d.public_id, p_institution, d.insz, p.id, d.mandate_id, d.valid_from, d.until, btrim(d.reason),
        coalesce(d.proof, ''), app_user(), now()
      FROM judged d LEFT JOIN persons_person p ON p.insz = d.insz
      WHERE d.verdict IS NULL
      ORDER BY d.line
    )
    SELECT d.line, coalesce(d.verdict, 'registered') FROM judged d ORDER BY d.line;
    GET DIAGNOSTICS v_answers = ROW_COUNT;
    v_answered := v_answered + v_answers;
    EXIT WHEN v_answers = 0 OR v_answered >= jsonb_array_length(p_rows);
    v_turn := v_turn + 1;
  END LOOP;
END $$;
REVOKE ALL ON FUNCTION persons_register_inscriptions(bigint, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION persons_register_inscriptions(bigint, jsonb) TO kbi_web;
"""

# What the door hands over of one file: the person, the blocks asked for, of the courses what other blocks tell, and
# whether the user follows the person; nothing unless django-guardian's permissions give the person to the group.
# With the rights of the caller, so every policy holds; a function because it keeps its plans, which take longer to
# make than to run.
HAND_OVER = """
CREATE FUNCTION persons_hand_over(p_inscription bigint, p_person bigint, p_blocks text[], p_group bigint)
RETURNS TABLE (kind text, name text, content text)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
  IF NOT EXISTS (SELECT 1 FROM persons_current_grant g JOIN auth_permission a ON a.id = g.permission_id
                 WHERE g.group_id = p_group AND g.content_object_id = p_person AND a.codename = 'view_person') THEN
    RETURN;
  END IF;
  PERFORM set_config('app.inscription', p_inscription::text, true);
  RETURN QUERY
    SELECT 'person', p.insz::text, (to_jsonb(p) - 'digest')::text FROM persons_person p WHERE p.id = p_person
    UNION ALL
    SELECT 'block', b.name::text, b.xml FROM persons_block b WHERE b.person_id = p_person AND b.name = ANY (p_blocks)
    UNION ALL
    SELECT 'course', e.key::text, jsonb_build_object('exempt', e.exempt, 'suspensions', e.suspensions)::text
    FROM persons_enrolment e WHERE e.person_id = p_person
    UNION ALL
    SELECT 'followed', '', '' FROM persons_personuserobjectpermission f JOIN auth_permission a ON a.id = f.permission_id
    WHERE f.content_object_id = p_person AND f.user_id = app_user() AND a.codename = 'follow_person';
END $$;
REVOKE ALL ON FUNCTION persons_hand_over(bigint, bigint, text[], bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION persons_hand_over(bigint, bigint, text[], bigint) TO kbi_web;
"""

TABLES = (
    "persons_person",
    "persons_block",
    "persons_enrolment",
    "persons_standing",
    "persons_inscription",
    "persons_clientlistentry",
    "persons_personuserobjectpermission",
)

FORCE = "\n".join(
    f"""
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_works ON {table} TO kbi_owner
  USING ((SELECT app_owner_works())) WITH CHECK ((SELECT app_owner_works()));
"""
    for table in TABLES
)

POLICIES = """
GRANT SELECT ON persons_person, persons_block, persons_enrolment, persons_inscription, persons_clientlistentry,
  persons_inscription_in_force, persons_current_grant TO kbi_web;
GRANT SELECT, INSERT, DELETE ON persons_personuserobjectpermission TO kbi_web;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO kbi_web;

-- OFFSET 0 keeps the planner from hashing an institution's whole list for a single row.
CREATE POLICY inscribed ON persons_person FOR SELECT TO kbi_web USING (EXISTS (
  SELECT 1 FROM persons_inscription_in_force g
  WHERE g.institution_id = (SELECT app_institution()) AND g.person_id = persons_person.id OFFSET 0));

CREATE POLICY opened ON persons_block FOR SELECT TO kbi_web
  USING (person_id = (SELECT app_open_person()) AND name = ANY ((SELECT app_open_blocks())::text[]));

CREATE POLICY opened ON persons_enrolment FOR SELECT TO kbi_web
  USING (person_id = (SELECT app_open_person())
         AND 'VormingsActiviteiten' = ANY ((SELECT app_open_blocks())::text[]));

CREATE POLICY own_or_agency ON persons_inscription FOR SELECT TO kbi_web
  USING (institution_id = (SELECT app_institution()) OR (SELECT app_scope()) = 'agency');

CREATE POLICY in_force ON persons_clientlistentry FOR SELECT TO kbi_web USING (
  institution_id = (SELECT app_institution())
  AND valid_from <= (SELECT app_today()) AND valid_until >= (SELECT app_today())
  AND mandate_id = ANY (ARRAY(
    SELECT m.id FROM partners_mandate m
    WHERE m.valid_from <= app_today() AND (m.valid_until IS NULL OR m.valid_until >= app_today())))
  AND (SELECT n.active FROM partners_institution n WHERE n.id = app_institution()));

CREATE POLICY own_caseload ON persons_personuserobjectpermission TO kbi_web
  USING (user_id = (SELECT app_user()) AND EXISTS (
    SELECT 1 FROM persons_inscription_in_force g
    WHERE g.institution_id = (SELECT app_institution()) AND g.person_id = content_object_id OFFSET 0))
  WITH CHECK (user_id = (SELECT app_user())
    AND permission_id IN (SELECT p.id FROM auth_permission p JOIN django_content_type c ON c.id = p.content_type_id
      WHERE c.app_label = 'persons' AND p.codename = 'follow_person')
    AND EXISTS (
      SELECT 1 FROM persons_inscription_in_force g
      WHERE g.institution_id = (SELECT app_institution()) AND g.person_id = content_object_id OFFSET 0));
"""


class Migration(migrations.Migration):
    dependencies = [
        ("persons", "0001_initial"),
        ("partners", "0002_bound_session"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.RunSQL(
            NO_OVERLAP, "ALTER TABLE persons_inscription DROP CONSTRAINT inscription_no_overlap"
        ),
        migrations.RunSQL(VIEWS, migrations.RunSQL.noop),
        migrations.RunSQL(CLIENT_LIST, migrations.RunSQL.noop),
        migrations.RunSQL(REGISTER, migrations.RunSQL.noop),
        migrations.RunSQL(FORCE, migrations.RunSQL.noop),
        migrations.RunSQL(POLICIES, migrations.RunSQL.noop),
        migrations.RunSQL(HAND_OVER, migrations.RunSQL.noop),
    ]
