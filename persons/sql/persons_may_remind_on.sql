-- May a reminder be for this day? From today to two years ahead: a later year is a typing mistake.
CREATE OR REPLACE FUNCTION persons_may_remind_on(p_day date) RETURNS boolean LANGUAGE sql STABLE
  AS $$ SELECT (p_day BETWEEN app_today() AND (app_today() + interval '2 years')::date) IS TRUE $$;
