// Functions that Prometheus and Alertmanager both give their templates: a host puts those that it has into its table.
#pragma once

#include <expected>
#include <span>
#include <string>

#include "template/values/function.h"

namespace firedrill::templates::library {

CallResult match(std::span<const Value> arguments, const CallContext& context);           // pattern, text
CallResult re_replace_all(std::span<const Value> arguments, const CallContext& context);  // pattern, replacement, text
CallResult to_lower(std::span<const Value> arguments, const CallContext& context);
CallResult to_upper(std::span<const Value> arguments, const CallContext& context);
CallResult title(std::span<const Value> arguments, const CallContext& context);
CallResult safe_html(std::span<const Value> arguments, const CallContext& context);
CallResult humanize_duration(std::span<const Value> arguments,
                             const CallContext& context);  // anything that is a number

// A number, or a text that is one (prometheus/common: helpers/templates).
std::expected<double, std::string> to_float(const Value& value);

}  // namespace firedrill::templates::library
