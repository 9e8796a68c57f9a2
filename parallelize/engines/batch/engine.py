"""A model that is asked in batches: requests gather into waves, waves go to a provider, replies come back.

Repairs and back-translations of what came back are the next wave. Everything that was sent is on disk, so a
build can be stopped for days: the next one looks for the batches that go on meanwhile. A request is answered
once, whatever a provider returns: partly, twice, for ids that nobody asked, not at all.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from parallelize.core.engine_options import BatchModelOptions
from parallelize.core.errors import EngineFault, InputError
from parallelize.core.ports import FinishReason, GenerationRequest, Reply
from parallelize.core.provenance import EngineFingerprint, digest_fields
from parallelize.engines.batch.forms import Answer, form_of
from parallelize.engines.batch.gathering import Gathering, Lines, Tasks, portions
from parallelize.engines.batch.http import MaybeDone, Refusal
from parallelize.engines.batch.providers import BatchState, Fate, Provider, provider_of
from parallelize.engines.batch.waves import Wave, WaveFolder
from parallelize.engines.openai.wire import Trouble, WireReply

__all__ = ["BatchEngine", "batch_reply"]

_LOG = logging.getLogger(__name__)
_FAILURES_IN_A_ROW = 12
"""Batches that fail as a whole, none ending well between: enough halvings to find one request of 4,096."""

Tell = Callable[[str], None]


class BatchEngine:
    """A `Generator` on a provider's batch interface."""

    def __init__(
        self,
        options: BatchModelOptions,
        folder: Path,
        *,
        tell: Tell = lambda text: None,
        provider: Provider | None = None,
    ) -> None:
        """Check the options; nothing is read or sent yet.

        Args:
            folder: where waves are kept between processes; one process at a time.
            tell: told what a person wants to know: a batch was sent, has ended.
            provider: another one than the options name.

        Raises:
            InputError: there is no address, or none that a key may be sent to.
            EnvironmentFault: the key's environment variable is not set.
        """
        self._options = options
        self._form = form_of(options)
        self._provider = provider or provider_of(options)
        self._tell = tell
        model = digest_fields([self.fingerprint().digest(), str(options.base_url).encode()]).hex()
        self._folder = WaveFolder(folder, model)
        self._tasks = Tasks(self._failed)
        self._gathering = Gathering(
            quiet_seconds=options.gather_seconds,
            enough=lambda lines: len(lines) >= options.requests,
            send=self._send_gathered,
            spawn=self._tasks.go,
        )
        self._promised: dict[bytes, asyncio.Future[Reply]] = {}
        self._sent: Counter[bytes] = Counter()
        """In how many batches that have not ended a request is: after a kill, in one that lost it as well."""
        self._kept: dict[bytes, Reply] = {}
        """Replies that nobody has asked for in this process yet."""
        self._home: dict[bytes, Wave] = {}
        """Where replies are on disk that nobody was given yet."""
        self._left: Counter[str] = Counter()
        """Of each ended wave, replies that nobody was given yet."""
        self._tries: Counter[bytes] = Counter()
        self._failures = 0
        self._sending = asyncio.Lock()
        """One wave at a time: if a call breaks off, only one batch is looked for."""
        self._waves: dict[str, Wave] = {}
        self._fault: BaseException | None = None
        self._is_open = False

    def fingerprint(self) -> EngineFingerprint:
        """Say what answers; the same model asked one by one has the same."""
        return self._form.fingerprint()

    @property
    def capacity(self) -> int:
        """Requests that may wait for a batch or in one."""
        return self._options.wave_segments

    async def answer(self, request: GenerationRequest) -> Reply:
        """Answer one prompt when its batch has ended.

        Raises:
            EngineFault: the provider refuses us, is out of reach, or no batch succeeds.
        """
        self._open()
        address = request.address
        if self._fault is not None:
            raise self._fault
        if address in self._kept:
            reply = self._kept.pop(address)
        else:
            promised = self._promised.get(address)
            if promised is None:
                try:
                    line = self._form.line(request)
                except InputError as fault:
                    return Reply(address=address, finish=FinishReason.REFUSED_INPUT, detail=fault.message)
                promised = self._promised[address] = asyncio.get_running_loop().create_future()
                if address not in self._sent:
                    self._gathering.add(address, line)
            reply = await asyncio.shield(promised)
        self._given(address)
        return reply

    async def aclose(self) -> None:
        """Stop waiting; batches that were sent go on without us."""
        self._gathering.close()
        await self._tasks.cancel()
        await self._provider.aclose()
        for name, wave in {wave.name: wave for wave in self._home.values()}.items():
            self._folder.keep(wave, {address for address, home in self._home.items() if home.name == name})
        going = [wave for wave in self._waves.values() if wave.batch]
        if going:
            requests = sum(wave.requests for wave in going)
            self._tell(
                f"{len(going)} batches of {requests:,} requests go on at {self._provider.name}; "
                "the same command reads what they answer"
            )
        self._waves.clear()
        self._promised.clear()
        self._home.clear()

    # --- waves ---

    def _open(self) -> None:
        """Take up what another process left, once."""
        if self._is_open:
            return
        self._is_open = True
        for wave in self._folder.all():
            if not (wave.sending or wave.batch):
                self._folder.remove(wave)  # whoever still wants it asks again
                continue
            self._sent.update([*self._folder.lines(wave)])
            self._take_up(wave)

    def _send_gathered(self, lines: Lines) -> None:
        options = self._options
        for part in portions(lines, most=options.requests, most_bytes=options.batch_bytes):
            self._begin(part)

    def _begin(self, lines: Lines) -> None:
        self._sent.update([*lines])
        self._take_up(self._folder.begin(lines))

    def _take_up(self, wave: Wave) -> None:
        self._waves[wave.name] = wave
        self._tasks.go(self._follow(wave))

    def _failed(self, fault: BaseException) -> None:
        if self._fault is None:
            self._fault = fault
            for promised in self._promised.values():
                if not promised.done():
                    promised.set_exception(fault)
                    promised.exception()  # somebody may have stopped waiting

    async def _follow(self, wave: Wave) -> None:
        """Bring a wave to its end, from wherever it was left."""
        state = BatchState(fate=Fate.ENDED)
        if not self._folder.replies_path(wave).exists():
            try:
                async with self._sending:
                    await self._send(wave)
                state = await self._ended(wave)
            except Refusal as refusal:
                state = BatchState(fate=Fate.FAILED, why=str(refusal))
            if state.results:
                await self._provider.fetch(state, self._folder.replies_path(wave))
        if state.fate is Fate.BUSY:
            await asyncio.sleep(self._options.poll_seconds)
        self._settle(wave, state)

    async def _send(self, wave: Wave) -> None:
        """Have the batch begun exactly once, whatever broke off before."""
        while not wave.batch:
            found = None
            if wave.sending:
                taken = {other.batch for other in self._waves.values()}
                found = await self._provider.find(wave, taken)
            try:
                wave.batch = found or await self._provider.send(wave, self._folder)
            except MaybeDone as broken:
                _LOG.warning("%s: %s; looking whether the batch began", self._provider.name, broken)
                await asyncio.sleep(min(1.0, self._options.poll_seconds))
                continue
            self._folder.save(wave)
            self._tell(f"batch {wave.batch}: {wave.requests:,} requests sent to {self._provider.name}")

    async def _ended(self, wave: Wave) -> BatchState:
        """Look at a batch until it has ended."""
        done = -1
        while True:
            state = await self._provider.look(wave)
            if state.fate is not Fate.GOING:
                return state
            if state.done != done:
                done = state.done
                _LOG.info("batch %s: %d of %d answered", wave.batch, done, wave.requests)
            await asyncio.sleep(self._options.poll_seconds)

    # --- replies ---

    def _settle(self, wave: Wave, state: BatchState) -> None:
        """Give out what a wave brought; what it did not bring is asked again, or fails with the reason."""
        lines = self._folder.lines(wave)
        found = self._read(wave, lines)
        blamed = {number: why for number, why in state.refused.items() if number < len(lines)}
        self._waves.pop(wave.name, None)
        self._sent -= Counter([*lines])
        again: Lines = {}
        for number, (address, line) in enumerate(lines.items()):
            trouble = found.get(address) or Trouble(kind="missing", detail=state.why or "the batch lost it")
            if number in blamed:
                trouble = Trouble(kind="line", detail=blamed[number], finish=FinishReason.REFUSED_INPUT)
            if isinstance(trouble, WireReply) or trouble.finish is not None:
                self._deliver(address, batch_reply(address, trouble), wave)
            elif address in self._promised and address not in self._sent:
                # Else nobody has asked in this process yet, or another batch has it.
                if state.fate in {Fate.ENDED, Fate.LOST}:
                    self._tries[address] += 1
                if state.fate is Fate.CANCELLED or self._tries[address] >= self._options.max_attempts:
                    self._deliver(address, self._gave_up(address, trouble, state), wave)
                else:
                    again[address] = line
        self._tell(
            f"batch {wave.batch or wave.name}: {state.fate.value}, {len(found):,} of {wave.requests:,} "
            f"requests answered" + (f" ({state.why})" if state.why else "")
        )
        if not self._left[wave.name]:
            self._folder.remove(wave)
        self._ask_again(again, state, whole=not blamed)

    def _read(self, wave: Wave, lines: Lines) -> dict[bytes, WireReply | Trouble]:
        """The best answer to each request of a wave; other ids, and second answers, are left out."""
        found: dict[bytes, WireReply | Trouble] = {}
        if not self._folder.replies_path(wave).exists():
            return found
        for line in self._folder.replies(wave):
            answer: Answer | None = self._form.read(line)
            if answer is None or answer[0] not in lines:
                continue
            address, result = answer
            if address not in found or not isinstance(found[address], WireReply):
                found[address] = result
        return found

    def _ask_again(self, lines: Lines, state: BatchState, *, whole: bool) -> None:
        """Put requests that were not answered into other batches.

        Args:
            whole: if it failed, nobody knows by whose fault.

        Raises:
            EngineFault: batch after batch fails as a whole.
        """
        failed = state.fate is Fate.FAILED and whole
        if state.fate is Fate.ENDED:
            self._failures = 0
        self._failures += failed
        if state.fatal or self._failures > _FAILURES_IN_A_ROW:
            raise EngineFault(
                f"{self._provider.name} fails batches as a whole: {state.why}",
                remedy="what was answered is saved: mend it there, then run the same command again",
            )
        if (failed or state.fate is Fate.BUSY) and len(lines) > 1:
            half = (len(lines) + 1) // 2  # the one to blame is found, or less is not too much
            for part in portions(lines, most=half, most_bytes=self._options.batch_bytes):
                self._begin(part)
            return
        for address, line in lines.items():
            if failed:
                self._tries[address] += 1
            if failed and self._tries[address] >= self._options.max_attempts:
                trouble = Trouble(kind="failed", detail=state.why)
                self._promised_reply(address, self._gave_up(address, trouble, state))
            else:
                self._gathering.add(address, line)

    def _deliver(self, address: bytes, reply: Reply, wave: Wave) -> None:
        self._home[address] = wave
        self._left[wave.name] += 1
        if not self._promised_reply(address, reply):
            self._kept[address] = reply

    def _promised_reply(self, address: bytes, reply: Reply) -> bool:
        promised = self._promised.get(address)
        if promised is None:
            return False
        if not promised.done():
            promised.set_result(reply)
        return True

    def _given(self, address: bytes) -> None:
        """A reply was given to who asked, and is in the memory before another task runs."""
        self._promised.pop(address, None)
        wave = self._home.pop(address, None)
        if wave is not None:
            self._left[wave.name] -= 1
            if not self._left[wave.name]:
                asyncio.get_running_loop().call_soon(self._folder.remove, wave)

    def _gave_up(self, address: bytes, trouble: Trouble, state: BatchState) -> Reply:
        if state.fate is Fate.CANCELLED:
            detail = f"the batch was cancelled: {trouble.detail}"
        else:
            detail = f"given up after {max(1, self._tries[address])} batches; last: {trouble.detail}"
        return Reply(address=address, finish=FinishReason.ERROR, detail=detail)


def batch_reply(address: bytes, answer: WireReply | Trouble) -> Reply:
    """A line of a batch as a reply; one that may pass is an error."""
    if isinstance(answer, Trouble):
        return Reply(address=address, finish=answer.finish or FinishReason.ERROR, detail=answer.detail)
    return answer.as_reply(address)
