-- Guard a partition like the table itself: rows could otherwise be reached by the partition's own name. It has no
-- policy and no grant, so no role reads a partition directly.
CREATE OR REPLACE FUNCTION consultations_guard_partition(p_name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('CREATE OR REPLACE TRIGGER log_is_not_emptied BEFORE TRUNCATE ON %I
    FOR EACH STATEMENT EXECUTE FUNCTION consultations_is_final()', p_name);
  EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', p_name);
END $$;
REVOKE ALL ON FUNCTION consultations_guard_partition(text) FROM PUBLIC;
