-- Reports, to the privacy officer of each institution where the account has access today, that its number is that of a
-- client in force there. The report has no number.
CREATE OR REPLACE FUNCTION persons_report_own_file() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO persons_ownfilereport (institution_id, user_id, at)
  SELECT DISTINCT m.institution_id, NEW.user_id, now()
  FROM partners_membership m
  JOIN persons_numberhash h ON h.hash = NEW.hash
  JOIN persons_inscription_counting g ON g.institution_id = m.institution_id AND g.insz = h.insz
  WHERE m.user_id = NEW.user_id AND m.status = 'confirmed'
    AND app_covers(m.valid_from, m.valid_until, app_today());
  RETURN NULL;
END $$;
