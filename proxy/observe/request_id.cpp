// Ids of requests: ULIDs, 48 bits of time in milliseconds and 80 random bits.
//
// Random, so that a client cannot tell from its own ids how many others there are.
// Source: github.com/ulid/spec (layout and alphabet).

#include "proxy/observe/audit_log.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdlib>

#include <sys/random.h>

namespace sealock::proxy {
namespace {

constexpr std::size_t entropy_bytes = 10;
constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

// One getrandom(2) for 51 ids: a system call a request would show in the profile. The kernel's call
// cannot fail for so few bytes once the machine has booted; if it does, nothing may be served.
const unsigned char* take_entropy() {
  thread_local std::array<unsigned char, 51 * entropy_bytes> pool;
  thread_local std::size_t used = pool.size();
  if (used == pool.size()) {
    if (getrandom(pool.data(), 256, 0) != 256 ||
        getrandom(pool.data() + 256, pool.size() - 256, 0) != 254) {
      std::abort();
    }
    used = 0;
  }
  used += entropy_bytes;
  return pool.data() + (used - entropy_bytes);
}

// The last 5 * `size` bits.
void write_digits(std::uint64_t bits, char* out, std::size_t size) {
  for (; size > 0; bits >>= 5)
    out[--size] = alphabet[bits & 31];
}

// Five bytes are eight digits.
std::uint64_t five_bytes(const unsigned char* bytes) {
  std::uint64_t value = 0;
  for (std::size_t index = 0; index < 5; ++index)
    value = value << 8 | bytes[index];
  return value;
}

}  // namespace

std::string make_request_id() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
  const unsigned char* const entropy = take_entropy();
  // Requests come many a millisecond, or it does not matter.
  thread_local std::int64_t last = -1;
  thread_local std::array<char, 10> last_digits;
  if (milliseconds != last) {
    write_digits(static_cast<std::uint64_t>(milliseconds), last_digits.data(), last_digits.size());
    last = milliseconds;
  }
  std::string id(26, '0');
  std::copy(last_digits.begin(), last_digits.end(), id.begin());
  write_digits(five_bytes(entropy), id.data() + 10, 8);
  write_digits(five_bytes(entropy + 5), id.data() + 18, 8);
  return id;
}

}  // namespace sealock::proxy
