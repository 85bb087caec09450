-- Write again why the data of these persons are doubtful (persons_person.doubts); empty without a doubt.
--   set_aside     the first message that was set aside and is newer than the dossier: the day of the message, or else of
--                 its arrival, and the reason
--   newer_number  another person with the same unique number has a later message: since which day. A number that was
--                 replaced (warning 30004) is never newer than one that was not, whatever the moments say
--   other_number  the messages of both numbers have the same moment, so neither is the newer one
--   others        the persons with those other numbers, the best first; the door asks the gate which of them to link to
-- A trigger copies them to the client list. A message that was set aside is also a change.
CREATE OR REPLACE FUNCTION persons_refresh_doubts(p_numbers text[]) RETURNS void
LANGUAGE sql SET search_path = public, pg_temp AS $$
  WITH written AS (
    UPDATE persons_person p SET doubts = fresh.doubts
    FROM (
      SELECT p.id, coalesce(p.doubts ? 'set_aside', false) AS was_aside, nullif(jsonb_strip_nulls(jsonb_build_object(
        'set_aside', aside.doubt,
        'newer_number', CASE WHEN other.newer IS NOT NULL THEN jsonb_build_object('since',
          -- Later messages of the newer number do not move the day.
          least((p.doubts #>> '{newer_number,since}')::date, (other.since AT TIME ZONE 'Europe/Brussels')::date)) END,
        'other_number', CASE WHEN other.newer IS NULL AND other.same IS NOT NULL THEN true END,
        'others', to_jsonb(coalesce(other.newer, other.same)))), '{}') AS doubts
      FROM persons_person p
      LEFT JOIN LATERAL (
        SELECT jsonb_build_object('reason', s.reason, 'dated', s.as_of IS NOT NULL,
          'since', (coalesce(s.as_of, s.first_at) AT TIME ZONE 'Europe/Brussels')::date) AS doubt
        FROM persons_setasidemessage s
        WHERE s.insz = p.insz AND s.settled_at IS NULL AND (s.as_of > p.as_of OR s.as_of IS NULL)
        ORDER BY coalesce(s.as_of, s.first_at), s.id LIMIT 1
      ) aside ON true
      LEFT JOIN LATERAL (
        SELECT min(o.as_of) FILTER (WHERE o.is_newer) AS since,
          array_agg(o.id ORDER BY o.was_replaced, o.as_of DESC, o.id) FILTER (WHERE o.is_newer) AS newer,
          array_agg(o.id ORDER BY o.id) FILTER (WHERE o.as_of = p.as_of AND o.was_replaced = o.mine) AS same
        FROM (
          SELECT o.id, o.as_of, replaced.theirs AS was_replaced, replaced.mine,
            replaced.mine AND NOT replaced.theirs OR replaced.mine = replaced.theirs AND o.as_of > p.as_of AS is_newer
          FROM persons_person o
          CROSS JOIN LATERAL (
            SELECT coalesce(o.warnings @? '$[*] ? (@ starts with "30004.")', false) AS theirs,
              coalesce(p.warnings @? '$[*] ? (@ starts with "30004.")', false) AS mine
          ) replaced
          WHERE o.unique_number = p.unique_number AND o.unique_number <> '' AND o.id <> p.id
        ) o
      ) other ON true
      WHERE p.insz = ANY (p_numbers)
    ) fresh
    WHERE fresh.id = p.id AND p.doubts IS DISTINCT FROM fresh.doubts
    RETURNING p.id, fresh.doubts ? 'set_aside' AND NOT fresh.was_aside AS is_set_aside
  )
  INSERT INTO persons_change (person_id, at, kind, part, course, blocks)
  SELECT id, now(), 'set_aside', '', '', '{}' FROM written WHERE is_set_aside
$$;
REVOKE ALL ON FUNCTION persons_refresh_doubts(text[]) FROM PUBLIC;
