-- Look at the p_most persons after p_after, in the order of their ids, and remove the dossiers that were not needed for
-- p_months months (persons_is_needed), of all numbers of the person. last_id is the last one it looked at, NULL when there
-- were none. What the portal did stays: the log, inscriptions and their steps, detours, shields. The hash of a number
-- stays beside an inscription: the rules above every mandate apply to that too.
-- It is one short transaction. No inscription is registered and no message imported meanwhile (app_arrivals): who
-- registers the number sees the whole dossier or none. It does not queue for that lock, because registrations would queue
-- behind it: it raises lock_not_available instead.
CREATE OR REPLACE FUNCTION persons_remove_dossiers(p_months integer, p_after bigint, p_most integer,
  OUT last_id bigint, OUT removed integer)
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  v_since date := (app_today() - make_interval(months => p_months))::date;
  v_persons bigint[];
  v_numbers text[];
BEGIN
  IF NOT pg_try_advisory_xact_lock(app_arrivals()) THEN
    RAISE EXCEPTION 'an import or a registration is at work' USING ERRCODE = 'lock_not_available';
  END IF;
  SELECT max(id) INTO last_id
  FROM (SELECT id FROM persons_person WHERE id > p_after ORDER BY id LIMIT p_most) looked_at;
  SELECT coalesce(array_agg(p.id), '{}'), coalesce(array_agg(p.insz), '{}') INTO v_persons, v_numbers
  FROM persons_person p
  WHERE p.id > p_after AND p.id <= last_id AND NOT persons_is_needed(p, v_since)
    AND NOT EXISTS (SELECT FROM persons_person o
                    WHERE p.unique_number <> '' AND o.unique_number <> '' AND o.unique_number = p.unique_number
                      AND persons_is_needed(o, v_since));
  removed := cardinality(v_persons);
  IF removed = 0 THEN RETURN; END IF;

  DELETE FROM persons_questionasker a USING persons_question q
    WHERE q.id = a.question_id AND q.person_id = ANY (v_persons);
  DELETE FROM persons_question WHERE person_id = ANY (v_persons);
  DELETE FROM persons_change WHERE person_id = ANY (v_persons);
  DELETE FROM persons_clientlistentry WHERE person_id = ANY (v_persons);  -- its words go with it
  DELETE FROM persons_standing WHERE person_id = ANY (v_persons);
  DELETE FROM persons_enrolment WHERE person_id = ANY (v_persons);
  DELETE FROM persons_block WHERE person_id = ANY (v_persons);
  DELETE FROM persons_caseloadrow WHERE insz = ANY (v_numbers);
  DELETE FROM persons_reminder WHERE insz = ANY (v_numbers);
  DELETE FROM persons_setasidemessage WHERE insz = ANY (v_numbers);
  DELETE FROM persons_numberhash h WHERE h.insz = ANY (v_numbers)
    AND NOT EXISTS (SELECT FROM persons_inscription i WHERE i.insz = h.insz);
  UPDATE persons_inscription SET person_id = NULL WHERE person_id = ANY (v_persons);
  -- Those of the same person that this call did not look at: the next one removes them.
  PERFORM persons_refresh_doubts(ARRAY(
    SELECT o.insz FROM persons_person p JOIN persons_person o ON o.unique_number = p.unique_number
    WHERE p.id = ANY (v_persons) AND p.unique_number <> '' AND o.unique_number <> '' AND o.id <> ALL (v_persons)));
  DELETE FROM persons_person WHERE id = ANY (v_persons);
END $$;
REVOKE ALL ON FUNCTION persons_remove_dossiers(integer, bigint, integer) FROM PUBLIC;
