#include "scenario/recorded/json_place.h"

#include <algorithm>

namespace firedrill::scenario {
namespace {

// Goes over values of a valid text, one after the other.
class Walker {
 public:
  explicit Walker(std::string_view text) : text_(text) { skip_space(); }

  std::size_t at() const { return at_; }
  char now() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  // From the bracket before the first member to the first member; false if there is none.
  bool enter() {
    const char open = now();
    if (open != '{' && open != '[') return false;
    step();
    return now() != '}' && now() != ']';
  }
  // From a member to the next one; false if there is none.
  bool next() {
    skip_value();
    if (now() != ',') return false;
    step();
    return true;
  }
  // From a key to its value. Keys with escapes are none that is looked for.
  std::string_view key() {
    const std::size_t begin = at_ + 1;
    skip_text();
    const std::string_view name = text_.substr(begin, at_ - begin - 1);
    skip_space();
    step();
    return name;
  }

 private:
  void step() {
    ++at_;
    skip_space();
  }
  void skip_space() { at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size()); }
  void skip_text() {
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) at_ += text_[at_] == '\\' ? 1 : 0;
    ++at_;
  }
  void skip_value() {
    std::size_t depth = 0;
    do {
      const char c = now();
      if (c == '"') {
        skip_text();
        skip_space();
      } else if (c == '{' || c == '[') {
        ++depth;
        step();
      } else if (c == '}' || c == ']') {
        --depth;
        step();
      } else if (c == ',' || c == ':') {
        step();
      } else {
        at_ = std::min(text_.find_first_of(",:]} \t\r\n", at_), text_.size());
        skip_space();
      }
    } while (depth > 0 && at_ < text_.size());
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

bool go(Walker& walker, const std::string& key) {
  if (walker.now() != '{' || !walker.enter()) return false;
  do {
    if (walker.key() == key) return true;
  } while (walker.next());
  return false;
}

bool go(Walker& walker, std::size_t index) {
  if (walker.now() != '[' || !walker.enter()) return false;
  for (std::size_t i = 0; i < index; ++i) {
    if (!walker.next()) return false;
  }
  return true;
}

}  // namespace

std::size_t json_place(std::string_view text, std::span<const JsonStep> path) {
  Walker walker(text);
  for (const JsonStep& step : path) {
    const std::size_t here = walker.at();
    if (!std::visit([&](const auto& each) { return go(walker, each); }, step)) return here;
  }
  return walker.at();
}

}  // namespace firedrill::scenario
