#include "proxy/net/server.hpp"

#include "policy/rules/policy_set.hpp"
#include "proxy/config/config.hpp"
#include "proxy/net/descriptors.hpp"
#include "proxy/net/host_files.hpp"
#include "proxy/net/listener.hpp"
#include "proxy/net/session.hpp"
#include "proxy/net/worker.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include <optional>
#include <thread>
#include <vector>

#include <spdlog/spdlog.h>
#include <unistd.h>

namespace sealock::proxy {

// Operations of sealock's own that block at once; what comes on top waits.
constexpr std::size_t own_threads = 8;

class Server::Implementation {
public:
  Implementation(const Config& config,
                 std::shared_ptr<const policy::PolicySet> policies,
                 AuditLog& audit,
                 OwnOperations* own);

  Result<void> open();
  void run();
  void reload(const std::shared_ptr<const policy::PolicySet>& policies);
  void stop();

private:
  using Guard = boost::asio::executor_work_guard<boost::asio::io_context::executor_type>;

  void take(const ListenerName& name, int descriptor, Peer peer);
  void stop_worker(Worker& worker);

  Limits limits_;
  HostFiles host_files_;
  SharedPlaces places_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<Guard> guards_;
  std::vector<std::unique_ptr<Listener>> listeners_;
  std::size_t next_ = 0;
  std::unique_ptr<boost::asio::thread_pool> pool_;  // ends before the workers, to which it posts
};

Server::Implementation::Implementation(const Config& config,
                                       std::shared_ptr<const policy::PolicySet> policies,
                                       AuditLog& audit,
                                       OwnOperations* own)
    : limits_(config.limits),
      host_files_(host_root_of(config)),
      places_{Places(make_room_for_connections(config.limits.connections), config.listeners.size()),
              Places(config.limits.uploads, config.listeners.size())} {
  if (own != nullptr) pool_ = std::make_unique<boost::asio::thread_pool>(own_threads);
  for (unsigned number = 0; number < std::max(1U, config.workers); ++number) {
    workers_.push_back(
        std::make_unique<Worker>(config.limits, config.engine, host_files_, audit, places_));
    workers_.back()->policies = policies;
    workers_.back()->own = own;
    workers_.back()->pool = pool_.get();
    guards_.push_back(boost::asio::make_work_guard(workers_.back()->context));
  }
  for (const ListenerConfig& listener : config.listeners) {
    listeners_.push_back(
        std::make_unique<Listener>(workers_.front()->context, listener, listeners_.size()));
  }
}

Result<void> Server::Implementation::open() {
  for (const std::unique_ptr<Listener>& listener : listeners_) {
    const Result<void> opened = listener->open();
    if (!opened) {
      listeners_.clear();
      return opened;
    }
  }
  return {};
}

// Accepted by the first worker, served by the next one in turn (performance.md 10: neither several
// acceptors nor one shared loop).
void Server::Implementation::take(const ListenerName& name, int descriptor, Peer peer) {
  std::optional<Place> place = places_.connections.take(name.number);
  if (!place) {
    ::close(descriptor);
    return;
  }
  Worker& worker = *workers_[next_++ % workers_.size()];
  auto start = [&worker, &name, place = std::move(*place), descriptor, peer]() mutable {
    std::make_shared<Session>(worker, name, std::move(place), descriptor, peer)->start();
  };
  if (workers_.size() == 1) return start();
  boost::asio::post(worker.context, std::move(start));
}

void Server::Implementation::run() {
  for (const std::unique_ptr<Listener>& listener : listeners_) {
    const ListenerName& name = listener->name();
    listener->start([this, &name](int descriptor, Peer peer) { take(name, descriptor, peer); },
                    [this, &name] { return places_.connections.is_full(name.number); });
  }
  std::vector<std::thread> threads;
  for (std::size_t number = 1; number < workers_.size(); ++number) {
    threads.emplace_back([worker = workers_[number].get()] { worker->context.run(); });
  }
  workers_.front()->context.run();
  for (std::thread& thread : threads)
    thread.join();
}

void Server::Implementation::reload(const std::shared_ptr<const policy::PolicySet>& policies) {
  for (const std::unique_ptr<Worker>& worker : workers_) {
    boost::asio::post(worker->context, [target = worker.get(), policies] {
      target->policies = policies;
      target->ticker.for_each([](Ticked& ticked) { ticked.on_reload(); });
    });
  }
}

void Server::Implementation::stop_worker(Worker& worker) {
  worker.stopping = true;
  worker.ticker.for_each([](Ticked& ticked) { ticked.on_stop(); });
  const Tick last = worker.ticker.after(limits_.shutdown_timeout);
  worker.ticker.on_every_tick([&worker, last](Tick now) {
    if (now < last) return;
    worker.ticker.for_each([](Ticked& ticked) { ticked.on_abort(); });
  });
}

void Server::Implementation::stop() {
  boost::asio::post(workers_.front()->context, [this] {
    for (const std::unique_ptr<Listener>& listener : listeners_)
      listener->close();
  });
  for (std::size_t number = 0; number < workers_.size(); ++number) {
    Worker& worker = *workers_[number];
    boost::asio::post(worker.context, [this, number, &worker] {
      stop_worker(worker);
      worker.engine.close_idle();
      guards_[number].reset();  // the loop ends with its last session
    });
  }
}

Server::Server(const Config& config,
               std::shared_ptr<const policy::PolicySet> policies,
               AuditLog& audit,
               OwnOperations* own)
    : implementation_(std::make_unique<Implementation>(config, std::move(policies), audit, own)) {}

Server::~Server() = default;

Result<void> Server::open() {
  return implementation_->open();
}
void Server::run() {
  implementation_->run();
}
void Server::reload(std::shared_ptr<const policy::PolicySet> policies) {
  implementation_->reload(policies);
}
void Server::stop() {
  implementation_->stop();
}

}  // namespace sealock::proxy
