#include "base/text/regex_limits.h"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace firedrill {
namespace {

// The height of the tree that Go makes of a pattern, found from the text alone: groups that capture, repetitions,
// sequences and alternatives each stand above what is in them; literals in a row are one, and a sequence in a sequence
// (or an alternative in alternatives) is taken into it. RE2 has no such limit.
// On the way it adds up what repetitions cost: in each sequence the square of how often its members are repeated, as
// often as the sequence is.
class Shape {
 public:
  explicit Shape(std::string_view pattern) : pattern_(pattern) { open(false); }

  struct Answer {
    int height;
    double squares;
    double wild;  // items that are no literals, and repetitions that are counted
  };
  Answer of_tree() {
    for (std::size_t i = 0; i < pattern_.size(); ++i) {
      const char c = pattern_[i];
      if (c == '\\') {
        i = escape(i + 1);
      } else if (c == '[') {
        i = end_of_class(i);
        ++wild_;
        item({1, Op::other});
      } else if (c == '(') {
        i = head(i);
      } else if (c == ')' && groups_.size() > 1) {
        close();
      } else if (c == '|') {
        end_branch();
      } else if (c == '*' || c == '+' || c == '?') {
        repeat(1);
        if (pattern_.substr(i + 1, 1) == "?") ++i;
      } else if (const std::size_t end = end_of_count(i); end != i) {
        repeat(greatest(pattern_.substr(i + 1, end - i - 1)));
        i = end;
        if (pattern_.substr(i + 1, 1) == "?") ++i;
      } else {
        wild_ += c == '.' ? 1 : 0;
        item({1, Op::literal});
      }
    }
    while (groups_.size() > 1) close();
    // What a matcher puts before and behind it makes a sequence of it.
    return {tree(groups_.back()).in(Op::sequence) + 1, squares(groups_.back()), wild_};
  }

 private:
  enum class Op { literal, sequence, alternatives, other };
  struct Tree {
    int height = 1;
    Op op = Op::other;
    int in(Op outer) const { return op == outer ? height - 1 : height; }
  };
  struct Group {
    bool captures;
    std::size_t items = 0;  // of the branch at hand
    int highest = 0;        // of them, in a sequence
    Tree last;
    std::size_t branches = 0;  // before it
    int highest_branch = 0;    // in alternatives
    double repetitions = 0;    // of the branch at hand
    double inside_last = 0;    // squares in its last item
    double squares = 0;        // of all that is closed
  };

  void open(bool captures) { groups_.push_back({.captures = captures, .last = {}}); }

  void item(Tree tree) {
    Group& group = groups_.back();
    if (group.items == 0 || tree.op != Op::literal || group.last.op != Op::literal) ++group.items;
    group.highest = std::max(group.highest, tree.in(Op::sequence));
    group.last = tree;
    group.inside_last = 0;
  }

  void repeat(double times) {
    Group& group = groups_.back();
    if (group.items == 0) return;
    group.repetitions += times;
    wild_ += times - 1;
    group.squares += group.inside_last * (times - 1);
    group.inside_last *= times;
    group.last = {group.last.height + 1, Op::other};
    group.highest = std::max(group.highest, group.last.height);
  }

  static Tree branch(const Group& group) {
    if (group.items == 1) return group.last;
    return group.items == 0 ? Tree{} : Tree{group.highest + 1, Op::sequence};
  }

  void end_branch() {
    Group& group = groups_.back();
    group.highest_branch = std::max(group.highest_branch, branch(group).in(Op::alternatives));
    group.squares = squares(group);
    ++group.branches;
    group.repetitions = 0;
    group.inside_last = 0;
    group.items = 0;
    group.highest = 0;
    group.last = {};
  }

  static Tree tree(const Group& group) {
    const Tree last = branch(group);
    if (group.branches == 0) return last;
    return {std::max(group.highest_branch, last.in(Op::alternatives)) + 1, Op::alternatives};
  }

  static double squares(const Group& group) { return group.squares + group.repetitions * group.repetitions; }

  void close() {
    const Group group = groups_.back();
    groups_.pop_back();
    const Tree inside = tree(group);
    wild_ += group.branches > 0 ? 1 : 0;
    item(group.captures ? Tree{inside.height + 1, Op::other} : inside);
    groups_.back().inside_last = squares(group);
    groups_.back().squares += squares(group);
  }

