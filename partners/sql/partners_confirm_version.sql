-- Confirm a proposal; the version before it ends the day before, in the same statement. Returns 'confirmed', or why not:
-- 'not_open', 'own_proposal', 'begun', 'overlaps' (a later version is confirmed already). The bound user is the one who
-- confirms; `partners_guard_version` checks every step again.
CREATE OR REPLACE FUNCTION partners_confirm_version(p_version bigint) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_new partners_mandateversion;
BEGIN
  PERFORM partners_require_agency();
  -- Of two administrators at once the second waits here, and then finds no open proposal.
  PERFORM pg_advisory_xact_lock(app_mandates());
  SELECT * INTO v_new FROM partners_mandateversion WHERE id = p_version AND status = 'proposed';
  IF v_new.id IS NULL THEN RETURN 'not_open'; END IF;
  IF v_new.proposed_by_id = app_user() THEN RETURN 'own_proposal'; END IF;
  IF v_new.valid_from <= app_today() THEN RETURN 'begun'; END IF;
  IF EXISTS (SELECT FROM partners_mandateversion v
             WHERE v.mandate_id = v_new.mandate_id AND v.status = 'confirmed' AND v.valid_from >= v_new.valid_from
               AND (v_new.valid_until IS NULL OR v.valid_from <= v_new.valid_until)) THEN
    RETURN 'overlaps';
  END IF;
  UPDATE partners_mandateversion v SET
    status = 'confirmed',
    confirmed_by_id = CASE WHEN v.id = v_new.id THEN app_user() ELSE v.confirmed_by_id END,
    confirmed_at = CASE WHEN v.id = v_new.id THEN now() ELSE v.confirmed_at END,
    valid_until = CASE WHEN v.id = v_new.id THEN v.valid_until ELSE v_new.valid_from - 1 END,
    end_reason = ''
  WHERE v.id = v_new.id
    OR v.mandate_id = v_new.mandate_id AND v.status = 'confirmed' AND v.valid_from < v_new.valid_from
      AND (v.valid_until IS NULL OR v.valid_until >= v_new.valid_from);
  RETURN 'confirmed';
END $$;
REVOKE ALL ON FUNCTION partners_confirm_version(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION partners_confirm_version(bigint) TO kbi_web;
