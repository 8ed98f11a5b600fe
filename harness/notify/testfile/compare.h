// Expected notifications against those that came.
#pragma once

#include <expected>
#include <functional>
#include <string>
#include <vector>

#include "notify/payload/payload.h"
#include "notify/testfile/test_file.h"
#include "ruletest/test_result.h"

namespace firedrill::notify {

struct Comparison {
  bool is_equal = true;
  std::string what;
  std::vector<std::string> expected;
  std::vector<std::string> got;
  std::vector<ruletest::DiffLine> diff;
};

// What a notification would have sent, or why it cannot be rendered.
using Rendering = std::function<const std::expected<Payload, RenderFault>&(const Notification& notification)>;

// In order; of those that came at one time any may be meant. `sent` is sorted by time.
Comparison compare(const std::vector<ExpectedNotification>& expected, const std::vector<const Notification*>& sent,
                   Time start, const Rendering& rendering);

}  // namespace firedrill::notify
