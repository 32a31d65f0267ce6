"""The running binary under what networks, clients, engines and administrators do to it.

robustness.py FOLDER [test names]     FOLDER: for sockets and rule files of each test; names: robustness_flow.Bulk, ...

The engine is a fake one, since these tests must see both ends; robustness.sh plays a real one as well.
"""
import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))
MODULES = ["robustness_flow", "robustness_peers", "robustness_process"]

if __name__ == "__main__":
    unittest.main(module=None, argv=[sys.argv[0], "-v"] + (sys.argv[2:] or MODULES))
