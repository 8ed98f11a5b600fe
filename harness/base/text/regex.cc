#include "base/text/regex.h"

#include <re2/re2.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <span>
#include <unordered_map>
#include <utility>

#include "base/bounds/budget.h"
#include "base/text/regex_limits.h"

namespace firedrill {
namespace {

// A replacement that multiplies a text ends once it is longer than this: nobody takes a text of that size, so that it
// is refused by whoever asked for it.
constexpr std::size_t kMaxExpanded = std::size_t{16} << 20;

constexpr std::int64_t kMaxBytes = std::int64_t{24} << 20;

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// The alternatives of "a|b|c" if nothing in the pattern is special but '|'.
std::vector<std::string> plain_alternatives(std::string_view pattern) {
  constexpr std::string_view kSpecial = "\\.+*?()[]{}^$";
  if (pattern.find_first_of(kSpecial) != std::string_view::npos) return {};
  std::vector<std::string> out;
  for (std::size_t from = 0;;) {
    const std::size_t bar = pattern.find('|', from);
    out.emplace_back(pattern.substr(from, bar - from));
    if (bar == std::string_view::npos) break;
    from = bar + 1;
  }
  return out;
}

// Go has known (?<name>…) beside (?P<name>…) since 1.22; RE2 learnt it later than the one of Debian 12.
std::string with_python_names(std::string_view pattern) {
  std::string out;
  bool in_class = false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    out += c;
    if (c == '\\' && i + 1 < pattern.size()) {
      out += pattern[++i];
    } else if (in_class) {
      in_class = c != ']';
    } else if (c == '[') {
      // A ']' right behind it is a member of the class.
      in_class = true;
      if (pattern.substr(i + 1, 1) == "^") out += pattern[++i];
      if (pattern.substr(i + 1, 1) == "]") out += pattern[++i];
    } else if (pattern.substr(i, 3) == "(?<" && i + 3 < pattern.size() && is_word(pattern[i + 3])) {
      out += "?P<";
      i += 2;
    }
  }
  return out;
}

// As Go's regexp/syntax words it: people search for that.
std::string error_of(const RE2& re) {
  const auto name = [&]() -> std::string_view {
    switch (re.error_code()) {
      case RE2::ErrorBadEscape:
        return "invalid escape sequence";
      case RE2::ErrorBadCharClass:
      case RE2::ErrorBadCharRange:
        return "invalid character class range";
      case RE2::ErrorMissingBracket:
        return "missing closing ]";
      case RE2::ErrorMissingParen:
        return "missing closing )";
      case RE2::ErrorUnexpectedParen:
        return "unexpected )";
      case RE2::ErrorTrailingBackslash:
        return "trailing backslash at end of expression";
      case RE2::ErrorRepeatArgument:
        return "missing argument to repetition operator";
      case RE2::ErrorRepeatSize:
        return "invalid repeat count";
      case RE2::ErrorRepeatOp:
        return "invalid nested repetition operator";
      case RE2::ErrorBadPerlOp:
        return "invalid or unsupported Perl syntax";
      case RE2::ErrorBadUTF8:
        return "invalid UTF-8";
      case RE2::ErrorBadNamedCapture:
        return "invalid named capture";
      case RE2::ErrorPatternTooLarge:
        return "expression too large";
      default:
        return "internal error";
    }
  }();
  return std::string(name) + (re.error_arg().empty() ? "" : ": `" + re.error_arg() + "`");
}

std::atomic<Budget*>& budget() {
  static std::atomic<Budget*> budget = nullptr;
  return budget;
}

// What matching takes, in steps: one instruction for one byte. RE2 does not say what it does: whether it goes from one
// known state to the next, builds a state for each byte or follows all ways instruction by instruction. The worst is
// counted where it can happen.
class Work {
 public:
  Work(std::int64_t instructions, bool branches) : instructions_(instructions), branches_(branches) {}

  // Before a match. False if it may take more than there is.
  bool may_match(std::size_t bytes) {
    Budget* const counts = budget().load(std::memory_order_relaxed);
    if (counts == nullptr || !branches_) return true;
    const auto length = static_cast<std::int64_t>(bytes);
    if (bytes > kLongText) return counts->take(Bound::regex_steps, length * std::max(instructions_, kStepsOfState));
    // As long as few bytes have been seen, each may need a new state.
    const std::int64_t before = seen_.fetch_add(length, std::memory_order_relaxed);
    const std::int64_t unseen = std::clamp(kWarm - before, std::int64_t{0}, length);
    return counts->take(Bound::regex_steps, length + unseen * kStepsOfState);
  }

