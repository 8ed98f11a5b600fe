// The classic parser, tolerant in several ways: braces need not match, values need no quotes, a backslash that escapes
// nothing stands for itself.
#include "base/text/format.h"
#include "notify/matcher/parse.h"
#include "template/format/unicode.h"

namespace firedrill::notify {
namespace {

using Error = MatcherSyntaxError;

// Go's \s in regular expressions.
bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
}

bool begins_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':';
}

bool is_of_name(char c) {
  return begins_name(c) || (c >= '0' && c <= '9');
}

struct Piece {
  std::string_view text;
  std::size_t offset = 0;
};

// Without white space at its ends, Unicode's included.
Piece trimmed(Piece piece) {
  while (!piece.text.empty()) {
    const templates::Rune rune = templates::decode_rune(piece.text);
    if (!is_space(rune.rune)) break;
    piece.text.remove_prefix(rune.length);
    piece.offset += rune.length;
  }
  while (!piece.text.empty()) {
    std::size_t begin = piece.text.size() - 1;
    while (begin > 0 && (static_cast<unsigned char>(piece.text[begin]) & 0xC0U) == 0x80U) --begin;
    if (!is_space(templates::decode_rune(piece.text.substr(begin)).rune)) break;
    piece.text = piece.text.substr(0, begin);
  }
  return piece;
}

// Split at commas outside of double quotes. A comma at the end is no mistake.
std::vector<Piece> split(Piece whole) {
  std::vector<Piece> pieces;
  bool quoted = false;
  bool escape = false;
  std::size_t begin = 0;
  for (std::size_t at = 0; at < whole.text.size(); ++at) {
    const char c = whole.text[at];
    if (c == ',' && !quoted) {
      pieces.push_back({whole.text.substr(begin, at - begin), whole.offset + begin});
      begin = at + 1;
    } else if (c == '"') {
      if (!escape) quoted = !quoted;
      escape = false;
    } else if (c == '\\') {
      escape = !escape;
    } else if (c != ',') {
      escape = false;
    }
  }
  const Piece last = trimmed({whole.text.substr(begin), whole.offset + begin});
  if (!last.text.empty()) pieces.push_back(last);
  return pieces;
}

std::expected<std::string, Error> unescaped(const Piece& raw) {
  std::string_view text = raw.text;
  const bool quoted = text.starts_with('"');
  if (quoted) text.remove_prefix(1);
  const auto stray = [&] {
    return std::unexpected(Error{raw.offset, format("the value {} has an unescaped double quote", raw.text)});
  };
  std::string value;
  bool closed = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool last = at + 1 == text.size();
    if (text[at] == '\\' && !last) {
      ++at;
      if (text[at] == 'n') {
        value += '\n';
      } else {
        if (text[at] != '"' && text[at] != '\\') value += '\\';
        value += text[at];
      }
    } else if (text[at] == '"') {
      if (!quoted || !last) return stray();
      closed = true;
    } else {
      value += text[at];
    }
  }
  if (quoted && !closed) return stray();
  return value;
}

// The operator at the place, and its length; 0: none.
std::pair<MatchOp, std::size_t> op_at(std::string_view text) {
  if (text.starts_with("=~")) return {MatchOp::regex, 2};
  if (text.starts_with('=')) return {MatchOp::equal, 1};
  if (text.starts_with("!=")) return {MatchOp::not_equal, 2};
  if (text.starts_with("!~")) return {MatchOp::not_regex, 2};
  return {MatchOp::equal, 0};
}

std::expected<Matcher, Error> parse_one(const Piece& piece) {
  const std::string_view text = piece.text;
  std::size_t at = 0;
  const auto skip_blanks = [&] {
    while (at < text.size() && is_blank(text[at])) ++at;
  };
  const auto bad = [&](std::string_view expected) {
    return std::unexpected(Error{piece.offset + at, format("'{}' is no matcher: expected {}", text, expected)});
  };
  skip_blanks();
  const std::size_t begin = at;
  if (at == text.size() || !begins_name(text[at])) return bad("the name of a label");
  while (at < text.size() && is_of_name(text[at])) ++at;
  std::string name(text.substr(begin, at - begin));
  skip_blanks();
  const auto [op, length] = op_at(text.substr(at));
  if (length == 0) return bad("=, !=, =~ or !~ behind the label's name");
  at += length;
  skip_blanks();
  std::size_t end = text.size();
  while (end > at && is_blank(text[end - 1])) --end;
  const Piece raw{text.substr(at, end - at), piece.offset + at};
  auto value = unescaped(raw);
  if (!value) return std::unexpected(std::move(value.error()));
  auto matcher = make_matcher(std::move(name), op, std::move(*value));
  if (!matcher) return std::unexpected(Error{raw.offset, std::move(matcher.error())});
  return std::move(*matcher);
}

}  // namespace

std::expected<Matchers, MatcherSyntaxError> parse_classic_matchers(std::string_view text) {
  Piece whole{text, 0};
  if (whole.text.starts_with('{')) whole = {text.substr(1), 1};
  if (whole.text.ends_with('}')) whole.text.remove_suffix(1);
  Matchers matchers;
  for (const Piece& piece : split(whole)) {
    auto matcher = parse_one(piece);
    if (!matcher) return std::unexpected(std::move(matcher.error()));
    matchers.push_back(std::move(*matcher));
  }
  return matchers;
}

}  // namespace firedrill::notify
