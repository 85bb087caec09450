-- Does an institution work on a day? Not once the agency closed it (`active`), and not after its last day (`ended_on`, when
-- another one follows it). The same rule in Python: `partners.querysets.open_on` and `Institution.is_open`;
-- tests/partners/test_rights.py compares them. A body without SET, so that PostgreSQL inlines it.
CREATE OR REPLACE FUNCTION partners_is_open(p_active boolean, p_ended_on date, p_day date) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT p_active AND (p_ended_on IS NULL OR p_ended_on >= p_day) $$;
