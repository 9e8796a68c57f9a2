"""One row by hand through everything that a build does: `python docs/a_row.py` prints docs/a-row.md."""

import asyncio
import json
import tempfile
from pathlib import Path

from parallelize.assemble.scorers import default_scorer
from parallelize.core.language_pair import LanguagePair
from parallelize.core.ports import Placeholders, TranslationRequest
from parallelize.core.provenance import Task, address
from parallelize.core.records import rewritten
from parallelize.core.thresholds import Thresholds
from parallelize.engines.bergamot.translator import BergamotTranslator
from parallelize.pipeline.queue import Queue
from parallelize.stages.ingest import SourceSpec, open_source
from parallelize.store.memory import Memory
from parallelize.text.protect import Spelling, hidden_spans, show, unmask
from parallelize.text.segment import split

ROW = {"question": "Ann has 3 red apples and buys $2 \\times 4$ more. How many has she?", "answer": "11"}
PAIR = LanguagePair("en", "pt")


def step(title: str, *lines: object) -> None:
    """Print what a step made."""
    print(f"\n**{title}**\n\n```text", *lines, "```", sep="\n")


def request(engine: BergamotTranslator, text: str) -> TranslationRequest:
    """A call of the engine, at the address of everything that may change its reply."""
    what = {"task": Task.TRANSLATE, "attempt": "masked", "text": text, "languages": PAIR}
    return TranslationRequest(address=address(fingerprint=engine.fingerprint(PAIR).digest(), **what), **what)


async def main(folder: Path) -> None:
    """Take the row from a file to a row in Portuguese."""
    print("# A row, by hand\n\nEvery step of a build on one row; `docs/a_row.py` prints this page.")
    (folder / "one.jsonl").write_text(json.dumps(ROW), encoding="utf-8")
    [record] = open_source(SourceSpec(path_or_id=str(folder / "one.jsonl")))
    [text] = record.to_translate()
    step(
        "1. Its texts (`stages/ingest`)",
        f"{text.path}: {text.role}, {text.treatment}; answer {record.answer}",
    )

    segments = split(text.text, segment_chars=200, multiline=False)
    step("2. Segments: joined they are the text (`text/segment`)", *(item.text for item in segments))

    engine = BergamotTranslator(workers=1, offline=True)
    spelling = Spelling(language=PAIR.source, alphabet=engine.alphabet(PAIR))
    masked = [show(item.text, hidden_spans(item.text, spelling), Placeholders.X) for item in segments]
    step("3. What the engine is shown (`text/protect`)", *(item.text for item in masked))

    async with Queue(engine, Memory(folder / "memory")) as queue:
        replies = [await queue.ask(request(engine, item.text)) for item in masked]
    await engine.aclose()
    step(
        "4. Replies (`pipeline/queue`, `store/memory`)", *(f"{item.finish}: {item.text}" for item in replies)
    )

    parts = [unmask(reply.text, item) for reply, item in zip(replies, masked, strict=True)]
    target = "".join(part.text + item.separator for part, item in zip(parts, segments, strict=True))
    step(
        "5. What was hidden is back (`text/protect`)", target, f"exactly: {all(part.exact for part in parts)}"
    )

    scores = default_scorer().score_row(
        [(text.path, text.text, target)], languages=PAIR, source_answer=record.answer
    )
    step("6. Scores (`stages/score`)", *(item.seen for item in scores if item.value is not None))
    step("7. Verdict (`core/thresholds`)", f"kept: {Thresholds.of().judge(scores).kept}")

    row = rewritten(record.row, [(text.path, text.part, target)])
    step("8. The same tree, its text in place (`core/records`)", json.dumps(row, ensure_ascii=False))


if __name__ == "__main__":
    asyncio.run(main(Path(tempfile.mkdtemp())))
