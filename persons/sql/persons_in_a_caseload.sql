-- Which of these numbers (NULL: of all) are in the caseload of a colleague of the bound institution today. For its privacy
-- officer, who does not read in whose.
CREATE OR REPLACE FUNCTION persons_in_a_caseload(p_numbers text[]) RETURNS SETOF text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM partners_require_role('privacy_officer');
  RETURN QUERY SELECT DISTINCT c.insz::text FROM persons_caseloadrow c
    WHERE c.institution_id = app_institution() AND (p_numbers IS NULL OR c.insz = ANY (p_numbers))
      -- The row of a former client goes in the night; it counts no more before that.
      AND EXISTS (SELECT FROM persons_inscription i WHERE i.institution_id = c.institution_id AND i.insz = c.insz
                  AND i.voided_at IS NULL AND i.valid_until >= app_today());
END $$;
REVOKE ALL ON FUNCTION persons_in_a_caseload(text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION persons_in_a_caseload(text[]) TO kbi_web;
