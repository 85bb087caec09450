ALTER TABLE partners_signal ENABLE ROW LEVEL SECURITY;
-- Privacy officers read those of their institution, and of those that it succeeded, as they read the log. Functions write:
-- partners_raise_signal, partners_take_signal, partners_handle_signal.
CREATE POLICY privacy_officer_reads ON partners_signal FOR SELECT TO kbi_web USING (
  (SELECT app_role()) = 'privacy_officer'
  AND institution_id = ANY ((SELECT partners_works_for(app_institution()))::bigint[]));
CREATE TRIGGER signal_is_kept BEFORE DELETE ON partners_signal
  FOR EACH ROW EXECUTE FUNCTION partners_is_kept();
CREATE TRIGGER signals_are_kept BEFORE TRUNCATE ON partners_signal
  FOR EACH STATEMENT EXECUTE FUNCTION partners_is_kept();

GRANT SELECT ON partners_signal TO kbi_web;
