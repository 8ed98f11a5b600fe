// A text that is never shown. There is one way to its letters, reveal(), so that whoever reads the code sees where a
// secret goes; a stream, fmt and JSON do not take it.
#pragma once

#include <iosfwd>
#include <string>
#include <string_view>
#include <utility>

#include "base/text/format.h"

namespace firedrill {

class Secret {
 public:
  explicit Secret(std::string text) : text_(std::move(text)) {}
  Secret(Secret&& other) noexcept : text_(std::move(other.text_)) { other.wipe(); }
  Secret& operator=(Secret&& other) noexcept;
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret() { wipe(); }

  const std::string& reveal() const { return text_; }
  // What stands for any secret in messages: not even its length is told.
  static constexpr std::string_view to_display() { return "<secret>"; }

 private:
  void wipe() noexcept;

  std::string text_;
};

std::ostream& operator<<(std::ostream&, const Secret&) = delete;

}  // namespace firedrill

// A secret is not formatted: show Secret::to_display().
template <>
struct fmt::formatter<firedrill::Secret> {
  formatter() = delete;
};
