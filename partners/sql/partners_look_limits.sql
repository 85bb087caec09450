-- How much is far above what a person does, for one user at all institutions together. With "Volgende" a quick reader opens
-- a file every ten seconds, and may open a page of the list in tabs at once: 50 files. So 60 different persons in a minute,
-- or 300 in an hour. Requests that show persons (files, lists, searches, pasted lists, lists taken along; each counts once,
-- however many persons it names) hardly come two a second: 120 in a minute, 1,200 in an hour. A person
-- is refused now and then, by an old link or an inscription that ended: 30 requests in a minute, 60 in an hour.
CREATE OR REPLACE FUNCTION partners_look_limits(
  OUT persons_in_minute integer, OUT persons_in_hour integer, OUT requests_in_minute integer,
  OUT requests_in_hour integer, OUT refusals_in_minute integer, OUT refusals_in_hour integer)
LANGUAGE sql IMMUTABLE AS $$ SELECT 60, 300, 120, 1200, 30, 60 $$;
