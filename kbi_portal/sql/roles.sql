-- The roles of the portal and their rights on a database. Run it as superuser:
--
--     psql -d postgres -f kbi_portal/sql/roles.sql      makes the roles, before the database exists
--     psql -d kbi -f kbi_portal/sql/roles.sql           sets the rights on the portal's database
--
-- One statement, so all of it happens or none. Running it again changes nothing, and corrects roles that have more
-- or fewer attributes or memberships than they should. Passwords and login roles of other names are not its
-- business (docs/operations.md). For PostgreSQL 15 and newer; the embedded server of the demo runs it at each start.
DO $roles$
DECLARE
  portal_roles CONSTANT text[] := '{kbi_owner,kbi_web,kbi_backup,kbi_log}';
  role_name text;
  membership record;
  large_objects text;
BEGIN
  -- Two runs at the same time would update the same rows of the catalogue, and one would fail.
  LOCK TABLE pg_catalog.pg_authid IN SHARE ROW EXCLUSIVE MODE;

  FOREACH role_name IN ARRAY portal_roles LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
      EXECUTE format('CREATE ROLE %I', role_name);
    END IF;
  END LOOP;
  -- Owns the database and its tables: migrations and imports.
  ALTER ROLE kbi_owner LOGIN INHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
  -- Serves the pages. Owns nothing, and row-level security applies to all it does.
  ALTER ROLE kbi_web LOGIN NOINHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
  -- Reads everything for a dump; a login role takes it on for that.
  ALTER ROLE kbi_backup NOLOGIN INHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION BYPASSRLS;
  -- Owns the log, so that no role anyone can log in as may change it.
  ALTER ROLE kbi_log NOLOGIN NOINHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;

  -- Pages: a lock or a slow statement ends with 503 instead of keeping a worker, and every page behind it, waiting.
  ALTER ROLE kbi_web SET statement_timeout = '15s';
  ALTER ROLE kbi_web SET lock_timeout = '5s';
  ALTER ROLE kbi_web SET idle_in_transaction_session_timeout = '30s';
  -- Imports and migrations run long, but must not queue for a lock: every page would queue behind them.
  ALTER ROLE kbi_owner SET lock_timeout = '10s';
  ALTER ROLE kbi_owner SET idle_in_transaction_session_timeout = '15min';

  -- The roles are members of nothing but what is granted below, and kbi_log has no members.
  FOR membership IN
    SELECT granted.rolname AS role_name, member.rolname AS member_name, grantor.rolname AS grantor_name
      FROM pg_auth_members m
      JOIN pg_roles granted ON granted.oid = m.roleid
      JOIN pg_roles member ON member.oid = m.member
      LEFT JOIN pg_roles grantor ON grantor.oid = m.grantor
     WHERE (granted.rolname = 'kbi_log' OR member.rolname = ANY (portal_roles))
       -- The column inherit_option exists from PostgreSQL 16 on.
       AND NOT (granted.rolname = 'pg_read_all_data' AND member.rolname = 'kbi_backup' AND NOT m.admin_option
                AND to_jsonb(m) ->> 'inherit_option' IS DISTINCT FROM 'false')
  LOOP
    EXECUTE format('REVOKE %I FROM %I', membership.role_name, membership.member_name)
      || coalesce(format(' GRANTED BY %I', membership.grantor_name), '') || ' CASCADE';
  END LOOP;
  IF NOT EXISTS (SELECT FROM pg_auth_members
                  WHERE roleid = 'pg_read_all_data'::regrole AND member = 'kbi_backup'::regrole) THEN
    GRANT pg_read_all_data TO kbi_backup;
  END IF;

  -- Only in a database of the portal: elsewhere others decide who may connect.
  IF EXISTS (SELECT FROM pg_database
              WHERE datname = current_database() AND datdba = 'kbi_owner'::regrole) THEN
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC, kbi_web, kbi_backup, kbi_log', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO kbi_web, kbi_backup', current_database());
    REVOKE CREATE ON SCHEMA public FROM PUBLIC, kbi_web, kbi_backup;
    -- A new owner of a table needs both, and so do the functions that make the log's partitions.
    GRANT CREATE, USAGE ON SCHEMA public TO kbi_log;
    -- Large objects would be storage without owner or limit, and the portal has none.
    FOR large_objects IN
      SELECT oid::regprocedure::text FROM pg_proc
       WHERE pronamespace = 'pg_catalog'::regnamespace AND proname ~ '^lo(_|read$|write$)'
         AND has_function_privilege('public', oid, 'EXECUTE')
    LOOP
      EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', large_objects);
    END LOOP;
  END IF;
END
$roles$;
