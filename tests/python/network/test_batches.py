"""Batches from generators and other sources: the bits of arrays; and arrays that lie in files."""

import gc
import tracemalloc

import numpy as np
import pytest

import proxnet
from pairwise import pairwise
from proxnet.callbacks import Callback, LambdaCallback
from proxnet.layers import Dense, Dropout, Input

SIZE = 16


def make(dtype="float32"):
    proxnet.set_random_seed(8)
    hidden = Dense(9, "relu", kernel_regularizer="l1")
    model = proxnet.Sequential([Input((5,)), hidden, Dropout(0.3), Dense(1, "sigmoid")], dtype=dtype)
    model.compile("adam", "binary_crossentropy", ["accuracy"], ["mse"])
    return model


def equal(one, other):
    return all(a.tobytes() == b.tobytes() for a, b in zip(one.get_weights(), other.get_weights(), strict=True))


def cut(*arrays):
    for begin in range(0, len(arrays[0]), SIZE):
        yield tuple(a[begin : begin + SIZE] for a in arrays)


def forever(*arrays):
    while True:
        yield from cut(*arrays)


class Indexed:
    """As Keras' Sequence and PyDataset: a length and items."""

    def __init__(self, *arrays):
        self.items = list(cut(*arrays))
        self.asked, self.epochs = [], 0

    def __len__(self):
        return len(self.items)

    def __getitem__(self, index):
        if not 0 <= index < len(self.items):
            raise AssertionError(index)
        self.asked.append(index)
        return self.items[index]

    def on_epoch_end(self):
        self.epochs += 1


class Loader:
    """As PyTorch's DataLoader: iterable again and again, batches in lists."""

    def __init__(self, *arrays):
        self.arrays = arrays

    def __iter__(self):
        return iter([list(batch) for batch in cut(*self.arrays)])


@pytest.fixture
def weighted(rows):
    return (*rows, np.linspace(0, 2, len(rows[0]), dtype=np.float32))


SOURCES = {
    "generator": (forever, {"steps_per_epoch": 4}),
    "indexed": (Indexed, {}),
    "loader": (Loader, {}),
    "loader with steps": (Loader, {"steps_per_epoch": 4}),
}


@pairwise(source=SOURCES, dtype=["float32", "float64"], hooked=[False, True])
def test_equal_batches_give_equal_bits(weighted, source, dtype, hooked):
    x, y, weight = weighted
    straight, batched = make(dtype), None
    history = straight.fit(x, y, SIZE, 3, 0, shuffle=False, sample_weight=weight, validation_data=(x, y))
    batched = make(dtype)
    seen = []
    hooks = [LambdaCallback(on_train_batch_end=lambda b, logs: seen.append((b, logs["loss"])))] if hooked else []
    kind, more = SOURCES[source]
    given = {"epochs": 3, "verbose": 0, "shuffle": False, "callbacks": hooks, **more}
    other = batched.fit(kind(x, y, weight), validation_data=Loader(x, y), **given)
    assert equal(straight, batched)
    for key, values in history.history.items():
        if key.startswith("val_"):  # blocks of other rows: sums in another order
            assert np.allclose(other.history[key], values, rtol=1e-6, atol=0)
        else:
            assert other.history[key] == values
    if hooked:
        assert [b for b, _ in seen] == [0, 1, 2, 3] * 3
        assert [loss for b, loss in seen if b == 3] == history.history["loss"]


def test_batches_that_grow_and_the_number_of_threads(rows, threads):
    x, y = rows

    def growing():
        for begin, end in ((0, 3), (3, 40), (40, 60)):
            yield x[begin:end], y[begin:end]

    one, two = make(), None
    one.fit(growing(), verbose=0)
    two = make()
    proxnet.set_num_threads(1)
    two.fit(growing(), verbose=0)
    assert equal(one, two)


