-- Records each step of access in the transaction of the step, whoever takes it. The functions allow the web role no other
-- step than the ones they name; what the owner changes beside the last day is recorded as 'changed'.
CREATE OR REPLACE FUNCTION partners_record_access() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO partners_membershipevent (membership_id, what, at, user_id, user_name, role, valid_from, valid_until, reason)
  SELECT NEW.id, CASE
      WHEN TG_OP = 'INSERT' THEN CASE
        WHEN NEW.status <> 'confirmed' THEN NEW.status
        WHEN NEW.follows_id IS NOT NULL THEN 'carried_over'
        ELSE 'given' END
      WHEN NEW.status <> OLD.status THEN NEW.status
      WHEN (NEW.user_id, NEW.institution_id, NEW.role, NEW.valid_from)
        <> (OLD.user_id, OLD.institution_id, OLD.role, OLD.valid_from) THEN 'changed'
      WHEN NEW.valid_until > OLD.valid_until THEN 'extended'
      ELSE 'ended' END,
    now(), app_user(), partners_user_name(), NEW.role, NEW.valid_from, NEW.valid_until,
    CASE WHEN TG_OP = 'UPDATE' AND NEW.status = 'confirmed' AND OLD.status = 'proposed' THEN '' ELSE NEW.reason END;
  RETURN NULL;
END $$;
