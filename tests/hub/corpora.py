"""Small corpora in the published layout, written by hand: sums in several languages."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from parallelize.report.card import render_dataset_card
from parallelize.store.manifest import UNKNOWN_REPOSITORY, parse_manifest

QUESTIONS = {
    "en": "Ann has {a} apples and buys {b} more. How many apples does she have?",
    "pt": "Ana tem {a} maçãs e compra mais {b}. Quantas maçãs ela tem?",
    "de": "Anna hat {a} Äpfel und kauft {b} dazu. Wie viele Äpfel hat sie?",
    "ja": "アンはりんごを{a}個持っていて、さらに{b}個買います。りんごは何個ですか。",
}


@dataclass(kw_only=True)
class CorpusMaker:
    """Writes a corpus; change a field and write again for another version."""

    languages: tuple[str, ...] = ("pt", "de")
    rows: int = 20
    dropped: Mapping[str, Sequence[int]] = field(default_factory=lambda: {"de": (3,)})
    """Rows that a language lacks."""
    align: str = "intersection"
    shards: int = 1
    license: str | None = "cc-by-4.0"
    name: str = "apples"
    loads_from: str = "acme/corpus"
    """Repository in the card's example; with `UNKNOWN_REPOSITORY` each push writes a card of its own."""
    padding: int = 0
    """Random characters added to each row, to make files large."""
    recipe: Mapping[str, Any] = field(default_factory=lambda: {"source": {"path": "acme/apples"}})

    def write(self, folder: Path) -> Path:
        """Write the corpus under `folder/corpus`; returns `folder`."""
        corpus = folder / "corpus"
        shutil.rmtree(corpus, ignore_errors=True)
        files: dict[str, Any] = {}
        languages: dict[str, Any] = {}
        for code in self.languages:
            rows = [self._row(code, i) for i in range(self.rows) if i not in self.dropped.get(code, ())]
            paths = self._tables(corpus, f"data/{code}", rows, files)
            lost = len(self.dropped.get(code, ()))
            languages[code] = {
                "rows_in": self.rows,
                "kept": len(rows),
                "dropped": lost,
                "reasons": {"protected": lost} if lost else {},
                "fingerprint": "3" * 64,
                "engine": {"engine": "bergamot", "model": f"en-{code}"},
                "back_translation_engine": {"engine": "bergamot", "model": f"{code}-en"},
                "files": paths,
            }
        aligned = [row for i in range(self.rows) if (row := self._aligned(i)) is not None]
        parallel = {
            "align": self.align,
            "rows": len(aligned),
            "files": self._tables(corpus, "data/parallel", aligned, files),
        }
        manifest = {
            "schema": 1,
            "name": self.name,
            "created_with": {"parallelize": "0.1.0"},
            "recipe": dict(self.recipe),
            "fingerprint": "0" * 64,
            "license": self.license,
            "source": {
                "kind": "hub",
                "source": "acme/apples",
                "name": "acme/apples",
                "revision": "1" * 40,
                "license": "mit",
                "language": "en",
                "rows": self.rows,
                "records": self.rows,
                "texts": [
                    {
                        "path": "problem",
                        "role": "problem",
                        "treatment": "translate",
                        "why": "is called problem",
                    }
                ],
            },
            "rows": {"rows": self.rows, "records": self.rows, "rejected": 0},
            "languages": languages,
            "parallel": parallel,
            "files": files,
        }
        card = render_dataset_card(parse_manifest(json.dumps(manifest).encode()))
        card = card.replace(UNKNOWN_REPOSITORY, self.loads_from)
        (corpus / "README.md").write_text(card, encoding="utf-8")
        manifest["card_sha256"] = hashlib.sha256(card.encode()).hexdigest()
        (corpus / "manifest.json").write_text(json.dumps(manifest, indent=1), encoding="utf-8")
        return folder

    def _text(self, code: str, i: int) -> str:
        text = QUESTIONS[code].format(a=i, b=i + 1)
        noise = "".join(
            hashlib.sha512(f"{code}{i}{j}".encode()).hexdigest() for j in range(self.padding // 128)
        )
        return text + noise

    def _row(self, code: str, i: int) -> dict[str, Any]:
        return {
            "id": f"row-{i:05d}",
            "problem": self._text(code, i),
            "answer": str(2 * i + 1),
            "parallelize": {
                "id": f"row-{i:05d}",
                "answer": str(2 * i + 1),
                "texts": [
                    {"path": "problem", "role": "problem", "source": QUESTIONS["en"].format(a=i, b=i + 1)}
                ],
                "scores": {"back_chrf": 60.0 + i % 30},
                "provenance": {"engine": "bergamot", "segments": 1},
            },
        }

    def _aligned(self, i: int) -> dict[str, Any] | None:
        present = [code for code in self.languages if i not in self.dropped.get(code, ())]
        if not present or (self.align == "intersection" and len(present) < len(self.languages)):
            return None
        texts = {
            code: {"problem": self._text(code, i)} if code in present else None for code in self.languages
        }
        english = {"problem": QUESTIONS["en"].format(a=i, b=i + 1)}
        places = [{"path": "problem", "role": "problem", "speaker": ""}]
        ours = {"id": f"row-{i:05d}", "answer": str(2 * i + 1), "texts": places}
        return {"id": f"row-{i:05d}", "en": english, **texts, "parallelize": ours}

    def _tables(
        self, corpus: Path, relative: str, rows: list[dict[str, Any]], files: dict[str, Any]
    ) -> list[str]:
        folder = corpus / relative
        folder.mkdir(parents=True)
        paths = []
        size = -(-len(rows) // self.shards)
        for number in range(self.shards):
            part = rows[number * size : (number + 1) * size]
            path = folder / f"train-{number:05d}-of-{self.shards:05d}.parquet"
            pq.write_table(pa.Table.from_pylist(part), path, compression="zstd")
            key = path.relative_to(corpus).as_posix()
            content = path.read_bytes()
            facts = {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content), "rows": len(part)}
            files[key] = facts
            paths.append(key)
        return paths
