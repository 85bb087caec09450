-- consultations_detach_partition appends here. The web role may say which months are in an archive.
CREATE TRIGGER archives_are_final BEFORE UPDATE OR DELETE ON consultations_archive
  FOR EACH ROW EXECUTE FUNCTION consultations_is_final();
CREATE TRIGGER archives_are_not_emptied BEFORE TRUNCATE ON consultations_archive
  FOR EACH STATEMENT EXECUTE FUNCTION consultations_is_final();

GRANT SELECT ON consultations_archive TO kbi_owner, kbi_web;
