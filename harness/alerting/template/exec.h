// Go's text/template, step three: executing a tree (Go: text/template/exec.go gives the rules and the messages).
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "alerting/template/functions.h"
#include "alerting/template/nodes.h"
#include "alerting/template/value.h"

namespace firedrill::alerting {

// What one rendering may use at most. Go has no such bounds but for the depth (100,000 there).
inline constexpr int kMaxTemplateDepth = 200;
inline constexpr std::size_t kMaxSteps = 1'000'000;
inline constexpr std::size_t kMaxOutput = std::size_t{1} << 20;

// The error is Go's: `template: name:1:5: executing "name" at <…>: what`.
std::expected<std::string, std::string> execute_template(const std::string& name, std::string_view text,
                                                         const Trees& trees, const Value& data,
                                                         const CallContext& context);

}  // namespace firedrill::alerting
