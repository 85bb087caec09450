-- The institutions that an institution works for today: itself, and those that it succeeded, also at one remove, from the
-- day after their last one. None once it is closed itself. Succession alone gives no client's file: inscriptions are
-- carried over (`persons_succeed`). The rule in Python calls this function: `InstitutionQuerySet.worked_for_by`.
CREATE OR REPLACE FUNCTION partners_works_for(p_institution bigint) RETURNS bigint[]
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  WITH RECURSIVE works_for(id) AS (
    SELECT n.id FROM partners_institution n
    WHERE n.id = p_institution AND partners_is_open(n.active, n.ended_on, app_today())
    UNION
    SELECT n.id FROM partners_institution n JOIN works_for w ON n.successor_id = w.id WHERE n.ended_on < app_today()
  )
  SELECT array_agg(id) FROM works_for
$$;
