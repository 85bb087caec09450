-- Move clients of the bound institution from one caseload to another, and leave a notice. A case worker gives clients of
-- their own; a local administrator those of someone absent. p_numbers NULL: all of them. The receiver is another case
-- worker with access today; clients that a rule above every mandate keeps from the receiver stay. Returns the numbers that
-- moved; none when nothing was in the caseload any more. Raises an error for anyone else, for a receiver who may have no
-- caseload (with the constraint 'receiver_has_access', because access can end while the form is open), and without a reason.
CREATE OR REPLACE FUNCTION persons_give_clients(p_giver bigint, p_receiver bigint, p_numbers text[], p_reason text)
RETURNS SETOF text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_numbers text[];
  v_ruled text[];
BEGIN
  PERFORM partners_require_role('case_worker', 'local_administrator');
  IF app_role() = 'case_worker' AND p_giver IS DISTINCT FROM app_user() THEN
    RAISE EXCEPTION 'case workers give their own clients, local administrators those of a colleague'
      USING ERRCODE = '42501';
  END IF;
  IF p_giver = p_receiver OR NOT partners_has_role(p_receiver, app_institution(), 'case_worker', app_today()) THEN
    RAISE EXCEPTION 'the receiver is another case worker of the institution'
      USING ERRCODE = '42501', CONSTRAINT = 'receiver_has_access';
  END IF;
  IF coalesce(btrim(p_reason), '') = '' THEN
    RAISE EXCEPTION 'clients are given with a reason' USING ERRCODE = '42501';
  END IF;
  PERFORM pg_advisory_xact_lock_shared(app_arrivals());
  PERFORM pg_advisory_xact_lock(7050802, app_institution()::integer);
  v_ruled := ARRAY(
    SELECT f.insz FROM persons_facts_of(p_receiver, app_institution(), ARRAY(
      SELECT c.insz FROM persons_caseloadrow c
      WHERE c.institution_id = app_institution() AND c.user_id = p_giver AND (p_numbers IS NULL OR c.insz = ANY (p_numbers))
    ), NULL) f
    WHERE persons_rule_of(f.is_own, f.is_colleague, f.is_shielded, f.is_named) IS NOT NULL);
  WITH moved AS (
    DELETE FROM persons_caseloadrow c
    WHERE c.institution_id = app_institution() AND c.user_id = p_giver AND (p_numbers IS NULL OR c.insz = ANY (p_numbers))
      AND (c.insz = ANY (app_hidden_numbers())) IS NOT TRUE AND c.insz <> ALL (v_ruled)
      AND EXISTS (SELECT FROM persons_inscription_counting g
                  WHERE g.institution_id = c.institution_id AND g.insz = c.insz OFFSET 0)
    RETURNING c.insz
  ), taken AS (
    INSERT INTO persons_caseloadrow (institution_id, user_id, insz, since)
    SELECT app_institution(), p_receiver, m.insz, now() FROM moved m
    ON CONFLICT (institution_id, insz, user_id) DO NOTHING
  )
  SELECT coalesce(array_agg(m.insz ORDER BY m.insz), '{}') INTO v_numbers FROM moved m;
  IF v_numbers <> '{}' THEN
    INSERT INTO persons_handover (institution_id, giver_id, receiver_id, made_by_id, made_at, clients, reason)
    VALUES (app_institution(), p_giver, p_receiver, app_user(), now(), cardinality(v_numbers), btrim(p_reason));
  END IF;
  RETURN QUERY SELECT unnest(v_numbers);
END $$;
REVOKE ALL ON FUNCTION persons_give_clients(bigint, bigint, text[], text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION persons_give_clients(bigint, bigint, text[], text) TO kbi_web;
