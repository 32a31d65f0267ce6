#include "policy/archive/dockerfile.hpp"

#include "policy/archive/dockerfile_lines.hpp"
#include "policy/request/json_reader.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <vector>

namespace sealock::policy::archive {
namespace {

std::string upper(std::string_view text) {
  std::string high(text);
  std::transform(high.begin(), high.end(), high.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return high;
}

bool is_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// "<<EOF", "3<<-EOF": the beginning of a here-document, which the older parser does not know.
bool begins_heredoc(std::string_view word) {
  word.remove_prefix(std::min(word.find_first_not_of("0123456789"), word.size()));
  if (!word.starts_with("<<")) return false;
  word.remove_prefix(2);
  return !word.empty() && word != "-" && word.find('<') == std::string_view::npos;
}

// How everything begins that an ADD fetches, in lower case.
constexpr std::array<std::string_view, 7> fetch_starts{
    "http://", "https://", "ftp://", "git://", "ssh://", "git@", "github.com/"};

bool is_fetched(std::string_view source) {
  const std::string low = [&] {
    std::string text = upper(source);
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
  }();
  return low.find("://") != std::string::npos ||
         std::any_of(fetch_starts.begin(), fetch_starts.end(),
                     [&](std::string_view start) { return low.starts_with(start); });
}

// Could this source, of which only `known` (its beginning) is known, be an address?
bool could_be_fetched(std::string_view known) {
  return std::any_of(fetch_starts.begin(), fetch_starts.end(), [&](std::string_view start) {
    return start.starts_with(known) || known.starts_with(start);
  });
}

// Quotes and escapes go when the word is expanded.
std::string without_quotes(std::string_view word) {
  std::string plain(word);
  std::erase_if(plain, [](char c) { return c == '"' || c == '\'' || c == '\\' || c == '`'; });
  return plain;
}

struct Instruction {
  std::string name;  // in capitals
  std::vector<std::string> flags;
  std::string rest;
};

// The words "--x" behind the name are flags.
Instruction take_apart(std::string_view line) {
  Instruction made;
  const auto end =
      std::find_if(line.begin(), line.end(), [](unsigned char c) { return std::isspace(c) != 0; });
  const auto size = static_cast<std::size_t>(end - line.begin());
  made.name = upper(line.substr(0, size));
  std::string_view rest = line.substr(size);
  for (;;) {
    rest.remove_prefix(std::min(rest.find_first_not_of(" \t\v\f\r"), rest.size()));
    if (!rest.starts_with("--")) break;
    const std::size_t flag = std::min(rest.find_first_of(" \t\v\f\r"), rest.size());
    made.flags.emplace_back(rest.substr(0, flag));
    rest.remove_prefix(flag);
  }
  made.rest = rest;
  return made;
}

class Reader {
public:
  Reader(std::string_view name, const Variables& arguments, const ItemSink& sink)
      : name_(name), arguments_(arguments), sink_(sink) {}

  Result<void> read(const DockerfileLines& file) {
    if (!file.problem.empty()) {
      const auto told = report_unreadable(name_, file.problem, sink_);
      if (!told) return told;
    }
    if (!file.syntax.empty()) {
      number_ = file.syntax_line;
      const auto told = tell_image(file.syntax);
      if (!told) return told;
    }
    for (const DockerfileLine& line : file.lines) {
      number_ = line.number;
      const auto told = read_instruction(take_apart(line.text), 0);
      if (!told) return told;
    }
    return {};
  }

private:
  [[nodiscard]] UploadItem item(ItemKind kind) const {
    UploadItem item;
    item.kind = kind;
    item.at = name_ + ":" + std::to_string(number_);
    return item;
  }

  [[nodiscard]] Result<void> tell_unreadable(std::string_view problem) const {
    return report_unreadable(name_ + ":" + std::to_string(number_), problem, sink_);
  }

  Result<void> read_instruction(const Instruction& instruction, int depth) {
    const std::string& name = instruction.name;
    const bool word = !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) {
      return c >= 'A' && c <= 'Z';
    });
    if (!word) return tell_unreadable("a line begins with no instruction");
    UploadItem told = item(ItemKind::instruction);
    told.instruction = name;
    const auto instructed = sink_(told);
    if (!instructed) return instructed;
    if (name == "RUN" || name == "COPY" || name == "ADD") {
      const auto taken = read_sources(instruction);
      if (!taken) return taken;
    }
    if (name == "FROM") return read_from(instruction);
    if (name == "ARG") read_arguments(instruction.rest);
    if (name == "ENV") read_environment(instruction.rest);
    if (name == "ADD") return read_add(instruction);
    if (name != "ONBUILD") return {};
    if (depth > 0) return tell_unreadable("ONBUILD in ONBUILD");
    return read_instruction(take_apart(instruction.rest), depth + 1);
  }

