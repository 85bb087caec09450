"""The sealed log: hash its rows into seals, publish these outside the database, and verify the log against them.

- `form`: the canonical form of a row and its hash; `merkle`: the hash tree over rows; `chain`: a seal;
- `keys`: the signatures; `sealing`: make seals; `publishing`: hand them out;
- `comparing`: the rows of a part of the log with their seals; `signatures` and `outside`: the signatures of the chain,
  and rows in no seal; `verifying`: the whole log;
- `archives`: the file of a month that left the log; `retiring`: move months there; `retired`: verify these;
- `letters`: proofs for one person; `proven`: the state of the log, for a page.

Decision 12 gives the reasons.
"""
