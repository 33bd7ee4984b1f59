"""The same question asked of Arrow batches, inside engines that others run."""

from derivcli.batches.function import BatchFunction, batch_function

__all__ = ["BatchFunction", "batch_function"]
