// The fields of a tar header: texts that end with a NUL, numbers in octal digits or in base 256.
//
// Strict: what GNU tar, libarchive and Go's archive/tar read from a field that passes here is the
// same. Bytes behind the NUL of a text, signs, and digits behind the end of a number are errors.
//
// Errors:  bad_request, which names the field.
// Threads: pure.
// Sources: POSIX.1-2017 pax, "ustar Interchange Format"; GNU tar 1.34 manual, "Basic Tar Format"; go
//          archive/tar strconv.go.

#pragma once

#include "policy/result.hpp"

#include <cstdint>
#include <string_view>

namespace sealock::policy::archive {

// The text of a field, without its padding. A text that fills its field has no NUL.
[[nodiscard]] Result<std::string_view> read_text_field(std::string_view field,
                                                       std::string_view name);

// A number that is not negative. An empty field is 0, as all readers have it.
[[nodiscard]] Result<std::uint64_t> read_number_field(std::string_view field,
                                                      std::string_view name);

// A time may be negative, and is not read further than that it is a number.
[[nodiscard]] Result<void> check_time_field(std::string_view field, std::string_view name);

[[nodiscard]] bool is_zero(std::string_view bytes);

}  // namespace sealock::policy::archive
