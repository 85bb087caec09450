-- Keep the number that a correction replaces, whoever corrects it.
CREATE OR REPLACE FUNCTION statistics_keep_earlier() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO statistics_earliercount (count_id, number, source, imported_at, replaced_at)
  VALUES (OLD.id, OLD.number, OLD.source, OLD.imported_at, NEW.imported_at);
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION statistics_keep_earlier() FROM PUBLIC;
