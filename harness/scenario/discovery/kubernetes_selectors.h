// What Kubernetes's client refuses of the texts that choose its objects (apimachinery: pkg/labels/selector.go,
// pkg/fields/selector.go), which Prometheus reads with it as it reads its configuration.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace firedrill::scenario {

// "app=checkout,tier in (web, api),!canary". Nothing if it is right.
std::optional<std::string> label_selector_error(std::string_view text);
// "spec.nodeName=a,status.phase!=Running". Nothing if it is right; which fields there are, only the server knows.
std::optional<std::string> field_selector_error(std::string_view text);

}  // namespace firedrill::scenario
