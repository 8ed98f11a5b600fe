// The body of POST /api/v2/silences, checked as the generated code of 0.33 checks it, in its order and words.
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

#include "notify/silence/silences.h"

namespace firedrill::console {

struct SilenceBody {
  std::string id;  // of the one that it replaces; empty: it is new
  notify::Silence silence;
  std::string invalid;  // what is wrong with its matchers: said behind what is wrong with its times
};

struct BodyFault {
  int status = 400;
  int code = 0;  // of go-openapi's errors; 0: the answer is a text
  std::string what;
};

inline constexpr std::size_t kMostMatchers = 100;  // of a silence

std::expected<SilenceBody, BodyFault> parse_silence_body(std::string_view body);

}  // namespace firedrill::console
