-- Keeps in the client list whether a client is in a caseload. A hand-over takes rows away and adds others in one statement,
-- and both triggers run after it, so its lines stay as they are.
CREATE OR REPLACE FUNCTION persons_caseload_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  -- A version that is being confirmed writes lines; see persons_refresh_client_list.
  PERFORM pg_advisory_xact_lock_shared(app_mandates());
  UPDATE persons_clientlistentry e SET in_caseload = k.in_caseload
  FROM (
    SELECT institution_id, insz, EXISTS (
      SELECT FROM persons_caseloadrow c WHERE c.institution_id = d.institution_id AND c.insz = d.insz) AS in_caseload
    FROM (SELECT DISTINCT institution_id, insz FROM changed) d
  ) k
  WHERE e.institution_id = k.institution_id AND e.insz = k.insz AND e.in_caseload <> k.in_caseload;
  RETURN NULL;
END $$;
