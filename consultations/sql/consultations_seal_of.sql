-- The seal of the rows of one transaction in one Brussels month, with the hashes of its rows; none when they are not
-- sealed yet. The hashes reveal nothing of a row: each is over a random secret.
CREATE OR REPLACE FUNCTION consultations_seal_of(p_epoch smallint, p_xid xid8, p_month date)
RETURNS SETOF consultations_seal LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT * FROM consultations_seal
  WHERE epoch = p_epoch AND until_xid > p_xid AND from_xid <= p_xid AND month = p_month
  ORDER BY until_xid LIMIT 1
$$;
REVOKE ALL ON FUNCTION consultations_seal_of(smallint, xid8, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION consultations_seal_of(smallint, xid8, date) TO kbi_web, kbi_owner;
