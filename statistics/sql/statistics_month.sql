CREATE OR REPLACE FUNCTION statistics_month(p_at timestamptz) RETURNS date LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT date_trunc('month', p_at AT TIME ZONE 'Europe/Brussels')::date $$;
