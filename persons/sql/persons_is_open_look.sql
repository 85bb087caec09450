-- Whether this row of the log is the bound user's own opening of this file, at the bound institution, at most 30 minutes
-- ago. The web role reads no row of the log, so the function reads it with the owner's rights and says yes or no only.
CREATE OR REPLACE FUNCTION persons_is_open_look(p_look uuid, p_inscription bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM consultations_consultation c
    WHERE c.id = p_look AND c.at > now() - interval '30 minutes' AND c.kind = 'file' AND c.outcome = 'shown'
      AND c.inscription_id = p_inscription AND c.user_id = app_user() AND c.institution_id = app_institution()) $$;
REVOKE ALL ON FUNCTION persons_is_open_look(uuid, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION persons_is_open_look(uuid, bigint) TO kbi_web;
