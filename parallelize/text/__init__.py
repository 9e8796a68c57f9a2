"""Pure functions on text: segments, protected spans, numerals, answers, prompts."""
