#include "reports/escape.h"

#include <algorithm>

namespace firedrill::reports {
namespace {

// What is looked for in the text that a reader is shown (mentions, references, bare addresses, emoji), and not in the
// source, is not stopped by a backslash or an entity: both are gone by then. A comment stays, and parts it.
constexpr std::string_view kApart = "<!-- -->";

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_word(char c) {
  return is_letter(c) || is_digit(c);
}
bool is_punctuation(char c) {
  return c > ' ' && c < 0x7F && !is_word(c);
}
char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
// A text's end counts as a blank: what stands behind it is ours.
bool is_gap(char c) {
  return c == ' ' || c == '\0';
}

// Blanks as they are shown: one each, none at the ends. Two at a line's end would break it, four at its start make
// code.
std::string collapsed(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c != ' ' || (!out.empty() && out.back() != ' ')) out += c;
  }
  if (out.ends_with(' ')) out.pop_back();
  return out;
}

// Writes one text, character by character, by what stands around each.
class MarkdownText {
 public:
  explicit MarkdownText(std::string_view text) : text_(text) {}

  std::string write() {
    out_.reserve(text_.size() + text_.size() / 8);
    while (at_ < text_.size()) character(text_[at_]);
    return std::move(out_);
  }

 private:
  // The character so many places further on, or back; 0 beyond the ends.
  char near(std::ptrdiff_t distance) const {
    const auto place = static_cast<std::ptrdiff_t>(at_) + distance;
    return place < 0 || place >= std::ssize(text_) ? '\0' : text_[static_cast<std::size_t>(place)];
  }
  char next() const { return near(1); }
  char last() const { return near(-1); }
  bool at_start() const { return at_ == 0; }
  std::string_view rest() const { return text_.substr(at_); }
  bool begins(std::string_view word) const {
    return rest().size() >= word.size() && std::ranges::equal(rest().substr(0, word.size()), word, {}, lower, {});
  }
  std::size_t run(char c) const { return std::min(rest().find_first_not_of(c), rest().size()); }

  void keep(std::size_t count = 1) {
    out_ += rest().substr(0, count);
    at_ += count;
  }
  void escaped() {
    out_ += '\\';
    keep();
  }
  // Keeps so many characters and parts them from what follows.
  void part_after(std::size_t count) {
    keep(count);
    out_ += kApart;
  }
  void instead(std::string_view entity) {
    out_ += entity;
    ++at_;
  }

  void character(char c) {
    if (at_start() && begins_block(c)) return;
    switch (c) {
      case '`':
      case '[':
      case '|':
      case '$':  // GitHub's formulas
        return escaped();
      case '\\':
        return is_punctuation(next()) || next() == '\0' ? escaped() : keep();
      case '*':
      case '~':
        return at_start() || !is_gap(last()) || !is_gap(next()) ? escaped() : keep();
      case '_':
        return underscores();
      case '<':
        return next() == ' ' || next() == '=' || is_digit(next()) ? keep() : instead("&lt;");
      case '&':
        return is_letter(next()) || next() == '#' || next() == '\0' ? instead("&amp;") : keep();
      case '#':
        return hash();
      case '!':
        return is_digit(next()) ? part_after(1) : keep();  // GitLab's merge requests
      case '@':
        return next() == ' ' ? keep() : part_after(1);
      case ':':
        return colon();
      case '/':  // a quick action, of GitLab and of bots
        return at_start() && is_letter(next()) ? escaped() : keep();
      default:
        return is_word(c) && !is_word(last()) ? word() : keep();
    }
  }

  // What makes a list, a quotation, a heading, a rule or a table of the line that it begins.
  bool begins_block(char c) {
    const bool list = (c == '-' || c == '+') && (is_gap(next()) || next() == c);
    const bool underline = c == '=' && (is_gap(next()) || next() == '=');
    const bool columns = c == ':' && (next() == '-' || next() == ':' || next() == '\0');
    if (list || underline || columns || c == '>') {
      escaped();
      return true;
    }
    const std::size_t digits = std::min(rest().find_first_not_of("0123456789"), rest().size());
    const char behind = near(static_cast<std::ptrdiff_t>(digits));
    if (digits == 0 || (behind != '.' && behind != ')')) return false;
    if (!is_gap(near(static_cast<std::ptrdiff_t>(digits) + 1))) return false;
    keep(digits);
    escaped();
    return true;
  }

