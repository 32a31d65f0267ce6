#include "tests/policy/archive/archive_maker.hpp"

#include <random>

namespace sealock::policy::archive::tests {

Made file(std::string path, std::string content) {
  Made made;
  made.entry.path = std::move(path);
  made.entry.mode = 0644;
  made.content = std::move(content);
  return made;
}

Made made(EntryType type, std::string path, std::string link) {
  Made made;
  made.entry.type = type;
  made.entry.path = std::move(path);
  made.entry.link = std::move(link);
  made.entry.mode = 0755;
  return made;
}

std::string tar_of(const std::vector<Made>& entries) {
  std::string tar;
  for (const Made& one : entries)
    append_entry(one.entry, one.content, tar);
  append_end(tar);
  return tar;
}

std::string noise(std::size_t size) {
  std::mt19937 random(7);
  std::string text(size, '\0');
  for (char& c : text)
    c = static_cast<char>(random());
  return text;
}

std::string block(const Header& header) {
  return header_block(header);
}

std::string changed(std::string block, std::size_t at, std::string_view bytes) {
  block.replace(at, bytes.size(), bytes);
  block.replace(148, 8, "        ");
  unsigned sum = 0;
  for (const char c : block)
    sum += static_cast<unsigned char>(c);
  std::string digits(6, '0');
  for (std::size_t i = 6; i-- > 0; sum /= 8)
    digits[i] = static_cast<char>('0' + sum % 8);
  block.replace(148, 8, digits + std::string("\0 ", 2));
  return block;
}

std::string padded(std::string_view text) {
  std::string whole(text);
  whole.append((block_bytes - whole.size() % block_bytes) % block_bytes, '\0');
  return whole;
}

std::string pax(char type, std::string_view records) {
  Header header;
  header.type = type;
  header.name = "pax";
  header.size = records.size();
  return block(header) + padded(records);
}

std::string gnu_long(char type, std::string_view text) {
  Header header;
  header.type = type;
  header.name = "././@LongLink";
  header.size = text.size();
  return changed(block(header), 257, std::string_view("ustar  \0", 8)) + padded(text);
}

void Notes::add(const std::string& what) {
  if (!text_.empty()) text_ += "; ";
  text_ += what;
}

Result<Content> Notes::entry(const Entry& entry) {
  std::string text = std::string(name_of(entry.type)) + " " + entry.path;
  if (!entry.link.empty()) text += " -> " + entry.link;
  if (entry.bytes > 0) text += " " + std::to_string(entry.bytes);
  if (entry.capabilities) text += " capabilities";
  add(text);
  return entry.path == collect_ && !collect_.empty() ? Content::collect : Content::pass;
}

Result<void> Notes::content(const Entry& entry, std::string_view text) {
  add("content " + entry.path + " = " + std::string(text));
  return {};
}

}  // namespace sealock::policy::archive::tests
