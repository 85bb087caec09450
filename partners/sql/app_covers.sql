-- Does a period cover a day? Both ends are inclusive and the end may be open. The same rule in Python:
-- `partners.querysets.covering` and `partners.periods.Period`; tests/test_schema.py compares them.
CREATE OR REPLACE FUNCTION app_covers(p_from date, p_until date, p_day date) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT p_from <= p_day AND (p_until IS NULL OR p_until >= p_day) $$;
