#!/usr/bin/python
# SPDX-License-Identifier: Apache-2.0

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
---
module: composition_label
short_description: Promotes a composition
description:
  - The label C(rc) of C(c_20150619_1504) makes C(rc_20150619_1504), a name for the same digests.
  - A label never moves to other content. Which label may follow which is a rule of sealock.
options:
  name:
    description: The composition, by its own name or that of a label.
    type: str
    required: true
  label:
    description: Small letters, digits and C(-).
    type: str
    required: true
extends_documentation_fragment: sealock.release.socket
"""

EXAMPLES = r"""
- name: The integration test has passed
  sealock.release.composition_label:
    name: c_20150619_1504
    label: rc
"""

RETURN = r"""
name:
  description: The name that stands for the composition now.
  returned: always
  type: str
  sample: rc_20150619_1504
composition:
  description: The composition's own name.
  returned: always
  type: str
  sample: c_20150619_1504
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.sealock.release.plugins.module_utils.api import Sealock, arguments, checking


def main():
    module = AnsibleModule(
        argument_spec=arguments(name=dict(type="str", required=True), label=dict(type="str", required=True)),
        supports_check_mode=True)
    answer = Sealock(module).call("POST", ["compositions", module.params["name"], "labels"],
                                  query=checking(module), body={"label": module.params["label"]})
    after = "%s = %s\n" % (answer["name"], answer["composition"])
    module.exit_json(changed=answer["changed"], name=answer["name"], composition=answer["composition"],
                     diff=dict(before="" if answer["changed"] else after, after=after))


if __name__ == "__main__":
    main()
