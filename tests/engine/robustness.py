"""The running binary under what networks, clients, engines and administrators do to it.

robustness.py FOLDER [test names]     FOLDER: for sockets and rule files of each test

The engine is a fake one, since these tests must see both ends; robustness.sh plays a real one as well.
"""
import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
from robustness_flow import Bulk, Descriptors, Pressure, Streams  # noqa: E402, F401
from robustness_peers import ClientGone, ClientSendsAlong, EngineGone, EngineLate  # noqa: E402, F401
from robustness_process import Process, Reload  # noqa: E402, F401

if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v"] + sys.argv[2:])
