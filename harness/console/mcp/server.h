// A server of the Model Context Protocol, one message in, at most one out. It speaks the revisions from 2024-10-07 to
// 2025-11-25, which begin with `initialize`, and 2026-07-28, in which each request says its revision and nothing has to
// begin. Of the protocol's features it has tools.
#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "console/mcp/message.h"
#include "console/mcp/tool.h"

namespace firedrill::console::mcp {

// The newest first.
std::span<const std::string_view> protocol_versions();

// What can be called, and who carries it out.
class Toolbox {
 public:
  struct Entry {
    std::string_view name;
    std::string_view title;
    std::string_view doc;
    std::span<const Argument> arguments;
    bool reads_only = true;
  };
  virtual ~Toolbox() = default;
  virtual std::span<const Entry> entries() const = 0;
  // With arguments that are right. Ends early where it has been stopped.
  virtual ToolOutput call(std::size_t entry, const json::object& arguments, const Stopped& stopped) = 0;
  // What whoever calls has to know before.
  virtual std::string instructions() const = 0;
};

class Server {
 public:
  // It must outlive the server.
  explicit Server(Toolbox& tools) : tools_(tools) {}

  // The answer to a line, without a line's end; nothing: there is none, as of notifications, and of a request that was
  // stopped.
  std::optional<std::string> answer(std::string_view line, const Stopped& stopped = [] { return false; });

 private:
  // Of the request at hand.
  struct Era {
    std::string version;
    bool modern = false;  // 2026-07-28 and later
  };
  using Outcome = std::expected<json::object, Fault>;

  std::optional<json::object> answer_one(const json::value& value, const Stopped& stopped);
  std::expected<Era, Fault> era_of(const Message& message) const;
  Outcome handle(const Message& message, const Era& era, const Stopped& stopped);
  Outcome initialize(const Message& message);
  json::object discover() const;
  json::object list_tools(const Era& era) const;
  Outcome call_tool(const Message& message, const Era& era, const Stopped& stopped);

  Toolbox& tools_;
  std::string version_;  // that initialize has agreed upon; empty: nobody has asked yet
};

}  // namespace firedrill::console::mcp
