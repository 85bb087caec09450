-- Write a signal for the privacy officers of an institution about an account. Returns true when it is a new one; false when
-- one of this kind about this account, of the last hour and not handled, counts one more time instead. Each escape is a
-- signal of its own: it is announced at once. For functions that
-- run with the owner's rights.
CREATE OR REPLACE FUNCTION partners_signal_about(p_institution bigint, p_user bigint, p_kind text, p_look uuid)
RETURNS boolean LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  -- Of two requests at once the second waits here, and then sees the signal of the first.
  PERFORM pg_advisory_xact_lock(7050804, p_user::integer);
  UPDATE partners_signal SET times = times + 1
  WHERE p_kind <> 'escape' AND institution_id = p_institution AND user_id = p_user AND kind = p_kind AND handled_at IS NULL
    AND raised_at > now() - interval '1 hour';
  IF FOUND THEN RETURN false; END IF;
  INSERT INTO partners_signal (institution_id, kind, reference, user_id, look, raised_at, times)
  VALUES (p_institution, p_kind, 'S-' || upper(left(gen_random_uuid()::text, 8)), p_user, p_look, now(), 1);
  RETURN true;
END $$;
REVOKE ALL ON FUNCTION partners_signal_about(bigint, bigint, text, uuid) FROM PUBLIC;
