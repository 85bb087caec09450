"""How far the portal is from what the machine allows, and from its peers. Run by `make bench`; see README.md."""
