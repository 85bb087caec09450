-- Answer a question to the bound institution, or to one that it succeeded, as a case worker. Returns 'answered', or why
-- not: 'not_found' (also a question to another one), 'answered_before' (a colleague may have done it), 'changed' (a newer message has
-- another value, or no such item), 'over' (the last day for the answer is past).
CREATE OR REPLACE FUNCTION persons_answer_question(p_question uuid, p_answer text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_question persons_question;
BEGIN
  PERFORM partners_require_role('case_worker');
  SELECT q.* INTO v_question FROM persons_question q
  WHERE q.public_id = p_question AND q.supplier_id = ANY (partners_works_for(app_institution()))
    AND (q.insz = ANY (app_hidden_numbers())) IS NOT TRUE FOR UPDATE;
  IF NOT FOUND THEN RETURN 'not_found'; END IF;
  IF v_question.answer <> '' THEN RETURN 'answered_before'; END IF;
  IF v_question.changed_at IS NOT NULL THEN RETURN 'changed'; END IF;
  IF v_question.due_on < app_today() THEN RETURN 'over'; END IF;
  UPDATE persons_question SET answer = p_answer, answered_at = now() WHERE id = v_question.id;
  RETURN 'answered';
END $$;
REVOKE ALL ON FUNCTION persons_answer_question(uuid, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION persons_answer_question(uuid, text) TO kbi_web;