  // Images in flags, and here-documents.
  Result<void> read_sources(const Instruction& instruction) {
    const std::vector<std::string> words = split_words(instruction.rest);
    if (std::any_of(words.begin(), words.end(), begins_heredoc)) {
      const auto told = tell_unreadable("builders read a here-document differently");
      if (!told) return told;
    }
    for (const std::string& flag : instruction.flags) {
      const auto told = instruction.name == "RUN" ? read_mount(flag) : read_from_flag(flag);
      if (!told) return told;
    }
    return {};
  }

  Result<void> read_from_flag(std::string_view flag) {
    constexpr std::string_view from = "--from=";
    if (!flag.starts_with(from)) return {};
    return tell_source(flag.substr(from.size()));
  }

  // RUN --mount=type=bind,from=IMAGE,target=/x
  Result<void> read_mount(std::string_view flag) {
    constexpr std::string_view mount = "--mount=";
    if (!flag.starts_with(mount)) return {};
    flag.remove_prefix(mount.size());
    while (!flag.empty()) {
      const std::size_t end = std::min(flag.find(','), flag.size());
      const std::string_view field = flag.substr(0, end);
      flag.remove_prefix(std::min(end + 1, flag.size()));
      if (field.find('"') != std::string_view::npos) return tell_unreadable("a mount in quotes");
      const std::size_t equals = std::min(field.find('='), field.size());
      if (upper(field.substr(0, equals)) != "FROM" || equals == field.size()) continue;
      const auto told = tell_source(field.substr(equals + 1));
      if (!told) return told;
    }
    return {};
  }

  // A stage by its name or number, or an image.
  Result<void> tell_source(std::string_view source) {
    const std::optional<std::string> known = expand(source, Variables());
    if (!known) return tell_unknown_image();
    if (is_digits(*known) || is_stage(*known)) return {};
    return tell_image(*known);
  }

  Result<void> read_from(const Instruction& instruction) {
    stage_.clear();
    in_stage_ = true;
    stage_unknown_ = false;
    const std::vector<std::string> words = split_words(instruction.rest);
    const bool named = words.size() == 3 && upper(words[1]) == "AS";
    if (words.size() != 1 && !named) return tell_unreadable("FROM names no one image");
    const std::optional<std::string> image = expand(words[0], globals_);
    Result<void> told;
    if (!image) {
      told = tell_unknown_image();
    } else if (*image != "scratch" && !is_stage(*image)) {
      told = tell_image(*image);
    }
    if (named) stages_.push_back(upper(words[2]));
    return told;
  }

  [[nodiscard]] bool is_stage(std::string_view name) const {
    return std::find(stages_.begin(), stages_.end(), upper(name)) != stages_.end();
  }

  [[nodiscard]] Result<void> tell_unknown_image() const {
    UploadItem told = item(ItemKind::build_image);
    told.problem = "which image that is depends on a variable that is not known here";
    return sink_(told);
  }

  [[nodiscard]] Result<void> tell_image(std::string_view text) const {
    UploadItem told = item(ItemKind::build_image);
    auto image = effective::parse_image_reference(text);
    if (!image) {
      told.problem = image.error().text;
    } else if (!image->id.empty() || effective::is_short_image_id(text)) {
      told.problem = "the image is named by its id alone, or looks so";
    } else {
      told.image = std::move(*image);
    }
    return sink_(told);
  }

