// Values that an answer hid, and that a client now sends back.
//
// Tools that recreate an object from its inspect would write the mask into it, and so destroy the
// password that it stands for: a mask, a digest, and a seal that is not this policy's, object's and
// field's are refused in every request. A seal that is, is opened.
//
// Errors:  bad_request with the field's path, never with a value.
// Threads: pure.
// Source:  secrets.md 6.1 (5), 8.

#pragma once

#include "policy/answer/disguise.hpp"
#include "policy/result.hpp"

#include <string_view>

namespace sealock::policy {

struct Request;

// Puts the values in the place of seals that this policy made (Disguise::policy), where the request
// creates or updates the object that they were read from. Without keys nothing is opened.
[[nodiscard]] Result<void> open_seals(Request& request, const Disguise& disguise);

// Refuses what is hidden still, in the body, the query and the path.
[[nodiscard]] Result<void> check_written_back(const Request& request);

}  // namespace sealock::policy
