"""How wallets are opened: the policy, the master key, and the functions of the host.

What a function of the host raises is kept until the call that needed it is over, and raised then:
no exception crosses the library.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Callable, Optional, Protocol, Union, runtime_checkable

from .._constants import KEY_BYTES, KEY_IS_ANOTHER, ErrorCode
from .._library import call, ffi, lib, new_error, raise_error
from .._values import IdLike, id_struct, whole_number
from ._given import checked_bytes, given, utf8

#: What a function of the host answers to the library when it raised.
FAILED = 2


@runtime_checkable
class KeyWrapper(Protocol):
    """A master key that stays where it is: in a key service, or a hardware module.

    Both methods may use the store, but not open its wallets meanwhile, and had better not close it:
    wallets that are being opened are not, then.
    """

    def wrap(self, key: bytes) -> bytes:
        """Wraps a key of 32 bytes; gives at most 512 bytes."""

    def unwrap(self, wrapped: bytes) -> Optional[bytes]:
        """Unwraps what `wrap` gave; `None` if it was wrapped by another master key."""


#: A master key: 32 random bytes, or what wraps and unwraps keys elsewhere.
MasterKey = Union[bytes, KeyWrapper]
#: A policy: the name of one that comes with the library (`article`, `eu_amld5`, `cn_pboc`,
#: `none`), or one of the host's own, as a dict or as JSON text.
Policy = Union[str, Mapping[str, Any]]


def wallet_policy(name: str) -> dict[str, Any]:
    """Gives a policy that comes with the library, for a host to begin its own with.

    A policy with a field that does not exist is refused when wallets are opened with it, so that a
    misspelt limit is not silently none.

    >>> policy = wallet_policy("article")
    >>> policy["name"]
    'article'
    >>> wallet_policy("mine")
    Traceback (most recent call last):
    escrowdb._errors.InvalidArgumentError: the library has no policy of this name
    """
    text = written_text(lib.escrow_policy_json, *given(name, "the name of a policy"))
    policy: dict[str, Any] = json.loads(text)
    return policy


def policy_schema() -> dict[str, Any]:
    """Gives the JSON Schema of policies: every field with what it means, its unit and default.

    What binds several fields is seen by `check_policy` alone.

    >>> schema = policy_schema()
    >>> schema["properties"]["utc_offset_minutes"]["x-unit"]
    'minutes'
    """
    schema: dict[str, Any] = json.loads(written_text(lib.escrow_policy_schema))
    return schema


def check_policy(policy: Policy) -> None:
    """Sees whether a policy makes sense, without opening wallets with it.

    >>> policy = wallet_policy("article")
    >>> check_policy(policy)
    >>> policy["payments"]["authorisation_seconds"] = 0
    >>> check_policy(policy)
    Traceback (most recent call last):
    escrowdb._errors.InvalidArgumentError: policy: the policy makes no sense: payments: \
authorisation_seconds must be 1 to 86400
    """
    text = policy_text(policy)
    call(lib.escrow_policy_check, ffi.from_buffer(text), len(text))


def written_text(function: Any, *arguments: Any) -> str:
    """Calls a function that writes a text of any length."""
    length, capacity = ffi.new("size_t *"), 1 << 14
    while True:
        buffer, error = ffi.new("char[]", capacity), new_error()
        code = function(*arguments, buffer, capacity, length, error)
        if code != ErrorCode.BUFFER_TOO_SMALL:
            break
        capacity = int(length[0])
    if code:
        raise_error(code, error)
    return bytes(ffi.buffer(buffer, length[0])).decode()


def policy_text(policy: Policy) -> bytes:
    """Gives a policy as the library takes it."""
    if isinstance(policy, str):
        return utf8(policy, "a policy")
    if not isinstance(policy, Mapping):
        raise TypeError(f"a policy must be str or dict, not {type(policy).__name__}")
    return json.dumps(dict(policy)).encode()


#: That no account bears what chargebacks take, or takes what owners give up.
NO_ACCOUNTS: Mapping[int, IdLike] = MappingProxyType({})


class Host:
    """The functions of the host that the library calls, and what they raised."""

    def __init__(self) -> None:
        self._raised = threading.local()
        # The library is given their addresses only.
        self._kept: list[Any] = []

    def failed(self, error: BaseException) -> None:
        """Keeps what a function of the host raised, for the thread that it ran on."""
        if not hasattr(self._raised, "error"):
            self._raised.error = error

    def raise_failed(self) -> None:
        """Raises what a function of the host raised since the last time, on this thread."""
        error = self._raised.__dict__.pop("error", None)
        if error is not None:
            raise error

    def master_key(self, struct: Any, master_key: MasterKey) -> list[Any]:
        """Fills an `escrow_master_key`; gives buffers to be wiped after the call."""
        if isinstance(master_key, KeyWrapper):
            struct.wrap = self._keep("escrow_key_wrap", self._wrap(master_key))
            struct.unwrap = self._keep("escrow_key_unwrap", self._unwrap(master_key))
            return []
        struct.bytes = key = key_buffer(master_key, "a master key")
        return [key]

    def is_blocked(self, is_blocked: Callable[[str], bool]) -> Any:
        """Gives the library's form of a block list."""
        if not callable(is_blocked):
            raise TypeError("is_blocked must be a function of a password")

        def judge(_context: Any, password: Any, length: int) -> int:
            try:
                return int(bool(is_blocked(ffi.buffer(password, length)[:].decode())))
            except BaseException as error:
                self.failed(error)
                return FAILED

        return self._keep("escrow_password_is_blocked", judge)

    def _wrap(self, master_key: KeyWrapper) -> Callable[..., int]:
        def wrap(
            _context: Any, key: Any, length: int, wrapped: Any, capacity: int, written: Any
        ) -> int:
            try:
                made = master_key.wrap(ffi.buffer(key, length)[:])
                if not isinstance(made, bytes):
                    raise TypeError(f"wrap must give bytes, not {type(made).__name__}")
                if len(made) > capacity:
                    raise ValueError(f"wrap gave {len(made)} bytes, but at most {capacity} fit")
                ffi.memmove(wrapped, made, len(made))
                written[0] = len(made)
                return 0
            except BaseException as error:
                self.failed(error)
                return FAILED

        return wrap

    def _unwrap(self, master_key: KeyWrapper) -> Callable[..., int]:
        def unwrap(_context: Any, wrapped: Any, wrapped_length: int, key: Any, length: int) -> int:
            try:
                made = master_key.unwrap(ffi.buffer(wrapped, wrapped_length)[:])
                if made is None:
                    return KEY_IS_ANOTHER
                ffi.memmove(key, checked_bytes(made, length, "a key that unwrap gives"), length)
                return 0
            except BaseException as error:
                self.failed(error)
                return FAILED

        return unwrap

    def _keep(self, c_type: str, function: Callable[..., int]) -> Any:
        callback = ffi.callback(c_type, function, error=FAILED)
        self._kept.append(callback)
        return callback


