#include "console/request/multipart.h"

#include <algorithm>

#include "base/text/ascii.h"

namespace firedrill::console {
namespace {

using ascii::same_word;
using ascii::trimmed;

constexpr std::size_t kLongestBoundary = 70;  // RFC 2046, 5.1.1
constexpr std::size_t kMostHeaders = 20;      // of one part

// Takes a value off the front: a word, or a text in quotation marks with its escapes. Nothing: it has no end.
std::optional<std::string> take_value(std::string_view& rest) {
  if (!rest.starts_with('"')) {
    const std::string_view word = trimmed(rest.substr(0, rest.find(';')));
    rest.remove_prefix(std::min(rest.size(), rest.find(';')));
    return std::string(word);
  }
  std::string out;
  for (std::size_t i = 1; i < rest.size(); ++i) {
    if (rest[i] == '"') {
      rest.remove_prefix(i + 1);
      return out;
    }
    if (rest[i] == '\\' && i + 1 < rest.size() && (rest[i + 1] == '"' || rest[i + 1] == '\\')) ++i;
    out += rest[i];
  }
  return std::nullopt;
}

// A header's value: what it is, and its parameters: form-data; name="query".
struct Described {
  std::string_view what;
  FormPairs parameters;
  std::string parameter(std::string_view name) const {
    const auto found = std::ranges::find_if(parameters, [&](const auto& each) { return same_word(each.first, name); });
    return found == parameters.end() ? std::string() : found->second;
  }
};

std::optional<Described> describe(std::string_view text) {
  Described out{.what = trimmed(text.substr(0, text.find(';'))), .parameters = {}};
  text.remove_prefix(std::min(text.size(), text.find(';')));
  while (!text.empty()) {
    text = trimmed(text.substr(1));  // behind the semicolon
    if (text.empty()) break;
    const std::size_t equals = text.find('=');
    if (equals == text.npos || text.substr(0, equals).contains(';')) return std::nullopt;
    const std::string name(trimmed(text.substr(0, equals)));
    text = trimmed(text.substr(equals + 1));
    auto value = take_value(text);
    if (!value) return std::nullopt;
    out.parameters.emplace_back(name, *std::move(value));
    text = trimmed(text);
    if (!text.empty() && text.front() != ';') return std::nullopt;
  }
  return out;
}

// A line without its end, taken off the front; nothing: the text has no further end of a line.
std::optional<std::string_view> take_line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  if (end == rest.npos) return std::nullopt;
  std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

struct Part {
  std::string name;  // empty: it has none
  bool file = false;
};

// Its headers, up to the empty line.
std::optional<Part> take_head(std::string_view& rest) {
  Part part;
  for (std::size_t i = 0; i <= kMostHeaders; ++i) {
    const auto line = take_line(rest);
    if (!line) return std::nullopt;
    if (line->empty()) return part;
    const std::size_t colon = line->find(':');
    if (colon == line->npos) return std::nullopt;
    if (!same_word(line->substr(0, colon), "content-disposition")) continue;
    const auto says = describe(line->substr(colon + 1));
    if (!says || !same_word(says->what, "form-data")) continue;
    part.name = says->parameter("name");
    part.file = !says->parameter("filename").empty();
  }
  return std::nullopt;
}

class Body {
 public:
  Body(std::string_view text, std::string_view boundary) : rest_(text), dashes_("--" + std::string(boundary)) {}

  std::optional<FormPairs> read(std::size_t most) {
    // What stands before the first boundary is nobody's.
    std::optional<std::string_view> line = take_line(rest_);
    while (line && *line != dashes_ && !is_last(*line)) line = take_line(rest_);
    if (!line) return is_last(rest_) ? std::optional(FormPairs()) : std::nullopt;
    FormPairs out;
    for (bool over = is_last(*line); !over;) {
      const auto part = take_head(rest_);
      const auto content = part ? take_content(over) : std::nullopt;
      if (!content) return std::nullopt;
      if (part->name.empty() || part->file) continue;
      if (out.size() == most) return std::nullopt;
      out.emplace_back(part->name, *content);
    }
    return out;
  }

 private:
  bool is_last(std::string_view line) const {
    return line.starts_with(dashes_) && trimmed(line.substr(dashes_.size())) == "--";
  }

  // Up to the end of the line before the next boundary.
  std::optional<std::string_view> take_content(bool& over) {
    const std::string_view all = rest_;
    for (std::size_t at = 0; at <= all.size();) {
      std::size_t end = all.find('\n', at);
      std::string_view line = all.substr(at, end == all.npos ? all.npos : end - at);
      if (line.ends_with('\r')) line.remove_suffix(1);
      over = is_last(line);
      if (over || (end != all.npos && trimmed_right(line) == dashes_)) {
        rest_.remove_prefix(end == all.npos ? all.size() : end + 1);
        return before(all.substr(0, at));
      }
      if (end == all.npos) return std::nullopt;
      at = end + 1;
    }
    return std::nullopt;
  }

  static std::string_view trimmed_right(std::string_view line) {
    return line.substr(0, line.find_last_not_of(" \t") + 1);
  }

  static std::string_view before(std::string_view content) {
    if (content.ends_with('\n')) content.remove_suffix(1);
    if (content.ends_with('\r')) content.remove_suffix(1);
    return content;
  }

  std::string_view rest_;
  std::string dashes_;
};

}  // namespace

std::optional<std::string> boundary_of(std::string_view content_type) {
  const auto says = describe(content_type);
  if (!says || !same_word(says->what, "multipart/form-data")) return std::nullopt;
  std::string boundary = says->parameter("boundary");
  if (boundary.empty() || boundary.size() > kLongestBoundary) return std::nullopt;
  return boundary;
}

std::optional<FormPairs> read_multipart(std::string_view body, std::string_view boundary, std::size_t most) {
  return Body(body, boundary).read(most);
}

}  // namespace firedrill::console
