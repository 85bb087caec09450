-- Carry the days of an inscription from p_from on over to an institution, number and mandate; p_until is their last day
-- at the latest (NULL: no limit). The inscription ends the day before; one that has not begun by then is voided. Where the
-- days meet an inscription in the same capacity, app_merge_days decides; under another mandate only where no day on which
-- a mandate gives access would be lost (both stay otherwise). Each change is an event of the bound user, of the server without one. Returns
-- 'carried_over', 'merged' (all its days were there already), 'shortened' (by p_until), or 'over' (no day is left).
-- For functions that hold the lock of each institution.
CREATE OR REPLACE FUNCTION persons_carry_over(
  p_inscription bigint, p_institution bigint, p_insz text, p_mandate bigint, p_from date, p_until date, p_reason text
) RETURNS text LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  v_old persons_inscription;
  v_there record;
  v_days daterange;
  v_all daterange;
  v_new daterange;
  v_left daterange;
  v_stays bigint;
BEGIN
  SELECT * INTO v_old FROM persons_inscription i
  WHERE i.id = p_inscription AND i.voided_at IS NULL AND i.valid_until >= p_from;
  IF NOT FOUND THEN RETURN 'over'; END IF;
  -- What changed for the person goes on under the newer number.
  UPDATE persons_change c SET person_id = n.id FROM persons_person o, persons_person n
  WHERE o.insz = v_old.insz AND n.insz = p_insz AND o.id <> n.id AND c.person_id = o.id AND c.inscription_id IS NULL;
  PERFORM persons_carry_caseload(v_old.institution_id, v_old.insz, p_institution, p_insz);
  v_days := daterange(greatest(v_old.valid_from, p_from), greatest(v_old.valid_from, p_from,
    least(v_old.valid_until, p_until)), '[]');
  v_all := v_days;
  PERFORM persons_take_step(v_old.id, 'carried_over', CASE WHEN v_old.valid_from < p_from THEN p_from - 1 END, p_reason);
  FOR v_there IN
    SELECT i.id, i.mandate_id, daterange(i.valid_from, i.valid_until, '[]') AS days
    FROM persons_inscription i
    JOIN partners_mandate o ON o.id = i.mandate_id
    JOIN partners_mandate m ON m.id = p_mandate AND m.capacity = o.capacity
    WHERE i.institution_id = p_institution AND i.insz = p_insz AND i.voided_at IS NULL
      AND daterange(i.valid_from, i.valid_until, '[]') && v_days
    ORDER BY i.valid_until DESC, i.id
  LOOP
    SELECT * INTO v_new, v_left FROM app_merge_days(v_days, v_there.days);
    CONTINUE WHEN v_there.mandate_id <> p_mandate AND NOT (
      partners_mandate_days(p_mandate) * datemultirange(v_days) - datemultirange(v_new)
        <@ partners_mandate_days(v_there.mandate_id)
      AND partners_mandate_days(v_there.mandate_id) * datemultirange(v_there.days) - datemultirange(v_left)
        <@ partners_mandate_days(p_mandate));
    IF v_left <> v_there.days THEN
      PERFORM persons_take_step(v_there.id, 'merged', upper(v_left) - 1, p_reason);
    ELSIF v_new <> v_days THEN
      v_stays := v_there.id;
    END IF;
    v_days := v_new;
    EXIT WHEN isempty(v_days);
  END LOOP;
  IF isempty(v_days) THEN
    -- The one that stays shows in its history that it took these days over.
    INSERT INTO persons_inscriptionevent (inscription_id, what, at, user_id, user_name, old_until, new_until, reason)
    SELECT id, 'merged', now(), app_user(), partners_user_name(), valid_until, valid_until, p_reason
    FROM persons_inscription WHERE id = v_stays;
    RETURN 'merged';
  END IF;
  WITH carried AS (
    INSERT INTO persons_inscription (public_id, institution_id, insz, person_id, mandate_id, valid_from, valid_until,
      reason, proof, registered_by_id, registered_at, carried_from_id)
    SELECT gen_random_uuid(), p_institution, p_insz, (SELECT p.id FROM persons_person p WHERE p.insz = p_insz), p_mandate,
      lower(v_days), upper(v_days) - 1, v_old.reason, v_old.proof, v_old.registered_by_id, v_old.registered_at, v_old.id
    RETURNING id, valid_until
  )
  INSERT INTO persons_inscriptionevent (inscription_id, what, at, user_id, user_name, old_until, new_until, reason)
  SELECT id, 'carried_over', now(), app_user(), partners_user_name(), NULL, upper(v_all) - 1, p_reason FROM carried
  UNION ALL
  SELECT id, 'merged', now(), app_user(), partners_user_name(), upper(v_all) - 1, valid_until, p_reason FROM carried
  WHERE upper(v_days) < upper(v_all);
  RETURN CASE WHEN p_until < v_old.valid_until THEN 'shortened' ELSE 'carried_over' END;
END $$;
REVOKE ALL ON FUNCTION persons_carry_over(bigint, bigint, text, bigint, date, date, text) FROM PUBLIC;
