-- Keeps the words by which clients are found in step with the lines of the client list. The words of a removed line go
-- with it, by the foreign key. Most updates change neither name nor days, and then nothing is written.
CREATE OR REPLACE FUNCTION persons_list_renamed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    WITH renamed AS (
      SELECT c.inscription_id, c.version_id
      FROM changed c JOIN before b USING (inscription_id, version_id)
      WHERE (c.person_id, c.last_name, c.first_name, c.counts_from, c.counts_until)
        IS DISTINCT FROM (b.person_id, b.last_name, b.first_name, b.counts_from, b.counts_until)
    ), fresh AS (
      SELECT l.inscription_id, l.version_id, l.institution_id, word, l.counts_from, l.counts_until
      FROM renamed r JOIN changed l USING (inscription_id, version_id) JOIN persons_person p ON p.id = l.person_id
      CROSS JOIN LATERAL unnest(p.name_words) word
    ), removed AS (
      DELETE FROM persons_nameword w USING renamed r
      WHERE w.inscription_id = r.inscription_id AND w.version_id = r.version_id
        AND NOT EXISTS (SELECT FROM fresh f WHERE f.inscription_id = w.inscription_id AND f.version_id = w.version_id
                        AND f.word = w.word)
    )
    INSERT INTO persons_nameword AS w (inscription_id, version_id, institution_id, word, counts_from, counts_until)
    SELECT inscription_id, version_id, institution_id, word, counts_from, counts_until FROM fresh
    ON CONFLICT (inscription_id, version_id, word) DO UPDATE SET
      counts_from = excluded.counts_from, counts_until = excluded.counts_until
    WHERE (w.counts_from, w.counts_until) IS DISTINCT FROM (excluded.counts_from, excluded.counts_until);
  ELSE
    INSERT INTO persons_nameword (inscription_id, version_id, institution_id, word, counts_from, counts_until)
    SELECT l.inscription_id, l.version_id, l.institution_id, word, l.counts_from, l.counts_until
    FROM changed l JOIN persons_person p ON p.id = l.person_id CROSS JOIN LATERAL unnest(p.name_words) word;
  END IF;
  RETURN NULL;
END $$;
