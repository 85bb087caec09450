-- Moments only, no person.
GRANT SELECT ON persons_importrun TO kbi_web;