  // Groups are looked for without states if text and expression are long.
  bool takes_long_for_groups(std::size_t bytes) const { return steps_of(bytes) > kFew; }
  // Before they are, in a text that matches. False if that takes more than there is.
  bool may_take_groups(std::size_t bytes) const {
    Budget* const counts = budget().load(std::memory_order_relaxed);
    return counts == nullptr || counts->take(Bound::regex_steps, steps_of(bytes));
  }

 private:
  static constexpr std::int64_t kFew = 10'000;
  static constexpr std::size_t kLongText = 512;
  static constexpr std::int64_t kStepsOfState = 100;
  static constexpr std::int64_t kWarm = 1 << 16;

  std::int64_t steps_of(std::size_t bytes) const { return static_cast<std::int64_t>(bytes) * instructions_; }

  std::int64_t instructions_;
  bool branches_;
  std::atomic<std::int64_t> seen_ = 0;
};

}  // namespace

struct Regex::Impl {
  Impl(std::string text, const std::string& program, const RE2::Options& options, bool anchored)
      : pattern(std::move(text)),
        re(program, options),
        anchor(anchored ? RE2::ANCHOR_BOTH : RE2::UNANCHORED),
        work(re.ok() ? re.ProgramSize() : 0, may_branch_much(pattern)) {}
  std::string pattern;
  RE2 re;
  RE2::Anchor anchor;
  std::vector<std::string> literals;
  mutable Work work;

  // RE2's Match, counted.
  bool match(std::string_view text, std::size_t from, RE2::Anchor where, std::span<re2::StringPiece> groups) const {
    const re2::StringPiece piece(text.data(), text.size());
    const std::size_t length = text.size() - from;
    if (!work.may_match(length)) return false;
    // A text that does not match costs no groups.
    if (!groups.empty() && work.takes_long_for_groups(length)) {
      if (!re.Match(piece, from, text.size(), where, nullptr, 0) || !work.may_take_groups(length)) return false;
    }
    return re.Match(piece, from, text.size(), where, groups.data(), static_cast<int>(groups.size()));
  }

  // Appends `replacement` with its groups filled in: Go's Regexp.Expand, where a name is the longest run of word
  // characters, and an unknown one stands for nothing.
  void append_expanded(std::string_view replacement, const std::vector<re2::StringPiece>& groups,
                       std::string& out) const {
    for (std::size_t i = 0; i < replacement.size() && out.size() <= kMaxExpanded; ++i) {
      if (replacement[i] != '$') {
        out += replacement[i];
        continue;
      }
      if (replacement.substr(i + 1, 1) == "$") {
        out += '$';
        ++i;
        continue;
      }
      const bool brace = replacement.substr(i + 1, 1) == "{";
      const std::size_t from = i + 1 + (brace ? 1 : 0);
      std::size_t to = from;
      while (to < replacement.size() && is_word(replacement[to])) ++to;
      if (to == from || (brace && replacement.substr(to, 1) != "}")) {
        out += '$';  // malformed: kept as it stands
        continue;
      }
      append_group(replacement.substr(from, to - from), groups, out);
      i = brace ? to : to - 1;
    }
  }

  void append_group(std::string_view name, const std::vector<re2::StringPiece>& groups, std::string& out) const {
    std::size_t index = groups.size();
    if (std::ranges::all_of(name, [](char c) { return c >= '0' && c <= '9'; }) && name.size() < 9) {
      index = static_cast<std::size_t>(std::stoul(std::string(name)));
    } else if (const auto it = re.NamedCapturingGroups().find(std::string(name));
               it != re.NamedCapturingGroups().end()) {
      index = static_cast<std::size_t>(it->second);
    }
    if (index < groups.size() && groups[index].data() != nullptr)
      out.append(groups[index].data(), groups[index].size());
  }

  std::vector<re2::StringPiece> groups() const {
    return std::vector<re2::StringPiece>(static_cast<std::size_t>(re.NumberOfCapturingGroups()) + 1);
  }
};

// All that have been compiled, and what is wrong with those that cannot be.
class Regex::Known {
 public:
  using Compiled = std::expected<std::shared_ptr<const Impl>, std::string>;

  static Known& all() {
    static Known known;
    return known;
  }

