#include "proxy/cli/progress.hpp"

#include <algorithm>

#include <sys/ioctl.h>

namespace sealock::proxy {
namespace {

constexpr std::size_t usual_width = 80;
constexpr std::size_t bar_width = 24;

std::size_t width_of(std::FILE* output) {
  winsize size{};
  if (ioctl(fileno(output), TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return usual_width;
  return size.ws_col;
}

// What the engine and the Compose file say is shown, not obeyed.
std::string shown(const nlohmann::json& event, const char* field) {
  const auto found = event.find(field);
  std::string text = found != event.end() && found->is_string() ? found->get<std::string>() : "";
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  return text;
}

}  // namespace

std::string progress_bar(std::size_t done,
                         std::size_t total,
                         const std::string& text,
                         std::size_t width) {
  std::string line;
  if (total > 0) {
    const std::size_t filled = std::min(done, total) * bar_width / total;
    line = "[" + std::string(filled, '=') + (filled < bar_width ? ">" : "");
    line += std::string(bar_width - std::min(filled + 1, bar_width), ' ') + "] ";
    line += std::to_string(done) + "/" + std::to_string(total) + " ";
  }
  line += text;
  return line.substr(0, width > 1 ? width - 1 : 1);
}

void Progress::show(const nlohmann::json& event, std::size_t done, std::size_t total) {
  const std::string component = shown(event, "component");
  const std::string text = (component.empty() ? "" : component + ": ") + shown(event, "text");
  const bool matters = shown(event, "level") != "info";
  if (style_ == Style::bar && !matters) {
    const std::string line = progress_bar(done, total, text, width_of(output_));
    std::fprintf(output_, "\r\x1b[K%s", line.c_str());
    bar_shown_ = true;
  } else {
    clear();
    const std::string time = style_ == Style::lines ? shown(event, "time") + " " : "";
    std::fprintf(output_, "%s%s%s\n", time.c_str(), matters ? "! " : "", text.c_str());
  }
  std::fflush(output_);
}

void Progress::clear() {
  if (bar_shown_) std::fputs("\r\x1b[K", output_);
  bar_shown_ = false;
}

}  // namespace sealock::proxy
