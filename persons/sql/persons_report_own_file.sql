-- Report, to the privacy officer of each institution where an account has access, that its number is that of a client there
-- (also one whose inscription begins later): when the number is entered, and when the account gets its first access at an
-- institution. Until the officer says that it is right, the number counts for its owner only (persons_facts_of). The report
-- has no number.
CREATE OR REPLACE FUNCTION persons_report_own_file() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_institution bigint;
BEGIN
  FOR v_institution IN
    INSERT INTO persons_ownfilereport (institution_id, user_id, at, answer)
    SELECT DISTINCT m.institution_id, o.user_id, greatest(now(), o.set_at), ''
    FROM partners_ownnumber o
    JOIN persons_numberhash h ON h.hash = o.hash
    CROSS JOIN LATERAL persons_numbers_of(ARRAY[h.insz]::text[]) n
    JOIN partners_membership m ON m.user_id = o.user_id
    JOIN persons_inscription i ON i.institution_id = m.institution_id AND i.insz = n.insz
    WHERE o.user_id = NEW.user_id AND m.status = 'confirmed'
      AND (m.valid_until IS NULL OR m.valid_until >= app_today())
      AND i.voided_at IS NULL AND i.valid_until >= app_today()
      -- An account that has access already was reported, or was there before the client.
      AND (TG_TABLE_NAME = 'partners_ownnumber' OR m.id = (to_jsonb(NEW) ->> 'id')::bigint AND NOT EXISTS (
        SELECT FROM partners_membership e JOIN partners_institution p ON p.id = e.institution_id
        WHERE e.user_id = o.user_id AND m.institution_id IN (e.institution_id, p.successor_id)
          AND e.status = 'confirmed' AND e.id <> m.id))
      AND NOT EXISTS (SELECT FROM persons_ownfilereport r
                      WHERE r.user_id = o.user_id AND r.institution_id = m.institution_id AND r.at >= o.set_at)
    RETURNING institution_id
  LOOP
    PERFORM partners_signal_about(v_institution, NEW.user_id, 'own_file_report', NULL);
  END LOOP;
  RETURN NULL;
END $$;
