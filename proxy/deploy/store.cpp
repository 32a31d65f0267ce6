#include "proxy/deploy/store.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <string>
#include <utility>

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <unistd.h>

namespace sealock::proxy {
namespace {

constexpr int schema_version = 1;
constexpr int application_id = 0x5ea10c;   // says in the file's header that it is ours
constexpr int busy_milliseconds = 10'000;  // a backup may hold the lock for a moment

std::string way_out(const std::filesystem::path& file) {
  return "; nothing was changed. Put a backup in its place, or move " + file.string() +
         " (with its -wal and -shm) away to start with an empty store: containers go on running, "
         "and compositions have to be put again";
}

int get_integer(sqlite3* database, const char* pragma) {
  sqlite3_stmt* statement = nullptr;
  int value = -1;
  if (sqlite3_prepare_v2(database, pragma, -1, &statement, nullptr) == SQLITE_OK &&
      sqlite3_step(statement) == SQLITE_ROW) {
    value = sqlite3_column_int(statement, 0);
  }
  sqlite3_finalize(statement);
  return value;
}

// Empty when all is well.
std::string find_damage(sqlite3* database) {
  sqlite3_stmt* statement = nullptr;
  std::string damage;
  int result = sqlite3_prepare_v2(database, "PRAGMA integrity_check(1)", -1, &statement, nullptr);
  if (result == SQLITE_OK) result = sqlite3_step(statement);
  if (result == SQLITE_ROW) {
    const unsigned char* text = sqlite3_column_text(statement, 0);
    damage = text == nullptr ? "no answer" : reinterpret_cast<const char*>(text);  // NOLINT
    if (damage == "ok") damage.clear();
  } else {
    damage = sqlite3_errmsg(database);
  }
  sqlite3_finalize(statement);
  return damage;
}

// Opens `file`, which must be there: SQLite would make an empty one.
Result<sqlite3*> open_database(const std::filesystem::path& file) {
  sqlite3* database = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_FULLMUTEX;
  if (sqlite3_open_v2(file.c_str(), &database, flags, nullptr) == SQLITE_OK) {
    sqlite3_busy_timeout(database, busy_milliseconds);
    return database;
  }
  std::string text = file.string() + ": " + sqlite3_errmsg(database) +
                     "; 'state' in sealock.yaml names its folder, which must be writable";
  sqlite3_close_v2(database);
  return fail(ErrorKind::internal, std::move(text));
}

std::string settings() {
  return "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
         "PRAGMA application_id=" +
         std::to_string(application_id) +
         "; PRAGMA user_version=" + std::to_string(schema_version) + ";";
}

// A new store gets its name when it is whole, so that an empty file is never a store that was just
// being made: it is one that has lost what it held.
Result<void> make_database(const std::filesystem::path& file) {
  const std::filesystem::path unfinished = file.string() + ".new";
  std::error_code ec;
  std::filesystem::create_directories(file.parent_path(), ec);
  std::filesystem::remove(unfinished, ec);
  const int descriptor = ::open(unfinished.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    const std::error_code problem(errno, std::generic_category());
    return fail(ErrorKind::internal,
                unfinished.string() + " cannot be made: " + problem.message() +
                    "; 'state' in sealock.yaml names its folder, which must be writable");
  }
  ::close(descriptor);
  const Result<sqlite3*> database = open_database(unfinished);
  if (!database) return tl::unexpected<Error>(database.error());
  const int made = sqlite3_exec(*database, settings().c_str(), nullptr, nullptr, nullptr);
  const std::string problem = made == SQLITE_OK ? "" : sqlite3_errmsg(*database);
  sqlite3_close_v2(*database);
  if (problem.empty()) std::filesystem::rename(unfinished, file, ec);
  if (problem.empty() && !ec) return {};
  return fail(ErrorKind::internal,
              file.string() + " cannot be made: " + (problem.empty() ? ec.message() : problem));
}

// The descriptor that holds the folder for this process.
Result<int> lock_folder(const std::filesystem::path& folder) {
  std::error_code ignored;
  std::filesystem::create_directories(folder, ignored);
  const std::filesystem::path file = folder / "sealock.lock";
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (descriptor < 0) {
    const std::error_code problem(errno, std::generic_category());
    return fail(ErrorKind::internal,
                file.string() + " cannot be made: " + problem.message() +
                    "; 'state' in sealock.yaml names its folder, which must be writable");
  }
  if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) return descriptor;
  ::close(descriptor);
  return fail(ErrorKind::internal, "the state folder " + folder.string() +
                                       " is in use by another sealock; end that one, or name "
                                       "another folder with 'state' in sealock.yaml");
}

// What is at `file` before it is opened: nothing, something, or the rest of something.
Result<void> prepare_file(const std::filesystem::path& file) {
  std::error_code ec;
  if (std::filesystem::exists(file, ec)) {
    if (std::filesystem::file_size(file, ec) > 0) return {};
    return fail(ErrorKind::internal,
                "the store " + file.string() + " is damaged (it is empty)" + way_out(file));
  }
  if (std::filesystem::exists(file.string() + "-wal", ec)) {
    return fail(ErrorKind::internal,
                "the store " + file.string() + " is gone, but its -wal is there" + way_out(file));
  }
  return make_database(file);
}

}  // namespace

