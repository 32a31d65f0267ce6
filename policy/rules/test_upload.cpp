#include "policy/rules/test_upload.hpp"

#include "policy/archive/tar_writer.hpp"
#include "policy/rules/file_keys.hpp"
#include "policy/rules/spelling.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace sealock::policy {
namespace {

using archive::Compression;
using archive::Entry;
using archive::EntryType;

constexpr std::array<std::string_view, 7> entry_keys{"path", "type", "text",        "bytes",
                                                     "link", "mode", "capabilities"};
constexpr std::array<std::string_view, 1> required_entry_keys{"path"};
constexpr std::array types{EntryType::file,     EntryType::directory,   EntryType::symlink,
                           EntryType::hardlink, EntryType::char_device, EntryType::block_device,
                           EntryType::fifo};
constexpr std::array compressions{Compression::none, Compression::gzip, Compression::bzip2,
                                  Compression::xz, Compression::zstd};

// Zeros that a test makes; more would only make it slow.
constexpr std::int64_t most_bytes = 64 * 1024 * 1024;

// One of `all` by its name; R16 when it is none.
template <typename Words>
auto read_word(const YamlEntry& entry, const Words& all, Diagnostics& diagnostics)
    -> std::optional<typename Words::value_type> {
  const auto text = read_text(entry.value, entry.key, "R02", diagnostics);
  if (!text) return std::nullopt;
  Suggestion suggestion(*text);
  std::vector<std::string_view> names;
  for (const auto word : all) {
    if (name_of(word) == *text) return word;
    suggestion.offer(name_of(word));
    names.push_back(name_of(word));
  }
  diagnostics.error("R16", entry.value.place, "there is no " + entry.key + " '" + *text + "'",
                    suggestion.hint(one_of(names)));
  return std::nullopt;
}

class EntryReader {
public:
  EntryReader(const YamlNode& node, Diagnostics& diagnostics)
      : node_(node), diagnostics_(diagnostics) {}

  void append_to(std::string& tar) {
    if (node_.is_broken()) return;
    if (!node_.is_map()) {
      error("R02", node_.place, "an entry must be a map, not " + std::string(node_.kind_name()),
            "write {path: etc/motd, text: hello}");
      return;
    }
    check_keys(node_, {entry_keys, required_entry_keys}, node_.place, diagnostics_);
    entry_.mode = 0644;
    if (const auto path = text("path")) entry_.path = *path;
    if (const auto link = text("link")) entry_.link = *link;
    if (const YamlEntry* type = node_.find("type")) {
      entry_.type = read_word(*type, types, diagnostics_).value_or(EntryType::file);
    }
    if (const YamlEntry* capable = node_.find("capabilities")) {
      entry_.capabilities =
          read_boolean(capable->value, capable->key, "R02", diagnostics_).value_or(false);
    }
    read_mode();
    append_entry(entry_, content(), tar);
  }

private:
  void error(std::string code, const Place& place, std::string text, std::string hint = {}) {
    diagnostics_.error(std::move(code), place, std::move(text), std::move(hint));
  }

  std::optional<std::string> text(std::string_view key) {
    const YamlEntry* entry = node_.find(key);
    if (entry == nullptr) return std::nullopt;
    return read_text(entry->value, key, "R02", diagnostics_);
  }

  void read_mode() {
    const YamlEntry* entry = node_.find("mode");
    if (entry == nullptr || entry->value.is_broken()) return;
    const std::string& digits = entry->value.text;
    const bool octal = entry->value.is_scalar() && entry->value.quoted && !digits.empty() &&
                       digits.size() <= 4 &&
                       digits.find_first_not_of("01234567") == std::string::npos;
    if (!octal) {
      error("R02", entry->value.place, "'mode' must be octal digits in quotes", "write \"4755\"");
      return;
    }
    entry_.mode = static_cast<std::uint32_t>(std::stoul(digits, nullptr, 8));
  }

  std::string content() {
    const auto said = text("text");
    const YamlEntry* entry = node_.find("bytes");
    if (entry == nullptr) return said.value_or(std::string());
    const auto bytes = read_size(entry->value, "bytes", "R02", diagnostics_);
    if (!bytes) return {};
    if (said || *bytes < 0 || *bytes > most_bytes) {
      error(
          "R31", entry->value.place,
          said ? "an entry has 'text' or 'bytes', not both" : "a test has at most 64MiB in a file");
      return {};
    }
    return std::string(static_cast<std::size_t>(*bytes), '\0');
  }

  const YamlNode& node_;
  Diagnostics& diagnostics_;
  Entry entry_;
};

}  // namespace

std::optional<std::string> read_test_upload(const YamlNode& archive,
                                            const YamlEntry* compression,
                                            Diagnostics& diagnostics) {
  if (archive.is_broken()) return std::nullopt;
  if (!archive.is_list()) {
    diagnostics.error(
        "R02", archive.place,
        "'archive' must be a list of entries, not " + std::string(archive.kind_name()));
    return std::nullopt;
  }
  const std::size_t errors = diagnostics.count(Level::error);
  std::string tar;
  for (const YamlNode& entry : archive.items)
    EntryReader(entry, diagnostics).append_to(tar);
  archive::append_end(tar);
  Compression packed = Compression::none;
  if (compression != nullptr) {
    packed = read_word(*compression, compressions, diagnostics).value_or(Compression::none);
  }
  if (diagnostics.count(Level::error) != errors) return std::nullopt;
  return archive::pack(packed, tar);
}

}  // namespace sealock::policy
