-- What registering each row of a turn (persons_rows_in_turns) would do: the rule of registering and of its preview. It
-- writes nothing, and does not look whether the KBI knows the number. outcome is 'registered', 'exists',
-- 'brought_forward' or why not, which may be a rule above every mandate (persons_rule_of); mandate_id and until are those
-- of the new inscription; longer is the inscription that gets an earlier end. p_planned: see persons_judge_inscriptions;
-- '{}' where rows are written at once. PostgreSQL reads the function as part of the statement around it, because it sets
-- nothing.
CREATE OR REPLACE FUNCTION persons_judge_turn(p_institution bigint, p_rows jsonb, p_is_import boolean, p_planned jsonb)
RETURNS TABLE (line integer, public_id uuid, insz text, capacity text, mandate_id bigint, valid_from date, until date,
  reason text, proof text, longer bigint, hash bytea, outcome text) LANGUAGE sql STABLE AS $$
  WITH wished AS MATERIALIZED (
    SELECT x.* FROM jsonb_to_recordset(p_rows) AS x(line integer, public_id uuid, insz text, capacity text,
      valid_from date, valid_until date, reason text, proof text, insz_hash text)
  ), ground AS MATERIALIZED (
    -- The version of the first day decides under which mandate it comes. The longest period and who may register are
    -- those of today's version where the first day is past: a date in the past brings no earlier rule back.
    SELECT x.capacity, x.valid_from, m.mandate_id, m.may_register,
      (x.valid_from + make_interval(months => m.max_months))::date AS latest,
      (x.valid_from + make_interval(months => m.max_months) - interval '1 day')::date AS longest
    FROM (SELECT DISTINCT w.capacity, w.valid_from FROM wished w) x
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
  ), ruled AS MATERIALIZED (
    -- The rules above every mandate, whether or not anyone knows the number. The server registers for no user.
    SELECT f.insz, persons_rule_of(f.is_own, f.is_colleague, f.is_shielded, f.is_named) AS rule
    FROM persons_facts_of(app_user(), p_institution, ARRAY(SELECT w.insz FROM wished w ORDER BY w.line),
                          ARRAY(SELECT decode(w.insz_hash, 'hex') FROM wished w ORDER BY w.line)) f
    WHERE NOT p_is_import
  ), asked AS (
    SELECT x.*, g.mandate_id, g.may_register, g.latest, coalesce(x.valid_until, g.longest) AS until
    FROM wished x LEFT JOIN ground g ON g.capacity = x.capacity AND g.valid_from = x.valid_from
  )
  SELECT a.line, a.public_id, a.insz, a.capacity, a.mandate_id, a.valid_from, a.until, a.reason, a.proof, there.longer,
    decode(a.insz_hash, 'hex'),
    CASE
      WHEN ruled.rule IS NOT NULL THEN ruled.rule
      WHEN coalesce(btrim(a.reason), '') = '' THEN 'no_reason'
      WHEN a.valid_from NOT BETWEEN DATE '1990-01-01' AND app_today() + 366 THEN 'start_far_off'
      WHEN a.mandate_id IS NULL THEN 'no_mandate'
      WHEN NOT p_is_import AND a.may_register <> app_role() THEN 'not_allowed'
      WHEN a.until < a.valid_from THEN 'period_reversed'
      WHEN there.same THEN 'exists'
      WHEN there.longer IS NOT NULL THEN 'brought_forward'
      WHEN a.until > a.latest THEN 'period_too_long'
      WHEN NOT there.same THEN 'overlaps'
      ELSE 'registered'
    END
  FROM asked a
  LEFT JOIN LATERAL (
    -- A row without an end equals one that begins that day. So does a row with an earlier end than one that is
    -- over: no end lies before yesterday.
    SELECT bool_or(i.valid_from = a.valid_from AND (a.valid_until IS NULL OR a.valid_until = i.valid_until
        OR a.valid_until < i.valid_until AND i.valid_until < app_today())) AS same,
      min(i.id) FILTER (WHERE i.valid_from = a.valid_from AND a.valid_until < i.valid_until) AS longer
    FROM persons_inscriptions_beside(p_institution, a.insz, a.mandate_id,
      daterange(a.valid_from, greatest(a.valid_from, a.until), '[]'),
      coalesce(p_planned -> (a.insz || ' ' || a.capacity), '{}')) i
  ) there ON true
  LEFT JOIN ruled ON ruled.insz = a.insz
$$;
REVOKE ALL ON FUNCTION persons_judge_turn(bigint, jsonb, boolean, jsonb) FROM PUBLIC;
