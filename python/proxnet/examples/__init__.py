"""Short scripts on what penalties do: `python -m proxnet.examples.genes picture.png`. They need matplotlib.

`choosing_alpha`: by eye and by cross-validation. `correlated_features`: L1 picks one, L2 spreads, the elastic net keeps
both. `polynomial_degree`: degree against penalty. `genes`: 2000 features, 80 rows, a known answer.
"""
