-- Colleagues who have a client in their caseload go on to have them, with the open reminders, under another number or at
-- the institution that succeeds. Called before the inscription ends, because the rows go with it.
CREATE OR REPLACE FUNCTION persons_carry_caseload(p_old_institution bigint, p_old_insz text, p_institution bigint, p_insz text)
RETURNS void LANGUAGE sql SET search_path = public, pg_temp AS $$
  INSERT INTO persons_reminder (public_id, institution_id, insz, day, subject, set_by_id, set_at)
  SELECT gen_random_uuid(), p_institution, p_insz, r.day, r.subject, r.set_by_id, r.set_at FROM persons_reminder r
  WHERE r.institution_id = p_old_institution AND r.insz = p_old_insz AND r.done_at IS NULL
    AND (p_old_institution, p_old_insz) <> (p_institution, p_insz)
  ON CONFLICT (institution_id, insz, day, subject) WHERE done_at IS NULL DO NOTHING;
  INSERT INTO persons_caseloadrow (institution_id, user_id, insz, since)
  SELECT p_institution, c.user_id, p_insz, c.since FROM persons_caseloadrow c
  WHERE c.institution_id = p_old_institution AND c.insz = p_old_insz
    AND (p_old_institution, p_old_insz) <> (p_institution, p_insz)
  ON CONFLICT (institution_id, insz, user_id) DO NOTHING
$$;
REVOKE ALL ON FUNCTION persons_carry_caseload(bigint, text, bigint, text) FROM PUBLIC;
