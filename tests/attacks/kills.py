"""A checkpointed fit killed (SIGKILL) at random moments and resumed each time ends with the bits of one never killed.

python tests/attacks/kills.py 50 SEED
"""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time

PROGRAM = """
import sys, numpy as np, proxnet
proxnet.set_random_seed(7)
x = np.random.default_rng(0).normal(size=(400, 20)).astype("f"); y = x[:, 0] - x[:, 1]
hidden = proxnet.layers.Dense(30, "relu", kernel_regularizer="l1")
model = proxnet.Sequential([proxnet.Input((20,)), hidden, proxnet.layers.Dropout(0.2), proxnet.layers.Dense(1)])
model.compile("adam", "mse")
backup = proxnet.callbacks.BackupAndRestore(sys.argv[1], delete_checkpoint=False)
print("ready", flush=True)
model.fit(x, y, epochs=3000, verbose=0, callbacks=[backup], validation_split=0.2)
model.save_weights(sys.argv[2])
"""


def main(kills, seed, folder):
    def command(name):
        return [sys.executable, "-c", PROGRAM, f"{folder}/{name}", f"{folder}/{name}.weights"]

    rng = random.Random(seed)
    start = time.time()
    subprocess.run(command("unbroken"), check=True, stdout=subprocess.DEVNULL)
    seconds = time.time() - start
    done = 0
    while done < kills:
        run = subprocess.Popen(command("killed"), stdout=subprocess.PIPE, text=True)
        run.stdout.readline()
        time.sleep(rng.uniform(0, 1.2 * seconds / kills))
        run.send_signal(signal.SIGKILL)
        run.wait()
        run.stdout.close()
        if run.returncode == 0:
            break
        done += 1
    subprocess.run(command("killed"), check=True, stdout=subprocess.DEVNULL)
    left = [name for name in os.listdir(f"{folder}/killed") if name.endswith(".tmp")]
    with open(f"{folder}/killed.weights", "rb") as got, open(f"{folder}/unbroken.weights", "rb") as want:
        same = got.read() == want.read()
    print(f"kills: {done}; weights {'bit-identical' if same else 'DIFFERENT'}; temporary files left: {left}")
    return (not same) + len(left)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        sys.exit(min(main(int(sys.argv[1]), int(sys.argv[2]), folder), 1))
