// Messages of JSON-RPC 2.0, as the Model Context Protocol takes them: an id is a text or a whole number, parameters are
// an object.
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

#include "base/text/json.h"

namespace firedrill::console::mcp {

inline constexpr std::size_t kLongestMessage = 1024 * 1024;  // bytes
inline constexpr std::size_t kLargestBatch = 50;             // messages

// Error codes of JSON-RPC, and one of the protocol's own.
inline constexpr int kParseError = -32700;
inline constexpr int kInvalidRequest = -32600;
inline constexpr int kMethodNotFound = -32601;
inline constexpr int kInvalidParams = -32602;
inline constexpr int kInternalError = -32603;
inline constexpr int kUnsupportedVersion = -32022;

struct Message {
  enum class Kind { request, notification, response };
  Kind kind = Kind::notification;
  json::value id = nullptr;  // of a request
  std::string method;
  json::object params;
};

struct Fault {
  int code = kInternalError;
  std::string what;
  json::value data = nullptr;  // null: none
  json::value id = nullptr;    // of the request, as far as it could be read
};

// The value of a line; the error says that it is none.
std::expected<json::value, Fault> parse_line(std::string_view line);
std::expected<Message, Fault> parse_message(const json::value& value);

json::object result_of(const json::value& id, json::object result);
json::object fault_of(const json::value& id, const Fault& fault);

}  // namespace firedrill::console::mcp
