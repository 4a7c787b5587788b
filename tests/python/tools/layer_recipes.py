"""Networks with normalizations, activations and frozen layers: recipes that Keras and proxnet both build and train."""

import numpy as np

STEPS = 40  # 10 epochs of 4 batches, the last one smaller


def rows():
    rng = np.random.default_rng(21)
    x = (rng.normal(size=(60, 5)) * [1, 3, 0.2, 1, 10] + [0, 5, 1, -2, 20]).astype(np.float32)
    labels = rng.integers(0, 3, 60)
    numbers = rng.normal(size=(60, 2)).astype(np.float32)
    return x, labels, numbers, rng.uniform(0.2, 2, 60).astype(np.float32)


def batch_norm_relu(k):
    """The usual block, gamma and beta penalised, with sample weights."""
    L, R = k.layers, k.regularizers
    layers = [
        L.Dense(8, use_bias=False, kernel_regularizer=R.L2(0.01)),
        L.BatchNormalization(gamma_regularizer=R.L1(0.02), beta_regularizer=R.L2(0.03)),
        L.Activation("relu"),
        L.Dense(3),
        L.Activation("softmax"),
    ]
    return layers, k.optimizers.Adam(0.01), "sparse_categorical_crossentropy", True


def batch_norm_first(k):
    """Before everything, without gamma; then without beta, at the end of a layer with its own activation."""
    L = k.layers
    layers = [
        L.BatchNormalization(momentum=0.8, epsilon=0.01, scale=False),
        L.Dense(6, activation="tanh"),
        L.BatchNormalization(center=False, momentum=0.5),
        L.Dense(2),
    ]
    return layers, k.optimizers.SGD(0.05, momentum=0.9), "mse", False


def frozen(k):
    """Given moments, a dense layer and a batch normalization that do not train."""
    L, R = k.layers, k.regularizers
    layers = [
        L.Normalization(mean=[0.0, 5, 1, -2, 20], variance=[1.0, 9, 0.04, 1, 100]),
        L.Dense(7, activation="tanh", kernel_regularizer=R.L1(0.5)),
        L.BatchNormalization(gamma_regularizer=R.L1(0.5)),
        L.Dense(6, kernel_regularizer=R.L1(0.01)),
        L.ReLU(),
        L.Dense(2),
    ]
    layers[1].trainable = False
    layers[2].trainable = False
    return layers, k.optimizers.RMSprop(0.005), "mse", True


def adapted(k):
    """Moments of the data, and targets that are scaled back at the end."""
    L = k.layers
    x, _, y, _ = rows()
    first, last = L.Normalization(), L.Normalization(invert=True)
    first.adapt(x)
    last.adapt(y)
    # A bias before batch normalization has no gradient but rounding errors, which Adam would blow up.
    layers = [first, L.Dense(8, use_bias=False), L.BatchNormalization(), L.Activation("sigmoid"), L.Dense(2), last]
    return layers, k.optimizers.Adam(0.02), "mse", False


def batch_norm_options(k):
    """Clipping over all arrays, weight decay and constraints reach gamma and beta."""
    L, C = k.layers, k.constraints
    layers = [
        L.Dense(8, use_bias=False),
        L.BatchNormalization(gamma_constraint=C.NonNeg(), beta_constraint=C.MaxNorm(0.9)),
        L.Activation("tanh"),
        L.Dense(2),
    ]
    return layers, k.optimizers.Adam(0.01, weight_decay=0.02, global_clipnorm=0.3), "mse", False


def batch_norm_averaged(k):
    """Averages of the weights, gamma and beta among them; without constraints, which Keras applies behind averages."""
    L = k.layers
    layers = [L.Dense(8, use_bias=False), L.BatchNormalization(), L.Activation("tanh"), L.Dense(2)]
    averages = {"use_ema": True, "ema_momentum": 0.9, "ema_overwrite_frequency": 7}
    return layers, k.optimizers.Adam(0.01, clipnorm=0.2, **averages), "mse", False


def activity(k):
    """Penalties of outputs, before and behind an activation, and of the angles between rows and columns."""
    L, R = k.layers, k.regularizers
    layers = [
        L.Dense(
            8,
            activation="tanh",
            activity_regularizer=R.L1L2(0.01, 0.02),
            kernel_regularizer=R.OrthogonalRegularizer(0.3, mode="rows"),
        ),
        L.Dense(6, kernel_regularizer=R.OrthogonalRegularizer(0.2, mode="columns")),
        L.ActivityRegularization(l1=0.005, l2=0.01),
        L.Activation("gelu", activity_regularizer=R.L2(0.02)),
        L.Dense(3, activation="softmax", activity_regularizer=R.L2(0.1)),
    ]
    return layers, k.optimizers.Adam(0.01), "sparse_categorical_crossentropy", True


RECIPES = (batch_norm_relu, batch_norm_first, frozen, adapted, batch_norm_options, batch_norm_averaged, activity)


def picks(size):
    """Places of the numbers that are recorded of an array: eight at most, the first and the last among them."""
    return np.unique(np.linspace(0, size - 1, 8).astype(int))


def trained(k, recipe, **compile_arguments):
    """History, evaluated loss, predictions of four rows and the final weights (without those of Normalizations)."""
    x, labels, numbers, weights = rows()
    layers, optimizer, loss, weighted = recipe(k)
    y = labels if loss.startswith("sparse") else numbers
    model = k.Sequential([k.Input((5,)), *layers])
    model.compile(optimizer=optimizer, loss=loss, **compile_arguments)
    rng = np.random.default_rng(22)
    kept = [layer for layer in model.layers if type(layer).__name__ != "Normalization"]
    for layer in kept:
        start = [rng.normal(size=w.shape) * 0.4 for w in layer.get_weights()]
        if "batch_normalization" in layer.name:
            start = [np.abs(w) + 0.5 for w in start]
        layer.set_weights([w.astype(np.float32) for w in start])
    history = model.fit(
        x, y, batch_size=16, epochs=10, shuffle=False, verbose=0, sample_weight=weights if weighted else None
    )
    return {
        "history": np.array(history.history["loss"]),
        "evaluated": np.array(model.evaluate(x, y, verbose=0)),
        "predicted": np.asarray(model.predict(x[:4], verbose=0)),
        "weights": np.concatenate([np.ravel(w) for layer in kept for w in layer.get_weights()]),
    }
