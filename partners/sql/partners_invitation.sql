ALTER TABLE partners_invitation ENABLE ROW LEVEL SECURITY;
-- Local administrators and privacy officers read the invitations of their institution. Functions write them:
-- partners_invite, partners_withdraw_invitation, partners_accept_invitation, partners_join.
CREATE POLICY institution_reads ON partners_invitation FOR SELECT TO kbi_web
  USING (institution_id = (SELECT app_institution())
         AND (SELECT app_role()) IN ('local_administrator', 'privacy_officer'));

GRANT SELECT ON partners_invitation TO kbi_web;
