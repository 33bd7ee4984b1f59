"""SymPy classes of special functions: those that SymPy lacks, or whose derivatives it leaves open or gets wrong."""
