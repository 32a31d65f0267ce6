// Which image references a request is about: what it makes a container of, pulls, pushes, tags or
// reads.
//
// Errors:  bad_request for a reference that cannot be parsed; internal when only the engine can say
//          whether hexadecimal digits are a name or an id, and it has not been asked.
// Lifetime: views point into the request.
// Threads: pure.

#pragma once

#include "policy/effective/facts.hpp"
#include "policy/effective/image_reference.hpp"
#include "policy/result.hpp"

#include <string_view>
#include <vector>

namespace sealock::policy::effective {

struct JudgedImages {
  std::vector<ImageReference> references;  // none: the request is about no image
  bool every_tag = false;  // a pull or push without a tag takes all of the repository
};

[[nodiscard]] Result<JudgedImages> judged_images(const Request& request, const Facts& facts);

// A reference that the request gives to something new or remote, with the tag beside it. Fields and
// parameters that can be wrong are checked by their name (check_spellings).
struct WrittenReference {
  std::string_view place;  // "fromImage", "Image"
  std::string_view text;
  std::string_view tag;
  bool makes_a_name = false;  // an image is called so afterwards
};
[[nodiscard]] std::vector<WrittenReference> written_references(const Request& request);

// `text` with the tag (or digest) that a parameter gives apart.
[[nodiscard]] Result<ImageReference> parse_with_tag(std::string_view text, std::string_view tag);

}  // namespace sealock::policy::effective
