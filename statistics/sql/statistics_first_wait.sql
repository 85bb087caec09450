-- The day on which the first wait of these institutions ended, without institutions that of all; NULL if none did. First
-- looks that are not rolled up yet are of today. The same access as `statistics_lead_times`.
CREATE OR REPLACE FUNCTION statistics_first_wait(p_institutions bigint[]) RETURNS date
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
BEGIN
  IF NOT statistics_may_read_all(p_institutions) THEN
    RETURN NULL;
  END IF;
  RETURN least(
    (SELECT min(answered_on) FROM persons_accessrequest
     WHERE withdrawn_at IS NULL AND (p_institutions IS NULL OR institution_id = ANY (p_institutions))),
    (SELECT statistics_day(min(q.answered_at)) FROM persons_question q
     WHERE p_institutions IS NULL OR EXISTS (SELECT FROM persons_questionasker a
       WHERE a.question_id = q.id AND a.institution_id = ANY (p_institutions))),
    (SELECT min(ended_on) FROM statistics_wait WHERE p_institutions IS NULL OR institution_id = ANY (p_institutions)));
END $$;
REVOKE ALL ON FUNCTION statistics_first_wait(bigint[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION statistics_first_wait(bigint[]) TO kbi_web;
