-- What the rules above every mandate know of the numbers that are asked for, and of the number of an inscription of the
-- bound institution (asked is its public id then), for the bound user. p_hashes are the hashes of p_numbers. Numbers of
-- which no rule knows anything have no row.
CREATE OR REPLACE FUNCTION persons_rule_facts(p_numbers text[], p_hashes bytea[], p_inscription uuid)
RETURNS TABLE (asked text, is_own boolean, is_colleague boolean, is_shielded boolean, is_named boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT a.asked, f.is_own, f.is_colleague, f.is_shielded, f.is_named
  FROM (
    SELECT n.insz AS asked, n.insz, n.hash FROM unnest(p_numbers, p_hashes) AS n(insz, hash)
    UNION ALL
    SELECT i.public_id::text, i.insz, NULL FROM persons_inscription i
    WHERE i.public_id = p_inscription AND i.institution_id = app_institution()
  ) a
  CROSS JOIN LATERAL persons_facts_about(app_user(), app_institution(), a.insz, a.hash) f
  WHERE f.is_own OR f.is_colleague OR f.is_shielded OR f.is_named
$$;
REVOKE ALL ON FUNCTION persons_rule_facts(text[], bytea[], uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION persons_rule_facts(text[], bytea[], uuid) TO kbi_web;
