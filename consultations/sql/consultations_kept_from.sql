-- The first month that stays in the log. The log is kept for ten years, and this is the only place that says so to the
-- database and to `manage.py retire_log`.
CREATE OR REPLACE FUNCTION consultations_kept_from() RETURNS date LANGUAGE sql STABLE
  AS $$ SELECT date_trunc('month', app_today() - interval '10 years')::date $$;
REVOKE ALL ON FUNCTION consultations_kept_from() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION consultations_kept_from() TO kbi_owner;
