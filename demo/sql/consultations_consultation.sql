-- Invented use of earlier months, where test numbers are allowed. The settings refuse the demo elsewhere, and a portal
-- without the demo does not start while this policy exists (consultations.E004).
CREATE POLICY demo_earlier_dates ON consultations_consultation FOR INSERT TO kbi_owner
  WITH CHECK ((SELECT app_owner_works()) AND at < now() AND xid = pg_current_xact_id());
