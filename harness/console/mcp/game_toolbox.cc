#include "console/mcp/game_toolbox.h"

#include "base/text/format.h"
#include "console/mcp/tool_table.h"

namespace firedrill::console::mcp {

GameToolbox::GameToolbox(Game& game) : game_(game) {
  for (const Tool& tool : tool_table()) {
    entries_.push_back({tool.name, tool.title, tool.doc, tool.arguments, tool.reads_only});
  }
}

// What was taken back before it began is not done.
ToolOutput GameToolbox::call(std::size_t entry, const json::object& arguments, const Stopped& stopped) {
  const Tool& tool = tool_table()[entry];
  const std::vector<std::string> lines = tool.lines(arguments);
  if (lines.empty()) return {false, format("these arguments do not go together. {}\n", tool.doc)};
  ToolOutput output;
  json::object data;
  for (const std::string& line : lines) {
    if (stopped()) break;
    Answer answer = game_.take(line);
    output.text += answer.text;
    output.ok = answer.ok;
    if (answer.data.is_object()) {
      for (auto& [name, value] : answer.data.as_object()) data[name] = value;
    }
    if (!answer.ok) break;
  }
  data["now"] = format_instant(game_.session().now());
  data["over"] = game_.over();
  if (output.text.empty()) output.text = format("it is {}\n", format_clock(game_.session().now()));
  output.data = std::move(data);
  return output;
}

std::string GameToolbox::instructions() const {
  return "You are on call, and an incident is on, or will be. Time stands still while you think: `wait` lets it go by. "
         "Look at your pages (`look` at `pages`), acknowledge them (`act` with `ack 1`), find out what is wrong "
         "(alerts, query, logs, events, changes, topology, playbook), say how bad it is and what it is (declare), keep "
         "others informed (post), do what helps (act), see that it has helped, and then submit.";
}

}  // namespace firedrill::console::mcp
