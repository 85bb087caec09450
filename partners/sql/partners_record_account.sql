-- Records with each access that has not ended that its account was closed, suspended or opened again: it is in force only
-- while the account is open.
CREATE OR REPLACE FUNCTION partners_record_account() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO partners_membershipevent (membership_id, what, at, user_id, user_name, role, valid_from, valid_until, reason)
  SELECT m.id, CASE WHEN NEW.is_active THEN 'reopened' WHEN NEW.suspended_at IS NULL THEN 'closed' ELSE 'suspended' END,
    now(), app_user(), partners_user_name(), m.role, m.valid_from, m.valid_until, ''
  FROM partners_membership m
  WHERE m.user_id = NEW.id AND m.status <> 'withdrawn' AND m.valid_until >= app_today();
  RETURN NULL;
END $$;
