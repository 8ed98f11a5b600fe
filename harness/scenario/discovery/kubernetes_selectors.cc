#include "scenario/discovery/kubernetes_selectors.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <vector>

#include "base/text/format.h"
#include "model/labels.h"

namespace firedrill::scenario {
namespace {

using Reason = std::optional<std::string>;

bool is_small_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}
bool is_alphanumeric(char c) {
  return is_small_or_digit(c) || (c >= 'A' && c <= 'Z');
}

constexpr std::size_t kLongestName = 63;
constexpr std::size_t kLongestPrefix = 253;

// ([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]
bool is_name(std::string_view text) {
  return !text.empty() && is_alphanumeric(text.front()) && is_alphanumeric(text.back()) &&
         std::ranges::all_of(text, [](char c) { return is_alphanumeric(c) || c == '-' || c == '_' || c == '.'; });
}

// [a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*
bool is_subdomain(std::string_view text) {
  while (true) {
    const std::size_t dot = text.find('.');
    const std::string_view part = text.substr(0, dot);
    const bool right = !part.empty() && is_small_or_digit(part.front()) && is_small_or_digit(part.back()) &&
                       std::ranges::all_of(part, [](char c) { return is_small_or_digit(c) || c == '-'; });
    if (!right || dot == std::string_view::npos) return right;
    text.remove_prefix(dot + 1);
  }
}

constexpr std::string_view kNameForm =
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";

Reason key_error(std::string_view key) {
  const std::size_t slash = key.find('/');
  std::string_view name = key;
  std::string_view wrong;
  if (slash != std::string_view::npos) {
    const std::string_view prefix = key.substr(0, slash);
    name = key.substr(slash + 1);
    if (name.contains('/')) {
      wrong = "a label's key has one '/' at most";
    } else if (prefix.empty()) {
      wrong = "prefix part must be non-empty";
    } else if (prefix.size() > kLongestPrefix) {
      wrong = "prefix part must be no more than 253 bytes";
    } else if (!is_subdomain(prefix)) {
      wrong = "prefix part must consist of lower case alphanumeric characters, '-' or '.', as a DNS name does";
    }
  }
  if (wrong.empty() && name.empty()) wrong = "name part must be non-empty";
  if (wrong.empty() && name.size() > kLongestName) wrong = "name part must be no more than 63 bytes";
  if (!wrong.empty()) return format("invalid label key {}: {}", model::quote(key), wrong);
  if (is_name(name)) return std::nullopt;
  return format("invalid label key {}: name part {}", model::quote(key), kNameForm);
}

Reason value_error(std::string_view value) {
  if (value.size() > kLongestName) {
    return format("invalid label value {}: must be no more than 63 bytes", model::quote(value));
  }
  if (value.empty() || is_name(value)) return std::nullopt;
  return format("invalid label value {}: {}", model::quote(value), kNameForm);
}

bool is_whole_number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

enum class Token { end, word, comma, open, close, not_exists, equals, not_equals, orders, in, not_in };

struct Lexeme {
  Token token = Token::end;
  std::string_view text{};
};

struct Named {
  std::string_view text;
  Token token;
};
constexpr std::array<Named, 9> kSymbols = {{{"!", Token::not_exists},
                                            {"=", Token::equals},
                                            {"==", Token::equals},
                                            {"!=", Token::not_equals},
                                            {">", Token::orders},
                                            {"<", Token::orders},
                                            {"(", Token::open},
                                            {")", Token::close},
                                            {",", Token::comma}}};

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}
bool is_special(char c) {
  return std::string_view("=!(),><").contains(c);
}

// A zero byte ends a word, and the text where it stands between words.
class Lexer {
 public:
  explicit Lexer(std::string_view text) : rest_(text) {}

  Lexeme next() {
    while (!rest_.empty() && is_space(rest_.front())) rest_.remove_prefix(1);
    if (rest_.empty() || rest_.front() == '\0') return {};
    return is_special(rest_.front()) ? symbol() : word();
  }

 private:
  // The longest symbol that stands here.
  Lexeme symbol() {
    const auto* found = std::ranges::find(kSymbols, rest_.substr(0, 2), &Named::text);
    if (found == kSymbols.end()) found = std::ranges::find(kSymbols, rest_.substr(0, 1), &Named::text);
    return {found->token, take(found->text.size())};
  }

  Lexeme word() {
    const auto end = std::ranges::find_if(rest_, [](char c) { return c == '\0' || is_space(c) || is_special(c); });
    const std::string_view text = take(static_cast<std::size_t>(end - rest_.begin()));
    if (!rest_.empty() && rest_.front() == '\0') rest_.remove_prefix(1);
    if (text == "in") return {Token::in, text};
    return {text == "notin" ? Token::not_in : Token::word, text};
  }

