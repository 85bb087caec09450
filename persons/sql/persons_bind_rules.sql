-- Bind what the rules above every mandate keep from the bound user at the bound institution, until the transaction ends.
-- Each binding does so (persons/apps.py), so that no line of a list asks again; app_hidden works without it too.
CREATE OR REPLACE FUNCTION persons_bind_rules() RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  v_hidden record;
BEGIN
  SELECT h.* INTO v_hidden FROM persons_hidden(app_user(), app_institution()) h;
  PERFORM set_config('app.hidden', v_hidden.inscriptions::text, true),
    set_config('app.hidden_numbers', v_hidden.numbers::text, true),
    set_config('app.hidden_for', concat_ws(':', current_setting('app.user', true), current_setting('app.institution', true)),
               true);
END $$;
REVOKE ALL ON FUNCTION persons_bind_rules() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION persons_bind_rules() TO kbi_web;
