"""What a process has used: CPU time and memory as the kernel counts them."""

import os

TICKS = os.sysconf("SC_CLK_TCK")


def cpu_s(pid):
    """User and system time of all threads, the ended ones too."""
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _status_mb(pid, key):
    with open(f"/proc/{pid}/status") as status:
        for line in status:
            if line.startswith(key + ":"):
                return int(line.split()[1]) / 1024
    raise KeyError(key)


def resident_mb(pid):
    return _status_mb(pid, "VmRSS")


def peak_mb(pid):
    return _status_mb(pid, "VmHWM")
