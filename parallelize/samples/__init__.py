"""The bundled English sample: 80 reasoning rows written for this project, in `reasoning.jsonl`."""
