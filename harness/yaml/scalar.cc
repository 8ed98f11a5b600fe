// What scalars stand for (go-yaml v3: resolve.go, decode.go), and where in the file a byte of a scalar's text came
// from.
#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include "base/text/format.h"
#include "base/text/numbers.h"
#include "yaml/document.h"

namespace firedrill::yaml {
namespace {

template <std::size_t N>
bool is_one_of(std::string_view text, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

std::string without_underscores(std::string_view text) {
  std::string plain(text);
  std::erase(plain, '_');
  return plain;
}

// Go's strconv.ParseInt(text, 0, 64) and YAML's 0o prefix, which Go has too.
std::optional<std::int64_t> parse_go_integer(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  int base = 10;
  const auto prefix = [&](char lower, char upper) {
    return text.size() > 2 && text[0] == '0' && (text[1] == lower || text[1] == upper);
  };
  if (prefix('x', 'X')) base = 16;
  if (prefix('o', 'O')) base = 8;
  if (prefix('b', 'B')) base = 2;
  if (base != 10) {
    text.remove_prefix(2);
  } else if (text.size() > 1 && text[0] == '0') {
    base = 8;
    text.remove_prefix(1);
  }
  std::uint64_t magnitude = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), magnitude, base);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  constexpr std::uint64_t kMax = std::numeric_limits<std::int64_t>::max();
  if (magnitude > kMax + (negative ? 1 : 0)) return std::nullopt;
  if (negative)
    return magnitude > kMax ? std::numeric_limits<std::int64_t>::min() : -static_cast<std::int64_t>(magnitude);
  return static_cast<std::int64_t>(magnitude);
}

// [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?
bool is_yaml_float(std::string_view text) {
  std::size_t i = 0;
  const auto digits = [&] {
    const std::size_t start = i;
    while (i < text.size() && text[i] >= '0' && text[i] <= '9') ++i;
    return i - start;
  };
  if (i < text.size() && (text[i] == '-' || text[i] == '+')) ++i;
  const std::size_t whole = digits();
  if (i < text.size() && text[i] == '.') {
    ++i;
    if (digits() == 0 && whole == 0) return false;
  } else if (whole == 0) {
    return false;
  }
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    if (i < text.size() && (text[i] == '-' || text[i] == '+')) ++i;
    if (digits() == 0) return false;
  }
  return i == text.size();
}

bool resolves(const Node& node, std::string_view tag) {
  return node.is_scalar() && (node.tag == tag || (node.tag.empty() && node.style == Node::Style::plain));
}

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

// Walks a scalar as it stands in the file beside its text. Folding and indentation change nothing but white space, so
// the two walks meet again at each next character that is none; quotes' escapes are stepped over as units.
class ScalarWalk {
 public:
  explicit ScalarWalk(const Node& node) : node_(node), source_(node.document->source()->text), at_(node.offset) {
    if (node.style == Node::Style::block) {
      while (at_ < source_.size() && source_[at_] != '\n') ++at_;
    } else if (node.style != Node::Style::plain) {
      ++at_;
    }
  }

  std::size_t source_offset(std::size_t text_offset) {
    const std::string_view text = node_.text;
    std::size_t i = 0;
    while (true) {
      const std::size_t text_space = i;
      while (i < text.size() && is_space(text[i])) ++i;
      const std::size_t source_space = at_;
      skip_space();
      if (text_offset < i) return std::min(source_space + (text_offset - text_space), at_);
      if (i >= text.size()) return source_space;
      const std::size_t unit = text_bytes_of_unit();
      if (text_offset < i + unit) return at_ + (unit_ == unit ? text_offset - i : 0);
      i += unit;
      at_ = std::min(at_ + unit_, source_.size());
    }
  }

 private:
  static std::size_t escape_length(char c) {
    switch (c) {
      case 'x':
        return 4;
      case 'u':
        return 6;
      case 'U':
        return 10;
      default:
        return 2;
    }
  }

