-- Each wait that ended from p_from up to but not including p_until (`month` is that of its end), and each that is open
-- today (no month), in working days by p_calendar: those after the first day, up to and including the last. Without
-- institutions it is those of all. For functions that return numbers.
CREATE OR REPLACE FUNCTION statistics_waits(p_from date, p_until date, p_institutions bigint[], p_calendar text)
RETURNS TABLE (way text, institution_id bigint, month date, days integer)
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
  v_mark statistics_watermark%ROWTYPE;
  v_begins date;
BEGIN
  SELECT * INTO v_mark FROM statistics_watermark;
  PERFORM statistics_assert_same_server(v_mark.server);
  v_begins := coalesce(v_mark.first_day, (
    SELECT statistics_day(min(at)) FROM consultations_consultation
    WHERE xid >= v_mark.xid AND at > v_mark.restored_until));
  RETURN QUERY
    WITH waits AS (
      SELECT r.third_party AS way, r.institution_id, r.asked_on AS began_on, r.answered_on AS ended_on
      FROM persons_accessrequest r
      WHERE r.withdrawn_at IS NULL AND r.answered_on >= p_from AND r.answered_on < p_until
      UNION ALL
      SELECT r.third_party, r.institution_id, r.asked_on, NULL
      FROM persons_accessrequest r WHERE r.withdrawn_at IS NULL AND r.answered_on IS NULL
      UNION ALL
      SELECT 'question', a.institution_id, statistics_day(q.asked_at), statistics_day(q.answered_at)
      FROM persons_question q JOIN persons_questionasker a ON a.question_id = q.id
      WHERE q.answered_at >= statistics_begin(p_from) AND q.answered_at < statistics_begin(p_until)
      UNION ALL
      SELECT 'question', a.institution_id, statistics_day(q.asked_at), NULL
      FROM persons_question q JOIN persons_questionasker a ON a.question_id = q.id
      WHERE q.answer = '' AND q.changed_at IS NULL AND q.due_on >= app_today()
      UNION ALL
      SELECT w.way, w.institution_id, w.began_on, w.ended_on
      FROM statistics_wait w WHERE w.ended_on >= p_from AND w.ended_on < p_until
      UNION ALL
      SELECT 'first_look', l.institution_id, l.began_on, l.ended_on
      -- A month before the period too, or a second look could be taken for the first. More months are slower to plan.
      FROM statistics_first_looks(v_mark.xid, NULL, greatest(v_mark.restored_until, statistics_begin(p_from - 31)),
        statistics_begin(p_until), v_begins) l
      WHERE l.ended_on >= p_from AND l.ended_on < p_until
        AND NOT EXISTS (SELECT FROM statistics_wait w WHERE w.way = 'first_look' AND w.subject_id = l.subject_id)
      UNION ALL
      SELECT 'first_dossier', i.institution_id, greatest(i.valid_from, statistics_day(i.registered_at)), NULL
      FROM persons_inscription i
      WHERE i.person_id IS NULL AND i.voided_at IS NULL AND i.carried_from_id IS NULL
        AND i.valid_from <= app_today() AND i.valid_until >= app_today()
    ), counted AS MATERIALIZED (
      SELECT * FROM waits w WHERE p_institutions IS NULL OR w.institution_id = ANY (p_institutions)
    ), calendar AS MATERIALIZED (
      -- Each day with the number of working days up to and including it.
      SELECT d.day::date AS day, count(*) FILTER (WHERE extract(isodow FROM d.day) < 6 AND c.day IS NULL)
        OVER (ORDER BY d.day) AS number
      FROM generate_series((SELECT min(began_on) FROM counted)::timestamp,
        (SELECT greatest(max(ended_on), app_today()) FROM counted)::timestamp, interval '1 day') AS d(day)
      LEFT JOIN statistics_closingday c ON c.calendar = p_calendar AND c.day = d.day::date
    )
    SELECT w.way::text, w.institution_id, date_trunc('month', w.ended_on)::date, (last.number - first.number)::integer
    FROM counted w JOIN calendar first ON first.day = w.began_on
    JOIN calendar last ON last.day = coalesce(w.ended_on, app_today());
END $$;
REVOKE ALL ON FUNCTION statistics_waits(date, date, bigint[], text) FROM PUBLIC;
