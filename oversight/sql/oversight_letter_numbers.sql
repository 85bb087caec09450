-- The numbers that the letter of the bound privacy officer to a person is about, that of the person now first.
CREATE OR REPLACE FUNCTION oversight_letter_numbers(p_insz text) RETURNS text[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN oversight_numbers_of(p_insz, oversight_letter_institutions());
END $$;
REVOKE ALL ON FUNCTION oversight_letter_numbers(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION oversight_letter_numbers(text) TO kbi_web;