def key_buffer(key: Any, what: str) -> Any:
    """Gives a key as the library takes it."""
    buffer = ffi.new("uint8_t[]", KEY_BYTES)
    # Straight from the caller's, so that there is no third copy.
    ffi.memmove(buffer, checked_bytes(key, KEY_BYTES, what), KEY_BYTES)
    return buffer


def wipe(buffers: list[Any]) -> None:
    """Overwrites keys that were copied for a call."""
    for buffer in buffers:
        ffi.memmove(buffer, bytes(len(buffer)), len(buffer))


def open_wallets(
    store: Any,
    host: Host,
    *,
    master_key: MasterKey,
    policy: Policy,
    pepper: Optional[bytes],
    replaces_pepper: bool,
    first_operator: Optional[str],
    is_blocked: Optional[Callable[[str], bool]],
    hashes_in_parallel: int,
    loss_accounts: Mapping[int, IdLike],
    waiver_accounts: Mapping[int, IdLike],
) -> Any:
    """Opens the wallets of a store; gives their handle."""
    options = ffi.new("escrow_wallet_options *")
    options.struct_size = ffi.sizeof("escrow_wallet_options")
    options.hashes_in_parallel = whole_number(hashes_in_parallel, "a number of hashes", 32)
    losses = account_structs(loss_accounts, "loss")
    options.loss_accounts, options.loss_accounts_count = losses, len(loss_accounts)
    waivers = account_structs(waiver_accounts, "waiver")
    options.waiver_accounts, options.waiver_accounts_count = waivers, len(waiver_accounts)
    encoded = policy_text(policy)
    text = ffi.from_buffer("char[]", encoded)
    options.policy.bytes, options.policy.length = text, len(encoded)
    name = utf8(first_operator or "", "the name of the first operator")
    operator = ffi.from_buffer("char[]", name)
    options.first_operator.bytes, options.first_operator.length = operator, len(name)
    if is_blocked is not None:
        options.is_blocked = host.is_blocked(is_blocked)
    buffers = [] if pepper is None else [key_buffer(pepper, "a pepper")]
    options.pepper = buffers[0] if buffers else ffi.NULL
    options.replaces_pepper = bool(replaces_pepper)
    wallets = ffi.new("escrow_wallets **")
    try:
        buffers += host.master_key(options.master_key, master_key)
        try:
            call(lib.escrow_wallets_open, store, options, wallets)
        finally:
            # Freed, should the host have raised although the wallets could be opened.
            handle = ffi.gc(wallets[0], lib.escrow_wallets_free)
            host.raise_failed()
    finally:
        wipe(buffers)
    return handle


def account_structs(accounts: Mapping[int, IdLike], kind: str) -> Any:
    """Gives the accounts of a kind, by their ledgers, as the library takes them."""
    if not isinstance(accounts, Mapping):
        raise TypeError(f"{kind}_accounts must be a dict, not {type(accounts).__name__}")
    if not accounts:
        return ffi.NULL
    named = ffi.new(f"escrow_{kind}_account[]", len(accounts))
    for struct, (ledger, account) in zip(named, accounts.items()):
        struct.ledger = whole_number(ledger, "a ledger", 32)
        struct.account = id_struct(account, f"a {kind} account")
    return named


def known_device(wallets: Any) -> Any:
    """Gives the handle of the same wallets for a device that is known."""
    known = ffi.new("escrow_wallets **")
    call(lib.escrow_wallets_known_device, wallets, known)
    return ffi.gc(known[0], lib.escrow_wallets_free)
