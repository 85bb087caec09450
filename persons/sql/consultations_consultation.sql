CREATE TRIGGER look_is_through_an_inscription AFTER INSERT ON consultations_consultation FOR EACH ROW
  WHEN (NEW.inscription_id IS NOT NULL OR NEW.mandate_id IS NOT NULL OR NEW.version_id IS NOT NULL OR NEW.escape_id IS NOT NULL OR NEW.insz <> ''
        OR NEW.capacity <> '' OR NEW.legal_basis <> '' OR NEW.blocks <> '{}')
  EXECUTE FUNCTION persons_check_look();
