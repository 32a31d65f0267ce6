// libFuzzer target: a Dockerfile. The first byte chooses whether the request gives arguments. Whatever the
// text is, every item says where it stands, has either a value or a reason why not, and comments and
// blank lines behind the file change nothing.

#include "policy/archive/dockerfile.hpp"

#include "tests/fuzz/property.hpp"

#include <cctype>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using namespace sealock::policy::archive;
using sealock::Result;
using sealock::fuzz::require;

std::string read(std::string_view text, const Variables& arguments) {
  std::string seen;
  const auto take = [&](const UploadItem& item) -> Result<void> {
    require(item.at.starts_with("Dockerfile"), "an item says where it stands");
    const bool image = item.kind == ItemKind::build_image;
    require(image || item.kind == ItemKind::instruction, "a Dockerfile has two kinds of items");
    if (item.problem.empty() && image) {
      require(!item.image.registry.empty() && !item.image.repository.empty(),
              "an image has a name");
    }
    if (item.problem.empty() && !image) {
      require(!item.instruction.empty(), "an instruction has a name");
      for (const char c : item.instruction)
        require(std::isupper(static_cast<unsigned char>(c)) != 0, "it is in capitals");
    }
    seen += item.at + "|" + item.problem + "|" + item.instruction + "|" + item.fetched + "|" +
            item.fetch_problem + "|" + item.image.registry + "/" + item.image.repository + "\n";
    return {};
  };
  const auto done = read_dockerfile(text, "Dockerfile", arguments, take);
  require(done.has_value(), "only the sink can refuse");
  return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  Variables arguments;
  if ((data[0] & 1U) != 0) arguments = {{"A", "alpine"}, {"B", std::nullopt}, {"C", "http://x"}};
  const std::string text(data + 1, data + size);  // a copy: a look past its end is seen
  const std::string seen = read(text, arguments);
  require(read(text + "\n# end\n\n", arguments) == seen, "a comment at the end says nothing");
  return 0;
}
