"""Replace, remove or make a file that a person may save at any moment, and lose nothing of theirs.

A file can change right after a look at it. So the file first gets a hidden name, by an exchange with the new
file (renameat2, Linux); what is looked at then is what would be lost. If it was edited, the names are exchanged back.
Where the system can't exchange names, a second look right before the rename leaves only an instant.
"""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import stat
from contextlib import suppress
from pathlib import Path

from render.errors import EngrossError, InUseError, OutputError
from render.output.atomic import MAX_OUTPUT, IsUnedited, edited, held_name, name_of_held, unreadable
from render.regular_files import read_open

_AT_FDCWD = -100
_NOREPLACE, _EXCHANGE = 1, 2
"""Flags of renameat2: fail if the target exists, or exchange two names."""
_UNSUPPORTED = (errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP)


def check_unedited(path: Path, is_unedited: IsUnedited) -> None:
    """Check that a file may be lost, or is missing. Raises EditedError, and OutputError if it can't be read."""
    _check(path, path, is_unedited)


def replace_unedited(temporary: Path, path: Path, is_unedited: IsUnedited) -> None:
    """Give a complete temporary file its name. Raises EditedError if that would lose an edited file, and OSError."""
    held = path.with_name(held_name(path.name))
    temporary.rename(held)  # whatever has such a name is whole
    try:
        if _exchange(held, path):
            _settle(held, path, is_unedited)
    except OSError as error:
        if error.errno not in _UNSUPPORTED:
            raise
        _replace_after_look(held, path, is_unedited)


def create(temporary: Path, path: Path) -> None:
    """Give a complete temporary file a name that no file has yet. Raises OSError if one has."""
    try:
        os.link(temporary, path)
    except OSError as error:
        if error.errno not in (errno.EPERM, *_UNSUPPORTED):  # not every file system has hard links
            raise
        _rename(temporary, path, _NOREPLACE)
    else:
        temporary.unlink()


def remove_unedited(path: Path, is_unedited: IsUnedited) -> None:
    """Remove a file. Raises EditedError if it was edited, and OSError."""
    held = path.with_name(held_name(path.name))
    try:
        _rename(path, held, _NOREPLACE)
    except OSError as error:
        if error.errno not in _UNSUPPORTED:
            raise
        check_unedited(path, is_unedited)
        path.unlink()
    else:
        _settle(held, path, is_unedited)


def recover(held: Path, is_unedited: IsUnedited) -> None:
    """Finish what a killed run began: give an edited file its name again, or remove our own."""
    with suppress(EngrossError, OSError):
        _settle(held, held.with_name(name_of_held(held.name)), is_unedited)


def _settle(held: Path, path: Path, is_unedited: IsUnedited) -> None:
    """Remove the file that `path` led to if it may be lost, or else give it its name again, and raise the error."""
    try:
        _check(held, path, is_unedited)
    except EngrossError as error:
        try:
            aside = _put_back(held, path, is_unedited)
        except OSError as failure:
            what = f"{path}: can't give this file back its name ({failure.strerror})"
            raise OutputError(f"{what}; it is now {held}") from None
        if aside:
            raise type(error)(f"{error}. Somebody saved it twice; the version before is {aside}") from None
        raise
    with suppress(OSError):  # `Folder.remove_partial` does it later
        held.unlink()


def _put_back(held: Path, path: Path, is_unedited: IsUnedited) -> Path | None:
    """Give an edited file its name again. If somebody saved there meanwhile, the later file has the name.

    Then the earlier one is kept beside it: the path returned.
    """
    if not _exchange(held, path):
        return None
    try:
        _check(held, path, is_unedited)
    except EngrossError:
        _exchange(held, path)
        aside = path.with_name(f"{path.stem}.edited-{os.urandom(4).hex()}{path.suffix}")
        held.rename(aside)
        return aside
    with suppress(OSError):
        held.unlink()
    return None


def _replace_after_look(held: Path, path: Path, is_unedited: IsUnedited) -> None:
    try:
        check_unedited(path, is_unedited)
    except EngrossError:
        held.unlink()
        raise
    held.replace(path)


def _exchange(held: Path, path: Path) -> bool:
    """Exchange two names, or give a file the name that no file has. Whether there was a file. Raises OSError."""
    while True:
        with suppress(FileExistsError):
            create(held, path)
            return False
        with suppress(FileNotFoundError):  # it was removed in this instant
            _rename(held, path, _EXCHANGE)
            return True


def _rename(source: Path, target: Path, flags: int) -> None:
    """Call renameat2 (Linux 3.15, glibc 2.28). Raises OSError."""
    import ctypes

    function = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if function is None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    if function(_AT_FDCWD, os.fsencode(source), _AT_FDCWD, os.fsencode(target), flags):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), str(target))


# The look


def _check(path: Path, name: Path, is_unedited: IsUnedited) -> None:
    """Check that a file may be lost, or is missing. Errors call it `name`. Raises EditedError and OutputError."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    except OSError as error:
        raise unreadable(str(name), error) from None
    with os.fdopen(descriptor, "rb"):
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OutputError(f"{name}: this isn't a file, so it was kept; move it away")
        if _is_open_for_writing(descriptor):
            what = f"{name}: another program has this file open, and it was therefore kept"
            raise InUseError(f"{what}; close it there, or add --force to replace it")
        try:
            data = read_open(descriptor, MAX_OUTPUT)
        except OSError as error:
            raise unreadable(str(name), error) from None
    if not is_unedited(data):
        raise edited(str(name))


def _is_open_for_writing(descriptor: int) -> bool:
    """Whether another process, or another part of this one, has a file open to write.

    The kernel refuses a read lease then (fcntl_locking(2), "Leases"). False where there are no leases.
    """
    set_lease = getattr(fcntl, "F_SETLEASE", None)
    if set_lease is None:
        return False
    try:
        # A program that opens the file in this instant makes the kernel send a signal: here, one that has no effect.
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(descriptor, set_lease, fcntl.F_RDLCK)
        fcntl.fcntl(descriptor, set_lease, fcntl.F_UNLCK)
    except OSError as error:
        return error.errno == errno.EAGAIN
    return False
