// What can be seen of a session.
#include <algorithm>
#include <filesystem>
#include <iterator>
#include <map>
#include <tuple>
#include <utility>

#include "base/bounds/budget.h"
#include "base/text/format.h"
#include "console/past_series.h"
#include "console/session.h"
#include "console/sight.h"
#include "driver/people/on_call_desk.h"
#include "fake_services/actions/action_table.h"
#include "promql/parse/parser.h"

namespace firedrill::console {
namespace {

using oncall::PageEvent;

// Pages as the walks over the tiers have left them.
class PageList {
 public:
  explicit PageList(const Sight& sight) : sight_(sight) {}

  void take(const PageEvent& event) {
    if (event.kind == PageEvent::Kind::escalated) return;
    auto open = open_.find(event.page);
    if (open == open_.end()) {
      if (event.kind == PageEvent::Kind::ended) return;
      open = open_.emplace(event.page, pages_.size()).first;
      pages_.push_back({.number = static_cast<int>(pages_.size()) + 1,
                        .at = event.t,
                        .schedule = event.schedule,
                        .key = event.page});
    }
    Page& page = pages_[open->second];
    switch (event.kind) {
      case PageEvent::Kind::paged:
        page.state = Page::State::calling;
        page.person = event.person;
        page.role = event.tier;
        break;
      case PageEvent::Kind::acknowledged:
        page.state = Page::State::acknowledged;
        if (!page.acknowledged_at) page.acknowledged_at = event.t;
        page.acknowledged_by = event.person;
        break;
      case PageEvent::Kind::timed_out:
        page.state = Page::State::calling;
        break;
      case PageEvent::Kind::unanswered:
        page.state = Page::State::unanswered;
        break;
      case PageEvent::Kind::ended:
        page.state = Page::State::over;
        page.over_at = event.t;
        open_.erase(open);
        break;
      default:
        break;
    }
  }

  std::vector<Page> finish(bool of_receivers) {
    for (Page& page : pages_) {
      // One that somebody has made of another is about the same alerts.
      std::string key = page.key;
      const std::vector<std::string>* alerts = sight_.alerts_of(key);
      while (alerts == nullptr && key.contains(" → ")) {
        key.resize(key.rfind(" → "));
        alerts = sight_.alerts_of(key);
      }
      if (alerts != nullptr) page.alerts = *alerts;
      if (of_receivers) page.receiver = page.key.substr(0, page.key.find(' '));
    }
    return std::move(pages_);
  }

