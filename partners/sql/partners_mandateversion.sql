ALTER TABLE partners_mandateversion ENABLE ROW LEVEL SECURITY;
CREATE POLICY read ON partners_mandateversion FOR SELECT TO kbi_web USING (true);
-- The web role proposes, in the user's own name. Functions do the rest: partners_confirm_version, partners_end_version
-- and partners_withdraw_version.
CREATE POLICY agency_proposes ON partners_mandateversion FOR INSERT TO kbi_web
  WITH CHECK ((SELECT app_scope()) = 'agency' AND (SELECT partners_administers(app_user()))
              AND status = 'proposed' AND proposed_by_id = (SELECT app_user())
              AND proposed_at BETWEEN now() - interval '10 minutes' AND now() + interval '10 minutes'
              AND confirmed_by_id IS NULL AND confirmed_at IS NULL AND end_reason = ''
              AND valid_from > (SELECT app_today()));

CREATE TRIGGER guard_version BEFORE INSERT OR UPDATE OR DELETE ON partners_mandateversion
  FOR EACH ROW EXECUTE FUNCTION partners_guard_version();
CREATE TRIGGER version_is_kept BEFORE TRUNCATE ON partners_mandateversion
  FOR EACH STATEMENT EXECUTE FUNCTION partners_is_kept();
CREATE TRIGGER record_version AFTER INSERT OR UPDATE ON partners_mandateversion
  FOR EACH ROW EXECUTE FUNCTION partners_record_version();

GRANT SELECT, INSERT ON partners_mandateversion TO kbi_web;