  // The bytes of the text that the unit at at_ gives; sets unit_, its bytes in the source.
  std::size_t text_bytes_of_unit() {
    unit_ = 1;
    if (at_ >= source_.size()) return 1;
    const char c = source_[at_];
    if (node_.style == Node::Style::single_quoted && c == '\'') {
      unit_ = 2;
    } else if (node_.style == Node::Style::double_quoted && c == '\\' && at_ + 1 < source_.size()) {
      unit_ = escape_length(source_[at_ + 1]);
      if (unit_ > 2) return utf8_length(source_.substr(at_ + 2, unit_ - 2));
      if (source_[at_ + 1] == '_' || source_[at_ + 1] == 'N') return 2;
      if (source_[at_ + 1] == 'L' || source_[at_ + 1] == 'P') return 3;
    }
    return 1;
  }

  static std::size_t utf8_length(std::string_view hex) {
    std::uint32_t code = 0;
    std::from_chars(hex.data(), hex.data() + hex.size(), code, 16);
    return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }

  void skip_space() {
    while (at_ < source_.size()) {
      if (is_space(source_[at_])) {
        ++at_;
      } else if (node_.style == Node::Style::double_quoted && source_[at_] == '\\' && at_ + 1 < source_.size() &&
                 std::string_view("nrt \t\n").find(source_[at_ + 1]) != std::string_view::npos) {
        at_ += 2;
      } else {
        return;
      }
    }
  }

  const Node& node_;
  std::string_view source_;
  std::size_t at_;
  std::size_t unit_ = 1;
};

}  // namespace

std::optional<std::int64_t> scalar_integer(const Node& node) {
  if (!resolves(node, "!!int")) return std::nullopt;
  return parse_go_integer(without_underscores(node.text));
}

std::optional<double> scalar_number(const Node& node) {
  if (const auto integer = scalar_integer(node)) return static_cast<double>(*integer);
  if (!resolves(node, "!!float")) return std::nullopt;
  const std::string_view text = node.text;
  static constexpr std::array<std::string_view, 6> kInf = {".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"};
  static constexpr std::array<std::string_view, 3> kMinusInf = {"-.inf", "-.Inf", "-.INF"};
  static constexpr std::array<std::string_view, 3> kNan = {".nan", ".NaN", ".NAN"};
  if (is_one_of(text, kInf)) return std::numeric_limits<double>::infinity();
  if (is_one_of(text, kMinusInf)) return -std::numeric_limits<double>::infinity();
  if (is_one_of(text, kNan)) return std::numeric_limits<double>::quiet_NaN();
  const std::string plain = without_underscores(text);
  if (!is_yaml_float(plain)) return std::nullopt;
  return parse_float(plain);
}

std::optional<bool> scalar_boolean(const Node& node) {
  if (!resolves(node, "!!bool")) return std::nullopt;
  static constexpr std::array<std::string_view, 11> kTrue = {"true", "True", "TRUE", "y",  "Y", "yes",
                                                             "Yes",  "YES",  "on",   "On", "ON"};
  static constexpr std::array<std::string_view, 11> kFalse = {"false", "False", "FALSE", "n",   "N",  "no",
                                                              "No",    "NO",    "off",   "Off", "OFF"};
  if (is_one_of(node.text, kTrue)) return true;
  if (is_one_of(node.text, kFalse)) return false;
  return std::nullopt;
}

Position Node::at(std::size_t text_offset, std::size_t text_length) const {
  if (!is_scalar() || made) return where();
  return document->position(ScalarWalk(*this).source_offset(text_offset), text_length);
}

std::string Node::describe() const {
  switch (kind) {
    case Kind::null:
      return "nothing";
    case Kind::sequence:
      return "a list";
    case Kind::mapping:
      return "a mapping";
    case Kind::scalar:
      break;
  }
  const std::string shown = document->shown(text);
  if (scalar_number(*this)) return format("the number {}", shown);
  if (text == "true" || text == "false") {
    if (scalar_boolean(*this)) return format("the truth value {}", shown);
  }
  return format("the text '{}'", shown);
}

}  // namespace firedrill::yaml
