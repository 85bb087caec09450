-- What may happen to a version of a mandate, whoever does it. Its content never changes, and no version is deleted.
-- A proposal is confirmed by another user than the one who proposed it, for a day that is still to come, or withdrawn.
-- The end of a confirmed version may come earlier; it may be withdrawn up to its first day.
-- An insert by the owner, who makes the examples, is bound by the constraints only.
CREATE OR REPLACE FUNCTION partners_guard_version() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  v_wrong text;
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'versions of mandates are kept' USING ERRCODE = '42501';
  END IF;
  IF NEW.status = 'confirmed' OR TG_OP = 'UPDATE' THEN
    PERFORM pg_advisory_xact_lock(app_mandates());
  END IF;
  IF TG_OP = 'INSERT' THEN
    RETURN NEW;
  END IF;
  v_wrong := CASE
    WHEN (NEW.id, NEW.mandate_id, NEW.legal_reference, NEW.legal_title, NEW.legal_url, NEW.blocks, NEW.escape_blocks,
          NEW.max_months, NEW.may_register, NEW.valid_from, NEW.is_example, NEW.proposed_by_id, NEW.proposed_at)
         IS DISTINCT FROM
         (OLD.id, OLD.mandate_id, OLD.legal_reference, OLD.legal_title, OLD.legal_url, OLD.blocks, OLD.escape_blocks,
          OLD.max_months, OLD.may_register, OLD.valid_from, OLD.is_example, OLD.proposed_by_id, OLD.proposed_at)
      THEN 'the content of a version never changes'
    WHEN OLD.status = 'proposed' AND NEW.status = 'confirmed' THEN CASE
      WHEN NEW.valid_until IS DISTINCT FROM OLD.valid_until THEN 'the content of a version never changes'
      WHEN NEW.valid_from <= app_today() THEN 'a version begins after the day on which it is confirmed'
      WHEN NEW.confirmed_by_id IS NULL OR NEW.confirmed_by_id IS DISTINCT FROM app_user()
        OR NEW.confirmed_by_id = OLD.proposed_by_id
        OR NOT partners_administers(NEW.confirmed_by_id)
        THEN 'another administrator confirms a version' END
    WHEN (NEW.confirmed_by_id, NEW.confirmed_at) IS DISTINCT FROM (OLD.confirmed_by_id, OLD.confirmed_at)
      THEN 'a version is confirmed once'
    WHEN NEW.status = 'withdrawn' AND OLD.status <> 'withdrawn' THEN CASE
      WHEN NEW.valid_until IS DISTINCT FROM OLD.valid_until THEN 'the content of a version never changes'
      WHEN OLD.status = 'confirmed' AND OLD.valid_from < app_today() THEN 'a version that has begun is ended'
      WHEN OLD.status = 'confirmed' AND btrim(NEW.end_reason) = '' THEN 'withdrawing a version needs a reason' END
    WHEN OLD.status = 'confirmed' AND NEW.status = 'confirmed' THEN CASE
      WHEN NEW.valid_until IS NULL OR NEW.valid_until >= OLD.valid_until THEN 'an end only comes earlier'
      WHEN NEW.valid_until < app_today() - 1 THEN 'an end is yesterday at the earliest' END
    ELSE 'this step does not exist' END;
  IF v_wrong IS NOT NULL THEN
    RAISE EXCEPTION 'mandate version %: %', OLD.id, v_wrong USING ERRCODE = '42501';
  END IF;
  RETURN NEW;
END $$;