  Compiled get(std::string_view pattern, DotNewline dot, bool anchored) {
    std::string key(pattern);
    key += dot == DotNewline::yes ? '1' : '0';
    key += anchored ? '1' : '0';
    // While one thread compiles, the others wait: so that equal patterns cost once, whoever comes first.
    const std::scoped_lock lock(mutex_);
    if (const auto it = compiled_.find(key); it != compiled_.end()) return it->second;
    const std::int64_t least = kLeast + cost_to_read(pattern);
    if (!take(least)) return std::unexpected(budget().load()->summary());
    Compiled made = compile(pattern, dot, anchored);
    const std::int64_t size = size_of(made);
    if (size > least && !take(size - least)) return std::unexpected(budget().load()->summary());
    return compiled_.emplace(std::move(key), std::move(made)).first->second;
  }

 private:
  // What the smallest takes with all that belongs to it.
  static constexpr std::int64_t kLeast = 100;
  // Of what RE2 gives up because of its size: some 16 bytes an instruction, in two thirds of the memory.
  static constexpr std::int64_t kMostInstructions = kMaxBytes * 2 / 3 / 16;
  static constexpr std::string_view kTooLarge = "expression too large";

  static bool take(std::int64_t count) {
    Budget* const counts = budget().load();
    return counts == nullptr || counts->take(Bound::regex_size, count);
  }

  static std::int64_t size_of(const Compiled& made) {
    if (made) return (*made)->re.ProgramSize();
    return made.error().starts_with(kTooLarge) ? kMostInstructions : 0;
  }

  static Compiled compile(std::string_view pattern, DotNewline dot, bool anchored) {
    RE2::Options options;
    options.set_log_errors(false);
    options.set_dot_nl(dot == DotNewline::yes);
    options.set_max_mem(kMaxBytes);
    auto impl = std::make_shared<Impl>(std::string(pattern), with_python_names(pattern), options, anchored);
    if (!impl->re.ok()) return std::unexpected(error_of(impl->re));
    if (anchored) impl->literals = plain_alternatives(pattern);
    return impl;
  }

  std::mutex mutex_;
  std::unordered_map<std::string, Compiled> compiled_;
};

bool Regex::count_text(std::size_t bytes) {
  Budget* const counts = budget().load(std::memory_order_relaxed);
  return counts == nullptr || counts->take(Bound::regex_steps, static_cast<std::int64_t>(bytes));
}

void Regex::count_in(Budget* counts) {
  budget().store(counts);
}

std::expected<Regex, std::string> Regex::compile(std::string_view pattern, DotNewline dot, bool anchored) {
  if (auto reason = beyond_limits(pattern)) return std::unexpected(std::move(*reason));
  auto known = Known::all().get(pattern, dot, anchored);
  if (!known) return std::unexpected(std::move(known.error()));
  Regex regex;
  regex.impl_ = std::move(*known);
  return regex;
}

bool Regex::matches(std::string_view text) const {
  if (!impl_->literals.empty()) return std::ranges::find(impl_->literals, text) != impl_->literals.end();
  return impl_->match(text, 0, impl_->anchor, {});
}

bool Regex::expand(std::string_view text, std::string_view replacement, std::string& out) const {
  auto groups = impl_->groups();
  if (!impl_->match(text, 0, impl_->anchor, groups)) return false;
  out.clear();
  impl_->append_expanded(replacement, groups, out);
  return true;
}

std::string Regex::replace_all(std::string_view text, std::string_view replacement) const {
  auto groups = impl_->groups();
  std::string out;
  std::size_t from = 0;
  std::size_t last_end = std::string_view::npos;
  while (from <= text.size() && out.size() <= kMaxExpanded && impl_->match(text, from, RE2::UNANCHORED, groups)) {
    const auto begin = static_cast<std::size_t>(groups[0].data() - text.data());
    const std::size_t end = begin + groups[0].size();
    out += text.substr(from, begin - from);
    // Go does not let an empty match stand right behind the match before it.
    const bool repeats = begin == end && begin == last_end;
    if (!repeats) impl_->append_expanded(replacement, groups, out);
    last_end = end;
    if (end > begin) {
      from = end;
      continue;
    }
    // An empty match: copy one character (not one byte) and go on behind it.
    std::size_t next = end + 1;
    while (next < text.size() && (static_cast<unsigned char>(text[next]) & 0xc0) == 0x80) ++next;
    if (end < text.size()) out += text.substr(end, next - end);
    from = next;
  }
  if (from < text.size()) out += text.substr(from);
  return out;
}

const std::string& Regex::pattern() const {
  return impl_->pattern;
}
const std::vector<std::string>& Regex::literals() const {
  return impl_->literals;
}

}  // namespace firedrill
