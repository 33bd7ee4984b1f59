"""Values and derivatives at many points: columns of numbers in, columns out."""
