-- The only way to add inscriptions; each gets its event in the same statement. persons_judge_turn decides, also for a
-- preview (persons_judge_inscriptions). A row from the same first day as an inscription that ends later brings its end
-- forward, to yesterday at the earliest. Each call is planned anew: a plan from an empty table reads all of it for every
-- row.
CREATE OR REPLACE FUNCTION persons_register_inscriptions(p_institution bigint, p_rows jsonb)
RETURNS TABLE (line integer, outcome text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_column
DECLARE
  v_turn jsonb;
  v_user_name text := partners_user_name();
  -- A command on the server, such as import_clients, works as the owner, who also owns this function. Inside it only
  -- the session and its role still say who called.
  v_is_import boolean := app_user() IS NULL
    AND coalesce(nullif(current_setting('role'), 'none'), session_user) = current_user;
BEGIN
  IF p_institution IS NULL OR p_institution IS DISTINCT FROM app_institution() THEN
    RAISE EXCEPTION 'inscriptions are registered for the bound institution only' USING ERRCODE = '42501';
  END IF;
  IF NOT v_is_import THEN PERFORM partners_require_role(); END IF;
  PERFORM pg_advisory_xact_lock_shared(app_arrivals());
  -- One at a time for each institution: an inscription that another session is writing would not be seen as a conflict.
  PERFORM pg_advisory_xact_lock(7050802, p_institution::integer);
  FOR v_turn IN SELECT persons_rows_in_turns(p_rows) LOOP
    RETURN QUERY
    WITH judged AS MATERIALIZED (
      SELECT * FROM persons_judge_turn(p_institution, v_turn, v_is_import, '{}')
    ), written AS (
      INSERT INTO persons_inscription (public_id, institution_id, insz, person_id, mandate_id, valid_from, valid_until,
        reason, proof, registered_by_id, registered_at)
      SELECT d.public_id, p_institution, d.insz, p.id, d.mandate_id, d.valid_from, d.until, btrim(d.reason),
        coalesce(d.proof, ''), app_user(), now()
      FROM judged d LEFT JOIN persons_person p ON p.insz = d.insz
      WHERE d.outcome = 'registered'
      ORDER BY d.line
      RETURNING id, valid_until, reason
    ), shortened AS (
      UPDATE persons_inscription i SET valid_until = greatest(d.until, app_today() - 1)
      FROM judged d JOIN persons_inscription old ON old.id = d.longer
      WHERE d.outcome = 'brought_forward' AND i.id = old.id
      RETURNING i.id, old.valid_until AS old_until, i.valid_until, btrim(d.reason) AS reason
    ), hashed AS (
      -- The hash of a number stays as it was first stored.
      INSERT INTO persons_numberhash (insz, hash)
      SELECT DISTINCT ON (d.insz) d.insz, d.hash FROM judged d WHERE d.outcome = 'registered'
      ON CONFLICT (insz) DO NOTHING
    ), noted AS (
      INSERT INTO persons_inscriptionevent (inscription_id, what, at, user_id, user_name, old_until, new_until, reason)
      SELECT id, 'registered', now(), app_user(), v_user_name, NULL, valid_until, reason FROM written
      UNION ALL
      SELECT id, 'ended', now(), app_user(), v_user_name, old_until, valid_until, reason FROM shortened
    )
    SELECT d.line, d.outcome FROM judged d ORDER BY d.line;
  END LOOP;
END $$;
REVOKE ALL ON FUNCTION persons_register_inscriptions(bigint, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION persons_register_inscriptions(bigint, jsonb) TO kbi_web;
