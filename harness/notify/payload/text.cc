#include "notify/payload/text.h"

#include <algorithm>

#include "template/format/go_text.h"
#include "template/format/unicode.h"

namespace firedrill::notify {
namespace {

constexpr std::string_view kEllipsis = "…";

}  // namespace

std::string cut_to_runes(std::string_view text, std::size_t most) {
  if (text.size() <= most || templates::rune_count(text) <= most) return std::string(text);
  if (most <= 3) return std::string(templates::first_runes(text, most));
  return std::string(templates::first_runes(text, most - 1)) + std::string(kEllipsis);
}

std::string cut_to_bytes(std::string_view text, std::size_t most) {
  if (text.size() <= most) return std::string(text);
  const std::size_t room = most - kEllipsis.size();
  std::size_t end = 0;
  for (std::size_t next = 0; next <= room && next < text.size();) {
    end = next;
    next += templates::decode_rune(text.substr(next)).length;
    if (next <= room) end = next;
  }
  return std::string(text.substr(0, end)) + std::string(kEllipsis);
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kSpaces = " \t\n\v\f\r";
  const std::size_t begin = text.find_first_not_of(kSpaces);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpaces) - begin + 1);
}

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> parts;
  for (std::string_view rest = trim(text);;) {
    const std::size_t comma = rest.find(',');
    if (const std::string_view part = rest.substr(0, comma); !part.empty()) parts.emplace_back(part);
    if (comma == std::string_view::npos) return parts;
    rest.remove_prefix(comma + 1);
  }
}

std::string encode_form(Parameters parameters) {
  std::ranges::stable_sort(parameters, {}, &Parameters::value_type::first);
  std::string out;
  for (const auto& [name, value] : parameters) {
    if (!out.empty()) out += '&';
    out += templates::go_query_escape(name) + "=" + templates::go_query_escape(value);
  }
  return out;
}

}  // namespace firedrill::notify
