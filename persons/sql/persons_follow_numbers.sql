-- Carry the inscriptions under replaced numbers over to the newer number of the same person, from today on; returns how
-- many. The import calls it when it ends. Nothing changes when it runs again.
CREATE OR REPLACE FUNCTION persons_follow_numbers() RETURNS bigint
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  v_count bigint;
BEGIN
  PERFORM persons_lock_institutions(ARRAY(SELECT r.institution_id FROM persons_replaced_number r), true);
  SELECT count(persons_carry_over(r.inscription_id, r.institution_id, r.new_insz, r.mandate_id, app_today(), NULL,
                                  'number_replaced'))
  INTO v_count
  FROM (SELECT * FROM persons_replaced_number ORDER BY inscription_id OFFSET 0) r;
  RETURN v_count;
END $$;
REVOKE ALL ON FUNCTION persons_follow_numbers() FROM PUBLIC;
