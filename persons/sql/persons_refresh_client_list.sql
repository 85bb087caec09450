-- Write the list lines of these inscriptions again, as `persons_list_line` has them, and remove those that are not in it.
CREATE OR REPLACE FUNCTION persons_refresh_client_list(p_inscriptions bigint[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  -- No version changes until this transaction ends, so that no line is written from a version as it was. plpgsql and
  -- not sql, whose statements would all see the database as it was before the wait.
  PERFORM pg_advisory_xact_lock_shared(app_mandates());
  INSERT INTO persons_clientlistentry AS old (
    inscription_id, version_id, institution_id, person_id, public_id, capacity, counts_from, counts_until, valid_until,
    sort_key, insz, last_name, first_name, birth_date, verdict, may_miss, decides_on, parts, target_code, target_type,
    housing, is_unmet, as_of, doubts, fell_at, shows, in_caseload)
  SELECT l.inscription_id, l.version_id, l.institution_id, l.person_id, l.public_id, l.capacity, l.counts_from,
    l.counts_until, l.valid_until, l.sort_key, l.insz, l.last_name, l.first_name, l.birth_date, l.verdict, l.may_miss,
    l.decides_on, l.parts, l.target_code, l.target_type, l.housing, l.is_unmet, l.as_of,
    l.doubts, l.fell_at, l.shows,
    -- For new lines only: persons_caseload_changed keeps it.
    EXISTS (SELECT FROM persons_caseloadrow c WHERE c.institution_id = l.institution_id AND c.insz = l.insz)
  FROM persons_list_line l
  WHERE l.inscription_id = ANY (p_inscriptions)
  -- Always the same order, so that two refreshes wait for each other and never deadlock.
  ORDER BY l.inscription_id, l.version_id
  ON CONFLICT (inscription_id, version_id) DO UPDATE SET
    person_id = excluded.person_id, counts_from = excluded.counts_from, counts_until = excluded.counts_until,
    valid_until = excluded.valid_until, sort_key = excluded.sort_key, insz = excluded.insz,
    last_name = excluded.last_name, first_name = excluded.first_name, birth_date = excluded.birth_date,
    verdict = excluded.verdict, may_miss = excluded.may_miss, decides_on = excluded.decides_on,
    parts = excluded.parts, target_code = excluded.target_code, target_type = excluded.target_type,
    housing = excluded.housing, is_unmet = excluded.is_unmet, as_of = excluded.as_of, doubts = excluded.doubts,
    fell_at = excluded.fell_at, shows = excluded.shows
  WHERE (old.person_id, old.counts_from, old.counts_until, old.valid_until, old.sort_key, old.insz, old.last_name,
         old.first_name, old.birth_date, old.verdict, old.may_miss, old.decides_on, old.parts, old.target_code,
         old.target_type, old.housing, old.is_unmet, old.as_of, old.doubts, old.fell_at, old.shows)
    IS DISTINCT FROM
        (excluded.person_id, excluded.counts_from, excluded.counts_until, excluded.valid_until, excluded.sort_key,
         excluded.insz, excluded.last_name, excluded.first_name, excluded.birth_date, excluded.verdict,
         excluded.may_miss, excluded.decides_on, excluded.parts, excluded.target_code, excluded.target_type,
         excluded.housing, excluded.is_unmet, excluded.as_of, excluded.doubts, excluded.fell_at, excluded.shows);
  -- After the insert, which locks the lines that stay: a second refresh waits there before it removes anything.
  DELETE FROM persons_clientlistentry e
  WHERE e.inscription_id = ANY (p_inscriptions) AND NOT EXISTS (
    SELECT FROM persons_inscription i JOIN partners_mandateversion v ON v.mandate_id = i.mandate_id
    WHERE i.id = e.inscription_id AND v.id = e.version_id AND v.status = 'confirmed' AND i.person_id IS NOT NULL
      AND i.voided_at IS NULL
      AND coalesce(v.valid_until, 'infinity') >= app_today()
      AND greatest(i.valid_from, v.valid_from) <= least(i.valid_until, v.valid_until));
  -- Also the other lines of these persons at the same institutions. Who registers, extends, ends, imports or changes a
  -- version has a lock, so no other session is writing lines of the same person there.
  UPDATE persons_clientlistentry e SET hidden_on = k.hidden_on
  FROM (
    SELECT l.inscription_id, l.version_id, (
      SELECT range_agg(
        daterange(greatest(o.counts_from, l.counts_from), least(o.counts_until, l.counts_until), '[]'))
      FROM persons_clientlistentry o
      WHERE o.institution_id = l.institution_id AND o.insz = l.insz
        AND o.counts_from <= l.counts_until AND o.counts_until >= l.counts_from
        AND (o.shows > l.shows OR o.shows = l.shows AND o.inscription_id < l.inscription_id)) AS hidden_on
    FROM (SELECT DISTINCT institution_id, insz FROM persons_inscription WHERE id = ANY (p_inscriptions)) i
    JOIN persons_clientlistentry l ON l.institution_id = i.institution_id AND l.insz = i.insz
  ) k
  WHERE e.inscription_id = k.inscription_id AND e.version_id = k.version_id
    AND e.hidden_on IS DISTINCT FROM k.hidden_on;
END $$;
REVOKE ALL ON FUNCTION persons_refresh_client_list(bigint[]) FROM PUBLIC;