  // ARGs before the first FROM: what the request gives wins over the default. Those of a stage are
  // nothing to rely on, because a variable of the base image wins over them.
  void read_arguments(std::string_view rest) {
    if (in_stage_) return;
    for (const std::string& word : split_words(rest)) {
      const std::size_t equals = std::min(word.find('='), word.size());
      const std::string name = word.substr(0, equals);
      std::optional<std::string> value;
      if (equals < word.size()) {
        value = expand_value(std::string_view(word).substr(equals + 1), globals_);
      }
      const auto given = arguments_.find(name);
      if (given != arguments_.end() && given->second) value = given->second;
      globals_.insert_or_assign(name, std::move(value));
    }
  }

  // ENV NAME=VALUE ..., or ENV NAME VALUE. With quotes or escapes the words are not these words.
  void read_environment(std::string_view rest) {
    if (rest.find_first_of("'\"\\`") != std::string_view::npos) {
      stage_unknown_ = true;
      return;
    }
    const std::vector<std::string> words = split_words(rest);
    const Variables before = stage_;
    for (const std::string& word : words) {
      const std::size_t equals = word.find('=');
      if (equals == std::string::npos) {
        stage_.insert_or_assign(words[0], std::nullopt);
        return;
      }
      stage_.insert_or_assign(word.substr(0, equals), expand(word.substr(equals + 1), before));
    }
  }

  // The sources: all words but the last, or those of a JSON list.
  [[nodiscard]] static std::vector<std::string> sources_of(const std::string& rest) {
    std::vector<std::string> words;
    const auto json = rest.starts_with('[') ? read_json(rest) : bad_request("no list");
    if (json && json->is_list()) {
      for (const Value& word : *json->list())
        words.push_back(word.is_string() ? *word.string() : "$");
    } else {
      words = split_words(rest);
    }
    if (words.size() > 1) words.pop_back();
    return words;
  }

  Result<void> read_add(const Instruction& instruction) {
    for (const std::string& source : sources_of(instruction.rest)) {
      UploadItem told = item(ItemKind::instruction);
      told.instruction = "ADD";
      std::string plain = without_quotes(source);
      const bool quoted = plain != source;
      const std::size_t dollar = plain.find('$');
      if (dollar != std::string::npos) {
        const auto known = quoted || stage_unknown_ ? std::nullopt : expand(source, stage_);
        if (known) {
          plain = *known;
        } else if (could_be_fetched(std::string_view(plain).substr(0, dollar))) {
          told.fetch_problem = "what this ADD takes depends on a variable that is not known here";
        }
      }
      if (is_fetched(plain)) told.fetched = plain;
      if (told.fetched.empty() && told.fetch_problem.empty()) continue;
      const auto done = sink_(told);
      if (!done) return done;
    }
    return {};
  }

  std::string name_;
  const Variables& arguments_;
  const ItemSink& sink_;
  std::size_t number_ = 0;
  bool in_stage_ = false;
  bool stage_unknown_ = false;  // an ENV could not be read
  Variables globals_;           // ARGs before the first FROM
  Variables stage_;             // ENVs of this stage
  std::vector<std::string> stages_;
};

}  // namespace

Result<void> report_unreadable(std::string_view at,
                               std::string_view problem,
                               const ItemSink& sink) {
  for (const ItemKind kind : {ItemKind::instruction, ItemKind::build_image}) {
    UploadItem item;
    item.kind = kind;
    item.at = at;
    item.problem = problem;
    const auto told = sink(item);
    if (!told) return told;
  }
  return {};
}

Result<void> read_dockerfile(std::string_view text,
                             std::string_view name,
                             const Variables& arguments,
                             const ItemSink& sink) {
  return Reader(name, arguments, sink).read(split_dockerfile(text));
}

}  // namespace sealock::policy::archive
