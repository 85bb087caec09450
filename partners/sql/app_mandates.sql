-- The lock between writing list lines (shared) and changing which versions of mandates count (exclusive). Without it
-- a line could be written from a version that another session is ending.
CREATE OR REPLACE FUNCTION app_mandates() RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT 7050803::bigint $$;