def test_training_step_by_step_is_training(rows):
    proxnet.set_random_seed(1)
    steps = proxnet.Sequential([Input((5,)), Dense(1)])
    steps.compile("adam", "mse")
    for batch in cut(*rows):
        steps.train_on_batch(*batch)
    proxnet.set_random_seed(1)
    epoch = proxnet.Sequential([Input((5,)), Dense(1)])
    epoch.compile("adam", "mse")
    epoch.fit(Loader(*rows), verbose=0)
    assert equal(steps, epoch)
    one, many = epoch.test_on_batch(*rows), epoch.evaluate(Loader(*rows), verbose=0)
    assert np.isclose(one, many, rtol=1e-7)
    assert (epoch.predict_on_batch(rows[0]) == epoch.predict(Loader(rows[0], rows[1]), verbose=0)).size == 60


def test_class_weights_and_the_first_data_build_the_model(rows):
    def built():
        proxnet.set_random_seed(2)
        model = proxnet.Sequential([Dense(4), Dense(1, "sigmoid")])
        model.compile("sgd", "binary_crossentropy")
        return model

    straight = built()
    straight.fit(*rows, SIZE, 2, 0, shuffle=False, class_weight={0: 1.0, 1: 3.0})
    batched = built()
    batched.fit(Indexed(*rows), epochs=2, verbose=0, shuffle=False, class_weight={0: 1.0, 1: 3.0})
    assert equal(straight, batched)


def test_indexed_batches_are_shuffled_and_told_of_epochs(rows):
    source = Indexed(*rows)
    make().fit(source, epochs=4, verbose=0)
    first, *orders = (source.asked[1 + 4 * e : 5 + 4 * e] for e in range(4))  # the first batch is looked at once more
    assert all(sorted(order) == [0, 1, 2, 3] for order in orders)
    assert len({tuple(order) for order in (first, *orders)}) > 1
    assert source.epochs == 4
    again = Indexed(*rows)
    make().fit(again, epochs=4, verbose=0)
    assert again.asked == source.asked


def test_a_generator_that_ends(rows):
    model = make()
    with pytest.warns(UserWarning, match=r"\[fit\] x ran out of batches: it must give steps_per_epoch \* epochs"):
        history = model.fit(cut(*rows), epochs=3, verbose=0)
    assert history.epoch == [0]
    with pytest.warns(UserWarning, match="ran out of batches"):
        history = model.fit(cut(*rows), steps_per_epoch=3, epochs=3, verbose=0)
    assert history.epoch == [0, 1]
    with pytest.warns(UserWarning, match=r"\[fit\] validation_data ran out of batches: it must give validation_steps"):
        history = model.fit(Loader(*rows), epochs=3, verbose=0, validation_data=cut(*rows)).history
    assert np.isnan(history["val_loss"]).tolist() == [False, True, True]
    assert np.isfinite(history["loss"]).all()
    model.fit(Loader(*rows), epochs=2, verbose=0, validation_data=forever(*rows), validation_steps=2)


def test_a_generator_that_fails_leaves_the_last_epoch(rows):
    def failing():
        yield from cut(*rows)
        yield next(cut(*rows))
        raise OSError("disk gone")

    model = make()
    kept = []
    keep = LambdaCallback(on_epoch_end=lambda epoch, logs: kept.append(model.get_weights()))
    with pytest.raises(OSError, match="disk gone"):
        model.fit(failing(), steps_per_epoch=4, epochs=2, verbose=0, callbacks=[keep])
    assert all((a == b).all() for a, b in zip(kept[0], model.get_weights(), strict=True))
    model.fit(*rows, verbose=0)


def test_a_bad_batch_in_the_middle_leaves_the_last_epoch(rows):
    x, y = rows
    bad = x.copy()
    bad[50, 2] = np.nan
    model = make()
    before = model.get_weights()
    with pytest.raises(ValueError, match=r"\[fit\] x must be finite, x\[2, 2\] = nan"):
        model.fit(Loader(bad, y), verbose=0)
    assert all((a == b).all() for a, b in zip(before, model.get_weights(), strict=True))


