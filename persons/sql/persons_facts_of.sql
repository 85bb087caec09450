-- What the rules above every mandate know of numbers, for a user at an institution today: whether one is their own, that of
-- an account with access there, of a shielded person, and whether a privacy officer named the user for it. A number of
-- which nothing is known has no row. p_hashes are the hashes of the numbers, NULL for those that are stored. Another number
-- of the same person counts too. Shields and names go over to a successor.
--
-- While a privacy officer has not said that an account of a client is right (persons_answer_own_file), its number counts
-- for its owner only: a user may have entered the number of another client, who would be hidden from all colleagues.
CREATE OR REPLACE FUNCTION persons_facts_of(p_user bigint, p_institution bigint, p_numbers text[], p_hashes bytea[])
RETURNS TABLE (insz text, is_own boolean, is_colleague boolean, is_shielded boolean, is_named boolean)
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
  v_institutions bigint[] := p_institution || partners_works_for(p_institution);
BEGIN
  RETURN QUERY
  WITH same AS MATERIALIZED (
    SELECT n.asked, n.insz FROM persons_numbers_of(p_numbers) n
  ), account AS (
    SELECT s.asked, o.user_id, o.set_at FROM same s
    JOIN persons_numberhash h ON h.insz = s.insz JOIN partners_ownnumber o ON o.hash = h.hash
    UNION
    SELECT n.insz, o.user_id, o.set_at FROM unnest(p_numbers, p_hashes) AS n(insz, hash)
    JOIN partners_ownnumber o ON o.hash = n.hash
  ), known AS (
    SELECT a.asked, a.user_id IS NOT DISTINCT FROM p_user AS is_own, EXISTS (
        SELECT FROM partners_membership m
        WHERE m.user_id = a.user_id AND m.institution_id = p_institution AND m.status = 'confirmed'
          AND app_covers(m.valid_from, m.valid_until, app_today())
      ) AND NOT EXISTS (
        SELECT FROM persons_ownfilereport r
        WHERE r.user_id = a.user_id AND r.institution_id = ANY (v_institutions) AND r.at >= a.set_at
          AND r.answer <> 'right'
      ) AS is_colleague, false AS is_shielded, false AS is_named
    FROM account a
    UNION ALL
    SELECT s.asked, false, false, true, false FROM same s JOIN persons_shield x ON x.insz = s.insz
    WHERE (x.institution_id IS NULL OR x.institution_id = ANY (v_institutions))
      -- For who ended it early it goes on until its day: no one takes it away to look themselves.
      AND (x.ended_at IS NULL OR x.ended_by_id = p_user) AND app_covers(x.valid_from, x.valid_until, app_today())
    UNION ALL
    SELECT s.asked, false, false, false, true FROM same s JOIN persons_namedlooker l ON l.insz = s.insz
    WHERE l.user_id = p_user AND l.institution_id = ANY (v_institutions)
      AND l.ended_at IS NULL AND app_covers(l.valid_from, l.valid_until, app_today())
  )
  SELECT k.asked, bool_or(k.is_own), bool_or(k.is_colleague), bool_or(k.is_shielded), bool_or(k.is_named)
  FROM known k GROUP BY k.asked;
END $$;
REVOKE ALL ON FUNCTION persons_facts_of(bigint, bigint, text[], bytea[]) FROM PUBLIC;
