-- When the bound user last opened the client list of the bound institution before today (Brussels); NULL for a first visit.
-- Changes are kept for 90 days, so a visit before that counts as none: the log's partitions of before are not read.
CREATE OR REPLACE FUNCTION persons_last_visit() RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT max(c.at) FROM consultations_consultation c
  WHERE c.user_id = app_user() AND c.institution_id = app_institution() AND c.kind = 'list' AND c.outcome <> 'refused'
    AND c.at < app_today()::timestamp AT TIME ZONE 'Europe/Brussels'
    AND c.at >= (app_today() - 90)::timestamp AT TIME ZONE 'Europe/Brussels'
$$;
REVOKE ALL ON FUNCTION persons_last_visit() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION persons_last_visit() TO kbi_web;
