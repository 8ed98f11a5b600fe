#include "console/line/command_table.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/text/format.h"
#include "fake_services/actions/action_table.h"
#include "oncall/playbook/command.h"

namespace firedrill::console {
namespace {

constexpr std::array kOfDrill{
    CommandSpec{"help", "", "what there is to say", "drill", Trace::Kind::look, false},
    CommandSpec{"wait", "DURATION", "time goes on by so much: wait 5m", "drill", Trace::Kind::look, false},
    CommandSpec{"next", "[DURATION]",
                "time goes on to the next event, or by so much at most; to the drill's end if nothing more comes",
                "drill", Trace::Kind::look, false},
    CommandSpec{"steps", "", "what was done so far, with its times", "drill", Trace::Kind::look, false},
    CommandSpec{"rewind", "STEP", "back to before that step: what was done since stands beside it in the report",
                "drill", Trace::Kind::look, false},
    CommandSpec{"hint", "", "the next hint; each has its price", "drill", Trace::Kind::hint, false},
    CommandSpec{"finish", "", "it is over, as far as you are concerned: the drill ends", "drill", Trace::Kind::close,
                false},
};

// kubectl commands that only look, as what looks the same here; empty: none does.
std::string looked_as(std::string_view text) {
  std::string_view rest = text;
  if (take_word(rest) != "kubectl") return {};
  const std::string_view verb = take_word(rest);
  const std::string_view what = take_word(rest);
  if (verb == "get" && (what == "pods" || what == "pod" || what == "po")) return "pods";
  if (verb == "get" && (what == "events" || what == "ev")) return "events";
  if (verb == "get" && (what == "deployments" || what == "deploy" || what == "deployment")) return "map";
  if (verb == "logs") {
    const std::size_t slash = what.find('/');
    return format("logs {}", slash == std::string_view::npos ? what : what.substr(slash + 1));
  }
  if (verb == "events") return "events";
  return {};
}

}  // namespace

std::span<const CommandSpec> drill_commands() {
  return kOfDrill;
}

std::span<const CommandSpec> command_table() {
  static const std::vector<CommandSpec> kTable = [] {
    std::vector<CommandSpec> all;
    for (const auto list :
         {look_commands(), metric_commands(), log_commands(), act_commands(), tell_commands(), drill_commands()}) {
      all.insert(all.end(), list.begin(), list.end());
    }
    return all;
  }();
  return kTable;
}

json::object told(const CommandSpec& spec) {
  json::object out;
  out["command"] = spec.name;
  out["usage"] = spec.usage;
  out["doc"] = spec.doc;
  out["takes_seconds"] = spec.price_s;
  return out;
}

const CommandSpec* find_command(std::string_view name) {
  const auto found = std::ranges::find(command_table(), name, &CommandSpec::name);
  return found == command_table().end() ? nullptr : &*found;
}

std::vector<std::string> command_names() {
  std::vector<std::string> names;
  for (const CommandSpec& spec : command_table()) names.emplace_back(spec.name);
  return names;
}

ReadLine read_line(std::string_view line) {
  const std::string_view whole = trimmed(line);
  std::string_view rest = whole;
  const std::string_view word = take_word(rest);
  // Playbooks say it as an action, and it does nothing to production.
  std::string_view deed = word == "do" ? rest : whole;
  if (deed.starts_with("Action:")) deed = trimmed(deed.substr(7));
  if (take_word(deed) == "declare" && !deed.empty()) return read_line(format("severity {}", deed));
  ReadLine out{.spec = find_command(word), .word = std::string(word), .rest = std::string(rest)};
  if (out.spec != nullptr) return out;
  if (const std::string looks = looked_as(whole); !looks.empty()) return read_line(looks);
  const bool action = fake_services::find_action(word) != nullptr || word == "Action:";
  if (action || oncall::begins_like_command(whole)) {
    out.spec = find_command("do");
    out.rest = std::string(whole);
  }
  return out;
}

}  // namespace firedrill::console
