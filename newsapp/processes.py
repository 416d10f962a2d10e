"""Child processes that do not outlive their parent, even when it is killed with SIGKILL."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1  # <linux/prctl.h>

# Loaded here and not in the child: between fork and exec as little as possible should happen.
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def dying_with_parent(death_signal: signal.Signals) -> Callable[[], None]:
    """Return a function that a new child calls (`preexec_fn`) to get DEATH_SIGNAL when this process ends.

    Where the kernel offers nothing of the kind (it is Linux's), the function does nothing.
    """
    parent_pid = os.getpid()

    def ask_kernel() -> None:
        if _libc is None:
            return
        _libc.prctl(PR_SET_PDEATHSIG, death_signal)
        if os.getppid() != parent_pid:  # It ended before we could ask.
            os.kill(os.getpid(), death_signal)

    return ask_kernel