Store::Store(std::filesystem::path file, sqlite3* database, int lock_file)
    : file_(std::move(file)), database_(database), lock_file_(lock_file) {}

Store::~Store() {
  sqlite3_close_v2(database_);
  if (lock_file_ >= 0) ::close(lock_file_);
}

Result<std::unique_ptr<Store>> Store::open(const std::filesystem::path& folder) {
  const bool in_memory = folder == ":memory:";
  const std::filesystem::path file = in_memory ? folder : folder / "sealock.db";
  const Result<int> lock = in_memory ? Result<int>(-1) : lock_folder(folder);
  if (!lock) return tl::unexpected<Error>(lock.error());
  // From here on the store holds the lock, and gives it back when it goes.
  std::unique_ptr<Store> store(new Store(file, nullptr, *lock));  // NOLINT: a private constructor
  if (!in_memory) {
    const Result<void> prepared = prepare_file(file);
    if (!prepared) return tl::unexpected<Error>(prepared.error());
  }
  const Result<sqlite3*> database = open_database(file);
  if (!database) return tl::unexpected<Error>(database.error());
  store->database_ = *database;
  if (const std::string damage = find_damage(*database); !damage.empty()) {
    return fail(ErrorKind::internal,
                "the store " + file.string() + " is damaged (" + damage + ")" + way_out(file));
  }
  if (!in_memory && get_integer(*database, "PRAGMA application_id") != application_id) {
    return fail(ErrorKind::internal, file.string() + " is not a store of sealock" + way_out(file));
  }
  if (get_integer(*database, "PRAGMA user_version") > schema_version) {
    return fail(ErrorKind::internal,
                "the store " + file.string() + " was written by a newer sealock; run that one");
  }
  try {
    store->create_tables(settings());
  } catch (const StoreError& error) {
    return fail(ErrorKind::internal, error.what());
  }
  return store;
}

void Store::create_tables(std::string_view sql) {
  const std::lock_guard held(lock_);
  char* problem = nullptr;
  if (sqlite3_exec(database_, std::string(sql).c_str(), nullptr, nullptr, &problem) != SQLITE_OK) {
    const std::string text = problem == nullptr ? "unknown" : problem;
    sqlite3_free(problem);
    throw StoreError("the store " + file_.string() + " cannot be used: " + text);
  }
}

Transaction::Transaction(Store& store, Purpose purpose) : store_(store), held_(store.lock_) {
  if (purpose == Purpose::read) return;
  Statement(store_, "BEGIN IMMEDIATE").run();
  open_ = true;
}

Transaction::~Transaction() {
  if (!open_) return;
  try {
    Statement(store_, "ROLLBACK").run();
  } catch (const StoreError&) {  // NOLINT(bugprone-empty-catch): SQLite has rolled back by itself
  }
}

void Transaction::commit() {
  Statement(store_, "COMMIT").run();
  open_ = false;
}

Statement::Statement(Store& store, std::string_view sql) : store_(store) {
  store_.lock_.lock();
  const int result = sqlite3_prepare_v2(store_.database_, sql.data(), static_cast<int>(sql.size()),
                                        &statement_, nullptr);
  if (result == SQLITE_OK) return;
  const std::string text = sqlite3_errmsg(store_.database_);
  store_.lock_.unlock();
  throw StoreError("the store " + store_.file_.string() + " failed: " + text);
}

Statement::~Statement() {
  sqlite3_finalize(statement_);
  store_.lock_.unlock();
}

void Statement::check(int result) const {
  if (result == SQLITE_OK || result == SQLITE_DONE || result == SQLITE_ROW) return;
  throw StoreError("the store " + store_.file_.string() +
                   " failed: " + sqlite3_errmsg(store_.database_));
}

Statement& Statement::bind(std::string_view text) {
  // A view of nothing is an empty text; SQLite takes its null for NULL.
  const char* data = text.data() == nullptr ? "" : text.data();
  check(sqlite3_bind_text(statement_, ++bound_, data, static_cast<int>(text.size()),
                          SQLITE_TRANSIENT));  // NOLINT: SQLite's own macro casts
  return *this;
}

Statement& Statement::bind(std::int64_t number) {
  check(sqlite3_bind_int64(statement_, ++bound_, number));
  return *this;
}

Statement& Statement::bind_null() {
  check(sqlite3_bind_null(statement_, ++bound_));
  return *this;
}

bool Statement::next() {
  const int result = sqlite3_step(statement_);
  check(result);
  return result == SQLITE_ROW;
}

std::int64_t Statement::run() {
  while (next()) {
  }
  return sqlite3_changes64(store_.database_);
}

std::string Statement::text(int column) const {
  const unsigned char* text = sqlite3_column_text(statement_, column);
  if (text == nullptr) return {};
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
  return {reinterpret_cast<const char*>(text), size};  // NOLINT: SQLite's bytes are unsigned
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::string time_now() {
  const auto now = std::chrono::system_clock::now();
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  const auto milliseconds =
      std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count() % 1000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 40> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  std::array<char, 8> fraction{};
  std::snprintf(fraction.data(), fraction.size(), ".%03dZ", static_cast<int>(milliseconds));
  return std::string(text.data(), size) + fraction.data();
}

}  // namespace sealock::proxy
