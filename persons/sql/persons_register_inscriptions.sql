-- The only way to add inscriptions; each gets its event in the same statement. The outcome is the same whether or not
-- the KBI knows the number. A row from the same first day as an inscription that ends later brings its end forward, to
-- yesterday at the earliest. Each call is planned anew: a plan from an empty table reads all of it for every row.
CREATE OR REPLACE FUNCTION persons_register_inscriptions(p_institution bigint, p_rows jsonb)
RETURNS TABLE (line integer, outcome text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_column
DECLARE
  v_turn bigint := 1;
  v_answers bigint;
  v_answered bigint := 0;
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
  -- Several rows for one person in one capacity take turns, so that each sees the outcome of those before it.
  LOOP
    RETURN QUERY
    WITH wished AS MATERIALIZED (
      SELECT x.*, row_number() OVER (PARTITION BY x.insz COLLATE "C", x.capacity COLLATE "C" ORDER BY x.line) AS turn
      FROM jsonb_to_recordset(p_rows) AS x(
        line integer, public_id uuid, insz text, capacity text, valid_from date, valid_until date, reason text,
        proof text)
    ), ground AS MATERIALIZED (
      -- The version of the first day decides under which mandate it comes. The longest period and who may register are
      -- those of today's version where the first day is past: a date in the past brings no earlier rule back.
      SELECT x.capacity, x.valid_from, m.mandate_id, m.may_register,
        (x.valid_from + make_interval(months => m.max_months))::date AS latest,
        (x.valid_from + make_interval(months => m.max_months) - interval '1 day')::date AS longest
      FROM (SELECT DISTINCT capacity, valid_from FROM wished WHERE turn = v_turn) x
      JOIN partners_institution n ON n.id = p_institution
      CROSS JOIN LATERAL (
        SELECT m.id AS mandate_id, rules.max_months, rules.may_register
        FROM partners_mandate m
        JOIN partners_mandateversion v ON v.mandate_id = m.id
        CROSS JOIN LATERAL (
          SELECT r.max_months, r.may_register FROM partners_mandateversion r
          WHERE r.mandate_id = m.id AND r.status = 'confirmed'
            AND (r.id = v.id OR app_covers(r.valid_from, r.valid_until, greatest(x.valid_from, app_today())))
          ORDER BY r.valid_from DESC LIMIT 1
        ) rules
        WHERE partners_is_open(n.active, n.ended_on, app_today()) AND m.capacity = x.capacity AND (m.institution_id = n.id OR m.institution_kind = n.kind)
          AND v.status = 'confirmed' AND app_covers(v.valid_from, v.valid_until, x.valid_from)
        ORDER BY m.institution_id NULLS LAST LIMIT 1
      ) m
    ), asked AS (
      SELECT x.*, g.mandate_id, g.may_register, g.latest, coalesce(x.valid_until, g.longest) AS until
      FROM wished x LEFT JOIN ground g ON g.capacity = x.capacity AND g.valid_from = x.valid_from
      WHERE x.turn = v_turn
    ), judged AS MATERIALIZED (
      SELECT a.*, there.longer, CASE
        WHEN coalesce(btrim(a.reason), '') = '' THEN 'no_reason'
        WHEN a.valid_from NOT BETWEEN DATE '1990-01-01' AND app_today() + 366 THEN 'start_far_off'
        WHEN a.mandate_id IS NULL THEN 'no_mandate'
        WHEN NOT v_is_import AND a.may_register <> app_role() THEN 'not_allowed'
        WHEN a.until < a.valid_from THEN 'period_reversed'
        WHEN there.same THEN 'exists'
        WHEN there.longer IS NOT NULL THEN 'brought_forward'
        WHEN a.until > a.latest THEN 'period_too_long'
        WHEN NOT there.same THEN 'overlaps'
        END AS verdict
      FROM asked a
      LEFT JOIN LATERAL (
        -- A row without an end equals one that begins that day. So does a row with an earlier end than one that is
        -- over: no end lies before yesterday.
        SELECT bool_or(i.valid_from = a.valid_from AND (a.valid_until IS NULL OR a.valid_until = i.valid_until
            OR a.valid_until < i.valid_until AND i.valid_until < app_today())) AS same,
          min(i.id) FILTER (WHERE i.valid_from = a.valid_from AND a.valid_until < i.valid_until) AS longer
        FROM persons_inscriptions_beside(p_institution, a.insz, a.mandate_id,
          daterange(a.valid_from, greatest(a.valid_from, a.until), '[]')) i
      ) there ON true
    ), written AS (
      INSERT INTO persons_inscription (public_id, institution_id, insz, person_id, mandate_id, valid_from, valid_until,
        reason, proof, registered_by_id, registered_at)
      SELECT d.public_id, p_institution, d.insz, p.id, d.mandate_id, d.valid_from, d.until, btrim(d.reason),
        coalesce(d.proof, ''), app_user(), now()
      FROM judged d LEFT JOIN persons_person p ON p.insz = d.insz
      WHERE d.verdict IS NULL
      ORDER BY d.line
      RETURNING id, valid_until, reason
    ), shortened AS (
      UPDATE persons_inscription i SET valid_until = greatest(d.until, app_today() - 1)
      FROM judged d JOIN persons_inscription old ON old.id = d.longer
      WHERE d.verdict = 'brought_forward' AND i.id = old.id
      RETURNING i.id, old.valid_until AS old_until, i.valid_until, btrim(d.reason) AS reason
    ), noted AS (
      INSERT INTO persons_inscriptionevent (inscription_id, what, at, user_id, user_name, old_until, new_until, reason)
      SELECT id, 'registered', now(), app_user(), v_user_name, NULL, valid_until, reason FROM written
      UNION ALL
      SELECT id, 'ended', now(), app_user(), v_user_name, old_until, valid_until, reason FROM shortened
    )
    SELECT d.line, coalesce(d.verdict, 'registered') FROM judged d ORDER BY d.line;
    GET DIAGNOSTICS v_answers = ROW_COUNT;
    v_answered := v_answered + v_answers;
    EXIT WHEN v_answers = 0 OR v_answered >= jsonb_array_length(p_rows);
    v_turn := v_turn + 1;
  END LOOP;
END $$;
REVOKE ALL ON FUNCTION persons_register_inscriptions(bigint, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION persons_register_inscriptions(bigint, jsonb) TO kbi_web;
