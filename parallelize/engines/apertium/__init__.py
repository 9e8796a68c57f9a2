"""Rule-based translation by the programs of Debian's apertium packages: `translator.ApertiumTranslator`."""
