-- The looks that showed something about a person, of these institutions (NULL: all, also rows without an institution),
-- before a moment: rows with outcome 'shown' at the file of one of the numbers, or that showed one of them in a list, search
-- or file, or in which the institution entered it (registered, uploaded, noted). A number that was only asked for is not
-- shown, and a refusal shows nothing.
--
-- Row-level security is not forced on the owner of the log, so its indexes serve: `&&` is not leakproof. The numbers alone
-- decide inside, so that no other index looks cheaper. Only for functions of the owner of the tables, which check who
-- asks and write the row of the log.
CREATE OR REPLACE FUNCTION consultations_about_person(p_numbers text[], p_institutions bigint[], p_before timestamptz)
RETURNS SETOF consultations_consultation
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 50
SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET enable_seqscan = off AS $$
BEGIN
  RETURN QUERY SELECT looks.* FROM (
      SELECT c.* FROM consultations_consultation c
      WHERE c.insz = ANY (p_numbers)
         OR c.numbers <> '{}' AND c.numbers && p_numbers::varchar[]
         OR c.shown <> '{}' AND c.shown && p_numbers::varchar[]
      OFFSET 0
    ) looks
    WHERE looks.at < p_before AND looks.outcome = 'shown'
      AND (p_institutions IS NULL OR looks.institution_id = ANY (p_institutions))
      AND (looks.insz = ANY (p_numbers) OR looks.shown && p_numbers::varchar[]
           OR looks.kind IN ('registration', 'upload', 'access_request'));
END $$;
REVOKE ALL ON FUNCTION consultations_about_person(text[], bigint[], timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION consultations_about_person(text[], bigint[], timestamptz) TO kbi_owner;
