#include "console/mcp/message.h"

#include "base/diagnostic.h"
#include "base/text/format.h"

namespace firedrill::console::mcp {
namespace {

bool is_id(const json::value& value) {
  return value.is_string() || value.is_int64() || value.is_uint64();
}

}  // namespace

std::expected<json::value, Fault> parse_line(std::string_view line) {
  if (line.size() > kLongestMessage) {
    return std::unexpected(Fault{kInvalidRequest, format("a message may have {} bytes", kLongestMessage)});
  }
  auto read = read_json(make_source("message", std::string(line)));
  if (read) return *std::move(read);
  const std::string why = read.error().empty() ? "it is no JSON" : read.error().front().what;
  return std::unexpected(Fault{kParseError, format("Parse error: {}", why)});
}

std::expected<Message, Fault> parse_message(const json::value& value) {
  const auto refused = [&](std::string_view why, const json::value& id) {
    return std::unexpected(Fault{kInvalidRequest, format("Invalid Request: {}", why), nullptr, id});
  };
  if (!value.is_object()) return refused("a message is an object", nullptr);
  const json::object& object = value.as_object();
  const json::value* given = object.if_contains("id");
  const json::value id = given != nullptr && is_id(*given) ? *given : json::value(nullptr);
  const json::value* version = object.if_contains("jsonrpc");
  if (version == nullptr || *version != "2.0") return refused("jsonrpc must be \"2.0\"", id);
  if (given != nullptr && id.is_null()) return refused("an id is a text or a whole number", id);
  Message message;
  message.id = id;
  const json::value* method = object.if_contains("method");
  if (method == nullptr) {
    const bool answers = object.contains("result") || object.contains("error");
    if (!answers || given == nullptr) return refused("there is no method", id);
    message.kind = Message::Kind::response;
    return message;
  }
  if (!method->is_string()) return refused("a method is a text", id);
  message.kind = given != nullptr ? Message::Kind::request : Message::Kind::notification;
  message.method = std::string(method->as_string());
  if (const json::value* params = object.if_contains("params"); params != nullptr) {
    if (!params->is_object()) {
      return std::unexpected(Fault{kInvalidParams, "Invalid params: they are an object", nullptr, id});
    }
    message.params = params->as_object();
  }
  return message;
}

json::object result_of(const json::value& id, json::object result) {
  return {{"jsonrpc", "2.0"}, {"id", id}, {"result", std::move(result)}};
}

json::object fault_of(const json::value& id, const Fault& fault) {
  json::object error{{"code", fault.code}, {"message", fault.what}};
  if (!fault.data.is_null()) error["data"] = fault.data;
  return {{"jsonrpc", "2.0"}, {"id", id}, {"error", std::move(error)}};
}

}  // namespace firedrill::console::mcp