 private:
  const Sight& sight_;
  std::vector<Page> pages_;
  std::map<std::string, std::size_t> open_;
};

std::vector<model::Label> written(const std::vector<alerting::NamedText>& texts) {
  std::vector<model::Label> out;
  for (const alerting::NamedText& each : texts) out.push_back({each.name, each.text.value});
  return out;
}

AlertView view_of(const alerting::Alert& alert, const alerting::RuleGroup& group) {
  return {.alert = std::string(alert.labels.get(model::kAlertName)),
          .group = group.name.value,
          .state = alert.resolved_at ? events::AlertState::inactive : alert.state,
          .labels = alert.labels,
          .annotations = alert.annotations,
          .value = alert.value,
          .active_at = alert.active_at,
          .fired_at = alert.fired_at,
          .keep_firing_since = alert.keep_firing_since,
          .resolved_at = alert.resolved_at};
}

RuleView view_of(const alerting::Rule& rule, const alerting::RuleGroup& group, const alerting::Group& state,
                 std::size_t index, const std::optional<Time>& evaluated_at) {
  const alerting::RuleHealth& health = state.health(index);
  RuleView out{.alerting = rule.alerting(),
               .name = rule.name(),
               .expr = rule.expr.value,
               .hold = rule.hold,
               .keep_firing_for = rule.keep_firing_for,
               .labels = written(rule.labels),
               .annotations = written(rule.annotations),
               .health = health.evaluations == 0     ? "unknown"
                         : health.last_error.empty() ? "ok"
                                                     : "err",
               .last_error = health.last_error,
               .last_evaluation = evaluated_at};
  if (!rule.alerting()) return out;
  out.state = state.state(index);
  for (const alerting::Alert& alert : state.alerts(index)) {
    if (!alert.resolved_at) out.alerts.push_back(view_of(alert, group));
  }
  return out;
}

}  // namespace

std::string_view to_string(Page::State state) {
  switch (state) {
    case Page::State::calling:
      return "calling";
    case Page::State::acknowledged:
      return "acknowledged";
    case Page::State::unanswered:
      return "unanswered";
    case Page::State::over:
      return "over";
  }
  std::unreachable();
}

std::vector<Page> Session::pages() const {
  PageList list(*sight_);
  for (const PageEvent& event : run_->inside().desk->page_events()) {
    if (event.t >= start()) list.take(event);
  }
  return list.finish(scenario_->alertmanager.has_value());
}

std::span<const Notice> Session::notices() const {
  return sight_->notices();
}
std::span<const Message> Session::messages() const {
  return sight_->messages();
}
std::span<const Deed> Session::deeds() const {
  return sight_->deeds();
}
std::span<const News> Session::news() const {
  return sight_->news();
}

std::vector<AlertView> Session::alerts() const {
  std::vector<AlertView> out;
  for (const auto& state : run_->inside().monitor.group_states()) {
    for (std::size_t i = 0; i < state.source->rules.size(); ++i) {
      if (!state.source->rules[i].alerting()) continue;
      for (const alerting::Alert& alert : state.group->alerts(i)) {
        // What never fired and is over is nothing that anybody remembers.
        if (alert.resolved_at && !alert.fired_at) continue;
        out.push_back(view_of(alert, *state.source));
      }
    }
  }
  return out;
}

std::vector<RuleGroupView> Session::rule_groups() const {
  std::vector<RuleGroupView> out;
  const auto states = run_->inside().monitor.group_states();
  std::size_t at = 0;
  for (const alerting::RuleFile& file : scenario_->rule_files) {
    for (const alerting::RuleGroup& group : file.groups) {
      const auto& state = states[at++];
      RuleGroupView& view =
          out.emplace_back(group.name.value, std::filesystem::path(file.source->name).filename().string(),
                           state.group->interval(), group.limit, std::vector<RuleView>());
      for (std::size_t i = 0; i < group.rules.size(); ++i) {
        view.rules.push_back(view_of(group.rules[i], group, *state.group, i, state.evaluated_at));
      }
    }
  }
  return out;
}

std::vector<MetricView> Session::metrics() const {
  std::map<std::string, model::MetricType> types;
  for (const fake_services::Target& target : run_->inside().world.targets()) {
    for (const model::SeriesInfo& series : target.series) {
      std::string name(series.labels.metric_name());
      if (series.type == model::MetricType::histogram || series.type == model::MetricType::summary) {
        for (const std::string_view suffix : {"_bucket", "_sum", "_count"}) {
          if (name.ends_with(suffix)) name.resize(name.size() - suffix.size());
        }
      }
      types.emplace(std::move(name), series.type);
    }
  }
  std::vector<MetricView> out;
  for (const auto& [name, type] : types) out.push_back({.name = name, .type = type, .help = {}});
  return out;
}

std::vector<TargetView> Session::targets() const {
  std::vector<TargetView> out;
  for (const fake_services::Target& target : run_->inside().world.targets()) {
    if (target.listed) out.push_back({.labels = target.labels, .job = target.job, .instance = target.instance});
  }
  return out;
}

std::vector<PodView> Session::pods() const {
  std::vector<PodView> out;
  const fake_services::Topology& topology = scenario_->topology;
  for (const fake_services::ListedPod& pod : run_->inside().world.pods()) {
    out.push_back({.name = pod.name,
                   .service = topology.services[pod.service].name,
                   .node = pod.node,
                   .ready = pod.ready,
                   .status = pod.status,
                   .restarts = pod.restarts,
                   .since = pod.since,
                   .version = pod.version});
  }
  std::ranges::stable_sort(out, {}, [](const PodView& pod) { return std::tie(pod.service, pod.name); });
  return out;
}

std::vector<events::ClusterEvent> Session::cluster_events() const {
  std::vector<events::ClusterEvent> out;
  for (const events::ClusterEvent& event : run_->inside().logs->events) {
    if (event.last <= now()) out.push_back(event);
  }
  std::ranges::stable_sort(out, {}, &events::ClusterEvent::last);
  return out;
}

std::vector<events::LogLine> Session::logs(const std::function<bool(const events::LogLine&)>& passes,
                                           std::size_t most) const {
  std::vector<events::LogLine> out;
  for (const events::LogLine& line : run_->inside().logs->lines) {
    if (line.t <= now() && passes(line)) out.push_back(line);
  }
  std::ranges::stable_sort(out, {}, &events::LogLine::t);
  if (out.size() > most) out.erase(out.begin(), out.end() - static_cast<std::ptrdiff_t>(most));
  return out;
}

std::vector<events::Change> Session::changes() const {
  std::vector<events::Change> out;
  for (const events::Change& change : run_->inside().logs->changes) {
    if (change.t <= now()) out.push_back(change);
  }
  std::ranges::stable_sort(out, {}, &events::Change::t);
  return out;
}

std::vector<PlaybookView> Session::playbooks() const {
  std::vector<PlaybookView> out;
  for (const oncall::Playbook& each : scenario_->playbooks) {
    out.push_back({.name = each.name,
                   .title = each.title,
                   .text = each.where.source == nullptr ? std::string() : each.where.source->text});
  }
  return out;
}

std::vector<DutyView> Session::roster() const {
  std::vector<DutyView> out;
  for (const oncall::Schedule& schedule : scenario_->team->roster.schedules) {
    for (const oncall::Tier& tier : schedule.tiers) {
      const oncall::Shift shift = tier.shift_at(now());
      out.push_back({.schedule = schedule.name,
                     .tier = tier.name,
                     .person = shift.member,
                     .escalation_delay = tier.escalation_delay,
                     .until = shift.to});
    }
  }
  return out;
}

const notify::Alertmanager* Session::alertmanager() const {
  return run_->inside().alertmanager;
}

const promql::Queryable& Session::series() const {
  return run_->inside().monitor.series();
}

}  // namespace firedrill::console
