CREATE TRIGGER keep_wait BEFORE DELETE ON persons_questionasker
  FOR EACH ROW EXECUTE FUNCTION statistics_keep_wait();
