#include "console/mcp/server.h"

#include <algorithm>
#include <array>

#include "base/text/format.h"
#include "base/version.h"

namespace firedrill::console::mcp {
namespace {

constexpr std::array<std::string_view, 6> kVersions{"2026-07-28", "2025-11-25", "2025-06-18",
                                                    "2025-03-26", "2024-11-05", "2024-10-07"};
constexpr std::string_view kFirstModern = "2026-07-28";
constexpr std::string_view kFirstTitled = "2025-06-18";  // titles, and results as values
constexpr std::string_view kBatched = "2025-03-26";      // the only one in which messages come in lists
constexpr std::string_view kVersionKey = "io.modelcontextprotocol/protocolVersion";
constexpr std::string_view kCapabilitiesKey = "io.modelcontextprotocol/clientCapabilities";
constexpr std::string_view kServerKey = "io.modelcontextprotocol/serverInfo";

bool is_known(std::string_view version) {
  return std::ranges::find(kVersions, version) != kVersions.end();
}

json::object server_info() {
  return {{"name", "firedrill"}, {"title", "firedrill"}, {"version", std::string(kVersion)}};
}

json::object capabilities() {
  return {{"tools", json::object{{"listChanged", false}}}};
}

// 2026-07-28 wants them of whatever may be kept: what tools there are never changes.
void let_keep(json::object& result) {
  result["ttlMs"] = 3'600'000;
  result["cacheScope"] = "private";
}

json::array version_list() {
  json::array out;
  for (const std::string_view each : kVersions) out.emplace_back(each);
  return out;
}

const json::object* meta_of(const Message& message) {
  const json::value* meta = message.params.if_contains("_meta");
  return meta != nullptr && meta->is_object() ? &meta->as_object() : nullptr;
}

}  // namespace

std::span<const std::string_view> protocol_versions() {
  return kVersions;
}

std::optional<std::string> Server::answer(std::string_view line, const Stopped& stopped) {
  const auto value = parse_line(line);
  if (!value) return write_json(fault_of(nullptr, value.error()), JsonStyle::compact);
  if (!value->is_array()) {
    const auto one = answer_one(*value, stopped);
    return one ? std::optional(write_json(*one, JsonStyle::compact)) : std::nullopt;
  }
  const json::array& batch = value->as_array();
  if (version_ != kBatched || batch.empty() || batch.size() > kLargestBatch) {
    const Fault fault{kInvalidRequest, "Invalid Request: messages come one by one"};
    return write_json(fault_of(nullptr, fault), JsonStyle::compact);
  }
  json::array answers;
  for (const json::value& each : batch) {
    if (auto one = answer_one(each, stopped)) answers.push_back(*std::move(one));
  }
  if (answers.empty()) return std::nullopt;
  return write_json(answers, JsonStyle::compact);
}

std::optional<json::object> Server::answer_one(const json::value& value, const Stopped& stopped) {
  const auto message = parse_message(value);
  if (!message) return fault_of(message.error().id, message.error());
  if (message->kind != Message::Kind::request) return std::nullopt;
  const auto era = era_of(*message);
  if (!era) return fault_of(message->id, era.error());
  Outcome outcome = handle(*message, *era, stopped);
  if (stopped()) return std::nullopt;
  if (!outcome) return fault_of(message->id, outcome.error());
  if (era->modern) {
    (*outcome)["resultType"] = "complete";
    (*outcome)["_meta"] = json::object{{kServerKey, server_info()}};
  }
  return result_of(message->id, *std::move(outcome));
}

// A request of 2026-07-28 says its revision; of the others it was agreed upon.
std::expected<Server::Era, Fault> Server::era_of(const Message& message) const {
  const json::object* meta = meta_of(message);
  const json::value* said = meta == nullptr ? nullptr : meta->if_contains(kVersionKey);
  if (said == nullptr) {
    if (message.method == "server/discover") {
      return std::unexpected(Fault{kInvalidParams, format("Invalid params: _meta must say {}", kVersionKey)});
    }
    if (version_.empty() && message.method != "initialize" && message.method != "ping") {
      return std::unexpected(Fault{kInvalidRequest, "Invalid Request: initialize comes first"});
    }
    return Era{version_, false};
  }
  if (!said->is_string() || said->as_string() < kFirstModern || !is_known(std::string_view(said->as_string()))) {
    json::array modern;
    for (const std::string_view each : kVersions) {
      if (each >= kFirstModern) modern.emplace_back(each);
    }
    return std::unexpected(Fault{
        kUnsupportedVersion, "Unsupported protocol version",
        json::object{{"supported", std::move(modern)}, {"requested", said->is_string() ? *said : json::value("")}}});
  }
  const json::value* can = meta->if_contains(kCapabilitiesKey);
  if (can == nullptr || !can->is_object()) {
    return std::unexpected(Fault{kInvalidParams, format("Invalid params: _meta must say {}", kCapabilitiesKey)});
  }
  return Era{std::string(said->as_string()), true};
}

Server::Outcome Server::handle(const Message& message, const Era& era, const Stopped& stopped) {
  if (message.method == "tools/list") return list_tools(era);
  if (message.method == "tools/call") return call_tool(message, era, stopped);
  if (era.modern && message.method == "server/discover") return discover();
  if (!era.modern && message.method == "initialize") return initialize(message);
  if (!era.modern && message.method == "ping") return json::object();
  return std::unexpected(Fault{kMethodNotFound, format("Method not found: {}", message.method.substr(0, 100))});
}

// A revision that is not ours is answered with our newest of this kind: the client says whether it can.
Server::Outcome Server::initialize(const Message& message) {
  const json::value* asked = message.params.if_contains("protocolVersion");
  if (asked == nullptr || !asked->is_string()) {
    return std::unexpected(Fault{kInvalidParams, "Invalid params: protocolVersion is missing"});
  }
  const std::string_view version = asked->as_string();
  version_ = is_known(version) && version < kFirstModern ? std::string(version) : std::string(kVersions[1]);
  return json::object{{"protocolVersion", version_},
                      {"capabilities", capabilities()},
                      {"serverInfo", server_info()},
                      {"instructions", tools_.instructions()}};
}

json::object Server::discover() const {
  json::object result{
      {"supportedVersions", version_list()}, {"capabilities", capabilities()}, {"instructions", tools_.instructions()}};
  let_keep(result);
  return result;
}

json::object Server::list_tools(const Era& era) const {
  json::array tools;
  for (const Toolbox::Entry& entry : tools_.entries()) {
    json::object tool{{"name", entry.name}};
    if (era.version >= kFirstTitled) tool["title"] = entry.title;
    tool["description"] = entry.doc;
    tool["inputSchema"] = schema_of(entry.arguments);
    if (era.version >= kBatched) {
      tool["annotations"] =
          json::object{{"title", entry.title}, {"readOnlyHint", entry.reads_only}, {"openWorldHint", false}};
    }
    tools.push_back(std::move(tool));
  }
  json::object result{{"tools", std::move(tools)}};
  if (era.modern) let_keep(result);
  return result;
}

Server::Outcome Server::call_tool(const Message& message, const Era& era, const Stopped& stopped) {
  const auto refused = [](std::string what) { return std::unexpected(Fault{kInvalidParams, std::move(what)}); };
  const json::value* name = message.params.if_contains("name");
  if (name == nullptr || !name->is_string()) return refused("Invalid params: name is missing");
  const json::value* given = message.params.if_contains("arguments");
  if (given != nullptr && !given->is_object()) return refused("Invalid params: arguments are an object");
  const auto entries = tools_.entries();
  const auto it = std::ranges::find(entries, std::string_view(name->as_string()), &Toolbox::Entry::name);
  if (it == entries.end()) {
    return refused(format("Unknown tool: {}", std::string_view(name->as_string()).substr(0, 100)));
  }
  const json::object arguments = given == nullptr ? json::object() : given->as_object();
  ToolOutput output;
  if (const auto checked = check_arguments(it->arguments, arguments); !checked) {
    output = {false, checked.error() + "\n"};
  } else {
    output = bounded(tools_.call(static_cast<std::size_t>(it - entries.begin()), arguments, stopped));
  }
  json::object result{{"content", json::array{json::object{{"type", "text"}, {"text", output.text}}}}};
  if (era.version >= kFirstTitled && output.data.is_object()) result["structuredContent"] = std::move(output.data);
  result["isError"] = !output.ok;
  return result;
}

}  // namespace firedrill::console::mcp
