#include "console/agent/work.h"

#include <sys/wait.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/duration.h"
#include "base/text/format.h"
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

// What shells say of a command that they could not run.
constexpr int kNotExecutable = 126;
constexpr int kNotFound = 127;

using Trouble = AgentProcess::Trouble;

std::string how_it_ended(const std::optional<int>& status) {
  if (!status) return "the agent has closed its output";
  if (WIFSIGNALED(*status)) {
    return format("the agent was ended by signal {} ({})", WTERMSIG(*status), ::strsignal(WTERMSIG(*status)));
  }
  const int code = WEXITSTATUS(*status);
  return format("the agent has ended with exit code {}{}", code,
                code == kNotFound        ? ": the shell has not found the program"
                : code == kNotExecutable ? ": the shell cannot run the program"
                                         : "");
}

std::string remedy_of(Trouble trouble, const std::optional<int>& status) {
  const bool ran =
      !status || !WIFEXITED(*status) || (WEXITSTATUS(*status) != kNotFound && WEXITSTATUS(*status) != kNotExecutable);
  switch (trouble) {
    case Trouble::ended:
    case Trouble::deaf:
      return ran ? "it says `finish` when it is done, or ends when an answer has \"over\": true; what it writes on "
                   "standard error is shown"
                 : "--agent is a command for the shell, in the folder in which firedrill is started; try it there";
    case Trouble::silent:
      return "have it write out each line at once (flush), or give it longer: --patience";
    case Trouble::floods:
      return format("a command is a line with an end, of {} bytes at most", kLongestLine);
    case Trouble::reads_not:
      return "it has to read an answer for each line that it writes, and the first line before any";
    case Trouble::stopped:
      return "";
  }
  std::unreachable();
}

AgentRun in_trouble(AgentRun run, const AgentProcess& agent, Trouble trouble, Duration patience) {
  const auto status = trouble == Trouble::ended ? agent.ending() : std::nullopt;
  run.how = trouble;
  run.trouble = trouble == Trouble::ended ? how_it_ended(status) : std::string(to_string(trouble));
  if (trouble == Trouble::silent) run.trouble += format(" for {}", describe_duration(patience));
  run.remedy = remedy_of(trouble, status);
  return run;
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

AgentRun not_started(const std::string& why) {
  return {.trouble = format("the agent could not be started: {}", why),
          .remedy = "fewer at a time may do: --jobs 1",
          .how = Trouble::ended};
}

AgentRun work(Game& game, AgentProcess& agent, const AgentBounds& bounds, bool starts) {
  AgentRun run;
  const Duration first = starts ? std::max(bounds.start, bounds.patience) : bounds.patience;
  auto told = agent.write(with_end(greeting(game)), first, bounds.stop);
  for (;;) {
    const Duration patience = run.commands == 0 ? first : bounds.patience;
    // One that does not listen may have said all that it wants to say; of one that has said that it is done it does
    // not matter.
    if (game.over()) return run;
    if (!told && told.error() != Trouble::deaf) return in_trouble(std::move(run), agent, told.error(), patience);
    const auto line = agent.read(kLongestLine, patience, bounds.stop);
    if (!line) return in_trouble(std::move(run), agent, line.error(), patience);
    if (run.commands == bounds.most_commands) {
      run.trouble = format("the agent gives more than {} commands", bounds.most_commands);
      run.remedy = "`wait` and `next` let time go by; `finish` says that it is done";
      run.how = Trouble::floods;
      return run;
    }
    ++run.commands;
    const Answer answer = game.take(*line);
    if (told) told = agent.write(with_end(line_of(answer)), bounds.patience, bounds.stop);
  }
}

}  // namespace firedrill::console
