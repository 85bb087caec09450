"""What a session is bound to, who may change who may look, and what does not stand twice.

The web role `kbi_web` owns nothing. Each request binds its institution, user, role and scope with
`set_config(…, true)`, so the binding ends with the transaction; policies read it through these functions.
"""

from django.db import migrations

FUNCTIONS = """
DO $$ BEGIN
  IF current_user <> 'kbi_owner' THEN
    RAISE EXCEPTION 'migrations run as kbi_owner, not as %', current_user
      USING HINT = 'docs/operations.md tells how to make the roles.';
  END IF;
END $$;

CREATE FUNCTION app_institution() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT NULLIF(current_setting('app.institution', true), '')::bigint $$;
CREATE FUNCTION app_user() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT NULLIF(current_setting('app.user', true), '')::bigint $$;
CREATE FUNCTION app_inscription() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT NULLIF(current_setting('app.inscription', true), '')::bigint $$;
CREATE FUNCTION app_role() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT coalesce(current_setting('app.role', true), '') $$;
CREATE FUNCTION app_scope() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT coalesce(current_setting('app.scope', true), '') $$;
-- The owner is under forced row-level security as well: it works on purpose (its connection says so) or inside one
-- of the functions that run with its rights. A web process given the owner's address by mistake sees nothing.
CREATE FUNCTION app_owner_works() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT coalesce(current_setting('app.owner_work', true), '') = 'on' OR current_user <> session_user $$;
CREATE FUNCTION app_today() RETURNS date LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT (now() AT TIME ZONE 'Europe/Brussels')::date $$;

GRANT USAGE ON SCHEMA public TO kbi_web;
-- A temporary table could take the name of a table for this session.
DO $$ BEGIN
  EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
END $$;
"""

FUNCTIONS_BACK = """
DROP FUNCTION app_today(); DROP FUNCTION app_owner_works(); DROP FUNCTION app_scope(); DROP FUNCTION app_role();
DROP FUNCTION app_inscription(); DROP FUNCTION app_user(); DROP FUNCTION app_institution();
"""

# Everybody signed in may read who may look (the gate itself does); only the agency's pages change it. A member may
# remember the filters of the own client list.
RIGHTS = """
GRANT SELECT, INSERT, UPDATE ON partners_user TO kbi_web;
GRANT SELECT, INSERT, UPDATE, DELETE ON partners_user_groups, partners_user_user_permissions TO kbi_web;
GRANT SELECT, INSERT, UPDATE ON partners_institution, partners_mandate TO kbi_web;
GRANT SELECT, INSERT, UPDATE ON partners_membership TO kbi_web;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO kbi_web;

ALTER TABLE partners_institution ENABLE ROW LEVEL SECURITY;
ALTER TABLE partners_mandate ENABLE ROW LEVEL SECURITY;
ALTER TABLE partners_membership ENABLE ROW LEVEL SECURITY;
ALTER TABLE partners_user_groups ENABLE ROW LEVEL SECURITY;
ALTER TABLE partners_user_user_permissions ENABLE ROW LEVEL SECURITY;

CREATE POLICY read ON partners_institution FOR SELECT TO kbi_web USING (true);
CREATE POLICY agency_adds ON partners_institution FOR INSERT TO kbi_web
  WITH CHECK ((SELECT app_scope()) = 'agency');
CREATE POLICY agency_changes ON partners_institution FOR UPDATE TO kbi_web
  USING ((SELECT app_scope()) = 'agency');
CREATE POLICY read ON partners_mandate FOR SELECT TO kbi_web USING (true);
CREATE POLICY agency_adds ON partners_mandate FOR INSERT TO kbi_web WITH CHECK ((SELECT app_scope()) = 'agency');
CREATE POLICY agency_changes ON partners_mandate FOR UPDATE TO kbi_web USING ((SELECT app_scope()) = 'agency');
CREATE POLICY read ON partners_membership FOR SELECT TO kbi_web USING (true);
-- Nobody makes a member of themselves.
CREATE POLICY agency_adds ON partners_membership FOR INSERT TO kbi_web
  WITH CHECK ((SELECT app_scope()) = 'agency' AND user_id IS DISTINCT FROM (SELECT app_user()));
CREATE POLICY agency_changes ON partners_membership FOR UPDATE TO kbi_web
  USING ((SELECT app_scope()) = 'agency')
  WITH CHECK ((SELECT app_scope()) = 'agency' AND user_id IS DISTINCT FROM (SELECT app_user()));
CREATE POLICY read ON partners_user_groups FOR SELECT TO kbi_web USING (true);
CREATE POLICY agency_writes ON partners_user_groups TO kbi_web USING ((SELECT app_scope()) = 'agency');
CREATE POLICY read ON partners_user_user_permissions FOR SELECT TO kbi_web USING (true);
CREATE POLICY agency_writes ON partners_user_user_permissions TO kbi_web USING ((SELECT app_scope()) = 'agency');

-- Rights of an account change on the agency's pages only; nobody becomes a superuser through the web.
CREATE FUNCTION partners_guard_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_user = 'kbi_owner' THEN RETURN NEW; END IF;
  IF NEW.is_superuser AND (TG_OP = 'INSERT' OR NOT OLD.is_superuser) THEN
    RAISE EXCEPTION 'no account becomes a superuser through the web' USING ERRCODE = '42501';
  END IF;
  IF app_scope() <> 'agency' AND (TG_OP = 'INSERT'
      OR (NEW.email, NEW.is_staff, NEW.is_superuser, NEW.is_active)
         IS DISTINCT FROM (OLD.email, OLD.is_staff, OLD.is_superuser, OLD.is_active)) THEN
    RAISE EXCEPTION 'the rights of an account change on the pages of the agency' USING ERRCODE = '42501';
  END IF;
  -- Nobody is bound yet while somebody signs in, and a better hash may be written then.
  IF app_scope() <> 'agency' AND TG_OP = 'UPDATE' AND NEW.password IS DISTINCT FROM OLD.password
      AND app_user() IS NOT NULL AND NEW.id <> app_user() THEN
    RAISE EXCEPTION 'the password of an account is its own' USING ERRCODE = '42501';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_account BEFORE INSERT OR UPDATE ON partners_user
  FOR EACH ROW EXECUTE FUNCTION partners_guard_account();

-- What inscriptions rest on keeps its address: another kind or capacity is another mandate.
CREATE FUNCTION partners_keep_address() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the kind of an institution and the address of a mandate do not change' USING ERRCODE = '42501';
END $$;
CREATE TRIGGER keep_address BEFORE UPDATE ON partners_mandate FOR EACH ROW
  WHEN ((OLD.institution_kind, OLD.institution_id, OLD.capacity)
        IS DISTINCT FROM (NEW.institution_kind, NEW.institution_id, NEW.capacity))
  EXECUTE FUNCTION partners_keep_address();
CREATE TRIGGER keep_address BEFORE UPDATE ON partners_institution FOR EACH ROW
  WHEN (OLD.kind IS DISTINCT FROM NEW.kind) EXECUTE FUNCTION partners_keep_address();

CREATE FUNCTION partners_remember_filters(p_membership bigint, p_filters jsonb) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
  AS $$ UPDATE partners_membership SET list_filters = p_filters
        WHERE id = p_membership AND user_id = app_user() AND list_filters IS DISTINCT FROM p_filters $$;
"""

