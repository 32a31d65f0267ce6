#!/usr/bin/python
# SPDX-License-Identifier: Apache-2.0

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
---
module: image_tag
short_description: Moves the tag of an image to a digest that a composition has
description:
  - Compare and swap. Moves the tag only if it is still where I(expect) says, and only to a digest that
    some stored composition vouches for.
options:
  image:
    description: The repository, without tag or digest.
    type: str
    required: true
  tag:
    description: The tag to move.
    type: str
    required: true
  digest:
    description: Where it is to be, as the composition says it.
    type: str
    required: true
  expect:
    description: Where it is now. Empty means that there must be no such tag yet.
    type: str
    default: ''
extends_documentation_fragment: sealock.release.socket
"""

EXAMPLES = r"""
- name: Mark what was tested
  sealock.release.image_tag:
    image: registry.example.com/shop/web
    tag: tested
    digest: "{{ release.composition.components[0].digest }}"
    expect: "{{ last_tested }}"
"""

RETURN = r"""
before:
  description: Where the tag was; empty when there was none.
  returned: always
  type: str
id:
  description: The id of the image on this node.
  returned: always
  type: str
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.sealock.release.plugins.module_utils.api import Sealock, arguments, checking


def main():
    module = AnsibleModule(
        argument_spec=arguments(
            image=dict(type="str", required=True),
            tag=dict(type="str", required=True),
            digest=dict(type="str", required=True),
            expect=dict(type="str", default="")),
        supports_check_mode=True)
    order = dict((key, module.params[key]) for key in ("image", "tag", "digest", "expect"))
    answer = Sealock(module).call("POST", ["tags"], query=checking(module), body=order)
    reference = "%s:%s" % (order["image"], order["tag"])
    before = "%s %s\n" % (reference, answer["before"]) if answer["before"] else ""
    after = "%s %s\n" % (reference, order["digest"]) if answer["changed"] else before
    module.exit_json(changed=answer["changed"], before=answer["before"], id=answer["id"],
                     diff=dict(before=before, after=after))


if __name__ == "__main__":
    main()
