// The functions of templates: Go's own and Prometheus's, one explicit table.
#pragma once

#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <string_view>

#include "alerting/template.h"
#include "alerting/template/value.h"
#include "base/time.h"

namespace firedrill::alerting {

// What a function can reach besides its arguments.
struct CallContext {
  const TemplateWorld& world;
  Time now;
};

using CallResult = std::expected<Value, std::string>;

// The type of a parameter. `value` is Go's own functions' reflect.Value: anything, nil too.
enum class Parameter : std::uint8_t { value, any, text, samples, sample };
std::string_view type_name(Parameter parameter);

struct TemplateFunction {
  std::string_view name;
  std::span<const Parameter> parameters;
  bool variadic;  // the last parameter any number of times
  CallResult (*call)(std::span<const Value> arguments, const CallContext& context);
};

// Null if there is none of that name.
const TemplateFunction* find_function(std::string_view name);
std::span<const TemplateFunction> go_functions();          // builtins.cc
std::span<const TemplateFunction> prometheus_functions();  // functions.cc

// net/url.QueryEscape.
std::string url_query_escape(std::string_view text);

}  // namespace firedrill::alerting
