-- The month in which the log begins: before it there are no data, after it nothing means zero.
CREATE OR REPLACE FUNCTION statistics_first_month() RETURNS date
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET enable_seqscan = off AS $$
DECLARE
  v_mark statistics_watermark%ROWTYPE;
BEGIN
  SELECT * INTO v_mark FROM statistics_watermark;
  -- Of the tail only what lies before the first day can tell anything new: few partitions, usually none.
  RETURN date_trunc('month', least(v_mark.first_day, (
    SELECT statistics_day(min(at)) FROM consultations_consultation
    WHERE xid >= v_mark.xid AND at > v_mark.restored_until
      AND at < statistics_begin(coalesce(v_mark.first_day, 'infinity')))))::date;
END $$;
REVOKE ALL ON FUNCTION statistics_first_month() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION statistics_first_month() TO kbi_web;
