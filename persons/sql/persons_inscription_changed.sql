-- Keeps the client list in step with inscriptions, and takes clients whose inscription was ended or voided out of the
-- caseloads of the institution. Those whose inscription expires count nowhere at once, and `manage.py clean_up` deletes
-- their rows.
CREATE OR REPLACE FUNCTION persons_inscription_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_inscriptions bigint[] := ARRAY(SELECT id FROM changed WHERE person_id IS NOT NULL);
BEGIN
  IF v_inscriptions <> '{}' THEN
    PERFORM persons_refresh_client_list(v_inscriptions);
  END IF;
  IF TG_OP = 'UPDATE' THEN
    DELETE FROM persons_caseloadrow c USING changed i
    WHERE c.institution_id = i.institution_id AND c.insz = i.insz
      AND (i.voided_at IS NOT NULL OR i.valid_until < app_today())
      AND NOT EXISTS (SELECT FROM persons_inscription_counting g
                      WHERE g.institution_id = c.institution_id AND g.insz = c.insz);
  END IF;
  RETURN NULL;
END $$;
