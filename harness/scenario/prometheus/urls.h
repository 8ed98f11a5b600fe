// What Go's net/url refuses as an address: every field of Prometheus's configuration that is one is read by it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace firedrill::scenario {

// The reason in Go's words, as far as it is about the text: "invalid port \":b\" after host"; nothing of what it takes.
std::optional<std::string> url_error(std::string_view text);

}  // namespace firedrill::scenario
