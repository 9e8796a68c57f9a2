"""The embedded engine, Firefox Translations on the CPU: `translator.BergamotTranslator`."""
