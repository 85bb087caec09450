-- Begin an escape of the bound user, a case worker, to one person at the bound institution: for four hours, to be reviewed
-- within fourteen days. p_hash is the hash of the number. It answers the same whether or not the KBI knows the number.
-- Returns 'begun' with its id, 'open' with that of the one that the user has for this number already, or why not: a rule
-- above every mandate (persons_rule_of), 'inscribed' (the institution has an inscription in force), 'no_mandate' (no version
-- in force in this capacity shows anything to an escape), 'explanation' (too short or too long). is_frequent: the user began
-- more than three here in seven days, with this one.
CREATE OR REPLACE FUNCTION persons_begin_escape(p_insz text, p_hash bytea, p_capacity text, p_reason text,
  p_explanation text, OUT outcome text, OUT public_id uuid, OUT is_frequent boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
  v_version bigint;
BEGIN
  PERFORM partners_require_role('case_worker');
  IF EXISTS (SELECT FROM partners_user u WHERE u.id = app_user() AND (u.is_staff OR u.is_superuser)) THEN
    RAISE EXCEPTION 'staff of the agency open no files' USING ERRCODE = '42501';
  END IF;
  -- One at a time for each institution, and not while one registers: a doubled request begins one escape.
  PERFORM pg_advisory_xact_lock(7050802, app_institution()::integer);
  SELECT persons_rule_of(f.is_own, f.is_colleague, f.is_shielded, f.is_named) INTO outcome
  FROM persons_facts_about(app_user(), app_institution(), p_insz, p_hash) f;
  IF outcome IS NOT NULL THEN RETURN; END IF;
  IF EXISTS (SELECT FROM persons_inscription_counting i
             WHERE i.institution_id = app_institution() AND i.insz = p_insz) THEN
    outcome := 'inscribed';
    RETURN;
  END IF;
  SELECT 'open', e.public_id, false INTO outcome, public_id, is_frequent
  FROM persons_escape e JOIN persons_escape_in_force f ON f.id = e.id
  WHERE e.institution_id = app_institution() AND e.user_id = app_user() AND e.insz = p_insz
  ORDER BY e.id DESC LIMIT 1;
  IF FOUND THEN RETURN; END IF;
  SELECT v.id INTO v_version
  FROM persons_mandate_for(app_institution(), p_capacity, app_today()) g
  JOIN partners_mandateversion v ON v.mandate_id = g.mandate_id AND v.status = 'confirmed'
    AND app_covers(v.valid_from, v.valid_until, app_today())
  WHERE v.escape_blocks <> '{}';
  IF NOT FOUND THEN outcome := 'no_mandate'; RETURN; END IF;
  IF (length(btrim(p_explanation)) BETWEEN 10 AND 255) IS NOT TRUE THEN outcome := 'explanation'; RETURN; END IF;
  outcome := 'begun';
  INSERT INTO persons_escape AS e (public_id, institution_id, user_id, user_name, insz, version_id, reason, explanation, at,
                                   ends_at, due_on)
  VALUES (gen_random_uuid(), app_institution(), app_user(), partners_user_name(), p_insz, v_version, p_reason,
          btrim(p_explanation), now(), now() + interval '4 hours', app_today() + 14)
  RETURNING e.public_id INTO public_id;
  is_frequent := (SELECT count(*) > 3 FROM persons_escape e
                  WHERE e.user_id = app_user() AND e.institution_id = app_institution() AND e.at > now() - interval '7 days');
END $$;
REVOKE ALL ON FUNCTION persons_begin_escape(text, bytea, text, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION persons_begin_escape(text, bytea, text, text, text) TO kbi_web;
