-- Note, as a privacy officer, that a signal of the bound institution, or of one that it succeeded, is handled. Returns
-- 'handled', or why not: 'not_found', 'not_open' (handled before), 'own' (it is about the bound user).
CREATE OR REPLACE FUNCTION partners_handle_signal(p_reference text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_signal partners_signal;
BEGIN
  PERFORM partners_require_role('privacy_officer');
  SELECT * INTO v_signal FROM partners_signal
  WHERE reference = p_reference AND institution_id = ANY (partners_works_for(app_institution())) FOR UPDATE;
  IF NOT FOUND THEN RETURN 'not_found'; END IF;
  IF v_signal.handled_at IS NOT NULL THEN RETURN 'not_open'; END IF;
  IF v_signal.user_id = app_user() THEN RETURN 'own'; END IF;
  UPDATE partners_signal SET handled_at = now(), handled_by_id = app_user() WHERE id = v_signal.id;
  RETURN 'handled';
END $$;
REVOKE ALL ON FUNCTION partners_handle_signal(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION partners_handle_signal(text) TO kbi_web;
