"""Deterministic engines that test the machinery: `translator.ScriptedTranslator`, `model.ScriptedModel`."""
