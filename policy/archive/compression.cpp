#include "policy/archive/compression.hpp"

namespace sealock::policy::archive {
namespace {

constexpr std::string_view gzip_magic{"\x1f\x8b\x08", 3};
constexpr std::string_view bzip2_magic{"BZh", 3};
constexpr std::string_view xz_magic{"\xfd\x37zXZ\0", 6};
constexpr std::string_view zstd_magic{"\x28\xb5\x2f\xfd", 4};
constexpr std::string_view skippable_magic{"\x2a\x4d\x18", 3};  // behind 0x50 to 0x5f

bool is_zstd(std::string_view start) {
  if (start.starts_with(zstd_magic)) return true;
  const bool skippable = start.size() > 1 && start.substr(1).starts_with(skippable_magic);
  return skippable && (static_cast<unsigned char>(start[0]) & 0xf0) == 0x50;
}

}  // namespace

std::string_view name_of(Compression compression) {
  switch (compression) {
  case Compression::none:
    return "none";
  case Compression::gzip:
    return "gzip";
  case Compression::bzip2:
    return "bzip2";
  case Compression::xz:
    return "xz";
  case Compression::zstd:
    return "zstd";
  }
  return "";
}

Compression find_compression(std::string_view start) {
  if (start.starts_with(gzip_magic)) return Compression::gzip;
  if (start.starts_with(bzip2_magic)) return Compression::bzip2;
  if (start.starts_with(xz_magic)) return Compression::xz;
  if (is_zstd(start)) return Compression::zstd;
  return Compression::none;
}

}  // namespace sealock::policy::archive
