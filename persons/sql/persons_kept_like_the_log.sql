-- For rows that say why someone looked: none changes, and each is kept as long as the log, also from the owner.
CREATE OR REPLACE FUNCTION persons_kept_like_the_log() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND OLD.at < consultations_kept_from()::timestamp AT TIME ZONE 'Europe/Brussels' THEN RETURN OLD; END IF;
  RAISE EXCEPTION 'escapes and their reviews are kept as long as the log' USING ERRCODE = '42501';
END $$;
