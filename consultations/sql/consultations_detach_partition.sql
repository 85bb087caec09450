-- Detach the partition of a Brussels month that is no longer kept, and record its archive; returns the partition's name.
-- The detached table keeps its rows and its owner, `kbi_log`.
CREATE OR REPLACE FUNCTION consultations_detach_partition(p_archive consultations_archive) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_name text := 'consultations_consultation_' || to_char(p_archive.month, 'YYYYMM');
BEGIN
  IF p_archive.month >= consultations_kept_from() THEN
    RAISE EXCEPTION 'the log of % is kept', to_char(p_archive.month, 'YYYY-MM') USING ERRCODE = '42501';
  END IF;
  INSERT INTO consultations_archive SELECT p_archive.*;
  EXECUTE format('ALTER TABLE consultations_consultation DETACH PARTITION %I', v_name);
  RETURN v_name;
END $$;
REVOKE ALL ON FUNCTION consultations_detach_partition(consultations_archive) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION consultations_detach_partition(consultations_archive) TO kbi_owner;
