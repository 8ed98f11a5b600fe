// Reading the JSON of Prometheus's and Alertmanager's APIs and requests, of which what is not as expected is not there.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/text/json.h"
#include "model/labels.h"

namespace firedrill::monitor {

// Null if it is no object, or has none.
const json::value* member(const json::value& value, std::string_view key);
// Empty if it is no text.
std::string text_in(const json::value& value, std::string_view key);
// Empty if it is no list.
const json::array& list_in(const json::value& value, std::string_view key);
// The texts of an object, in its order; and as labels.
std::vector<model::Label> texts_in(const json::value& value, std::string_view key);
model::Labels labels_in(const json::value& value, std::string_view key);

}  // namespace firedrill::monitor
