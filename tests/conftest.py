"""Set-up that all tests share."""

import signal

# A shell starts background jobs with Ctrl-C ignored, and their children inherit that. The tests of
# Ctrl-C need it, also where they run in the background.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
