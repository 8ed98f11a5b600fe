#include "monitor/scrape/series_text.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/text/utf8.h"

namespace firedrill::monitor {
namespace {

using Found = std::function<bool(std::string_view name, std::string value)>;

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

// A quoted text behind its first quote; its escapes are those of the formats: \\, \" and \n.
std::optional<std::string> take_quoted(std::string_view& rest) {
  std::string text;
  while (!rest.empty()) {
    const char c = rest.front();
    rest.remove_prefix(1);
    if (c == '"') return text;
    if (c != '\\') {
      text += c;
      continue;
    }
    if (rest.empty()) return std::nullopt;
    const char escaped = rest.front();
    rest.remove_prefix(1);
    if (escaped == 'n') {
      text += '\n';
    } else if (escaped == '\\' || escaped == '"') {
      text += escaped;
    } else {
      text += {'\\', escaped};
    }
  }
  return std::nullopt;
}

// What is found is handed to `found`, which says whether it may be.
std::string_view take_each_label(std::string_view& rest, bool blanks, const Found& found) {
  const auto skip = [&] {
    if (blanks) skip_blanks(rest);
  };
  rest.remove_prefix(1);
  while (true) {
    skip();
    if (rest.empty()) return "labels without an end";
    if (rest.front() == '}') {
      rest.remove_prefix(1);
      return "";
    }
    const std::string_view name = take_name(rest, false);
    if (name.empty()) return "no name of a label";
    skip();
    if (!rest.starts_with('=')) return "no = behind a label";
    rest.remove_prefix(1);
    skip();
    if (!rest.starts_with('"')) return "the value of a label is not quoted";
    rest.remove_prefix(1);
    auto value = take_quoted(rest);
    if (!value) return "the value of a label has no end";
    if (!found(name, *std::move(value))) return "a label twice, or a value that is no UTF-8";
    skip();
    if (rest.starts_with(',')) {
      rest.remove_prefix(1);
    } else if (!rest.starts_with('}')) {
      return "no comma between labels";
    }
  }
}

}  // namespace

void skip_blanks(std::string_view& rest) {
  while (!rest.empty() && is_blank(rest.front())) rest.remove_prefix(1);
}

std::string_view take_name(std::string_view& rest, bool colon) {
  std::size_t size = 0;
  const auto fits = [&](char c) { return is_letter(c) || (colon && c == ':') || (size > 0 && c >= '0' && c <= '9'); };
  while (size < rest.size() && fits(rest[size])) ++size;
  const std::string_view name = rest.substr(0, size);
  rest.remove_prefix(size);
  return name;
}

std::string_view take_labels(std::string_view& rest, bool blanks) {
  std::vector<std::string_view> seen;
  return take_each_label(rest, blanks, [&](std::string_view label, const std::string& value) {
    const bool again = std::ranges::find(seen, label) != seen.end();
    seen.push_back(label);
    return !again && first_invalid_utf8(value) == std::string_view::npos;
  });
}

model::Labels labels_of(std::string_view series) {
  model::Labels labels;
  labels.set(model::kMetricName, take_name(series, true));
  skip_blanks(series);
  if (series.starts_with('{')) {
    take_each_label(series, true, [&](std::string_view name, const std::string& value) {
      if (!value.empty()) labels.set(name, value);
      return true;
    });
  }
  return labels;
}

}  // namespace firedrill::monitor
