"""Submitting from asyncio: many tasks, few calls, shared commits.

What the tasks of a loop submit in one turn of it goes to the store as one batch. The store tells by
a descriptor, which the loop watches, that batches are durable. No thread is involved.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, NamedTuple

from ._constants import BATCH_DATA_BYTES_MAX, BATCH_OPERATIONS_MAX, ErrorCode
from ._errors import ClosedError, Error, error_of
from ._library import call, ffi, lib, new_error, text_of
from ._operation import Operation, batch_bytes, weigh
from ._outcome import Outcome

#: Milliseconds that closing waits for the answers of what the store has carried out.
CLOSING_PATIENCE = 10_000

#: What one task submitted, and what it waits for.
Waiting = tuple[Sequence[Operation], "asyncio.Future[list[Outcome]]"]


class Group(NamedTuple):
    """What was submitted as one batch."""

    members: list[Waiting]
    size: int


class Submitter:
    """The completion queue of one store for one event loop; used on that loop's thread alone."""

    def __init__(self, store: Any, loop: asyncio.AbstractEventLoop) -> None:
        self._store = store
        self._loop = loop
        queue, descriptor = ffi.new("escrow_queue **"), ffi.new("int *")
        call(lib.escrow_queue_new, store, queue)
        self._queue: Any = ffi.gc(queue[0], lib.escrow_queue_free)
        call(lib.escrow_queue_descriptor, self._queue, descriptor)
        self._descriptor = int(descriptor[0])
        self._waiting: list[Waiting] = []
        self._groups: dict[int, Group] = {}
        self._tag = 0
        self._is_flush_due = False
        self._is_closed = False
        loop.add_reader(self._descriptor, self._take_all)

    def submit(self, operations: Sequence[Operation]) -> asyncio.Future[list[Outcome]]:
        """Puts a batch with what else is submitted in this turn of the loop."""
        future: asyncio.Future[list[Outcome]] = self._loop.create_future()
        self._waiting.append((operations, future))
        if not self._is_flush_due:
            self._is_flush_due = True
            self._loop.call_soon(self._flush)
        return future

    def close(self) -> None:
        """Stops watching. Who still waits is answered, or told that the store was closed."""
        if self._is_closed:
            return
        self._is_closed = True
        if not self._loop.is_closed():
            self._loop.remove_reader(self._descriptor)
            # The store has carried out what it was given before it closed; the answers are on
            # their way from a thread that may not have run yet.
            self._take_all(CLOSING_PATIENCE)
            self._fail_all(ClosedError("the store was closed", ErrorCode.CLOSED))
        ffi.release(self._queue)

    def _fail_all(self, error: Error) -> None:
        """Tells everybody who waits what went wrong."""
        groups, self._groups = self._groups, {}
        waiting, self._waiting = self._waiting, []
        for group in groups.values():
            fail(group.members, error)
        fail(waiting, error)

    def _flush(self) -> None:
        """Submits all that waits, in as few batches as mean the same."""
        self._is_flush_due = False
        if self._is_closed:
            return
        waiting, self._waiting = self._waiting, []
        members: list[Waiting] = []
        count = data = 0
        for each in waiting:
            operations, _ = each
            documents, alone = weigh(operations)
            count += len(operations)
            data += documents
            full = count > BATCH_OPERATIONS_MAX or data > BATCH_DATA_BYTES_MAX
            if members and (full or alone):
                self._send(members)
                members, count, data = [], len(operations), documents
            members.append(each)
            if alone:
                self._send(members)
                members, count, data = [], 0, 0
        if members:
            self._send(members)

    def _send(self, members: list[Waiting]) -> None:
        """Submits some as one batch."""
        operations = [operation for submitted, _ in members for operation in submitted]
        self._tag += 1
        try:
            records, data = batch_bytes(operations)
            call(
                lib.escrow_store_submit_async,
                self._store,
                ffi.from_buffer("escrow_operation[]", records),
                len(operations),
                ffi.from_buffer(data),
                len(data),
                self._queue,
                self._tag,
            )
        except Exception as error:
            fail(members, error)
        else:
            self._groups[self._tag] = Group(members, len(operations))

    def _take_all(self, patience: int = 0) -> None:
        """Answers the tasks whose batches are durable. Batches complete in their order.

        Each is waited for so many milliseconds.
        """
        completion, error = ffi.new("escrow_completion *"), new_error()
        while self._groups:
            group = next(iter(self._groups.values()))
            buffer = bytearray(group.size * ffi.sizeof("escrow_outcome"))
            room = ffi.from_buffer("escrow_outcome[]", buffer)
            code = lib.escrow_queue_take(self._queue, patience, completion, room, group.size, error)
            if code == ErrorCode.TIMED_OUT:
                return
            if code:
                self._fail_all(error_of(code, text_of(error.message)))
                return
            del self._groups[completion.tag]
            if completion.status:
                message = text_of(completion.message)
                fail(group.members, error_of(completion.status, message))
            else:
                answer(group.members, Outcome._many(buffer, group.size))


def answer(members: Sequence[Waiting], outcomes: list[Outcome]) -> None:
    """Gives each task its part of the outcomes."""
    at = 0
    for operations, future in members:
        end = at + len(operations)
        if not future.done():
            future.set_result(outcomes[at:end])
        at = end


def fail(members: Sequence[Waiting], error: Exception) -> None:
    """Tells tasks what went wrong, each by an exception of its own."""
    for _, future in members:
        if not future.done():
            own = error_of(error.code, str(error)) if isinstance(error, Error) else error
            future.set_exception(own)
