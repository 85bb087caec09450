-- The caseload of the bound user at the bound institution, for the list that opens on it: whether the list has a line of
-- it today (a client who waits for the KBI has none), and the notices of clients that were given to them and that they
-- have not seen yet, the newest first, and how many reminders are due. One statement for a page.
CREATE OR REPLACE FUNCTION persons_own_caseload() RETURNS TABLE (has_clients boolean, notices jsonb, due bigint)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM persons_caseloadrow c
                 JOIN persons_clientlistentry e ON e.institution_id = c.institution_id AND e.insz = c.insz
                 WHERE c.institution_id = (SELECT app_institution()) AND c.user_id = (SELECT app_user())),
    coalesce((
      SELECT jsonb_agg(jsonb_build_object('id', h.id, 'giver', partners_name_of(h.giver_id), 'clients', h.clients,
                                          'made_at', h.made_at) ORDER BY h.id DESC)
      FROM persons_handover h
      WHERE h.institution_id = (SELECT app_institution()) AND h.receiver_id = (SELECT app_user()) AND h.seen_at IS NULL
    ), '[]'),
    (SELECT count(*) FROM persons_caseloadrow c
     JOIN persons_reminder r ON r.institution_id = c.institution_id AND r.insz = c.insz
     WHERE c.institution_id = (SELECT app_institution()) AND c.user_id = (SELECT app_user())
       AND r.day <= (SELECT app_today()) AND r.done_at IS NULL)
$$;
REVOKE ALL ON FUNCTION persons_own_caseload() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION persons_own_caseload() TO kbi_web;
