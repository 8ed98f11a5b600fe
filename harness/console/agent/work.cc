#include "console/agent/work.h"

#include "base/duration.h"
#include "base/text/format.h"
#include "console/agent/process.h"
#include "console/line/command_table.h"

namespace firedrill::console {
namespace {

std::string line_of(const Answer& answer) {
  json::object data = answer.data.is_object() ? answer.data.as_object() : json::object();
  data["text"] = answer.text;
  return write_json(data, JsonStyle::compact);
}

std::string with_end(std::string text) {
  if (!text.ends_with('\n')) text += '\n';
  return text;
}

}  // namespace

std::string greeting(const Game& game) {
  const auto who = game.session().trainee();
  json::object hello;
  hello["drill"] = game.drill().name;
  hello["difficulty"] = game.drill().difficulty;
  hello["trains"] = game.drill().trains;
  hello["now"] = format_instant(game.session().now());
  hello["until"] = format_instant(game.session().end());
  hello["person"] = who.person;
  hello["role"] = who.role;
  json::array commands;
  for (const CommandSpec& spec : command_table()) {
    commands.push_back(told(spec));
  }
  hello["commands"] = std::move(commands);
  return write_json(hello, JsonStyle::compact);
}

AgentRun work(Game& game, const std::string& command, const AgentBounds& bounds) {
  AgentRun run;
  auto agent = AgentProcess::start(command);
  if (!agent) {
    run.trouble = format("the agent could not be started: {}", agent.error());
    return run;
  }
  auto told = (*agent)->write(with_end(greeting(game)), bounds.patience);
  while (told && !game.over()) {
    const auto line = (*agent)->read(kLongestLine, bounds.patience);
    if (!line) {
      run.trouble = to_string(line.error());
      if (line.error() == AgentProcess::Trouble::silent) {
        run.trouble += format(" for {}", describe_duration(bounds.patience));
      }
      return run;
    }
    if (++run.commands > bounds.most_commands) {
      run.trouble = format("the agent gives more than {} commands", bounds.most_commands);
      return run;
    }
    told = (*agent)->write(with_end(line_of(game.take(*line))), bounds.patience);
  }
  // One that has said that it is done need not wait for the answer.
  if (!told && !game.over()) run.trouble = to_string(told.error());
  return run;
}

}  // namespace firedrill::console
