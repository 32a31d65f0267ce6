#include "policy/rules/characters.hpp"

#include <algorithm>
#include <array>

namespace sealock::policy {
namespace {

struct HiddenRange {
  char32_t first;
  char32_t last;
  std::string_view kind;
};

constexpr std::string_view control = "a control character";
constexpr std::string_view direction = "a character that changes the direction of text";
constexpr std::string_view zero_width = "a zero-width character";
constexpr std::string_view line_break = "a line break that not everybody sees as one";
constexpr std::string_view blank = "a blank that is no space";

constexpr std::array hidden_ranges{
    HiddenRange{0x00, 0x08, control},          HiddenRange{0x0B, 0x1F, control},
    HiddenRange{0x7F, 0x84, control},          HiddenRange{0x85, 0x85, line_break},
    HiddenRange{0x86, 0x9F, control},          HiddenRange{0xA0, 0xA0, blank},
    HiddenRange{0xAD, 0xAD, zero_width},       HiddenRange{0x034F, 0x034F, zero_width},
    HiddenRange{0x061C, 0x061C, direction},    HiddenRange{0x115F, 0x1160, blank},
    HiddenRange{0x17B4, 0x17B5, zero_width},   HiddenRange{0x180B, 0x180F, zero_width},
    HiddenRange{0x2000, 0x200A, blank},        HiddenRange{0x200B, 0x200D, zero_width},
    HiddenRange{0x200E, 0x200F, direction},    HiddenRange{0x2028, 0x2029, line_break},
    HiddenRange{0x202A, 0x202E, direction},    HiddenRange{0x202F, 0x202F, blank},
    HiddenRange{0x205F, 0x205F, blank},        HiddenRange{0x2060, 0x2065, zero_width},
    HiddenRange{0x2066, 0x2069, direction},    HiddenRange{0x206A, 0x206F, zero_width},
    HiddenRange{0x3164, 0x3164, blank},        HiddenRange{0xFEFF, 0xFEFF, zero_width},
    HiddenRange{0xFFA0, 0xFFA0, blank},        HiddenRange{0xFFF9, 0xFFFB, zero_width},
    HiddenRange{0x1D173, 0x1D17A, zero_width}, HiddenRange{0xE0000, 0xE0FFF, zero_width},
};

}  // namespace

std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first < 0xC2 || first > 0xF4) return 0;
  const std::size_t length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  if (text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  const char32_t character = code_point(text.substr(0, length));
  const bool overlong = (length == 3 && character < 0x800) || (length == 4 && character < 0x10000);
  const bool surrogate = character >= 0xD800 && character <= 0xDFFF;
  return overlong || surrogate || character > 0x10FFFF ? 0 : length;
}

char32_t code_point(std::string_view sequence) {
  const auto byte = [&](std::size_t i) {
    return static_cast<char32_t>(static_cast<unsigned char>(sequence[i]));
  };
  if (sequence.size() == 1) return byte(0);
  char32_t character = byte(0) & (0xFFu >> (sequence.size() + 1));
  for (std::size_t i = 1; i < sequence.size(); ++i) {
    character = (character << 6) | (byte(i) & 0x3F);
  }
  return character;
}

std::string_view hidden_kind(char32_t character) {
  const auto range =
      std::find_if(hidden_ranges.begin(), hidden_ranges.end(), [&](const HiddenRange& candidate) {
        return character >= candidate.first && character <= candidate.last;
      });
  return range == hidden_ranges.end() ? std::string_view{} : range->kind;
}

}  // namespace sealock::policy
