-- Whether the log has a number for this server (consultations_begin_epoch). It has none after a restore, and rows that are
-- written then count as added to what the earlier server wrote.
CREATE OR REPLACE FUNCTION consultations_is_numbered() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT coalesce((SELECT e.server FROM consultations_epoch e ORDER BY e.number DESC LIMIT 1)
                  = (SELECT system_identifier::text FROM pg_control_system()), false)
$$;
REVOKE ALL ON FUNCTION consultations_is_numbered() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION consultations_is_numbered() TO kbi_web, kbi_owner;
