-- Write the list lines of these inscriptions again. The verdict is copied only where the mandate allows
-- VormingsActiviteiten, and the target group only where it allows Doelgroep. Clients without a name come last: no name
-- sorts after U+FFFF.
CREATE OR REPLACE FUNCTION persons_refresh_client_list(p_inscriptions bigint[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  INSERT INTO persons_clientlistentry AS old (
    inscription_id, institution_id, mandate_id, person_id, public_id, valid_from, valid_until,
    sort_key, insz, last_name, first_name, birth_date,
    verdict, parts, target_code, target_type, as_of, doubts)
  SELECT i.id, i.institution_id, i.mandate_id, i.person_id, i.public_id, i.valid_from, i.valid_until,
    coalesce(nullif(p.sort_key, ''), U&'\FFFF'), p.insz, p.last_name, p.first_name, p.birth_date,
    CASE WHEN allowed.attendance THEN s.verdict END,
    CASE WHEN allowed.attendance THEN s.parts END,
    CASE WHEN allowed.target THEN coalesce(s.target_code, '') ELSE '' END,
    CASE WHEN allowed.target THEN coalesce(s.target_type, '') ELSE '' END,
    (p.as_of AT TIME ZONE 'Europe/Brussels')::date,
    nullif(coalesce(p.doubts, '{}') || jsonb_strip_nulls(jsonb_build_object('warnings', p.warnings)), '{}')
  FROM persons_inscription i
  JOIN persons_person p ON p.id = i.person_id
  JOIN partners_mandate m ON m.id = i.mandate_id
  LEFT JOIN persons_standing s ON s.person_id = p.id
  CROSS JOIN LATERAL (
    SELECT 'VormingsActiviteiten' = ANY (m.blocks) AS attendance, 'Doelgroep' = ANY (m.blocks) AS target
  ) allowed
  WHERE i.id = ANY (p_inscriptions)
  ORDER BY i.id  -- always the same order, so that two refreshes wait for each other and never deadlock
  ON CONFLICT (inscription_id) DO UPDATE SET
    person_id = excluded.person_id, valid_from = excluded.valid_from, valid_until = excluded.valid_until,
    sort_key = excluded.sort_key, insz = excluded.insz, last_name = excluded.last_name,
    first_name = excluded.first_name, birth_date = excluded.birth_date, verdict = excluded.verdict,
    parts = excluded.parts, target_code = excluded.target_code,
    target_type = excluded.target_type, as_of = excluded.as_of, doubts = excluded.doubts
  WHERE (old.person_id, old.valid_from, old.valid_until, old.sort_key, old.insz, old.last_name, old.first_name,
         old.birth_date, old.verdict, old.parts, old.target_code, old.target_type, old.as_of, old.doubts)
    IS DISTINCT FROM
        (excluded.person_id, excluded.valid_from, excluded.valid_until, excluded.sort_key, excluded.insz,
         excluded.last_name, excluded.first_name, excluded.birth_date, excluded.verdict, excluded.parts,
         excluded.target_code, excluded.target_type, excluded.as_of, excluded.doubts)
$$;
REVOKE ALL ON FUNCTION persons_refresh_client_list(bigint[]) FROM PUBLIC;
