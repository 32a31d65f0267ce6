// Ids of requests: ULIDs, 48 bits of time in milliseconds and 80 random bits.
//
// Random, so that a client cannot tell from its own ids how many others there are.
// Source: github.com/ulid/spec (layout and alphabet).

#include "proxy/observe/audit_log.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdlib>

#include <sys/random.h>

namespace sealock::proxy {
namespace {

using Entropy = std::array<unsigned char, 10>;

// One getrandom(2) for 51 ids: a system call a request would show in the profile. The kernel's call
// cannot fail for so few bytes once the machine has booted; if it does, nothing may be served.
Entropy take_entropy() {
  thread_local std::array<unsigned char, 510> pool;
  thread_local std::size_t used = pool.size();
  if (used == pool.size()) {
    if (getrandom(pool.data(), 256, 0) != 256 ||
        getrandom(pool.data() + 256, pool.size() - 256, 0) != 254) {
      std::abort();
    }
    used = 0;
  }
  Entropy entropy{};
  for (unsigned char& byte : entropy) {
    byte = pool[used++];
  }
  return entropy;
}

}  // namespace

std::string make_request_id() {
  constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto count = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
  auto milliseconds = static_cast<std::uint64_t>(count);
  std::string id(26, '0');
  for (std::size_t index = 10; index > 0; --index) {
    id[index - 1] = alphabet[milliseconds & 31];
    milliseconds >>= 5;
  }
  std::uint32_t bits = 0;
  unsigned held = 0;
  std::size_t position = 10;
  for (const unsigned char byte : take_entropy()) {
    bits = ((bits << 8) | byte) & 0xffff;
    held += 8;
    for (; held >= 5; held -= 5) {
      id[position++] = alphabet[(bits >> (held - 5)) & 31];
    }
  }
  return id;
}

}  // namespace sealock::proxy
