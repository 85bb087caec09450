-- The bound user has seen the notices of clients given to them at the bound institution, up to the given one.
CREATE OR REPLACE FUNCTION persons_see_handovers(p_last bigint) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  UPDATE persons_handover SET seen_at = now()
  WHERE institution_id = app_institution() AND receiver_id = app_user() AND seen_at IS NULL AND id <= p_last
$$;
REVOKE ALL ON FUNCTION persons_see_handovers(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION persons_see_handovers(bigint) TO kbi_web;
