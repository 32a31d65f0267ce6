// What a scrub rule hides in the output of programs: rules say `scrub: [environment, tokens]`.

#pragma once

namespace sealock::policy {

struct ScrubWays {
  bool environment = false;  // the values of the program's own environment
  bool tokens = false;       // tokens of known forms

  [[nodiscard]] bool any() const { return environment || tokens; }
};

}  // namespace sealock::policy
