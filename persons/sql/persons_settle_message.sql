-- Settle a message that was set aside and has no number: the import cannot know when it came again. The agency's pages
-- only. Returns whether it was open.
CREATE OR REPLACE FUNCTION persons_settle_message(p_message bigint) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM partners_require_agency();
  UPDATE persons_setasidemessage SET settled_at = now() WHERE id = p_message AND insz = '' AND settled_at IS NULL;
  RETURN FOUND;
END $$;
REVOKE ALL ON FUNCTION persons_settle_message(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION persons_settle_message(bigint) TO kbi_web;
