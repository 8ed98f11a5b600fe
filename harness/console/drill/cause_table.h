// Kinds of causes, in the words of those who look for one: a table of its own, and none of what a scenario can inject.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill::console {

struct CauseKind {
  std::string_view name;
  std::string_view doc;  // one line
};

std::span<const CauseKind> cause_table();
const CauseKind* find_cause(std::string_view name);
std::vector<std::string> cause_names();

// Of a false alarm.
inline constexpr std::string_view kNothingWrong = "nothing";

}  // namespace firedrill::console
