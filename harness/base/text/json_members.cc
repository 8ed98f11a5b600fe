#include "base/text/json_members.h"

#include <boost/json/basic_parser_impl.hpp>
#include <charconv>
#include <optional>
#include <utility>

#include "base/text/format.h"
#include "base/text/utf8.h"

namespace firedrill {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxDepth = 64;

// Bytes that are no UTF-8 are replacement characters to Go, each by itself.
std::string with_replacements(std::string text) {
  std::string_view rest = text;
  std::string out;
  for (std::size_t bad = first_invalid_utf8(rest); bad != std::string_view::npos; bad = first_invalid_utf8(rest)) {
    out += rest.substr(0, bad);
    out += "\xEF\xBF\xBD";
    rest.remove_prefix(bad + 1);
  }
  if (rest.size() == text.size()) return text;
  out += rest;
  return out;
}

class Builder {
 public:
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

  using Error = boost::system::error_code;
  using View = json::string_view;

  JsonNode root;

  bool on_document_begin(Error&) { return true; }
  bool on_document_end(Error&) { return true; }
  bool on_object_begin(Error&) { return begin(JsonNode::Kind::object); }
  bool on_object_end(std::size_t, Error&) { return end(); }
  bool on_array_begin(Error&) { return begin(JsonNode::Kind::list); }
  bool on_array_end(std::size_t, Error&) { return end(); }
  bool on_key_part(View part, std::size_t, Error&) {
    text_.append(part.data(), part.size());
    return true;
  }
  bool on_key(View part, std::size_t, Error&) {
    text_.append(part.data(), part.size());
    open_.back()->members.push_back({with_replacements(std::exchange(text_, {})), {}});
    return true;
  }
  bool on_string_part(View part, std::size_t, Error&) {
    text_.append(part.data(), part.size());
    return true;
  }
  bool on_string(View part, std::size_t, Error&) {
    text_.append(part.data(), part.size());
    JsonNode& node = add(JsonNode::Kind::text);
    node.text = with_replacements(std::exchange(text_, {}));
    return true;
  }
  bool on_number_part(View, Error&) { return true; }
  bool on_int64(std::int64_t, View, Error&) { return other(); }
  bool on_uint64(std::uint64_t, View, Error&) { return other(); }
  bool on_double(double, View, Error&) { return other(); }
  bool on_bool(bool, Error&) { return other(); }
  bool on_null(Error&) {
    add(JsonNode::Kind::null);
    return true;
  }
  bool on_comment_part(View, Error&) { return true; }
  bool on_comment(View, Error&) { return true; }

 private:
  // Where the next value belongs. Nothing is added to a list or object while one inside it is open, so that it stays
  // where it is.
  JsonNode& add(JsonNode::Kind kind) {
    JsonNode* node = &root;
    if (!open_.empty()) {
      JsonNode& outer = *open_.back();
      node = outer.kind == JsonNode::Kind::list ? &outer.items.emplace_back() : &outer.members.back().value;
    }
    node->kind = kind;
    return *node;
  }
  bool other() {
    add(JsonNode::Kind::other);
    return true;
  }
  bool begin(JsonNode::Kind kind) {
    open_.push_back(&add(kind));
    return true;
  }
  bool end() {
    open_.pop_back();
    return true;
  }

  std::vector<JsonNode*> open_;
  std::string text_;
};

// The code unit of an escape "\\u1234" at `i`; nothing where there is none.
std::optional<unsigned> code_unit(std::string_view text, std::size_t i) {
  if (!text.substr(i).starts_with("\\u") || text.size() < i + 6) return std::nullopt;
  unsigned unit = 0;
  const auto [end, error] = std::from_chars(text.data() + i + 2, text.data() + i + 6, unit, 16);
  return error == std::errc() && end == text.data() + i + 6 ? std::optional(unit) : std::nullopt;
}

// Half of a surrogate pair is the replacement character to Go, and an error to others. Every byte keeps its place.
std::string without_lone_surrogates(std::string text) {
  for (std::size_t i = text.find('\\'); i != std::string::npos; i = text.find('\\', i)) {
    const auto unit = code_unit(text, i);
    const auto next = unit ? code_unit(text, i + 6) : std::nullopt;
    const bool first = unit && *unit >= 0xD800 && *unit <= 0xDBFF;
    const bool second = unit && *unit >= 0xDC00 && *unit <= 0xDFFF;
    if (first && next && *next >= 0xDC00 && *next <= 0xDFFF) {
      i += 12;
    } else {
      if (first || second) text.replace(i, 6, "\\uFFFD");
      i += unit ? 6 : 2;
    }
  }
  return text;
}

}  // namespace

Result<JsonNode> read_json_members(const SourcePtr& source) {
  json::parse_options options;
  options.max_depth = kMaxDepth;
  options.allow_invalid_utf8 = true;
  boost::system::error_code error;
  json::basic_parser<Builder> parser(options);
  const std::string text = without_lone_surrogates(source->text);
  const std::size_t read = parser.write_some(false, text.data(), text.size(), error);
  if (!error && text.find_first_not_of(" \t\r\n", read) != std::string::npos) error = json::error::extra_data;
  if (error) {
    return failure(position_at(source, read), format("not valid JSON: {}", error.message()),
                   "see whether the file is whole");
  }
  return std::move(parser.handler().root);
}

}  // namespace firedrill
