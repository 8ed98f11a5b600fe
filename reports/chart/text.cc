#include "reports/chart/text.h"

#include <cstddef>

namespace firedrill::reports {
namespace {

bool starts_character(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
}

}  // namespace

double text_width(std::string_view text) {
  double width = 0;
  for (const char c : text) width += starts_character(c) ? 6.2 : 0;
  return width;
}

std::string shortened(std::string_view text, double width) {
  const auto most = static_cast<std::size_t>(width / 6.4);
  std::size_t shown = 0;
  std::size_t i = 0;
  for (; i < text.size(); ++i) {
    if (starts_character(text[i]) && ++shown > most) break;
  }
  return i >= text.size() ? std::string(text) : std::string(text.substr(0, i)) + "…";
}

}  // namespace firedrill::reports