  std::string_view take(std::size_t length) {
    const std::string_view taken = rest_.substr(0, length);
    rest_.remove_prefix(length);
    return taken;
  }

  std::string_view rest_;
};

// One requirement after another: KEY, !KEY, KEY = VALUE, KEY in (VALUE, …). `in` and `notin` are operators behind a
// key, and words elsewhere.
class LabelSelector {
 public:
  explicit LabelSelector(std::string_view text) {
    Lexer lexer(text);
    do {
      lexemes_.push_back(lexer.next());
    } while (lexemes_.back().token != Token::end);
  }

  Reason error() {
    if (ahead().token == Token::end) return std::nullopt;
    if (!begins_requirement()) return found("!, identifier, or 'end of string'");
    while (true) {
      if (auto wrong = requirement()) return wrong;
      if (ahead().token == Token::end) return std::nullopt;
      if (ahead().token != Token::comma) return found("',' or 'end of string'");
      ++at_;
      if (!begins_requirement()) return found("identifier after ','");
    }
  }

 private:
  // What stands here where an operator has no place.
  Lexeme ahead() const {
    Lexeme lexeme = lexemes_[at_];
    if (lexeme.token == Token::in || lexeme.token == Token::not_in) lexeme.token = Token::word;
    return lexeme;
  }
  bool begins_requirement() const { return ahead().token == Token::word || ahead().token == Token::not_exists; }
  std::string found(std::string_view expected) const {
    return format("found '{}', expected: {}", lexemes_[at_].text, expected);
  }

  Reason requirement() {
    const bool denied = ahead().token == Token::not_exists;
    if (denied) ++at_;
    if (ahead().token != Token::word) return found("identifier");
    const std::string_view key = ahead().text;
    ++at_;
    if (auto wrong = key_error(key)) return wrong;
    if (denied || ahead().token == Token::end || ahead().token == Token::comma) return std::nullopt;
    const Token op = lexemes_[at_].token;
    if (op == Token::in || op == Token::not_in) return values();
    if (op != Token::equals && op != Token::not_equals && op != Token::orders) {
      return found("in, notin, =, ==, !=, >, <");
    }
    ++at_;
    return value(op == Token::orders);
  }

  Reason value(bool number) {
    std::string_view text;
    if (ahead().token != Token::end && ahead().token != Token::comma) {
      if (ahead().token != Token::word) return found("identifier");
      text = ahead().text;
      ++at_;
    }
    if (number && !is_whole_number(text)) {
      return format("for > and < the value must be an integer, found {}", model::quote(text));
    }
    return value_error(text);
  }

  // (a, b), where any of them may be missing.
  Reason values() {
    ++at_;
    if (ahead().token != Token::open) return found("'('");
    ++at_;
    Reason wrong = list_error();
    ++at_;
    return wrong;
  }

  // Stands at the closing parenthesis afterwards, unless it is wrong.
  Reason list_error() {
    Reason wrong;
    while (ahead().token != Token::close) {
      if (ahead().token == Token::word) {
        if (!wrong) wrong = value_error(ahead().text);
        ++at_;
        if (ahead().token != Token::comma && ahead().token != Token::close) return found("',' or ')'");
      } else if (ahead().token == Token::comma) {
        ++at_;
      } else {
        return found("',', ')' or identifier");
      }
    }
    return wrong;
  }

  std::vector<Lexeme> lexemes_;
  std::size_t at_ = 0;
};

// The terms between commas that no backslash hides.
std::vector<std::string_view> terms_of(std::string_view text) {
  std::vector<std::string_view> terms;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == ',') {
      terms.push_back(text.substr(begin, i - begin));
      begin = i + 1;
    }
  }
  terms.push_back(text.substr(begin));
  return terms;
}

Reason term_error(std::string_view term) {
  const std::size_t equals = term.find('=');
  if (equals == std::string_view::npos) return format("can't understand '{}'", term);
  std::string_view value = term.substr(equals + 1);
  const bool behind_not = equals > 0 && term[equals - 1] == '!';
  if (!behind_not && value.starts_with('=')) value.remove_prefix(1);
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] == '\\') {
      ++i;
      if (i < value.size() && std::string_view("\\,=").contains(value[i])) continue;
      return format("invalid escape sequence in '{}'", value);
    }
    if (value[i] == '=') return format("unescaped '=' in the value '{}'", value);
  }
  return std::nullopt;
}

}  // namespace

Reason label_selector_error(std::string_view text) {
  return LabelSelector(text).error();
}

Reason field_selector_error(std::string_view text) {
  for (const std::string_view term : terms_of(text)) {
    if (term.empty()) continue;
    if (auto wrong = term_error(term)) return wrong;
  }
  return std::nullopt;
}

}  // namespace firedrill::scenario