RIGHTS_BACK = """
DROP FUNCTION partners_remember_filters(bigint, jsonb);
DROP TRIGGER keep_address ON partners_institution; DROP TRIGGER keep_address ON partners_mandate;
DROP FUNCTION partners_keep_address();
DROP TRIGGER guard_account ON partners_user; DROP FUNCTION partners_guard_account();
DROP POLICY agency_writes ON partners_user_user_permissions; DROP POLICY read ON partners_user_user_permissions;
DROP POLICY agency_writes ON partners_user_groups; DROP POLICY read ON partners_user_groups;
DROP POLICY agency_changes ON partners_membership; DROP POLICY agency_adds ON partners_membership;
DROP POLICY read ON partners_membership;
DROP POLICY agency_changes ON partners_mandate; DROP POLICY agency_adds ON partners_mandate;
DROP POLICY read ON partners_mandate;
DROP POLICY agency_changes ON partners_institution; DROP POLICY agency_adds ON partners_institution;
DROP POLICY read ON partners_institution;
ALTER TABLE partners_institution DISABLE ROW LEVEL SECURITY;
ALTER TABLE partners_mandate DISABLE ROW LEVEL SECURITY;
ALTER TABLE partners_membership DISABLE ROW LEVEL SECURITY;
ALTER TABLE partners_user_groups DISABLE ROW LEVEL SECURITY;
ALTER TABLE partners_user_user_permissions DISABLE ROW LEVEL SECURITY;
"""

# Ranges of one number stand for equality, so that no extension is needed; of a text it is the number of its hash.
ONCE = """
ALTER TABLE partners_membership ADD CONSTRAINT membership_once EXCLUDE USING gist (
  int8range(user_id, user_id, '[]') WITH &&,
  int8range(institution_id, institution_id, '[]') WITH &&,
  int8range(hashtextextended(role, 0), hashtextextended(role, 0), '[]') WITH &&,
  daterange(valid_from, valid_until, '[]') WITH &&
);

-- A mandate for a kind has no institution, an open range, and one for an institution has the kind ''.
ALTER TABLE partners_mandate ADD CONSTRAINT mandate_once EXCLUDE USING gist (
  int8range(institution_id, institution_id, '[]') WITH &&,
  int8range(hashtextextended(institution_kind, 0), hashtextextended(institution_kind, 0), '[]') WITH &&,
  int8range(hashtextextended(capacity, 0), hashtextextended(capacity, 0), '[]') WITH &&,
  daterange(valid_from, valid_until, '[]') WITH &&
);
"""

ONCE_BACK = """
ALTER TABLE partners_mandate DROP CONSTRAINT mandate_once;
ALTER TABLE partners_membership DROP CONSTRAINT membership_once;
"""

# Limits of sign-in attempts are counted here, so that they hold across web processes.
CACHE = """
CREATE TABLE kbi_portal_cache (
  cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL
);
CREATE INDEX kbi_portal_cache_expires ON kbi_portal_cache (expires);
GRANT SELECT, INSERT, UPDATE, DELETE ON kbi_portal_cache TO kbi_web;
"""


class Migration(migrations.Migration):
    dependencies = [("partners", "0001_initial")]

    operations = [
        migrations.RunSQL(FUNCTIONS, FUNCTIONS_BACK),
        migrations.RunSQL(RIGHTS, RIGHTS_BACK),
        migrations.RunSQL(ONCE, ONCE_BACK),
        migrations.RunSQL(CACHE, "DROP TABLE kbi_portal_cache"),
    ]
