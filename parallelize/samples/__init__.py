"""The bundled English sample: 125 reasoning rows written for this project, in `reasoning.jsonl`."""
