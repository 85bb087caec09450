-- The only way to add inscriptions; each gets its event in the same statement. The outcome is the same whether or not
-- the KBI knows the number.
CREATE OR REPLACE FUNCTION persons_register_inscriptions(p_institution bigint, p_rows jsonb)
RETURNS TABLE (line integer, outcome text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
  v_turn bigint := 1;
  v_answers bigint;
  v_answered bigint := 0;
  v_user_name text := partners_user_name();
BEGIN
  IF p_institution IS NULL OR p_institution IS DISTINCT FROM app_institution() THEN
    RAISE EXCEPTION 'inscriptions are registered for the bound institution only' USING ERRCODE = '42501';
  END IF;
  PERFORM pg_advisory_xact_lock_shared(app_arrivals());
  -- One at a time for each institution: an inscription that another session is writing would not be seen as a conflict.
  PERFORM pg_advisory_xact_lock(7050802, p_institution::integer);
  -- Several rows for one person in one capacity take turns, so that each sees the outcome of those before it.
  LOOP
    RETURN QUERY
    WITH wished AS (
      SELECT x.*, row_number() OVER (PARTITION BY x.insz, x.capacity ORDER BY x.line) AS turn
      FROM jsonb_to_recordset(p_rows) AS x(
        line integer, public_id uuid, insz text, capacity text, valid_from date, valid_until date, reason text,
        proof text)
    ), asked AS (
      -- The version of the first day decides under which mandate it comes. The longest period and who may register are
      -- those of today's version where the first day is past: a date in the past brings no earlier rule back.
      SELECT x.*, m.mandate_id, m.may_register,
        (x.valid_from + make_interval(months => m.max_months))::date AS latest,
        coalesce(x.valid_until,
          (x.valid_from + make_interval(months => m.max_months) - interval '1 day')::date) AS until
      FROM wished x
      LEFT JOIN partners_institution n ON n.id = p_institution
      LEFT JOIN LATERAL (
        SELECT m.id AS mandate_id, rules.max_months, rules.may_register
        FROM partners_mandate m
        JOIN partners_mandateversion v ON v.mandate_id = m.id
        CROSS JOIN LATERAL (
          SELECT r.max_months, r.may_register FROM partners_mandateversion r
          WHERE r.mandate_id = m.id AND r.status = 'confirmed'
            AND (r.id = v.id OR app_covers(r.valid_from, r.valid_until, greatest(x.valid_from, app_today())))
          ORDER BY r.valid_from DESC LIMIT 1
        ) rules
        WHERE n.active AND m.capacity = x.capacity AND (m.institution_id = n.id OR m.institution_kind = n.kind)
          AND v.status = 'confirmed' AND app_covers(v.valid_from, v.valid_until, x.valid_from)
        ORDER BY m.institution_id NULLS LAST LIMIT 1
      ) m ON true
      WHERE x.turn = v_turn
    ), judged AS (
      SELECT a.*, CASE
        WHEN coalesce(btrim(a.reason), '') = '' THEN 'no_reason'
        WHEN a.valid_from NOT BETWEEN DATE '1990-01-01' AND app_today() + 366 THEN 'start_far_off'
        WHEN a.mandate_id IS NULL THEN 'no_mandate'
        -- A command on the server, such as import_clients, is bound to no user; every request is.
        WHEN app_user() IS NOT NULL AND a.may_register <> app_role() THEN 'not_allowed'
        WHEN a.until < a.valid_from THEN 'period_reversed'
        WHEN there.same THEN 'exists'
        WHEN a.until > a.latest THEN 'period_too_long'
        WHEN NOT there.same THEN 'overlaps'
        END AS verdict
      FROM asked a
      LEFT JOIN LATERAL (
        -- Inscriptions of the same person and capacity conflict under any mandate: a second one would double the
        -- list line. Under another mandate only the days count on which both mandates are in force, and
        -- inscriptions under a mandate that is over don't count. A row without an end equals one that begins that day.
        SELECT bool_or(i.valid_from = a.valid_from AND i.valid_until = coalesce(a.valid_until, i.valid_until)) AS same
        FROM persons_inscription i JOIN partners_mandate o ON o.id = i.mandate_id
        CROSS JOIN LATERAL (
          SELECT daterange(i.valid_from, i.valid_until, '[]')
            * daterange(a.valid_from, greatest(a.valid_from, a.until), '[]') AS days
        ) shared
        WHERE i.institution_id = p_institution AND i.insz = a.insz AND i.voided_at IS NULL AND o.capacity = a.capacity
          AND CASE WHEN o.id = a.mandate_id THEN NOT isempty(shared.days)
            ELSE partners_mandate_days(o.id) && daterange(app_today(), NULL)
              AND partners_mandate_days(o.id) * partners_mandate_days(a.mandate_id) && shared.days END
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
    ), noted AS (
      INSERT INTO persons_inscriptionevent (inscription_id, what, at, user_id, user_name, new_until, reason)
      SELECT w.id, 'registered', now(), app_user(), v_user_name, w.valid_until, w.reason FROM written w
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
