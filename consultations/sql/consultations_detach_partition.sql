-- Detach the partition of a Brussels month that ended more than ten years ago, the time the log is kept; returns its
-- name. The detached table keeps its rows and its owner, `kbi_log`.
CREATE OR REPLACE FUNCTION consultations_detach_partition(p_month date) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_month date := date_trunc('month', p_month)::date;
  v_name text := 'consultations_consultation_' || to_char(v_month, 'YYYYMM');
BEGIN
  IF v_month + interval '1 month' > app_today() - interval '10 years' THEN
    RAISE EXCEPTION 'the log of % is kept for ten years', to_char(v_month, 'YYYY-MM') USING ERRCODE = '42501';
  END IF;
  EXECUTE format('ALTER TABLE consultations_consultation DETACH PARTITION %I', v_name);
  RETURN v_name;
END $$;
REVOKE ALL ON FUNCTION consultations_detach_partition(date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION consultations_detach_partition(date) TO kbi_owner;
