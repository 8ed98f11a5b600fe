// Commands that look: pages, alerts, services, pods, people.
#include <algorithm>
#include <array>

#include "base/duration.h"
#include "base/text/format.h"
#include "console/alert_playbook.h"
#include "console/line/command_table.h"
#include "oncall/escalation/escalation.h"

namespace firedrill::console {
namespace {

constexpr std::size_t kMostRows = 60;

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

std::string since(Time now, Time then) {
  return describe_duration(now - then);
}

json::object json_of(const Page& page) {
  json::object out;
  out["page"] = page.number;
  out["at"] = format_instant(page.at);
  out["alerts"] = json_texts(page.alerts);
  out["receiver"] = page.receiver;
  out["schedule"] = page.schedule;
  out["state"] = to_string(page.state);
  out["called"] = page.person;
  out["role"] = page.role;
  if (page.acknowledged_at) {
    out["acknowledged_at"] = format_instant(*page.acknowledged_at);
    out["acknowledged_by"] = page.acknowledged_by;
  }
  if (page.over_at) out["over_at"] = format_instant(*page.over_at);
  return out;
}

std::string state_of(const Page& page) {
  if (page.state == Page::State::acknowledged) return format("acknowledged by {}", page.acknowledged_by);
  if (page.state == Page::State::calling) return format("calling {} ({})", page.person, page.role);
  return std::string(to_string(page.state));
}

Answer pages(Turn& turn) {
  const std::vector<Page> all = turn.session.pages();
  std::vector<std::vector<std::string>> rows;
  json::array list;
  for (const Page& page : all) {
    rows.push_back({format("{}", page.number), format_clock(page.at), joined(page.alerts), state_of(page)});
    list.push_back(json_of(page));
  }
  json::object data;
  data["pages"] = std::move(list);
  return said(rows.empty() ? "nobody has been paged\n" : columns(rows), std::move(data));
}

// What the receiver was sent, as its configuration renders it.
std::string rendered(const Notice& notice) {
  std::string out = format("{} to {} ({}), {}\n", format_clock(notice.notification.t), notice.notification.receiver,
                           notice.notification.integration, notice.notification.status);
  if (!notice.payload) return out;
  for (const auto& field : notice.payload->fields) {
    std::string text = field.text;
    for (std::size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at + 5)) {
      text.insert(at + 1, "    ");
    }
    out += format("  {}: {}\n", field.path, text);
  }
  return out;
}

json::object json_of(const Notice& notice) {
  json::object out;
  out["at"] = format_instant(notice.notification.t);
  out["receiver"] = notice.notification.receiver;
  out["integration"] = notice.notification.integration;
  out["status"] = notice.notification.status;
  json::object fields;
  if (notice.payload) {
    for (const auto& field : notice.payload->fields) fields[field.path] = field.text;
  }
  out["fields"] = std::move(fields);
  return out;
}

// Pages are counted from 1.
std::optional<Answer> page_form(const Turn& turn) {
  std::string_view rest = turn.rest;
  const std::string_view number = take_word(rest);
  if (number.empty()) return refused("which page is meant is not said", "`pages` lists them: page 1");
  const bool counts = number.find_first_not_of("0123456789") == std::string_view::npos && number.front() != '0';
  if (counts) return std::nullopt;
  return refused(format("there is no page '{}'", number), "`pages` lists those that there are");
}

Answer page(Turn& turn) {
  const std::vector<Page> all = turn.session.pages();
  std::string_view rest = turn.rest;
  const std::string number(take_word(rest));
  const auto found = std::ranges::find_if(all, [&](const Page& each) { return std::to_string(each.number) == number; });
  if (found == all.end()) return refused(format("there is no page '{}'", number), "`pages` lists those that there are");
  std::string text = format("page {}: {}, {}\n", found->number, joined(found->alerts), state_of(*found));
  json::object data = json_of(*found);
  json::array notices;
  for (const Notice& notice : turn.session.notices()) {
    if (found->key != format("{} {}", notice.notification.receiver, notice.notification.group_key)) continue;
    text += rendered(notice);
    notices.push_back(json_of(notice));
  }
  data["notices"] = std::move(notices);
  return said(std::move(text), std::move(data));
}

json::object json_of(const AlertView& alert) {
  json::object out;
  out["alert"] = alert.alert;
  out["state"] = events::to_string(alert.state);
  out["labels"] = json_labels(alert.labels);
  json::object annotations;
  for (const model::Label& each : alert.annotations) annotations[each.name] = each.value;
  out["annotations"] = std::move(annotations);
  out["value"] = alert.value;
  out["active_at"] = format_instant(alert.active_at);
  if (alert.fired_at) out["fired_at"] = format_instant(*alert.fired_at);
  if (alert.resolved_at) out["resolved_at"] = format_instant(*alert.resolved_at);
  return out;
}

std::string short_labels(const AlertView& alert) {
  model::Labels labels = alert.labels;
  labels.remove(model::kAlertName);
  return labels.to_string();
}

Answer alerts(Turn& turn) {
  std::vector<std::vector<std::string>> rows;
  json::array list;
  for (const AlertView& alert : turn.session.alerts()) {
    const std::string state = alert.resolved_at ? "over" : std::string(events::to_string(alert.state));
    const Time from = alert.resolved_at.value_or(alert.fired_at.value_or(alert.active_at));
    rows.push_back({state, alert.alert, format_clock(from), shown_number(alert.value), short_labels(alert)});
    list.push_back(json_of(alert));
  }
  json::object data;
  data["alerts"] = std::move(list);
  return said(rows.empty() ? "no alert is pending or firing\n" : columns(rows), std::move(data));
}

// The expression of an alert, its texts, and what it gives over the last half hour.
Answer alert(Turn& turn) {
  std::string_view rest = turn.rest;
  const std::string name(take_word(rest));
  if (name.empty()) return refused("which alert is meant is not said", "`rules` lists them: alert TargetDown");
  const std::vector<PlaybookView> playbooks = turn.session.playbooks();
  std::vector<std::string> names;
  for (const RuleGroupView& group : turn.session.rule_groups()) {
    for (const RuleView& rule : group.rules) {
      if (!rule.alerting) continue;
      names.push_back(rule.name);
      if (rule.name != name) continue;
      std::string text = format("{} ({}), {}\n  expr: {}\n  for: {}\n", rule.name, group.name,
                                events::to_string(rule.state), rule.expr, format_duration(rule.hold));
      for (const model::Label& each : rule.labels) text += format("  label {}: {}\n", each.name, each.value);
      json::array list;
      for (const AlertView& each : rule.alerts) {
        text += format("  {} since {}{}: {} = {}\n", events::to_string(each.state),
                       format_clock(each.fired_at.value_or(each.active_at)),
                       each.fired_at ? format(", true since {}", format_clock(each.active_at)) : std::string(),
                       each.labels.to_string(), shown_number(each.value));
        for (const model::Label& note : each.annotations) text += format("    {}: {}\n", note.name, note.value);
        if (const std::string book = playbook_of(each, playbooks); !book.empty()) {
          text += format("    `playbook {}` says what to do\n", book);
        }
        list.push_back(json_of(each));
      }
      json::object data;
      data["alert"] = rule.name;
      data["expr"] = rule.expr;
      data["for_seconds"] = to_seconds(rule.hold);
      data["instances"] = std::move(list);
      return said(std::move(text), std::move(data));
    }
  }
  return refused(format("there is no alert '{}'", name), suggest(name, names));
}

json::object json_of(const ServiceView& service) {
  json::object out;
  out["service"] = service.name;
  out["health"] = service.health;
  out["calls"] = json_texts(service.calls);
  out["called_by"] = json_texts(service.called_by);
  out["entry_point"] = service.entry_point;
  out["third_party"] = service.third_party;
  out["replicas"] = service.wanted;
  out["ready"] = service.ready;
  if (service.requests) out["requests_per_second"] = *service.requests;
  if (service.errors) out["error_share"] = *service.errors;
  if (service.p95_s) out["p95_seconds"] = *service.p95_s;
  return out;
}

Answer map(Turn& turn) {
  std::vector<std::vector<std::string>> rows{{"SERVICE", "HEALTH", "READY", "REQ/S", "ERRORS", "P95", "CALLS"}};
  json::array list;
  for (const ServiceView& each : turn.session.services()) {
    rows.push_back({each.name, each.health, each.third_party ? "–" : format("{}/{}", each.ready, each.wanted),
                    each.requests ? format("{:.1f}", *each.requests) : "–", shown_share(each.errors),
                    shown_seconds(each.p95_s), joined(each.calls)});
    list.push_back(json_of(each));
  }
  json::object data;
  data["services"] = std::move(list);
  return said(columns(rows), std::move(data));
}

bool known_service(Turn& turn, std::string_view name) {
  return name.empty() || turn.session.scenario().topology.find(name) != nullptr;
}

Answer no_service(Turn& turn, std::string_view name) {
  std::vector<std::string> names;
  for (const auto& each : turn.session.scenario().topology.services) names.push_back(each.name);
  return refused(format("there is no service '{}'", name), suggest(name, names));
}

Answer pods(Turn& turn) {
  std::string_view rest = turn.rest;
  const std::string_view service = take_word(rest);
  if (!known_service(turn, service)) return no_service(turn, service);
  std::vector<std::vector<std::string>> rows{{"NAME", "READY", "STATUS", "RESTARTS", "AGE", "NODE", "VERSION"}};
  json::array list;
  for (const PodView& pod : turn.session.pods()) {
    if (!service.empty() && pod.service != service) continue;
    rows.push_back({pod.name, pod.ready ? "1/1" : "0/1", pod.status, format("{}", pod.restarts),
                    since(turn.session.now(), pod.since), pod.node, pod.version});
    json::object each;
    each["pod"] = pod.name;
    each["service"] = pod.service;
    each["ready"] = pod.ready;
    each["status"] = pod.status;
    each["restarts"] = pod.restarts;
    each["since"] = format_instant(pod.since);
    each["node"] = pod.node;
    each["version"] = pod.version;
    list.push_back(std::move(each));
  }
  json::object data;
  data["pods"] = std::move(list);
  return said(columns(rows), std::move(data));
}

Answer playbooks(Turn& turn) {
  std::vector<std::vector<std::string>> rows;
  json::array list;
  for (const PlaybookView& each : turn.session.playbooks()) {
    rows.push_back({each.name, each.title});
    json::object one;
    one["playbook"] = each.name;
    one["title"] = each.title;
    list.push_back(std::move(one));
  }
  json::object data;
  data["playbooks"] = std::move(list);
  return said(rows.empty() ? "there are no playbooks\n" : columns(rows), std::move(data));
}

Answer playbook(Turn& turn) {
  std::string_view rest = turn.rest;
  const std::string_view name = take_word(rest);
  if (name.empty()) return refused("which playbook is meant is not said", "`playbooks` lists them: playbook NAME");
  std::vector<std::string> names;
  for (const PlaybookView& each : turn.session.playbooks()) {
    names.push_back(each.name);
    if (each.name != name) continue;
    json::object data;
    data["playbook"] = each.name;
    data["markdown"] = each.text;
    return said(each.text.ends_with('\n') ? each.text : each.text + "\n", std::move(data));
  }
  return refused(format("there is no playbook '{}'", name), suggest(name, names));
}

Answer roster(Turn& turn) {
  std::vector<std::vector<std::string>> rows;
  json::array list;
  for (const DutyView& each : turn.session.roster()) {
    rows.push_back({each.schedule, each.tier, each.person.empty() ? "nobody" : each.person,
                    format("next tier after {}", describe_duration(each.escalation_delay))});
    json::object one;
    one["schedule"] = each.schedule;
    one["tier"] = each.tier;
    one["person"] = each.person;
    list.push_back(std::move(one));
  }
  json::object data;
  data["roster"] = std::move(list);
  return said(columns(rows), std::move(data));
}

Answer messages(Turn& turn) {
  std::string text;
  json::array list;
  for (const Message& each : turn.session.messages()) {
    text += format("{} {} ({}{}{}): {}\n", format_clock(each.at), each.by, each.channel,
                   each.status.empty() ? "" : ", ", each.status, each.text);
    json::object one;
    one["at"] = format_instant(each.at);
    one["by"] = each.by;
    one["channel"] = each.channel;
    one["status"] = each.status;
    one["text"] = each.text;
    list.push_back(std::move(one));
  }
  json::object data;
  data["messages"] = std::move(list);
  return said(text.empty() ? "nobody has said anything\n" : text, std::move(data));
}

Answer news(Turn& turn) {
  std::string text;
  json::array list;
  const auto all = turn.session.news();
  for (const News& each : all.size() > kMostRows ? all.last(kMostRows) : all) {
    text += format("{} {}\n", format_clock(each.at), each.text);
    json::object one;
    one["at"] = format_instant(each.at);
    one["kind"] = each.kind;
    one["text"] = each.text;
    list.push_back(std::move(one));
  }
  json::object data;
  data["news"] = std::move(list);
  return said(text.empty() ? "nothing has happened\n" : text, std::move(data));
}

Answer deeds(Turn& turn) {
  std::string text;
  json::array list;
  for (const Deed& each : turn.session.deeds()) {
    const std::string came = !each.helped ? "not known yet" : *each.helped ? "helped" : "did not help";
    text +=
        format("{} {}: {}{}{}\n", format_clock(each.at), each.what, came, each.reason.empty() ? "" : ", ", each.reason);
    json::object one;
    one["at"] = format_instant(each.at);
    one["action"] = each.what;
    if (each.helped) one["helped"] = *each.helped;
    one["reason"] = each.reason;
    list.push_back(std::move(one));
  }
  json::object data;
  data["deeds"] = std::move(list);
  return said(text.empty() ? "nothing has been done yet\n" : text, std::move(data));
}

Answer status(Turn& turn) {
  const Session& session = turn.session;
  const auto who = session.trainee();
  std::size_t firing = 0;
  for (const AlertView& each : session.alerts()) firing += each.fires() ? 1 : 0;
  std::size_t open = 0;
  for (const Page& each : session.pages()) open += each.state == Page::State::over ? 0 : 1;
  json::object data;
  data["now"] = format_instant(session.now());
  data["until"] = format_instant(session.end());
  data["person"] = who.person;
  data["role"] = who.role;
  data["schedule"] = who.schedule;
  data["alerts_firing"] = firing;
  data["pages_open"] = open;
  return said(
      format("it is {}; the drill ends at {}\nyou are {}, {} of {}\nalerts that fire: {}; pages that go on: {}\n",
             format_instant(session.now()), format_clock(session.end()), who.person, who.role, who.schedule, firing,
             open),
      std::move(data));
}

constexpr std::array kCommands{
    CommandSpec{"status", "", "what time it is, who you are, what goes on", "look", Trace::Kind::look, false, 0,
                status},
    CommandSpec{"pages", "", "who was paged for what, and what became of it", "look", Trace::Kind::look, true, 5,
                pages},
    CommandSpec{"page", "PAGE", "a page as it was sent", "look", Trace::Kind::look, true, 15, page, page_form},
    CommandSpec{"alerts", "", "alerts that are pending, fire, or were over lately", "look", Trace::Kind::look, true, 10,
                alerts},
    CommandSpec{"alert", "NAME", "an alert's expression, labels and texts", "look", Trace::Kind::look, true, 15, alert},
    CommandSpec{"map", "", "services, whom they call, how they are", "look", Trace::Kind::look, true, 15, map},
    CommandSpec{"pods", "[SERVICE]", "pods, as kubectl get pods -o wide has them", "look", Trace::Kind::look, true, 10,
                pods},
    CommandSpec{"playbooks", "", "which there are", "look", Trace::Kind::look, false, 5, playbooks},
    CommandSpec{"playbook", "NAME", "one of them", "look", Trace::Kind::look, true, 30, playbook},
    CommandSpec{"roster", "", "who is on call", "look", Trace::Kind::look, false, 5, roster},
    CommandSpec{"messages", "", "what was said", "look", Trace::Kind::look, false, 5, messages},
    CommandSpec{"news", "", "what has reached you, in order of time", "look", Trace::Kind::look, false, 5, news},
    CommandSpec{"deeds", "", "what you have done to production, and what it came to", "look", Trace::Kind::look, true,
                5, deeds},
};

}  // namespace

std::span<const CommandSpec> look_commands() {
  return kCommands;
}

}  // namespace firedrill::console
