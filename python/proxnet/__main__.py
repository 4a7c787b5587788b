"""`python -m proxnet demo`, `export`, `--info`, `--cmake-dir`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

import proxnet


def info() -> str:
    """The build information, one item per line."""
    facts = proxnet.build_info()
    width = max(map(len, facts))
    shown = {key: ", ".join(value) if isinstance(value, list | tuple) else value for key, value in facts.items()}
    return "\n".join(f"{key:<{width}}  {value}" for key, value in shown.items())


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m proxnet", description=proxnet.__doc__.partition("\n")[0])
    parser.add_argument("--version", action="version", version=proxnet.__version__)
    parser.add_argument("--info", action="store_true", help="print version, compiler, instruction set and threads")
    parser.add_argument("--cmake-dir", action="store_true", help="print the folder for cmake -Dproxnet_DIR=...")
    commands = parser.add_subparsers(dest="command")
    demo = commands.add_parser("demo", help="train on real data with and without exact zeros, and draw the result")
    demo.add_argument("--data", default="digits", choices=["digits", "breast_cancer", "fashion_mnist"])
    demo.add_argument("--epochs", type=int, help="epochs of each training (default: what suits the data)")
    demo.add_argument("--output", default="demo.png", metavar="FILE", help="the picture (default: demo.png)")
    export = commands.add_parser("export", help="write a saved model as one C99 header without dependencies")
    export.add_argument("model", metavar="MODEL", help="a file that Sequential.save wrote")
    export.add_argument("output", metavar="FILE", help="the header to write, such as net.h")
    export.add_argument("--prefix", required=True, metavar="NAME", help="the beginning of all names in the header")
    export.add_argument("--int8", action="store_true", help="weights as 8-bit integers; prints the loss of accuracy")
    options = parser.parse_args(arguments)

    if options.info:
        print(info())
    elif options.cmake_dir:
        print(proxnet.cmake_dir())
    elif options.command == "demo":
        from . import demo as demonstration

        try:
            demonstration.run(options.data, options.epochs, options.output)
        except demonstration.Unavailable as error:
            print(error, file=sys.stderr)
            return 1
    elif options.command == "export":
        from .export import to_c

        try:
            loss = to_c(proxnet.load_model(options.model, compile=False), options.output, options.prefix, options.int8)
        except (OSError, TypeError, ValueError) as error:
            print(error, file=sys.stderr)
            return 1
        if loss is not None:
            print(loss)
    else:
        parser.print_help()
    return 0


if __name__ == "__main__":
    sys.exit(main())
