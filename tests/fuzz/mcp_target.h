// Any bytes as lines of the Model Context Protocol: each has no answer, or one that is JSON-RPC and a single line.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/text/json.h"
#include "console/mcp/server.h"
#include "console/mcp/tool_table.h"

namespace firedrill::console::mcp {

// Says which lines a call stands for: none of them may hold a line's end.
class LineToolbox final : public Toolbox {
 public:
  LineToolbox() {
    for (const Tool& tool : tool_table()) {
      entries_.push_back({tool.name, tool.title, tool.doc, tool.arguments, tool.reads_only});
    }
  }
  std::span<const Entry> entries() const override { return entries_; }
  ToolOutput call(std::size_t entry, const json::object& arguments, const Stopped&) override {
    ToolOutput output;
    for (const std::string& line : tool_table()[entry].lines(arguments)) {
      if (line.empty() || line.find_first_of("\r\n") != std::string::npos) std::abort();
      output.text += line;
    }
    return output;
  }
  std::string instructions() const override { return ""; }

 private:
  std::vector<Entry> entries_;
};

inline int try_mcp(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  LineToolbox tools;
  Server server(tools);
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    const auto answer = server.answer(line);
    if (!answer) continue;
    if (answer->contains('\n')) std::abort();
    const auto read = read_json(make_source("answer", *answer));
    if (!read || !(read->is_object() || read->is_array())) std::abort();
  }
  return 0;
}

}  // namespace firedrill::console::mcp
