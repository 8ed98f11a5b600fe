// Patterns of paths, as Go's path/filepath reads them, which is how Prometheus finds rule files: *, ?, [a-z], [^a-z],
// and \ in front of a character that means itself. Names that begin with a dot are matched too.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/files/read_scope.h"

namespace firedrill {

// Whether a path is a pattern: holds *, ?, [ or \.
bool is_pattern(std::string_view path);
// Whether Go takes it: a '[' has its ']', and something between them, and a '\' a character behind it.
bool is_sound_pattern(std::string_view pattern);
// Of one name, without '/'. The pattern must be sound.
bool matches_pattern(std::string_view pattern, std::string_view name);

// No more paths than this are looked for, in no more names of folders than that: a pattern has gone astray.
inline constexpr std::size_t kMostMatches = 10'000;
inline constexpr std::size_t kMostNamesVisited = 100'000;

struct Expansion {
  // Counted from the scope's folder, sorted, each once. A link stands for itself: whoever reads it is told where it
  // leads.
  std::vector<std::string> paths;
  // A folder on the way that leads outside of the scope, as the pattern gives it; it was not looked into.
  std::string outside;
  bool too_many = false;
};
// What a sound pattern (or a path, which stands for itself if it is there) matches. With `outside` or `too_many` the
// paths are not all.
Expansion expand_pattern(const ReadScope& scope, std::string_view pattern);

}  // namespace firedrill
