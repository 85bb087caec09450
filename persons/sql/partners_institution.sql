CREATE TRIGGER own_courses_changed AFTER UPDATE ON partners_institution FOR EACH ROW
  WHEN ((OLD.kbo_number, OLD.successor_id, OLD.ended_on, OLD.active)
    IS DISTINCT FROM (NEW.kbo_number, NEW.successor_id, NEW.ended_on, NEW.active))
  EXECUTE FUNCTION persons_own_courses_changed();
