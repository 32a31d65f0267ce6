// The program `sealock` as a child process, with its output in files of a temporary folder.
//
// Life: the process is killed and the folder removed in the destructor.

#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace sealock::tests {

class ProgramFolder {
public:
  ProgramFolder();
  ~ProgramFolder();
  ProgramFolder(const ProgramFolder&) = delete;
  ProgramFolder& operator=(const ProgramFolder&) = delete;

  [[nodiscard]] std::string operator/(std::string_view name) const {
    return (path_ / name).string();
  }
  void write(std::string_view name, std::string_view text) const;
  [[nodiscard]] std::string read(std::string_view name) const;

private:
  std::filesystem::path path_;
};

struct ProgramOptions {
  std::string notify_socket;
  std::optional<unsigned> file_bytes;  // RLIMIT_FSIZE
  std::string input;                   // standard input
};

class Program {
public:
  Program(const ProgramFolder& folder,
          const std::vector<std::string>& arguments,
          const ProgramOptions& options = {});
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  void signal(int number) const;
  void set_file_bytes(unsigned bytes) const;
  // Until stderr holds the text, at most twenty seconds; false when it never did.
  [[nodiscard]] bool says(std::string_view text) const;
  // The exit status, 128 + signal when it was killed, -1 when it did not end in twenty seconds.
  int wait();
  [[nodiscard]] std::string output() const { return folder_.read("out"); }
  [[nodiscard]] std::string errors() const { return folder_.read("err"); }

private:
  const ProgramFolder& folder_;
  pid_t process_ = -1;
};

}  // namespace sealock::tests
