-- Move a reminder to another day, as a case worker who has the client in their caseload. One with that day and subject may
-- be there already: the other then stays, and this one is closed. Returns 'moved', or why not: 'not_found', 'done_before',
-- 'day' (past, or more than two years ahead).
CREATE OR REPLACE FUNCTION persons_move_reminder(p_reminder uuid, p_day date) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_reminder persons_reminder := persons_own_reminder(p_reminder);
BEGIN
  IF v_reminder.id IS NULL THEN RETURN 'not_found'; END IF;
  IF v_reminder.done_at IS NOT NULL THEN RETURN 'done_before'; END IF;
  IF NOT persons_may_remind_on(p_day) THEN RETURN 'day'; END IF;
  IF EXISTS (SELECT FROM persons_reminder r
             WHERE r.institution_id = v_reminder.institution_id AND r.insz = v_reminder.insz AND r.day = p_day
               AND r.subject = v_reminder.subject AND r.done_at IS NULL AND r.id <> v_reminder.id) THEN
    UPDATE persons_reminder SET done_at = now() WHERE id = v_reminder.id;
  ELSE
    UPDATE persons_reminder SET day = p_day WHERE id = v_reminder.id;
  END IF;
  RETURN 'moved';
END $$;
REVOKE ALL ON FUNCTION persons_move_reminder(uuid, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION persons_move_reminder(uuid, date) TO kbi_web;
