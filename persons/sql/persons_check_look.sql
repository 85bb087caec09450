-- A row of the log that names an inscription names its number, mandate, version, capacity and legal basis too, and only
-- blocks that the version allows. Inscription and version are in force that day, and the KBI has a dossier. A step of an
-- inscription (registered, extended, ended) shows no block and needs no dossier; its version is the one that rules the step
-- (`partners_ruling_version`). A client is put in a caseload without a dossier too. The web role reads the inscriptions of
-- its own institution only. A row that names an escape does so in the same way: of the bound escape, which is in force, and
-- of its user, number, version and blocks. The trigger
-- runs after the insert: the owner of this function could otherwise keep rows out of the log.
CREATE OR REPLACE FUNCTION persons_check_look() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  v_day date := (NEW.at AT TIME ZONE 'Europe/Brussels')::date;
  v_is_step boolean := NEW.kind IN ('registration', 'extension', 'ending') AND NEW.blocks = '{}';
  v_is_mark boolean := NEW.kind = 'follow' AND NEW.blocks = '{}';
  -- A row of the demo, where no user is bound: the policies of the log refuse it everywhere else.
  v_is_earlier boolean := NEW.at < now() - interval '10 minutes';
BEGIN
  IF NEW.escape_id IS NOT NULL THEN
    IF NOT EXISTS (
      SELECT FROM persons_escape e JOIN partners_mandateversion v ON v.id = e.version_id
      JOIN partners_mandate m ON m.id = v.mandate_id
      WHERE e.id = NEW.escape_id AND e.institution_id = NEW.institution_id AND e.user_id = NEW.user_id AND e.insz = NEW.insz
        AND (v.id, m.id, m.capacity) = (NEW.version_id, NEW.mandate_id, NEW.capacity)
        AND v.legal_reference || ': ' || v.legal_title = NEW.legal_basis
        AND v.escape_blocks::text[] @> NEW.blocks::text[]
        AND (v_is_earlier OR EXISTS (SELECT FROM persons_escape_in_force f WHERE f.id = e.id AND f.id = app_escape())))
    THEN
      RAISE EXCEPTION 'the log names an escape that differs from the row' USING ERRCODE = '42501';
    END IF;
    RETURN NULL;
  END IF;
  IF NOT EXISTS (
    SELECT FROM persons_inscription i JOIN partners_mandate m ON m.id = i.mandate_id
    JOIN partners_mandateversion v ON v.mandate_id = m.id
    WHERE i.id = NEW.inscription_id AND i.institution_id = NEW.institution_id AND i.insz = NEW.insz
      AND (v_is_step OR i.voided_at IS NULL AND app_covers(i.valid_from, i.valid_until, v_day)
                        AND (i.person_id IS NOT NULL OR v_is_mark))
      AND m.id = NEW.mandate_id AND m.capacity = NEW.capacity
      AND v.id = NEW.version_id AND v.status = 'confirmed'
      AND CASE WHEN v_is_step THEN v.id = partners_ruling_version(m.id, greatest(i.valid_from, v_day))
        ELSE app_covers(v.valid_from, v.valid_until, v_day) END
      AND v.legal_reference || ': ' || v.legal_title = NEW.legal_basis AND v.blocks::text[] @> NEW.blocks::text[])
  THEN
    RAISE EXCEPTION 'the log names an inscription that differs from the row' USING ERRCODE = '42501';
  END IF;
  -- A part of a file is shown or printed only by the user who opened the file, for half an hour.
  IF NEW.kind IN ('section', 'print') AND NEW.outcome = 'shown' AND NOT v_is_earlier
     AND NOT persons_is_open_look(NEW.parent_id, NEW.inscription_id) THEN
    RAISE EXCEPTION 'the log names a part of a file that is not open' USING ERRCODE = '42501';
  END IF;
  RETURN NULL;
END $$;
