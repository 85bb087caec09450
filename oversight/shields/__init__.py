"""Pages of the privacy officer about the rules above every mandate: shields, who may look, and accounts of clients."""
