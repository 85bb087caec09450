-- Notes how long an inscription in force waited for its first dossier.
CREATE OR REPLACE FUNCTION statistics_dossier_came() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO statistics_wait (way, subject_id, institution_id, began_on, ended_on)
  SELECT 'first_dossier', c.id, c.institution_id, greatest(c.valid_from, statistics_day(c.registered_at)), app_today()
  FROM changed c JOIN before b ON b.id = c.id
  WHERE b.person_id IS NULL AND c.person_id IS NOT NULL AND c.voided_at IS NULL AND c.carried_from_id IS NULL
    AND app_covers(c.valid_from, c.valid_until, app_today()) AND statistics_day(c.registered_at) <= app_today()
  ON CONFLICT (way, subject_id) DO NOTHING;
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION statistics_dossier_came() FROM PUBLIC;
