-- The month in which the log begins. Earlier months have no data; later months without a row are zero.
CREATE OR REPLACE FUNCTION statistics_first_month() RETURNS date
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET enable_seqscan = off AS $$
DECLARE
  v_mark statistics_watermark%ROWTYPE;
BEGIN
  SELECT * INTO v_mark FROM statistics_watermark;
  -- Only tail rows before the first day can change the result: few partitions, usually none.
  RETURN date_trunc('month', least(v_mark.first_day, (
    SELECT statistics_day(min(at)) FROM consultations_consultation
    WHERE xid >= v_mark.xid AND at > v_mark.restored_until
      AND at < statistics_begin(coalesce(v_mark.first_day, 'infinity')))))::date;
END $$;
REVOKE ALL ON FUNCTION statistics_first_month() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION statistics_first_month() TO kbi_web;
