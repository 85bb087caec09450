ALTER TABLE persons_clientlistentry ENABLE ROW LEVEL SECURITY;
ALTER TABLE persons_clientlistentry FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_works ON persons_clientlistentry TO kbi_owner
  USING ((SELECT app_owner_works())) WITH CHECK ((SELECT app_owner_works()));

-- A line carries the days that its inscription and its version have in common. The days are compared here and not by
-- app_covers: PostgreSQL calls a function that gets a sub-select for every line instead of inlining it, which made
-- counting a long list four times slower. Tests compare this policy with the gate.
-- The rules above every mandate name inscriptions: all indexes of the list have them, so counting reads nothing else.
-- While an escape is bound there is no list (app_list_institution.sql).
CREATE POLICY in_force ON persons_clientlistentry FOR SELECT TO kbi_web USING (
  institution_id = (SELECT app_list_institution())
  AND counts_from <= (SELECT app_today()) AND counts_until >= (SELECT app_today())
  AND (inscription_id = ANY ((SELECT app_hidden())::bigint[])) IS NOT TRUE
  AND (SELECT partners_is_open(n.active, n.ended_on, app_today()) FROM partners_institution n WHERE n.id = app_institution()));

CREATE TRIGGER line_added AFTER INSERT ON persons_clientlistentry REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION persons_list_renamed();
CREATE TRIGGER line_changed AFTER UPDATE ON persons_clientlistentry
  REFERENCING OLD TABLE AS before NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION persons_list_renamed();

GRANT SELECT ON persons_clientlistentry TO kbi_web;
