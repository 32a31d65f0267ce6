#!/usr/bin/python
# SPDX-License-Identifier: Apache-2.0

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
---
module: composition
short_description: Stores a release in sealock, or deletes it
description:
  - Stores a composition, a Compose file whose images are resolved to digests.
  - A composition never changes. The same content again is no change, other content is an error.
options:
  name:
    description: A prefix, C(_) and a timestamp, like C(c_20150619_1504).
    type: str
    required: true
  definition:
    description: The Compose file as a dictionary.
    type: dict
  content:
    description:
      - The Compose file as text, in YAML. Errors in it are told with line and column.
      - For a file beside the playbook use C(lookup('file', ...)) or C(lookup('template', ...)).
    type: str
  src:
    description: The path of a Compose file on the node.
    type: path
  state:
    description: Whether the composition is to be there. One that is deployed cannot be deleted.
    type: str
    choices: [present, absent]
    default: present
extends_documentation_fragment: sealock.release.socket
"""

EXAMPLES = r"""
- name: Store the release of today
  sealock.release.composition:
    name: c_20150619_1504
    definition:
      services:
        web:
          image: registry.example.com/shop/web:20150619_1504
          ports: ["8080:80"]
        db:
          image: postgres:9.4
          environment: {POSTGRES_PASSWORD: "${secret:db}"}

- name: Store the file beside the playbook
  sealock.release.composition:
    name: c_20150620_0910
    content: "{{ lookup('file', 'compose.yaml') }}"

- name: Delete an old one
  sealock.release.composition:
    name: c_20150101_0900
    state: absent
"""

RETURN = r"""
composition:
  description: The composition as it is stored, with the digest of each component.
  returned: when it is there
  type: dict
"""

import json

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.sealock.release.plugins.module_utils.api import Sealock, arguments, checking


def images(composition):
    """What diff mode shows: each component with its image and digest."""
    if composition is None:
        return ""
    lines = ["%s %s %s" % (one["name"], one["image"], one["digest"]) for one in composition["components"]]
    return "\n".join(sorted(lines)) + "\n"


def compose_file(module):
    """The text to store and its media type."""
    if module.params["definition"] is not None:
        return json.dumps(module.params["definition"]), "application/json"
    if module.params["content"] is not None:
        return module.params["content"], "application/yaml"
    try:
        with open(module.params["src"], "rb") as source:
            return source.read(), "application/yaml"
    except (OSError, IOError) as problem:
        module.fail_json(msg="cannot read %s: %s" % (module.params["src"], problem))


def main():
    module = AnsibleModule(
        argument_spec=arguments(
            name=dict(type="str", required=True),
            definition=dict(type="dict"),
            content=dict(type="str"),
            src=dict(type="path"),
            state=dict(type="str", choices=["present", "absent"], default="present")),
        mutually_exclusive=[("definition", "content", "src")],
        required_if=[("state", "present", ("definition", "content", "src"), True)],
        supports_check_mode=True)
    sealock = Sealock(module)
    name = module.params["name"]
    before = sealock.call("GET", ["compositions", name], missing=True)
    if module.params["state"] == "absent":
        if before is not None:
            sealock.call("DELETE", ["compositions", name], query=checking(module))
        module.exit_json(changed=before is not None,
                         diff=dict(before=images(before), after="", before_header=name, after_header=name))
    text, content_type = compose_file(module)
    after = sealock.call("PUT", ["compositions", name], query=checking(module), body=text,
                         content_type=content_type)
    module.exit_json(changed=after["changed"], composition=after,
                     diff=dict(before=images(before), after=images(after), before_header=name, after_header=name))


if __name__ == "__main__":
    main()
