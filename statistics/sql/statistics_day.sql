CREATE OR REPLACE FUNCTION statistics_day(p_at timestamptz) RETURNS date LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT (p_at AT TIME ZONE 'Europe/Brussels')::date $$;