def test_hooks_may_set_weights_between_batches(rows):
    class Zero(Callback):
        def on_train_batch_end(self, batch, logs=None):
            self.model.set_weights([np.zeros_like(w) for w in self.model.get_weights()])

    model = make()
    with pytest.warns(proxnet.SparsityWarning, match="the model is a constant"):
        model.fit(Loader(*rows), verbose=0, callbacks=[Zero()])
    assert not any(w.any() for w in model.get_weights())


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"y": np.ones(60)}, "y must not be given where x gives batches"),
        ({"batch_size": 8}, "batch_size must not be given"),
        ({"validation_split": 0.5}, "validation_split must not be given"),
        ({"steps_per_epoch": 0}, "steps_per_epoch must be >= 1"),
        ({"validation_data": (1, 2, 3, 4)}, "validation_data must be"),
        ({"validation_steps": 2}, "validation_steps is for data that comes in batches"),
        ({"x": iter([])}, "x must give a batch at least, got none"),
        ({"x": iter([np.ones((3, 5))])}, r"x must give \(x, y\) or \(x, y, sample_weight\), got ndarray"),
        ({"x": iter([(np.ones((3, 5)),)])}, "got tuple of 1"),
        ({"x": iter([(np.ones((3, 4)), np.ones(3))])}, "x must have 5 columns"),
    ],
)
def test_what_makes_no_sense_is_refused(rows, given, message):
    model = make()
    before = model.get_weights()
    with pytest.raises((TypeError, ValueError), match=message):
        model.fit(**{"x": Loader(*rows), "verbose": 0, **given})
    assert all((a == b).all() for a, b in zip(before, model.get_weights(), strict=True))


def test_predict_and_evaluate_take_batches(rows):
    model = make()
    x, y = rows
    whole = model.predict(x, verbose=0)
    for source in (Indexed(x, y), Loader(x, y), cut(x), (batch for (batch,) in cut(x))):
        assert (model.predict(source, verbose=0) == whole).all()
    assert (model.predict(forever(x), steps=3, verbose=0) == whole[: 3 * SIZE]).all()
    assert np.allclose(model.evaluate(Indexed(x, y), verbose=0), model.evaluate(x, y, verbose=0), rtol=1e-7)
    batches = []
    note = LambdaCallback(on_test_batch_end=lambda batch, logs: batches.append(batch))
    model.evaluate(Loader(x, y), verbose=0, callbacks=[note])
    assert batches == [0, 1, 2, 3]


@pytest.fixture
def mapped(tmp_path):
    """2^15 rows of 64 columns in a file, 8 MiB; targets beside them."""
    rng = np.random.default_rng(0)
    written = np.memmap(tmp_path / "x", np.float32, "w+", shape=(1 << 15, 64))
    written[:] = rng.normal(size=written.shape)
    written.flush()
    y = (written[:, 0] > 0).astype(np.float32)
    return np.memmap(tmp_path / "x", np.float32, "r", shape=written.shape), y


def test_arrays_in_files_are_not_copied_and_give_the_same_bits(mapped):
    x, y = mapped

    def train(data):
        proxnet.set_random_seed(3)
        model = proxnet.Sequential([Input((64,)), Dense(8, "relu"), Dense(1, "sigmoid")])
        model.compile("adam", "binary_crossentropy")
        model.fit(data, y, 256, 2, 0, shuffle=False, validation_split=0.25)
        model.evaluate(data, y, verbose=0)
        return model

    in_memory = train(np.array(x))
    gc.collect()
    tracemalloc.start()
    from_file = train(x)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert equal(in_memory, from_file)
    assert peak < x.nbytes / 4


def test_a_bad_number_far_down_is_named(mapped):
    x, y = mapped
    data = np.array(x)
    data[30000, 5] = np.inf
    model = proxnet.Sequential([Dense(1)])
    model.compile(loss="mse")
    with pytest.raises(ValueError, match=r"x must be finite, x\[30000, 5\] = inf"):
        model.fit(data, y, verbose=0, validation_split=0.25)
    model.build((None, 64))
    with pytest.raises(ValueError, match=r"\[evaluate\] x must be finite, x\[30000, 5\] = inf"):
        model.evaluate(data, y, verbose=0)
