// What every fuzz target demands of the code under it, besides that it does not crash.
//
// Errors:  a property that does not hold ends the process, so that libFuzzer keeps the input.

#pragma once

#include <cstdio>
#include <cstdlib>

namespace sealock::fuzz {

inline void require(bool holds, const char* property) {
  if (holds) return;
  std::fprintf(stderr, "property broken: %s\n", property);
  std::abort();
}

}  // namespace sealock::fuzz
