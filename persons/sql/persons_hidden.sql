-- The numbers that the rules above every mandate keep from a user at an institution today, and the institution's
-- inscriptions under them. Without a user, all colleagues and shielded persons, but none for a command on the server.
-- Of the shields of the agency only those about someone whom a page of the institution could name: a number that is typed
-- is judged by itself (persons_judge_turn, persons_rule_facts). persons_bind_rules calls it once for each transaction, so
-- each step is one statement over all of them.
CREATE OR REPLACE FUNCTION persons_hidden(p_user bigint, p_institution bigint,
  OUT numbers text[], OUT inscriptions bigint[])
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_institutions bigint[];
  v_known text[];
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
  numbers := ARRAY(
    SELECT h.insz FROM (
      SELECT p_user AS user_id
      UNION
      SELECT m.user_id FROM partners_membership m
      WHERE m.institution_id = p_institution AND m.status = 'confirmed'
        AND app_covers(m.valid_from, m.valid_until, app_today())
    ) a
    JOIN partners_ownnumber o USING (user_id) JOIN persons_numberhash h ON h.hash = o.hash);
  IF EXISTS (SELECT FROM persons_shield s
             WHERE (s.ended_at IS NULL OR s.ended_by_id = p_user) AND s.valid_until >= app_today()) THEN
    v_institutions := p_institution || partners_works_for(p_institution);
    numbers := numbers || ARRAY(
      SELECT s.insz FROM persons_shield s
      WHERE s.institution_id = ANY (v_institutions)
        AND (s.ended_at IS NULL OR s.ended_by_id = p_user) AND app_covers(s.valid_from, s.valid_until, app_today()));
    -- Whoever is in a caseload, reminder or detour was registered. As joins, so that PostgreSQL begins where there are
    -- fewest: with the shields, or with the clients.
    v_known := ARRAY(
      WITH everywhere AS NOT MATERIALIZED (
        SELECT s.insz FROM persons_shield s
        WHERE s.institution_id IS NULL
          AND (s.ended_at IS NULL OR s.ended_by_id = p_user) AND app_covers(s.valid_from, s.valid_until, app_today())
      ), named AS NOT MATERIALIZED (
        SELECT i.insz FROM persons_inscription i WHERE i.institution_id = ANY (v_institutions)
        UNION ALL
        SELECT q.insz FROM persons_question q WHERE q.supplier_id = ANY (v_institutions)
        UNION ALL
        SELECT e.insz FROM persons_escape e WHERE e.institution_id = p_institution AND e.ends_at > statement_timestamp()
      )
      SELECT k.insz FROM named k JOIN everywhere s ON s.insz = k.insz
      UNION
      SELECT k.insz FROM named k JOIN persons_person p ON p.insz = k.insz
      JOIN persons_person o ON o.unique_number = p.unique_number AND o.insz <> p.insz
      JOIN everywhere s ON s.insz = o.insz
      WHERE p.unique_number <> '' AND o.unique_number <> '');
  END IF;
  IF numbers <> '{}' THEN
    numbers := ARRAY(SELECT DISTINCT n.insz FROM persons_numbers_of(numbers) n);
  END IF;
  numbers := numbers || v_known;
  IF numbers = '{}' THEN RETURN; END IF;
  numbers := ARRAY(
    SELECT f.insz FROM persons_facts_of(p_user, p_institution, numbers, NULL) f
    WHERE persons_rule_of(f.is_own, f.is_colleague, f.is_shielded, f.is_named) IS NOT NULL);
  inscriptions := ARRAY(SELECT i.id FROM persons_inscription i
                        WHERE i.institution_id = p_institution AND i.insz = ANY (numbers));
END $$;
REVOKE ALL ON FUNCTION persons_hidden(bigint, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION persons_hidden(bigint, bigint) TO kbi_web;
