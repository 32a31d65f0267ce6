#!/usr/bin/python
# SPDX-License-Identifier: Apache-2.0

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
---
module: deployment
short_description: Brings a node to a composition
description:
  - Components that are the same already are not touched, others are replaced, and on any failure
    everything is put back.
  - In check mode nothing is changed, and the plan is returned.
options:
  composition:
    description: The composition, by its own name or that of a label.
    type: str
    required: true
  components:
    description: Only these; without it, all.
    type: list
    elements: str
    default: []
  gate:
    description: A health container that is stopped first, so that the load balancer looks elsewhere.
    type: dict
    suboptions:
      container:
        description: Its name.
        type: str
        required: true
      drain:
        description: How long from its stop to the first change.
        type: str
        default: 0s
  timeout:
    description: For all of it, like C(10m).
    type: str
    default: 10m
  variables:
    description: Values for C(${NAME}) in the composition. They are neither stored nor logged.
    type: dict
    default: {}
  target:
    description: The node, or the swarm that it manages.
    type: str
    choices: [node, swarm]
    default: node
  idempotency_key:
    description: The same key again is the same deployment, not another one, and then no change.
    type: str
  wait:
    description:
      - Whether to wait for the end. Without it the deployment goes on by itself, and C(changed) says what
        was planned.
    type: bool
    default: true
extends_documentation_fragment: sealock.release.socket
"""

EXAMPLES = r"""
- name: Deploy behind a load balancer
  sealock.release.deployment:
    composition: prod_20150619_1504
    gate: {container: health, drain: 10s}
    variables: {MODE: fast}

- name: What would be done, as a diff
  sealock.release.deployment:
    composition: prod_20150619_1504
  check_mode: true
  diff: true
"""

RETURN = r"""
plan:
  description: What would be done.
  returned: in check mode and in diff mode
  type: dict
deployment:
  description: The deployment, with its state and its steps.
  returned: outside of check mode
  type: dict
"""

import time

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.sealock.release.plugins.module_utils.api import Sealock, arguments

FINAL = ("succeeded", "rolled_back", "failed")


def order_of(params):
    order = {"composition": params["composition"], "timeout": params["timeout"], "target": params["target"],
             "components": params["components"],
             "variables": dict((name, str(value)) for name, value in params["variables"].items())}
    if params["target"] == "node":
        del order["target"]
    if params["gate"]:
        order["gate"] = params["gate"]
    return order


def main():
    module = AnsibleModule(
        argument_spec=arguments(
            composition=dict(type="str", required=True),
            components=dict(type="list", elements="str", default=[]),
            gate=dict(type="dict", options=dict(container=dict(type="str", required=True),
                                                drain=dict(type="str", default="0s"))),
            timeout=dict(type="str", default="10m"),
            variables=dict(type="dict", default={}, no_log=True),
            target=dict(type="str", choices=["node", "swarm"], default="node"),
            idempotency_key=dict(type="str", no_log=False),
            wait=dict(type="bool", default=True)),
        supports_check_mode=True)
    sealock = Sealock(module)
    order = order_of(module.params)
    result = {}
    if module.check_mode or module._diff:
        plan = sealock.call("POST", ["deployments"], body=dict(order, check=True))
        result = dict(changed=plan["changed"], plan=plan, diff=dict(prepared=plan.get("diff", "")))
    if module.check_mode:
        module.exit_json(**result)
    key = module.params["idempotency_key"]
    started = sealock.call("POST", ["deployments"], body=order, headers={"Idempotency-Key": key} if key else None)
    deployment = sealock.call("GET", ["deployments", started["id"]])
    while module.params["wait"] and deployment["state"] not in FINAL:
        time.sleep(0.5)
        deployment = sealock.call("GET", ["deployments", started["id"]])
    # What an earlier task with the same key did is no change of this one.
    result.update(changed=deployment["changed"] and not started["already"], deployment=deployment)
    if deployment["state"] in ("rolled_back", "failed"):
        module.fail_json(msg="%s %s: %s" % (deployment["composition"], deployment["state"].replace("_", " "),
                                            deployment["text"]), **result)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
