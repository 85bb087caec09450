-- The line of the client list that each inscription has under each version of its mandate that is not over. Verdict,
-- slack, parts and the last fall are there only where the version allows VormingsActiviteiten, the target group only where it
-- allows Doelgroep, and `housing` only where it allows Wooncode.
-- A school sees the judgement of its own courses. The last fall is one among all courses, so a school with others beside its
-- own has none.
-- `shows` ranks the lines of one person at one institution.
-- Clients without a name come last: no name sorts after U+FFFF.
CREATE VIEW persons_list_line WITH (security_invoker = true) AS
  SELECT i.id AS inscription_id, v.id AS version_id, i.institution_id, i.person_id, i.public_id, m.capacity,
    greatest(i.valid_from, v.valid_from) AS counts_from, least(i.valid_until, v.valid_until) AS counts_until,
    i.valid_until, coalesce(nullif(p.sort_key, ''), U&'\FFFF') AS sort_key, p.insz, p.last_name, p.first_name,
    p.birth_date,
    CASE WHEN allowed.attendance THEN CASE WHEN school.own IS NULL THEN s.verdict ELSE school.own ->> 'verdict' END
    END AS verdict,
    CASE WHEN allowed.attendance THEN
      CASE WHEN school.own IS NULL THEN s.may_miss ELSE (school.own ->> 'may_miss')::smallint END END AS may_miss,
    CASE WHEN allowed.attendance THEN
      CASE WHEN school.own IS NULL THEN s.decides_on ELSE (school.own ->> 'decides_on')::date END END AS decides_on,
    CASE WHEN allowed.attendance THEN CASE WHEN school.own IS NULL THEN s.parts ELSE (
      -- The name of a part stands for the part as it is among all courses.
      SELECT coalesce(jsonb_agg(CASE jsonb_typeof(e.part) WHEN 'string'
        THEN jsonb_path_query_first(s.parts, '$[*] ? (@.part == $part)', jsonb_build_object('part', e.part))
        ELSE e.part END ORDER BY e.place), '[]')
      FROM jsonb_array_elements(school.own -> 'parts') WITH ORDINALITY AS e(part, place)) END END AS parts,
    CASE WHEN allowed.target THEN coalesce(s.target_code, '') ELSE '' END AS target_code,
    CASE WHEN allowed.target THEN coalesce(s.target_type, '') ELSE '' END AS target_type,
    CASE WHEN allowed.attendance AND school.own IS NULL THEN s.fell_at END AS fell_at,
    CASE WHEN allowed.housing THEN s.housing END AS housing,
    allowed.housing AND coalesce(s.housing @? '$.* ? (@ == false)', false) AS is_unmet,
    cardinality(v.blocks) + CASE WHEN allowed.attendance THEN 1000 ELSE 0 END AS shows,
    (p.as_of AT TIME ZONE 'Europe/Brussels')::date AS as_of,
    nullif(coalesce(p.doubts, '{}') - 'others' || jsonb_strip_nulls(jsonb_build_object(
      'warnings', p.warnings, 'question', CASE WHEN allowed.attendance THEN asked.until END)), '{}') AS doubts
  FROM persons_inscription i
  JOIN persons_person p ON p.id = i.person_id
  JOIN partners_institution n ON n.id = i.institution_id
  JOIN partners_mandate m ON m.id = i.mandate_id
  JOIN partners_mandateversion v ON v.mandate_id = m.id
  LEFT JOIN persons_standing s ON s.person_id = p.id
  CROSS JOIN LATERAL (
    SELECT 'VormingsActiviteiten' = ANY (v.blocks) AS attendance, 'Doelgroep' = ANY (v.blocks) AS target,
      'Wooncode' = ANY (v.blocks) AS housing
  ) allowed
  -- The judgement of a school's own courses, else of those of a school that it succeeds. NULL for other institutions,
  -- and where the school gives all courses: the judgement of all of them then is its own. OFFSET 0, so that it is
  -- looked up once.
  CROSS JOIN LATERAL (
    SELECT nullif(CASE WHEN n.kind IN ('cvo', 'cbe') AND n.kbo_number <> '' AND s.by_supplier IS NOT NULL THEN
      coalesce(s.by_supplier -> n.kbo_number, (
        SELECT s.by_supplier -> o.kbo_number FROM partners_institution o
        WHERE o.successor_id IS NOT NULL AND s.by_supplier ? o.kbo_number AND o.id = ANY (partners_works_for(n.id))
        ORDER BY o.id LIMIT 1), '{"verdict": "no_lessons", "parts": []}') END, 'null') AS own
    OFFSET 0
  ) school
  -- The last day of the open questions about lessons and courses. The page compares it with today.
  LEFT JOIN LATERAL (
    SELECT max(q.due_on) AS until FROM persons_question q
    WHERE q.person_id = p.id AND q.block = 'VormingsActiviteiten' AND q.answer = '' AND q.changed_at IS NULL
  ) asked ON true
  WHERE i.voided_at IS NULL AND v.status = 'confirmed' AND coalesce(v.valid_until, 'infinity') >= app_today()
    AND greatest(i.valid_from, v.valid_from) <= least(i.valid_until, v.valid_until);
