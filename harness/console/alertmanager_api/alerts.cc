// alerts and alerts/groups.
#include <algorithm>
#include <map>
#include <optional>

#include "base/text/format.h"
#include "base/text/regex.h"
#include "console/alertmanager_api/alertmanager_api.h"
#include "console/alertmanager_api/answers.h"
#include "notify/route/route.h"

namespace firedrill::console {
namespace {

using notify::AlertPtr;
using notify::AlertStatus;

// What is asked for, of either list.
struct AlertChoice {
  notify::Matchers filters;
  std::optional<Regex> receiver;
  notify::Matchers receiver_matchers;
  bool active = true;
  bool silenced = true;
  bool inhibited = true;
  bool muted = true;
};

// An alert as the API tells of it.
struct Told {
  AlertPtr alert;
  AlertStatus status;
  std::vector<std::string> muted_by;
  std::vector<std::string> receivers;

  bool is_suppressed() const {
    return status.inhibited_by != nullptr || !status.silenced_by.empty() || !muted_by.empty();
  }
};

std::string whole(std::string_view pattern) {
  return format("^(?:{})$", pattern);
}

std::expected<AlertChoice, std::string> parse_choice(const Form& form) {
  AlertChoice choice;
  auto filters = parse_filters(form);
  if (!filters) return std::unexpected(filters.error());
  choice.filters = *std::move(filters);
  auto receivers = parse_filters(form, "receiver_matchers");
  if (!receivers) {
    return std::unexpected(format("failed to parse receiver_matchers param: {}", receivers.error()));
  }
  choice.receiver_matchers = *std::move(receivers);
  if (const std::string text = form.value("receiver"); !text.empty()) {
    auto regex = Regex::compile(text, DotNewline::no);
    if (!regex) {
      // Of an error about the whole pattern Alertmanager shows the one that it has made of it.
      std::string why = regex.error();
      if (why.ends_with(format("`{}`", text))) why.replace(why.size() - text.size() - 1, text.size(), whole(text));
      return std::unexpected(format("failed to parse receiver param: error parsing regexp: {}", why));
    }
    choice.receiver = *std::move(regex);
  }
  choice.active = is_wanted(form, "active");
  choice.silenced = is_wanted(form, "silenced");
  choice.inhibited = is_wanted(form, "inhibited");
  choice.muted = is_wanted(form, "muted");
  return choice;
}

class Teller {
 public:
  Teller(const notify::Alertmanager& manager, Time now, const AlertChoice& choice)
      : manager_(manager), now_(now), choice_(choice) {}

  // Nothing: it is over, or not asked for.
  std::optional<Told> tell(const AlertPtr& alert, std::vector<std::string> receivers,
                           std::vector<std::string> muted_by) const {
    if (alert->is_resolved_at(now_) || !takes_any(receivers)) return std::nullopt;
    Told told{alert, manager_.state_of(alert->labels, now_), std::move(muted_by), std::move(receivers)};
    if (!choice_.active && !told.is_suppressed()) return std::nullopt;
    if (!choice_.silenced && !told.status.silenced_by.empty()) return std::nullopt;
    if (!choice_.inhibited && told.status.inhibited_by != nullptr) return std::nullopt;
    if (!choice_.muted && !told.muted_by.empty()) return std::nullopt;
    if (!notify::matches_all(choice_.filters, alert->labels)) return std::nullopt;
    return told;
  }

  bool takes_any(const std::vector<std::string>& receivers) const {
    return std::ranges::any_of(receivers, [&](const std::string& name) { return takes(name); });
  }

  bool takes(const std::string& receiver) const {
    if (choice_.receiver && !choice_.receiver->matches(receiver)) return false;
    if (choice_.receiver_matchers.empty()) return true;
    std::vector<model::Label> labels{{"name", receiver}};
    if (const auto* known = manager_.configuration().receiver(receiver)) {
      labels.insert(labels.end(), known->labels.begin(), known->labels.end());
    }
    return notify::matches_all(choice_.receiver_matchers, model::Labels::from(std::move(labels)));
  }

