-- Give an inscription its new last day, or void it (p_until NULL), and write the event, in one statement.
CREATE OR REPLACE FUNCTION persons_take_step(p_inscription bigint, p_what text, p_until date, p_reason text)
RETURNS void LANGUAGE sql SET search_path = public, pg_temp AS $$
  WITH changed AS (
    UPDATE persons_inscription i SET valid_until = coalesce(p_until, i.valid_until),
      voided_at = CASE WHEN p_until IS NULL THEN now() END
    FROM persons_inscription old
    WHERE i.id = p_inscription AND old.id = i.id
    RETURNING i.id, old.valid_until AS old_until
  )
  INSERT INTO persons_inscriptionevent (inscription_id, what, at, user_id, user_name, old_until, new_until, reason)
  SELECT id, p_what, now(), app_user(), partners_user_name(), old_until, p_until, btrim(p_reason) FROM changed
$$;
REVOKE ALL ON FUNCTION persons_take_step(bigint, text, date, text) FROM PUBLIC;
