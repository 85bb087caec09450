-- Records a step of a detour with the values before it, in the transaction of the step.
CREATE OR REPLACE FUNCTION persons_record_request_step() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO persons_accessrequestevent (request_id, what, at, user_id, user_name, old_third_party, old_asked_on,
    old_answered_on, old_has_result)
  SELECT NEW.id, CASE
      WHEN NEW.withdrawn_at IS NOT NULL THEN 'withdrawn'
      WHEN OLD.answered_on IS NULL AND NEW.answered_on IS NOT NULL
        AND (OLD.third_party, OLD.asked_on) = (NEW.third_party, NEW.asked_on) THEN 'answered'
      ELSE 'corrected' END,
    now(), app_user(), partners_user_name(), OLD.third_party, OLD.asked_on, OLD.answered_on, OLD.has_result;
  RETURN NULL;
END $$;
