-- A new seal continues the chain: it follows the last one, its range begins where that one ended, and no transaction that
-- it covers can still write. Rows in the range of a seal that ends in the future would never be sealed.
CREATE OR REPLACE FUNCTION consultations_check_seal() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  v_last consultations_seal%ROWTYPE;
  v_epoch smallint := (SELECT max(e.number) FROM consultations_epoch e);
  v_joins boolean;
BEGIN
  SELECT * INTO v_last FROM consultations_seal ORDER BY number DESC LIMIT 1;
  IF v_last.number IS NULL OR NEW.epoch > v_last.epoch THEN
    v_joins := NEW.from_xid = '0';
  ELSIF NEW.epoch = v_last.epoch AND NEW.from_xid = v_last.from_xid AND NEW.until_xid = v_last.until_xid THEN
    v_joins := NEW.month > v_last.month;
  ELSE
    v_joins := NEW.epoch = v_last.epoch AND NEW.from_xid = v_last.until_xid;
  END IF;
  IF NOT v_joins
     OR NEW.number <> coalesce(v_last.number, 0) + 1
     OR NEW.total <> coalesce(v_last.total, 0) + NEW.row_count
     OR NEW.previous <> coalesce(v_last.hash, decode(repeat('00', 32), 'hex')) THEN
    RAISE EXCEPTION 'seal % does not continue the chain', NEW.number USING ERRCODE = '23514';
  END IF;
  IF v_epoch IS NULL OR NEW.epoch > v_epoch
     OR NEW.epoch = v_epoch AND (NEW.until_xid > pg_snapshot_xmin(pg_current_snapshot())
                                 OR NEW.ceiling_xid > pg_snapshot_xmax(pg_current_snapshot()))
     OR NOT isfinite(NEW.month) OR NOT isfinite(NEW.sealed_at) OR NEW.sealed_at > clock_timestamp() THEN
    RAISE EXCEPTION 'seal % covers what is not over', NEW.number USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION consultations_check_seal() FROM PUBLIC;
