-- The rows of a letter as they are in the log, for the bound privacy officer, to make proofs of (consultations.seals.letters):
-- the hashes of a row need all its columns. See oversight_letter_rows.
CREATE OR REPLACE FUNCTION oversight_letter_proof(p_insz text, p_before timestamptz, p_most integer)
RETURNS SETOF consultations_consultation
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN QUERY
    SELECT * FROM oversight_letter_rows(p_insz, oversight_letter_institutions(), p_before, 'portal', p_most);
END $$;
REVOKE ALL ON FUNCTION oversight_letter_proof(text, timestamptz, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION oversight_letter_proof(text, timestamptz, integer) TO kbi_web;
