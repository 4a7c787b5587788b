"""Cross-validation: folds, scores, and the choice of alpha."""