  // Behind "(", "(?:", "(?i:" or "(?P<name>"; before the ")" of "(?i)".
  std::size_t head(std::size_t i) {
    if (pattern_.substr(i + 1, 1) != "?") {
      open(true);
      return i;
    }
    const std::string_view kind = pattern_.substr(i + 2, 1);
    const bool named = kind == "P" || kind == "<";
    open(named);
    const std::size_t end = std::min(pattern_.find_first_of(named ? ">" : ":)", i), pattern_.size());
    return pattern_.substr(end, 1) == ")" ? end - 1 : end;
  }

  // Of "2", "2," or "2,3". Beyond 1,000 RE2 takes none.
  static double greatest(std::string_view counts) {
    const std::size_t comma = counts.find(',');
    std::string_view last = counts.substr(comma == std::string_view::npos ? 0 : comma + 1);
    if (last.empty()) last = counts.substr(0, comma);
    if (last.size() > 4) return 1000;
    double number = 0;
    for (const char c : last) number = number * 10 + (c >= '0' && c <= '9' ? c - '0' : 0);
    return std::clamp(number, 1.0, 1000.0);
  }

  // Of {2}, {2,} or {2,3}, its last character; `i` itself if there is none.
  std::size_t end_of_count(std::size_t i) const {
    if (pattern_[i] != '{') return i;
    const std::size_t end = pattern_.find_first_not_of("0123456789,", i + 1);
    return end == std::string_view::npos || pattern_[end] != '}' || end == i + 1 ? i : end;
  }

  std::size_t escape(std::size_t i) {
    if (pattern_.substr(i, 1) == "Q") {
      item({1, Op::literal});
      const std::size_t end = pattern_.find("\\E", i);
      return end == std::string_view::npos ? pattern_.size() : end + 1;
    }
    item({1, Op::other});
    wild_ += kClasses.contains(pattern_.substr(i, 1).empty() ? ' ' : pattern_[i]) ? 1 : 0;
    if (i + 1 >= pattern_.size() || pattern_[i + 1] != '{') return i;
    return std::min(pattern_.find('}', i), pattern_.size());
  }

  std::size_t end_of_class(std::size_t i) const {
    if (pattern_.substr(i + 1, 1) == "^") ++i;
    if (pattern_.substr(i + 1, 1) == "]") ++i;
    for (++i; i < pattern_.size() && pattern_[i] != ']'; ++i) {
      if (pattern_[i] == '\\') ++i;
      if (pattern_.substr(i, 2) == "[:") i = std::min(pattern_.find(":]", i), pattern_.size() - 2) + 1;
    }
    return i;
  }

  static constexpr std::string_view kClasses = "dDsSwWpPC";

  std::string_view pattern_;
  std::vector<Group> groups_;
  double wild_ = 0;
};

// Each stands for up to a thousand ranges of characters.
std::size_t unicode_classes(std::string_view pattern) {
  std::size_t count = 0;
  for (std::size_t i = 0; i + 1 < pattern.size(); ++i) {
    if (pattern[i] != '\\') continue;
    ++i;
    count += pattern[i] == 'p' || pattern[i] == 'P' ? 1 : 0;
  }
  return count;
}

}  // namespace

std::int64_t cost_to_read(std::string_view pattern) {
  // Measured: a square takes 2 ns, a class up to 0.11 ms, an instruction some 0.4 µs.
  constexpr double kSquaresToAnInstruction = 200;
  constexpr double kInstructionsOfClass = 300;
  constexpr double kMost = 1e15;
  const double repeated = Shape(pattern).of_tree().squares / kSquaresToAnInstruction;
  const double classes = kInstructionsOfClass * static_cast<double>(unicode_classes(pattern));
  return static_cast<std::int64_t>(std::min(repeated + classes + static_cast<double>(pattern.size()), kMost));
}

bool may_branch_much(std::string_view pattern) {
  constexpr double kMuch = 10;
  return Shape(pattern).of_tree().wild >= kMuch;
}

std::optional<std::string> beyond_limits(std::string_view pattern) {
  constexpr int kMaxHeight = 1000;
  constexpr std::size_t kMaxUnicodeClasses = 2000;
  if (unicode_classes(pattern) > kMaxUnicodeClasses) return "expression too large";
  // A tree is never higher than its text is long.
  if (pattern.size() >= kMaxHeight && Shape(pattern).of_tree().height > kMaxHeight)
    return "expression nests too deeply";
  return std::nullopt;
}

}  // namespace firedrill
