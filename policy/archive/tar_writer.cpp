#include "policy/archive/tar_writer.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <numeric>

#include <bzlib.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

namespace sealock::policy::archive {
namespace {

constexpr std::size_t longest_name = 100;

void put(std::string& block, std::size_t at, std::string_view text, std::size_t room) {
  text = text.substr(0, room);
  block.replace(at, text.size(), text);
}

// Digits that fill a field but for the NUL at its end.
std::string octal(std::uint64_t number, std::size_t digits) {
  std::string text(digits, '0');
  for (std::size_t at = digits; at-- > 0 && number > 0; number /= 8)
    text[at] = static_cast<char>('0' + number % 8);
  return text;
}

void append_content(std::string_view content, std::string& tar) {
  tar.append(content);
  tar.append((block_bytes - content.size() % block_bytes) % block_bytes, '\0');
}

char type_of(EntryType type) {
  switch (type) {
  case EntryType::file:
    return '0';
  case EntryType::hardlink:
    return '1';
  case EntryType::symlink:
    return '2';
  case EntryType::char_device:
    return '3';
  case EntryType::block_device:
    return '4';
  case EntryType::directory:
    return '5';
  case EntryType::fifo:
    return '6';
  }
  return '0';
}

std::string gzip(std::string_view bytes) {
  z_stream stream{};
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) !=
      Z_OK) {
    return {};
  }
  std::string packed(deflateBound(&stream, static_cast<uLong>(bytes.size())), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

std::string bzip2(std::string_view bytes) {
  std::string packed(bytes.size() + bytes.size() / 100 + 600, '\0');
  auto size = static_cast<unsigned>(packed.size());
  BZ2_bzBuffToBuffCompress(packed.data(), &size, const_cast<char*>(bytes.data()),
                           static_cast<unsigned>(bytes.size()), 1, 0, 0);
  packed.resize(size);
  return packed;
}

std::string xz(std::string_view bytes) {
  std::string packed(lzma_stream_buffer_bound(bytes.size()), '\0');
  std::size_t size = 0;
  lzma_easy_buffer_encode(1, LZMA_CHECK_CRC32, nullptr,
                          reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size(),
                          reinterpret_cast<std::uint8_t*>(packed.data()), &size, packed.size());
  packed.resize(size);
  return packed;
}

std::string zstd(std::string_view bytes) {
  const std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> context(ZSTD_createCCtx(),
                                                                     &ZSTD_freeCCtx);
  if (!context) return {};
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
  std::string packed(ZSTD_compressBound(bytes.size()), '\0');
  const std::size_t size =
      ZSTD_compress2(context.get(), packed.data(), packed.size(), bytes.data(), bytes.size());
  packed.resize(ZSTD_isError(size) != 0 ? 0 : size);
  return packed;
}

}  // namespace

std::string header_block(const Header& header) {
  std::string block(block_bytes, '\0');
  put(block, 0, header.name, longest_name);
  put(block, 100, octal(header.mode, 7), 7);
  put(block, 108, octal(0, 7), 7);
  put(block, 116, octal(0, 7), 7);
  put(block, 124, octal(header.size, 11), 11);
  put(block, 136, octal(0, 11), 11);
  block[156] = header.type;
  put(block, 157, header.link, longest_name);
  put(block, 257, std::string_view("ustar\00000", 8), 8);
  put(block, 329, octal(0, 7), 7);
  put(block, 337, octal(0, 7), 7);
  put(block, 148, "        ", 8);
  const std::uint64_t sum = std::accumulate(
      block.begin(), block.end(), std::uint64_t{0},
      [](std::uint64_t total, char c) { return total + static_cast<unsigned char>(c); });
  put(block, 148, octal(sum, 6) + std::string("\0 ", 2), 8);
  return block;
}

std::string pax_record(std::string_view key, std::string_view value) {
  const std::size_t rest = key.size() + value.size() + 3;  // blank, =, line feed
  std::size_t size = rest + 1;
  while (std::to_string(size).size() + rest != size)
    size = std::to_string(size).size() + rest;
  std::string record = std::to_string(size);
  record.append(" ").append(key).append("=").append(value).append("\n");
  return record;
}

void append_entry(const Entry& entry, std::string_view content, std::string& tar) {
  Header header;
  header.type = type_of(entry.type);
  header.name = entry.path.empty() ? "./" : entry.path;
  header.link = entry.link;
  header.size = content.size();
  header.mode = entry.mode;
  std::string records;
  if (header.name.size() > longest_name) records += pax_record("path", header.name);
  if (header.link.size() > longest_name) records += pax_record("linkpath", header.link);
  if (entry.capabilities) records += pax_record("SCHILY.xattr.security.capability", "\1");
  if (!records.empty()) {
    Header pax;
    pax.type = 'x';
    pax.name = "pax";
    pax.size = records.size();
    tar += header_block(pax);
    append_content(records, tar);
  }
  tar += header_block(header);
  append_content(content, tar);
}

void append_end(std::string& tar) {
  tar.append(2 * block_bytes, '\0');
}

std::string pack(Compression compression, std::string_view bytes) {
  switch (compression) {
  case Compression::none:
    return std::string(bytes);
  case Compression::gzip:
    return gzip(bytes);
  case Compression::bzip2:
    return bzip2(bytes);
  case Compression::xz:
    return xz(bytes);
  case Compression::zstd:
    return zstd(bytes);
  }
  return {};
}

}  // namespace sealock::policy::archive
