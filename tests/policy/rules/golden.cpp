#include "tests/policy/rules/golden.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace sealock::policy {

void check_golden(std::string_view name, const std::string& output) {
  const std::filesystem::path folder = std::filesystem::path(SEALOCK_SOURCE_DIR) / "tests/golden";
  const std::filesystem::path path = folder / name;
  if (std::getenv("SEALOCK_UPDATE_GOLDEN") != nullptr) {
    std::filesystem::create_directories(folder);
    std::ofstream(path, std::ios::binary) << output;
    return;
  }
  std::ifstream stream(path, std::ios::binary);
  const std::string wanted((std::istreambuf_iterator<char>(stream)), {});
  CAPTURE(path.string());
  CHECK(output == wanted);
}

}  // namespace sealock::policy
