#include "base/text/glob.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <optional>

#include "base/text/utf8.h"

namespace firedrill {
namespace {

using Place = ReadScope::Place;

constexpr std::size_t npos = std::string_view::npos;

// The character at the beginning of a text, a byte alone where it is no UTF-8, and the text behind it.
std::uint32_t take_character(std::string_view& text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t length = lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (length == 1 || length > text.size() || first_invalid_utf8(text.substr(0, length)) != npos) {
    text.remove_prefix(1);
    return lead;
  }
  std::uint32_t character = lead & (0xffU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) character = character << 6 | (static_cast<unsigned char>(text[i]) & 0x3fU);
  text.remove_prefix(length);
  return character;
}

// A character of a class, behind its backslash if it has one.
std::optional<std::uint32_t> take_of_class(std::string_view& pattern) {
  if (pattern.empty() || pattern.front() == '-' || pattern.front() == ']') return std::nullopt;
  if (pattern.front() == '\\') pattern.remove_prefix(1);
  if (pattern.empty()) return std::nullopt;
  return take_character(pattern);
}

// Reads a class behind its '[' to behind its ']' and says whether the character is in it. Nothing if it is not sound.
std::optional<bool> take_class(std::string_view& pattern, std::uint32_t character) {
  const bool negated = pattern.starts_with('^');
  if (negated) pattern.remove_prefix(1);
  bool in = false;
  for (bool first = true; first || !pattern.starts_with(']'); first = false) {
    const auto low = take_of_class(pattern);
    auto high = low;
    if (pattern.starts_with('-')) {
      pattern.remove_prefix(1);
      high = take_of_class(pattern);
    }
    if (!low || !high || pattern.empty()) return std::nullopt;
    in = in || (*low <= character && character <= *high);
  }
  pattern.remove_prefix(1);
  return in != negated;
}

// Whether the pattern up to its first '*' matches at the name's beginning; both are read as far as they match.
bool take_literal(std::string_view& pattern, std::string_view& name) {
  while (!pattern.empty() && pattern.front() != '*') {
    if (name.empty()) return false;
    const char kind = pattern.front();
    if (kind == '?') {
      pattern.remove_prefix(1);
      take_character(name);
    } else if (kind == '[') {
      pattern.remove_prefix(1);
      if (!take_class(pattern, take_character(name)).value_or(false)) return false;
    } else {
      if (kind == '\\') pattern.remove_prefix(1);
      if (pattern.empty() || pattern.front() != name.front()) return false;
      pattern.remove_prefix(1);
      name.remove_prefix(1);
    }
  }
  return true;
}

class Expander {
 public:
  explicit Expander(const ReadScope& scope) : scope_(scope) {}

  Expansion expand(std::string_view pattern) {
    const std::filesystem::path whole{std::string(pattern)};
    for (const std::filesystem::path& part : whole) parts_.push_back(part.string());
    const auto first = std::ranges::find_if(parts_, is_pattern);
    std::filesystem::path folder;
    for (auto part = parts_.begin(); part != first; ++part) folder /= *part;
    if (first == parts_.end()) {
      take_name(folder);
    } else if (may_enter(folder)) {
      expand(folder, static_cast<std::size_t>(first - parts_.begin()));
    }
    std::ranges::sort(found_.paths);
    const auto repeated = std::ranges::unique(found_.paths);
    found_.paths.erase(repeated.begin(), repeated.end());
    return std::move(found_);
  }

 private:
  bool done() const { return found_.too_many || !found_.outside.empty(); }

  void take_name(const std::filesystem::path& path) {
    const Place place = scope_.place_of_name(path);
    if (place == Place::outside) found_.outside = path.generic_string();
    if (place == Place::inside) found_.paths.push_back(path.generic_string());
  }

  bool may_enter(const std::filesystem::path& folder) {
    const Place place = scope_.place(folder);
    if (place == Place::outside) found_.outside = folder.generic_string();
    return place == Place::inside;
  }

  void expand(const std::filesystem::path& folder, std::size_t part) {
    for (const ReadScope::Entry& entry : scope_.list(folder, kMostNamesVisited + 1 - visited_)) {
      if (++visited_ > kMostNamesVisited) found_.too_many = true;
      if (done()) return;
      if (!matches_pattern(parts_[part], entry.name)) continue;
      const std::filesystem::path path = folder / entry.name;
      if (part + 1 < parts_.size()) {
        if (entry.kind != ReadScope::Entry::Kind::file && may_enter(path)) expand(path, part + 1);
      } else if (found_.paths.size() == kMostMatches) {
        found_.too_many = true;
      } else {
        found_.paths.push_back(path.generic_string());
      }
      if (done()) return;
    }
  }

  const ReadScope& scope_;
  std::vector<std::string> parts_;
  Expansion found_;
  std::size_t visited_ = 0;
};

}  // namespace

bool is_pattern(std::string_view path) {
  return path.find_first_of("*?[\\") != npos;
}

bool is_sound_pattern(std::string_view pattern) {
  while (!pattern.empty()) {
    const char kind = pattern.front();
    pattern.remove_prefix(1);
    if (kind == '[' && !take_class(pattern, 0)) return false;
    if (kind == '\\') {
      if (pattern.empty()) return false;
      pattern.remove_prefix(1);
    }
  }
  return true;
}

// Behind each '*' the shortest stretch of the name that lets the next literal part match is the right one, so that no
// pattern takes longer than its length times the name's.
bool matches_pattern(std::string_view pattern, std::string_view name) {
  std::string_view star_pattern;
  std::string_view star_name;
  bool star = false;
  for (;;) {
    std::string_view rest_pattern = pattern;
    std::string_view rest_name = name;
    const bool taken = take_literal(rest_pattern, rest_name);
    if (taken && (rest_pattern.starts_with('*') || rest_name.empty())) {
      if (rest_pattern.empty()) return true;
      star_pattern = pattern = rest_pattern.substr(1);
      star_name = name = rest_name;
      star = true;
      continue;
    }
    if (!star || star_name.empty()) return false;
    take_character(star_name);
    pattern = star_pattern;
    name = star_name;
  }
}

Expansion expand_pattern(const ReadScope& scope, std::string_view pattern) {
  return Expander(scope).expand(pattern);
}

}  // namespace firedrill
