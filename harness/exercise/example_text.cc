#include "exercise/example_text.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace firedrill::exercise {
namespace {

constexpr std::size_t kMostExamples = 24;
constexpr std::size_t kMostDepth = 20;

// Reads a regular expression and writes texts of it. What it does not know it takes for itself.
class Examples {
 public:
  explicit Examples(std::string_view regex) : text_(regex) {}

  std::vector<std::string> all() { return alternatives(0); }

 private:
  using Texts = std::vector<std::string>;

  bool more() const { return at_ < text_.size(); }
  static void join(Texts& texts, const Texts& parts) {
    Texts joined;
    for (const std::string& text : texts) {
      for (const std::string& part : parts) {
        if (joined.size() < kMostExamples) joined.push_back(text + part);
      }
    }
    texts = std::move(joined);
  }

  Texts alternatives(std::size_t depth) {
    Texts out;
    for (;;) {
      for (std::string& text : sequence(depth)) {
        if (out.size() < kMostExamples) out.push_back(std::move(text));
      }
      if (!more() || text_[at_] != '|') return out;
      ++at_;
    }
  }

  Texts sequence(std::size_t depth) {
    Texts out = {""};
    while (more() && text_[at_] != '|' && text_[at_] != ')') {
      Texts part = atom(depth);
      repeat(part);
      join(out, part);
    }
    return out;
  }

  Texts atom(std::size_t depth) {
    const char c = text_[at_++];
    switch (c) {
      case '(':
        return group(depth);
      case '[':
        return {std::string(1, of_class())};
      case '.':
        return {"a"};
      case '^':
      case '$':
        return {""};
      case '\\':
        return {escaped()};
      default:
        return {std::string(1, c)};
    }
  }

  Texts group(std::size_t depth) {
    if (text_.substr(at_).starts_with("?:")) at_ += 2;
    if (text_.substr(at_).starts_with("?i)")) {
      at_ += 3;
      return {""};
    }
    if (depth >= kMostDepth) return {""};
    Texts inner = alternatives(depth + 1);
    if (more()) ++at_;  // the closing one
    return inner;
  }

  char of_class() {
    const bool negated = more() && text_[at_] == '^';
    if (negated) ++at_;
    const std::size_t begin = at_;
    while (more() && (text_[at_] != ']' || at_ == begin)) at_ += text_[at_] == '\\' ? 2 : 1;
    at_ = std::min(at_, text_.size());
    const std::string_view inside = text_.substr(begin, at_ - begin);
    if (more()) ++at_;
    if (!negated)
      return inside.empty() ? 'a' : inside.starts_with('\\') && inside.size() > 1 ? of_escape(inside[1]) : inside[0];
    for (const char c : std::string_view("a1-zA_/")) {
      if (inside.find(c) == std::string_view::npos) return c;
    }
    return 'q';
  }

  static char of_escape(char c) {
    return c == 'd' ? '1' : c == 'w' ? 'a' : c == 's' ? ' ' : c == 'S' || c == 'D' ? 'a' : c == 'W' ? '-' : c;
  }

  std::string escaped() {
    if (!more()) return "";
    const char c = text_[at_++];
    return c == 'b' || c == 'B' ? "" : std::string(1, of_escape(c));
  }

  void repeat(Texts& part) {
    while (more() && (text_[at_] == '*' || text_[at_] == '+' || text_[at_] == '?' || text_[at_] == '{')) {
      const char c = text_[at_++];
      if (c == '*' || c == '?') {
        part.insert(part.begin(), "");
      } else if (c == '{') {
        repeat_counted(part);
      }
    }
  }

  void repeat_counted(Texts& part) {
    std::size_t times = 0;
    while (more() && text_[at_] >= '0' && text_[at_] <= '9')
      times = times * 10 + static_cast<std::size_t>(text_[at_++] - '0');
    while (more() && text_[at_] != '}') ++at_;
    if (more()) ++at_;
    Texts out = {""};
    for (std::size_t i = 0; i < std::min<std::size_t>(times, 64); ++i) join(out, {part.front()});
    part = std::move(out);
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

bool accepted(std::span<const model::Matcher> matchers, std::string_view text) {
  return std::ranges::all_of(matchers, [&](const model::Matcher& matcher) { return matcher.matches(text); });
}

}  // namespace

std::vector<std::string> examples_of_regex(std::string_view regex) {
  return Examples(regex).all();
}

std::optional<std::string> example_of(std::span<const model::Matcher> matchers,
                                      std::span<const std::string> preferred) {
  const auto good = [&](const std::string& text) { return accepted(matchers, text); };
  if (const auto found = std::ranges::find_if(preferred, good); found != preferred.end()) return *found;
  std::vector<std::string> texts;
  for (const model::Matcher& matcher : matchers) {
    if (matcher.op() == model::MatchOp::equal) texts.push_back(matcher.value());
    if (matcher.op() != model::MatchOp::regex) continue;
    // Rather one that is there than none.
    std::vector<std::string> examples = examples_of_regex(matcher.value());
    std::ranges::stable_partition(examples, [](const std::string& text) { return !text.empty(); });
    texts.insert(texts.end(), examples.begin(), examples.end());
  }
  for (const char* often : {"exercise", "a", "1", "default", "/data", "eth0", "other", "true", "200", ""})
    texts.emplace_back(often);
  const auto found = std::ranges::find_if(texts, good);
  return found == texts.end() ? std::nullopt : std::optional(*found);
}

}  // namespace firedrill::exercise
