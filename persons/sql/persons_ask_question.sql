-- Ask the supplier of one item of the opened file whether it is right, as a case worker. p_key names the item in its
-- block, p_text is the item as shown and p_digest a hash of its content. Returns 'asked' with the last day for the answer,
-- or why not: 'not_found' (no file is open, or its mandate does not give the block), 'no_supplier' (the item names none,
-- or the block does not have that number), 'not_a_partner' (no open institution here has that number, or succeeded the
-- one that has it), 'exists' (the institution, or one that it succeeded, asked about the item already, and waits for the
-- answer).
CREATE OR REPLACE FUNCTION persons_ask_question(p_block text, p_key text, p_text text, p_digest bytea, p_supplier text,
  p_reason text, p_reference text, OUT outcome text, OUT due_on date)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  -- Not from an escape: it only looks.
  v_person bigint := CASE WHEN app_escape() IS NULL THEN app_open_person() END;
  v_question bigint;
  v_supplier bigint;
BEGIN
  PERFORM partners_require_role('case_worker');
  -- One at a time for each institution: a doubled request asks once.
  PERFORM pg_advisory_xact_lock(7050802, app_institution()::integer);
  IF v_person IS NULL OR (p_block = ANY (app_open_blocks())) IS NOT TRUE THEN outcome := 'not_found'; RETURN; END IF;
  IF (p_supplier ~ '^[0-9]{10}$') IS NOT TRUE OR NOT EXISTS (
    SELECT FROM persons_block b
    WHERE b.person_id = v_person AND b.name = p_block AND position('>' || p_supplier || '<' IN b.xml) > 0)
  THEN outcome := 'no_supplier'; RETURN; END IF;
  SELECT n.id INTO v_supplier FROM partners_institution n
  WHERE n.kbo_number = p_supplier AND (partners_is_open(n.active, n.ended_on, app_today()) OR EXISTS (
    SELECT FROM partners_institution heir WHERE heir.kind = n.kind AND n.id = ANY (partners_works_for(heir.id))));
  IF v_supplier IS NULL THEN outcome := 'not_a_partner'; RETURN; END IF;
  SELECT 'exists', q.due_on INTO outcome, due_on
  FROM persons_question q JOIN persons_questionasker a ON a.question_id = q.id
  WHERE a.institution_id = ANY (partners_works_for(app_institution())) AND q.person_id = v_person
    AND q.block = p_block AND q.item_key = p_key AND q.answer = '' AND q.changed_at IS NULL AND q.due_on >= app_today();
  IF FOUND THEN RETURN; END IF;
  due_on := app_today() + 14;
  INSERT INTO persons_question (public_id, person_id, insz, block, item_key, item_text, item_digest, supplier_kbo, supplier_id, reason,
                                asked_at, due_on, answer)
  SELECT gen_random_uuid(), p.id, p.insz, p_block, p_key, p_text, p_digest, p_supplier, v_supplier, p_reason, now(), persons_ask_question.due_on, ''
  FROM persons_person p WHERE p.id = v_person
  RETURNING id INTO v_question;
  INSERT INTO persons_questionasker (question_id, institution_id, reference)
  VALUES (v_question, app_institution(), btrim(p_reference));
  outcome := 'asked';
END $$;
REVOKE ALL ON FUNCTION persons_ask_question(text, text, text, bytea, text, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION persons_ask_question(text, text, text, bytea, text, text, text) TO kbi_web;
