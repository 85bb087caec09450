-- The lock under which persons arrive (import) and are looked up (registration): persons/services/importing.py.
CREATE OR REPLACE FUNCTION app_arrivals() RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT 7050801::bigint $$;
