// Archives for tests, and a visitor that writes down what it is told.

#pragma once

#include "policy/archive/entry.hpp"
#include "policy/archive/tar_writer.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sealock::policy::archive::tests {

// One entry with its content.
struct Made {
  Entry entry;
  std::string content;
};
[[nodiscard]] Made file(std::string path, std::string content = {});
[[nodiscard]] Made made(EntryType type, std::string path, std::string link = {});
[[nodiscard]] std::string tar_of(const std::vector<Made>& entries);

// The same bytes each time, which nothing packs.
[[nodiscard]] std::string noise(std::size_t size);

// A header block, with changes that the checksum counts.
[[nodiscard]] std::string block(const Header& header);
[[nodiscard]] std::string changed(std::string block, std::size_t at, std::string_view bytes);
// Fills up to a whole block.
[[nodiscard]] std::string padded(std::string_view text);
// A pax header of `type` with these records.
[[nodiscard]] std::string pax(char type, std::string_view records);
[[nodiscard]] std::string gnu_long(char type, std::string_view text);

class Notes final : public EntryVisitor {
public:
  explicit Notes(std::string collect = {}) : collect_(std::move(collect)) {}
  Result<Content> entry(const Entry& entry) override;
  Result<void> content(const Entry& entry, std::string_view text) override;
  // "file a 5; directory b; symlink c -> d; content a = hello"
  [[nodiscard]] const std::string& text() const { return text_; }

private:
  void add(const std::string& what);
  std::string collect_;
  std::string text_;
};

}  // namespace sealock::policy::archive::tests
