-- A question goes with the dossier of its person (`persons_remove_dossiers`). How long its answer took stays.
CREATE OR REPLACE FUNCTION statistics_keep_wait() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO statistics_wait (way, subject_id, institution_id, began_on, ended_on)
  SELECT 'question', q.id, OLD.institution_id, statistics_day(q.asked_at), statistics_day(q.answered_at)
  FROM persons_question q WHERE q.id = OLD.question_id AND q.answered_at IS NOT NULL
  ON CONFLICT (way, subject_id) DO NOTHING;
  RETURN OLD;
END $$;
REVOKE ALL ON FUNCTION statistics_keep_wait() FROM PUBLIC;
