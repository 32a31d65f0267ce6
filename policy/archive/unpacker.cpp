#include "policy/archive/unpacker.hpp"

#include "policy/archive/zstd_unpacker.hpp"

#include <array>
#include <string>

#include <bzlib.h>
#include <lzma.h>
#include <zlib.h>

namespace sealock::policy::archive {
namespace {

using Room = std::array<char, 64 * 1024>;

tl::unexpected<Error> broken(std::string_view format) {
  return bad_request("the upload is no " + std::string(format) + " stream, though it begins so");
}

tl::unexpected<Error> cut_short(std::string_view format) {
  return bad_request("the upload ends inside of its " + std::string(format) + " stream");
}

class GzipUnpacker final : public Unpacker {
public:
  GzipUnpacker() { ready_ = inflateInit2(&stream_, gzip_only) == Z_OK; }
  ~GzipUnpacker() override { inflateEnd(&stream_); }

  Result<void> feed(std::string_view bytes, const Sink& sink) override {
    if (!ready_) return fail(ErrorKind::internal, "zlib does not start");
    // zlib does not write there.
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream_.avail_in = static_cast<uInt>(bytes.size());
    do {
      if (ended_ && stream_.avail_in > 0) {
        ended_ = false;
        if (inflateReset(&stream_) != Z_OK) return broken("gzip");
      }
      stream_.next_out = reinterpret_cast<Bytef*>(room_.data());
      stream_.avail_out = static_cast<uInt>(room_.size());
      const int code = inflate(&stream_, Z_NO_FLUSH);
      if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR) return broken("gzip");
      ended_ = code == Z_STREAM_END;
      const auto given = sink({room_.data(), room_.size() - stream_.avail_out});
      if (!given) return given;
    } while (stream_.avail_in > 0 || (stream_.avail_out == 0 && !ended_));
    return {};
  }

  Result<void> finish(const Sink& /*sink*/) override {
    return ended_ ? Result<void>() : cut_short("gzip");
  }

private:
  static constexpr int gzip_only = 15 + 16;
  z_stream stream_{};
  bool ready_ = false;
  bool ended_ = false;  // a member has ended; another may follow
  Room room_{};
};

class Bzip2Unpacker final : public Unpacker {
public:
  Bzip2Unpacker() { begin(); }
  ~Bzip2Unpacker() override { BZ2_bzDecompressEnd(&stream_); }

  Result<void> feed(std::string_view bytes, const Sink& sink) override {
    stream_.next_in = const_cast<char*>(bytes.data());
    stream_.avail_in = static_cast<unsigned>(bytes.size());
    do {
      if (ended_ && stream_.avail_in > 0) begin_again();
      if (!ready_) return fail(ErrorKind::internal, "libbz2 does not start");
      stream_.next_out = room_.data();
      stream_.avail_out = static_cast<unsigned>(room_.size());
      const int code = BZ2_bzDecompress(&stream_);
      if (code != BZ_OK && code != BZ_STREAM_END) return broken("bzip2");
      ended_ = code == BZ_STREAM_END;
      const auto given = sink({room_.data(), room_.size() - stream_.avail_out});
      if (!given) return given;
    } while (stream_.avail_in > 0 || (stream_.avail_out == 0 && !ended_));
    return {};
  }

  Result<void> finish(const Sink& /*sink*/) override {
    return ended_ ? Result<void>() : cut_short("bzip2");
  }

private:
  void begin() { ready_ = BZ2_bzDecompressInit(&stream_, 0, 0) == BZ_OK; }

  void begin_again() {
    char* const next = stream_.next_in;
    const unsigned left = stream_.avail_in;
    BZ2_bzDecompressEnd(&stream_);
    stream_ = {};
    begin();
    stream_.next_in = next;
    stream_.avail_in = left;
    ended_ = false;
  }

  bz_stream stream_{};
  bool ready_ = false;
  bool ended_ = false;
  Room room_{};
};

class XzUnpacker final : public Unpacker {
public:
  explicit XzUnpacker(std::uint64_t memory) {
    ready_ = lzma_stream_decoder(&stream_, memory, LZMA_CONCATENATED) == LZMA_OK;
  }
  ~XzUnpacker() override { lzma_end(&stream_); }

  Result<void> feed(std::string_view bytes, const Sink& sink) override {
    stream_.next_in = reinterpret_cast<const std::uint8_t*>(bytes.data());
    stream_.avail_in = bytes.size();
    return run(LZMA_RUN, sink);
  }

  Result<void> finish(const Sink& sink) override {
    stream_.next_in = nullptr;
    stream_.avail_in = 0;
    const auto run_out = run(LZMA_FINISH, sink);
    if (!run_out) return run_out;
    return ended_ ? Result<void>() : cut_short("xz");
  }

private:
  Result<void> run(lzma_action action, const Sink& sink) {
    if (!ready_) return fail(ErrorKind::internal, "liblzma does not start");
    do {
      stream_.next_out = reinterpret_cast<std::uint8_t*>(room_.data());
      stream_.avail_out = room_.size();
      const lzma_ret code = lzma_code(&stream_, action);
      if (code == LZMA_MEMLIMIT_ERROR) {
        return fail(ErrorKind::too_large,
                    "the upload needs too much memory to unpack; use a lower level of xz");
      }
      if (code != LZMA_OK && code != LZMA_STREAM_END && code != LZMA_BUF_ERROR) return broken("xz");
      ended_ = code == LZMA_STREAM_END;
      const auto given = sink({room_.data(), room_.size() - stream_.avail_out});
      if (!given) return given;
    } while (!ended_ && (stream_.avail_in > 0 || stream_.avail_out == 0));
    return {};
  }

  lzma_stream stream_ = LZMA_STREAM_INIT;
  bool ready_ = false;
  bool ended_ = false;
  Room room_{};
};

}  // namespace

std::unique_ptr<Unpacker> make_unpacker(Compression compression, std::uint64_t unpacking_memory) {
  switch (compression) {
  case Compression::none:
    return nullptr;
  case Compression::gzip:
    return std::make_unique<GzipUnpacker>();
  case Compression::bzip2:
    return std::make_unique<Bzip2Unpacker>();
  case Compression::xz:
    return std::make_unique<XzUnpacker>(unpacking_memory);
  case Compression::zstd:
    return make_zstd_unpacker(unpacking_memory);
  }
  return nullptr;
}

}  // namespace sealock::policy::archive
