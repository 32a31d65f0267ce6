// The database of deployments: one SQLite file in the state folder.
//
// Who keeps something in it makes its own tables with create_tables() at the start, by statements of
// the form CREATE TABLE IF NOT EXISTS, and then works with statements of its own (Statement).
//
// Durable: WAL with synchronous=FULL; when a transaction has committed, kill -9 and power cuts do
// not undo it. Backup: `sqlite3 FILE ".backup COPY"` or VACUUM INTO while it runs.
// One process at a time: a second one would take over, or put back, what the first is doing. The lock
// (sealock.lock) goes with its process, however that ends.
//
// Errors:  open() says what is wrong and what to do: a damaged file is never taken for an empty one,
//          never repaired silently and never replaced. Later failures (disk full) throw StoreError.
// Threads: serialised by the lock that Transaction holds; any thread. A Statement is used by the
//          thread that holds the lock.

#pragma once

#include "policy/result.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace sealock::proxy {

struct StoreError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class Store {
public:
  // Makes the folder (0700) and the file (0600) when there are none; checks the integrity of what is
  // there. ":memory:" is for tests.
  [[nodiscard]] static Result<std::unique_ptr<Store>> open(const std::filesystem::path& folder);
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  // Runs DDL that may be run again: CREATE TABLE IF NOT EXISTS ...
  void create_tables(std::string_view sql);

  [[nodiscard]] const std::filesystem::path& file() const { return file_; }

private:
  friend class Transaction;
  friend class Statement;
  Store(std::filesystem::path file, sqlite3* database, int lock_file);

  std::filesystem::path file_;
  sqlite3* database_;
  int lock_file_;  // -1 in memory
  std::recursive_mutex lock_;
};

// Holds the lock, and for writing a transaction: BEGIN IMMEDIATE at the start, ROLLBACK at the end
// unless commit() was called. Not to be nested, but a reading one inside of another is allowed.
class Transaction {
public:
  enum class Purpose { read, write };
  Transaction(Store& store, Purpose purpose);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit();

private:
  Store& store_;
  std::unique_lock<std::recursive_mutex> held_;
  bool open_ = false;
};

// One SQL statement with `?` for values, bound in order:
//   Statement rows(store, "SELECT name, made FROM compositions WHERE name = ?");
//   rows.bind(name);
//   while (rows.next()) use(rows.text(0), rows.integer(1));
class Statement {
public:
  Statement(Store& store, std::string_view sql);
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  Statement& bind(std::string_view text);
  Statement& bind(std::int64_t number);
  Statement& bind_null();

  // The next row; false at the end.
  [[nodiscard]] bool next();
  // For statements without rows; how many rows were changed.
  std::int64_t run();

  [[nodiscard]] std::string text(int column) const;  // "" for null
  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] bool is_null(int column) const;

private:
  void check(int result) const;
  Store& store_;
  sqlite3_stmt* statement_ = nullptr;
  int bound_ = 0;
};

// As tables hold it: RFC 3339 with milliseconds, UTC.
[[nodiscard]] std::string time_now();

}  // namespace sealock::proxy
