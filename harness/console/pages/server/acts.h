// What was done by a page, by the key that the page made for it: what is sent twice (a double click, a connection that
// broke before the answer came, a page that was reloaded) is done once, and answered twice.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace firedrill::console::pages {

class Acts {
 public:
  static constexpr std::size_t kMost = 1000;  // older ones are forgotten
  static constexpr std::size_t kLongestKey = 64;

  // Null: nothing was done by that key.
  const std::string* answer(std::string_view key) const {
    const auto found = answers_.find(key);
    return found == answers_.end() ? nullptr : &found->second;
  }
  void keep(std::string key, std::string answer) {
    if (order_.size() == kMost) {
      answers_.erase(order_.front());
      order_.pop_front();
    }
    if (answers_.emplace(key, std::move(answer)).second) order_.push_back(std::move(key));
  }

 private:
  std::map<std::string, std::string, std::less<>> answers_;
  std::deque<std::string> order_;
};

}  // namespace firedrill::console::pages
