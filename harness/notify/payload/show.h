// Payloads for people and for programs.
#pragma once

#include <string>

#include "base/text/json.h"
#include "notify/payload/payload.h"

namespace firedrill::notify {

// The fields, each behind its name, longer texts indented below it; then the requests without their bodies. Harmless
// lines.
std::string payload_text(const Payload& payload);

// {"kind", "fields": {path: text}, "requests": [{"method", "url", "headers": [{"name", "value"}], "body"}]}: a body of
// JSON as it is, another as a text.
json::object payload_json(const Payload& payload);

}  // namespace firedrill::notify
