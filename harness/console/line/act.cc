// Commands that do something to production, and to alerts.
#include <array>
#include <optional>

#include "base/duration.h"
#include "base/text/format.h"
#include "console/line/command_table.h"
#include "fake_services/actions/action_table.h"
#include "notify/matcher/parse.h"
#include "oncall/playbook/command.h"
#include "oncall/playbook/playbook_lints.h"
#include "scenario/playbooks.h"

namespace firedrill::console {
namespace {

namespace fs = fake_services;

std::unexpected<Refusal> refuse(std::string what, std::string remedy) {
  return std::unexpected(Refusal{std::move(what), std::move(remedy)});
}

// Remedies are in the words of playbooks; here one says `do`.
std::string in_own_words(std::string remedy) {
  constexpr std::string_view kOfPlaybooks = "- Action: ";
  for (std::size_t at = 0; (at = remedy.find(kOfPlaybooks, at)) != std::string::npos;) {
    remedy.replace(at, kOfPlaybooks.size(), "do ");
  }
  return remedy;
}

std::string subject_of(const fs::ActionSpec& spec, const oncall::Command& command, const Turn& turn) {
  std::vector<std::string> services;
  for (const auto& each : turn.session.scenario().topology.services) services.push_back(each.name);
  const auto severity = command.parameters.find("severity");
  switch (spec.target) {
    case fs::ActionTarget::service: {
      const std::string known = oncall::service_of(command, services);
      return known.empty() ? command.service : known;
    }
    case fs::ActionTarget::node:
      return command.node;
    case fs::ActionTarget::alert:
      return command.alert;
    case fs::ActionTarget::severity:
      return severity == command.parameters.end() ? std::string() : severity->second;
  }
  std::unreachable();
}

// "kubectl rollout undo deployment/api", "restart checkout", "Action: shed_load web share=50%".
Answered<events::Action> read_act(const Turn& turn) {
  std::string_view text = turn.rest;
  if (text.starts_with("Action:")) text = trimmed(text.substr(7));
  if (text.empty()) return refuse("there is nothing to be done in that", "`actions` lists what there is");
  std::optional<oncall::Command> command;
  if (oncall::begins_like_command(text)) {
    command = oncall::read_command(text);
    if (!command) return refuse("what that command does is not known here", "`actions` lists what can be done");
    if (!command->remedy) return refuse("that command only looks", "`help` lists the commands that look, too");
  } else {
    const oncall::ActionText read = oncall::read_action(text);
    if (!read.unknown.empty()) {
      std::vector<std::string> names = oncall::remedy_names();
      return refuse(format("there is no action '{}'", read.unknown),
                    nearest_or(read.unknown, names, "`actions` lists what there is"));
    }
    if (!read.command) return refuse(read.wrong, in_own_words(read.remedy));
    command = read.command;
  }
  if (!command->remedy) return refuse("there is nothing to be done in that", "`actions` lists what there is");
  const fs::ActionSpec& spec = *fs::find_action(oncall::action_of(*command->remedy));
  const std::string subject = subject_of(spec, *command, turn);
  if (subject.empty()) {
    return refuse(format("{} needs {} that it is done to", spec.name, to_string(spec.target)),
                  format("do {} NAME", spec.name));
  }
  const auto arguments = fs::read_arguments(spec, scenario::arguments_of(*command));
  if (!arguments) return refuse(arguments.error().front().what, in_own_words(arguments.error().front().remedy));
  if (const auto wrong = fs::misfit(spec, subject, *arguments, turn.session.scenario().topology)) {
    return refuse(wrong->what, in_own_words(wrong->remedy));
  }
  return fs::make_action(spec, subject, *arguments);
}

std::optional<Answer> act_form(const Turn& turn) {
  const auto action = read_act(turn);
  return action ? std::nullopt : std::optional(refused(action.error()));
}

// A severity is declared, and an alert silenced, by other commands; a playbook may say it as an action.
Answer perform(Turn& turn) {
  const auto action = read_act(turn);
  if (!action) return refused(action.error());
  if (action->kind == events::ActionKind::declare) {
    const auto level = record::parse_severity(action->subject);
    if (!level) return refused(format("there is no severity '{}'", action->subject), "P0 to P3");
    const Done done = turn.session.declare(*level);
    if (done) {
      turn.book.declared = *level;
      turn.book.declared_at = turn.session.now();
    }
    return answer_of(done);
  }
  const auto said_before = turn.session.explain(*action);
  const Done done = turn.session.act(*action);
  if (!done) return refused(done.error());
  json::object data;
  data["done"] = *done;
  data["what"] = said_before.value_or("");
  return said(
      format("{}\n  {}\n  `deeds` says what it comes to, once that can be seen\n", *done, said_before.value_or("")),
      std::move(data));
}

Answer would(Turn& turn) {
  const auto action = read_act(turn);
  if (!action) return refused(action.error());
  const auto text = turn.session.explain(*action);
  if (!text) return refused(text.error());
  json::object data;
  data["what"] = *text;
  return said(*text + "\n", std::move(data));
}

Answer actions(Turn& /*turn*/) {
  std::vector<std::vector<std::string>> rows;
  json::array list;
  for (const fs::ActionSpec& spec : fs::action_table()) {
    std::string arguments;
    for (const FieldSpec& field : spec.fields) arguments += format(" {}=…", field.name);
    rows.push_back({format("{} {}{}", spec.name, to_string(spec.target), arguments), std::string(spec.summary)});
    json::object one;
    one["action"] = spec.name;
    one["target"] = to_string(spec.target);
    one["summary"] = spec.summary;
    list.push_back(std::move(one));
  }
  json::object data;
  data["actions"] = std::move(list);
  return said(columns(rows), std::move(data));
}

// The time of day, and the date where it is another day's.
std::string end_of(const notify::Silence& silence, Time now) {
  const bool today =
      std::chrono::floor<std::chrono::days>(silence.ends_at) == std::chrono::floor<std::chrono::days>(now);
  return today ? format_clock(silence.ends_at) : format_instant(silence.ends_at);
}

// silence alertname="X" service=web 30m it is known
Answer silence(Turn& turn) {
  notify::Silence silence;
  std::string_view rest = turn.rest;
  while (rest.find_first_of("=~") != std::string_view::npos) {
    std::string_view after = rest;
    const std::string word(take_word(after));
    if (word.find_first_of("=~") == std::string::npos) break;
    auto parsed = notify::parse_matchers(word);
    if (!parsed) return refused(parsed.error().what, "NAME=VALUE, as amtool takes it");
    for (notify::Matcher& matcher : parsed->matchers) silence.matchers.push_back(std::move(matcher));
    rest = after;
  }
  const std::string length(take_word(rest));
  const auto lasts = parse_duration(length);
  if (lasts && *lasts <= Duration(0)) {
    return refused(format("'{}' is no time that a silence can last", length), "give it longer: 30m, 2h");
  }
  if (silence.matchers.empty() || !lasts) {
    return refused("a silence needs matchers and how long it lasts",
                   "silence alertname=TargetDown 30m being worked on");
  }
  silence.starts_at = turn.session.now();
  silence.ends_at = silence.starts_at + *lasts;
  silence.comment = std::string(rest);
  const auto id = turn.session.add_silence(silence);
  if (!id) return refused(id.error());
  json::object data;
  data["silence"] = *id;
  return said(format("silence {} lasts until {}\n", *id, end_of(silence, turn.session.now())), std::move(data));
}

// silence-from START END {MATCHERS} [WHY]: as an API sets one.
Answer silence_from(Turn& turn) {
  notify::Silence silence;
  std::string_view rest = turn.rest;
  const auto from = parse_instant(take_word(rest));
  const auto to = parse_instant(take_word(rest));
  const std::size_t end = rest.rfind('}');
  if (!from || !to || !rest.starts_with('{') || end == std::string_view::npos) {
    return refused("a silence needs two instants and matchers in braces",
                   "silence-from 2026-03-10T14:00:00Z 2026-03-10T15:00:00Z {alertname=\"TargetDown\"} why");
  }
  auto parsed = notify::parse_matchers(rest.substr(0, end + 1));
  if (!parsed) return refused(parsed.error().what, "as amtool takes them");
  silence.matchers = std::move(parsed->matchers);
  silence.starts_at = *from;
  silence.ends_at = *to;
  silence.comment = std::string(trimmed(rest.substr(end + 1)));
  const auto id = turn.session.add_silence(silence);
  if (!id) return refused(id.error());
  json::object data;
  data["silence"] = *id;
  return said(format("silence {} lasts until {}\n", *id, end_of(silence, turn.session.now())), std::move(data));
}

Answer unsilence(Turn& turn) {
  if (turn.rest.empty()) return refused("which silence is meant is not said", "`silences` lists them: unsilence ID");
  return answer_of(turn.session.expire_silence(turn.rest));
}

Answer silences(Turn& turn) {
  const notify::Alertmanager* manager = turn.session.alertmanager();
  if (manager == nullptr) return refused("there is no Alertmanager that answers", "`status` says what there is");
  std::vector<std::vector<std::string>> rows;
  json::array list;
  for (const notify::Silence& each : manager->silences().all()) {
    std::string matchers;
    for (const notify::Matcher& matcher : each.matchers) {
      matchers += (matchers.empty() ? "" : ", ") + notify::to_text(matcher);
    }
    const bool active = each.is_active_at(turn.session.now());
    rows.push_back({each.id,
                    active                                ? "active"
                    : each.starts_at > turn.session.now() ? "pending"
                                                          : "over",
                    format("until {}", format_clock(each.ends_at)), matchers, each.comment});
    json::object one;
    one["silence"] = each.id;
    one["active"] = active;
    one["matchers"] = matchers;
    one["ends_at"] = format_instant(each.ends_at);
    one["comment"] = each.comment;
    list.push_back(std::move(one));
  }
  json::object data;
  data["silences"] = std::move(list);
  return said(rows.empty() ? "there are no silences\n" : columns(rows), std::move(data));
}

constexpr std::array kCommands{
    CommandSpec{"do", "ACTION", "an action, or a playbook's own command: kubectl rollout undo deployment/api", "act",
                Trace::Kind::act, true, 30, perform, act_form},
    CommandSpec{"would", "ACTION", "what it would do; nothing is done", "act", Trace::Kind::look, false, 10, would,
                act_form},
    CommandSpec{"actions", "", "what can be done", "act", Trace::Kind::look, false, 5, actions},
    CommandSpec{"silence", "MATCHER… DURATION [WHY]", "alerts that tell nobody for a while", "act", Trace::Kind::people,
                true, 20, silence},
    CommandSpec{"silence-from", "START END {MATCHERS} [WHY]", "the same between two instants", "act",
                Trace::Kind::people, true, 20, silence_from},
    CommandSpec{"unsilence", "ID", "a silence ends now", "act", Trace::Kind::people, true, 10, unsilence},
    CommandSpec{"silences", "", "which there are", "act", Trace::Kind::look, true, 5, silences},
};

}  // namespace

std::span<const CommandSpec> act_commands() {
  return kCommands;
}

}  // namespace firedrill::console
