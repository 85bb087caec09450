-- Put the clients of inscriptions of the bound institution in the bound case worker's own caseload, or take them out
-- (p_in false). The inscriptions count today; the KBI may have no dossier yet. Returns those that do, each with whether
-- the caseload changed.
CREATE OR REPLACE FUNCTION persons_put_in_caseload(p_inscriptions uuid[], p_in boolean)
RETURNS TABLE (public_id uuid, changed boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  PERFORM partners_require_role('case_worker');
  -- Beside an import, whose lines would not know this change; and one institution's caseloads and inscriptions change one
  -- at a time.
  PERFORM pg_advisory_xact_lock_shared(app_arrivals());
  PERFORM pg_advisory_xact_lock(7050802, app_institution()::integer);
  RETURN QUERY
  WITH clients AS (
    SELECT i.public_id, i.insz FROM persons_inscription i
    WHERE i.public_id = ANY (p_inscriptions) AND i.institution_id = app_institution()
      AND (i.id = ANY (app_hidden())) IS NOT TRUE
      AND EXISTS (SELECT FROM persons_inscription_counting c WHERE c.id = i.id OFFSET 0)
  ), added AS (
    INSERT INTO persons_caseloadrow (institution_id, user_id, insz, since)
    SELECT DISTINCT app_institution(), app_user(), insz, now() FROM clients WHERE p_in
    ON CONFLICT (institution_id, insz, user_id) DO NOTHING
    RETURNING insz
  ), removed AS (
    DELETE FROM persons_caseloadrow c USING clients k
    WHERE NOT p_in AND c.institution_id = app_institution() AND c.user_id = app_user() AND c.insz = k.insz
    RETURNING c.insz
  )
  SELECT k.public_id, k.insz IN (SELECT insz FROM added UNION ALL SELECT insz FROM removed) FROM clients k;
END $$;
REVOKE ALL ON FUNCTION persons_put_in_caseload(uuid[], boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION persons_put_in_caseload(uuid[], boolean) TO kbi_web;
