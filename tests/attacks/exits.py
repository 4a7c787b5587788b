"""The interpreter ends while a daemon thread works in the core: the process must exit with status 0.

python tests/attacks/exits.py 60
"""

import subprocess
import sys

WORKS = {
    "fit": "model.fit(x, y, epochs=9999, verbose=0)",
    "fit with callbacks": "model.fit(x, y, epochs=9999, verbose=0, callbacks=[hook])",
    "predict": "model.predict(x, verbose=0)",
    "evaluate": "model.evaluate(x, y, verbose=0)",
    "save": "model.save(sys.argv[1])",
    "LassoCV": "proxnet.linear_model.LassoCV().fit(x, y)",
}
PROGRAM = """
import sys, threading, time, warnings, numpy as np, proxnet
warnings.simplefilter("ignore")
x = np.random.default_rng(0).normal(size=(4000, 50)).astype("f"); y = x[:, 0]
model = proxnet.Sequential([proxnet.layers.Dense(50, "relu"), proxnet.layers.Dense(1)])
model.compile("adam", "mse"); model.fit(x, y, verbose=0)
hook = proxnet.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: None)
def work():
    while True: WORK
threading.Thread(target=work, daemon=True).start()
time.sleep(float(sys.argv[2]))
"""


def main(exits, folder):
    bad = []
    for name, work in WORKS.items():
        for k in range(exits):
            command = [sys.executable, "-c", PROGRAM.replace("WORK", work), f"{folder}/model", str(0.0007 * k)]
            run = subprocess.run(command, capture_output=True, text=True, timeout=120)
            if run.returncode:
                bad.append((name, run.returncode, run.stderr[-200:]))
    print(f"exits: {exits} beside each of {', '.join(WORKS)}; {len(bad)} with another status than 0 {bad[:3]}")
    return len(bad)


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        sys.exit(min(main(int(sys.argv[1]), folder), 1))
