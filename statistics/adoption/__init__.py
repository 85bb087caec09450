"""Which entitled institutions use the portal, and which do not: five classes, their contact, a mail to each."""
