-- Stop the looks of the bound user for half an hour if they are over a limit, and raise a signal at each institution where
-- the user has access today. Returns until when they are stopped, NULL when they are not, and whether the stop begins now.
CREATE OR REPLACE FUNCTION partners_stop_looks(OUT stopped_until timestamptz, OUT is_new boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_reason text := partners_looks_over();
BEGIN
  is_new := false;
  IF v_reason IN ('limit', 'refusals') THEN
    -- Of two requests at once the second waits here, and finds the stop of the first.
    INSERT INTO partners_lookstop AS s (user_id, reason, since, until)
    VALUES (app_user(), v_reason, now(), now() + interval '30 minutes')
    ON CONFLICT (user_id) DO UPDATE SET reason = excluded.reason, since = excluded.since, until = excluded.until
    WHERE s.until <= excluded.since;
    is_new := FOUND;
  END IF;
  IF is_new THEN
    PERFORM partners_signal_about(n.institution_id, app_user(), v_reason, NULL)
    FROM (SELECT DISTINCT m.institution_id FROM partners_membership m
          WHERE m.user_id = app_user() AND partners_has_role(m.user_id, m.institution_id, m.role, app_today())
          ORDER BY m.institution_id) n;
  END IF;
  SELECT s.until INTO stopped_until FROM partners_lookstop s WHERE s.user_id = app_user() AND s.until > now();
END $$;
REVOKE ALL ON FUNCTION partners_stop_looks() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION partners_stop_looks() TO kbi_web;
