#include "tests/proxy/cli/program.hpp"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iterator>
#include <thread>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sealock::tests {
namespace {

// Sanitized programs start slowly on a busy machine.
constexpr std::chrono::seconds patience{20};

bool eventually(const std::function<bool()>& holds) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

void redirect(const std::string& file, int flags, int descriptor) {
  const int opened = open(file.c_str(), flags, 0600);
  if (opened < 0 || dup2(opened, descriptor) < 0) std::_Exit(120);
}

}  // namespace

ProgramFolder::ProgramFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "sealock-cli-XXXXXX").string();
  path_ = mkdtemp(pattern.data());
}

ProgramFolder::~ProgramFolder() {
  std::filesystem::remove_all(path_);
}

void ProgramFolder::write(std::string_view name, std::string_view text) const {
  std::filesystem::create_directories((path_ / name).parent_path());
  std::ofstream(path_ / name, std::ios::binary) << text;
}

std::string ProgramFolder::read(std::string_view name) const {
  std::ifstream stream(path_ / name, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

Program::Program(const ProgramFolder& folder,
                 const std::vector<std::string>& arguments,
                 const ProgramOptions& options)
    : folder_(folder) {
  folder.write("in", options.input);
  folder.write("out", "");
  folder.write("err", "");
  std::vector<std::string> words = {SEALOCK_PROGRAM};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (std::string& word : words) {
    pointers.push_back(word.data());
  }
  pointers.push_back(nullptr);
  process_ = fork();
  if (process_ != 0) return;
  redirect(folder / "in", O_RDONLY, STDIN_FILENO);
  redirect(folder / "out", O_WRONLY | O_APPEND, STDOUT_FILENO);
  redirect(folder / "err", O_WRONLY | O_APPEND, STDERR_FILENO);
  setenv("NOTIFY_SOCKET", options.notify_socket.c_str(), 1);
  if (options.file_bytes) {
    const rlimit limit{*options.file_bytes, RLIM_INFINITY};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  execv(pointers.front(), pointers.data());
  std::_Exit(121);
}

Program::~Program() {
  if (process_ <= 0) return;
  kill(process_, SIGKILL);
  waitpid(process_, nullptr, 0);
}

void Program::signal(int number) const {
  kill(process_, number);
}

void Program::set_file_bytes(unsigned bytes) const {
  const rlimit limit{bytes, RLIM_INFINITY};
  prlimit(process_, RLIMIT_FSIZE, &limit, nullptr);
}

bool Program::says(std::string_view text) const {
  return eventually([&] { return errors().find(text) != std::string::npos; });
}

int Program::wait() {
  int status = 0;
  if (!eventually([&] { return waitpid(process_, &status, WNOHANG) == process_; })) return -1;
  process_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace sealock::tests
