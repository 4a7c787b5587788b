"""The contract with scikit-learn, which is never imported unless the program has loaded it."""