 private:
  const notify::Alertmanager& manager_;
  Time now_;
  const AlertChoice& choice_;
};

json::object alert_json(const Told& told) {
  const notify::Alert& alert = *told.alert;
  json::object annotations, labels;
  for (const model::Label& each : alert.annotations) annotations[each.name] = each.value;
  for (const model::Label& each : alert.labels) labels[each.name] = each.value;
  json::array receivers, silences, inhibitors;
  for (const std::string& name : told.receivers) receivers.push_back(json::object{{"name", name}});
  for (const std::string& id : told.status.silenced_by) silences.emplace_back(uuid_of(id));
  if (told.status.inhibited_by) inhibitors.emplace_back(format("{:016x}", told.status.inhibited_by->fingerprint));
  json::object out{{"annotations", std::move(annotations)},
                   {"endsAt", am_time(alert.ends_at)},
                   {"fingerprint", format("{:016x}", alert.fingerprint)},
                   {"receivers", std::move(receivers)},
                   {"startsAt", am_time(alert.starts_at)},
                   {"status", json::object{{"inhibitedBy", std::move(inhibitors)},
                                           {"mutedBy", json::array(told.muted_by.begin(), told.muted_by.end())},
                                           {"silencedBy", std::move(silences)},
                                           {"state", told.is_suppressed() ? "suppressed" : "active"}}},
                   {"updatedAt", am_time(alert.updated_at)}};
  if (!alert.generator_url.empty()) out["generatorURL"] = alert.generator_url;
  out["labels"] = std::move(labels);
  return out;
}

// Of the groups of one receiver and set of labels their alerts.
struct GroupList {
  model::Labels labels;
  std::string receiver;
  std::vector<Told> alerts;
};

json::object group_json(GroupList& group) {
  std::ranges::sort(group.alerts,
                    [](const Told& a, const Told& b) { return notify::is_before(a.alert->labels, b.alert->labels); });
  json::array alerts;
  for (const Told& told : group.alerts) alerts.push_back(alert_json(told));
  json::object labels;
  for (const model::Label& label : group.labels) labels[label.name] = label.value;
  return {{"alerts", std::move(alerts)},
          {"labels", std::move(labels)},
          {"receiver", json::object{{"name", group.receiver}}}};
}

// By alert the receivers of the groups that hold it, each once, in the groups' order.
std::map<notify::Fingerprint, std::vector<std::string>> receivers_of(const notify::Alertmanager& manager) {
  std::map<notify::Fingerprint, std::vector<std::string>> out;
  for (const notify::Group* group : manager.groups()) {
    for (const auto& [key, member] : group->members()) {
      auto& names = out[key];
      if (std::ranges::find(names, group->info().receiver) == names.end()) names.push_back(group->info().receiver);
    }
  }
  for (auto& [key, names] : out) std::ranges::sort(names);
  return out;
}

}  // namespace

// Of time intervals this list says nothing, as the real one's.
http::Response AlertmanagerApi::alerts(const http::Request& request, Segments) const {
  const auto choice = parse_choice(Form::of(request));
  if (!choice) return am_text(400, choice.error());
  const notify::Alertmanager& manager = *alerting_.alertmanager();
  const Teller teller(manager, alerting_.now(), *choice);
  std::vector<AlertPtr> alerts = manager.alerts();
  std::ranges::sort(alerts, {}, [](const AlertPtr& alert) { return alert->fingerprint; });
  json::array out;
  for (const AlertPtr& alert : alerts) {
    std::vector<std::string> receivers;
    const auto& routes = manager.configuration().routes;
    for (const std::size_t route : notify::match(routes, alert->labels)) receivers.push_back(routes[route].receiver);
    if (const auto told = teller.tell(alert, std::move(receivers), {})) out.push_back(alert_json(*told));
  }
  return am_data(out);
}

http::Response AlertmanagerApi::groups(const http::Request& request, Segments) const {
  const auto choice = parse_choice(Form::of(request));
  if (!choice) return am_text(400, choice.error());
  const notify::Alertmanager& manager = *alerting_.alertmanager();
  const Teller teller(manager, alerting_.now(), *choice);
  const auto receivers = receivers_of(manager);
  std::vector<GroupList> lists;
  for (const notify::Group* group : manager.groups()) {
    if (!teller.takes(group->info().receiver)) continue;
    GroupList list{group->info().labels, group->info().receiver, {}};
    for (const auto& [key, member] : group->members()) {
      auto told = teller.tell(member.alert, receivers.at(key), group->muted_by());
      if (told) list.alerts.push_back(*std::move(told));
    }
    if (!list.alerts.empty()) lists.push_back(std::move(list));
  }
  std::ranges::stable_sort(lists, [](const GroupList& a, const GroupList& b) {
    return a.labels == b.labels ? a.receiver < b.receiver : notify::labels_before(a.labels, b.labels);
  });
  json::array out;
  for (GroupList& list : lists) out.push_back(group_json(list));
  return am_data(out);
}

}  // namespace firedrill::console
