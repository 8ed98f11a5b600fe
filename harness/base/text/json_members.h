// JSON in which a key may stand twice: the formats of programs in Go, where the later value counts and the earlier one
// is still looked at. Anything else is read by read_json (base/text/json.h).
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace firedrill {

struct JsonMember;

struct JsonNode {
  enum class Kind { null, text, list, object, other };
  Kind kind = Kind::null;
  std::string text;                 // of a text
  std::vector<JsonNode> items;      // of a list
  std::vector<JsonMember> members;  // of an object, in the order of the file
};

struct JsonMember {
  std::string key;
  JsonNode value;
};

// The error has the place and the reason. Nesting is bounded to 64.
Result<JsonNode> read_json_members(const SourcePtr& source);

}  // namespace firedrill
