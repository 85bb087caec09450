-- Records each step of a version, in the transaction of the step. An end without a reason is allowed only where the next
-- version begins the day after: the version was followed up.
CREATE OR REPLACE FUNCTION partners_record_version() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_action text := CASE
    WHEN TG_OP = 'INSERT' OR NEW.status <> OLD.status THEN NEW.status
    WHEN btrim(NEW.end_reason) <> '' THEN 'ended'
    ELSE 'succeeded' END;
BEGIN
  IF v_action = 'succeeded' AND NOT EXISTS (
      SELECT FROM partners_mandateversion v
      WHERE v.mandate_id = NEW.mandate_id AND v.status = 'confirmed' AND v.valid_from = NEW.valid_until + 1) THEN
    RAISE EXCEPTION 'mandate version %: an earlier end needs a reason', NEW.id USING ERRCODE = '42501';
  END IF;
  INSERT INTO partners_mandateevent (version_id, action, at, user_id, user_name, valid_until, reason)
  SELECT NEW.id, v_action, now(), app_user(), partners_user_name(), NEW.valid_until,
    CASE WHEN v_action IN ('ended', 'withdrawn') THEN NEW.end_reason ELSE '' END;
  RETURN NULL;
END $$;
