// The functions that a template may call: Go's own, and those of the host in a table that it hands in.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "template/bounds.h"
#include "template/values/value.h"

namespace firedrill::templates {

// Versions of Go that differ in what templates do: Prometheus 2.42 was built with 1.19, 3.5 with 1.24.
enum class GoVersion : std::uint8_t { go1_19, go1_24 };

// What a function can reach besides its arguments.
struct CallContext {
  GoVersion go = GoVersion::go1_24;
  const void* host = nullptr;  // as execute() was given it
  Bounds bounds{};

  template <typename Host>
  const Host& host_as() const {
    return *static_cast<const Host*>(host);
  }
};

struct Function {
  std::string_view name;
  Parameters parameters;
  bool variadic;  // the last parameter any number of times
  CallResult (*call)(std::span<const Value> arguments, const CallContext& context);
};

// and, call, eq, ge, gt, html, index, js, le, len, lt, ne, not, or, print, printf, println, slice, urlquery. A host's
// functions have other names.
std::span<const Function> go_functions();

}  // namespace firedrill::templates
