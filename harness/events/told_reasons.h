// Which reasons have been told of each of several things, so that each is told once, and none of them tells without
// end.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace firedrill::events {

class ToldReasons {
 public:
  // Whether it is to be told: new, and not beyond the first ten of its thing.
  bool note(std::string_view of, std::string_view why) {
    constexpr std::size_t kMost = 10;
    auto& told = told_.try_emplace(std::string(of)).first->second;
    return told.size() < kMost && told.emplace(why).second;
  }

 private:
  std::map<std::string, std::set<std::string, std::less<>>, std::less<>> told_;
};

}  // namespace firedrill::events
