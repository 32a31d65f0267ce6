// Whose objects are a client's own: those that carry this label with exactly this value
// (effective/ownership.hpp).
//
// Threads: plain value.

#pragma once

#include <string>

namespace sealock::policy {

struct Owner {
  std::string label;
  std::string value;

  // Images carry another value: a container inherits the labels of its image, and would otherwise
  // belong to whoever built it.
  [[nodiscard]] std::string image_value() const { return "image:" + value; }
  bool operator==(const Owner&) const = default;
};

}  // namespace sealock::policy