  // Within a word they stand for themselves.
  void underscores() {
    const std::size_t count = run('_');
    if (is_word(last()) && is_word(near(static_cast<std::ptrdiff_t>(count)))) return keep(count);
    for (std::size_t i = 0; i < count; ++i) escaped();
  }

  // "#12" refers to an issue; "# " begins a heading, " #" ends one.
  void hash() {
    if (is_digit(next())) return part_after(1);
    const char behind = near(static_cast<std::ptrdiff_t>(run('#')));
    const bool heading = at_start() ? is_gap(behind) : last() == ' ' && behind == '\0';
    return heading ? escaped() : keep();
  }

  // "https://…" and ":fire:", be the second colon ours, behind the text. Of a time of day no emoji is made.
  void colon() {
    if (begins("://")) return part_after(1);
    const std::string_view name = rest().substr(1, rest().find(':', 1) - 1);
    if (name.empty()) return keep();
    const bool emoji = std::ranges::all_of(name, [](char c) { return is_word(c) || c == '_' || c == '+' || c == '-'; });
    const bool time =
        name.size() >= 2 && is_digit(name[0]) && is_digit(name[1]) && (name.size() == 2 || !is_digit(name[2]));
    return emoji && !time ? part_after(1) : keep();
  }

  // The beginning of a word: "www.…", "GH-12", or a commit's hash.
  void word() {
    if (begins("www.")) return part_after(3);
    if (begins("gh-") && is_digit(near(3))) return part_after(3);
    const std::size_t length = std::min(rest().find_first_not_of("0123456789abcdefABCDEF"), rest().size());
    if (!is_hash(length)) return keep();
    // No part is long enough for a hash of its own.
    for (std::size_t left = length; left > 0; left -= std::min(left, kShortest - 1)) {
      left < kShortest ? keep(left) : part_after(kShortest - 1);
    }
  }

  static constexpr std::size_t kShortest = 7;  // of a commit's hash

  // A number is none, and neither is a part of a longer name, a pod's say.
  bool is_hash(std::size_t length) const {
    constexpr std::string_view kOfNames = "-_.";
    const std::string_view digits = rest().substr(0, length);
    const char behind = near(static_cast<std::ptrdiff_t>(length));
    const bool in_name =
        (last() != '\0' && kOfNames.contains(last())) || is_word(behind) || behind == '-' || behind == '_';
    return length >= kShortest && length <= 40 && !in_name && std::ranges::any_of(digits, is_digit) &&
           std::ranges::any_of(digits, is_letter);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string out_;
};

std::size_t longest_run(std::string_view text, char c) {
  std::size_t longest = 0;
  for (std::size_t i = 0, run = 0; i < text.size(); ++i) {
    run = text[i] == c ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return longest;
}

}  // namespace

std::string escape_markdown(std::string_view text) {
  return MarkdownText(collapsed(printable(text))).write();
}

std::string markdown_code(std::string_view text, CodeIn where) {
  std::string code = printable(text);
  if (code.empty()) return code;
  const bool cell = where == CodeIn::cell;
  // Nothing can be escaped in code. In a cell a backslash before a bar would end the cell's escape of it.
  if (holds_command(code, false) || (cell && code.find("\\|") != std::string::npos)) return escape_markdown(text);
  const std::string fence(longest_run(code, '`') + 1, '`');
  const auto padded = [](char c) { return c == ' ' || c == '`'; };
  if (padded(code.front()) || padded(code.back())) code = " " + code + " ";
  std::string out = fence;
  for (const char c : code) {
    if (cell && c == '|') out += '\\';
    out += c;
  }
  return out + fence;
}

}  // namespace firedrill::reports
