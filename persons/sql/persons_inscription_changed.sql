-- Keeps the client list in step with inscriptions, and deletes the caseload rows and reminders of clients whose
-- inscription was ended or voided. Those of expired inscriptions count nowhere at once, and `manage.py clean_up` deletes
-- them.
CREATE OR REPLACE FUNCTION persons_inscription_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_inscriptions bigint[] := ARRAY(SELECT id FROM changed WHERE person_id IS NOT NULL);
BEGIN
  IF v_inscriptions <> '{}' THEN
    PERFORM persons_refresh_client_list(v_inscriptions);
  END IF;
  IF TG_OP = 'UPDATE' THEN
    WITH former AS (
      SELECT DISTINCT i.institution_id, i.insz FROM changed i
      WHERE (i.voided_at IS NOT NULL OR i.valid_until < app_today())
        AND NOT EXISTS (SELECT FROM persons_inscription_counting g
                        WHERE g.institution_id = i.institution_id AND g.insz = i.insz OFFSET 0)
    ), forgotten AS (
      DELETE FROM persons_reminder r USING former f WHERE r.institution_id = f.institution_id AND r.insz = f.insz
    )
    DELETE FROM persons_caseloadrow c USING former f WHERE c.institution_id = f.institution_id AND c.insz = f.insz;
  END IF;
  RETURN NULL;
END $$;
