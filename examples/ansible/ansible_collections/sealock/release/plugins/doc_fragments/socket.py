# SPDX-License-Identifier: Apache-2.0
from __future__ import absolute_import, division, print_function

__metaclass__ = type


class ModuleDocFragment(object):
    """What every module of this collection takes."""

    DOCUMENTATION = r"""
options:
  socket:
    description: The Unix socket of the running sealock.
    type: path
    default: /run/sealock/deployer.sock
author: the sealock project (!UNKNOWN)
"""
