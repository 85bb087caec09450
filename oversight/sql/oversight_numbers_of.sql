-- The numbers of a person: this one first, then those that it replaced, at one remove too. Known from inscriptions of these
-- institutions (NULL: all) that went on under the newer number (`persons_replaced_number`), and from nothing else: a letter
-- to the wrong person would be worse than one that lacks an older number.
CREATE OR REPLACE FUNCTION oversight_numbers_of(p_insz text, p_institutions bigint[]) RETURNS text[]
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  WITH RECURSIVE same(insz) AS (
    SELECT p_insz
    UNION
    SELECT old.insz::text
    FROM same
    JOIN persons_inscription i ON i.insz = same.insz
    JOIN persons_inscription old ON old.id = i.carried_from_id AND old.insz <> i.insz
    WHERE p_institutions IS NULL OR i.institution_id = ANY (p_institutions)
  )
  SELECT array_agg(insz ORDER BY insz <> p_insz, insz) FROM same
$$;
REVOKE ALL ON FUNCTION oversight_numbers_of(text, bigint[]) FROM PUBLIC;
