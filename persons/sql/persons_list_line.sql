-- The line of the client list that each inscription has under each version of its mandate that is not over. Verdict,
-- slack, parts and the last fall are there only where the version allows VormingsActiviteiten, and the target group only where it allows
-- Doelgroep.
-- `shows` ranks the lines of one person at one institution.
-- Clients without a name come last: no name sorts after U+FFFF.
CREATE VIEW persons_list_line WITH (security_invoker = true) AS
  SELECT i.id AS inscription_id, v.id AS version_id, i.institution_id, i.person_id, i.public_id, m.capacity,
    greatest(i.valid_from, v.valid_from) AS counts_from, least(i.valid_until, v.valid_until) AS counts_until,
    i.valid_until, coalesce(nullif(p.sort_key, ''), U&'\FFFF') AS sort_key, p.insz, p.last_name, p.first_name,
    p.birth_date,
    CASE WHEN allowed.attendance THEN s.verdict END AS verdict,
    CASE WHEN allowed.attendance THEN s.may_miss END AS may_miss,
    CASE WHEN allowed.attendance THEN s.decides_on END AS decides_on,
    CASE WHEN allowed.attendance THEN s.parts END AS parts,
    CASE WHEN allowed.target THEN coalesce(s.target_code, '') ELSE '' END AS target_code,
    CASE WHEN allowed.target THEN coalesce(s.target_type, '') ELSE '' END AS target_type,
    CASE WHEN allowed.attendance THEN s.fell_at END AS fell_at,
    cardinality(v.blocks) + CASE WHEN allowed.attendance THEN 1000 ELSE 0 END AS shows,
    (p.as_of AT TIME ZONE 'Europe/Brussels')::date AS as_of,
    nullif(coalesce(p.doubts, '{}') - 'others' || jsonb_strip_nulls(jsonb_build_object(
      'warnings', p.warnings, 'question', CASE WHEN allowed.attendance THEN asked.until END)), '{}') AS doubts
  FROM persons_inscription i
  JOIN persons_person p ON p.id = i.person_id
  JOIN partners_mandate m ON m.id = i.mandate_id
  JOIN partners_mandateversion v ON v.mandate_id = m.id
  LEFT JOIN persons_standing s ON s.person_id = p.id
  CROSS JOIN LATERAL (
    SELECT 'VormingsActiviteiten' = ANY (v.blocks) AS attendance, 'Doelgroep' = ANY (v.blocks) AS target
  ) allowed
  -- The last day of the open questions about lessons and courses. The page compares it with today.
  LEFT JOIN LATERAL (
    SELECT max(q.due_on) AS until FROM persons_question q
    WHERE q.person_id = p.id AND q.block = 'VormingsActiviteiten' AND q.answer = '' AND q.changed_at IS NULL
  ) asked ON true
  WHERE i.voided_at IS NULL AND v.status = 'confirmed' AND coalesce(v.valid_until, 'infinity') >= app_today()
    AND greatest(i.valid_from, v.valid_from) <= least(i.valid_until, v.valid_until);
