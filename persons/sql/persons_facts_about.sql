-- What the rules above every mandate know of a number, for a user at an institution today: whether it is their own, that
-- of an account with access there, of a shielded person, and whether a privacy officer named the user for it. p_hash is
-- the hash of a number that has none stored yet. Another number of the same person (the same unique number) counts too:
-- an inscription goes over to a newer number, and a shield must not end with that. Shields and names go over to a
-- successor.
CREATE OR REPLACE FUNCTION persons_facts_about(p_user bigint, p_institution bigint, p_insz text, p_hash bytea,
  OUT is_own boolean, OUT is_colleague boolean, OUT is_shielded boolean, OUT is_named boolean)
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = public, pg_temp AS $$
DECLARE
  v_numbers text[] := ARRAY(
    SELECT p_insz UNION SELECT o.insz FROM persons_person p JOIN persons_person o ON o.unique_number = p.unique_number
    WHERE p.insz = p_insz AND p.unique_number <> '' AND o.unique_number <> '');
  v_accounts bigint[] := ARRAY(
    SELECT a.user_id FROM partners_ownnumber a JOIN (
      SELECT p_hash AS hash UNION SELECT h.hash FROM persons_numberhash h WHERE h.insz = ANY (v_numbers)
    ) k ON k.hash = a.hash);
  v_institutions bigint[] := partners_works_for(p_institution);
BEGIN
  is_own := coalesce(p_user = ANY (v_accounts), false);
  is_colleague := v_accounts <> '{}' AND EXISTS (
    SELECT FROM partners_membership m
    WHERE m.user_id = ANY (v_accounts) AND m.institution_id = p_institution AND m.status = 'confirmed'
      AND app_covers(m.valid_from, m.valid_until, app_today()));
  is_shielded := EXISTS (
    SELECT FROM persons_shield s
    WHERE s.insz = ANY (v_numbers) AND (s.institution_id IS NULL OR s.institution_id = ANY (v_institutions))
      AND s.ended_at IS NULL AND app_covers(s.valid_from, s.valid_until, app_today()));
  is_named := EXISTS (
    SELECT FROM persons_namedlooker l
    WHERE l.insz = ANY (v_numbers) AND l.user_id = p_user AND l.institution_id = ANY (v_institutions)
      AND l.ended_at IS NULL AND app_covers(l.valid_from, l.valid_until, app_today()));
END $$;
REVOKE ALL ON FUNCTION persons_facts_about(bigint, bigint, text, bytea) FROM PUBLIC;
