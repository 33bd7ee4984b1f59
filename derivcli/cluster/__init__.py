"""`deriv map`: one question over many files, by Dask; no other room needs this one."""
