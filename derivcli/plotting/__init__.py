"""What `--plot` shows, as plain data: which function, over which range, in which unbroken pieces."""

from derivcli.plotting.mapping import mapped
from derivcli.plotting.picturing import picture
from derivcli.plotting.subject import Subject, subject

__all__ = ["Subject", "mapped", "picture", "subject"]
