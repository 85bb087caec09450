-- Mark a reminder as done, as a case worker who has the client in their caseload. Returns 'done', or why not: 'not_found',
-- 'done_before' (a colleague may have done it).
CREATE OR REPLACE FUNCTION persons_close_reminder(p_reminder uuid) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_reminder persons_reminder := persons_own_reminder(p_reminder);
BEGIN
  IF v_reminder.id IS NULL THEN RETURN 'not_found'; END IF;
  IF v_reminder.done_at IS NOT NULL THEN RETURN 'done_before'; END IF;
  UPDATE persons_reminder SET done_at = now() WHERE id = v_reminder.id;
  RETURN 'done';
END $$;
REVOKE ALL ON FUNCTION persons_close_reminder(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION persons_close_reminder(uuid) TO kbi_web;
