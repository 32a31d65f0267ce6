#include "policy/archive/upload_reader.hpp"

#include <algorithm>
#include <utility>

namespace sealock::policy::archive {

UploadReader::UploadReader(EntryVisitor& visitor, OnStart on_start, const ArchiveLimits& limits)
    : on_start_(std::move(on_start)),
      limits_(limits),
      tar_(visitor, limits),
      sink_([this](std::string_view unpacked) { return take(unpacked); }) {}

Result<void> UploadReader::start() {
  started_ = true;
  const Compression compression = find_compression(begin_);
  unpacker_ = make_unpacker(compression, limits_.unpacking_memory);
  const auto told = on_start_(compression);
  if (!told) return told;
  const std::string begin = std::exchange(begin_, {});
  return unpack(begin);
}

Result<void> UploadReader::feed(std::string_view bytes) {
  if (!started_) {
    const std::size_t size = std::min(bytes.size(), magic_bytes - begin_.size());
    begin_.append(bytes.substr(0, size));
    bytes.remove_prefix(size);
    if (begin_.size() < magic_bytes) return {};
    const auto begun = start();
    if (!begun) return begun;
  }
  while (!bytes.empty()) {
    const std::string_view piece = bytes.substr(0, unpacker_ ? step_bytes : bytes.size());
    const auto unpacked = unpack(piece);
    if (!unpacked) return unpacked;
    bytes.remove_prefix(piece.size());
  }
  return {};
}

Result<void> UploadReader::unpack(std::string_view bytes) {
  input_ += bytes.size();
  const auto fed = unpacker_ ? unpacker_->feed(bytes, sink_) : take(bytes);
  if (!fed) return fed;
  if (unpacker_) note_step();
  return clear();
}

Result<void> UploadReader::take(std::string_view unpacked) {
  unpacked_ += unpacked.size();
  if (unpacked_ > limits_.unpacked_bytes) {
    return fail(ErrorKind::too_large, "the upload unpacks to more than " +
                                          std::to_string(limits_.unpacked_bytes) + " bytes");
  }
  if (unpacked_ > limits_.ratio_from && unpacked_ / limits_.ratio > input_) {
    return fail(ErrorKind::too_large, "the upload unpacks to more than " +
                                          std::to_string(limits_.ratio) + " times its size");
  }
  return tar_.feed(unpacked);
}

// Small steps that follow each other are one: what is kept of them is bounded.
void UploadReader::note_step() {
  const std::uint64_t before = steps_.size() > 1 ? steps_[steps_.size() - 2].input : cleared_;
  if (!steps_.empty() && input_ - before < step_bytes) {
    steps_.back() = {input_, unpacked_};
  } else {
    steps_.push_back({input_, unpacked_});
  }
}

Result<void> UploadReader::clear() {
  if (unpacker_) {
    while (!steps_.empty() && steps_.front().output <= tar_.settled()) {
      cleared_ = steps_.front().input;
      steps_.pop_front();
    }
  } else {
    cleared_ = tar_.settled();
  }
  // The last byte of an upload stays until it is known to be the last.
  cleared_ = std::min(cleared_, input_ - std::min<std::uint64_t>(input_, 1));
  if (input_ - cleared_ <= limits_.held_bytes) return {};
  return fail(
      ErrorKind::too_large,
      "the upload has more than " + std::to_string(limits_.held_bytes) + " bytes that say nothing");
}

Result<void> UploadReader::finish() {
  if (!started_) {
    const auto begun = start();
    if (!begun) return begun;
  }
  if (unpacker_) {
    const auto finished = unpacker_->finish(sink_);
    if (!finished) return finished;
  }
  const auto ended = tar_.finish();
  if (!ended) return ended;
  cleared_ = input_;
  return {};
}

}  // namespace sealock::policy::archive
