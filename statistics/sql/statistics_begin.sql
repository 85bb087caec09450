-- The moment at which a Brussels day begins.
CREATE OR REPLACE FUNCTION statistics_begin(p_day date) RETURNS timestamptz LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT p_day::timestamp AT TIME ZONE 'Europe/Brussels' $$;
