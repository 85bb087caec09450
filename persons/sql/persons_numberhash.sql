-- The web role reads none of them: with its own number a user could otherwise look for the hash of a colleague.
ALTER TABLE persons_numberhash ENABLE ROW LEVEL SECURITY;
ALTER TABLE persons_numberhash FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_works ON persons_numberhash TO kbi_owner
  USING ((SELECT app_owner_works())) WITH CHECK ((SELECT app_owner_works()));
