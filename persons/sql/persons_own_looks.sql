-- The looks of the bound user at the bound institution in the last 30 days, each about one person and not refused. No name
-- and no number: the page asks the gate for those. A look with an escape has 0 for its
-- inscription. A section that was opened belongs to the look at its file. `place`
-- orders them: the microsecond of the look.
CREATE OR REPLACE FUNCTION persons_own_looks()
RETURNS TABLE (id uuid, at timestamptz, place bigint, kind text, capacity text, inscription_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT c.id, c.at, (extract(epoch FROM c.at) * 1000000)::bigint, c.kind, c.capacity, coalesce(c.inscription_id, 0)
  FROM consultations_consultation c
  WHERE c.user_id = app_user() AND c.institution_id = app_institution()
    AND (c.inscription_id IS NOT NULL OR c.kind = 'escape_file')
    AND c.at >= (app_today() - 30)::timestamp AT TIME ZONE 'Europe/Brussels'
    AND c.outcome = 'shown' AND c.kind <> 'section'
$$;
REVOKE ALL ON FUNCTION persons_own_looks() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION persons_own_looks() TO kbi_web;
