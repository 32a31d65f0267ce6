#include "proxy/net/audit_group.hpp"

#include <boost/asio/post.hpp>

#include <chrono>

namespace sealock::proxy {

void AuditGroup::add(const AuditRecord& record) {
  if (!round_) round_ = std::make_shared<Round>();
  if (!log_.keeps_lines()) return;
  if (!lines_.empty()) lines_ += '\n';
  lines_ += line_.format(record, std::chrono::system_clock::now());
}

Task<bool> AuditGroup::written() {
  const std::shared_ptr<Round> round = round_;
  // Behind everything that is ready now.
  co_await boost::asio::post(context_, use_task);
  if (!round->over) {
    round->over = true;
    round->written = log_.write_lines(lines_);
    lines_.clear();
    round_.reset();
  }
  co_return round->written;
}

}  // namespace sealock::proxy
