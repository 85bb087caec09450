-- The numbers that the rules above every mandate keep from a user at an institution today, and the institution's
-- inscriptions under them. Without a user, all colleagues and shielded persons, but none for a command on the server.
-- Only numbers that some rule may be about are looked at: those of accounts with access there, of the user and of
-- shields. persons_bind_rules calls it once for each transaction.
CREATE OR REPLACE FUNCTION persons_hidden(p_user bigint, p_institution bigint,
  OUT numbers text[], OUT inscriptions bigint[])
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  numbers := '{}';
  inscriptions := '{}';
  IF p_institution IS NULL OR p_user IS NULL
      AND coalesce(nullif(current_setting('role'), 'none'), session_user) = 'kbi_owner' THEN
    RETURN;
  END IF;
  -- Of others it would say which numbers are those of users and of shielded persons.
  IF (p_user, p_institution) IS DISTINCT FROM (app_user(), app_institution()) THEN
    RAISE EXCEPTION 'only for the bound user at the bound institution' USING ERRCODE = '42501';
  END IF;
  WITH accounts AS (
    SELECT p_user AS user_id
    UNION
    SELECT m.user_id FROM partners_membership m
    WHERE m.institution_id = p_institution AND m.status = 'confirmed'
      AND app_covers(m.valid_from, m.valid_until, app_today())
  ), found AS (
    SELECT h.insz FROM accounts
    JOIN partners_ownnumber a USING (user_id) JOIN persons_numberhash h ON h.hash = a.hash
    UNION
    SELECT s.insz FROM persons_shield s
    WHERE s.ended_at IS NULL AND app_covers(s.valid_from, s.valid_until, app_today())
      AND (s.institution_id IS NULL OR s.institution_id = p_institution
           OR s.institution_id = ANY (partners_works_for(p_institution)))
  )
  SELECT array_agg(insz) INTO numbers FROM found;
  IF numbers IS NULL THEN
    numbers := '{}';
    RETURN;
  END IF;
  SELECT coalesce(array_agg(k.insz), '{}') INTO numbers
  FROM (
    SELECT unnest(numbers) AS insz
    UNION
    SELECT o.insz FROM persons_person p JOIN persons_person o ON o.unique_number = p.unique_number
    WHERE p.insz = ANY (numbers) AND p.unique_number <> '' AND o.unique_number <> ''
  ) k
  CROSS JOIN LATERAL persons_facts_about(p_user, p_institution, k.insz, NULL) f
  WHERE persons_rule_of(f.is_own, f.is_colleague, f.is_shielded, f.is_named) IS NOT NULL;
  inscriptions := ARRAY(SELECT i.id FROM persons_inscription i
                        WHERE i.institution_id = p_institution AND i.insz = ANY (numbers));
END $$;
REVOKE ALL ON FUNCTION persons_hidden(bigint, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION persons_hidden(bigint, bigint) TO kbi_web;
