#include "promql/eval/natural.h"

#include <algorithm>

#include "promql/parse/text.h"

namespace firedrill::promql {
namespace {

// The leading run of digits, or of anything else.
std::string_view chunk(std::string_view text) {
  const bool digits = is_digit(text.front());
  const auto end = std::ranges::find_if(text, [&](char c) { return is_digit(c) != digits; });
  return text.substr(0, static_cast<std::size_t>(end - text.begin()));
}

std::string_view without_zeros(std::string_view digits) {
  return digits.substr(std::min(digits.find_first_not_of('0'), digits.size()));
}

}  // namespace

bool natural_less(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty()) {
    const std::string_view x = chunk(a);
    const std::string_view y = chunk(b);
    if (x != y) {
      if (!is_digit(x.front()) || !is_digit(y.front())) return x < y;
      const std::string_view m = without_zeros(x);
      const std::string_view n = without_zeros(y);
      if (m.size() != n.size()) return m.size() < n.size();
      if (m != n) return m < n;
      return x.size() < y.size();
    }
    a.remove_prefix(x.size());
    b.remove_prefix(y.size());
  }
  return a.size() < b.size();
}

}  // namespace firedrill::promql
