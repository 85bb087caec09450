-- Loaded under `kbi_log`, the owner of the table, by `manage.py hand_over_log`. Row-level security is not forced: no
-- login role owns the table, and the owner's functions need its indexes.
-- The version of the mandate. Rows from before mandates had versions have its number in `mandate_id`.
ALTER TABLE consultations_consultation ADD COLUMN IF NOT EXISTS version_id bigint;
-- The server that gave `xid`; 0 in rows from before the log had seals.
ALTER TABLE consultations_consultation ADD COLUMN IF NOT EXISTS epoch smallint NOT NULL DEFAULT 0;
SELECT consultations_begin_epoch();

ALTER TABLE consultations_consultation ENABLE ROW LEVEL SECURITY;
CREATE POLICY owner_reads ON consultations_consultation FOR SELECT TO kbi_owner USING ((SELECT app_owner_works()));
-- A row is dated now and of this transaction: a row dated otherwise would escape the roll-up and the seals. A web
-- server whose clock is wrong therefore shows nothing at all.
CREATE POLICY owner_appends ON consultations_consultation FOR INSERT TO kbi_owner
  WITH CHECK ((SELECT app_owner_works())
              AND at BETWEEN now() - interval '10 minutes' AND now() + interval '10 minutes'
              AND xid = pg_current_xact_id());
-- The web role appends in the user's own name and role. Only a case worker is shown a file, and only through an
-- inscription, which a trigger in persons/sql/consultations_consultation.sql compares with the row.
CREATE POLICY appends_for_itself ON consultations_consultation FOR INSERT TO kbi_web
  WITH CHECK (institution_id IS NOT DISTINCT FROM (SELECT app_institution())
              AND user_id IS NOT DISTINCT FROM (SELECT app_user())
              AND role = (SELECT app_role())
              AND (role <> '' OR institution_id IS NULL)
              AND (outcome <> 'shown' OR kind NOT IN ('file', 'section', 'follow')
                   OR role = 'case_worker' AND inscription_id IS NOT NULL)
              -- The print of a list names no inscription; that of a file does.
              AND (outcome <> 'shown' OR kind <> 'print'
                   OR role = 'case_worker' AND (inscription_id IS NULL) = (parent_id IS NULL))
              -- Without an inscription a file is shown through an escape only, and the kind of the row says so.
              AND (outcome <> 'shown' OR kind NOT IN ('escape', 'escape_file')
                   OR role = 'case_worker' AND escape_id IS NOT NULL)
              AND (escape_id IS NULL OR kind IN ('escape', 'escape_file') AND inscription_id IS NULL)
              AND (outcome = 'refused') = (rule <> '')
              AND at BETWEEN now() - interval '10 minutes' AND now() + interval '10 minutes'
              AND xid = pg_current_xact_id());
-- Also the rows of institutions that it succeeded: no one works there any more who could read them.
CREATE POLICY privacy_officer_reads ON consultations_consultation FOR SELECT TO kbi_web
  USING ((SELECT app_role()) = 'privacy_officer'
         AND institution_id = ANY ((SELECT partners_works_for(app_institution()))::bigint[]));

-- For the page of the own looks: the rows of one user about one person.
CREATE INDEX IF NOT EXISTS consultations_consultation_user ON consultations_consultation (user_id, at)
  WHERE inscription_id IS NOT NULL;

-- For the last visit of a user to the client list of an institution.
CREATE INDEX IF NOT EXISTS consultations_consultation_visit ON consultations_consultation (user_id, institution_id, at)
  WHERE kind = 'list' AND outcome <> 'refused';

-- For the privacy officer's desk. What one colleague looked at, and what was refused; with the index of institution and
-- moment that came with the table, a page costs the same however long the log is.
CREATE INDEX IF NOT EXISTS consultations_consultation_colleague ON consultations_consultation (user_id, institution_id, at);
CREATE INDEX IF NOT EXISTS consultations_consultation_refused ON consultations_consultation (institution_id, at)
  WHERE outcome = 'refused';
-- Who looked at one person (consultations_of_person). Most rows have neither array, and are not in these indexes.
CREATE INDEX IF NOT EXISTS consultations_consultation_numbers ON consultations_consultation USING gin (numbers)
  WHERE numbers <> '{}';
CREATE INDEX IF NOT EXISTS consultations_consultation_shown ON consultations_consultation USING gin (shown)
  WHERE shown <> '{}';

-- Kinds that came after the table was made. Not validated: that would read the whole log, which can't be wrong.
ALTER TABLE consultations_consultation DROP CONSTRAINT IF EXISTS consultations_consultation_kind_check;
ALTER TABLE consultations_consultation ADD CONSTRAINT consultations_consultation_kind_check CHECK (kind IN ('file',
  'section', 'list', 'search', 'pasted_list', 'export', 'print', 'follow', 'hand_over', 'registration', 'extension',
  'ending', 'inscription', 'log_reading', 'access_request', 'question', 'set_aside', 'upload',
  'reminder', 'log_export', 'escape', 'escape_file', 'shield', 'person_report', 'withholding'))
  NOT VALID;

CREATE TRIGGER names_the_user BEFORE INSERT ON consultations_consultation FOR EACH ROW
  WHEN (NEW.user_id IS NOT NULL OR NEW.user_name <> '' OR NEW.role <> '')
  EXECUTE FUNCTION consultations_name_the_user();
CREATE TRIGGER log_is_final BEFORE UPDATE OR DELETE ON consultations_consultation
  FOR EACH ROW EXECUTE FUNCTION consultations_is_final();
CREATE TRIGGER log_is_not_emptied BEFORE TRUNCATE ON consultations_consultation
  FOR EACH STATEMENT EXECUTE FUNCTION consultations_is_final();

SELECT consultations_guard_partition(inhrelid::regclass::text) FROM pg_inherits
  WHERE inhparent = 'consultations_consultation'::regclass;
SELECT consultations_ensure_partitions(app_today(), (app_today() + interval '2 years')::date);

-- Every column but `epoch`, so that each row gets that of this server.
GRANT SELECT ON consultations_consultation TO kbi_owner, kbi_web;
REVOKE INSERT ON consultations_consultation FROM kbi_owner, kbi_web;
DO $$ BEGIN
  EXECUTE (SELECT format('GRANT INSERT (%s) ON consultations_consultation TO kbi_owner, kbi_web',
                         string_agg(quote_ident(attname), ', '))
           FROM pg_attribute
           WHERE attrelid = 'consultations_consultation'::regclass AND attnum > 0 AND NOT attisdropped
             AND attname <> 'epoch');
END $$;
