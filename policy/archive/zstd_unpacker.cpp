#include "policy/archive/zstd_unpacker.hpp"

#include "policy/archive/tar_header.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <string>

#include <zstd.h>
#include <zstd_errors.h>

namespace sealock::policy::archive {
namespace {

// Of a frame header, which is its magic, a byte that says what follows, and that.
constexpr std::size_t magic_size = 4;
constexpr std::size_t described_size = magic_size + 1;
constexpr unsigned dictionary_bits = 0x03;
constexpr unsigned unused_bits = 0x18;
constexpr unsigned single_segment_bit = 0x20;
constexpr unsigned content_size_shift = 6;

bool may_become_skippable(std::string_view header) {
  constexpr std::string_view rest{"\x2a\x4d\x18", 3};
  return (static_cast<unsigned char>(header[0]) & 0xf0) == 0x50 &&
         rest.starts_with(header.substr(1));
}

Result<void> check_magic(std::string_view magic) {
  constexpr std::string_view wanted{"\x28\xb5\x2f\xfd", magic_size};
  if (wanted.starts_with(magic)) return {};
  if (!may_become_skippable(magic)) {
    return bad_request("the upload goes on behind its zstd stream with what is none");
  }
  if (magic.size() < magic_size) return {};
  return bad_request(
      "the upload has a skippable zstd frame, which is not taken; pack it with plain zstd or gzip");
}

Result<void> check_descriptor(unsigned descriptor) {
  if ((descriptor & dictionary_bits) != 0) {
    return bad_request("the upload is packed with a zstd dictionary; pack it without one");
  }
  if ((descriptor & unused_bits) != 0) {
    return bad_request("the upload has a zstd frame of an unknown form");
  }
  return {};
}

// Without a dictionary: a window unless the frame is one segment, and the size of the content.
std::size_t header_size(unsigned descriptor) {
  const bool single_segment = (descriptor & single_segment_bit) != 0;
  const unsigned code = descriptor >> content_size_shift;
  if (code == 0) return described_size + 1;  // either of them
  return described_size + (single_segment ? 0U : 1U) + (std::size_t{1} << code);
}

tl::unexpected<Error> error_of(std::size_t code) {
  switch (ZSTD_getErrorCode(code)) {
  case ZSTD_error_frameParameter_windowTooLarge:
    return fail(ErrorKind::too_large,
                "the upload needs too much memory to unpack; use a lower level of zstd, and no "
                "--long");
  case ZSTD_error_memory_allocation:
    return fail(ErrorKind::internal, "there is no memory to unpack the upload");
  default:  // an enum of libzstd, which grows
    return bad_request("the upload is no zstd stream, though it begins so");
  }
}

class ZstdUnpacker final : public Unpacker {
public:
  explicit ZstdUnpacker(std::uint64_t memory) : stream_(ZSTD_createDStream()) {
    const int window_log = static_cast<int>(std::bit_width(memory)) - 1;
    ready_ = stream_ &&
             !ZSTD_isError(ZSTD_DCtx_setParameter(stream_.get(), ZSTD_d_windowLogMax, window_log));
  }

  Result<void> feed(std::string_view bytes, const Sink& sink) override {
    if (!ready_) return fail(ErrorKind::internal, "libzstd does not start");
    const auto looked_at = look_for_tar(bytes);
    if (!looked_at) return looked_at;
    while (!bytes.empty()) {
      const auto taken = in_frame_ ? unpack(bytes, sink) : take_header(bytes, sink);
      if (!taken) return taken;
    }
    return {};
  }

  Result<void> finish(const Sink& /*sink*/) override {
    if (in_frame_ || !header_.empty()) {
      return bad_request("the upload ends inside of its zstd stream");
    }
    return {};
  }

private:
  struct Free {
    void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
  };

  Result<void> look_for_tar(std::string_view bytes) {
    if (start_.size() == block_bytes) return {};
    start_.append(bytes.substr(0, block_bytes - start_.size()));
    if (start_.size() < block_bytes || !may_be_header(start_)) return {};
    return bad_request("the upload is a zstd stream and a tar at once");
  }

  Result<void> take_header(std::string_view& bytes, const Sink& sink) {
    header_ += bytes[0];
    bytes.remove_prefix(1);
    if (header_.size() <= magic_size) return check_magic(header_);
    const unsigned descriptor = static_cast<unsigned char>(header_[magic_size]);
    if (header_.size() == described_size) {
      const auto described = check_descriptor(descriptor);
      if (!described) return described;
    }
    if (header_.size() < header_size(descriptor)) return {};
    in_frame_ = true;
    // Alone: libzstd has another way for a frame that it is given whole.
    std::string_view header = header_;
    const auto begun = unpack(header, sink);
    if (!begun) return begun;
    header_.clear();
    return {};
  }

  // Takes from `bytes` what belongs to the frame.
  Result<void> unpack(std::string_view& bytes, const Sink& sink) {
    ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
    bool full = false;
    do {
      ZSTD_outBuffer out{room_.data(), room_.size(), 0};
      const std::size_t left = ZSTD_decompressStream(stream_.get(), &out, &in);
      if (ZSTD_isError(left) != 0) return error_of(left);
      in_frame_ = left != 0;
      full = out.pos == out.size;
      const auto given = sink({room_.data(), out.pos});
      if (!given) return given;
    } while (in_frame_ && (in.pos < in.size || full));
    bytes.remove_prefix(in.pos);
    return {};
  }

  std::unique_ptr<ZSTD_DStream, Free> stream_;
  bool ready_ = false;
  bool in_frame_ = false;  // its header has been read, its end not
  std::string header_;     // of a frame, until it is whole
  std::string start_;      // of the upload, a block of it
  std::array<char, 64 * 1024> room_{};
};

}  // namespace

std::unique_ptr<Unpacker> make_zstd_unpacker(std::uint64_t unpacking_memory) {
  return std::make_unique<ZstdUnpacker>(unpacking_memory);
}

}  // namespace sealock::policy::archive
